"""Counters open, close, pause and resume, and who may act at them (CO1, CL7, I3)."""

from backend.core.commands import (
    CloseCounter,
    CounterCommand,
    OpenCounter,
    PauseCounter,
    ResumeCounter,
)
from backend.core.day import Counter, HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import (
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    Event,
)
from backend.core.ids import CounterId
from backend.core.rules.day import open_day_of
from backend.core.stamp import Role, Stamp


def open_counter(day: HallDay, command: OpenCounter, stamp: Stamp) -> tuple[Event, ...]:
    """Sign the clerk on at the counter; a supervisor opens it for nobody in particular.

    Raises Refusal: day_not_open, unknown_counter, counter_taken, counter_already_open,
    clerk_elsewhere.
    """
    open_day_of(day)
    counter = _known(day, command.counter_id)
    clerk_id = stamp.clerk_id
    if counter.is_open:
        is_ours = clerk_id is None or counter.clerk_id in {None, clerk_id}
        code = RefusalCode.COUNTER_ALREADY_OPEN if is_ours else RefusalCode.COUNTER_TAKEN
        raise Refusal(code)
    if clerk_id is not None and any(c.clerk_id == clerk_id for c in day.counters.values()):
        raise Refusal(RefusalCode.CLERK_ELSEWHERE)
    return (CounterOpened(counter_id=counter.counter_id, clerk_id=clerk_id, opened_at=stamp.at),)


def close_counter(day: HallDay, command: CloseCounter, stamp: Stamp) -> tuple[Event, ...]:
    """Sign off; Raises Refusal: as `acting_counter`, and counter_busy."""
    counter = acting_counter(day, command, stamp)
    if counter.ticket_id is not None:
        raise Refusal(RefusalCode.COUNTER_BUSY)
    return (CounterClosed(counter_id=counter.counter_id, closed_at=stamp.at),)


def pause_counter(day: HallDay, command: PauseCounter, stamp: Stamp) -> tuple[Event, ...]:
    """Stop calling; Raises Refusal: as `acting_counter`, counter_busy, counter_paused."""
    counter = acting_counter(day, command, stamp)
    if counter.ticket_id is not None:
        raise Refusal(RefusalCode.COUNTER_BUSY)
    if counter.paused_reason is not None:
        raise Refusal(RefusalCode.COUNTER_PAUSED)
    return (
        CounterPaused(counter_id=counter.counter_id, reason=command.reason, paused_at=stamp.at),
    )


def resume_counter(day: HallDay, command: ResumeCounter, stamp: Stamp) -> tuple[Event, ...]:
    """Call again; Raises Refusal: as `acting_counter`, and counter_not_paused."""
    counter = acting_counter(day, command, stamp)
    if counter.paused_reason is None:
        raise Refusal(RefusalCode.COUNTER_NOT_PAUSED)
    return (CounterResumed(counter_id=counter.counter_id, resumed_at=stamp.at),)


def acting_counter(day: HallDay, command: CounterCommand, stamp: Stamp) -> Counter:
    """The open counter the command is about, which the caller may act at (CL7).

    A clerk acts only where signed on; supervisors act anywhere.

    Raises Refusal: day_not_open, unknown_counter, counter_closed, counter_taken.
    """
    open_day_of(day)
    counter = _known(day, command.counter_id)
    if not counter.is_open:
        raise Refusal(RefusalCode.COUNTER_CLOSED)
    if stamp.by.role is Role.CLERK and counter.clerk_id != stamp.clerk_id:
        raise Refusal(RefusalCode.COUNTER_TAKEN)
    return counter


def free_counter(day: HallDay, command: CounterCommand, stamp: Stamp) -> Counter:
    """The counter, if it may call somebody now.

    Raises Refusal: as `acting_counter`, counter_busy, counter_paused.
    """
    counter = acting_counter(day, command, stamp)
    if counter.ticket_id is not None:
        raise Refusal(RefusalCode.COUNTER_BUSY)
    if counter.paused_reason is not None:
        raise Refusal(RefusalCode.COUNTER_PAUSED)
    return counter


def _known(day: HallDay, counter_id: str) -> Counter:
    counter = day.counters.get(CounterId(counter_id))
    if counter is None:
        raise Refusal(RefusalCode.UNKNOWN_COUNTER)
    return counter
