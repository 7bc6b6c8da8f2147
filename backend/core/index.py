"""The plan by the ids of its parts."""

from msgspec import Struct

from backend.core.ids import CounterId, KioskId, QueueId, ServiceId, ZoneId
from backend.core.plan import CounterPlan, KioskPlan, Plan, QueuePlan, ServicePlan, ZonePlan


class Index(Struct, frozen=True, kw_only=True):
    """The plan by id; made once, when the day opens."""

    zones: dict[ZoneId, ZonePlan]
    queues: dict[QueueId, QueuePlan]
    counters: dict[CounterId, CounterPlan]
    services: dict[ServiceId, ServicePlan]
    kiosks: dict[KioskId, KioskPlan]


EMPTY_INDEX = Index(zones={}, queues={}, counters={}, services={}, kiosks={})


def index_of(plan: Plan) -> Index:
    """The plan's parts by id."""
    return Index(
        zones={zone.zone_id: zone for zone in plan.zones},
        queues={queue.queue_id: queue for queue in plan.queues},
        counters={counter.counter_id: counter for counter in plan.counters},
        services={service.service_id: service for service in plan.services},
        kiosks={kiosk.kiosk_id: kiosk for kiosk in plan.kiosks},
    )
