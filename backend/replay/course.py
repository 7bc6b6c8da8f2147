"""When a screen changed in the course of a recorded day."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from backend.core.day import HallDay
from backend.core.events import TicketCalled
from backend.core.evolve import evolve
from backend.core.views.topics import Topic, Touched, exists
from backend.store.stream import Commit
from backend.wire.history import ScreenCourse

MS = timedelta(milliseconds=1)


def course_of(commits: Sequence[Commit], topic: Topic) -> ScreenCourse | None:
    """The course of a topic; None when the day never had it."""
    day = HallDay()
    began_at: datetime | None = None
    changes: list[int] = []
    calls: list[int] = []
    for commit in commits:
        touched = Touched()
        for event in commit.events:
            evolve(day, event)
            touched.add(day, event)
        if day.plan is None:
            continue
        began_at = began_at or _whole_ms(commit.at)
        if not commit.events or not exists(day, topic) or not touched.concerns(day, topic):
            continue
        at_ms = _ms_until(began_at, commit.at)
        changes.append(at_ms)
        if any(isinstance(event, TicketCalled) for event in commit.events):
            calls.append(at_ms)
    if began_at is None or not changes:
        return None
    return ScreenCourse(
        began_at=began_at,
        ended_at=began_at + MS * _ms_until(began_at, commits[-1].at),
        changes_ms=tuple(changes),
        calls_ms=tuple(calls),
    )


def _whole_ms(at: datetime) -> datetime:
    """Rounded down: pages reckon in whole milliseconds."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _ms_until(began_at: datetime, at: datetime) -> int:
    """Rounded up: by then it has happened."""
    return -((began_at - at) // MS)
