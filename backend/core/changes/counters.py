"""Counters open, close, pause, and serve other queues."""

from typing import assert_never

from backend.core.changes.stints import begin_stint, end_stint
from backend.core.day import HallDay, serving_of
from backend.core.events import (
    AutoCallStopped,
    CounterAssigned,
    CounterClosed,
    CounterEvent,
    CounterOffered,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    OfferEnded,
)


def counter_changed(day: HallDay, event: CounterEvent) -> None:
    """Change a counter."""
    counter = day.counters[event.counter_id]
    match event:
        case CounterOpened():
            counter.is_open, counter.clerk_id = True, event.clerk_id
            counter.opened_at = counter.free_at = day.at = event.opened_at
            counter.offer, counter.asked = None, ()
            begin_stint(day, counter, event.opened_at)
        case CounterClosed():
            end_stint(day, counter, event.closed_at)
            counter.is_open, counter.clerk_id, counter.opened_at = False, None, None
            counter.paused_reason = counter.paused_at = None
            counter.free_at = counter.auto_from = None
            counter.closed_at = day.at = event.closed_at
        case CounterPaused():
            end_stint(day, counter, event.paused_at)
            counter.paused_reason, counter.auto_from = event.reason, None
            counter.paused_at = day.at = event.paused_at
            begin_stint(day, counter, event.paused_at)
        case CounterResumed():
            end_stint(day, counter, event.resumed_at)
            counter.paused_reason = counter.paused_at = None
            counter.free_at = day.at = event.resumed_at
            begin_stint(day, counter, event.resumed_at)
        case CounterAssigned():
            counter.serving, counter.turns = event.serving, []
            if event.from_minute is not None:
                counter.from_minute = event.from_minute
            day.serving = serving_of(day.counters.values())
            day.at = event.assigned_at
        case AutoCallStopped():
            counter.auto_from = None
            day.at = event.stopped_at
        case CounterOffered():
            counter.offer = event.offer
            counter.asked = (*counter.asked, event.offer.clerk_id)
            day.at = event.offer.offered_at
        case OfferEnded():
            counter.offer, counter.asked = None, ()
            day.at = event.ended_at
        case _:
            assert_never(event)
