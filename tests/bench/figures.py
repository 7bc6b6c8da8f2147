"""Figures, the table of them, and the generated part of docs/performance.md."""

import os
import platform
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

from msgspec import Struct

BEGIN = "<!-- begin of what `make bench` writes -->"
END = "<!-- end of what `make bench` writes -->"
"""Around what is generated; `make bench-day` has marks of its own that name it."""
BUSY_SHARE = 0.25
"""Of the machine: when others used more, a figure that is short says little."""
HEAD = ("measure", "value", "target", "ratio", "")


class Figure(Struct, frozen=True, kw_only=True):
    """One thing that was measured."""

    name: str
    value: float
    unit: str
    target: float | None = None
    is_least: bool = False
    """Whether the target is to be reached (a rate) rather than kept below (a time)."""
    peer: float | None = None
    """What the ratio compares with, in the same unit; the target if there is no peer."""
    peer_name: str = "target"

    @property
    def is_reached(self) -> bool | None:
        """Whether the target is met; None without one."""
        if self.target is None:
            return None
        return self.value >= self.target if self.is_least else self.value <= self.target

    def row(self) -> tuple[str, ...]:
        """The figure as words: what, value, target, ratio, verdict."""
        sign = "≥" if self.is_least else "≤"
        target = f"{sign} {_number(self.target)} {self.unit}" if self.target is not None else "–"
        compared = self.peer if self.peer is not None else self.target
        ratio = f"{_number(self.value / compared)} × {self.peer_name}" if compared else "–"
        verdict = {True: "ok", False: "short", None: "–"}[self.is_reached]
        return (self.name, f"{_number(self.value)} {self.unit}", target, ratio, verdict)


class Section(Struct, frozen=True, kw_only=True):
    """The figures of one benchmark with its setting."""

    title: str
    setting: str
    """One sentence: what was run, how often, beside what."""
    figures: tuple[Figure, ...]
    others_share: float = 0.0
    """How much of the machine other programs used meanwhile."""

    @property
    def words(self) -> str:
        """The setting with what others did."""
        return f"{self.setting} Other programs used {self.others_share:.0%} of the machine."

    def rows(self) -> list[tuple[str, ...]]:
        """The figures; one that is short on a busy machine is marked."""
        is_busy = self.others_share > BUSY_SHARE
        found = [figure.row() for figure in self.figures]
        return [
            (*row[:-1], "short, machine busy") if is_busy and row[-1] == "short" else row
            for row in found
        ]


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median(values: Iterable[float]) -> float:
    """The middle one of several runs."""
    return statistics.median(values)


def machine() -> str:
    """What every figure of a run was measured on."""
    memory_kb = int(Path("/proc/meminfo").read_text().split()[1])
    return (
        f"{len(os.sched_getaffinity(0))} cores, {memory_kb / 2**20:.0f} GiB,"
        f" Python {platform.python_version()}, Linux {platform.release().split('-')[0]},"
        f" load before the run {os.getloadavg()[0]:.1f}"
    )


def as_text(sections: Iterable[Section]) -> str:
    """The tables for a terminal."""
    lines: list[str] = []
    for section in sections:
        rows = [HEAD, *section.rows()]
        widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
        lines += ["", section.title, f"  {section.words}"]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            lines.append("  " + "  ".join(cells).rstrip())
    return "\n".join(lines).lstrip("\n")


def as_markdown(sections: Iterable[Section], setting: str) -> str:
    """The tables for docs/performance.md."""
    lines = [f"Setting: {setting}."]
    for section in sections:
        lines += ["", f"### {section.title}", "", section.words, ""]
        lines += [f"| {' | '.join(HEAD[:-1])} | verdict |", "|" + " --- |" * len(HEAD)]
        lines += [f"| {' | '.join(row)} |" for row in section.rows()]
    return "\n".join(lines)


def replace_generated(page: str, generated: str, by: str = "bench") -> str:
    """The page with what stands between the marks of `make {by}` replaced."""
    begin, end = (mark.replace("make bench", f"make {by}") for mark in (BEGIN, END))
    before, mark, rest = page.partition(begin)
    _, end_mark, after = rest.partition(end)
    assert mark, f"the page has no line {begin}"
    assert end_mark, f"the page has no line {end}"
    return f"{before}{begin}\n\n{generated}\n\n{end}{after}"


def _number(value: float) -> str:
    if value >= 1000:
        return f"{round(value, -1):,.0f}" if value >= 10_000 else f"{value:,.0f}"
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"
