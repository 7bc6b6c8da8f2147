import pytest

from backend.core.commands import PauseCounter
from backend.core.ids import PauseReason
from backend.core.rules.waiting import open_counters, wait_range
from tests.support.plans import W1, W2, W3, W4, A
from tests.support.world import World


def test_queue_without_open_counters_has_no_estimate__WT1() -> None:
    assert wait_range(World().open(W3, W4).day, A, 5) == (None, None)


@pytest.mark.parametrize(
    ("ahead", "minutes"),
    [
        (0, (0, 5)),
        (1, (0, 10)),  # 4 min: 2.8 to 5.6
        (3, (5, 20)),  # 12 min: 8.4 to 16.8
        (10, (25, 60)),  # 40 min: 28 to 56
        (100, (280, 565)),
    ],
)
def test_range_is_in_steps_of_5_minutes_around_the_estimate__WT1_WT2(
    ahead: int, minutes: tuple[int, int]
) -> None:
    low, high = minutes
    assert wait_range(World().open(W1).day, A, ahead) == (low * 60, high * 60)


def test_more_open_counters_halve_the_wait__WT1() -> None:
    assert wait_range(World().open(W1, W2).day, A, 20) == wait_range(World().open(W1).day, A, 10)


def test_paused_and_busy_counters_count_as_open__WT1() -> None:
    world = World().open(W1, W2)
    world.take(A)
    world.call(W1)
    world.do(PauseCounter(counter_id=W2, reason=PauseReason.AWAY))
    assert open_counters(world.day, A) == 2


@pytest.mark.parametrize("ahead", range(0, 200, 7))
def test_range_is_never_empty_and_holds_the_estimate__WT2(ahead: int) -> None:
    low, high = wait_range(World().open(W1).day, A, ahead)
    assert low is not None
    assert high is not None
    assert (low % 300, high % 300) == (0, 0)
    assert low <= ahead * 240 < high
