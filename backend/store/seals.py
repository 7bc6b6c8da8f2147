"""What ties the archive of the halls' days to the audit: digests of stretches of commits.

Who gave which command stands in the commits and is not kept twice; a stretch that was changed
afterwards does not have the digest any more that the audit keeps of it.
"""

from datetime import date
from typing import Any

from msgspec import Struct

from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.store.audit import Act, AuditRecord, note
from backend.store.database import Database, queries

SEALED, SET_ASIDE = "commits.seal", "commits.set_aside"
RECORDER = "recorder"
KIND = "commits"


class Stretch(Struct, frozen=True, kw_only=True):
    """Commits of a day, from one seq to another."""

    day: date
    first: int
    last: int

    def __str__(self) -> str:
        return f"{self.day}/{self.first}-{self.last}"


def stretch_of(text: str) -> Stretch:
    """The stretch that was written so."""
    day, _, seqs = text.partition("/")
    first, _, last = seqs.partition("-")
    return Stretch(day=date.fromisoformat(day), first=int(first), last=int(last))


async def seal(database: Database, hall_id: HallId, day: date) -> int:
    """Note a digest of what is archived of the day and not sealed yet; how many commits it is."""
    async with database.connection() as connection:
        first = await _sealed(connection, hall_id, day) + 1
        end = await queries.archived_end(connection, hall_id=hall_id, day=day)
        if end is None or end["seq"] < first:
            return 0
        stretch = Stretch(day=day, first=first, last=end["seq"])
        found = await queries.commits_digest(
            connection, hall_id=hall_id, day=day, first=stretch.first, last=stretch.last
        )
        await note(connection, _act(SEALED, hall_id, stretch, found["digest"]))
    return stretch.last - stretch.first + 1


async def note_set_aside(connection: Any, hall_id: HallId, day: date, after: int) -> None:
    """Note that the day goes another way after this seq, in the transaction that does it."""
    sealed = await _sealed(connection, hall_id, day)
    stretch = Stretch(day=day, first=min(after, sealed) + 1, last=max(after, sealed))
    await note(connection, _act(SET_ASIDE, hall_id, stretch, None))


async def _sealed(connection: Any, hall_id: HallId, day: date) -> int:
    """Up to which seq the day as it is now is sealed."""
    found: str | None = await queries.last_seal(connection, hall_id=hall_id, day=day)
    if found is None:
        return 0
    verb, _, text = found.partition(" ")
    stretch = stretch_of(text)
    return stretch.last if verb == SEALED else stretch.first - 1


def _act(verb: str, hall_id: HallId, stretch: Stretch, digest: str | None) -> Act:
    return Act(
        who=RECORDER,
        role=Role.SYSTEM,
        verb=verb,
        kind=KIND,
        id=str(stretch),
        hall_id=hall_id,
        after=digest,
    )


async def is_as_sealed(database: Database, record: AuditRecord, *, is_set_aside: bool) -> bool:
    """Whether the commits of a sealed stretch are what they were then.

    `is_set_aside`: a part of it was set aside since, and is looked for among what is lost.
    """
    assert record.id is not None
    stretch = stretch_of(record.id)
    fields: dict[str, Any] = {"hall_id": record.hall_id, "day": stretch.day}
    fields |= {"first": stretch.first, "last": stretch.last}
    async with database.connection() as connection:
        if is_set_aside:
            found = await queries.lost_commits_digest(connection, **fields, sealed_at=record.at)
        else:
            found = await queries.commits_digest(connection, **fields)
    return bool(found["digest"] == record.after)
