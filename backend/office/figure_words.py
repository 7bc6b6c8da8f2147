"""Words of statistics outside the pages: names of a hall's things, headings of exports."""

from backend.core.figures import Dimension, Named, NamedDimension
from backend.core.ids import Text
from backend.office.case_desk import Known

DIMENSIONS: dict[Dimension, Text] = {
    Dimension.HALL: Text(zh="大厅", en="Hall"),
    Dimension.ZONE: Text(zh="分厅", en="Zone"),
    Dimension.COUNTER: Text(zh="窗口", en="Window"),
    Dimension.CLERK: Text(zh="窗口人员", en="Clerk"),
    Dimension.DEPARTMENT: Text(zh="部门", en="Department"),
    Dimension.QUEUE: Text(zh="业务队列", en="Queue"),
    Dimension.SERVICE: Text(zh="服务事项", en="Service"),
    Dimension.HALF_HOUR: Text(zh="时段", en="Half hour"),
    Dimension.WEEKDAY: Text(zh="星期", en="Weekday"),
    Dimension.CHANNEL: Text(zh="取号方式", en="Channel"),
    Dimension.ORIGIN: Text(zh="来源", en="Origin"),
    Dimension.CLASS: Text(zh="类别", en="Class"),
    Dimension.DAY: Text(zh="日期", en="Day"),
    Dimension.MONTH: Text(zh="月份", en="Month"),
    Dimension.STATE: Text(zh="状态", en="State"),
    Dimension.LEVEL: Text(zh="评价", en="Rating"),
}
_FIXED: dict[Dimension, tuple[tuple[str, str, str], ...]] = {
    Dimension.WEEKDAY: (
        ("1", "星期一", "Monday"),
        ("2", "星期二", "Tuesday"),
        ("3", "星期三", "Wednesday"),
        ("4", "星期四", "Thursday"),
        ("5", "星期五", "Friday"),
        ("6", "星期六", "Saturday"),
        ("7", "星期日", "Sunday"),
    ),
    Dimension.CHANNEL: (
        ("card", "拍卡", "Card"),
        ("appointment", "预约", "Appointment"),
        ("anonymous", "匿名", "Anonymous"),
        ("remote", "手机", "Phone"),
    ),
    Dimension.ORIGIN: (
        ("staff", "教职工", "Staff"),
        ("student", "学生", "Students"),
        ("alumnus", "校友", "Alumni"),
        ("guest", "校外人员", "Visitors"),
        ("anonymous", "匿名", "Anonymous"),
    ),
    Dimension.CLASS: (
        ("ordinary", "普通", "Ordinary"),
        ("booked", "预约", "Booked"),
        ("care", "爱心", "Care"),
    ),
    Dimension.LEVEL: (
        ("5", "非常满意", "Very satisfied"),
        ("4", "满意", "Satisfied"),
        ("3", "基本满意", "Fairly satisfied"),
        ("2", "不满意", "Dissatisfied"),
        ("1", "非常不满意", "Very dissatisfied"),
    ),
    Dimension.STATE: (
        ("waiting", "等候", "Waiting"),
        ("done", "办结", "Done"),
        ("cancelled", "取消", "Cancelled"),
        ("abandoned", "过号作废", "Given up"),
        ("expired", "闭馆未办", "Expired"),
        ("open", "空闲", "Open"),
        ("busy", "忙碌", "Busy"),
        ("paused", "暂停", "Paused"),
        ("accepted", "已受理", "Accepted"),
        ("in_process", "办理中", "In process"),
        ("suspended", "中止", "Suspended"),
        ("decided", "已决定", "Decided"),
        ("notified", "已通知", "Notified"),
        ("delivered", "已送达", "Delivered"),
        ("closed", "办结归档", "Closed"),
        ("withdrawn", "撤回", "Withdrawn"),
    ),
    Dimension.HALF_HOUR: tuple(
        (str(n), span, span)
        for n in range(48)
        for span in (f"{n // 2:02d}:{n % 2 * 30:02d}–{(n + 1) // 2:02d}:{(n + 1) % 2 * 30:02d}",)
    ),
}


def names_of(known: Known) -> tuple[NamedDimension, ...]:
    """The names of all values that have one, each dimension in the hall's order."""
    plan = known.plan
    services = {s.service_id: s.name for s in plan.services} | dict(known.catalogue.service_names)
    found: dict[Dimension, dict[str, Text]] = {
        Dimension.HALL: {plan.hall_id: plan.name},
        Dimension.ZONE: {z.zone_id: z.name for z in plan.zones},
        Dimension.COUNTER: {
            c.counter_id: Text(zh=f"{c.no}号窗口", en=f"Window {c.no}") for c in plan.counters
        },
        Dimension.CLERK: {
            m.username: Text(zh=m.name_zh, en=m.name_en) for m in known.members.values()
        },
        Dimension.DEPARTMENT: {
            department.department_id: department.name for department in known.departments.values()
        },
        Dimension.QUEUE: {
            q.queue_id: Text(zh=f"{q.letter} {q.name.zh}", en=f"{q.letter} {q.name.en}")
            for q in plan.queues
        },
        Dimension.SERVICE: {str(service_id): name for service_id, name in services.items()},
    }
    found |= {
        dimension: {value: Text(zh=zh, en=en) for value, zh, en in values}
        for dimension, values in _FIXED.items()
    }
    return tuple(
        NamedDimension(
            dimension=dimension,
            names=tuple(Named(id=value, name=name) for value, name in names.items()),
        )
        for dimension, names in found.items()
    )
