"""The measures of RULES.md once more, in plain Python, from sums over records of `again`."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np

from tests.statistics.again import Json

Key = tuple[str | None, ...]
By = tuple[str, ...]
Period = tuple[date, date]
Figure = tuple[float | None, int]
ORIGINS = ("staff", "student", "alumnus", "guest", "anonymous")


class Sum:
    """What a group's records come to: how often each thing, lengths, and days of windows."""

    __slots__ = ("counted", "lengths", "windows")

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.lengths = array("q")
        self.windows: set[tuple[str, str]] = set()

    def add(self, other: "Sum") -> None:
        self.counted.update(other.counted)
        self.lengths.extend(other.lengths)
        self.windows |= other.windows


def _of_ticket(ticket: Json, _at: datetime) -> tuple[Json, int | None]:
    called = ticket["is_called"]
    return {
        "n": 1,
        "reprints": ticket["reprints"],
        "recalls": ticket["recalls"],
        "called": called,
        "gone": called and ticket["state"] in {"abandoned", "expired"},
        "passed": called and ticket["is_passed"],
        ticket["origin"]: 1,
    }, ticket["wait_ms"]


def _of_visit(visit: Json, _at: datetime) -> tuple[Json, int | None]:
    level = visit["level"]
    is_bad = level in {1, 2}
    return {
        "n": 1,
        "given": level is not None,
        "flagged": visit["is_flagged"],
        f"level {level}": 1,
        "done": visit["is_done"],
        "done and given": visit["is_done"] and level is not None,
        "called_back": is_bad and (visit["called_back"] or {}).get("is_in_time", False),
        "answered": is_bad and (visit["answered"] or {}).get("is_in_time", False),
    }, visit["handling_ms"] if visit["is_over"] else None


def _of_case(case: Json, at: datetime) -> tuple[Json, int | None]:
    is_decided = case["decided_at"] is not None
    is_late = is_decided and case["decided_at"] > case["due_at"]
    is_open_late = not is_decided and not case["is_withdrawn"] and case["due_at"] < at
    return {
        "n": 1,
        "decided": is_decided,
        "on time": is_decided and not is_late,
        "late": is_late or is_open_late,
        "late of": is_decided or is_open_late,
        "visits": case["visits"],
        "once": case["visits"] <= 1,
        "by_facts": case["by_facts"],
    }, None


def _of_time(time: Json, _at: datetime) -> tuple[Json, int | None]:
    return {time["state"]: time["ms"]}, None


def _of_clerk_day(day: Json, _at: datetime) -> tuple[Json, int | None]:
    is_rostered = day["rostered_s"] > 0
    return {
        "rostered": is_rostered,
        "signed on": is_rostered and day["is_signed_on"],
        "rostered_s": day["rostered_s"],
        "on_post_s": day["on_post_s"],
        **{name: day[name] for name in ("late", "early", "missing")},
    }, None


_OF: dict[str, Callable[[Json, datetime], tuple[Json, int | None]]] = {
    "tickets": _of_ticket,
    "visits": _of_visit,
    "cases": _of_case,
    "times": _of_time,
    "clerk_days": _of_clerk_day,
}


class Sums:
    """Sums of every kind of record, by period, dimensions and group."""

    def __init__(self, periods: Iterable[Period], bys: Iterable[By], at: datetime) -> None:
        """`at`: what is open and past due then is late."""
        self._periods, self._bys, self._at = tuple(periods), tuple(bys), at
        self._found: dict[tuple[str, Period, By], dict[Key, Sum]] = defaultdict(dict)

    def of(self, kind: str, period: Period, by: By) -> Mapping[Key, Sum]:
        """Each group; the total under no key."""
        return self._found[kind, period, by]

    def add(self, kind: str, records: Sequence[Json]) -> None:
        """Add records of one day."""
        if not records:
            return
        day = date.fromisoformat(records[0]["day"])
        assert all(record["day"] == records[0]["day"] for record in records)
        periods = [(first, last) for first, last in self._periods if first <= day <= last]
        facts = [_OF[kind](record, self._at) for record in records] if periods else []
        for by in self._bys:
            if not facts or not records[0].keys() >= set(by):
                continue
            groups: dict[Key, Sum] = defaultdict(Sum)
            for record, (counted, length) in zip(records, facts, strict=True):
                group = groups[_key(record, by)]
                for name, amount in counted.items():
                    if amount:
                        group.counted[name] += amount
                if length is not None:
                    group.lengths.append(length)
                if kind == "times" and record["state"] in {"busy", "open"}:
                    group.windows.add((record["day"], record["counter"]))
            for period in periods:
                kept = self._found[kind, period, by]
                for key, group in groups.items():
                    kept.setdefault(key, Sum()).add(group)


