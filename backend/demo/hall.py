"""The fictional hall of hall.json as a plan, with accounts whose password is `demo`."""

from importlib.resources import files
from statistics import fmean
from typing import Any

import msgspec

from backend.core.grants import Grant
from backend.core.ids import (
    CounterId,
    HallId,
    KioskId,
    PrinterId,
    QueueId,
    ServiceId,
    Text,
    ZoneId,
)
from backend.core.plan import (
    CounterPlan,
    KioskPlan,
    Plan,
    QueuePlan,
    RuleNumbers,
    ServicePlan,
    ZonePlan,
)
from backend.core.stamp import Role
from backend.store.database import Database, queries
from backend.store.directory import token_hash
from backend.store.staff import Staff, StaffMember, hash_password, member_of

HALL_ID = HallId("main")
NAME = Text(zh="大学行政服务办事大厅", en="University One-Stop Service Hall")
PASSWORD = DEVICE_TOKEN = "demo"


def demo_plan() -> Plan:
    """The plan of the demo hall."""
    source = _source()
    zone_of = {d["id"]: ZoneId(d["zone"]) for d in source["departments"]}
    queue_of = {d: QueueId(q["prefix"]) for q in source["queues"] for d in q["departments"]}
    return Plan(
        hall_id=HALL_ID,
        version=1,
        name=NAME,
        time_zone="Asia/Shanghai",
        zones=tuple(ZonePlan(zone_id=ZoneId(z["id"]), name=_text(z)) for z in source["zones"]),
        queues=tuple(_queue(source, queue, zone_of) for queue in source["queues"]),
        counters=tuple(
            CounterPlan(
                counter_id=CounterId(c["id"]),
                no=c["no"],
                zone_id=ZoneId(c["zone"]),
                queue_ids=tuple(QueueId(q) for q in c["queues"]),
            )
            for c in source["counters"]
        ),
        services=tuple(
            ServicePlan(
                service_id=ServiceId(s["id"]), queue_id=queue_of[s["department"]], name=_text(s)
            )
            for s in source["services"]
            if s["trips"] > 0
        ),
        kiosks=tuple(
            KioskPlan(
                kiosk_id=KioskId(f"K{n}"),
                zone_id=ZoneId(z["id"]),
                printer_id=PrinterId(f"P{n}"),
            )
            for n, z in enumerate(source["zones"], start=1)
        ),
        rules=RuleNumbers(),
    )


def staffed_counters() -> frozenset[CounterId]:
    """Where somebody sits on an ordinary day."""
    return frozenset(CounterId(c["id"]) for c in _source()["counters"] if c["open_by_default"])


async def load_demo(database: Database) -> None:
    """Put the demo hall into the database; what is there already stays."""
    plan = demo_plan()
    async with database.connection() as connection:
        await queries.put_hall(connection, hall_id=HALL_ID, name_zh=NAME.zh, name_en=NAME.en)
        await queries.put_plan(
            connection,
            hall_id=HALL_ID,
            version=plan.version,
            plan=msgspec.json.encode(plan).decode(),
            author="demo",
            reason="demo hall",
        )
        await queries.put_device(
            connection,
            token_hash=token_hash(DEVICE_TOKEN),
            device_id="demo",
            hall_id=HALL_ID,
            scope=None,
            enrolled_by="system",
        )
    staff = Staff(database)
    hashed = hash_password(PASSWORD)  # one hash for all: hashing 34 times would take seconds
    for member in _members(plan):
        await staff.add_hashed(member, hashed)


def _members(plan: Plan) -> list[StaffMember]:
    of_queue = {queue["prefix"]: queue["departments"] for queue in _source()["queues"]}

    def granted(role: Role, *departments: str | None) -> tuple[Grant, ...]:
        return tuple(
            Grant(role=role, hall_id=HALL_ID, department_id=department_id)
            for department_id in dict.fromkeys(departments or (None,))
        )

    hall_staff = [
        ("admin", granted(Role.ADMINISTRATOR), "系统管理员", "Administrator"),
        ("supervisor", granted(Role.SUPERVISOR), "大厅管理员", "Hall supervisor"),
        ("greeter", granted(Role.GREETER), "导办员", "Greeter"),
        ("manager", granted(Role.DEPARTMENT_MANAGER, "HR"), "人事处负责人", "Manager of HR"),
        ("statistics", granted(Role.STATISTICS_VIEWER), "统计员", "Statistics viewer"),
        ("editor", granted(Role.CONTENT_EDITOR), "内容编辑", "Content editor"),
        ("auditor", granted(Role.AUDITOR), "审计员", "Auditor"),
    ]
    found = [member_of(name, grants, name_zh=zh, name_en=en) for name, grants, zh, en in hall_staff]
    return found + [
        member_of(
            counter.counter_id.lower(),
            granted(Role.CLERK, *(d for q in counter.queue_ids for d in of_queue[q])),
            name_zh=f"{counter.no}号窗口",
            name_en=f"Clerk {counter.no}",
            counter_id=counter.counter_id,
        )
        for counter in plan.counters
    ]


def _queue(source: dict[str, Any], queue: dict[str, Any], zone_of: dict[str, ZoneId]) -> QueuePlan:
    departments = [d for d in source["departments"] if d["id"] in queue["departments"]]
    minutes = [
        s["avg_minutes"] for s in source["services"] if s["department"] in queue["departments"]
    ]
    return QueuePlan(
        queue_id=QueueId(queue["prefix"]),
        letter=queue["prefix"],
        name=Text(
            zh="、".join(d["zh"] for d in departments), en=", ".join(d["en"] for d in departments)
        ),
        zone_id=zone_of[departments[0]["id"]],
        mean_handling_s=round(fmean(minutes) * 60),
    )


def _text(source: dict[str, Any]) -> Text:
    return Text(zh=source["zh"], en=source["en"])


def _source() -> dict[str, Any]:
    text = files(__package__).joinpath("hall.json").read_text(encoding="utf-8")
    found: dict[str, Any] = msgspec.json.decode(text)
    return found
