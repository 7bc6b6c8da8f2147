"""Going on with another plan during the day (DY2)."""

from backend.core.commands import ChangePlan
from backend.core.day import HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import AlertCleared, PlanChanged
from backend.core.ids import AlertKind
from backend.core.plan import Plan
from backend.core.rules.day import open_day_of
from backend.core.stamp import Stamp


def change_plan(day: HallDay, command: ChangePlan, stamp: Stamp) -> tuple[Event, ...]:
    """Put the newest plan in force for the rest of the day (DY2).

    Raises Refusal: day_not_open, plan_not_newest, plan_in_force, plan_in_use.
    """
    open_day_of(day)
    assert day.plan is not None
    plan = stamp.plan
    assert plan is not None, "the shell brings the plan for change_plan"
    if plan.version != command.version:
        raise Refusal(RefusalCode.PLAN_NOT_NEWEST)
    if plan.version == day.plan.version:
        raise Refusal(RefusalCode.PLAN_IN_FORCE)
    if _takes_away_what_is_used(day, day.plan, plan):
        raise Refusal(RefusalCode.PLAN_IN_USE)
    changed = PlanChanged(plan=plan, reason=command.reason, changed_at=stamp.at)
    failed = day.standing.get((AlertKind.RULE_FAILED, ""))
    if failed is None:
        return (changed,)
    return (changed, AlertCleared(alert_id=failed, cleared_at=stamp.at))  # of another rule


def _takes_away_what_is_used(day: HallDay, before: Plan, plan: Plan) -> bool:
    """Whether tickets, numbers, calls or bookings of today name what the plan has no more."""
    if (plan.hall_id, plan.time_zone) != (before.hall_id, before.time_zone):
        return True
    letters = {queue.queue_id: queue.letter for queue in plan.queues}
    used_queues = {q: day.index.queues[q].letter for q, queue in day.queues.items() if queue.issued}
    used_queues |= {t.queue_id: day.index.queues[t.queue_id].letter for t in day.tickets.values()}
    expected = (b for b in day.bookings.values() if b.ticket_id is None and not b.is_cancelled)
    booked = {booking.appointment.queue_id for booking in expected}
    used_queues |= {queue_id: day.index.queues[queue_id].letter for queue_id in booked}
    if any(letters.get(queue_id) != letter for queue_id, letter in used_queues.items()):
        return True
    zones = {counter.counter_id: counter.zone_id for counter in plan.counters}
    used_counters = {c.counter_id for c in day.counters.values() if c.is_open}
    used_counters |= {call.counter_id for call in day.calls.values()}
    used_counters |= {t.counter_id for t in day.tickets.values() if t.counter_id is not None}
    if any(zones.get(c) != day.index.counters[c].zone_id for c in used_counters):
        return True
    lines = {f"counter:{counter.counter_id}" for counter in plan.counters}
    used_lines = {t.only for t in day.tickets.values() if t.only is not None}
    return any(only.startswith("counter:") and only not in lines for only in used_lines)
