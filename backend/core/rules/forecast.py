"""The wait forecast (WT1): the pace of past days at moments like this one, run forward.

A queue's pace is how many calls it makes a minute while someone waits.  Past days give it by
time of day; moments of past days that were like now, by time, people waiting and open counters,
say how much faster or slower than that it goes now; the calls still needed are then spent through
the rest of the day.  How near two times of day must be to be alike differs between halls, so three
answers to that are asked and their mean is told.  docs/wait.md says how the numbers were chosen,
what they are worth on an office that had no say in them, and what was tried and lost: today's own
pace among it.
"""

from bisect import bisect
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import accumulate
from math import exp, log, log2

from msgspec import Struct

from backend.core.history import (
    Cell,
    Forecast,
    History,
    Outcomes,
    Profile,
    QueueHistory,
    QueueLesson,
)
from backend.core.ids import QueueId

DAYS_MAX = 20
"""Older days are forgotten; within these a younger day says no more than an older one."""
SLOT_MIN = 30
SLOTS = 24 * 60 // SLOT_MIN
CALLS_ENOUGH = 20
"""Below this many calls in the history, the first day's rule holds."""
MINUTES_MAX = 24 * 60
"""No forecast is longer; the range may be."""
LIKE_MAX = 4.0
"""Standard deviations beyond which two values are not alike at all."""
COUNTERS_MAX = 63
CELLS_MAX = 220
"""Of a queue; those in which the least time was spent are left out."""
MOMENTS_MAX = 1024
"""Moments whose factors are remembered: everyone in a queue asks about the same one."""


class Tuning(Struct, frozen=True, kw_only=True, cache_hash=True):
    """The numbers of the method, one set for all queues of all halls."""

    alike_min: tuple[float, ...] = (60, 120, 240)
    """Standard deviations, in minutes, within which times of day are alike: one forecast each."""
    profile_calls: float = 60
    """Calls at the queue's mean pace added to each time of day."""
    alike_waiting: float = 0.6
    """Standard deviation of log(people waiting + 2)."""
    alike_counters: float = 1.0
    """The same of open counters."""
    alike_calls: float = 5
    """Calls at the profile's pace added to what alike moments show."""
    first_day_calls: float = 10
    """Calls at handling time ÷ open counters added to those of a day without history."""
    extra_min: float = 1.25
    """Minutes added to every wait: even a queue that moves fast takes its time."""
    median: float = 0.87
    """Median ÷ mean of the wait: few waits are very long."""
    range_low: tuple[float, ...] = (-0.76, -0.85, -0.77, -0.57, -0.45, -0.43, -0.43)
    range_high: tuple[float, ...] = (0.78, 0.66, 0.54, 0.50, 0.43, 0.38, 0.33)
    """Log of shortest and longest ÷ median wait at RANGE_CALLS: COVERAGE lie between."""


TUNING = Tuning()

RANGE_CALLS = (1, 2, 4, 8, 16, 32, 64)
"""Calls needed, for which the range is tabled."""
COVERAGE = 0.8
"""Share of waits that the range is to hold."""
CALIBRATION_MIN, CALIBRATION_MAX = 0.4, 2.5
DAY_PREDICTIONS = 20
"""A day with fewer predictions moves a calibration less."""


class Steps(Struct, frozen=True, kw_only=True):
    """How far one day's outcomes move a calibration, on a log scale."""

    spread: float
    centre: float


QUEUE_STEPS = Steps(spread=0.3, centre=0)
HALL_STEPS = Steps(spread=0.5, centre=0.05)


class Calibration(Struct, frozen=True, kw_only=True):
    """What a queue's, or a hall's, own outcomes say of its forecasts; kept from day to day."""

    spread: float = 1.0
    """How much wider, on a log scale, than the table the range has to be."""
    centre: float = 1.0
    """How much longer waits are than the forecast of their median."""


class Stretch(Struct, frozen=True, kw_only=True):
    """A time in which someone waited and nothing changed, up to a call or another change."""

    minute: float
    """Minute of the day at which it began."""
    minutes: float
    waiting: int
    """People waiting meanwhile; 0 is no stretch, and is skipped."""
    counters: int
    """Open counters that serve the queue."""
    calls: float
    """Calls at its end; with readings from time to time, all calls since the last."""


Cells = dict[int, tuple[float, float]]
"""Minutes and calls of alike moments, by the key of a cell: an int, since it is a day's state."""


NO_HISTORY = History()


class Moment(Struct, frozen=True, kw_only=True):
    """What is known of the queue now."""

    minute: float
    """Minute of the day."""
    ahead: int
    """Tickets that the rule in force would call before this one (WT3)."""
    waiting: int
    """Everyone in the queue, this visitor with them."""
    counters: int
    """Open counters that serve the queue."""
    handling_s: float
    """Mean handling time of the plan; only a day without history asks for it."""
    minutes_today: float = 0
    calls_today: float = 0
    """Minutes and calls so far today while someone waited; as `handling_s`."""


