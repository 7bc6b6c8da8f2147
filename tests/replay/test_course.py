"""When a screen changed in the course of a recorded day."""

from datetime import timedelta

from backend.core.views.topics import topic_of
from backend.replay.course import course_of
from backend.wire.history import ScreenCourse
from tests.replay.recorded import Recorded
from tests.support.plans import W1, W2, A


def course(world: Recorded, name: str) -> ScreenCourse | None:
    topic = topic_of(name)
    assert topic is not None
    return course_of(world.commits, topic)


def test_sign_of_a_counter_changes_with_its_own_calls_alone() -> None:
    world = Recorded()
    world.later(60).open(W1, W2)
    world.take(A, count=2)
    world.later(60).call(W1)
    world.later(60).call(W2)
    found = course(world, f"counter_screen:{W1}")
    assert found is not None
    assert found.began_at == world.commits[0].at
    assert found.ended_at == world.commits[-1].at
    assert found.changes_ms[0] == 0
    assert [ms // 60_000 for ms in found.calls_ms] == [2]
    assert set(found.calls_ms) < set(found.changes_ms)


def test_board_changes_with_every_call_of_its_zone() -> None:
    world = Recorded().open(W1, W2)
    world.take(A, count=2)
    world.later(5).call(W1)
    world.later(5).call(W2)
    found = course(world, "board:Z1")
    assert found is not None
    assert len(found.calls_ms) == 2
    assert found.changes_ms == tuple(sorted(found.changes_ms))


def test_screen_that_the_hall_never_had_has_no_course() -> None:
    assert course(Recorded(), "board:nowhere") is None


def test_last_change_within_a_millisecond_is_not_after_the_end() -> None:
    world = Recorded().open(W1)
    world.take(A)
    world.later(1.000004).call(W1)
    found = course(world, "board:Z1")
    assert found is not None
    length = found.ended_at - found.began_at
    assert found.changes_ms[-1] * timedelta(milliseconds=1) == length
    assert found.ended_at >= world.commits[-1].at
