"""Counters open, close, pause and resume, and who may act at them (CO1, CL7, I3)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from backend.core.commands import (
    AssignCounter,
    CloseCounter,
    CounterCommand,
    OpenCounter,
    PauseCounter,
    ResumeCounter,
)
from backend.core.day import Counter, HallDay, Ticket
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import (
    CounterAssigned,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    Event,
)
from backend.core.ids import CallMode, CounterId, QueueId, StaffId
from backend.core.plan import CounterPlan, Serving
from backend.core.rules.day import open_day_of, service_day
from backend.core.stamp import Role, Stamp


def open_counter(day: HallDay, command: OpenCounter, stamp: Stamp) -> tuple[Event, ...]:
    """Sign the clerk on at the counter; a supervisor opens it for somebody, or for nobody yet.

    A counter that was opened for nobody in particular goes to the first who signs on at it, with
    the visitor and the pause that it has.

    Raises Refusal: day_not_open, unknown_counter, counter_taken, counter_already_open,
    clerk_elsewhere.
    """
    open_day_of(day)
    counter = _known(day, command.counter_id)
    clerk_id = stamp.clerk_id
    if command.for_clerk_id is not None:
        clerk_id = StaffId(command.for_clerk_id)
    is_nobodys = counter.is_open and counter.clerk_id is None and clerk_id is not None
    if counter.is_open and not is_nobodys:
        is_ours = clerk_id is None or counter.clerk_id == clerk_id
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


def assign_counter(day: HallDay, command: AssignCounter, stamp: Stamp) -> tuple[Event, ...]:
    """Let the counter serve other queues; whom it serves at the moment it goes on serving (CL4).

    Raises Refusal: day_not_open, unknown_counter, unknown_queue, shares_not_one_each, target_same.
    """
    open_day_of(day)
    counter = _known(day, command.counter_id)
    if any(queue_id not in day.queues for queue_id in command.queue_ids):
        raise Refusal(RefusalCode.UNKNOWN_QUEUE)
    shares = command.shares if command.mode is CallMode.SHARES else ()
    is_one_each = command.mode is not CallMode.SHARES or len(shares) == len(command.queue_ids)
    if not is_one_each or len(set(command.queue_ids)) < len(command.queue_ids):
        raise Refusal(RefusalCode.SHARES_NOT_ONE_EACH)
    queue_ids = tuple(QueueId(queue_id) for queue_id in command.queue_ids)
    serving = Serving(queue_ids=queue_ids, mode=command.mode, shares=shares)
    if serving == counter.serving:
        raise Refusal(RefusalCode.TARGET_SAME)
    return (
        CounterAssigned(
            counter_id=counter.counter_id, serving=serving, from_minute=None, assigned_at=stamp.at
        ),
    )


def timetabled(day: HallDay, at: datetime) -> tuple[CounterAssigned, ...]:
    """The counters whose timetable has come to another entry (CL4).

    What people chose since the last entry began stays until the next one does.
    """
    assert day.plan is not None
    if service_day(at, day.plan.time_zone) != day.day:
        return ()
    now = at.astimezone(ZoneInfo(day.plan.time_zone))
    found = []
    for plan in day.plan.counters:
        entry = _entry_at(plan, now.hour * 60 + now.minute)
        if entry is not None and day.counters[plan.counter_id].from_minute != entry[0]:
            found.append(
                CounterAssigned(
                    counter_id=plan.counter_id,
                    serving=entry[1],
                    from_minute=entry[0],
                    assigned_at=at,
                )
            )
    return tuple(found)


def _entry_at(plan: CounterPlan, minute: int) -> tuple[int, Serving] | None:
    due = [(entry.from_minute, entry.serving) for entry in plan.timetable]
    return next((entry for entry in reversed(due) if entry[0] <= minute), None)


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


def serves(counter: Counter, ticket: Ticket) -> bool:
    """Whether the ticket is of the counter's queues, or was sent to it or to its clerk."""
    mine = {f"counter:{counter.counter_id}", f"clerk:{counter.clerk_id}"}
    return ticket.queue_id in counter.serving.queue_ids or ticket.only in mine


def check_own(day: HallDay, ticket: Ticket, stamp: Stamp) -> None:
    """A clerk acts only for tickets that the clerk's counter serves; other staff for any (CO1).

    Raises Refusal: counter_closed, ticket_of_other_queue.
    """
    if stamp.clerk_id is None:
        return
    seat = next((c for c in day.counters.values() if c.clerk_id == stamp.clerk_id), None)
    if seat is None:
        raise Refusal(RefusalCode.COUNTER_CLOSED)
    if not serves(seat, ticket):
        raise Refusal(RefusalCode.TICKET_OF_OTHER_QUEUE)


def _known(day: HallDay, counter_id: str) -> Counter:
    counter = day.counters.get(CounterId(counter_id))
    if counter is None:
        raise Refusal(RefusalCode.UNKNOWN_COUNTER)
    return counter
