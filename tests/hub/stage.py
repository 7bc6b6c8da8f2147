"""A hall in memory: a stream that fails on demand, hubs on it, connections without sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date

import msgspec

from backend.cards import Cards
from backend.core.commands import Command, OpenDay, TakeTicket
from backend.core.day import HallDay
from backend.core.decide import decide
from backend.core.history import DayLessons
from backend.core.ids import Channel, CommandId, HallId, TicketToken
from backend.core.plan import Appointment, Plan
from backend.core.rules.day import service_day
from backend.core.scope import Scope
from backend.core.shifts import Shift
from backend.core.stamp import Caller, Role, Stamp, Visit
from backend.demo.hall import demo_plan
from backend.hub import clock as clocks
from backend.hub.beats import Screens
from backend.hub.clock import HallClock
from backend.hub.follower import Answer
from backend.hub.hall import Hall
from backend.hub.session import Session
from backend.identity import asker_as
from backend.rate import TAKES_BURST, TAKES_PER_S, Buckets
from backend.store.memory_stream import MemoryStream
from backend.store.persons import Person
from backend.store.stream import START, Commit, DayRef, HallStream, Position, StoreError
from backend.wire.messages import ServerMessage
from tests.support.beats import MemoryBeats
from tests.support.outbox import Outbox

PLAN = demo_plan()
LIMIT_S = 15.0
CARD_KEY = b"k" * 32
PERSONS: dict[bytes, Person] = {}
"""Who holds which card; a test that adds to it clears it."""
DEVICE = Caller(role=Role.DEVICE, id="kiosk")
SUPERVISOR = Caller(role=Role.SUPERVISOR, id="supervisor")
HUB = Caller(role=Role.SYSTEM, id="hub")
VISITOR = Caller(role=Role.VISITOR, id="visitor")

_decode = msgspec.json.Decoder(ServerMessage)


def clerk(counter_id: str) -> Caller:
    return Caller(role=Role.CLERK, id=counter_id.lower())


def stamp(by: Caller = DEVICE, plan: Plan | None = None) -> Stamp:
    return Stamp(by=by, at=clocks.now(), ticket_token=clocks.ticket_token(), plan=plan)


def take(queue_id: str = "B", kiosk_id: str | None = None) -> TakeTicket:
    return TakeTicket(channel=Channel.ANONYMOUS, queue_id=queue_id, kiosk_id=kiosk_id)


class FaultyStream(MemoryStream):
    """A `MemoryStream` that can be away, slow, or break off in mid-append."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        self.fails_before_append = 0
        """So many appends to come fail and store nothing."""
        self.fails_after_append = 0
        """So many appends to come store and fail all the same."""
        self.fails_announce = 0
        self.gate: asyncio.Event | None = None
        """An append waits for it before it does anything."""
        self.appends = 0

    async def latest_day(self) -> DayRef | None:
        self._check()
        return await super().latest_day()

    async def append(
        self, ref: DayRef, after: Position, commits: list[Commit], *, boot: str = ""
    ) -> Position:
        self._check()
        self.appends += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.fails_before_append:
            self.fails_before_append -= 1
            raise StoreError("broke off before")
        end = await super().append(ref, after, commits, boot=boot)
        if self.fails_after_append:
            self.fails_after_append -= 1
            raise StoreError("broke off after")
        return end

    async def announce(self, ref: DayRef, previous: DayRef | None) -> None:
        self._check()
        if self.fails_announce:
            self.fails_announce -= 1
            raise StoreError("broke off before the day was announced")
        await super().announce(ref, previous)

    def _check(self) -> None:
        if self.is_away:
            raise StoreError("away")


def opening(plan: Plan = PLAN) -> tuple[DayRef, Commit]:
    """Today, and the commit that begins it with this plan."""
    begun = stamp(Caller(role=Role.SYSTEM, id="hub"), plan)
    events = decide(HallDay(), OpenDay(), begun)
    day = service_day(begun.at, PLAN.time_zone)
    commit = Commit(id=CommandId("opening"), by=begun.by, at=begun.at, events=events)
    return DayRef(day=day, epoch="e1"), commit


