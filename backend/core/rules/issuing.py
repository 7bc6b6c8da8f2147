"""When a queue gives out no numbers (TK4, TK5)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from backend.core.commands import ResumeIssuing, StopIssuing
from backend.core.day import HallDay, Queue
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import IssuingResumed, IssuingStopped
from backend.core.ids import QueueId, StopCause
from backend.core.rules.cycle import closes_at
from backend.core.rules.day import open_day_of
from backend.core.rules.hours import open_s_left
from backend.core.rules.waiting import STEP_S, Range, newcomer_range
from backend.core.stamp import Stamp

RESUME_S = 2 * STEP_S


def check_issuing(day: HallDay, queue_id: QueueId, at: datetime) -> None:
    """Raises Refusal: issuing_stopped, queue_full (TK4, TK5)."""
    queue = day.queues[queue_id]
    if queue.stop is not None or _is_closing(day, at):
        raise Refusal(RefusalCode.ISSUING_STOPPED)
    waiting_max = day.index.queues[queue_id].waiting_max
    if waiting_max is not None and queue.waiting >= waiting_max:
        raise Refusal(RefusalCode.QUEUE_FULL)


def issuing_kept(
    day: HallDay, waits: Mapping[QueueId, Range], at: datetime
) -> tuple[IssuingStopped | IssuingResumed, ...]:
    """What time and waits do to the issuing of each queue (TK5); where staff stopped it, nothing.

    It stops before closing, and while whoever came now would be served after it.  A wait that has
    stopped it must fall by two steps more before it goes on, else it would come and go.
    """
    found: list[IssuingStopped | IssuingResumed] = []
    for queue_id, queue in day.queues.items():
        stopped = queue.stop.cause if queue.stop is not None else None
        if stopped is StopCause.STAFF:
            continue
        cause = _cause(day, queue, waits[queue_id], at)
        if cause is not None and cause is not stopped:
            found.append(IssuingStopped(queue_id=queue_id, cause=cause, reason="", stopped_at=at))
        elif cause is None and stopped is not None:
            found.append(IssuingResumed(queue_id=queue_id, resumed_at=at))
    return tuple(found)


def _cause(day: HallDay, queue: Queue, wait: Range, at: datetime) -> StopCause | None:
    """Why the queue gives out no numbers at `at`, but for what staff say; None when it does."""
    if _is_closing(day, at):
        return StopCause.CLOSING
    left_s = _left_s(day, at)
    is_too_long = left_s is not None and _is_too_long(queue, wait, left_s)
    return StopCause.WAIT if is_too_long else None


def stop_issuing(day: HallDay, command: StopIssuing, stamp: Stamp) -> tuple[Event, ...]:
    """Give out no more numbers, of one queue or of all, until staff say so (TK5).

    Raises Refusal: day_not_open, unknown_queue, issuing_stopped (by staff already).
    """
    going = [q for q in _named(day, command.queue_id) if not _is_stopped_by_staff(day, q)]
    if not going:
        raise Refusal(RefusalCode.ISSUING_STOPPED)
    return tuple(
        IssuingStopped(
            queue_id=queue_id, cause=StopCause.STAFF, reason=command.reason, stopped_at=stamp.at
        )
        for queue_id in going
    )


def resume_issuing(day: HallDay, command: ResumeIssuing, stamp: Stamp) -> tuple[Event, ...]:
    """Give out numbers again where staff had stopped it (TK5).

    Where closing or the wait stops it all the same, the answer says so: no number comes between.

    Raises Refusal: day_not_open, unknown_queue, issuing_not_stopped (by staff).
    """
    stopped = [q for q in _named(day, command.queue_id) if _is_stopped_by_staff(day, q)]
    if not stopped:
        raise Refusal(RefusalCode.ISSUING_NOT_STOPPED)
    found: list[Event] = []
    for queue_id in stopped:
        found.append(IssuingResumed(queue_id=queue_id, resumed_at=stamp.at))
        wait = newcomer_range(day, queue_id)
        cause = _cause(day, day.queues[queue_id], wait, stamp.at)
        if cause is not None:
            found.append(
                IssuingStopped(queue_id=queue_id, cause=cause, reason="", stopped_at=stamp.at)
            )
    return tuple(found)


def _named(day: HallDay, queue_id: str | None) -> list[QueueId]:
    open_day_of(day)
    if queue_id is None:
        return list(day.queues)
    if queue_id not in day.queues:
        raise Refusal(RefusalCode.UNKNOWN_QUEUE)
    return [QueueId(queue_id)]


def _is_stopped_by_staff(day: HallDay, queue_id: QueueId) -> bool:
    stop = day.queues[queue_id].stop
    return stop is not None and stop.cause is StopCause.STAFF


def _is_too_long(queue: Queue, wait: Range, left_s: float) -> bool:
    _, longest_s = wait
    if longest_s is None:
        return False  # nobody knows before a counter is open
    is_stopped = queue.stop is not None and queue.stop.cause is StopCause.WAIT
    return longest_s + (RESUME_S if is_stopped else 0) > left_s


def _left_s(day: HallDay, at: datetime) -> float | None:
    """For how long the hall still serves today; None when it does not close."""
    if closes_at(day) is None:
        return None
    assert day.plan is not None
    return open_s_left(day.plan, open_day_of(day), at)


def _is_closing(day: HallDay, at: datetime) -> bool:
    closing = closes_at(day)
    early = timedelta(seconds=day.rules.issuing_stops_s)
    return closing is not None and at >= closing - early
