"""A visit is rated by its token on later days, from a real archive and by a driven clock (EV2)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest

from backend.core.commands import CallNext, CancelTicket, FinishServing, OpenCounter, StartServing
from backend.core.errors import RefusalCode
from backend.core.evaluation import Evaluate
from backend.core.ids import CommandId, HallId, TicketState, TicketToken
from backend.core.stamp import Visit
from backend.hub.hall import Hall
from backend.hub.visits import PastVisits
from backend.recorder import HallRecorder
from backend.replay.answers import Answers
from backend.store.archive import Archive
from backend.store.memory_stream import MemoryStream
from backend.store.stream import StoreError
from tests.hub.stage import DEVICE, SUPERVISOR, VISITOR, new_hall, running, take
from tests.hub.test_keeper import SATURDAY, Time
from tests.support.plans import W1, A, small_plan

HALL = HallId("main")
DAY_S = 86_400
LIMIT_S = 15.0


class Site:
    """A hall on a stream in memory, by a clock that the test moves, before a real archive."""

    def __init__(self, archive: Archive) -> None:
        self.archive, self.stream = archive, MemoryStream()
        self.time = Time(SATURDAY.replace(hour=9))
        self.visits = PastVisits(archive, Answers(archive, lambda _: self.stream).to)
        self.hall: Hall = new_hall(
            self.stream, small_plan(), self.time.clock(), past_visit=self._visit
        )
        self.recorder = HallRecorder(HALL, self.stream, archive)
        self.ids = 0

    async def rate(self, token: TicketToken, level: int = 5) -> RefusalCode | None:
        """Rate from the phone; why not, if not."""
        self.ids += 1
        command = Evaluate(ticket_token=token, level=level)
        answer = await self.hall.do(CommandId(f"rate-{self.ids}"), command, VISITOR)
        return answer.refused

    async def visit(self, *, is_served: bool = True) -> TicketToken:
        """One visitor comes, and leaves again unless served; the token of the ticket."""
        self.ids += 1
        taken = await self.hall.do(CommandId(f"take-{self.ids}"), take(A), DEVICE)
        assert isinstance(taken.result.token, str)
        for step in (CallNext, StartServing, FinishServing) if is_served else ():
            step_id = CommandId(f"{step.__name__}-{self.ids}")
            answer = await self.hall.do(step_id, step(counter_id=W1), SUPERVISOR)
            assert answer.refused is None
        if not is_served:
            cancel = CancelTicket(ticket_token=taken.result.token)
            await self.hall.do(CommandId(f"cancel-{self.ids}"), cancel, VISITOR)
        return taken.result.token

    async def next_day(self) -> None:
        """The hall begins another day, and the archive catches up."""
        before = self.hall.follower.day.day
        await self.time.go(DAY_S, self.hall)
        assert before is not None
        assert self.hall.follower.day.day == before + timedelta(days=1)
        await self.archived()

    async def archived(self) -> None:
        """The archive has begun the hall's day."""
        day = self.hall.follower.day.day
        async with asyncio.timeout(LIMIT_S):
            while await self.archive.latest_day(HALL) != day:
                await asyncio.sleep(0.01)

    async def _visit(self, token: TicketToken, live: date, today: date) -> Visit | None:
        return await self.visits.find(HALL, token, live, today)


@asynccontextmanager
async def site_of(archive: Archive) -> AsyncIterator[Site]:
    site = Site(archive)
    async with running(site.hall):
        recording = asyncio.create_task(site.recorder.run())
        opened = OpenCounter(counter_id=W1)
        assert (await site.hall.do(CommandId("open"), opened, SUPERVISOR)).refused is None
        await site.archived()
        yield site
        recording.cancel()
        await asyncio.wait((recording,))


async def test_visit_is_rated_once_by_its_token_until_the_fifth_day_ends__EV2(
    archive: Archive,
) -> None:
    async with site_of(archive) as site:
        tokens = [await site.visit() for _ in range(6)]
        left = await site.visit(is_served=False)
        for day_no, token in enumerate(tokens[:5], start=1):
            assert await site.rate(token, day_no) is None
            for rated in tokens[:day_no]:
                assert await site.rate(rated) is RefusalCode.ALREADY_EVALUATED
            assert await site.rate(left) is RefusalCode.VISIT_NOT_OVER
            assert await site.rate(TicketToken("guessed")) is RefusalCode.UNKNOWN_TICKET
            await site.next_day()
        for token in tokens:
            assert await site.rate(token) is RefusalCode.EVALUATION_TOO_LATE
        levels = []
        for token in tokens[1:5]:
            ticket = await site.visits.place(token)
            assert ticket is not None
            said = await archive.evaluation_after(ticket)
            assert said is not None
            assert (said.day, said.is_at_pad) == (ticket.day, False)
            levels.append(said.level)
        assert levels == [2, 3, 4, 5]


async def test_past_visit_is_shown_as_it_ended_and_with_what_was_said_since__EV2(
    archive: Archive,
) -> None:
    async with site_of(archive) as site:
        token = await site.visit()
        await site.next_day()
        ticket = await site.visits.place(token)
        assert ticket is not None
        live = site.hall.follower.day.day
        assert live is not None
        view = await site.visits.view(ticket, token, live)
        assert (view.state, view.can_evaluate, view.level) == (TicketState.DONE, True, None)
        assert await site.rate(token, 3) is None
        await site.next_day()
        view = await site.visits.view(ticket, token, live + timedelta(days=1))
        assert (view.can_evaluate, view.level) == (False, 3)


async def test_archive_that_is_behind_is_waited_for__EV2(archive: Archive) -> None:
    """It may lack what was said on the day that has just ended."""
    async with site_of(archive) as site:
        token = await site.visit()
        await site.next_day()
        ticket = await site.visits.place(token)
        assert ticket is not None
        with pytest.raises(StoreError, match="caught up"):
            await site.visits.find(HALL, token, ticket.day + timedelta(days=2), ticket.day)
