"""A simulated hall's machines: two hubs and a recorder on one store, and the clients' lines."""

import asyncio
import hashlib
import hmac
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from random import Random
from typing import Any
from unittest.mock import patch

import msgspec
import structlog

from backend import recorder
from backend.cards import Cards
from backend.client.slot import ShowHead, Slot
from backend.core.commands import Command
from backend.core.day import HallDay
from backend.core.ids import CommandId, HallId, TicketToken
from backend.core.plan import Appointment, Plan
from backend.core.rules.forecast import DAYS_MAX
from backend.core.shifts import Shift
from backend.core.stamp import Caller, Visit
from backend.core.views.topics import topic_of, view_of
from backend.hub import clock, follower
from backend.hub.beats import Screens
from backend.hub.hall import Hall
from backend.hub.session import Session
from backend.identity import asker_as
from backend.rate import TAKES_BURST, TAKES_PER_S, Buckets
from backend.recorder import HallRecorder
from backend.store import archive as archives
from backend.store.archive import restore
from backend.store.stream import DayRef, Entry
from backend.wire.messages import RETRY_AFTER_S, Do, Done, Fault, Pong, Refused, Watch
from tests.sim.judge import Judge
from tests.sim.store import Door, MemoryArchive, SharedStream, Weather, delay_s
from tests.support.beats import MemoryBeats
from tests.support.outbox import Outbox

HALL_ID = HallId("small")
BEGIN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # nine o'clock in Shanghai
HUBS = 2
ANSWER_MAX_S = 3.0
"""A live hub answers within this (I20)."""
PATIENCE_S = 6.0
REPEAT_S = 0.5
RECONNECT_MAX_S = 1.0
RESTART_MAX_S = 3.0
ATTEMPTS_MAX = 200
LAST_WORDS = 40
CARD_KEY = b"k" * 32
BATCH = 10
"""Commits read or written at once, so that a short day has many of them and breaks in between."""

Answer = Done | Refused | Fault

_encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(ShowHead | Done | Refused | Pong | Fault)


def card_hash(card: str) -> str:
    """What the hub keeps of a card number."""
    return hmac.new(CARD_KEY, card.strip().upper().encode(), hashlib.sha256).hexdigest()


async def _no_visit(_token: TicketToken, _live: date, _today: date) -> Visit | None:
    """What an earlier day's token stands for: the strangers rate no visit of another day."""
    return None


async def _nobody(_day: date) -> tuple[Appointment, ...]:
    """Whom the hall expects when its day opens: the strangers add appointments later."""
    return ()


class LineLostError(Exception):
    """The connection broke before the answer came."""


def is_replicated(seed: int) -> bool:
    """Whether Redis has replicas on that day: on half of the calm days and of the rough ones."""
    return seed % 8 >= 4


