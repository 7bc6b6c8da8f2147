from collections.abc import Iterable
from math import isfinite

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core.history import History, Outcomes, QueueHistory, QueueLesson
from backend.core.ids import QueueId
from backend.core.rules.forecast import (
    CALIBRATION_MAX,
    CALIBRATION_MIN,
    CELLS_MAX,
    DAYS_MAX,
    HALL_STEPS,
    NO_HISTORY,
    QUEUE_STEPS,
    TUNING,
    Calibration,
    Moment,
    Stretch,
    calibrated,
    cells_of,
    forecast,
    learn,
    tally,
    teach,
    together,
)

NOW = Moment(minute=600, ahead=4, waiting=5, counters=2, handling_s=480)
NINE, NOON, FIVE = 540, 720, 1020
A, B = QueueId("A"), QueueId("B")


def day(
    gap_min: float, *, start: float = NINE, end: float = FIVE, waiting: int = 5, counters: int = 2
) -> list[Stretch]:
    """Someone waits from `start` to `end`, and is called every `gap_min`."""
    return [
        Stretch(
            minute=start + i * gap_min, minutes=gap_min, waiting=waiting, counters=counters, calls=1
        )
        for i in range(int((end - start) / gap_min))
    ]


def lesson(stretches: Iterable[Stretch]) -> QueueLesson:
    """What a day with these stretches teaches."""
    cells: dict[int, tuple[float, float]] = {}
    for each in stretches:
        tally(cells, each)
    return QueueLesson(queue_id=A, cells=cells_of(cells), outcomes=Outcomes())


def learnt(days: Iterable[Iterable[Stretch]], spread: float = 1, centre: float = 1) -> History:
    """What the forecast makes of these days of one queue."""
    (known,) = teach([[lesson(day)] for day in days]) or [QueueHistory(queue_id=A)]
    return learn(replace(known, spread=spread, centre=centre))


def shown(gap_min: float, calls: int) -> float:
    """Seconds that a queue with one call every `gap_min` is forecast for `calls`."""
    return 60 * (TUNING.median * gap_min * calls + TUNING.extra_min)


def test_steady_queue_takes_a_gap_for_each_call__WT1() -> None:
    history = learnt([day(6)] * 5)
    for ahead in (0, 4, 20):
        found = forecast(history, replace(NOW, ahead=ahead))
        assert found.median_s == pytest.approx(shown(6, ahead + 1))


def test_slow_afternoon_lengthens_a_wait_that_reaches_it__WT1() -> None:
    history = learnt([day(4, end=NOON) + day(12, start=NOON)] * 10)
    early = forecast(history, replace(NOW, minute=NINE))
    late = forecast(history, replace(NOW, minute=FIVE - 60))
    assert late.median_s > 1.8 * early.median_s
    two_hours_of_calls = replace(NOW, minute=NOON - 60, ahead=29)
    assert forecast(history, two_hours_of_calls).median_s > 1.2 * shown(4, 30)


def test_moments_with_more_counters_count_for_a_hall_with_more__WT1() -> None:
    history = learnt([day(8, counters=1), day(4, counters=4)] * 5)
    few = forecast(history, replace(NOW, counters=1))
    many = forecast(history, replace(NOW, counters=4))
    assert few.median_s > 1.5 * many.median_s


def test_moments_as_crowded_count_more__WT1() -> None:
    history = learnt([day(8, waiting=2), day(4, waiting=30)] * 5)
    empty = forecast(history, replace(NOW, ahead=1, waiting=2))
    crowd = forecast(history, replace(NOW, ahead=1, waiting=30))
    assert empty.median_s > 1.5 * crowd.median_s


def test_counters_never_seen_before_leave_the_pace_by_time_of_day__WT1() -> None:
    history = learnt([day(6)] * 5)
    assert forecast(history, replace(NOW, counters=40)).median_s == pytest.approx(shown(6, 5))


