"""The wait forecast (WT1): the pace of past days at moments like this one, run forward.

A queue's pace is how many calls it makes a minute while someone waits.  Past days give it by
time of day; moments of past days that were like now, by time, people waiting and open counters,
say how much faster or slower than that it goes now; the calls still needed are then spent through
the rest of the day.  docs/wait.md says how the numbers were chosen, what they are worth on an
office that had no say in them, and what was tried and lost: today's own pace among it.
"""

from bisect import bisect
from collections import defaultdict
from collections.abc import Sequence
from math import exp, log, log2, prod

from msgspec import Struct

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


class Tuning(Struct, frozen=True, kw_only=True):
    """The numbers of the method, one set for all queues of all halls."""

    alike_min: float = 120
    """Standard deviation, in minutes, within which times of day are alike."""
    profile_calls: float = 60
    """Calls at the queue's mean pace added to each time of day."""
    alike_waiting: float = 0.6
    """As `alike_min`, of log(people waiting + 2)."""
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


class Outcomes(Struct, frozen=True, kw_only=True):
    """What became of a day's predictions (WT4)."""

    predicted: int
    missed: int
    """Waits outside their range."""
    longer: int
    """Waits longer than the median."""


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


class Cell(Struct, frozen=True, kw_only=True):
    """Alike stretches of past days together."""

    slot: int
    level: int
    counters: int
    calls: float
    expected: float
    """Calls that the profile's pace would have made."""


class History(Struct, frozen=True, kw_only=True):
    """What the forecast needs of a queue's past days."""

    calls: float = 0
    minutes: float = 0
    """Minutes and calls while someone waited."""
    profile: tuple[float, ...] = ()
    """Calls a minute while someone waits, by slot of the day; empty without history."""
    cells: tuple[Cell, ...] = ()
    spread: float = 1.0
    centre: float = 1.0
    """The calibrations of the queue and the hall, together."""


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


class Forecast(Struct, frozen=True, kw_only=True):
    """A wait; four of five lie from `low_s` to `high_s`."""

    median_s: float
    low_s: float
    high_s: float


def learn(
    days: Sequence[Sequence[Stretch]],
    calibrations: Sequence[Calibration] = (),
    tuning: Tuning = TUNING,
) -> History:
    """What past days say, from their stretches; days oldest first (WT1).

    `calibrations` are the queue's and the hall's, as `calibrated` left them.
    """
    spread = prod(calibration.spread for calibration in calibrations)
    centre = prod(calibration.centre for calibration in calibrations)
    cells: defaultdict[tuple[int, int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    slots = [[0.0, 0.0] for _ in range(SLOTS)]
    for day in days[-DAYS_MAX:]:
        for stretch in day:
            if stretch.waiting < 1 or stretch.minutes <= 0:
                continue
            slot = _slot(stretch.minute)
            for sums in (slots[slot], cells[slot, _level(stretch.waiting), stretch.counters]):
                sums[0] += stretch.minutes
                sums[1] += stretch.calls
    minutes, calls = (sum(slot[i] for slot in slots) for i in (0, 1))
    if not calls:
        return History(minutes=minutes, spread=spread, centre=centre)
    profile = _profile(slots, calls / minutes, tuning)
    return History(
        calls=calls,
        minutes=minutes,
        profile=profile,
        cells=tuple(
            Cell(
                slot=slot,
                level=level,
                counters=counters,
                calls=cell_calls,
                expected=cell_minutes * profile[slot],
            )
            for (slot, level, counters), (cell_minutes, cell_calls) in sorted(cells.items())
        ),
        spread=spread,
        centre=centre,
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
    if history.calls < CALLS_ENOUGH:
        minutes = calls / _first_pace(history, now, tuning)
    else:
        minutes = _spend(history, now.minute, calls / _factor(history, now, tuning))
    median = tuning.median * _limited(history.centre) * min(minutes, MINUTES_MAX)
    median_s = 60 * (median + tuning.extra_min)
    spread = _limited(history.spread)
    return Forecast(
        median_s=median_s,
        low_s=median_s * exp(spread * _between(tuning.range_low, now.ahead + 1)),
        high_s=median_s * exp(spread * _between(tuning.range_high, now.ahead + 1)),
    )


def _limited(calibration: float) -> float:
    return min(max(calibration, CALIBRATION_MIN), CALIBRATION_MAX)


def _slot(minute: float) -> int:
    return min(max(int(minute // SLOT_MIN), 0), SLOTS - 1)


def _level(waiting: int) -> int:
    """Half octaves of people waiting + 2: 1 and 2 differ, 30 and 31 do not."""
    return round(2 * log2(waiting + 2))


def _alike(distance: float, deviation: float) -> float:
    """1 for the same, less for what is further away, 0 from LIKE_MAX deviations on."""
    return exp(-((distance / deviation) ** 2) / 2) if distance < LIKE_MAX * deviation else 0.0


def _profile(slots: list[list[float]], mean: float, tuning: Tuning) -> tuple[float, ...]:
    """Calls a minute by slot, smoothed over the neighbours and drawn towards the mean."""
    weights = [_alike(SLOT_MIN * apart, tuning.alike_min) for apart in range(SLOTS)]
    paces = []
    for here in range(SLOTS):
        minutes, calls = tuning.profile_calls / mean, tuning.profile_calls
        for there, (slot_minutes, slot_calls) in enumerate(slots):
            weight = weights[abs(here - there)]
            minutes += weight * slot_minutes
            calls += weight * slot_calls
        paces.append(calls / minutes)
    return tuple(paces)


def _factor(history: History, now: Moment, tuning: Tuning) -> float:
    """How much faster than the profile the queue went at moments like now."""
    times = [
        _alike(abs((slot + 0.5) * SLOT_MIN - now.minute), tuning.alike_min) for slot in range(SLOTS)
    ]
    waiting = log(now.waiting + 2)
    levels: dict[int, float] = {}
    counters: dict[int, float] = {}
    calls = expected = tuning.alike_calls
    for cell in history.cells:
        time = times[cell.slot]
        if not time:
            continue
        if cell.level not in levels:
            distance = abs(cell.level * log(2) / 2 - waiting)
            levels[cell.level] = _alike(distance, tuning.alike_waiting)
        if cell.counters not in counters:
            distance = abs(cell.counters - now.counters)
            counters[cell.counters] = _alike(distance, tuning.alike_counters)
        weight = time * levels[cell.level] * counters[cell.counters]
        calls += weight * cell.calls
        expected += weight * cell.expected
    return calls / expected


def _spend(history: History, minute: float, calls: float) -> float:
    """Minutes until the profile has made `calls`, from `minute` on."""
    slot, at = _slot(minute), minute
    while slot < SLOTS - 1:
        end = (slot + 1) * SLOT_MIN
        made = (end - at) * history.profile[slot]
        if made >= calls:
            break
        slot, at, calls = slot + 1, end, calls - made
    return at - minute + calls / history.profile[slot]


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
