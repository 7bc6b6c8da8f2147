"""Commits for stores, which do not look into them."""

from datetime import date, timedelta

from backend.core.errors import RefusalCode
from backend.core.events import Event
from backend.core.ids import CommandId, HallId
from backend.core.stamp import Caller, Role
from backend.store.stream import Commit, DayRef, Entry, Position
from tests.support.samples import AT, EVENTS

BY = Caller(role=Role.CLERK, id="li")
HALL = HallId("hall")
MONDAY = DayRef(day=date(2026, 11, 23), epoch="first")
TUESDAY = DayRef(day=date(2026, 11, 24), epoch="second")


def commit(id: str, *events: Event) -> Commit:
    """A commit with this id; of one event unless others are given."""
    return Commit(id=CommandId(id), by=BY, at=AT, events=events or EVENTS[3:4])


def refusal(id: str) -> Commit:
    """A commit that keeps a refusal."""
    return Commit(id=CommandId(id), by=BY, at=AT, refused=RefusalCode.QUEUE_EMPTY)


def commits(letters: str) -> list[Commit]:
    """A commit for each letter, a second apart."""
    return [
        Commit(id=CommandId(letter), by=BY, at=AT + timedelta(seconds=n), events=EVENTS[3:4])
        for n, letter in enumerate(letters)
    ]


def entries(found: list[Commit], after: int = 0) -> list[Entry]:
    """The commits where they stand when they follow `after` others."""
    return [
        Entry(position=Position(n, each.id), commit=each)
        for n, each in enumerate(found, start=after + 1)
    ]


def ids(found: list[Entry] | None) -> str:
    """The ids of the entries, one after another."""
    assert found is not None
    return "".join(entry.commit.id for entry in found)
