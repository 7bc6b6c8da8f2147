"""What a day counts of its queues' paces, and what it teaches the next ones."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.core.commands import (
    CloseDay,
    DelayTicket,
    FinishServing,
    OpenDay,
    PauseCounter,
    StartServing,
    TransferTicket,
)
from backend.core.evolve import fold
from backend.core.hall_events import DayClosed, DayOpened
from backend.core.history import DayLessons, Outcomes, QueueLesson
from backend.core.ids import CounterId, PauseReason, QueueId
from backend.core.rules.forecast import DAYS_MAX
from backend.core.rules.paces import lessons_of, outcomes_of
from backend.core.views.forecast import accuracy, day_accuracy
from tests.support.plans import W1, W2, W4, A, B, small_plan
from tests.support.world import HUB, World


def pace(world: World, queue_id: QueueId = A) -> tuple[float, float]:
    """Minutes and calls of the queue's day."""
    found = world.queue(queue_id).pace
    return round(found.minutes, 3), found.calls


def finish(world: World, counter_id: CounterId) -> None:
    """Serve whoever was called."""
    world.do(StartServing(counter_id=counter_id))
    world.do(FinishServing(counter_id=counter_id))


def line(count: int = 4) -> World:
    """W1 serves the first of some who wait."""
    world = World().open(W1)
    world.take(A)
    world.call(W1)
    world.take(A, count=count - 1)
    return world


def test_minutes_and_calls_count_while_someone_waits__WT1() -> None:
    world = line()
    began = world.at - timedelta(seconds=2)
    for _ in range(3):
        finish(world.later(240), W1)
        world.call(W1)
    minutes = (world.at - began).total_seconds() / 60
    assert pace(world) == (round(minutes, 3), 3)
    world.later(3600).take(B)
    assert pace(world) == (round(minutes, 3), 3)  # an hour in which nobody waited


def test_who_finds_a_free_counter_makes_no_pace__WT1() -> None:
    world = World().open(W1)
    for _ in range(5):
        world.take(A)
        world.later(10).serve(W1)
    assert pace(world) == (0, 0)


def test_paused_counter_is_no_free_one__WT1() -> None:
    world = World().open(W1)
    world.do(PauseCounter(counter_id=W1, reason=PauseReason.LUNCH))
    world.take(A)
    world.later(600).take(A)
    assert pace(world)[0] == pytest.approx(10.017, abs=0.001)


def test_undone_call_counts_nothing__WT1_CL9() -> None:
    world = line()
    finish(world.later(60), W1)
    world.call(W1)
    assert pace(world)[1] == 1
    world.undo(W1)
    assert pace(world)[1] == 0
    assert sum(cell.calls for cell in lessons_of(world.day)[0].cells) == 0


def test_wait_of_one_ends_at_the_first_call_that_stands__WT4() -> None:
    world = line()
    assert world.ticket(world.take(A)).prediction is not None
    assert outcomes_of(world.day)[A] == Outcomes()
    for _ in range(4):
        finish(world.later(300), W1)
        world.call(W1)
    found = outcomes_of(world.day)[A]
    assert found.predicted == 4
    world.undo(W1)
    assert outcomes_of(world.day)[A].predicted == 3
    world.later(30).call(W1)
    again = outcomes_of(world.day)[A]
    assert again.predicted == 4
    assert again.waited_s == pytest.approx(found.waited_s + 30, abs=0.1)


def test_outcomes_tell_error_bias_and_misses__WT4() -> None:
    world = World().open(W1)
    world.take(A)
    world.call(W1)
    ticket = world.ticket(world.take(A))
    assert ticket.prediction is not None
    told = ticket.prediction.forecast
    finish(world.later(told.high_s + 100), W1)
    world.call(W1)
    wait_s = (world.at - ticket.issued_at).total_seconds()
    found = accuracy(outcomes_of(world.day)[A])
    assert (found.predicted, found.wait_s, found.coverage) == (1, wait_s, 0)
    assert found.error_s == pytest.approx(wait_s - told.median_s, abs=0.1)
    assert found.bias_s == pytest.approx(told.median_s - wait_s, abs=0.1)
    assert outcomes_of(world.day)[A].longer == 1


