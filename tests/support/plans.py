"""A small hall: two zones, three queues, four counters, a kiosk with a printer and one without.

Counter W3 stands in zone Z2 and also serves queue B of zone Z1, so that one queue shows in two
zones.
"""

from msgspec.structs import replace

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

Z1, Z2 = ZoneId("Z1"), ZoneId("Z2")
A, B, C = QueueId("A"), QueueId("B"), QueueId("C")
W1, W2, W3, W4 = CounterId("W1"), CounterId("W2"), CounterId("W3"), CounterId("W4")
K1, K2, P1 = KioskId("K1"), KioskId("K2"), PrinterId("P1")

_SERVED = {W1: (Z1, (A,)), W2: (Z1, (A, B)), W3: (Z2, (B, C)), W4: (Z2, (C,))}
_SERVICES = {"S1": A, "S2": A, "S3": B, "S4": C}


QUICK = RuleNumbers(
    kiosk_gap_s=0, tickets_per_queue_max=20, tickets_live_max=20, tickets_day_max=20
)
"""The default rules, but for TK4: tests take as many tickets as they like."""


def text(words: str) -> Text:
    """The same words in both languages, told apart."""
    return Text(zh=f"{words}（中）", en=f"{words} (en)")


def without(plan: Plan, *gone: str) -> Plan:
    """The plan without these parts, and without what cannot be without them."""
    zones = tuple(z for z in plan.zones if z.zone_id not in gone)
    zone_ids = {zone.zone_id for zone in zones}
    queues = tuple(q for q in plan.queues if q.queue_id not in gone and q.zone_id in zone_ids)
    queue_ids = {queue.queue_id for queue in queues}
    counters = tuple(
        replace(c, queue_ids=tuple(q for q in c.queue_ids if q in queue_ids))
        for c in plan.counters
        if c.counter_id not in gone and c.zone_id in zone_ids
    )
    return replace(
        plan,
        zones=zones,
        queues=queues,
        counters=tuple(counter for counter in counters if counter.queue_ids),
        services=tuple(
            s for s in plan.services if s.service_id not in gone and s.queue_id in queue_ids
        ),
        kiosks=tuple(k for k in plan.kiosks if k.kiosk_id not in gone and k.zone_id in zone_ids),
    )


def small_plan(rules: RuleNumbers | None = None, version: int = 1) -> Plan:
    """The small hall's plan, with the rules `QUICK` unless others are given."""
    return Plan(
        hall_id=HallId("small"),
        version=version,
        name=text("hall"),
        time_zone="Asia/Shanghai",
        zones=tuple(ZonePlan(zone_id=z, name=text(f"zone {z}")) for z in (Z1, Z2)),
        queues=tuple(
            QueuePlan(
                queue_id=queue_id,
                letter=queue_id,
                name=text(f"queue {queue_id}"),
                zone_id=zone_id,
                mean_handling_s=240,
            )
            for queue_id, zone_id in ((A, Z1), (B, Z1), (C, Z2))
        ),
        counters=tuple(
            CounterPlan(
                counter_id=counter_id,
                no=no,
                zone_id=zone_id,
                queue_ids=queue_ids,
                auto_call_s=10 if counter_id == W4 else None,
            )
            for no, (counter_id, (zone_id, queue_ids)) in enumerate(_SERVED.items(), start=1)
        ),
        services=tuple(
            ServicePlan(service_id=ServiceId(s), queue_id=queue_id, name=text(f"service {s}"))
            for s, queue_id in _SERVICES.items()
        ),
        kiosks=(
            KioskPlan(kiosk_id=K1, zone_id=Z1, printer_id=P1),
            KioskPlan(kiosk_id=K2, zone_id=Z2, printer_id=None),
        ),
        rules=rules or QUICK,
    )