def tally(cells: Cells, stretch: Stretch) -> None:
    """Add a stretch to the cells, in parts where it reaches from one slot into the next."""
    if stretch.waiting < 1:
        return
    level, counters = _level(stretch.waiting), min(stretch.counters, COUNTERS_MAX)
    end = stretch.minute + stretch.minutes
    first, last = _slot(stretch.minute), _slot(end)
    for slot in range(first, last + 1):
        begun = stretch.minute if slot == first else slot * SLOT_MIN
        minutes = (end if slot == last else (slot + 1) * SLOT_MIN) - begun
        if slot > first and not minutes:
            break  # it ended with the slot before
        share = minutes / stretch.minutes if first < last else 1
        key = _key(slot, level, counters)
        minutes_before, calls_before = cells.get(key, (0.0, 0.0))
        cells[key] = (minutes_before + minutes, calls_before + share * stretch.calls)


def cells_of(cells: Cells) -> tuple[Cell, ...]:
    """The cells as they are stored, at most CELLS_MAX."""
    kept = sorted(cells, key=lambda key: cells[key][0], reverse=True)[:CELLS_MAX]
    return tuple(
        Cell(*_parts(key), round(cells[key][0], 2), round(max(cells[key][1], 0.0), 2))
        for key in sorted(kept)
    )


def teach(days: Sequence[Sequence[QueueLesson]]) -> tuple[QueueHistory, ...]:
    """What past days of a hall say together of each of its queues; days oldest first (WT1, WT4)."""
    hall = Calibration()
    queues: dict[QueueId, Calibration] = {}
    cells: dict[QueueId, Cells] = {}
    for day in days[-DAYS_MAX:]:
        for lesson in day:
            before = queues.get(lesson.queue_id, Calibration())
            queues[lesson.queue_id] = calibrated(before, lesson.outcomes, QUEUE_STEPS)
            _add(cells.setdefault(lesson.queue_id, {}), lesson.cells)
        hall = calibrated(hall, together(lesson.outcomes for lesson in day), HALL_STEPS)
    return tuple(
        QueueHistory(
            queue_id=queue_id,
            cells=cells_of(cells[queue_id]),
            spread=round(queues[queue_id].spread * hall.spread, 4),
            centre=round(queues[queue_id].centre * hall.centre, 4),
        )
        for queue_id in sorted(cells)
    )


def together(outcomes: Iterable[Outcomes]) -> Outcomes:
    """The outcomes of several queues or days as one."""
    found = list(outcomes)
    return Outcomes(
        **{
            name: sum(getattr(outcome, name) for outcome in found)
            for name in Outcomes.__struct_fields__
        }
    )


def learn(known: QueueHistory, tuning: Tuning = TUNING) -> History:
    """What the forecast needs, from what past days say; once a day (WT1)."""
    slots: dict[int, list[float]] = {}
    for cell in known.cells:
        sums = slots.setdefault(cell.slot, [0.0, 0.0])
        sums[0] += cell.minutes
        sums[1] += cell.calls
    minutes, calls = (sum(sums[i] for sums in slots.values()) for i in (0, 1))
    is_known = calls > 0 and minutes > 0
    return History(
        calls=calls,
        minutes=minutes,
        profiles=tuple(
            _profile(slots, calls / minutes, alike_min, tuning) for alike_min in tuning.alike_min
        )
        if is_known
        else (),
        cells=known.cells,
        spread=known.spread,
        centre=known.centre,
    )


def calibrated(before: Calibration, day: Outcomes, steps: Steps) -> Calibration:
    """The calibration for the next day: a queue's with QUEUE_STEPS, a hall's with HALL_STEPS.

    A range that missed more than it may grows, one that missed less shrinks, and the median moves
    to where as many waits are longer as shorter (adaptive conformal inference: Gibbs and Candès
    2021, here on a log scale and once a day).
    """
    if not day.predicted:
        return before
    weight = min(1.0, day.predicted / DAY_PREDICTIONS)
    missed = day.missed / day.predicted - (1 - COVERAGE)
    longer = day.longer / day.predicted - 0.5
    return Calibration(
        spread=_limited(before.spread * exp(steps.spread * weight * missed)),
        centre=_limited(before.centre * exp(steps.centre * weight * longer)),
    )


