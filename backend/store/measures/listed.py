"""Every measure of RULES.md (ST1)."""

from backend.core.figures import Unit
from backend.store.measures.form import (
    AT,
    MS_A_MIN,
    Measure,
    Source,
    Words,
    count_of,
    measure_of,
    share_of,
    sum_of,
    times_of,
)

T, CALLED = Source.TICKETS, "called_at IS NOT NULL"
ORIGINS = (
    ("staff", "教职工", "staff"),
    ("student", "学生", "students"),
    ("alumnus", "校友", "alumni"),
    ("guest", "校外人员", "visitors"),
    ("anonymous", "匿名", "anonymous"),
)
OF_TICKETS = [
    count_of(Words("issued", "取号量", "Tickets taken", "取号张数", "tickets taken"), T),
    sum_of(
        Words("reprints", "补打", "Reprints", "补打张数，不计入取号量", "papers printed again"),
        T,
        "reprints",
    ),
    count_of(
        Words(
            "called",
            "叫号量",
            "Tickets called",
            "至少叫过一次的号，撤销的不算",
            "tickets called at least once and not taken back",
        ),
        T,
        CALLED,
    ),
    sum_of(
        Words("recalls", "重呼", "Recalls", "重呼次数", "times called again"),
        T,
        "recalls",
    ),
    *times_of(
        Words(
            "wait",
            "等候",
            "Wait",
            "首次叫号 − 取号；预约号从签到与时段开始中较晚者起",
            "first call − issue; booked: − the later of check-in and the slot's beginning",
        ),
        T,
        "wait_ms",
    ),
    share_of(
        Words(
            "abandoned_rate",
            "弃号率",
            "Abandoned",
            "（过号作废 + 叫过后到闭馆未办）÷ 叫号量",
            "(abandoned + expired after a call) ÷ called",
        ),
        T,
        "outcome IN ('abandoned', 'expired')",
        of=CALLED,
    ),
    share_of(
        Words(
            "passed_rate",
            "过号率",
            "Passed",
            "至少过号一次 ÷ 叫号量",
            "passed at least once ÷ called",
        ),
        T,
        "passes > 0",
        of=CALLED,
    ),
    *(
        share_of(
            Words(
                f"{origin}_share",
                f"来源·{zh}",
                f"Origin, {en}",
                f"{zh} ÷ 取号量",
                f"{en} ÷ tickets taken",
            ),
            T,
            f"origin = '{origin}'",
        )
        for origin, zh, en in ORIGINS
    ),
]


V, GIVEN = Source.VISITS, "level IS NOT NULL"
LEVELS = (
    ("satisfied_rate", "满意率", "Satisfied", "（非常满意 + 满意）", "levels 5 and 4", ">= 4"),
    ("fair_rate", "基本满意率", "Fairly satisfied", "基本满意", "level 3", "= 3"),
    (
        "overall_rate",
        "总体满意率",
        "Satisfied in all",
        "（5、4、3 级）",
        "levels 5 to 3",
        ">= 3",
    ),
    ("bad_rate", "差评率", "Bad ratings", "（不满意 + 非常不满意）", "levels 2 and 1", "<= 2"),
)
FOLLOWED_UP = (
    (
        "called_back_rate",
        "差评回访率",
        "Called back in time",
        "一个工作日内回访",
        "called back within 1 working day",
        "called_back_in_time",
    ),
    (
        "answered_rate",
        "整改率",
        "Answered in time",
        "15 个工作日内整改答复",
        "answered within 15 working days",
        "answered_in_time",
    ),
)
OF_VISITS = [
    count_of(
        Words(
            "served",
            "接待量",
            "Visits served",
            "到窗口办理的人次",
            "visits that reached serving",
        ),
        V,
    ),
    *times_of(
        Words(
            "handling",
            "办理",
            "Handling",
            "开始办理到结束，不含保留的时间",
            "serving, from its beginning to its end, without holds",
        ),
        V,
        "handling_ms",
        of="ended_at IS NOT NULL",
    ),
    count_of(
        Words("given", "评价量", "Evaluations", "收到的评价", "evaluations given"),
        V,
        GIVEN,
    ),
    *(
        share_of(
            Words(name, zh, en, f"{of_zh} ÷ 评价量", f"{of_en} ÷ given"),
            V,
            f"level {which}",
            of=GIVEN,
        )
        for name, zh, en, of_zh, of_en, which in LEVELS
    ),
    share_of(
        Words("given_rate", "参评率", "Evaluated", "评价量 ÷ 请求评价的接待", "given ÷ offered"),
        V,
        GIVEN,
        of="is_done",
    ),
    *(
        share_of(
            Words(name, zh, en, f"{of_zh} ÷ 差评", f"{of_en} ÷ bad ratings"),
            V,
            column,
            of="level <= 2",
        )
        for name, zh, en, of_zh, of_en, column in FOLLOWED_UP
    ),
    count_of(
        Words(
            "flagged",
            "存疑评价",
            "Flagged ratings",
            "同一设备短时间内集中给出的评价；裁定不计入之前照常统计",
            "ratings in a burst from one device; counted unless decided otherwise",
        ),
        V,
        "is_flagged",
    ),
]


