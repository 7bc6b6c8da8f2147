"""`python -m tests.processes.chaos`: clients of every kind on a bad network, hubs that are killed.

Everybody comes to a hall of two web processes through a proxy that delays, stalls, splits,
coalesces and cuts, while one of the two is killed from time to time.  Held for every socket:

- no topic goes back in `seq` within an epoch (I10);
- 2 s after the last commit everybody holds what a fresh watch is shown (I10);
- every acknowledged command is in the stream once, with the answer that was given (I1, I7);
- whoever asks twice with one id is answered the same (I7).

Who does what is drawn from the seed; when it happens is up to the machine, so a seed that failed
may have to be tried a few times.
"""

import argparse
import asyncio
import os
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from random import Random
from typing import Any

import msgspec

from backend.client import Client, UnansweredError
from backend.core.commands import Command, OpenCounter
from backend.core.ids import CommandId
from backend.hub.frames import Opcode
from backend.wire.messages import Do, Done, Refused, ServerMessage, Show
from tests.hall import DEVICE_TOKEN, HALL_ID, Hall, running_hall
from tests.hub.test_frames import sent
from tests.hub.test_peer import whole_frame
from tests.processes.history import check, history_of, until
from tests.processes.hostile import Wild, watch
from tests.processes.load import COUNTERS, steps, take
from tests.support.proxy import Proxy

LIFE_S = 6.0
QUIET_S = 2.0
SETTLE_S = 20.0
"""However busy the machine, everybody holds the newest view by then."""
AWAY_S, OPEN_S = 0.3, 5.0
REPEAT_S = 1.0
"""An answer that has not come by then is asked for again with the same id."""
KILLS = 2
FRESH = 4
"""Fresh watches of each topic: on both processes, most likely."""

OPEN_TOPICS = ("queues", "board:Z3", "board:Z1", "counter_screen:W16", "take")
DEVICE_TOPICS = ("kiosk:K3", "voice:Z3", "printer:P3", "counter_screen:W17")
STAFF_TOPICS = ("counter:W16", "counter:W18", "ops", "alerts", "greeter")
DEVICE_HEADER = f"Authorization: Bearer {DEVICE_TOKEN}\r\n"

_decode = msgspec.json.Decoder(ServerMessage)
Answer = Done | Refused


class Life:
    """One seed's worth of it."""

    def __init__(self, hall: Hall, cookie: str, seed: str) -> None:
        self.hall, self.cookie, self.seed = hall, cookie, seed
        self.proxy = Proxy(hall.port, seed)
        self.answers: defaultdict[str, list[Answer]] = defaultdict(list)
        self.tokens: list[str] = []
        self.is_over = False
        self.screens: list[Screen] = []

    def chance(self, name: str) -> Random:
        """Somebody's own luck."""
        return Random(f"{self.seed}:{name}")

    def client(self, name: str, *, is_staff: bool) -> Client:
        """The client that agents use, behind the proxy."""
        url = f"http://127.0.0.1:{self.proxy.port}"
        if is_staff:
            return Client(url, HALL_ID, cookie=self.cookie, name=name)
        return Client(url, HALL_ID, token=DEVICE_TOKEN, name=name)

    def screen(self, name: str, header: str, topics: tuple[str, ...]) -> "Screen":
        """A socket without any client's help."""
        made = Screen(self, self.proxy.port, name, header, topics)
        self.screens.append(made)
        return made

    @property
    def as_staff(self) -> str:
        """The header that staff send."""
        return f"Cookie: {self.cookie}\r\n"