def test_days_before_the_last_20_are_forgotten__WT1() -> None:
    assert learnt([day(60)] + [day(4)] * DAYS_MAX) == learnt([day(4)] * DAYS_MAX)


def test_time_in_which_nobody_waited_says_nothing__WT1() -> None:
    idle = Stretch(minute=700, minutes=200, waiting=0, counters=2, calls=1)
    assert learnt([[idle, *day(6)]]) == learnt([day(6)])


def test_first_day_goes_by_handling_time_and_open_counters__WT1() -> None:
    assert forecast(NO_HISTORY, NOW).median_s == pytest.approx(shown(4, 5))
    assert forecast(NO_HISTORY, replace(NOW, counters=1)).median_s == pytest.approx(shown(8, 5))
    assert forecast(NO_HISTORY, replace(NOW, counters=0)).median_s == pytest.approx(shown(8, 5))


def test_first_day_learns_from_its_own_calls__WT1() -> None:
    seen = replace(NOW, minutes_today=80, calls_today=10)  # 8 min a call where 4 were planned
    assert forecast(NO_HISTORY, seen).median_s == pytest.approx(shown(6, 5))


def test_few_calls_in_the_history_are_added_to_the_first_days_rule__WT1() -> None:
    history = learnt([day(8, end=NINE + 80)])  # 10 calls
    assert history.calls == 10
    assert forecast(history, NOW).median_s == pytest.approx(shown(6, 5))
    nobody_called = learnt([[Stretch(minute=600, minutes=60, waiting=3, counters=2, calls=0)]])
    assert forecast(nobody_called, NOW).median_s > shown(4, 5)


def test_range_grows_with_the_spread__WT4() -> None:
    one = forecast(learnt([day(6)] * 5), NOW)
    two = forecast(learnt([day(6)] * 5, spread=2), NOW)
    assert two.median_s == one.median_s
    assert two.low_s < one.low_s < one.median_s < one.high_s < two.high_s


def test_centre_lengthens_the_median__WT4() -> None:
    longer = forecast(learnt([day(6)] * 5, centre=1.3), NOW)
    assert longer.median_s - 60 * TUNING.extra_min == pytest.approx(
        1.3 * (shown(6, 5) - 60 * TUNING.extra_min)
    )


def test_queue_and_hall_calibrate_together__WT4() -> None:
    all_missed = Outcomes(predicted=40, missed=40, longer=40)
    as_said = Outcomes(predicted=160, missed=32, longer=80)
    missed, good = (
        QueueLesson(queue_id=queue_id, cells=(), outcomes=outcomes)
        for queue_id, outcomes in ((A, all_missed), (B, as_said))
    )
    of_a, of_b = teach([[missed, good]])
    hall = calibrated(Calibration(), together([all_missed, as_said]), HALL_STEPS)
    queue = calibrated(Calibration(), all_missed, QUEUE_STEPS)
    assert of_b.spread == pytest.approx(hall.spread, abs=1e-4)
    assert of_a.spread == pytest.approx(hall.spread * queue.spread, abs=1e-4)
    assert of_a.centre == of_b.centre > 1
    assert teach([[missed, good]] * 2)[0].spread > of_a.spread


def test_wait_over_two_slots_is_told_in_both__WT1() -> None:
    found = lesson([Stretch(minute=NINE + 20, minutes=40, waiting=1, counters=1, calls=4)])
    assert [(cell.slot, cell.minutes, cell.calls) for cell in found.cells] == [
        (18, 10, 1),
        (19, 30, 3),
    ]


def test_wait_past_midnight_belongs_to_the_last_half_hour__WT1() -> None:
    found = lesson([Stretch(minute=1435, minutes=600, waiting=1, counters=1, calls=1)])
    assert [(cell.slot, cell.minutes) for cell in found.cells] == [(47, 600)]


def test_call_taken_back_leaves_nothing__WT1_CL9() -> None:
    moment = Stretch(minute=NINE, minutes=0, waiting=2, counters=1, calls=1)
    (cell,) = lesson([moment, replace(moment, calls=-1)]).cells
    assert cell.calls == 0