C, DECIDED = Source.CASES, "decided_at IS NOT NULL"
OPEN_LATE = f"(decided_at IS NULL AND withdrawn_at IS NULL AND due_at < {AT})"
OF_CASES = [
    count_of(Words("accepted", "受理量", "Cases accepted", "受理的办件", "cases accepted"), C),
    count_of(
        Words("decided", "办结量", "Cases decided", "其中已办结", "of those, decided by now"),
        C,
        DECIDED,
    ),
    share_of(
        Words(
            "decided_rate",
            "办结率",
            "Decided",
            "同批受理中已办结 ÷ 受理量",
            "decided ÷ accepted, of the same cohort",
        ),
        C,
        DECIDED,
    ),
    share_of(
        Words(
            "on_time_rate",
            "按时办结率",
            "Decided in time",
            "期限内办结 ÷ 办结量",
            "decided by due ÷ decided",
        ),
        C,
        "decided_at <= due_at",
        of=DECIDED,
    ),
    share_of(
        Words(
            "late_rate",
            "超时率",
            "Late",
            "（逾期办结 + 逾期未结）÷（办结 + 逾期未结）",
            "(decided late + open past due) ÷ (decided + open past due)",
        ),
        C,
        f"decided_at > due_at OR {OPEN_LATE}",
        of=f"{DECIDED} OR {OPEN_LATE}",
    ),
    measure_of(
        Words(
            "visits_mean",
            "跑动次数",
            "Visits a case",
            "每件平均到厅次数",
            "visits for each case accepted",
        ),
        C,
        Unit.NUMBER,
        value="round(sum(visits)::numeric / nullif(count(*), 0), 2)",
        n="count(*)",
        which="true",
    ),
    share_of(
        Words(
            "once_rate",
            "最多跑一次",
            "One visit at most",
            "到厅不超过一次 ÷ 受理量",
            "at most one visit ÷ accepted",
        ),
        C,
        "visits <= 1",
    ),
    sum_of(
        Words(
            "by_facts",
            "免交材料",
            "Materials not asked for",
            "由学校已有信息代替的材料份数",
            "materials that facts held by the university stood for",
        ),
        C,
        "by_facts",
    ),
]


S, AT_WORK = Source.SPANS, "state IN ('busy', 'open')"
WORKED = f"sum(length_ms) FILTER (WHERE {AT_WORK})"
OF_COUNTERS = [
    measure_of(
        Words(
            "busy_rate",
            "利用率",
            "Utilisation",
            "忙碌 ÷（空闲 + 忙碌），n 为分钟",
            "busy ÷ (open + busy); n in minutes",
        ),
        S,
        Unit.PERCENT,
        value="round(100.0 * coalesce(sum(length_ms) FILTER (WHERE state = 'busy'), 0)"
        f" / nullif({WORKED}, 0), 2)",
        n=f"round(coalesce({WORKED}, 0) / {MS_A_MIN})::bigint",
        which="state = 'busy'",
    ),
    measure_of(
        Words(
            "open_minutes",
            "开窗时间",
            "Windows at work",
            "窗口空闲与忙碌的分钟，n 为窗口日",
            "minutes open and busy; n in days of windows",
        ),
        S,
        Unit.MINUTES,
        value=f"round({WORKED}::numeric / {MS_A_MIN}, 2)",
        n=f"count(DISTINCT (day, counter_id)) FILTER (WHERE {AT_WORK})",
        which=AT_WORK,
    ),
]


D, ROSTERED = Source.CLERK_DAYS, "rostered_ms > 0"
OF_CLERK_DAYS = [
    share_of(
        Words(
            "attendance_rate",
            "出勤率",
            "Attendance",
            "签到的人日 ÷ 排班的人日",
            "days signed on ÷ days rostered",
        ),
        D,
        "is_signed_on",
        of=ROSTERED,
    ),
    measure_of(
        Words(
            "on_post_rate",
            "在岗率",
            "On post",
            "班内空闲与忙碌 ÷ 排班时长，n 为分钟",
            "(open + busy) ÷ rostered; n in minutes",
        ),
        D,
        Unit.PERCENT,
        value="round(100.0 * sum(on_post_ms) / nullif(sum(rostered_ms), 0), 2)",
        n=f"round(coalesce(sum(rostered_ms), 0) / {MS_A_MIN})::bigint",
        which=ROSTERED,
    ),
    *(
        sum_of(Words(name, zh, en, f"{zh}的班次", f"shifts that {en_of}"), D, name)
        for name, zh, en, en_of in (
            ("late", "迟到", "Late shifts", "began late"),
            ("early", "早退", "Early leaves", "ended early"),
            ("missing", "缺勤", "Missed shifts", "were not kept"),
        )
    ),
]
MEASURES: dict[str, Measure] = {
    measure.measure_id: measure
    for measure in (*OF_TICKETS, *OF_VISITS, *OF_CASES, *OF_COUNTERS, *OF_CLERK_DAYS)
}
"""Every measure by its id, in the order in which they are told."""
