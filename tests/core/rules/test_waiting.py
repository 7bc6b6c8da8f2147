from datetime import date

import pytest

from backend.core.commands import CloseCounter, PauseCounter
from backend.core.history import Cell, DayLessons, Outcomes, QueueLesson
from backend.core.ids import PauseReason
from backend.core.rules.forecast import TUNING
from backend.core.rules.waiting import forecast_of, newcomer_range, open_counters, wait_range
from tests.support.plans import W1, W2, W3, W4, A
from tests.support.world import MORNING, World

TWO_MINUTES_A_CALL = (
    DayLessons(
        day=date(2026, 11, 20),
        queues=(
            QueueLesson(
                queue_id=A,
                cells=tuple(Cell(slot, 6, 1, 120.0, 60.0) for slot in range(18, 34)),
                outcomes=Outcomes(),
            ),
        ),
    ),
)


def test_queue_without_open_counters_has_no_estimate__WT1() -> None:
    assert wait_range(World().open(W3, W4).day, A, 5) == (None, None)


@pytest.mark.parametrize(
    ("ahead", "minutes"),
    [
        (1, (0, 20)),  # 8.2 min: 3.5 to 15.9
        (3, (5, 30)),  # 15.2 min: 7.0 to 26.0
        (10, (20, 65)),  # 39.5 min: 23.9 to 62.8
        (100, (225, 495)),
    ],
)
def test_range_is_in_steps_of_5_minutes_around_the_forecast__WT1_WT2(
    ahead: int, minutes: tuple[int, int]
) -> None:
    low, high = minutes
    assert wait_range(World().open(W1).day, A, ahead) == (low * 60, high * 60)


def test_twice_the_counters_call_twice_as_many__WT1() -> None:
    one, two = World().open(W1).day, World().open(W1, W2).day
    few, many = (forecast_of(day, A, 10 * n - 1, 10, MORNING) for n, day in ((1, one), (2, two)))
    assert few is not None
    assert many is not None
    assert few.median_s == many.median_s


def test_free_counter_means_no_wait_and_no_forecast__WT2_WT4() -> None:
    world = World().open(W1, W2)
    assert newcomer_range(world.day, A) == (0, 300)
    taken = [world.ticket(world.take(A)) for _ in range(3)]
    assert [ticket.wait_max_s == 300 for ticket in taken] == [True, True, False]
    assert [ticket.prediction is None for ticket in taken] == [True, True, False]
    assert newcomer_range(world.day, A) != (0, 300)


def test_what_a_ticket_says_is_what_the_phone_says__WT2() -> None:
    world = World(history=TWO_MINUTES_A_CALL).open(W1)
    world.take(A, count=7)
    ticket = world.ticket(world.take(A))
    assert (ticket.wait_min_s, ticket.wait_max_s) == wait_range(world.day, A, 7)


def test_queue_whose_last_counter_closes_has_no_estimate__WT1() -> None:
    world = World(history=TWO_MINUTES_A_CALL).open(W1)
    world.take(A, count=3)
    assert wait_range(world.day, A, 2) != (None, None)
    world.do(CloseCounter(counter_id=W1))
    assert wait_range(world.day, A, 2) == newcomer_range(world.day, A) == (None, None)
    world.open(W2)
    assert wait_range(world.day, A, 2) != (None, None)


def test_history_gives_the_pace_and_not_the_plan__WT1() -> None:
    known = forecast_of(World(history=TWO_MINUTES_A_CALL).open(W1).day, A, 9, 10, MORNING)
    unknown = forecast_of(World().open(W1).day, A, 9, 10, MORNING)  # 4 min in the plan
    assert known is not None
    assert unknown is not None
    assert known.median_s == pytest.approx(60 * (TUNING.median * 20 + TUNING.extra_min), rel=0.02)
    assert unknown.median_s > 1.8 * known.median_s


def test_first_day_learns_from_its_own_calls__WT1() -> None:
    world = World().open(W1)
    world.take(A, count=40)
    before = wait_range(world.day, A, 10)
    for _ in range(20):
        world.later(600).serve(W1, 0)  # 10 min a call where the plan has 4
    after = wait_range(world.day, A, 10)
    assert before[0] is not None
    assert after[0] is not None
    assert after[0] > 1.4 * before[0]


def test_paused_and_busy_counters_count_as_open__WT1() -> None:
    world = World().open(W1, W2)
    world.take(A)
    world.call(W1)
    world.do(PauseCounter(counter_id=W2, reason=PauseReason.AWAY))
    assert open_counters(world.day, A) == 2


@pytest.mark.parametrize("ahead", range(1, 200, 7))
def test_range_is_never_empty_and_holds_the_forecast__WT2(ahead: int) -> None:
    low, high = wait_range(World().open(W1).day, A, ahead)
    assert low is not None
    assert high is not None
    assert (low % 300, high % 300) == (0, 0)
    assert low <= (ahead + 1) * 240 * TUNING.median < high
