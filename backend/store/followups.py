"""What follows bad ratings, in PostgreSQL (EV3)."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import msgspec
from msgspec.structs import replace

from backend.core.evaluation import VisitEvaluated
from backend.core.followups import BAD_MAX, BadRating, FollowUp, FollowUpState
from backend.core.ids import HallId, ServiceId, TicketId
from backend.core.messages import Message
from backend.core.rules.followups import flag, open_follow_up, state_of
from backend.store.calendars import Calendars
from backend.store.database import Database, queries
from backend.store.outbox import put
from backend.store.plans import Plans
from backend.store.stream import Commit

PAGE = 100
"""Follow-ups in one list."""
SETTLED = {FollowUpState.RATE_AGAIN, FollowUpState.CLOSED, FollowUpState.EXCLUDED}
"""Nothing is to be done by staff."""

Tell = Callable[[FollowUp], Message | None]

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(FollowUp).decode


class FollowUps:
    """The follow-ups of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._plans = Plans(database)
        self._calendars = Calendars(database)

    async def open_after(self, hall_id: HallId, day: date, commits: Iterable[Commit]) -> int:
        """Open a follow-up for every bad rating in the commits, once; returns how many are bad.

        Safe to repeat: what is open stays as it is.
        """
        ratings = [
            rating
            for commit in commits
            for event in commit.events
            if isinstance(event, VisitEvaluated) and (rating := bad_rating(day, event)) is not None
        ]
        if not ratings:
            return 0
        plan, calendar = await self._plans.newest(hall_id), await self._calendars.calendar()
        assert plan is not None  # a hall that has a day has a plan
        async with self._database.connection() as connection:
            for rating in ratings:
                await _open(connection, hall_id, open_follow_up(rating, plan, calendar))
        return len(ratings)

    async def flag(self, hall_id: HallId, day: date, ratings: Iterable[VisitEvaluated]) -> None:
        """Have ratings looked at that came in a burst on that day (EV4); safe to repeat."""
        plan, calendar = await self._plans.newest(hall_id), await self._calendars.calendar()
        assert plan is not None  # a hall that has a day has a plan
        for event in ratings:
            rating = rating_of(day, event)
            if rating is None:
                continue
            found = await self.find(hall_id, rating.day, rating.ticket_id)
            if found is None:
                async with self._database.connection() as connection:
                    await _open(connection, hall_id, open_follow_up(rating, plan, calendar))
            if found is None or not found.is_flagged:
                await self.change(hall_id, rating.day, rating.ticket_id, flag)

    async def change(
        self,
        hall_id: HallId,
        day: date,
        ticket_id: TicketId,
        add: Callable[[FollowUp], FollowUp],
        tell: Tell | None = None,
    ) -> FollowUp | None:
        """The follow-up after `add`, kept; None when there is none.  What `add` raises passes.

        `tell`: what its visitor is told, if that is somebody known (NO1); nobody here learns who.
        """
        key = {"hall_id": hall_id, "day": day, "ticket_id": ticket_id}
        async with self._database.connection() as connection:
            row = await queries.lock_followup(connection, **key)
            if row is None:
                return None
            found = add(_decode(row["body"].encode()))
            await queries.put_followup(connection, **key, **_columns(found))
            news = tell(found) if tell is not None else None
            person = await queries.person_of_ticket(connection, **key) if news is not None else None
            if news is not None and person is not None:
                await put(connection, replace(news, person_hash=person))
        return found

    async def find(self, hall_id: HallId, day: date, ticket_id: TicketId) -> FollowUp | None:
        """The follow-up of a rating."""
        async with self._database.connection() as connection:
            row = await queries.followup(connection, hall_id=hall_id, day=day, ticket_id=ticket_id)
        return _decode(row["body"].encode()) if row is not None else None

    async def list(
        self, hall_id: HallId, *, is_open: bool, service_ids: list[ServiceId] | None, skip: int
    ) -> list[FollowUp]:
        """What is to be done first, then the others, newest first; one more than a `PAGE` at most.

        `service_ids`: of visits for these services only.
        """
        async with self._database.connection() as connection:
            rows = queries.followups_of(
                connection,
                hall_id=hall_id,
                is_open=is_open,
                service_ids=service_ids,
                count=PAGE + 1,
                skip=skip,
            )
            return [_decode(row["body"].encode()) async for row in rows]


def bad_rating(day: date, event: VisitEvaluated) -> BadRating | None:
    """The rating, if it is one to call back."""
    return rating_of(day, event) if event.level <= BAD_MAX else None


def rating_of(day: date, event: VisitEvaluated) -> BadRating | None:
    """What was said and of which visit; None of what was kept before visits were told."""
    if event.number is None or event.queue_id is None:
        return None
    return BadRating(
        day=event.day or day,
        ticket_id=event.ticket_id,
        number=event.number,
        queue_id=event.queue_id,
        service_ids=event.service_ids,
        counter_id=event.counter_id,
        level=event.level,
        tags=event.tags,
        comment=event.comment,
        evaluated_at=event.evaluated_at,
    )


async def _open(connection: Any, hall_id: HallId, found: FollowUp) -> None:
    rating = found.rating
    await queries.open_followup(
        connection,
        hall_id=hall_id,
        day=rating.day,
        ticket_id=rating.ticket_id,
        queue_id=rating.queue_id,
        service_id=rating.service_ids[0] if rating.service_ids else None,
        counter_id=rating.counter_id,
        level=rating.level,
        evaluated_at=rating.evaluated_at,
        call_back_by=found.call_back_by,
        answer_by=found.answer_by,
        body=_encode(found).decode(),
    )


def _columns(found: FollowUp) -> dict[str, object]:
    called, answered, again = found.called_back, found.answered, found.rated_again
    is_excluded = found.ruled is not None and found.ruled.is_excluded
    return {
        "called_back_in_time": called.is_in_time if called is not None else None,
        "answered_in_time": answered.is_in_time if answered is not None else None,
        "level_again": again.level if again is not None else None,
        "is_excluded": is_excluded,
        "is_flagged": found.is_flagged,
        "is_settled": state_of(found, found.rating.evaluated_at) in SETTLED,
        "body": _encode(found).decode(),
    }
