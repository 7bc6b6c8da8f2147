"""Clerks: each looks at the view of the desk and does the one thing that is due."""

import asyncio
from contextlib import suppress
from random import Random

import structlog

from backend.client import Client, HttpError, RejectedError, UnansweredError
from backend.client.http import sign_in
from backend.core.commands import (
    CallNext,
    FinishServing,
    OpenCounter,
    PassTicket,
    PauseCounter,
    Recall,
    ResumeCounter,
    StartServing,
)
from backend.core.ids import CounterId, CounterState, PauseReason, TicketState
from backend.core.views.counter import CounterView, DeskTicket
from backend.demo.crowd.act import act
from backend.demo.crowd.office import Office
from backend.demo.hall import HALL_ID, PASSWORD
from backend.wire.close_codes import CloseCode

LOOK_AGAIN_S = 10.0
"""A clerk looks again after so long even if nothing has changed: a refusal changes nothing."""
COME_BACK_S = 2.0

log = structlog.get_logger()


async def clerk(office: Office, counter_id: CounterId) -> None:
    """Sit at one counter, whatever happens to the hub, until a person signs in in their place."""
    username = counter_id.lower()
    chance = Random(f"{office.seed}:{username}")
    is_wanted = True
    while is_wanted:
        await office.sleep(chance.uniform(0.0, COME_BACK_S))
        try:
            cookie = await sign_in(office.url, username, PASSWORD)
            async with Client(
                office.url, HALL_ID, cookie=cookie, name=f"crowd-{username}"
            ) as client:
                await Desk(office, client, counter_id, chance).work()
        except* (HttpError, RejectedError, UnansweredError) as errors:
            if any(_is_superseded(error) for error in errors.exceptions):
                log.info("clerk_gives_way", counter_id=counter_id)
                is_wanted = False
            else:
                why = str(errors.exceptions[0])
                log.info("clerk_comes_back", counter_id=counter_id, why=why)
                await asyncio.sleep(COME_BACK_S)


def _is_superseded(error: BaseException) -> bool:
    return isinstance(error, RejectedError) and error.close_code == CloseCode.SUPERSEDED


class Desk:
    """One clerk's work: look at the desk's view, do the one thing that is due."""

    def __init__(
        self, office: Office, client: Client, counter_id: CounterId, chance: Random
    ) -> None:
        self._office = office
        self._client = client
        self._counter_id = counter_id
        self._chance = chance
        self._view: CounterView | None = None
        self._changed = asyncio.Event()

    async def work(self) -> None:
        """Work until cancelled.  Raises an ExceptionGroup with the client's errors."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            while True:
                with suppress(TimeoutError):
                    async with asyncio.timeout(LOOK_AGAIN_S / self._office.speed):
                        await self._changed.wait()
                self._changed.clear()
                if self._view is not None and self._view.is_day_open:
                    await self._act(self._view)

    async def _watch(self) -> None:
        async for show in self._client.watch(f"counter:{self._counter_id}"):
            assert isinstance(show.view, CounterView)
            self._view = show.view
            self._changed.set()

    async def _act(self, view: CounterView) -> None:
        """Do what is due; what has changed meanwhile is refused, and the next view tells."""
        if view.state is CounterState.OFF:
            await self._office.sleep(self._chance.uniform(0.5, 5.0))
            await act(self._client, OpenCounter(counter_id=self._counter_id))
        elif view.clerk_id != self._counter_id.lower():
            return  # somebody else works here
        elif view.state is CounterState.PAUSED:
            await self._office.sleep(self._chance.uniform(15.0, 45.0))
            await act(self._client, ResumeCounter(counter_id=self._counter_id))
        elif view.ticket is None:
            if view.next:
                await self._office.sleep(self._chance.uniform(1.0, 4.0))
                await act(self._client, CallNext(counter_id=self._counter_id))
        elif view.ticket.state is TicketState.CALLED:
            await self._expect(view.ticket)
        else:
            await self._serve(view.ticket)

    async def _expect(self, ticket: DeskTicket) -> None:
        """Begin if the visitor follows this call; else recall, and pass after the last recall."""
        visit = self._office.visit(ticket)
        recalls = self._office.plan.rules.recalls_max - ticket.recalls_left
        if recalls >= visit.calls_missed:
            await self._office.sleep(visit.walk_s)
            await act(self._client, StartServing(counter_id=self._counter_id))
            return
        gap_s = (ticket.recall_from - self._client.server_now()).total_seconds()
        await asyncio.sleep(max(0.0, gap_s) + 0.5)  # the hub's own gap is at no other pace
        if ticket.is_pass_allowed:
            await act(self._client, PassTicket(counter_id=self._counter_id))
        else:
            await act(self._client, Recall(counter_id=self._counter_id))

    async def _serve(self, ticket: DeskTicket) -> None:
        """Serve to the end of the visit, which may have begun before this clerk came back."""
        visit = self._office.visit(ticket)
        began_at = ticket.serving_at or self._client.server_now()
        served_s = (self._client.server_now() - began_at).total_seconds()
        await self._office.sleep(visit.serving_s - served_s * self._office.speed)
        await act(self._client, FinishServing(counter_id=self._counter_id))
        if visit.is_followed_by_pause:
            reason = self._chance.choice(list(PauseReason))
            await act(self._client, PauseCounter(counter_id=self._counter_id, reason=reason))
