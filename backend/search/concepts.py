"""Words that mean the same at a counter, so that either finds the other.

Each line is one concept; Chinese words stand wherever they occur, English ones as whole words.
What only one service means by a word is no concept: it belongs to that guide's other names.
"""

import re

_CONCEPTS = """
丢 丢失 遗失 弄丢 掉了 丢了 不见 找不到 没了 被偷 失窃 lost lose losing missing stolen
损坏 坏了 破了 水泡 消磁 broken damaged
补办 补发 重办 再办 补一张 补个 replace replacement reissue renewed
领取 领 拿 取件 自取 collect collection pick fetch
变更 更改 修改 换 改 更换 更正 改成 change changing update correct correction switch
打印 打 开具 开 出具 打出来 print printing issue issued printed
证明 证实 proof certificate confirmation letter certify
申请 申报 报名 apply application applying request
缴纳 交 缴 付 支付 pay paid payment
提交 递交 上交 投递 交给 交到 submit submission hand
归还 还 交回 退还 return returned returning
退款 退费 退回 退钱 refund refunded money-back
钱 费用 款 经费 金额 money cost costs funds fee fees expense expenses
报销 报账 报帐 reimburse reimbursed reimbursement claim claims
老师 教师 教职工 职工 教工 员工 教授 讲师 teacher lecturer professor staff faculty employee
学生 同学 学员 student students
研究生 硕士 博士 博士生 硕士生 硕博 graduate postgraduate phd doctoral master
本科 本科生 大学生 undergraduate bachelor
外国 国外 境外 海外 foreign abroad overseas international
外国人 外籍 外宾 老外 foreigner foreigners
离职 辞职 调离 调走 离开单位 不干了 resign resignation quit leaving
入职 新入职 刚入职 新进 上班报到 录用 onboarding joining hired
工资 薪水 薪资 收入 酬金 salary wage wages income pay pay-slip payroll
贷款 借贷 loan loans
借款 借钱 预借 advance prepayment
房子 住房 房屋 买房 购房 新房 house home flat apartment housing
租房 租房子 房租 租赁 租约 rent rental tenant lease
公寓 宿舍 周转房 apartment dormitory
医药 看病 就医 医疗 药费 住院 门诊 medical hospital doctor clinic medicine
体检 体格检查 检查结果 check-up checkup examination
家属 家人 爱人 妻子 丈夫 老婆 老公 配偶 父母 孩子 family wife husband spouse relatives parents
车 汽车 车辆 机动车 私家车 小车 car vehicle
发票 票据 收据 单据 凭证 invoice receipt receipts
盖章 用印 敲章 盖个章 盖红章 印章 stamp seal stamped sealing chop
合同 协议 contract agreement
审核 审批 审查 批准 approve approval review
会议 开会 办会 会场 meeting conference
活动 晚会 音乐会 演出 比赛 运动会 event concert festival
论文 文章 paper papers article thesis dissertation publication
发明 专利 invention patent
密码 口令 password passcode
账号 帐号 账户 登录 登不上 登陆 account login
网络 上网 无线 wifi network internet
上课 学业 学习 study studies
延期 延长 推迟 续 续期 extend extension renew renewal prolong
设备 仪器 显微镜 器材 equipment instrument device
实验室 办公室 用房 办公用房 laboratory lab office premises
意见 投诉 举报 反映 不满 complaint complain feedback petition
公司 企业 外单位 厂家 company enterprise firm
户口 户籍 落户 hukou
退休 退了休 retire retired retirement pension
毕业证 毕业证书 文凭 diploma graduation
成绩单 成绩 分数 绩点 transcript transcripts grades marks
代办 代领 代替 帮我 替我 委托 proxy behalf
进度 办到哪 到哪一步 办到哪了 progress status
排队 等候 等待 前面 queue wait waiting
开门 上班 营业 下班 关门 周末 周六 周日 open close opening hours closed
取消 撤销 cancel
预约 预订 预定 订 约 book booking reserve reservation appointment
"""
_GROUPS = [line.split() for line in _CONCEPTS.strip().splitlines()]
_OF_WORD: dict[str, set[str]] = {}
for _group in _GROUPS:
    for _word in _group:
        _OF_WORD.setdefault(_word, set()).add(_group[0])
_HAN = re.compile("|".join(sorted((w for w in _OF_WORD if not w.isascii()), key=len, reverse=True)))


def concepts_of_han(text: str) -> set[str]:
    """The concepts of the Chinese words that stand in a text."""
    return {concept for word in _HAN.findall(text) for concept in _OF_WORD[word]}


def concepts_of_word(word: str) -> frozenset[str]:
    """The concepts of an English word."""
    return frozenset(_OF_WORD.get(word, ()))