class Site:
    """Everything of one simulated hall; `failed` is set to the first thing that went wrong."""

    def __init__(self, seed: int, plan: Plan, weather: Weather) -> None:
        self.loop = asyncio.get_running_loop()
        self.seed = seed
        self.plan = plan
        self.shifts: tuple[Shift, ...] = ()
        self.weather = weather
        self.judge = Judge(card_hash)
        self.jumped_s = 0.0
        """How far the clock on the wall has been put forward."""
        self.failed: asyncio.Future[None] = self.loop.create_future()
        self.words: deque[tuple[float, object]] = deque(maxlen=LAST_WORDS)
        self.stream = SharedStream(self._stored, is_replicated=is_replicated(seed))
        self.archive = MemoryArchive(self.chance("archive"), weather)
        self.hubs = [HubProcess(self, f"hub{n}") for n in range(1, HUBS + 1)]
        self.recorder = RecorderProcess(self, "recorder")
        self.troubles = 0
        self.loop.set_exception_handler(self._loop_failed)

    def chance(self, name: str) -> Random:
        """Dice of its own for each part, so that one part does not change another's luck."""
        return Random(f"{self.seed}:{name}")

    def now(self) -> datetime:
        """What the clock on the wall shows."""
        return BEGIN + timedelta(seconds=self.loop.time() + self.jumped_s)

    def say(self, words: object) -> None:
        """Keep the words for whoever has to find out what happened."""
        self.words.append((self.loop.time(), words))

    def fail(self, error: BaseException) -> None:
        """Stop the day: this must not happen."""
        if not self.failed.done():
            self.failed.set_exception(error)

    def start(self) -> None:
        """Start every process."""
        for process in (*self.hubs, self.recorder):
            process.start()

    async def ready(self, chance: Random) -> "HubProcess":
        """Some hub that is up, as soon as there is one."""
        while True:
            up = [hub for hub in self.hubs if hub.is_up]
            if up:
                return chance.choice(up)
            await asyncio.sleep(0.1)

    def check(self) -> None:
        """Check every day, and every hub against the history (I8)."""
        self.judge.check_whole()
        for hub in self.hubs:
            hub.check()

    def archive_away(self) -> None:
        """Let PostgreSQL answer nobody."""
        self.say("the archive is away")
        self.archive.is_away = True
        self.judge.archive_away()

    def read(self) -> list[int]:
        """How many commits of its day each hub has read."""
        return [hub.hall.follower.position.seq for hub in self.hubs]

    def lose_tail(self, keep: int) -> None:
        """Let Redis come back without its last commits; a replica with what has reached it."""
        day = max(self.judge.books)
        if self.stream.is_replicated:
            keep = self.stream.lasting(day)
            self.judge.fails_over(day, keep)
        self.say(f"Redis lost all after {keep} of {len(self.judge.books[day].entries)} commits")
        self.judge.lose(day, keep, self.archive.entries(day))
        self.stream.lose(day, keep)

    def _stored(self, day: date, entries: list[Entry]) -> None:
        try:
            for entry in entries:
                self.say(entry)
                self.judge.stored(day, entry)
        except Exception as error:  # noqa: BLE001 — the hub under test must not swallow it
            self.fail(error)

    def _loop_failed(self, _loop: object, context: dict[str, Any]) -> None:
        self.fail(context.get("exception") or AssertionError(context["message"]))


class Process:
    """Something that runs until it crashes, and is started again a little later."""

    def __init__(self, site: Site, name: str) -> None:
        self.site = site
        self.name = name
        self.chance = site.chance(name)
        self.task: asyncio.Task[None] | None = None
        self.door = self._new_door()

    def start(self) -> None:
        """Start it."""
        self.door = self._new_door()
        self.task = asyncio.create_task(self.work(), name=self.name)
        self.task.add_done_callback(self._ended)

    async def work(self) -> None:
        """Its work, for ever."""
        raise NotImplementedError

    def crash(self, turns: int = 0) -> None:
        """End it at once, or after some more turns of the loop."""
        if turns:
            self.site.loop.call_soon(self.crash, turns - 1)
            return
        if self.task is None or self.door.is_dead:
            return
        self.site.say(f"{self.name} crashes")
        self.door.is_dead = True
        self.task.remove_done_callback(self._ended)
        self.task.cancel()
        self.task = None
        self.site.loop.call_later(self.chance.random() * RESTART_MAX_S, self.start)

    def _ended(self, task: "asyncio.Task[None]") -> None:
        if not task.cancelled():
            self.site.fail(task.exception() or AssertionError(f"{self.name} ended"))

    def _new_door(self) -> Door:
        return Door(self.site.stream, self.chance, self.site.weather, self.crash)


