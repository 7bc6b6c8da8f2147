"""The estimators that are compared; each sees earlier days and today up to now, nothing later."""

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct

from backend.core.history import QueueHistory
from backend.core.rules.forecast import (
    CALLS_ENOUGH,
    TUNING,
    Moment,
    Tuning,
    forecast,
    learn,
)
from tests.bench_wait.data import QueueDay, Reading, questions, stretches

HANDLING_MIN = 10.0
"""Minutes at a counter, of which the data say nothing: all that a first day goes by."""
HOURS = 24
WT1_DAYS = 20
WT1_CALLS = 20
"""Calls at the mean gap added to each hour's (WT1)."""
RATE_MIN = 30
"""What the last-30-minutes' rate looks back on."""

RATIOS_MIN = 20
RATIOS_ELSE = (0.5, 2.0)
"""The range of `wt1_past_errors` until there are so many past ratios of wait to estimate."""


class Estimate(Struct, frozen=True):
    """Minutes."""

    wait: float
    low: float | None = None
    high: float | None = None


Ask = Callable[[Sequence[Reading]], Estimate]
"""Today's readings up to now, to the wait of the one who came last."""
Estimator = Callable[[Sequence[QueueDay], QueueHistory], Ask]
"""A queue's earlier days, oldest first, and what the hall would have learnt of them; once a day."""


def mean_gap(past: Sequence[QueueDay], _: QueueHistory) -> Ask:
    """Queue length × mean gap between calls, while someone waited, on earlier days."""
    gap = _mean_gap(past)
    return lambda seen: Estimate(seen[-1].waiting * _or_planned(gap, seen[-1]))


def head_of_line(past: Sequence[QueueDay], known: QueueHistory) -> Ask:
    """As long as the one who was called last had waited; mean gap before the first call."""
    fall_back = mean_gap(past, known)

    def ask(seen: Sequence[Reading]) -> Estimate:
        now = seen[-1]
        today = [reading for reading in seen if reading.numbering == now.numbering]
        if not now.called:
            return fall_back(seen)
        came = next(r.minute for r in today if r.called + r.waiting >= now.called)
        called = next(r.minute for r in today if r.called >= now.called)
        return Estimate(called - came)

    return ask


def last_rate(past: Sequence[QueueDay], known: QueueHistory) -> Ask:
    """Queue length ÷ the last 30 minutes' rate of calls; mean gap if there was none."""
    fall_back = mean_gap(past, known)

    def ask(seen: Sequence[Reading]) -> Estimate:
        now = seen[-1]
        since = next(
            r for r in seen if r.minute >= now.minute - RATE_MIN and r.numbering == now.numbering
        )
        if now.called == since.called:
            return fall_back(seen)
        return Estimate(now.waiting * (now.minute - since.minute) / (now.called - since.called))

    return ask


def wt1(past: Sequence[QueueDay], _: QueueHistory) -> Ask:
    """WT1 as it was first written: gaps by hour, the current hour scaled by open counters."""
    return _by_hour(past, is_scaled=True)


def wt1_unscaled(past: Sequence[QueueDay], _: QueueHistory) -> Ask:
    """WT1 without the open counters."""
    return _by_hour(past, is_scaled=False)


