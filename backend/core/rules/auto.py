"""Counters that call the next visitor by themselves (CL11)."""

from datetime import datetime, timedelta

from backend.core.commands import AutoCall, CallNext, StopAutoCall
from backend.core.day import Counter, HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import AutoCallStopped, Event
from backend.core.ids import CounterId, CounterState
from backend.core.rules.calls import call_next
from backend.core.rules.counters import acting_counter
from backend.core.rules.order import first_in_order
from backend.core.stamp import Stamp


def auto_call_at(day: HallDay, counter: Counter) -> datetime | None:
    """When the counter calls by itself; None when it does not, or nobody waits for it."""
    plan = day.index.counters[counter.counter_id]
    if plan.auto_call_s is None or counter.auto_from is None or not day.is_open:
        return None
    if counter.state is not CounterState.OPEN:
        return None
    if first_in_order(day, counter.counter_id, counter.auto_from) is None:
        return None
    return counter.auto_from + timedelta(seconds=plan.auto_call_s)


def auto_calls(day: HallDay) -> list[tuple[datetime, CounterId]]:
    """When each counter calls by itself, of those that are to; soonest first."""
    if day.plan is None:
        return []
    found = []
    for plan in day.plan.counters:
        if plan.auto_call_s is None:
            continue
        due_at = auto_call_at(day, day.counters[plan.counter_id])
        if due_at is not None:
            found.append((due_at, plan.counter_id))
    return sorted(found)


def auto_call(day: HallDay, command: AutoCall, stamp: Stamp) -> tuple[Event, ...]:
    """Call the next ticket when it is due; nothing when it is not (any more)."""
    counter = day.counters.get(CounterId(command.counter_id))
    due_at = auto_call_at(day, counter) if counter is not None else None
    if due_at is None or stamp.at < due_at:
        return ()
    return call_next(day, CallNext(counter_id=command.counter_id), stamp)


def stop_auto_call(day: HallDay, command: StopAutoCall, stamp: Stamp) -> tuple[Event, ...]:
    """Let the clerk ask for the next visitor this time.

    Raises Refusal: as `acting_counter`, auto_call_not_due.
    """
    counter = acting_counter(day, command, stamp)
    plan = day.index.counters[counter.counter_id]
    if plan.auto_call_s is None or counter.auto_from is None:
        raise Refusal(RefusalCode.AUTO_CALL_NOT_DUE)
    return (AutoCallStopped(counter_id=counter.counter_id, stopped_at=stamp.at),)
