"""What is said in any question at a counter, and so says nothing of what is asked."""

import re

_ZH = """
请问 我想 我要 想要 需要 怎么样 怎么办 怎么 怎样 如何 什么时候 什么 哪里 哪儿 哪个 去哪 在哪
多久 多少 几天 可以 能不能 要不要 是不是 可不可以 能否 是否 一下 一个 一份 一张 我们 你们 他们
我的 你的 这个 那个 没有 办理 应该 必须 学校 大学 手续 老师好 老师您好 您好 你好 请教 麻烦 谢谢
多谢 想问 问问 问下 咋办 咋弄 怎么弄 怎么搞 咋整 咋样 为什么 为啥 哪些 哪边 哪块 哪位 那边 这边
这里 那里 这些 那些 这种 那种 然后 现在 已经 还是 还有 但是 不过 因为 所以 如果 的话 或者 而且
听说 知道 觉得 好像 可能 大概 到底 究竟 自己 人家 东西 事情 问题 时候 一直 一起 一次 一趟 一般
一定 咱们 大家 有点 有些 有人 行不行 行吗 好吗 可不可 对吗 是吗 不知道 打算 准备 目前 最近 今天
昨天 明天 上周 下周 本周 上个月 下个月 这个月 今年 明年 刚才 刚刚 马上 之前 之后 以后 以前 才能
只能 用不用 需不需要
"""
_EN = """
a an the my your our his her its i me mine you we us they them he him she it is are was were be
been am do does did done can could may might must should shall will would have has had having
how what when where which who whom why to of in on at for from with without by and or but not no
nor if so as into onto out up down off over here there this that these those then than please
want wants need needs get gets got im ive id s t ll re ve d m don doesn isn aren can't cannot
cant take takes taken long much many about any some new now go goes going come comes came coming
university just also too very really only own same other still already yet soon let make makes
made tell tells told know knows think like look looking find found help give given gives see say
says said ask asks asked hello hi hey dear sir madam good morning afternoon thanks thank kindly
sorry thing things something somebody someone somewhere one ones first next last because since
while until before after during between through around possible maybe whether what's where's
how's it's there's let's able try tried wish would've way lot ok okay bye thx
"""
_PINYIN = """
wo wode woyao woxiang yao xiang ni zenme zenmeban zenyang ruhe qingwen nali zainali zaina qunali
shenme banli zai de le ma ne ba
"""
# Longest first, since the first that fits is cut.
EMPTY_ZH = re.compile("|".join(sorted(_ZH.split(), key=len, reverse=True)))
"""Cut out wherever they stand."""
EMPTY_EN = frozenset(_EN.split())
EMPTY_PINYIN = frozenset(_PINYIN.split())
ALONE_ZH = frozenset(
    "我你您他她它咱俺吗呢吧啊呀啦了哦嘛哈呗的得地着过是在到和与及或被把给让对从就都也还又很挺"
    "太最更再才只这那有没要想能会去来办怎咋啥么需弄搞个些谁几"
)
"""Characters that say nothing alone, and may be half of a word that does: 在 and 在职."""
