"""When a queue gives out no numbers (TK4, TK5)."""

from datetime import datetime

from backend.core.commands import ResumeIssuing, StopIssuing
from backend.core.day import HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import IssuingResumed, IssuingStopped
from backend.core.ids import QueueId, StopCause
from backend.core.rules.day import open_day_of
from backend.core.stamp import Stamp


def check_issuing(day: HallDay, queue_id: QueueId, at: datetime) -> None:
    """Raises Refusal: issuing_stopped, queue_full (TK4, TK5)."""
    queue = day.queues[queue_id]
    if queue.stop is not None:
        raise Refusal(RefusalCode.ISSUING_STOPPED)
    waiting_max = day.index.queues[queue_id].waiting_max
    if waiting_max is not None and queue.waiting >= waiting_max:
        raise Refusal(RefusalCode.QUEUE_FULL)


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

    Raises Refusal: day_not_open, unknown_queue, issuing_not_stopped (by staff).
    """
    stopped = [q for q in _named(day, command.queue_id) if _is_stopped_by_staff(day, q)]
    if not stopped:
        raise Refusal(RefusalCode.ISSUING_NOT_STOPPED)
    return tuple(IssuingResumed(queue_id=queue_id, resumed_at=stamp.at) for queue_id in stopped)


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
