"""`python -m tests.bench_failover`: kill the primary under load, again and again, and count.

Prints the tables and renews their part of docs/performance.md; in ten to twelve minutes on two
cores, most of it waiting for the servers that were killed to be replicas again.  `--kills n`
kills so often only, and prints.  Loopback only; the servers run on the files of ops/.
"""

import argparse
import asyncio
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from msgspec import Struct

from tests.bench.__main__ import PAGE
from tests.bench.figures import (
    Figure,
    Section,
    as_markdown,
    as_text,
    machine,
    median,
    quantile,
    replace_generated,
)
from tests.bench.processes import Disturbance
from tests.hall import HALL_ID, running_hall
from tests.processes.failover import Kills, lost
from tests.processes.history import check, history_of
from tests.processes.load import COUNTERS, Load, working
from tests.support.topologies import Group, cluster, sentinels

NAME = "bench-failover"
KILLS, CLUSTER_KILLS, CARELESS_KILLS = 20, 4, 3
KIOSKS, EVERY_S, ROUNDS_BETWEEN = 20, 0.1, 10
WORKERS = 2
RECOVERY_S = 60.0
DAYS_KEY = f"{{{HALL_ID}}}:days"


class Outcome(Struct, frozen=True, kw_only=True):
    """What some kills came to."""

    answers: int
    lost: int
    outages_s: list[float]
    whole_s: list[float]
    latencies_s: list[float]
    """Of all answers."""
    is_history_true: bool
    others_share: float


def main(arguments: Sequence[str]) -> int:
    """Kill and count; 1 when an acknowledged command was lost that must not be."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_failover", description=__doc__)
    parser.add_argument("--kills", type=int)
    asked = parser.parse_args(arguments)
    setting = machine()
    print(setting, flush=True)
    kills = asked.kills or KILLS
    watched = asyncio.run(_killed(sentinels(is_quick=False), kills, replicas=1))
    sections = [
        _section("Sentinels", f"A primary, two replicas and three sentinels, {_FILES}", watched)
    ]
    print("\n" + as_text(sections[-1:]), flush=True)
    careless = sentinels(without="min-replicas")
    without = asyncio.run(_killed(careless, min(kills, CARELESS_KILLS), replicas=0))
    sections.append(_careless(without))
    print("\n" + as_text(sections[-1:]), flush=True)
    sharded = asyncio.run(_killed(cluster(is_quick=False), min(kills, CLUSTER_KILLS), replicas=1))
    words = f"Three primaries with a replica each, {_FILES}; the hall's primary was killed"
    sections.append(_section("Cluster", words, sharded))
    print("\n" + as_text(sections[-1:]), flush=True)
    if asked.kills is None:
        page = PAGE.read_text(encoding="utf-8")
        generated = as_markdown(sections, setting)
        PAGE.write_text(replace_generated(page, generated, by=NAME), encoding="utf-8")
    is_kept = not watched.lost and not sharded.lost
    return 0 if is_kept and watched.is_history_true and sharded.is_history_true else 1


_FILES = "on the files of `ops/`, `REDIS_REPLICAS=1`"


async def _killed(servers: AbstractContextManager[Group], kills: int, *, replicas: int) -> Outcome:
    """Live with the servers while their primary is killed so often, every second time cut off."""
    others = Disturbance()
    with (
        servers as group,
        running_hall(workers=WORKERS, REDIS_URL=group.url, REDIS_REPLICAS=str(replicas)) as hall,
    ):
        load = Load(hall, hall.cookie("supervisor"))
        killing = Kills(group, load, lambda: group.primary(DAYS_KEY))
        async with history_of(hall) as history:
            async with working(load, kiosks=KIOSKS, every_s=EVERY_S, screens=6):
                for n in range(kills):
                    for _ in range(ROUNDS_BETWEEN):
                        await load.until_all_are_served(RECOVERY_S)
                    await killing.kill(is_cut_off=n % 2 == 0)
                    print(f"kill {n + 1}: away for {killing.outages_s[-1]:.2f} s", flush=True)
                await load.until_screens_agree(RECOVERY_S)
            entries = await history.streamed()
            gone = lost(entries, load)
            await history.until_archived(RECOVERY_S)
            kept = {id_: answer for id_, answer in load.answers.items() if id_ not in set(gone)}
            return Outcome(
                answers=len(load.answers),
                lost=len(gone),
                outages_s=killing.outages_s,
                whole_s=killing.whole_s,
                latencies_s=load.latencies_s,
                is_history_true=_holds(lambda: check(entries, kept)),
                others_share=others.share,
            )


def _holds(claim: Callable[[], None]) -> bool:
    try:
        claim()
    except AssertionError:
        return False
    return True


def _section(title: str, words: str, outcome: Outcome) -> Section:
    kills = len(outcome.outages_s)
    truth = "kept" if outcome.is_history_true else "DID NOT keep"
    return Section(
        title=f"{title}: {kills} kills of the primary",
        setting=(
            f"{words}; SIGKILL, every second time {_CUT_OFF}. {WORKERS} web processes,"
            f" {KIOSKS} kiosks and {len(COUNTERS)} counters that do {1 / EVERY_S:.0f} commands a"
            f" second each, when they are answered; {outcome.answers:,} were. Afterwards stream"
            f" and archive were the same and {truth} I1, I2, I7 and I8, and every answer was"
            " looked up in them."
        ),
        figures=(
            Figure(name="acknowledged and lost", value=outcome.lost, unit="commands", target=0),
            Figure(name="away: p50", value=median(outcome.outages_s), unit="s"),
            Figure(name="away: longest", value=max(outcome.outages_s), unit="s"),
            Figure(name="everybody served: p50", value=median(outcome.whole_s), unit="s"),
            Figure(name="everybody served: longest", value=max(outcome.whole_s), unit="s"),
            Figure(
                name="answer, all the time: p50",
                value=quantile(outcome.latencies_s, 0.5) * 1e3,
                unit="ms",
            ),
        ),
        others_share=outcome.others_share,
    )


_CUT_OFF = "with its replicas cut off for 0.2 s before"


def _careless(outcome: Outcome) -> Section:
    """The check can fail."""
    kills = len(outcome.outages_s)
    return Section(
        title=f"The same without `REDIS_REPLICAS` and `min-replicas-to-write`: {kills} kills",
        setting=(
            f"So that it shows whether the check can fail; every second time {_CUT_OFF}."
            " What the archive had by then came back from it. The sentinels were quicker: 1 s."
        ),
        figures=(
            Figure(name="acknowledged", value=outcome.answers, unit="commands"),
            Figure(name="of them lost", value=outcome.lost, unit="commands"),
        ),
        others_share=outcome.others_share,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