def wt1_today(past: Sequence[QueueDay], _: QueueHistory) -> Ask:
    """WT1 without the open counters, by how much faster today went so far than it says."""
    gaps = _hour_gaps(past)[0] if past else None
    by_hour = _by_hour(past, is_scaled=False)

    def ask(seen: Sequence[Reading]) -> Estimate:
        made = expected = float(WT1_CALLS)
        for stretch in stretches(seen):
            made += stretch.calls
            if gaps is not None:
                expected += stretch.minutes / gaps[int(stretch.minute // 60)]
        return Estimate(by_hour(seen).wait * expected / made)

    return ask if gaps is not None else by_hour


def wt1_past_errors(past: Sequence[QueueDay], known: QueueHistory) -> Ask:
    """WT1 without the open counters, with the 10th and 90th percentile of its own past ratios."""
    ratios: list[float] = []
    for index in range(1, len(past)):
        ask_then = wt1_unscaled(past[:index], known)
        readings = past[index].readings
        for question in questions(past[index]):
            said = ask_then(readings[: question.index + 1]).wait
            ratios.append(question.wait_min / said)
    by_hour = wt1_unscaled(past, known)
    if len(ratios) < RATIOS_MIN:
        low, high = RATIOS_ELSE
    else:
        low, high = (float(found) for found in np.quantile(ratios, (0.1, 0.9)))

    def ask(seen: Sequence[Reading]) -> Estimate:
        wait = by_hour(seen).wait
        return Estimate(wait, low * wait, high * wait)

    return ask


def shipped(past: Sequence[QueueDay], known: QueueHistory) -> Ask:
    """What the hall shows: backend/core/rules/forecast.py."""
    return forecaster(TUNING)(past, known)


def forecaster(tuning: Tuning) -> Estimator:
    """The shipped forecast with other numbers."""

    def begin(_past: Sequence[QueueDay], known: QueueHistory) -> Ask:
        history = learn(known, tuning)

        def ask(seen: Sequence[Reading]) -> Estimate:
            now = seen[-1]
            today = tuple(stretches(seen)) if history.calls < CALLS_ENOUGH else ()
            moment = Moment(
                minute=now.minute,
                ahead=now.waiting - 1,
                waiting=now.waiting,
                counters=now.counters,
                handling_s=HANDLING_MIN * 60,
                minutes_today=sum(stretch.minutes for stretch in today),
                calls_today=sum(stretch.calls for stretch in today),
            )
            found = forecast(history, moment, tuning)
            return Estimate(found.median_s / 60, found.low_s / 60, found.high_s / 60)

        return ask

    return begin


def _or_planned(gap: float | None, now: Reading) -> float:
    return HANDLING_MIN / max(now.counters, 1) if gap is None else gap


def _mean_gap(past: Sequence[QueueDay]) -> float | None:
    """Minutes a call while someone waited; None without a call."""
    found = [stretch for day in past for stretch in stretches(day.readings)]
    calls = sum(stretch.calls for stretch in found)
    return sum(stretch.minutes for stretch in found) / calls if calls else None


def _hour_gaps(
    past: Sequence[QueueDay],
) -> tuple[list[float], list[float | None]] | tuple[None, None]:
    """Minutes a call by hour, and the open counters typical of it; None without a call."""
    past = past[-WT1_DAYS:]
    mean = _mean_gap(past)
    if mean is None:
        return None, None
    minutes, calls, counters = ([0.0] * HOURS for _ in range(3))
    for day in past:
        for stretch in stretches(day.readings):
            hour = int(stretch.minute // 60) % HOURS
            minutes[hour] += stretch.minutes
            calls[hour] += stretch.calls
            counters[hour] += stretch.minutes * stretch.counters
    gaps = [(m + WT1_CALLS * mean) / (c + WT1_CALLS) for m, c in zip(minutes, calls, strict=True)]
    typical = [c / m if m else None for c, m in zip(counters, minutes, strict=True)]
    return gaps, typical


def _by_hour(past: Sequence[QueueDay], *, is_scaled: bool) -> Ask:
    gaps, typical = _hour_gaps(past)

    def ask(seen: Sequence[Reading]) -> Estimate:
        now = seen[-1]
        if gaps is None or typical is None:
            return Estimate(now.waiting * _or_planned(None, now))
        at, left = now.minute, float(now.waiting)
        hour = first = int(at // 60)
        while True:
            gap = gaps[hour % HOURS]
            usual = typical[hour % HOURS]
            if is_scaled and hour == first and usual:
                gap *= min(max(usual / max(now.counters, 0.5), 0.5), 2.0)
            made = (60 * (hour + 1) - at) / gap
            if made >= left:
                return Estimate(at + left * gap - now.minute)
            left, hour = left - made, hour + 1
            at = 60.0 * hour

    return ask
