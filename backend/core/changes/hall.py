"""The hall as a whole: its day, plan, appointments, issuing, notices and alerts."""

from typing import assert_never

from backend.core.day import (
    Alert,
    Booking,
    Counter,
    HallDay,
    Notice,
    Queue,
    Stop,
    serving_of,
)
from backend.core.devices import Printer
from backend.core.hall_events import (
    AlertAcknowledged,
    AlertCleared,
    AlertRaised,
    AppointmentAdded,
    AppointmentCancelled,
    DayClosed,
    DayOpened,
    HallEvent,
    IssuingResumed,
    IssuingStopped,
    NoticePosted,
    NoticeRemoved,
    PlanChanged,
    PrinterReported,
    RollChanged,
    RosterChanged,
    ScreenReported,
    SpeakersReported,
)
from backend.core.index import Index, index_of
from backend.core.plan import Appointment, Plan
from backend.core.rules.hours import is_extra


def hall_changed(day: HallDay, event: HallEvent) -> None:
    """Change the hall."""
    match event:
        case DayOpened():
            _day_opened(day, event)
        case DayClosed():
            day.is_open = False
            day.closed_at = day.at = event.closed_at
        case PlanChanged():
            _plan_changed(day, event)
        case RosterChanged():
            day.shifts = event.shifts
            for counter in day.counters.values():  # whom to ask is to be found out anew
                counter.offer, counter.asked = None, ()
            day.at = event.changed_at
        case AppointmentAdded():
            _expect(day, event.appointment)
            day.at = event.added_at
        case AppointmentCancelled():
            day.bookings[event.appointment_id].is_cancelled = True
            day.at = event.cancelled_at
        case IssuingStopped():
            day.queues[event.queue_id].stop = Stop(
                cause=event.cause, reason=event.reason, stopped_at=event.stopped_at
            )
            day.at = event.stopped_at
        case IssuingResumed():
            day.queues[event.queue_id].stop = None
            day.at = event.resumed_at
        case NoticePosted() | NoticeRemoved():
            _notice_changed(day, event)
        case AlertRaised() | AlertAcknowledged() | AlertCleared():
            _alert_changed(day, event)
        case PrinterReported():
            _printer_reported(day, event)
        case RollChanged():
            day.rolls[event.printer_id] = day.at = event.changed_at
        case SpeakersReported():
            day.speakers[event.zone_id] = event
            day.at = event.reported_at
        case ScreenReported():
            day.screens[event.screen_id] = event
            day.at = event.reported_at
        case _:
            assert_never(event)


def _day_opened(day: HallDay, event: DayOpened) -> None:
    plan = event.plan
    fresh = HallDay(
        plan=plan,
        index=index_of(plan),
        day=event.day,
        is_open=True,
        opened_at=event.opened_at,
        is_extra=is_extra(plan, event.day, event.opened_at),
        at=event.opened_at,
        shifts=event.shifts,
    )
    fresh.tally.usual = event.usual
    _set_up(fresh, plan)
    for appointment in event.appointments:
        _expect(fresh, appointment)
    for name in day.__struct_fields__:
        setattr(day, name, getattr(fresh, name))


def _plan_changed(day: HallDay, event: PlanChanged) -> None:
    """What the plan names no more stays known: yesterday's ticket of it is still looked at."""
    before, now = day.index, index_of(event.plan)
    day.plan = event.plan
    day.index = Index(
        zones=before.zones | now.zones,
        queues=before.queues | now.queues,
        counters=before.counters | now.counters,
        services=before.services | now.services,
        kiosks=before.kiosks | now.kiosks,
    )
    for plan in event.plan.counters:
        counter = day.counters.get(plan.counter_id)
        if counter is None:
            continue
        is_in_plan = now.queues.keys() >= set(counter.serving.queue_ids)
        if before.counters[plan.counter_id] != plan or not is_in_plan:
            counter.serving, counter.turns = plan.serving, []
            counter.from_minute = None
    _set_up(day, event.plan)
    day.at = event.changed_at


def _set_up(day: HallDay, plan: Plan) -> None:
    """Begin the queues and counters that the day does not have yet, in the plan's order."""
    queues, counters = day.queues, day.counters
    day.queues = {
        q.queue_id: queues.get(q.queue_id) or Queue(queue_id=q.queue_id) for q in plan.queues
    }
    day.counters = {
        c.counter_id: counters.get(c.counter_id)
        or Counter(counter_id=c.counter_id, serving=c.serving)
        for c in plan.counters
    }
    day.serving = serving_of(day.counters.values())


def _expect(day: HallDay, appointment: Appointment) -> None:
    day.bookings[appointment.appointment_id] = Booking(appointment=appointment)
    day.codes[appointment.code] = appointment.appointment_id


def _notice_changed(day: HallDay, event: NoticePosted | NoticeRemoved) -> None:
    day.notices.pop(event.notice_id, None)
    match event:
        case NoticePosted():
            day.notices[event.notice_id] = Notice(
                notice_id=event.notice_id,
                text=event.text,
                zone_ids=(*([event.zone_id] if event.zone_id is not None else ()), *event.zone_ids),
                screen_ids=event.screen_ids,
                is_pinned=event.is_pinned,
                until=event.until,
                posted_at=event.posted_at,
            )
            day.at = event.posted_at
        case NoticeRemoved():
            day.at = event.removed_at


def _alert_changed(day: HallDay, event: AlertRaised | AlertAcknowledged | AlertCleared) -> None:
    match event:
        case AlertRaised():
            day.alerts[event.alert_id] = Alert(
                alert_id=event.alert_id,
                kind=event.kind,
                subject_id=event.subject_id,
                value=event.value,
                raised_at=event.raised_at,
            )
            day.standing[event.kind, event.subject_id] = event.alert_id
            day.at = event.raised_at
        case AlertAcknowledged():
            alert = day.alerts[event.alert_id]
            alert.acknowledged_by = event.by
            alert.acknowledged_at = day.at = event.acknowledged_at
        case AlertCleared():
            alert = day.alerts[event.alert_id]
            alert.cleared_at = day.at = event.cleared_at
            day.standing.pop((alert.kind, alert.subject_id), None)


def _printer_reported(day: HallDay, event: PrinterReported) -> None:
    before = day.printers.get(event.printer_id)
    is_same = before is not None and before.state is event.state
    if before is not None and event.state.prints and not before.state.prints:
        day.last_job.pop(event.printer_id, None)  # it is well again: what failed was before that
    day.printers[event.printer_id] = Printer(
        printer_id=event.printer_id,
        agent_id=event.agent_id,
        state=event.state,
        since=before.since if before is not None and is_same else event.reported_at,
        heard_at=event.reported_at,
        tickets_left=event.tickets_left,
    )
    day.at = event.reported_at
