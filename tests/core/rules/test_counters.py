import pytest

from backend.core.commands import (
    CallNext,
    CloseCounter,
    Command,
    FinishServing,
    OpenCounter,
    PauseCounter,
    ResumeCounter,
    StartServing,
)
from backend.core.errors import RefusalCode
from backend.core.events import CounterClosed, CounterOpened, CounterPaused, CounterResumed
from backend.core.ids import CounterState, PauseReason, StaffId
from tests.support.plans import W1, W2, A
from tests.support.world import CHIEF, World, clerk

LI, WANG = clerk("li"), clerk("wang")
OPEN, CLOSE = OpenCounter(counter_id=W1), CloseCounter(counter_id=W1)
PAUSE = PauseCounter(counter_id=W1, reason=PauseReason.LUNCH)
RESUME, CALL = ResumeCounter(counter_id=W1), CallNext(counter_id=W1)


def staffed() -> World:
    """Li has signed on at W1, and one ticket waits."""
    world = World()
    world.take(A)
    world.do(OPEN, LI)
    return world


def test_clerk_signs_on__CO1() -> None:
    world = World()
    assert world.do(OPEN, LI) == (
        CounterOpened(counter_id=W1, clerk_id=StaffId("li"), opened_at=world.at),
    )
    counter = world.counter(W1)
    assert (counter.state, counter.clerk_id, counter.opened_at) == (
        CounterState.OPEN,
        "li",
        world.at,
    )


def test_supervisor_opens_for_nobody_in_particular__CO1() -> None:
    (event,) = World().do(OPEN, CHIEF)
    assert isinstance(event, CounterOpened)
    assert event.clerk_id is None


def test_open_counter_closes__CO1() -> None:
    world = staffed()
    assert world.do(CLOSE, LI) == (CounterClosed(counter_id=W1, closed_at=world.at),)
    counter = world.counter(W1)
    assert (counter.state, counter.clerk_id) == (CounterState.OFF, None)


def test_open_counter_pauses_with_a_reason_and_resumes__CO1() -> None:
    world = staffed()
    assert world.do(PAUSE, LI) == (
        CounterPaused(counter_id=W1, reason=PauseReason.LUNCH, paused_at=world.at),
    )
    assert world.counter(W1).state is CounterState.PAUSED
    assert world.do(RESUME, LI) == (CounterResumed(counter_id=W1, resumed_at=world.at),)
    assert world.counter(W1).state is CounterState.OPEN


def test_paused_counter_closes_and_opens_without_the_pause__CO1() -> None:
    world = staffed()
    world.do(PAUSE, LI)
    world.do(CLOSE, LI)
    assert world.counter(W1).state is CounterState.OFF
    world.do(OPEN, LI)
    assert world.counter(W1).state is CounterState.OPEN


def test_counter_is_busy_from_call_to_finish__CO1() -> None:
    world = staffed()
    world.do(CALL, LI)
    assert world.counter(W1).state is CounterState.BUSY
    world.do(StartServing(counter_id=W1), LI)
    assert world.counter(W1).state is CounterState.BUSY
    world.do(FinishServing(counter_id=W1), LI)
    assert world.counter(W1).state is CounterState.OPEN


@pytest.mark.parametrize("command", [CLOSE, PAUSE], ids=["close", "pause"])
def test_busy_counter_neither_closes_nor_pauses__CO1(command: Command) -> None:
    world = staffed()
    world.do(CALL, LI)
    assert world.code(command, LI) is RefusalCode.COUNTER_BUSY
    world.do(StartServing(counter_id=W1), LI)
    assert world.code(command, LI) is RefusalCode.COUNTER_BUSY


def test_paused_counter_does_not_call__CO1() -> None:
    world = staffed()
    world.do(PAUSE, LI)
    assert world.code(CALL, LI) is RefusalCode.COUNTER_PAUSED
    assert world.code(PAUSE, LI) is RefusalCode.COUNTER_PAUSED


def test_counter_that_is_not_paused_does_not_resume__CO1() -> None:
    assert staffed().code(RESUME, LI) is RefusalCode.COUNTER_NOT_PAUSED


@pytest.mark.parametrize("command", [CLOSE, PAUSE, RESUME, CALL])
def test_closed_counter_does_nothing__CO1(command: Command) -> None:
    assert World().code(command, LI) is RefusalCode.COUNTER_CLOSED


@pytest.mark.parametrize("command", [CLOSE, PAUSE, CALL, OPEN])
def test_counter_of_another_clerk_is_taken__CL7_I18(command: Command) -> None:
    assert staffed().code(command, WANG) is RefusalCode.COUNTER_TAKEN


@pytest.mark.parametrize("command", [CLOSE, PAUSE, CALL])
def test_supervisor_acts_at_any_counter__CL7(command: Command) -> None:
    assert staffed().code(command, CHIEF) is None


def test_clerk_does_not_act_where_nobody_signed_on__CL7() -> None:
    world = World().open(W1)
    world.take(A)
    assert world.code(CALL, LI) is RefusalCode.COUNTER_TAKEN


def test_opening_twice_is_refused__CO1() -> None:
    assert staffed().code(OPEN, LI) is RefusalCode.COUNTER_ALREADY_OPEN
    assert staffed().code(OPEN, CHIEF) is RefusalCode.COUNTER_ALREADY_OPEN


def test_clerk_is_at_one_counter_only__CL7_I3() -> None:
    world = staffed()
    second = OpenCounter(counter_id=W2)
    assert world.code(second, LI) is RefusalCode.CLERK_ELSEWHERE
    world.do(CLOSE, LI)
    assert world.code(second, LI) is None


def test_supervisor_opens_several_counters__CL7() -> None:
    world = World().open(W1)
    assert world.code(OpenCounter(counter_id=W2), CHIEF) is None


@pytest.mark.parametrize(
    "command",
    [
        CallNext(counter_id="W9"),
        CloseCounter(counter_id="W9"),
        OpenCounter(counter_id="W9"),
        PauseCounter(counter_id="W9", reason=PauseReason.LUNCH),
        ResumeCounter(counter_id="W9"),
    ],
)
def test_unknown_counter_is_refused__CO1(command: Command) -> None:
    assert World().code(command, LI) is RefusalCode.UNKNOWN_COUNTER