async def open_day(stream: MemoryStream, plan: Plan = PLAN) -> DayRef:
    """Begin today on the stream."""
    ref, commit = opening(plan)
    await stream.append(ref, START, [commit])
    await stream.announce(ref, None)
    return ref


def new_hall(
    stream: HallStream,
    plan: Plan | None = PLAN,
    clock: HallClock | None = None,
    *,
    lessons: Callable[[], Awaitable[tuple[DayLessons, ...]]] | None = None,
    expected: Callable[[date], Awaitable[tuple[Appointment, ...]]] | None = None,
    past_visit: Callable[[TicketToken, date, date], Awaitable[Visit | None]] | None = None,
    restore: Callable[[], Awaitable[DayRef | None]] | None = None,
    rostered: Callable[[Plan, date], Awaitable[tuple[Shift, ...]]] | None = None,
) -> Hall:
    """A hall on the stream, without an archive unless `restore` has one."""

    async def no_restore() -> DayRef | None:
        return None

    async def plan_in_force() -> Plan | None:
        return plan

    async def nobody(_day: date) -> tuple[Appointment, ...]:
        return ()

    async def no_visit(_token: TicketToken, _live: date, _today: date) -> Visit | None:
        return None

    async def no_shifts(_plan: Plan, _day: date) -> tuple[Shift, ...]:
        return ()

    async def no_lessons() -> tuple[DayLessons, ...]:
        return ()

    return Hall(
        HallId("main"),
        stream,
        restore=restore or no_restore,
        plan_in_force=plan_in_force,
        screens=Screens(HallId("main"), MemoryBeats()),
        cards=Cards(CARD_KEY, lambda _hall_id, card: PERSONS.get(card)),
        clock=clock,
        lessons=lessons or no_lessons,
        expected=expected or nobody,
        past_visit=past_visit or no_visit,
        rostered=rostered or no_shifts,
    )


@asynccontextmanager
async def running(*halls: Hall) -> AsyncIterator[None]:
    """The halls at work, each with its day folded."""
    tasks = [asyncio.create_task(hall.run()) for hall in halls]
    try:
        await eventually(lambda: all(hall.follower.day.plan is not None for hall in halls))
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def one_hall() -> AsyncIterator[tuple[Hall, FaultyStream]]:
    """A running hall with today open, and its stream."""
    stream = FaultyStream()
    await open_day(stream)
    hall = new_hall(stream)
    async with running(hall):
        yield hall, stream


async def eventually(is_so: Callable[[], bool]) -> None:
    """Let others work until the claim holds."""
    async with asyncio.timeout(LIMIT_S):
        while not is_so():
            await asyncio.sleep(0)


async def done(hall: Hall, id: str, command: Command, by: Caller = DEVICE) -> Answer:
    """The answer to a command."""
    async with asyncio.timeout(LIMIT_S):
        return await hall.do(CommandId(id), command, by)


async def commits_of(stream: MemoryStream) -> list[Commit]:
    """Everything in the latest day, oldest first."""
    ref = await MemoryStream.latest_day(stream)
    assert ref is not None
    return [entry.commit for entry in await stream.read(ref, START, 1_000_000)]


class Line:
    """One connection's hub side, with a clock that only the test moves."""

    def __init__(self, hall: Hall, by: Caller, scope: Scope | None = None) -> None:
        self.outbox = Outbox()
        self.at_s = 100.0
        takes = Buckets(TAKES_PER_S, TAKES_BURST, lambda: self.at_s)
        self.session = Session(
            hall,
            asker_as(by.role, by.id, scope=scope),
            self.outbox,
            lambda: self.at_s,
            takes=takes,
            address="10.0.0.1",
        )

    def send(self, message: object) -> None:
        """Send a message, or a frame as it is."""
        is_frame = isinstance(message, str | bytes)
        self.session.receive(message if is_frame else msgspec.json.encode(message))  # type: ignore[arg-type]

    async def take(self) -> list[ServerMessage]:
        """All that is to be sent by now; waits until there is something."""
        async with asyncio.timeout(LIMIT_S):
            return [_decode.decode(message) for message in await self.outbox.take()]

    async def ask(self, message: object) -> ServerMessage:
        """The one message that comes back."""
        self.send(message)
        (answer,) = await self.take()
        return answer