class HubProcess(Process):
    """One web process, as far as it is the hub."""

    def __init__(self, site: Site, name: str) -> None:
        super().__init__(site, name)
        self.hall = self._new_hall()
        self.lines: dict[Line, None] = {}

    @property
    def is_up(self) -> bool:
        """Whether clients are let in."""
        return not self.door.is_dead and self.hall.is_ready

    @property
    def day(self) -> HallDay:
        """What its screens show."""
        return self.hall.follower.day

    async def work(self) -> None:
        self.hall = self._new_hall()
        await self.hall.run()

    def crash(self, turns: int = 0) -> None:
        super().crash(turns)
        if self.door.is_dead:
            for line in list(self.lines):
                line.lose()

    def check(self) -> None:
        """Its day is the history up to where it stands, unless that is a history that is gone."""
        follower = self.hall.follower
        book = self.site.judge.books.get(follower.ref.day) if follower.ref else None
        seq = follower.position.seq
        if book is None or self.door.is_dead or not 0 < seq <= len(book.entries):
            return
        if book.entries[seq - 1].position == follower.position and not book.owed:
            assert follower.day == book.at(seq), f"I8: the day of {self.name} is not the history's"

    def _new_hall(self) -> Hall:
        door, site = self.door, self.site

        async def restored() -> DayRef | None:
            return await restore(door, site.archive, HALL_ID)

        async def plan_in_force() -> Plan | None:
            return site.plan

        async def rostered(_plan: Plan, _day: date) -> tuple[Shift, ...]:
            return site.shifts

        cards = Cards(CARD_KEY, lambda _hall_id, _card: None)
        return Hall(
            HALL_ID,
            door,
            restore=restored,
            plan_in_force=plan_in_force,
            lessons=partial(site.archive.lessons, HALL_ID, DAYS_MAX),
            expected=_nobody,
            past_visit=_no_visit,
            rostered=rostered,
            screens=Screens(HALL_ID, MemoryBeats()),
            cards=cards,
        )


class RecorderProcess(Process):
    """The recorder."""

    async def work(self) -> None:
        await HallRecorder(HALL_ID, self.door, self.site.archive).run()


class Line:
    """One connection between a client and a hub."""

    def __init__(self, hub: HubProcess, by: Caller, slots: dict[str, Slot]) -> None:
        self.hub = hub
        self.is_lost = False
        self._site = hub.site
        self._outbox = Outbox()
        clock = hub.site.loop.time
        takes = Buckets(TAKES_PER_S, TAKES_BURST, clock)  # every line is an address of its own
        self._session = Session(
            hub.hall, asker_as(by.role, by.id), self._outbox, clock, takes=takes, address=""
        )
        self._slots = slots
        self._asked: dict[CommandId, tuple[float, asyncio.Future[Answer]]] = {}
        hub.lines[self] = None
        self._pump = asyncio.create_task(self._take())
        for topic in slots:
            self._session.receive(_encode(Watch(topic=topic)))

    def ask(self, id: CommandId, command: Command) -> "asyncio.Future[Answer]":
        """Let the hub have a command; the future raises LineLostError."""
        answer: asyncio.Future[Answer] = self._site.loop.create_future()
        self._asked[id] = (self._site.loop.time(), answer)
        self._session.receive(_encode(Do(id=id, command=command)))
        return answer

    def check(self, day: HallDay) -> None:
        """Check that each screen on it shows this day (I10)."""
        for name, slot in self._slots.items():
            topic = topic_of(name)
            assert topic is not None
            shown = slot.show().view if slot.version else None
            assert shown == view_of(day, topic), f"I10: {name} shows {shown}"

    def lose(self) -> None:
        """Break the connection; the hub may go on with what it has been given."""
        if self.is_lost:
            return
        self.is_lost = True
        self.hub.lines.pop(self, None)
        self._pump.cancel()
        self._session.close()
        for _, answer in self._asked.values():
            if not answer.done():
                answer.set_exception(LineLostError())

    async def _take(self) -> None:
        while True:
            for frame in await self._outbox.take():
                message = _decoder.decode(frame)
                if isinstance(message, ShowHead):
                    if message.topic in self._slots:
                        self._slots[message.topic].put(message, frame)
                elif not isinstance(message, Pong) and message.id is not None:
                    asked_s, answer = self._asked.pop(message.id)
                    took_s = self._site.loop.time() - asked_s
                    if took_s > ANSWER_MAX_S:
                        self._site.fail(AssertionError(f"I20: {message} took {took_s:.2f} s"))
                    if not answer.done():
                        answer.set_result(message)


