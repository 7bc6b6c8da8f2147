from datetime import date, timedelta

import pytest

from backend.core.commands import (
    CloseDay,
    Command,
    FinishServing,
    OpenCounter,
    OpenDay,
    StartServing,
    TakeTicket,
)
from backend.core.errors import RefusalCode
from backend.core.hall_events import DayClosed, DayOpened
from backend.core.ids import Channel, CounterState, TicketClass, TicketState
from backend.core.rules.day import service_day
from tests.support.plans import W1, W2, W4, A, B, C, small_plan
from tests.support.world import HUB, MORNING, World

CLOSE, FORCE = CloseDay(), CloseDay(force=True)
FINAL = {TicketState.DONE, TicketState.CANCELLED, TicketState.ABANDONED, TicketState.EXPIRED}


def busy_hall() -> World:
    """One ticket in every state that a hall can have while it is open."""
    world = World().open(W1, W2, W4)
    for ticket_class in TicketClass:
        world.take(A, ticket_class, count=3)
    world.take(B)
    world.take(C)
    world.pass_next(W1)
    world.serve(W1)
    world.call(W1)
    world.call(W2)
    world.do(StartServing(counter_id=W2))
    world.cancel(world.take(A))
    return world


def test_day_opens_with_the_plan_it_is_brought__DY1() -> None:
    world = World(is_open=False)
    (event,) = world.do(OpenDay(), HUB)
    assert event == DayOpened(
        hall_id=world.plan.hall_id, day=date(2026, 11, 23), plan=world.plan, opened_at=world.at
    )
    assert world.day.is_open
    assert set(world.day.queues) == {A, B, C}


def test_open_day_does_not_open_again__DY1() -> None:
    world = World()
    assert world.code(OpenDay(), HUB) is RefusalCode.DAY_ALREADY_OPEN
    assert world.later(48 * 3600).code(OpenDay(), HUB) is RefusalCode.DAY_ALREADY_OPEN


def test_closed_day_is_not_opened_again__DY1() -> None:
    world = World()
    world.do(CLOSE)
    assert world.later(3600).code(OpenDay(), HUB) is RefusalCode.DAY_ALREADY_CLOSED


def test_no_day_before_the_last_one_is_opened__DY1() -> None:
    """A clock that went back must not begin yesterday anew."""
    world = World()
    world.do(CLOSE)
    assert world.later(-24 * 3600).code(OpenDay(), HUB) is RefusalCode.DAY_ALREADY_CLOSED


def test_next_day_opens_with_the_plan_in_force_then__DY1() -> None:
    world = busy_hall()
    world.do(FORCE)
    world.later(24 * 3600)
    world.plan = small_plan(version=2)
    world.do(OpenDay(), HUB)
    day = world.day
    assert (day.day, day.plan) == (date(2026, 11, 24), world.plan)
    assert [day.tickets, day.tokens, day.calls, day.jobs, day.passed, day.ranks] == [
        *({} for _ in range(5)),
        0,
    ]
    assert all(counter.state is CounterState.OFF for counter in day.counters.values())


@pytest.mark.parametrize(
    "command",
    [
        CLOSE,
        FORCE,
        TakeTicket(channel=Channel.ANONYMOUS, queue_id=A),
        OpenCounter(counter_id=W1),
    ],
)
def test_nothing_happens_before_the_first_day__DY1(command: Command) -> None:
    assert World(is_open=False).code(command) is RefusalCode.DAY_NOT_OPEN


def test_empty_hall_closes__DY1() -> None:
    world = World()
    assert world.do(CLOSE) == (DayClosed(closed_at=world.at),)
    assert (world.day.is_open, world.day.closed_at) == (False, world.at)


def test_hall_does_not_close_while_a_counter_is_busy__DY1() -> None:
    world = World().open(W1)
    world.take(A)
    world.call(W1)
    assert world.code(CLOSE) is RefusalCode.COUNTERS_BUSY
    world.do(StartServing(counter_id=W1))
    assert world.code(CLOSE) is RefusalCode.COUNTERS_BUSY
    world.do(FinishServing(counter_id=W1))
    assert world.code(CLOSE) is None


def test_closing_ends_every_ticket_and_counter__DY1_I13() -> None:
    world = busy_hall()
    called = world.counter(W1).ticket_id
    serving = world.counter(W2).ticket_id
    passed = next(iter(world.day.passed))
    assert called is not None
    assert serving is not None
    world.do(FORCE)
    assert world.state(called) is TicketState.EXPIRED
    assert world.state(serving) is TicketState.DONE
    assert world.state(passed) is TicketState.ABANDONED
    assert {ticket.state for ticket in world.day.tickets.values()} == FINAL
    assert sum(queue.issued for queue in world.day.queues.values()) == len(world.day.tickets)
    assert all(counter.state is CounterState.OFF for counter in world.day.counters.values())
    assert not world.day.passed
    assert not any(queue.waiting for queue in world.day.queues.values())


def test_forced_call_is_void_and_not_announced_any_more__DY1_I12() -> None:
    world = World().open(W1)
    world.take(A)
    world.call(W1)
    world.do(FORCE)
    (call,) = world.day.calls.values()
    assert call.is_undone
    assert not world.day.is_live(call)


def test_closed_day_does_not_close_again__DY1() -> None:
    world = World()
    world.do(CLOSE)
    assert world.code(FORCE) is RefusalCode.DAY_NOT_OPEN


def test_day_is_the_calendar_day_at_the_hall__DY1() -> None:
    late = MORNING.replace(hour=15, minute=59)
    assert service_day(late, "Asia/Shanghai") == date(2026, 11, 23)
    assert service_day(late + timedelta(minutes=1), "Asia/Shanghai") == date(2026, 11, 24)
    assert service_day(late, "America/New_York") == date(2026, 11, 23)


def test_closing_one_day_does_not_close_the_next__DY1() -> None:
    """Two processes that end a forgotten day must not end the new one as well."""
    world = World()
    meant = CloseDay(force=True, day=world.day.day)
    world.do(meant)
    world.later(24 * 3600).do(OpenDay(), HUB)
    assert world.code(meant) is RefusalCode.DAY_NOT_OPEN
    assert world.code(FORCE) is None
