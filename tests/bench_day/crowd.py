"""Kiosks, windows, boards, screens, voices and printers of a day, each an ordinary client.

A JSON job on stdin, a JSON outcome on stdout.
"""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random

import msgspec
import uvloop
from msgspec import Struct

from backend.client import Client
from backend.core import commands as c
from backend.core.commands import Command
from backend.core.ids import (
    Channel,
    CounterId,
    PrintOutcome,
    SpeechOutcome,
    TicketClass,
)
from backend.core.plan import Plan
from backend.core.views.printer import PrinterView
from backend.core.views.voice import VoiceView
from backend.demo.hall import DEVICE_TOKEN, HALL_ID
from backend.wire.messages import Done, Refused
from tests.bench.load import cpu_s
from tests.bench.processes import hand_back
from tests.bench_day.phones import Phones, Seen
from tests.hall import ROOT

CONNECT_S = 30.0
AT_KIOSK = 8
"""Visitors who press at one kiosk at the same time: it goes as fast as it can."""
IDLE_S = 0.02
"""Before a clerk whom nobody waits for asks again."""
GONE, RETURNS = 0.05, 0.6
"""Of the called: do not come; of those: come back."""
HELD, SENT_ON = 0.02, 0.03
CARE = 0.06
CARD = 0.5

Answer = Done | Refused


class Day(Struct, frozen=True, kw_only=True):
    """What to live."""

    urls: tuple[str, ...]
    cookies: dict[CounterId, str]
    """Of each window's clerk."""
    chief: str
    """The cookie of a supervisor."""
    plan: Plan
    visitors: int
    present_max: int | None
    """How many are in the hall at once; None: they come as fast as kiosks can print."""
    phones: int
    seed: int = 1


class Lived(Struct, frozen=True, kw_only=True):
    """What came of it."""

    day_s: float
    """From the first ticket to the answer to the closing of the day."""
    closing_s: float
    """Of it, the closing itself."""
    latencies_us: list[int]
    answers: list[Answer]
    refused: int
    frames: int
    """On boards, screens, kiosks, windows, voices and printers."""
    seen: Seen
    cpu_s: float