class Client:
    """Somebody's program: repeats what was not answered with the same id, to any hub."""

    def __init__(self, site: Site, name: str, by: Caller, topics: tuple[str, ...] = ()) -> None:
        self.site = site
        self.name = name
        self.by = by
        self.chance = site.chance(name)
        self.slots = {topic: Slot(topic) for topic in topics}
        self._line: Line | None = None
        self.given: list[tuple[CommandId, Command]] = []

    @property
    def day(self) -> HallDay:
        """What is shown to it: the day of the hub it is connected to."""
        return self._line.hub.day if self._line is not None else HallDay()

    async def connect(self) -> None:
        """Be connected, to the same hub as long as it lives."""
        while self._line is None or self._line.is_lost:
            await asyncio.sleep(self.chance.random() * RECONNECT_MAX_S)
            hub = await self.site.ready(self.chance)
            self._line = Line(hub, self.by, self.slots)

    async def do(self, command: Command) -> Answer:
        """Have it carried out once; gives up never."""
        self.given.append((CommandId(f"{self.name}:{len(self.given) + 1}"), command))
        return await self.repeat(*self.given[-1])

    async def repeat(self, id: CommandId, command: Command) -> Answer:
        """Ask for the answer to a command, whether it was given before or not."""
        self.site.judge.asks(id, command, self.by)
        for _ in range(ATTEMPTS_MAX):
            try:
                answer = await self._try(id, command)
            except LineLostError:
                continue
            if isinstance(answer, Fault) and answer.code in RETRY_AFTER_S:
                await asyncio.sleep(REPEAT_S)
                continue
            if not isinstance(answer, Fault):
                try:
                    self.site.judge.answered(id, answer)
                except AssertionError as error:
                    self.site.fail(error)
            return answer
        raise AssertionError(f"I20: {id} is never answered")

    async def _try(self, id: CommandId, command: Command) -> Answer:
        """Send once. Raises LineLostError."""
        await self.connect()
        line, weather = self._line, self.site.weather
        assert line is not None
        await asyncio.sleep(delay_s(self.chance, weather) % 1.0)
        if self.chance.random() < weather.lost_request:
            line.lose()
        if line.is_lost:
            raise LineLostError
        answer = line.ask(id, command)
        if self.chance.random() < weather.lost_answer:
            self.site.loop.call_later(delay_s(self.chance, weather), line.lose)
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await answer
        except TimeoutError:
            raise AssertionError(f"I20: {line.hub.name} does not answer {id}") from None


@contextmanager
def virtual_world(site: Site) -> Iterator[None]:
    """Give the back end the site's clock and dice; what it logs goes to the site's last words."""
    chance = site.chance("dice")

    class Clock:
        @staticmethod
        def now(_zone: object) -> datetime:
            return site.now()

    class Ticks:
        @staticmethod
        def monotonic() -> float:
            return (site.now() - BEGIN).total_seconds()

    class Dice:
        @staticmethod
        def token_hex(count: int) -> str:
            return f"{chance.getrandbits(count * 8):0{count * 2}x}"

        @staticmethod
        def token_urlsafe(count: int) -> str:
            return Dice.token_hex(count)

    def hear(_logger: object, level: str, event: "structlog.typing.EventDict") -> str:
        if level != "info":
            site.say(dict(event))
        if event["event"] == "commands_failed":
            site.fail(AssertionError(f"the hub failed: {event}"))
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[hear])
    try:
        with (
            patch.object(clock, "datetime", Clock),
            patch.object(clock, "time", Ticks),
            patch.object(clock, "secrets", Dice),
            patch.object(archives, "secrets", Dice),
            patch.object(archives, "BATCH", BATCH),
            patch.object(follower, "BATCH", BATCH),
            patch.object(recorder, "BATCH", BATCH),
        ):
            yield
    finally:
        structlog.configure(**before)
