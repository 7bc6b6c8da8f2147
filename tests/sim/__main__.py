"""`make sim SEEDS=n [FROM=n] [JOBS=n] [MINUTES=n]`: live many simulated days, say what broke.

A day that breaks a rule is made as short as it still breaks, and printed with its last events.
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from multiprocessing import Pool

from msgspec import Struct

from tests.sim.day import MINUTES, DayError, simulate

SHORTER = 0.7
MINUTES_MIN = 1.0
PROGRESS = 500
"""Seeds between two lines that say how far it has come."""


class Found(Struct, frozen=True, kw_only=True):
    """What came of one seed."""

    seed: int
    broken: str | None
    commits: int = 0
    lost: int = 0


def live(job: tuple[int, float]) -> Found:
    """Live one day; one that breaks is lived again, shorter and shorter, while it breaks."""
    seed, minutes = job
    try:
        outcome = simulate(seed, minutes)
    except DayError as error:
        return Found(seed=seed, broken=_shortest(seed, minutes, str(error)))
    return Found(seed=seed, broken=None, commits=outcome.commits, lost=outcome.lost)


def _shortest(seed: int, minutes: float, words: str) -> str:
    while (minutes := round(minutes * SHORTER, 1)) >= MINUTES_MIN:
        try:
            simulate(seed, minutes)
        except DayError as error:
            words = str(error)
        else:
            break
    return words


def main(arguments: Sequence[str]) -> int:
    """Live the days; 1 when any broke a rule."""
    parser = argparse.ArgumentParser(prog="python -m tests.sim", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--from", type=int, default=0, dest="first")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--minutes", type=float, default=MINUTES)
    asked = parser.parse_args(arguments)
    began, broken, commits, lost = time.monotonic(), 0, 0, 0
    seeds = range(asked.first, asked.first + asked.seeds)
    with Pool(asked.jobs) as pool:
        jobs = ((seed, asked.minutes) for seed in seeds)
        for n, found in enumerate(pool.imap_unordered(live, jobs), start=1):
            commits, lost = commits + found.commits, lost + found.lost
            if found.broken is not None:
                broken += 1
                print(found.broken, flush=True)
            if not n % PROGRESS:
                print(f"{n} days, {broken} broken", flush=True)
    took_s = time.monotonic() - began
    print(
        f"{asked.seeds} days from seed {asked.first} in {took_s:.0f} s:"
        f" {commits} commits, {lost} of them lost with Redis, {broken} days broken"
    )
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
