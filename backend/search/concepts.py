"""Words that mean the same at a counter, so that either finds the other.

Each line is one concept; Chinese words stand wherever they occur, English ones as whole words.
What only one service means by a word is no concept: it belongs to that guide's other names.
"""

import re

_CONCEPTS = """
丢 丢失 遗失 弄丢 弄没 掉了 丢了 不见 找不到 找不着 没了 被偷 偷了 失窃 lost lose losing missing stolen disappeared
损坏 坏了 坏掉 破了 破损 烂了 断了 折了 水泡 消磁 失灵 不能用 刷不出 刷不了 broken damaged defective destroyed torn
补办 补发 补领 重办 再办 重做 换新 补一张 补个 补一个 再做 新做 replace replacement reissue renewed duplicate
领取 领 拿 取件 自取 取回 collect collection pick fetch
变更 更改 修改 换 改 更换 更正 改成 change changing update correct correction switch
打印 打 开具 开 出具 打出来 打一份 导出 print printing issue issued printed printout
证明 证实 proof certificate confirmation letter certify prove certified certification
申请 申报 报名 申领 apply application applying request requesting
缴纳 交 缴 付 支付 pay paid payment
提交 递交 上交 投递 交给 交到 submit submission hand
归还 还 交回 退还 return returned returning
退款 退费 退回 退钱 refund refunded money-back
钱 费用 款 经费 金额 money cost costs funds fee fees expense expenses
报销 报账 报帐 能报 给报 reimburse reimbursed reimbursement claim claims
老师 教师 教职工 职工 教工 员工 教授 讲师 辅导员 同事 teacher lecturer professor staff faculty employee colleague
学生 同学 学员 student students
研究生 硕士 博士 博士生 硕士生 硕博 读研 读博 研一 研二 研三 博一 博二 博三 博四 graduate postgraduate phd doctoral doctorate master masters
本科 本科生 大学生 大一 大二 大三 大四 undergraduate bachelor bachelors freshman sophomore
外国 国外 境外 海外 外方 出国 出境 美国 英国 日本 德国 法国 韩国 加拿大 澳洲 澳大利亚 新加坡 意大利 西班牙 俄罗斯 欧洲 荷兰 瑞士 瑞典 泰国 印度 巴西 foreign abroad overseas international usa america uk england japan germany france korea canada australia singapore italy spain russia europe brazil india
外国人 外籍 外宾 老外 洋人 foreigner foreigners german japanese british american french spanish italian korean russian
离职 辞职 辞掉 调离 调走 调去 调出 离开单位 不干了 跳槽 换工作 换单位 别的单位 走人 resign resigning resignation quit quitting leaving leave
入职 新入职 刚入职 新进 上班报到 第一天上班 新来 刚来 录用 录取 onboarding joining hired newcomer recruited
工资 薪水 薪资 收入 酬金 salary wage wages income pay pay-slip payroll
贷款 借贷 loan loans
借款 借钱 预借 预支 提前支 借支 advance prepayment
房子 住房 房屋 新房 二手房 house home flat apartment housing homes
租房 租房子 房租 租金 租赁 租约 租的房 一直租 rent rental tenant lease landlord renting rented
公寓 宿舍 周转房 寝室 apartment dormitory flat dorm
医药 看病 就医 医疗 药费 药钱 住院 门诊 急诊 生病 病了 手术 骨折 牙 拔牙 医院 medical hospital doctor clinic medicine dentist surgery illness ill sick
体检 体格检查 检查结果 健康检查 check-up checkup examination exam health
家属 家人 爱人 妻子 丈夫 老婆 老公 媳妇 先生 配偶 父母 爸妈 我爸 我妈 岳父 岳母 婆婆 孩子 小孩 保姆 亲戚 family wife husband spouse relatives parents mother father child children son daughter
车 汽车 车辆 机动车 私家车 小车 车牌 牌照 抬杆 道闸 car vehicle auto plate barrier
发票 票据 收据 单据 凭证 票子 invoice receipt receipts bill bills
盖章 用印 敲章 盖个章 盖红章 印章 公章 校章 的章 要章 stamp stamps seal stamped sealing chop sealed
合同 协议 contract agreement
审核 审批 审查 批准 approve approval review
会议 开会 办会 会场 研讨会 学术会 评审会 meeting conference workshop seminar congress symposium
活动 晚会 音乐会 音乐节 演出 比赛 运动会 马拉松 招聘会 event events concert festival party competition
论文 文章 期刊 paper papers article articles thesis dissertation publication publications journal
发明 专利 invention patent invented invent inventor
密码 口令 password passcode
账号 帐号 账户 登录 登不上 登不进 登不了 登陆 登入 门户 account login log sign portal
网络 上网 无线 宽带 连网 断网 没网 wifi network internet online wireless
上课 学业 学习 study studies
延期 延长 推迟 续 续期 续签 接着 到期 再续 延一年 extend extension renew renewal prolong expire expires longer
设备 仪器 显微镜 电镜 质谱 服务器 器材 equipment instrument device microscope laser machine server
实验室 办公室 用房 办公用房 laboratory lab office offices premises rooms
意见 投诉 举报 反映 不满 告状 态度 爱答不理 不公 维权 complaint complain complaints feedback petition rude unfair unfriendly
公司 企业 外单位 厂家 甲方 company companies enterprise firm industry
户口 户籍 落户 迁户 hukou household
退休 退了休 到龄 快退 retire retires retired retiring retirement pension pensioner
毕业证 毕业证书 文凭 学历证 diploma
成绩单 成绩 分数 绩点 打分 transcript transcripts grades marks grade scores
代办 代领 代替 帮我 替我 替他 替她 帮他 别人 他人 室友 同事 朋友 委托 来不了 proxy behalf friend somebody else instead
进度 办到哪 到哪一步 哪一步 办到哪了 批下来 审到 审完 办好没 有结果 progress status
排队 等候 等待 前面 前头 人多 人少 queue wait waiting crowded busy line
开门 上班 营业 办公 下班 关门 周末 周六 周日 周天 礼拜六 礼拜天 星期六 星期天 星期日 放假 节假日 假期 五一 国庆 春节 寒假 暑假 中午 午休 晚上 夜里 open close opening hours closed weekend saturday saturdays sunday holiday holidays lunch evening
取消 撤销 cancel cancelled cancellation
预约 预订 预定 订 约 约好 book booking reserve reserved reservation appointment appointments
过号 过了 没听见 没听到 错过 叫过 missed passed skipped
取号 拿号 排号 叫号 号码 号票 ticket number numbers
买房 购房 首付 房贷 按揭 buy buying bought purchase purchased mortgage
怀孕 孕妇 残疾 老人 老年 年纪大 腿脚 轮椅 拐杖 行动不便 八十岁 pregnant disabled wheelchair elderly old
结婚 领证 领结婚证 婚姻 成家 marry married marriage wedding
哪栋楼 地址 位置 几楼 在几楼 怎么走 怎么去 address building location floor directions
邀请 请来 来讲 讲学 来访 访问 invite inviting invitation guest visiting
休息一年 停一年 停学 休一年 休学 一学期 间隔 gap suspend suspension pause break semester
复学 回来上 接着念 接着读 重新上学 resume return
退学 不读了 读不下去 想退 withdraw drop
信用卡 刷卡 公务卡 credit
银行卡 工行 建行 农行 中行 卡号 银行 bank
工作许可 就业证 permit permission
批准 报批 要批 审批 允许 同意 approval permission allowed approve
贵 海关 关税 进口 customs import imported
科研 课题 项目 本子 基金 research project grant proposal fund
书 图书 借书 还书 图书馆 book books library
锁 冻结 锁定 停用 freeze frozen lock locked block blocked
解锁 解冻 解挂 解除 unlock unblock unfreeze
忘 忘记 忘了 忘光 记不得 forgot forget forgotten
火车 高铁 动车 铁路 车票 train railway
多交 多扣 多收 扣错 扣了两次 刷了两次 重复 twice overcharged double wrong
错 错误 写错 填错 打错 不对 wrong mistake error incorrect misspelled misspelt
纸质 电子版 electronic paper
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
