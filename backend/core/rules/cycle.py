"""When a hall's day begins and ends by itself (DY1)."""

from datetime import datetime, timedelta

from backend.core.day import HallDay
from backend.core.plan import Plan
from backend.core.rules.day import service_day
from backend.core.rules.hours import closes_on, has_hours, is_extra, opens_on


def is_due(day: HallDay, plan: Plan, at: datetime) -> bool:
    """Whether the day of today, by the newest plan, is to begin now (DY1).

    With hours, some time before the hall first opens, and not on a holiday or after closing; what
    is left of an earlier day is ended by force.  Without, as soon as the day before is over.
    """
    today = service_day(at, plan.time_zone)
    if day.day is not None and today <= day.day:
        return False
    if not has_hours(plan):
        return not day.is_open
    opens_at, closing = opens_on(plan, today), closes_on(plan, today)
    if opens_at is None or closing is None:
        return False
    return opens_at - timedelta(seconds=plan.rules.day_opens_s) <= at < closing


def closes_at(day: HallDay) -> datetime | None:
    """When the hall closes for the open day.

    None when it does not: it has no hours, or somebody opened the day on a holiday or after hours.
    A plan put in force since that has no hours left for the day closes it at once (DY2).
    """
    if day.plan is None or day.day is None or day.opened_at is None or not has_hours(day.plan):
        return None
    if is_extra(day.plan, day.day, day.opened_at):
        return None if day.is_extra else day.opened_at
    return closes_on(day.plan, day.day)


def is_over(day: HallDay, at: datetime) -> bool:
    """Whether the hall has closed, at midnight if it never does, and nobody is left in it (DY1)."""
    if not day.is_open or day.plan is None or day.day is None:
        return False
    closing = closes_at(day)
    if closing is not None and at < closing:
        return False
    if closing is None and service_day(at, day.plan.time_zone) <= day.day:
        return False
    waiting = any(queue.waiting for queue in day.queues.values()) or any(day.directed.values())
    return not (waiting or day.held or any(c.ticket_id for c in day.counters.values()))
