"""Who is signed on where, at work, with a ticket or paused (SH3)."""

from datetime import datetime

from backend.core.day import Counter, HallDay
from backend.core.shifts import Stint


def begin_stint(day: HallDay, counter: Counter, at: datetime) -> None:
    """The counter's clerk is signed on, paused or at work, from now on."""
    if counter.clerk_id is None:
        return
    stint = Stint(
        counter_id=counter.counter_id,
        from_at=at,
        is_paused=counter.paused_reason is not None,
        busy_from=at if counter.ticket_id is not None else None,
    )
    day.stints.setdefault(counter.clerk_id, []).append(stint)


def end_stint(day: HallDay, counter: Counter, at: datetime) -> None:
    """What the counter's clerk did until now is over."""
    stint = _running(day, counter)
    if stint is not None:
        _count_busy(stint, at)
        stint.to_at = at


def occupy(day: HallDay, counter: Counter, at: datetime) -> None:
    """The counter holds a ticket from now on."""
    stint = _running(day, counter)
    if stint is not None:
        stint.busy_from = at


def vacate(day: HallDay, counter: Counter, at: datetime) -> None:
    """The counter holds no ticket any more."""
    stint = _running(day, counter)
    if stint is not None:
        _count_busy(stint, at)


def _running(day: HallDay, counter: Counter) -> Stint | None:
    """What the counter's clerk is at; None of a counter that is nobody's."""
    return day.stints[counter.clerk_id][-1] if counter.clerk_id is not None else None


def _count_busy(stint: Stint, at: datetime) -> None:
    if stint.busy_from is not None:
        stint.busy_s += (at - stint.busy_from).total_seconds()
        stint.busy_from = None