def test_only_the_cells_of_most_time_are_kept__WT1() -> None:
    many = [
        Stretch(minute=30 * (n % 48), minutes=1 + n / 1000, waiting=n, counters=n % 64, calls=1)
        for n in range(1, 500)
    ]
    found = lesson(many).cells
    assert len(found) == CELLS_MAX
    assert min(cell.minutes for cell in found) > 1.2
    assert list(found) == sorted(found, key=lambda cell: (cell.slot, cell.level, cell.counters))


def test_range_of_many_calls_is_narrower_for_its_length__WT4() -> None:
    history = learnt([day(6)] * 5)
    found = [forecast(history, replace(NOW, ahead=ahead)) for ahead in (1, 5, 20, 100)]
    shares = [(wait.high_s - wait.low_s) / wait.median_s for wait in found]
    assert shares == sorted(shares, reverse=True)


def outcomes(predicted: int, missed: int, longer: int) -> Outcomes:
    return Outcomes(predicted=predicted, missed=missed, longer=longer)


def test_spread_grows_with_misses_and_shrinks_without__WT4() -> None:
    before = Calibration()
    assert calibrated(before, outcomes(40, 20, 20), QUEUE_STEPS).spread > 1
    assert calibrated(before, outcomes(40, 0, 20), QUEUE_STEPS).spread < 1
    assert calibrated(before, outcomes(40, 8, 20), QUEUE_STEPS).spread == pytest.approx(1)
    assert calibrated(before, outcomes(0, 0, 0), QUEUE_STEPS) == before


def test_median_moves_to_the_middle_of_a_halls_waits__WT4() -> None:
    before = Calibration()
    assert calibrated(before, outcomes(40, 8, 30), HALL_STEPS).centre > 1
    assert calibrated(before, outcomes(40, 8, 10), HALL_STEPS).centre < 1
    assert calibrated(before, outcomes(40, 8, 30), QUEUE_STEPS).centre == 1


def test_few_predictions_move_the_calibration_less__WT4() -> None:
    few = calibrated(Calibration(), outcomes(2, 2, 2), HALL_STEPS)
    many = calibrated(Calibration(), outcomes(40, 40, 40), HALL_STEPS)
    assert 1 < few.spread < many.spread
    assert 1 < few.centre < many.centre


def test_calibration_stays_within_its_limits__WT4() -> None:
    wide = narrow = Calibration()
    for _ in range(200):
        wide = calibrated(wide, outcomes(40, 40, 40), HALL_STEPS)
        narrow = calibrated(narrow, outcomes(40, 0, 0), HALL_STEPS)
    assert wide == Calibration(spread=CALIBRATION_MAX, centre=CALIBRATION_MAX)
    assert narrow == Calibration(spread=CALIBRATION_MIN, centre=CALIBRATION_MIN)


stretch = st.builds(
    Stretch,
    minute=st.floats(0, 1439),
    minutes=st.floats(0.1, 240),
    waiting=st.integers(0, 300),
    counters=st.integers(0, 40),
    calls=st.integers(0, 30),
)
moment = st.builds(
    Moment,
    minute=st.floats(0, 1439),
    ahead=st.integers(0, 300),
    waiting=st.integers(1, 301),
    counters=st.integers(0, 40),
    handling_s=st.floats(30, 3600),
    minutes_today=st.floats(0, 600),
    calls_today=st.integers(0, 300),
)


@given(st.lists(st.lists(stretch, max_size=20), max_size=4), moment, st.floats(0.01, 100))
def test_any_history_gives_a_finite_wait_that_more_people_do_not_shorten__WT1(
    days: list[list[Stretch]], now: Moment, spread: float
) -> None:
    history = learnt(days, spread, spread)
    found = forecast(history, now)
    assert 0 < found.low_s < found.median_s < found.high_s
    assert isfinite(found.high_s)
    assert forecast(history, replace(now, ahead=now.ahead + 1)).median_s >= found.median_s