def test_visitor_who_lets_others_go_first_tells_nothing__WT4_TK6() -> None:
    world = line()
    late = world.take(A)
    world.take(A, count=2)
    world.do(DelayTicket(ticket_id=late))
    for _ in range(6):
        finish(world, W1)
        world.call(W1)
    assert world.ticket(late).prediction is None
    assert outcomes_of(world.day)[A].predicted == 5


def test_transferred_visitors_first_wait_belongs_to_the_first_queue__WT4_TR1() -> None:
    world = World().open(W1, W2)
    world.take(A, count=2)
    world.call(W1)
    world.call(W2)
    world.take(A)
    finish(world, W2)
    world.call(W2)
    world.do(StartServing(counter_id=W2))
    world.do(TransferTicket(counter_id=W2, to_queue_id=B, reason="the other desk"))
    world.call(W2)
    assert outcomes_of(world.day)[A].predicted == 1
    assert outcomes_of(world.day)[B].predicted == 0


def test_day_without_predictions_has_no_means__WT4() -> None:
    (empty,) = {accuracy(found) for found in outcomes_of(World().day).values()}
    assert (empty.predicted, empty.wait_s, empty.error_s, empty.coverage) == (0, None, None, None)


def closed() -> World:
    """A day with some calls, closed."""
    world = line(count=12)
    for _ in range(10):
        finish(world.later(360), W1)
        world.call(W1)
    world.do(CloseDay(force=True))
    return world


def lessons_of_closed(world: World) -> tuple[QueueLesson, ...]:
    """What the closing of the day carried."""
    (event,) = [found for found in world.events if isinstance(found, DayClosed)]
    return event.lessons


def test_closed_day_teaches_the_next_one__WT1_WT4() -> None:
    world = closed()
    (lesson,) = lessons_of_closed(world)
    assert (lesson.queue_id, lesson.outcomes.predicted) == (A, 10)
    assert sum(cell.calls for cell in lesson.cells) == pytest.approx(10)
    world.later(24 * 3600).do(OpenDay(), HUB)
    (known,) = world.day.histories
    assert known == A
    assert world.day.histories[A].calls == pytest.approx(10)
    assert world.queue(A).pace.lesson is None


def test_day_in_the_archive_already_is_not_learnt_twice__WT1() -> None:
    world = closed()
    assert world.day.day is not None
    world.history = (DayLessons(day=world.day.day, queues=lessons_of_closed(world)),)
    world.later(24 * 3600).do(OpenDay(), HUB)
    assert world.day.histories[A].calls == pytest.approx(10)


def test_queue_that_is_no_more_is_not_carried_on__WT1() -> None:
    lesson = QueueLesson(
        queue_id=QueueId("Z"), cells=lessons_of_closed(closed())[0].cells, outcomes=Outcomes()
    )
    yesterday = World().at.date() - timedelta(days=1)
    world = World(history=(DayLessons(day=yesterday, queues=(lesson,)),))
    (event,) = [found for found in world.events if isinstance(found, DayOpened)]
    assert event.history == ()


def test_every_fold_of_the_same_events_forecasts_the_same__WT1_I8() -> None:
    world = closed()
    world.later(24 * 3600).do(OpenDay(), HUB)
    world.open(W1, W4)
    world.take(A, count=5)
    again = fold(world.day.copy(), [])
    replayed = fold(type(world.day)(), world.events)
    assert replayed.histories == again.histories == world.day.histories
    assert replayed == world.day


def test_accuracy_of_a_hall_is_that_of_its_queues_together__WT4() -> None:
    one = Outcomes(predicted=10, missed=1, longer=5, waited_s=6000, error_s=600, bias_s=-100)
    two = replace(one, predicted=30, missed=11)
    found = day_accuracy(
        World().at.date(),
        [QueueLesson(queue_id=q, cells=(), outcomes=o) for q, o in ((A, one), (B, two))],
    )
    assert (found.hall.predicted, found.hall.coverage, found.hall.error_s) == (40, 0.7, 30)
    assert [queue.queue_id for queue in found.queues] == [A, B]


def test_days_history_is_of_at_most_20_days__WT1() -> None:
    lessons = lessons_of_closed(closed())
    first = World().at.date() - timedelta(days=100)
    days = tuple(
        DayLessons(day=first + timedelta(days=n), queues=lessons) for n in range(DAYS_MAX + 5)
    )
    world = World(plan=small_plan(), history=days)
    assert world.day.histories[A].calls == pytest.approx(10 * DAYS_MAX)
