"""`python -m tests.bench_wait [DATA] [--choose]`: measure wait estimators on days of queues.

DATA is a CSV file, plain or gzipped, of the form of docs/wait.md.  With `--choose` the forecast's
numbers are chosen anew on all offices but one and measured on that one, for each in turn.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from backend.core.rules.forecast import COVERAGE, Tuning
from tests.bench_wait import estimators
from tests.bench_wait.choose import CHOICES, leave_one_out
from tests.bench_wait.data import FormError, QueueDay, read_file
from tests.bench_wait.estimators import Estimator, forecaster
from tests.bench_wait.made_up import made_up
from tests.bench_wait.measure import Answer, Score, answers, score
from tests.hall import ROOT

DEFAULT = ROOT.parent / "shared" / "data" / "warsaw_queue_days.csv.gz"
GAIN_TARGET = 0.12
"""Of the mean absolute error, against queue length × mean gap."""
COVERAGE_SLACK = 0.03
VERDICT = {True: "ok", False: "short"}
ESTIMATORS: dict[str, Estimator] = {
    "queue length × mean gap": estimators.mean_gap,
    "head of line": estimators.head_of_line,
    "last 30 minutes' rate": estimators.last_rate,
    "WT1 by hour": estimators.wt1,
    "WT1, counters left out": estimators.wt1_unscaled,
    "WT1, today's pace added": estimators.wt1_today,
    "WT1, past errors' range": estimators.wt1_past_errors,
    "shipped forecast": estimators.shipped,
}
WITHOUT: dict[str, Tuning] = {
    "people waiting": Tuning(alike_waiting=1000),
    "open counters": Tuning(alike_counters=1000),
    "alike moments": Tuning(alike_calls=1e9),
    "the pace by time of day": Tuning(profile_calls=1e9),
    "three widths but one": Tuning(alike_min=(120,)),
    "the median": Tuning(median=1),
    "the added minutes": Tuning(extra_min=0),
}
"""The shipped forecast without one of its parts."""
BASE, SHIPPED = "queue length × mean gap", "shipped forecast"
HEAD = ("waits", "mean", "MAE", "vs base", "median", "P90", "bias", "covered", "width")


def main(arguments: Sequence[str]) -> int:
    """Measure and print; the exit code is 0 even where a figure is short of its target."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_wait", description=__doc__)
    parser.add_argument(
        "data", nargs="?", type=Path, help=f"default: ../shared/data/{DEFAULT.name}"
    )
    parser.add_argument("--choose", action="store_true", help="leave one office out")
    asked = parser.parse_args(arguments)
    if asked.data is not None and not asked.data.is_file():
        parser.error(f"{asked.data} is not a file")
    try:
        days = _days(asked.data)
    except FormError as error:
        parser.error(str(error))
    found = {name: answers(days, estimator) for name, estimator in ESTIMATORS.items()}
    known = {name: _where(all_of_it, is_first_day=False) for name, all_of_it in found.items()}
    if not known[BASE]:
        print("No queue has people waiting on a second day: nothing to compare.")
        return 0
    _table("Together, where an earlier day is known (minutes)", known)
    for office in sorted({answer.office for answer in known[BASE]}):
        of_office = {
            name: [answer for answer in known[name] if answer.office == office] for name in known
        }
        _table(office, of_office)
    parts = {name: answers(days, forecaster(tuning)) for name, tuning in WITHOUT.items()}
    own = {BASE: known[BASE], SHIPPED: known[SHIPPED]}
    _table(
        "The forecast without …", own | {n: _where(a, is_first_day=False) for n, a in parts.items()}
    )
    _table("First days of queues", {n: _where(a, is_first_day=True) for n, a in found.items()})
    _verdict(score(known[BASE]), score(known[SHIPPED]))
    if asked.choose:
        _choose(days, known[BASE], known[SHIPPED])
    return 0


def _days(path: Path | None) -> list[QueueDay]:
    if path is None and not DEFAULT.exists():
        print(f"../shared/data/{DEFAULT.name} is not there: days that nobody stood in.")
        return made_up()
    days = read_file(path or DEFAULT)
    queues = {(day.office, day.queue) for day in days}
    print(
        f"{(path or DEFAULT).name}: {len({day.office for day in days})} offices, "
        f"{len(queues)} queues, {len(days)} days of a queue."
    )
    return days


def _where(found: Sequence[Answer], *, is_first_day: bool) -> list[Answer]:
    return [answer for answer in found if answer.is_first_day is is_first_day]


def _table(title: str, found: dict[str, list[Answer]]) -> None:
    """One line an estimator; nothing without answers."""
    if not found[BASE]:
        return
    print(f"\n{title:<26}" + "".join(f"{word:>9}" for word in HEAD))
    base = score(found[BASE])
    for name, all_of_it in found.items():
        print(f"{name:<26}" + "".join(f"{word:>9}" for word in _cells(score(all_of_it), base)))


def _cells(own: Score, base: Score) -> tuple[str, ...]:
    return (
        str(own.count),
        f"{own.mean_wait:.1f}",
        f"{own.error_mean:.2f}",
        f"{own.error_mean / base.error_mean - 1:+.1%}",
        f"{own.error_median:.2f}",
        f"{own.error_p90:.2f}",
        f"{own.bias:+.2f}",
        "–" if own.coverage is None else f"{own.coverage:.1%}",
        "–" if own.width is None else f"{own.width:.1f}",
    )


def _verdict(base: Score, own: Score) -> None:
    gain = 1 - own.error_mean / base.error_mean
    print(
        f"\nMean absolute error {gain:.1%} under {BASE}, "
        f"target {GAIN_TARGET:.0%}: {VERDICT[gain >= GAIN_TARGET]}"
    )
    if own.coverage is not None:
        is_met = abs(own.coverage - COVERAGE) <= COVERAGE_SLACK
        print(f"Range holds {own.coverage:.1%}, target {COVERAGE:.0%} ± 3 %: {VERDICT[is_met]}")


def _choose(days: Sequence[QueueDay], base: list[Answer], own: list[Answer]) -> None:
    offices = sorted({answer.office for answer in base})
    if len(offices) < 3:
        print("\nLeaving one office out asks for three.")
        return
    found, chosen = leave_one_out(days)
    for office in (None, *offices):
        groups = {BASE: base, "chosen on the others": found, SHIPPED: own}
        title = f"Left out: {office}" if office else "Each office left out, together"
        _table(
            title,
            {n: [a for a in g if office in (None, a.office)] for n, g in groups.items()},
        )
        if office:
            print(", ".join(f"{name} {getattr(chosen[office], name):g}" for name in CHOICES))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