class Crowd:
    """Everybody but the phones."""

    def __init__(self, day: Day, phones: "subprocess.Popen[str]") -> None:
        self.day = day
        self.chance = Random(day.seed)
        self.answers: list[Answer] = []
        self.latencies_us: list[int] = []
        self.frames = 0
        self.taken = 0
        self._phones = phones
        self._room = asyncio.Semaphore(day.present_max or day.visitors)
        self._left = day.visitors
        self.inside: set[str] = set()
        """Who has a number and is not done."""

    async def do(self, client: Client, command: Command) -> Answer:
        """Have a command answered."""
        began_ns = time.perf_counter_ns()
        answer = await client.do(command)
        self.latencies_us.append((time.perf_counter_ns() - began_ns) // 1000)
        assert isinstance(answer, Done | Refused), answer
        self.answers.append(answer)
        return answer

    async def kiosk(self, client: Client, kiosk_id: str) -> None:
        """One visitor after another takes a number, until all have one."""
        chance, queues = self.chance, self.day.plan.queues
        while self._left:
            self._left -= 1
            await self._room.acquire()
            is_card = chance.random() < CARD
            answer = await self.do(
                client,
                c.TakeTicket(
                    channel=Channel.CARD if is_card else Channel.ANONYMOUS,
                    card=f"card-{chance.randrange(30_000):05d}" if is_card else None,
                    queue_id=chance.choice(queues).queue_id,
                    ticket_class=TicketClass.CARE
                    if chance.random() < CARE
                    else TicketClass.ORDINARY,
                    kiosk_id=kiosk_id,
                ),
            )
            if isinstance(answer, Refused):
                self._left += 1  # the limits of one card: somebody else comes
                self._room.release()
                continue
            self.taken += 1
            self.inside.add(str(answer.result.ticket_id))
            assert self._phones.stdin is not None
            self._phones.stdin.write(f"{answer.result.token}\n")

    def leaves(self, ticket_id: str) -> None:
        """A visitor's matter is over."""
        if ticket_id in self.inside:
            self.inside.discard(ticket_id)
            self._room.release()

    async def window(self, client: Client, kiosk: Client, counter_id: CounterId) -> None:
        """A clerk calls, serves, and calls again, for ever."""
        chance = self.chance
        assert isinstance(await self.do(client, c.OpenCounter(counter_id=counter_id)), Done)
        while True:
            answer = await self.do(client, c.CallNext(counter_id=counter_id))
            if isinstance(answer, Refused):
                await asyncio.sleep(IDLE_S)
                continue
            ticket_id = str(answer.result.ticket_id)
            if chance.random() < GONE:
                await self.do(client, c.PassTicket(counter_id=counter_id))
                came_back = chance.random() < RETURNS and isinstance(
                    await self.do(kiosk, c.ReturnTicket(ticket_id=ticket_id)), Done
                )
                if not came_back:
                    self.leaves(ticket_id)
                continue
            await self.do(client, c.StartServing(counter_id=counter_id))
            if chance.random() < HELD:
                await self.do(client, c.HoldTicket(counter_id=counter_id))
                resume = c.ResumeTicket(counter_id=counter_id, ticket_id=ticket_id)
                await self.do(client, resume)
            if chance.random() < SENT_ON:
                queue_id = chance.choice(self.day.plan.queues).queue_id
                on = c.NextQueue(counter_id=counter_id, to_queue_id=queue_id)
                if isinstance(await self.do(client, on), Done):
                    continue
            await self.do(client, c.FinishServing(counter_id=counter_id))
            self.leaves(ticket_id)

    async def screen(self, client: Client, topic: str) -> None:
        """Show a topic, for ever."""
        async for _ in client.watch(topic):
            self.frames += 1

    async def reporter(self, client: Client, topic: str) -> None:
        """Report every paper and announcement as done, each once, for ever."""
        reported: set[str] = set()
        async for show in client.watch(topic):
            self.frames += 1
            due: dict[str, Command] = {}
            if isinstance(show.view, VoiceView):
                for call in show.view.calls:
                    outcome = SpeechOutcome.SPOKEN if call.is_live else SpeechOutcome.SKIPPED
                    due[call.call_id] = c.ReportSpoken(call_id=call.call_id, outcome=outcome)
            if isinstance(show.view, PrinterView):
                for job in show.view.jobs:
                    due[job.job_id] = c.ReportPrinted(
                        job_id=job.job_id, outcome=PrintOutcome.PRINTED
                    )
            new = [command for job_id, command in due.items() if job_id not in reported]
            reported |= due.keys()
            await asyncio.gather(*(self.do(client, command) for command in new))


async def live(job: Day) -> Lived:
    """The whole day."""
    began_cpu_s = cpu_s()
    phones = subprocess.Popen(
        [sys.executable, "-m", "tests.bench_day.phones"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        bufsize=1,
        cwd=ROOT,
    )
    assert phones.stdin is not None
    assert phones.stdout is not None
    asked = Phones(url=job.urls[-1], count=job.phones)
    phones.stdin.write(msgspec.json.encode(asked).decode() + "\n")
    phones.stdin.flush()
    crowd = Crowd(job, phones)
    async with AsyncExitStack() as stack, everybody(job, stack) as (kiosks, windows, screens):
        people = [asyncio.create_task(crowd.screen(*screen)) for screen in screens["shows"]]
        people += [asyncio.create_task(crowd.reporter(*line)) for line in screens["reports"]]
        await asyncio.to_thread(phones.stdout.readline)
        began = time.monotonic()
        kiosk = next(iter(kiosks.values()))
        people += [
            asyncio.create_task(crowd.window(client, kiosk, counter_id))
            for counter_id, client in windows.items()
        ]
        await asyncio.gather(
            *(crowd.kiosk(client, k) for k, client in kiosks.items() for _ in range(AT_KIOSK))
        )
        while crowd.inside and job.present_max is not None:
            await asyncio.sleep(IDLE_S)
        closing = time.monotonic()
        chief = await stack.enter_async_context(
            Client(job.urls[0], HALL_ID, cookie=job.chief, name="chief")
        )
        closed = await crowd.do(chief, c.CloseDay(force=True))
        ended = time.monotonic()
        assert isinstance(closed, Done), closed
        for person in people:
            person.cancel()
        failed = [
            error
            for error in await asyncio.gather(*people, return_exceptions=True)
            if isinstance(error, Exception)
        ]
        if failed:
            raise failed[0]
    words, _ = await asyncio.to_thread(phones.communicate)
    return Lived(
        day_s=ended - began,
        closing_s=ended - closing,
        latencies_us=crowd.latencies_us,
        answers=crowd.answers,
        refused=sum(isinstance(answer, Refused) for answer in crowd.answers),
        frames=crowd.frames,
        seen=msgspec.json.decode(words, type=Seen),
        cpu_s=cpu_s() - began_cpu_s,
    )


Lines = dict[str, list[tuple[Client, str]]]


@asynccontextmanager
async def everybody(
    job: Day, stack: AsyncExitStack
) -> AsyncIterator[tuple[dict[str, Client], dict[CounterId, Client], Lines]]:
    """The clients, connected: kiosks and windows by id, and what is shown on which."""
    plan, count = job.plan, 0

    async def client(name: str, *, cookie: str | None = None) -> Client:
        nonlocal count
        count += 1
        token = None if cookie else DEVICE_TOKEN
        url = job.urls[count % len(job.urls)]
        found = Client(url, HALL_ID, cookie=cookie, token=token, name=name)
        return await stack.enter_async_context(found)

    kiosks = {str(k.kiosk_id): await client(k.kiosk_id) for k in plan.kiosks}
    windows = {
        counter_id: await client(counter_id, cookie=cookie)
        for counter_id, cookie in job.cookies.items()
    }
    lines: Lines = {"shows": [], "reports": []}
    lines["shows"] += [(kiosks[k.kiosk_id], f"kiosk:{k.kiosk_id}") for k in plan.kiosks]
    lines["shows"] += [(line, f"counter:{w}") for w, line in windows.items()]
    for topic in (
        *(f"board:{zone.zone_id}" for zone in plan.zones),
        *(f"counter_screen:{counter.counter_id}" for counter in plan.counters),
        "queues",
    ):
        lines["shows"].append((await client(topic), topic))
    for topic in (
        *(f"voice:{zone.zone_id}" for zone in plan.zones),
        *(f"printer:{kiosk.printer_id}" for kiosk in plan.kiosks),
    ):
        lines["reports"].append((await client(topic), topic))
    clients = [*kiosks.values(), *windows.values()]
    clients += [line for part in lines.values() for line, _ in part]
    await asyncio.gather(*(line.connected(CONNECT_S) for line in clients))
    yield kiosks, windows, lines


if __name__ == "__main__":
    lived: Lived = uvloop.run(live(msgspec.json.decode(sys.stdin.buffer.read(), type=Day)))
    hand_back(lived)
