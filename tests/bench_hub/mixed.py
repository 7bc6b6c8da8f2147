"""A full hall: ten thousand phones, each with its own ticket, while clerks call at random."""

import asyncio
import tempfile
import time
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from random import Random

import msgspec
from msgspec import Struct

from backend.client import Client
from backend.core.commands import CallNext, Command, FinishServing, StartServing, TakeTicket
from backend.core.ids import Channel, CounterId, QueueId, TicketToken
from backend.core.plan import CounterPlan, Plan
from backend.demo.hall import DEVICE_TOKEN, HALL_ID
from backend.wire.messages import Done
from tests.bench.commands import open_counters
from tests.bench.figures import Figure, Section, quantile
from tests.bench.processes import Disturbance, await_day, await_quiet
from tests.bench_day.__main__ import plan_for_speed, put_in_force
from tests.bench_hub.generator import Status, generating
from tests.bench_hub.servers import ours, watch_words
from tests.hall import Hall, running_hall

PHONES = 10_000
BOARDS_A_ZONE = 2
CALLS_A_SECOND, CALLS_S = 5.0, 20.0
KIOSKS, AT_KIOSK = 8, 8
"""Connections on which tickets are taken, for the hub slows one alone, and how many at a time."""
SERVE_S = 0.05
"""Between a call and its start: a click is timed with nothing else under way at its counter."""
LAST_S = 3.0
"""After the last click: what it changes has come by then."""
SCREEN_P99_MS, PHONE_P99_MS, OWN_P99_MS, PHONE_KB = 25.0, 1200.0, 250.0, 4.0
SEEN_LEAST = 0.99


class Taken(Struct, frozen=True, kw_only=True):
    """A ticket on a phone."""

    ticket_id: str
    token: TicketToken
    queue_id: QueueId


class Click(Struct, frozen=True, kw_only=True):
    """A call; times in ns of CLOCK_MONOTONIC."""

    counter: CounterPlan
    ticket_id: str
    seq: int
    sent_ns: int
    answered_ns: int


class Seen:
    """What arrived on each socket, in order."""

    def __init__(self, file: Path) -> None:
        """`file`: as the load generator notes frames."""
        words = array("I")
        with file.open("rb") as noted:
            words.frombytes(noted.read())
        self._at_ns: defaultdict[int, list[int]] = defaultdict(list)
        self._seqs: defaultdict[int, list[int]] = defaultdict(list)
        for n in range(0, len(words), 4):
            self._seqs[words[n]].append(words[n + 1])
            self._at_ns[words[n]].append(words[n + 2] | words[n + 3] << 32)
        self.frames = len(words) // 4

    def waited_ms(self, socket: int, click: Click) -> float | None:
        """From the click until the socket showed it or something newer; None: never."""
        n = bisect_left(self._seqs[socket], click.seq)
        at_ns = self._at_ns[socket]
        return (at_ns[n] - click.sent_ns) / 1e6 if n < len(at_ns) else None


def bench_mixed(phones: int = PHONES, calls_s: float = CALLS_S) -> Section:
    """The section on a full hall."""
    plan = plan_for_speed()
    topics = _screens(plan)
    with ExitStack() as stack:
        hall = stack.enter_context(running_hall())
        home = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        await_day(hall)
        cookie = hall.cookie("supervisor")
        asyncio.run(put_in_force(hall, plan))
        asyncio.run(open_counters(hall.url, cookie))
        taken = asyncio.run(take_tickets(hall.url, plan, phones))
        watched = {"screens": topics, "phones": [f"ticket:{one.token}" for one in taken]}
        for name, names in watched.items():
            (home / name).write_text("".join(f"{watch_words(topic)}\n" for topic in names))
        server = ours(hall, cookie, watch="")
        staff = msgspec.structs.replace(server, header=server.control_header)
        screens = stack.enter_context(generating(staff, home / "screens"))
        crowd = stack.enter_context(generating(server, home / "phones"))
        before = crowd.status()
        opened = crowd.open(phones)
        after = crowd.status()
        screens.open(len(topics))
        await_quiet()
        others = Disturbance()
        screens.log(home / "screens.log")
        crowd.log(home / "phones.log")
        clicks = asyncio.run(_call(hall, plan, cookie, calls_s))
        ended = crowd.status()
        time.sleep(LAST_S)
        screens.unlog()
        crowd.unlog()
        share = others.share
        seen = {name: Seen(home / f"{name}.log") for name in watched}
    arrivals = _arrivals(seen, clicks, topics, taken)
    took_s = calls_s + SERVE_S
    return Section(
        title=f"A full hall: {phones:,} phones",
        setting=(
            f"{phones:,} phones, each with its own ticket, {len(plan.counters)} windows,"
            f" {BOARDS_A_ZONE * len(plan.zones)} boards and {len(plan.zones)} voices;"
            f" {len(clicks)} calls at random windows, {CALLS_A_SECOND:g} a second, each started and"
            " finished later. An arrival is the first frame that holds the call or anything newer;"
            " → phones: on all that wait in the same queue."
            f" {seen['phones'].frames:,} frames reached the phones; they were connected in"
            f" {opened.took_s:.1f} s."
        ),
        figures=tuple(_figures(clicks, arrivals, (before, after, ended), phones, took_s)),
        others_share=share,
    )


def _screens(plan: Plan) -> list[str]:
    """The topic of each board, voice and window."""
    boards = [f"board:{zone.zone_id}" for zone in plan.zones] * BOARDS_A_ZONE
    voices = [f"voice:{zone.zone_id}" for zone in plan.zones]
    return boards + voices + [f"counter:{counter.counter_id}" for counter in plan.counters]


