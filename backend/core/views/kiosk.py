"""`kiosk:{kiosk}`: where numbers are taken; public, and without any visitor's token."""

from datetime import date, datetime
from itertools import islice

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.ids import (
    AlertKind,
    Channel,
    JobId,
    KioskId,
    PrinterState,
    PrintOutcome,
    ScreenId,
    ServiceId,
    StopCause,
    Text,
    TicketClass,
    ZoneId,
)
from backend.core.plan import KioskPlan, QueuePlan
from backend.core.rules.hours import closes_on, opens_next
from backend.core.views.board import NoticeLine, QueueStanding, notices_of, queues_of_zone, standing

JOBS_MAX = 5


class KioskService(Struct, frozen=True, kw_only=True):
    """A matter one may take a number for."""

    service_id: ServiceId
    name: Text


class KioskQueue(Struct, frozen=True, kw_only=True):
    """A line of the kiosk's choice."""

    standing: QueueStanding
    channels: tuple[Channel, ...]
    """How numbers of it may be taken (TK3)."""
    classes: tuple[TicketClass, ...]
    zone_name: Text
    services: tuple[KioskService, ...]


class KioskJob(Struct, frozen=True, kw_only=True):
    """A paper this kiosk asked for."""

    job_id: JobId
    outcome: PrintOutcome | None
    """None while the printer has not reported."""


class OtherKiosk(Struct, frozen=True, kw_only=True):
    """Where to go instead."""

    kiosk_id: KioskId
    zone_name: Text


class KioskView(Struct, frozen=True, kw_only=True, tag="kiosk"):
    """All a kiosk shows."""

    kiosk_id: KioskId
    hall_name: Text
    zone_id: ZoneId
    zone_name: Text
    time_zone: str
    day: date
    is_open: bool
    has_printer: bool
    is_printer_failing: bool
    """Whether no paper is to be expected of this kiosk's printer (PR2)."""
    printer_state: PrinterState | None
    """As last reported; None without a printer and while nobody told of it today."""
    other_kiosk: OtherKiosk | None
    """Where papers come out, while none do here; None otherwise, and when none do anywhere."""
    queues: tuple[KioskQueue, ...]
    """The queues of the kiosk's own zone first."""
    jobs: tuple[KioskJob, ...]
    """The last papers asked for of its printer, newest first."""
    notices: tuple[NoticeLine, ...]
    """Newest first."""
    opens_next_at: datetime | None
    """When the hall serves again, while it is closed or a queue has no more numbers today (TK5)."""


def kiosk(day: HallDay, kiosk_id: KioskId) -> KioskView:
    """What a kiosk shows."""
    assert day.plan is not None
    assert day.day is not None
    plan = day.index.kiosks[kiosk_id]
    own = queues_of_zone(day, plan.zone_id)
    others = tuple(queue for queue in day.plan.queues if queue not in own)
    found = day.printers.get(plan.printer_id) if plan.printer_id is not None else None
    is_failing = _is_printer_failing(day, plan)
    return KioskView(
        kiosk_id=kiosk_id,
        hall_name=day.plan.name,
        zone_id=plan.zone_id,
        zone_name=day.index.zones[plan.zone_id].name,
        time_zone=day.plan.time_zone,
        day=day.day,
        is_open=day.is_open,
        has_printer=plan.printer_id is not None,
        is_printer_failing=is_failing,
        printer_state=found.state if found is not None else None,
        other_kiosk=_other_kiosk(day, plan) if is_failing else None,
        queues=tuple(kiosk_queue(day, queue) for queue in own + others),
        jobs=_jobs(day, plan),
        notices=notices_of(day, plan.zone_id, ScreenId(f"kiosk:{plan.kiosk_id}")),
        opens_next_at=opens_next_at(day),
    )


def opens_next_at(day: HallDay) -> datetime | None:
    """When the hall serves again after this day; None while nobody needs to know, or nobody can."""
    assert day.plan is not None
    assert day.day is not None
    stops = (queue.stop.cause for queue in day.queues.values() if queue.stop is not None)
    if day.is_open and all(cause is StopCause.STAFF for cause in stops):
        return None
    end = closes_on(day.plan, day.day) or day.opened_at
    return opens_next(day.plan, end) if end is not None else None


def kiosk_queue(day: HallDay, queue: QueuePlan) -> KioskQueue:
    """A line as it is offered."""
    assert day.plan is not None
    return KioskQueue(
        standing=standing(day, queue),
        channels=queue.channels,
        classes=queue.classes,
        zone_name=day.index.zones[queue.zone_id].name,
        services=tuple(
            KioskService(service_id=service.service_id, name=service.name)
            for service in day.plan.services
            if service.queue_id == queue.queue_id
        ),
    )


def _is_printer_failing(day: HallDay, plan: KioskPlan) -> bool:
    if plan.printer_id is None:
        return False
    found = day.printers.get(plan.printer_id)
    if found is not None and not found.state.prints:
        return True
    last = day.last_job.get(plan.printer_id)
    has_failed = last is not None and day.jobs[last].outcome is not PrintOutcome.PRINTED
    return has_failed or (AlertKind.PRINTER_SILENT, plan.printer_id) in day.standing


def _other_kiosk(day: HallDay, plan: KioskPlan) -> OtherKiosk | None:
    """The first kiosk of the plan that prints, rather one of the same zone.

    One whose printer nobody has told of today comes last: it may print or not.
    """
    assert day.plan is not None
    untold = {k.kiosk_id for k in day.plan.kiosks if k.printer_id not in day.printers}
    for one in sorted(
        day.plan.kiosks, key=lambda k: (k.kiosk_id in untold, k.zone_id != plan.zone_id)
    ):
        if one.printer_id is not None and not _is_printer_failing(day, one):
            name = day.index.zones[one.zone_id].name
            return OtherKiosk(kiosk_id=one.kiosk_id, zone_name=name)
    return None


def _jobs(day: HallDay, plan: KioskPlan) -> tuple[KioskJob, ...]:
    recent = (day.jobs[job_id] for job_id in reversed(day.jobs))
    ours = (job for job in recent if job.printer_id == plan.printer_id)
    return tuple(KioskJob(job_id=job.job_id, outcome=job.outcome) for job in islice(ours, JOBS_MAX))