def _key(record: Json, by: By) -> Key:
    return tuple(None if record[name] is None else str(record[name]) for name in by)


def _rounded(value: Fraction) -> float:
    """Two decimals, halves away from zero."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _minutes_n(ms: int) -> int:
    return int((Decimal(ms) / 60_000).quantize(Decimal(1), ROUND_HALF_UP))


def _count(name: str) -> Callable[[Sum], Figure]:
    return lambda s: (s.counted[name], s.counted[name])


def _share(part: str, whole: str) -> Callable[[Sum], Figure]:
    def find(found: Sum) -> Figure:
        n = found.counted[whole]
        return (_rounded(Fraction(100 * found.counted[part], n)) if n else None), n

    return find


def _levels(*levels: int) -> Callable[[Sum], Figure]:
    def find(found: Sum) -> Figure:
        n = found.counted["given"]
        part = sum(found.counted[f"level {level}"] for level in levels)
        return (_rounded(Fraction(100 * part, n)) if n else None), n

    return find


def _followed_up(what: str) -> Callable[[Sum], Figure]:
    def find(found: Sum) -> Figure:
        n = found.counted["level 1"] + found.counted["level 2"]
        return (_rounded(Fraction(100 * found.counted[what], n)) if n else None), n

    return find


def _lengths(how: str) -> Callable[[Sum], Figure]:
    def find(found: Sum) -> Figure:
        values = found.lengths
        if not values:
            return None, 0
        match how:
            case "mean":
                value = Fraction(sum(values), len(values))
            case "max":
                value = Fraction(max(values))
            case _:
                percent = 50 if how == "median" else 90
                value = Fraction(f"{float(np.percentile(values, percent)):.15g}")
        return _rounded(value / 60_000), len(values)

    return find


def _visits_mean(found: Sum) -> Figure:
    n = found.counted["n"]
    return (_rounded(Fraction(found.counted["visits"], n)) if n else None), n


def _busy(found: Sum) -> Figure:
    worked = found.counted["busy"] + found.counted["open"]
    value = _rounded(Fraction(100 * found.counted["busy"], worked)) if worked else None
    return value, _minutes_n(worked)


def _worked(found: Sum) -> Figure:
    worked = found.counted["busy"] + found.counted["open"]
    n = len(found.windows)
    return (_rounded(Fraction(worked, 60_000)) if n else None), n


def _on_post(found: Sum) -> Figure:
    rostered_s = found.counted["rostered_s"]
    on_post = Fraction(100 * found.counted["on_post_s"], rostered_s) if rostered_s else None
    return None if on_post is None else _rounded(on_post), _minutes_n(rostered_s * 1000)


MEASURES: dict[str, tuple[str, Callable[[Sum], Figure]]] = (
    {
        "issued": ("tickets", _count("n")),
        "reprints": ("tickets", _count("reprints")),
        "called": ("tickets", _count("called")),
        "recalls": ("tickets", _count("recalls")),
        "abandoned_rate": ("tickets", _share("gone", "called")),
        "passed_rate": ("tickets", _share("passed", "called")),
        "served": ("visits", _count("n")),
        "given": ("visits", _count("given")),
        "satisfied_rate": ("visits", _levels(5, 4)),
        "fair_rate": ("visits", _levels(3)),
        "overall_rate": ("visits", _levels(5, 4, 3)),
        "bad_rate": ("visits", _levels(2, 1)),
        "called_back_rate": ("visits", _followed_up("called_back")),
        "answered_rate": ("visits", _followed_up("answered")),
        "flagged": ("visits", _count("flagged")),
        "given_rate": ("visits", _share("done and given", "done")),
        "accepted": ("cases", _count("n")),
        "decided": ("cases", _count("decided")),
        "decided_rate": ("cases", _share("decided", "n")),
        "on_time_rate": ("cases", _share("on time", "decided")),
        "late_rate": ("cases", _share("late", "late of")),
        "visits_mean": ("cases", _visits_mean),
        "once_rate": ("cases", _share("once", "n")),
        "by_facts": ("cases", _count("by_facts")),
        "attendance_rate": ("clerk_days", _share("signed on", "rostered")),
        "on_post_rate": ("clerk_days", _on_post),
        "late": ("clerk_days", _count("late")),
        "early": ("clerk_days", _count("early")),
        "missing": ("clerk_days", _count("missing")),
        "busy_rate": ("times", _busy),
        "open_minutes": ("times", _worked),
    }
    | {f"wait_{how}": ("tickets", _lengths(how)) for how in ("mean", "median", "p90", "max")}
    | {f"handling_{how}": ("visits", _lengths(how)) for how in ("mean", "median", "p90", "max")}
    | {f"{name}_share": ("tickets", _share(name, "n")) for name in ORIGINS}
)
"""Which records each measure is of, and how it is found from what they come to."""
