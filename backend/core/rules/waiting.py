"""What a visitor is told of the wait (WT1, WT2); the forecast itself is in forecast.py."""

from datetime import datetime
from zoneinfo import ZoneInfo

from backend.core.day import HallDay
from backend.core.history import Forecast
from backend.core.ids import CounterState, QueueId
from backend.core.rules.forecast import NO_HISTORY, Moment, forecast

STEP_S = 300
Range = tuple[int | None, int | None]
"""Shortest and longest wait in seconds; None while no counter is open."""
AT_ONCE = (0, STEP_S)
"""Told to who finds a free counter and nobody before them."""


def open_counters(day: HallDay, queue_id: QueueId) -> int:
    """How many counters serve the queue now; a paused one comes back and counts."""
    serving = day.serving.get(queue_id, ())
    return sum(day.counters[counter_id].state is not CounterState.OFF for counter_id in serving)


def free_counters(day: HallDay, queue_id: QueueId) -> int:
    """How many counters of the queue are open and have nobody."""
    serving = day.serving.get(queue_id, ())
    return sum(day.counters[counter_id].state is CounterState.OPEN for counter_id in serving)


def wait_range(day: HallDay, queue_id: QueueId, ahead: int) -> tuple[int | None, int | None]:
    """Shortest and longest wait in seconds, in 5-minute steps; None while no counter is open.

    For somebody in the queue with `ahead` before them, as of when the queue last changed, so that
    a screen changes only with what it is about.
    """
    queue = day.queues[queue_id]
    if ahead < queue.pace.free:
        return AT_ONCE
    return _last_range(day, queue_id, ahead, max(queue.waiting, ahead + 1))


def newcomer_range(day: HallDay, queue_id: QueueId) -> tuple[int | None, int | None]:
    """The same for somebody who comes now and will be the last of the queue."""
    waiting = day.queues[queue_id].waiting
    if waiting < free_counters(day, queue_id):
        return AT_ONCE
    return _last_range(day, queue_id, waiting, waiting + 1)


def _last_range(
    day: HallDay, queue_id: QueueId, ahead: int, waiting: int
) -> tuple[int | None, int | None]:
    at = day.queues[queue_id].pace.at
    found = forecast_of(day, queue_id, ahead, waiting, at) if at is not None else None
    return shown(found) if found is not None else (None, None)


def shown(found: Forecast) -> tuple[int, int]:
    """The range of a forecast in 5-minute steps that hold it (WT2)."""
    low = int(found.low_s // STEP_S) * STEP_S
    high = (int(found.high_s // STEP_S) + 1) * STEP_S
    return (low, high)


def told(
    day: HallDay, queue_id: QueueId, ahead: int, at: datetime
) -> tuple[Forecast | None, tuple[int | None, int | None]]:
    """What who takes a ticket at `at` is told, and the forecast behind it (WT2, WT4).

    No forecast where a counter is free: there is no wait to predict.
    """
    if ahead < free_counters(day, queue_id):
        return None, AT_ONCE
    found = forecast_of(day, queue_id, ahead, day.queues[queue_id].waiting + 1, at)
    return found, shown(found) if found is not None else (None, None)


def forecast_of(
    day: HallDay, queue_id: QueueId, ahead: int, waiting: int, at: datetime
) -> Forecast | None:
    """The wait from `at` with `ahead` before and `waiting` in the queue, the visitor among them.

    None while no counter serves the queue (WT1).
    """
    counters = open_counters(day, queue_id)
    if not counters:
        return None
    pace = day.queues[queue_id].pace
    found = forecast(
        day.histories.get(queue_id, NO_HISTORY),
        Moment(
            minute=minute_of_day(day, at),
            ahead=ahead,
            waiting=waiting,
            counters=counters,
            handling_s=day.index.queues[queue_id].mean_handling_s,
            minutes_today=pace.minutes,
            calls_today=pace.calls,
        ),
    )
    return Forecast(round(found.low_s, 1), round(found.median_s, 1), round(found.high_s, 1))


def minute_of_day(day: HallDay, at: datetime) -> float:
    """Minutes since the day's midnight, by the hall's clock; more than a day's after it."""
    assert day.plan is not None
    assert day.day is not None
    local = at.astimezone(ZoneInfo(day.plan.time_zone))
    days = (local.date() - day.day).days
    seconds = local.second + local.microsecond / 1e6
    return days * 1440 + local.hour * 60 + local.minute + seconds / 60