class Screen:
    """A client that comes back, watches the same, and repeats what was not answered."""

    def __init__(
        self, life: Life, port: int, name: str, header: str, topics: tuple[str, ...]
    ) -> None:
        self._life, self._port, self.name, self._header = life, port, name, header
        self._chance = life.chance(name)
        self.topics = list(topics)
        self.held: dict[str, Show] = {}
        self._wild: Wild | None = None
        self._asked: dict[str, tuple[bytes, asyncio.Event]] = {}

    async def run(self) -> None:
        """Come back, for ever."""
        while True:
            with suppress(OSError, EOFError, TimeoutError):
                await self._connect()
            self._wild = None
            await asyncio.sleep(self._chance.uniform(0, AWAY_S))

    async def do(self, id: str, command: Command) -> Answer:
        """Ask until it is answered, sometimes twice at once."""
        frame = sent(msgspec.json.encode(Do(id=CommandId(id), command=command)))
        answered = asyncio.Event()
        self._asked[id] = (frame, answered)
        while not answered.is_set():
            await self._send(frame * self._chance.choice((1, 1, 1, 2)))
            with suppress(TimeoutError):
                async with asyncio.timeout(REPEAT_S):
                    await answered.wait()
        del self._asked[id]
        return self._life.answers[id][-1]

    async def _connect(self) -> None:
        async with asyncio.timeout(OPEN_S):
            self._wild = Wild(*await asyncio.open_connection("127.0.0.1", self._port))
            await self._wild.upgrade(more=self._header)
        try:
            for topic in self.topics:
                await self._send(sent(watch(topic)))
            for frame, _ in list(self._asked.values()):
                await self._send(frame)
            await self._listen(self._wild)
        finally:
            self._wild.writer.transport.abort()

    async def _listen(self, wild: Wild) -> None:
        unread, shown = b"", dict[tuple[str, str], int]()
        while data := await wild.reader.read(65536):
            unread += data
            while (whole := whole_frame(unread)) is not None:
                first, payload, unread = whole
                if first == 0x80 | Opcode.CLOSE:
                    return
                if first == 0x80 | Opcode.PING:
                    await self._send(sent(payload, Opcode.PONG))
                    continue
                match _decode.decode(payload):
                    case Show() as show:
                        before = shown.get((show.topic, show.epoch), 0)
                        assert show.seq >= before, f"{self.name}: {show.topic} {before} {show.seq}"
                        shown[show.topic, show.epoch] = show.seq
                        self._hold(show)
                    case Done() | Refused() as answer:
                        self._life.answers[answer.id].append(answer)
                        if answer.id in self._asked:
                            self._asked[answer.id][1].set()
                    case fault:
                        await self._again(getattr(fault, "topic", None))

    def _hold(self, show: Show) -> None:
        held = self.held.get(show.topic)
        if held is None or held.epoch != show.epoch or show.seq >= held.seq:
            self.held[show.topic] = show

    async def _again(self, topic: str | None) -> None:
        """Ask once more for what could not be shown: its ticket may not have come there yet."""
        if topic is not None:
            await asyncio.sleep(0.1)
            await self._send(sent(watch(topic)))

    async def _send(self, frames: bytes) -> None:
        if self._wild is not None:
            with suppress(ConnectionError):
                await self._wild.send(frames)


async def live(hall: Hall, cookie: str, seed: str, life_s: float = LIFE_S) -> str:
    """Live one seed; what there was of it."""
    life = Life(hall, cookie, seed)
    async with history_of(hall) as history, life.proxy, asyncio.TaskGroup() as tasks:
        screens = [life.screen(f"open{n}", "", OPEN_TOPICS) for n in range(6)]
        screens += [life.screen(f"device{n}", DEVICE_HEADER, DEVICE_TOPICS) for n in range(4)]
        screens += [life.screen(f"staff{n}", life.as_staff, STAFF_TOPICS) for n in range(4)]
        kiosks = [life.screen(f"kiosk{n}", DEVICE_HEADER, DEVICE_TOPICS[:1]) for n in range(3)]
        desks = [life.screen(f"desk-{c}", life.as_staff, (f"counter:{c}",)) for c in COUNTERS[:3]]
        watching = [tasks.create_task(one.run()) for one in screens + kiosks + desks]
        work = [tasks.create_task(_take(life, one)) for one in kiosks]
        work += [
            tasks.create_task(_serve(life, one.name, one.do, counter_id))
            for one, counter_id in zip(desks, COUNTERS[:3], strict=True)
        ]
        work += [tasks.create_task(_agent(life, counter_id)) for counter_id in COUNTERS[3:]]
        killing = tasks.create_task(_kill(life, life_s))
        phones = tasks.create_task(_phones(life, tasks, watching))
        await asyncio.sleep(life_s)
        life.is_over = True
        phones.cancel()
        await killing
        await asyncio.wait(work)
        life.proxy.be_calm()
        late_s = await _settled(life, lambda: _end(history.streamed))
        for task in watching:
            task.cancel()
        for answers in life.answers.values():
            assert all(answer == answers[0] for answer in answers), answers
        check(await history.streamed(), {found[0].id: found[0] for found in life.answers.values()})
    repeats = sum(len(found) - 1 for found in life.answers.values())
    return (
        f"{len(life.answers)} commands answered, {repeats} of them again;"
        f" {len(life.screens)} screens, {life.proxy.served} connections, {life.proxy.cuts} cut;"
        f" all alike {late_s:.1f} s after the last commit"
    )


async def _take(life: Life, kiosk: Screen) -> None:
    chance = life.chance(f"{kiosk.name} takes")
    n = 0
    while not life.is_over:
        n += 1
        answer = await kiosk.do(f"{life.seed}-{kiosk.name}-{n}", take(chance.choice("HHHA")))
        if isinstance(answer, Done) and isinstance(answer.result.token, str):
            life.tokens.append(answer.result.token)
        await asyncio.sleep(chance.uniform(0, 0.15))


