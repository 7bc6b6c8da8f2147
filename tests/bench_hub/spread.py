"""The sockets of a hall on one web process and on two."""

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass, field

from tests.bench.commands import open_counters
from tests.bench.figures import Figure, Section, median, quantile
from tests.bench.processes import Disturbance, await_day, await_quiet, cpu_s
from tests.bench_hub.generator import Generator, Rounds, generating
from tests.bench_hub.servers import ours
from tests.hall import Hall, figure, running_hall

SOCKETS, MORE = 3_000, 1.6
"""On both, and how many times as many on two processes."""
RATE, PACED_S, TURNS = 10.0, 3.0, 3
SETTLE_S = 1.0


@dataclass(kw_only=True)
class House:
    """A hall on so many web processes, with sockets open."""

    hall: Hall
    webs: tuple[str, ...]
    line: Generator
    rounds: list[Rounds] = field(default_factory=list)
    busiest: list[float] = field(default_factory=list)
    """Of a core: what the busier process took, a turn each."""
    together: list[float] = field(default_factory=list)

    def turn(self, paced_s: float) -> None:
        """Frames at an even pace, and what each process took for them."""
        before = [cpu_s(self.hall, web) for web in self.webs]
        found = self.line.rounds(RATE, paced_s)
        took = [cpu_s(self.hall, web) - b for web, b in zip(self.webs, before, strict=True)]
        self.rounds.append(found)
        self.busiest.append(max(took) / found.wall_s)
        self.together.append(sum(took) / found.wall_s)

    def anew(self) -> "House":
        """The same with nothing measured yet."""
        return House(hall=self.hall, webs=self.webs, line=self.line)

    @property
    def last_ms(self) -> float:
        """The 95th percentile of the last arrival."""
        return quantile([ms for rounds in self.rounds for ms in rounds.last_ms], 0.95)

    @property
    def fullest(self) -> float:
        """The share of sockets on the process that has most."""
        open_sockets = [
            figure(self.hall.figures(web), 'yizhan_sockets{role="visitor"}') for web in self.webs
        ]
        return max(open_sockets) / sum(open_sockets)


def bench_spread(count: int = SOCKETS, turns: int = TURNS, paced_s: float = PACED_S) -> Section:
    """The section on two web processes instead of one."""
    with ExitStack() as stack:
        one = _house(stack, workers=1, count=count)
        two = _house(stack, workers=2, count=count)
        time.sleep(SETTLE_S)
        await_quiet()
        others = Disturbance()
        for _ in range(turns):
            one.turn(paced_s)
            two.turn(paced_s)
        fullest = two.fullest
        two.line.open(round(count * (MORE - 1)))
        beside_more, more = one.anew(), two.anew()
        time.sleep(SETTLE_S)
        for _ in range(turns):
            beside_more.turn(paced_s)
            more.turn(paced_s)
        share = others.share
    alone = median(one.busiest)
    return Section(
        title="Two web processes instead of one",
        setting=(
            f"{count:,} sockets watch a board that changes {RATE:g} times a second for"
            f" {paced_s:g} s, on one process; as many on two, of which the fuller had"
            f" {fullest * 100:.0f} % of them; in turn, {turns} times, medians;"
            f" then the same with {MORE:g} times as many on two. The load generator takes a core"
            " for itself, so that on two cores two processes share the other: what a core carries"
            " is told by CPU time, and arrivals say only that sharing costs nothing."
        ),
        figures=(
            Figure(name="one: CPU", value=alone * 100, unit="% of a core"),
            Figure(
                name="two: CPU of the busier one",
                value=median(two.busiest) * 100,
                unit="% of a core",
                peer=alone * 100,
                peer_name="one",
            ),
            Figure(
                name="two: CPU together",
                value=median(two.together) * 100,
                unit="% of a core",
                peer=alone * 100,
                peer_name="one",
            ),
            Figure(
                name="two: sockets for a core's time of the busier one",
                value=alone / median(two.busiest),
                unit="× one",
                target=MORE,
                is_least=True,
            ),
            Figure(
                name="two: the same if they had even shares",
                value=2 * alone / median(two.together),
                unit="× one",
            ),
            *_arrivals("one", one, one),
            *_arrivals("two", two, one),
            *_arrivals(f"two, {MORE:g} × the sockets", more, beside_more),
        ),
        others_share=share,
    )


def _house(stack: ExitStack, *, workers: int, count: int) -> House:
    hall = stack.enter_context(running_hall(workers=workers))
    await_day(hall)
    cookie = hall.cookie("supervisor")
    asyncio.run(open_counters(hall.url, cookie))
    line = stack.enter_context(generating(ours(hall, cookie)))
    line.open(count)
    webs = tuple(f"web{n}" for n in range(1, workers + 1))
    return House(hall=hall, webs=webs, line=line)


def _arrivals(name: str, house: House, one: House) -> tuple[Figure, Figure]:
    p50 = median(rounds.p50_ms for rounds in house.rounds)
    peer = None if house is one else one
    return (
        Figure(
            name=f"{name}: arrival, p50",
            value=p50,
            unit="ms",
            peer=median(rounds.p50_ms for rounds in peer.rounds) if peer else None,
            peer_name="one",
        ),
        Figure(
            name=f"{name}: last arrival, p95",
            value=house.last_ms,
            unit="ms",
            peer=peer.last_ms if peer else None,
            peer_name="one",
        ),
    )
