"""A ticket to preview a hall's layout with (pure)."""

from datetime import UTC, datetime

from backend.core.ids import JobId, KioskId, Text, TicketClass, TicketId, TicketToken
from backend.core.plan import Plan
from backend.core.views.printer import PrinterJob

TAKEN_AT = datetime(2026, 11, 23, 1, 41, tzinfo=UTC)


def sample_job(plan: Plan, ticket_class: TicketClass, copy: int) -> PrinterJob:
    """A ticket of the plan's first queue, which may stand in no zone while it is edited."""
    queue = plan.queues[0]
    zones = {zone.zone_id: zone.name for zone in plan.zones}
    kiosk = next((kiosk.kiosk_id for kiosk in plan.kiosks), KioskId("K1"))
    services = [s.name for s in plan.services if s.queue_id == queue.queue_id]
    counters = [c.no for c in plan.counters if queue.queue_id in c.queue_ids]
    number = f"{queue.letter}023"
    return PrinterJob(
        job_id=JobId("preview"),
        ticket_id=TicketId("preview"),
        number=number,
        token=TicketToken("A1b2C3d4E5f6G7h8J9k0Lm"),
        hall_name=plan.name,
        zone_name=zones.get(queue.zone_id, Text(zh="", en="")),
        queue_name=queue.name,
        service_names=tuple(services[:3]),
        ticket_class=ticket_class,
        kiosk_id=kiosk,
        time_zone=plan.time_zone,
        issued_at=TAKEN_AT,
        copy=copy,
        ahead=12,
        wait_min_s=900,
        wait_max_s=1500,
        counter_nos=tuple(counters),
        return_places=plan.rules.return_places,
        returns_max=plan.rules.returns_max,
    )