async def _serve(
    life: Life,
    name: str,
    do: Callable[[str, Command], Awaitable[Answer]],
    counter_id: str,
) -> None:
    chance = life.chance(f"{name} serves")
    await do(f"{life.seed}-{name}-open", OpenCounter(counter_id=counter_id))
    n = 0
    while not life.is_over:
        for command in steps(counter_id):
            n += 1
            await do(f"{life.seed}-{name}-{n}", command)
            await asyncio.sleep(chance.uniform(0, 0.1))


async def _agent(life: Life, counter_id: str) -> None:
    """A counter on the client that agents use, which also never shows an older view."""
    async with life.client(counter_id, is_staff=True) as client, asyncio.TaskGroup() as tasks:

        async def do(id: str, command: Command) -> Answer:
            while True:
                with suppress(UnansweredError):
                    answer = await client.do(command, id)
                    if isinstance(answer, Done | Refused):
                        life.answers[id].append(answer)
                        return answer

        async def show() -> None:
            before: Show | None = None
            async for shown in client.watch(f"counter:{counter_id}"):
                is_older = before is not None and before.epoch == shown.epoch
                assert not (is_older and before and shown.seq < before.seq), (before, shown)
                before = shown

        showing = tasks.create_task(show())
        await _serve(life, f"agent-{counter_id}", do, counter_id)
        showing.cancel()


async def _phones(
    life: Life, tasks: asyncio.TaskGroup, watching: "list[asyncio.Task[None]]"
) -> None:
    """Somebody with a ticket looks at the phone, again and again."""
    chance = life.chance("phones")
    while True:
        await asyncio.sleep(0.3)
        if life.tokens:
            token = chance.choice(life.tokens)
            phone = life.screen(f"phone{len(life.screens)}", "", (f"ticket:{token}",))
            watching.append(tasks.create_task(phone.run()))


async def _kill(life: Life, life_s: float) -> None:
    chance = life.chance("killer")
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(0.1, 0.9) * life_s / KILLS)
        with suppress(ProcessLookupError, KeyError):
            os.kill(life.hall.pid(chance.choice(("web1", "web2"))), signal.SIGKILL)


async def _end(streamed: Callable[[], Awaitable[list[Any]]]) -> int:
    return len(await streamed())


async def _settled(life: Life, end: Callable[[], Awaitable[int]]) -> float:
    """Wait until it is quiet and everybody holds what a fresh watch is shown; how long it took."""
    loop = asyncio.get_running_loop()
    until_s = loop.time() + SETTLE_S
    seq, since = await end(), loop.time()
    differing: list[str] = ["never looked"]
    while loop.time() < until_s:
        await asyncio.sleep(0.1)
        now = await end()
        if now != seq:
            seq, since = now, loop.time()
        if loop.time() - since < QUIET_S:
            continue
        differing = await _differing(life)
        if not differing and await end() == seq:
            return loop.time() - since
    raise AssertionError(f"not alike: {differing[:5]}")


async def _differing(life: Life) -> list[str]:
    """Who holds something else than a fresh watch is shown."""
    topics = {topic for screen in life.screens for topic in screen.topics}
    sorts = ((DEVICE_HEADER, topics & {*DEVICE_TOPICS}), (life.as_staff, topics - {*DEVICE_TOPICS}))
    fresh = [
        Screen(life, life.hall.port, f"fresh{n}", header, tuple(sorted(asked)))
        for n in range(FRESH)
        for header, asked in sorts
    ]
    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(one.run()) for one in fresh]

        async def are_shown() -> bool:
            return all(topic in one.held for one in fresh for topic in one.topics)

        await until(are_shown, SETTLE_S)
        for task in running:
            task.cancel()
    now = {topic: (show.epoch, show.view) for one in fresh for topic, show in one.held.items()}
    return [
        f"{screen.name} {topic}: {held and held.seq}"
        for screen in (*fresh, *life.screens)
        for topic in screen.topics
        if (held := screen.held.get(topic)) is None or (held.epoch, held.view) != now[topic]
    ]


def main() -> int:
    """Live seeds until one fails, all are lived, or the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--minutes", type=float, default=60.0)
    asked = parser.parse_args()
    began, lived = time.monotonic(), 0
    with running_hall(workers=2) as hall:
        cookie = hall.cookie("supervisor")
        for n in range(asked.first, asked.first + asked.seeds):
            if time.monotonic() - began > asked.minutes * 60:
                break
            try:
                print(f"seed {n}: {asyncio.run(live(hall, cookie, str(n)))}", flush=True)
            except BaseException:
                print(f"seed {n} failed; again: make chaos SEEDS=1 FROM={n}", flush=True)
                raise
            lived += 1
    print(f"{lived} seeds lived")
    return 0


if __name__ == "__main__":
    sys.exit(main())