async def take_tickets(url: str, plan: Plan, count: int) -> list[Taken]:
    """As many tickets, dealt out to the queues that a counter serves."""
    served = sorted({queue_id for counter in plan.counters for queue_id in counter.queue_ids})
    due = iter(range(count))
    taken: list[Taken] = []
    async with AsyncExitStack() as stack:
        kiosks = [
            await stack.enter_async_context(
                Client(url, HALL_ID, token=DEVICE_TOKEN, name=f"bench-kiosk{n}")
            )
            for n in range(KIOSKS)
        ]

        async def visit(client: Client) -> None:
            for n in due:
                queue_id = served[n % len(served)]
                asked = TakeTicket(channel=Channel.ANONYMOUS, queue_id=queue_id, print=False)
                result = (await _done(client, asked)).result
                assert isinstance(result.ticket_id, str)
                assert isinstance(result.token, str)
                token = TicketToken(result.token)
                taken.append(Taken(ticket_id=result.ticket_id, token=token, queue_id=queue_id))

        await asyncio.gather(*(visit(client) for client in kiosks for _ in range(AT_KIOSK)))
    return taken


async def _call(hall: Hall, plan: Plan, cookie: str, calls_s: float) -> list[Click]:
    """Call at fixed instants, each time at another window."""
    chance, clicks = Random(1), []
    serving: set[CounterId] = set()
    async with AsyncExitStack() as stack:
        clients = {
            counter.counter_id: await stack.enter_async_context(
                Client(hall.url, HALL_ID, cookie=cookie, name=counter.counter_id)
            )
            for counter in plan.counters
        }
        await asyncio.gather(*(client.connected(30.0) for client in clients.values()))
        began_s = time.monotonic()
        for n in range(round(calls_s * CALLS_A_SECOND)):
            counter = chance.choice(plan.counters)
            counter_id, client = counter.counter_id, clients[counter.counter_id]
            if counter_id in serving:
                await _done(client, FinishServing(counter_id=counter_id))
            await asyncio.sleep(began_s + n / CALLS_A_SECOND - time.monotonic())
            sent_ns = time.monotonic_ns()
            answer = await _done(client, CallNext(counter_id=counter_id))
            answered_ns = time.monotonic_ns()
            assert isinstance(answer.result.ticket_id, str)
            clicks.append(
                Click(
                    counter=counter,
                    ticket_id=answer.result.ticket_id,
                    seq=answer.seq,
                    sent_ns=sent_ns,
                    answered_ns=answered_ns,
                )
            )
            await asyncio.sleep(SERVE_S)
            await _done(client, StartServing(counter_id=counter_id))
            serving.add(counter_id)
    return clicks


async def _done(client: Client, command: Command) -> Done:
    answer = await client.do(command)
    assert isinstance(answer, Done), answer
    return answer


def _arrivals(
    seen: dict[str, Seen], clicks: list[Click], topics: list[str], taken: list[Taken]
) -> dict[str, list[float]]:
    """Milliseconds from each click until it was seen, for each kind of screen."""
    found: defaultdict[str, list[float | None]] = defaultdict(list)
    sockets = {one.ticket_id: n for n, one in enumerate(taken)}
    waiting: defaultdict[QueueId, set[int]] = defaultdict(set)
    for n, one in enumerate(taken):
        waiting[one.queue_id].add(n)
    for click in clicks:
        zone_id = click.counter.zone_id
        kinds = {
            f"board:{zone_id}": "board",
            f"voice:{zone_id}": "voice",
            f"counter:{click.counter.counter_id}": "window",
        }
        for n, topic in enumerate(topics):
            if topic in kinds:
                found[kinds[topic]].append(seen["screens"].waited_ms(n, click))
        own = sockets[click.ticket_id]
        found["own phone"].append(seen["phones"].waited_ms(own, click))
        waiting[taken[own].queue_id].discard(own)
        others = waiting[taken[own].queue_id]
        found["phones"] += [seen["phones"].waited_ms(n, click) for n in others]
    kept = {kind: [ms for ms in values if ms is not None] for kind, values in found.items()}
    for kind, values in kept.items():
        assert len(values) >= SEEN_LEAST * len(found[kind]), f"{kind}: {len(values)} seen"
    return kept


def _figures(
    clicks: list[Click],
    arrivals: dict[str, list[float]],
    web: tuple[Status, Status, Status],
    phones: int,
    took_s: float,
) -> Iterator[Figure]:
    before, after, ended = web
    answers = [(click.answered_ns - click.sent_ns) / 1e6 for click in clicks]
    targets = {"phones": PHONE_P99_MS, "own phone": OWN_P99_MS}
    for kind, values in {"answer": answers, **arrivals}.items():
        target = None if kind == "answer" else targets.get(kind, SCREEN_P99_MS)
        label = kind if kind == "answer" else f"click → {kind}"
        yield Figure(name=f"{label}: p50", value=quantile(values, 0.5), unit="ms")
        yield Figure(name=f"{label}: p99", value=quantile(values, 0.99), unit="ms", target=target)
    kb = (after.server_kb - before.server_kb) / phones
    yield Figure(name="memory a phone", value=kb, unit="kB", target=PHONE_KB)
    busy = (ended.server_cpu_s - after.server_cpu_s) / took_s * 100
    yield Figure(name="CPU of the web process", value=busy, unit="% of a core")