def forecast(history: History, now: Moment, tuning: Tuning = TUNING) -> Forecast:
    """The wait of a visitor with `now.ahead` before them (WT1)."""
    calls = now.ahead + 1
    if history.calls < CALLS_ENOUGH or not history.profiles:
        minutes = calls / _first_pace(history, now, tuning)
    else:
        factors = _factors(history, now.minute, now.waiting, now.counters, tuning)
        waits = (
            _spend(profile, now.minute, calls / factor)
            for profile, factor in zip(history.profiles, factors, strict=True)
        )
        minutes = sum(waits) / len(factors)
    median = tuning.median * _limited(history.centre) * min(minutes, MINUTES_MAX)
    median_s = 60 * (median + tuning.extra_min)
    spread = _limited(history.spread)
    return Forecast(
        low_s=median_s * exp(spread * _between(tuning.range_low, calls)),
        median_s=median_s,
        high_s=median_s * exp(spread * _between(tuning.range_high, calls)),
    )


def _limited(calibration: float) -> float:
    return min(max(calibration, CALIBRATION_MIN), CALIBRATION_MAX)


def _slot(minute: float) -> int:
    return min(max(int(minute // SLOT_MIN), 0), SLOTS - 1)


def _level(waiting: int) -> int:
    """Half octaves of people waiting + 2: 1 and 2 differ, 30 and 31 do not."""
    return round(2 * log2(waiting + 2))


def _key(slot: int, level: int, counters: int) -> int:
    return slot << 12 | level << 6 | counters


def _parts(key: int) -> tuple[int, int, int]:
    return key >> 12, key >> 6 & 63, key & 63


def _add(cells: Cells, more: Iterable[Cell]) -> None:
    for cell in more:
        key = _key(cell.slot, cell.level, cell.counters)
        minutes, calls = cells.get(key, (0.0, 0.0))
        cells[key] = (minutes + cell.minutes, calls + cell.calls)


def _alike(distance: float, deviation: float) -> float:
    """1 for the same, less for what is further away, 0 from LIKE_MAX deviations on."""
    return exp(-((distance / deviation) ** 2) / 2) if distance < LIKE_MAX * deviation else 0.0


def _profile(
    slots: dict[int, list[float]], mean: float, alike_min: float, tuning: Tuning
) -> Profile:
    """Calls a minute by slot, smoothed over the neighbours and drawn towards the mean."""
    weights = [_alike(SLOT_MIN * apart, alike_min) for apart in range(SLOTS)]
    paces = []
    for here in range(SLOTS):
        minutes, calls = tuning.profile_calls / mean, tuning.profile_calls
        for there, (slot_minutes, slot_calls) in slots.items():
            weight = weights[abs(here - there)]
            minutes += weight * slot_minutes
            calls += weight * slot_calls
        paces.append(calls / minutes)
    made = accumulate((SLOT_MIN * pace for pace in paces[:-1]), initial=0.0)
    return Profile(tuple(paces), tuple(made))


@lru_cache(maxsize=MOMENTS_MAX)
def _factors(
    history: History, minute: float, waiting: int, counters: int, tuning: Tuning
) -> tuple[float, ...]:
    """How much faster than each profile the queue went at moments like now."""
    here = log(waiting + 2)
    levels = [_alike(abs(level * log(2) / 2 - here), tuning.alike_waiting) for level in range(64)]
    counts = [_alike(abs(n - counters), tuning.alike_counters) for n in range(COUNTERS_MAX + 1)]
    alike = [
        (cell.slot, weight * cell.minutes, weight * cell.calls)
        for cell in history.cells
        if (weight := levels[cell.level] * counts[cell.counters])
    ]
    found = []
    for alike_min, profile in zip(tuning.alike_min, history.profiles, strict=True):
        times = [_alike(abs((s + 0.5) * SLOT_MIN - minute), alike_min) for s in range(SLOTS)]
        calls = expected = tuning.alike_calls
        for slot, slot_minutes, slot_calls in alike:
            time = times[slot]
            calls += time * slot_calls
            expected += time * slot_minutes * profile.paces[slot]
        found.append(calls / expected)
    return tuple(found)


def _spend(profile: Profile, minute: float, calls: float) -> float:
    """Minutes until the profile has made `calls`, from `minute` on."""
    slot = _slot(minute)
    wanted = profile.made[slot] + (minute - slot * SLOT_MIN) * profile.paces[slot] + calls
    end = max(bisect(profile.made, wanted) - 1, slot)
    return end * SLOT_MIN + (wanted - profile.made[end]) / profile.paces[end] - minute


def _first_pace(history: History, now: Moment, tuning: Tuning) -> float:
    """Calls a minute where past days say too little: the plan's, then today's."""
    planned = tuning.first_day_calls
    minutes = planned * now.handling_s / 60 / max(now.counters, 1)
    seen_minutes = history.minutes + now.minutes_today
    return (planned + history.calls + now.calls_today) / (minutes + seen_minutes)


def _between(table: Sequence[float], calls: int) -> float:
    """The table's value at a number of calls, linear in its logarithm."""
    right = bisect(RANGE_CALLS, calls)
    if right == len(RANGE_CALLS):
        return table[-1]
    part = log2(calls) - log2(RANGE_CALLS[right - 1])
    return table[right - 1] + part * (table[right] - table[right - 1])
