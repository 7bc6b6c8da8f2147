"""People at work on a real hall: kiosks, counters and screens, each an ordinary client."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from backend.client import Client
from backend.core.commands import (
    CallNext,
    Command,
    FinishServing,
    OpenCounter,
    StartServing,
    TakeTicket,
)
from backend.core.ids import Channel
from backend.wire.messages import Done, Refused, Show
from tests.hall import DEVICE_TOKEN, HALL_ID, Hall

ANSWER_S = 60.0
"""As long as a fail-over may take (failover.py): how long it took is told there."""
QUEUE = "H"
COUNTERS = ("W16", "W17", "W18", "W19", "W20")
"""Those that serve QUEUE."""
TOPICS = ("queues", "board:Z3", "kiosk:K3")
"""What the screens show; a ticket of QUEUE changes each."""
POLL_S = 0.02


def take(queue_id: str = QUEUE) -> TakeTicket:
    """A ticket that is not printed."""
    return TakeTicket(channel=Channel.ANONYMOUS, queue_id=queue_id)


def steps(counter_id: str) -> tuple[Command, ...]:
    """One visit at a counter."""
    return (
        CallNext(counter_id=counter_id),
        StartServing(counter_id=counter_id),
        FinishServing(counter_id=counter_id),
    )


@dataclass
class Load:
    """Everybody's commands and answers."""

    hall: Hall
    cookie: str
    """A supervisor's, who may act at every counter."""
    url: str = ""
    """Where everybody goes; the hall's own address by default."""
    screens_url: str = ""
    """Where screens go, if elsewhere."""
    answers: dict[str, Done | Refused] = field(default_factory=dict)
    """By the command's id, which its client chose and kept until it was answered."""
    latencies_s: list[float] = field(default_factory=list)
    begun: dict[str, float] = field(default_factory=dict)
    """When each client began the last command that was answered, by the loop's clock."""
    shown: dict[str, Show] = field(default_factory=dict)
    """The newest view on each screen."""
    people: list["asyncio.Task[None]"] = field(default_factory=list)
    """Who takes tickets and who serves."""

    def client(self, name: str, *, is_device: bool, url: str = "") -> Client:
        """A client of a kiosk or a screen, else of a counter."""
        url = url or self.url or self.hall.url
        if is_device:
            return Client(url, HALL_ID, token=DEVICE_TOKEN, name=name)
        return Client(url, HALL_ID, cookie=self.cookie, name=name)

    async def do(self, client: Client, name: str, id: str, command: Command) -> Done | Refused:
        """Have a command answered, however often it must be repeated."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        answer = await client.do(command, id, ANSWER_S)
        assert isinstance(answer, Done | Refused), answer
        self.answers[id] = answer
        self.latencies_s.append(loop.time() - began)
        self.begun[name] = began
        return answer

    async def ticket(self, client: Client, command_id: str, queue_id: str = QUEUE) -> Done:
        """One more ticket, or the one that this command has taken already."""
        answer = await self.do(client, "ticket", command_id, take(queue_id))
        assert isinstance(answer, Done), answer
        return answer

    async def kiosk(self, name: str, every_s: float) -> None:
        """Take tickets, one after another, for ever."""
        async with self.client(name, is_device=True) as client:
            for n in itertools.count(1):
                await asyncio.gather(
                    self.do(client, name, f"{name}-{n}", take()), asyncio.sleep(every_s)
                )

    async def counter(self, name: str, every_s: float) -> None:
        """Serve one visitor after another, for ever."""
        async with self.client(name, is_device=False) as client:
            await self.do(client, name, f"{name}-open", OpenCounter(counter_id=name))
            for n in itertools.count(1):
                for command in steps(name):
                    command_id = f"{name}-{n}-{type(command).__name__}"
                    await asyncio.gather(
                        self.do(client, name, command_id, command), asyncio.sleep(every_s)
                    )

    async def screen(self, name: str, topic: str) -> None:
        """Show a topic, for ever; it never goes back within an epoch (I10)."""
        async with self.client(name, is_device=True, url=self.screens_url) as client:
            async for show in client.watch(topic):
                held = self.shown.get(name)
                assert held is None or held.epoch != show.epoch or held.seq < show.seq
                self.shown[name] = show

    async def until_all_are_served(self, limit_s: float) -> float:
        """Wait until everybody has had an answer to a command begun from now on; how long."""
        loop = asyncio.get_running_loop()
        since = loop.time()
        async with asyncio.timeout(limit_s):
            while not all(began >= since for began in self.begun.values()):
                await asyncio.sleep(POLL_S)
        return loop.time() - since

    async def until_screens_agree(self, limit_s: float) -> None:
        """Send everybody home, take one more ticket, and wait until every screen shows that.

        The hall's clock may go on to commit something, which two processes may fold apart: so it
        is the views that have to be the same.
        """
        for task in self.people:
            task.cancel()
        await asyncio.gather(*self.people, return_exceptions=True)
        async with self.client("last", is_device=True) as client:
            last = await self.ticket(client, "last")
        async with asyncio.timeout(limit_s):
            while not all(self._agree(topic, last.seq) for topic in TOPICS):
                await asyncio.sleep(POLL_S)

    def _agree(self, topic: str, seq: int) -> bool:
        shows = [show for show in self.shown.values() if show.topic == topic]
        assert shows
        return all(
            show.seq >= seq and (show.epoch, show.view) == (shows[0].epoch, shows[0].view)
            for show in shows
        )


@asynccontextmanager
async def working(load: Load, *, kiosks: int, every_s: float, screens: int) -> AsyncIterator[None]:
    """People at work until the block ends; a fault of any of them ends it too."""
    people = [load.kiosk(f"kiosk{n}", every_s) for n in range(kiosks)]
    people += [load.counter(name, every_s) for name in COUNTERS]
    topics = itertools.cycle(TOPICS)
    async with asyncio.TaskGroup() as tasks:
        for person in people:
            load.people.append(tasks.create_task(person))
            await asyncio.sleep(every_s / len(people))  # spread evenly over time from now on
        watching = [
            tasks.create_task(load.screen(f"screen{n}", next(topics))) for n in range(screens)
        ]
        async with asyncio.timeout(ANSWER_S):
            while len(load.begun) < len(people) or len(load.shown) < screens:
                await asyncio.sleep(POLL_S)
        yield
        for task in (*load.people, *watching):
            task.cancel()
