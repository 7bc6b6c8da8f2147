"""What a day shows of its queues' paces, and which call ended a predicted wait (WT1, WT4)."""

from msgspec.structs import replace

from backend.core.day import HallDay, Queue
from backend.core.events import (
    CallUndone,
    CounterAssigned,
    CounterClosed,
    CounterOpened,
    Event,
    TicketAbandoned,
    TicketCalled,
    TicketCancelled,
    TicketDelayed,
    TicketExpired,
    TicketReturned,
    TicketSent,
    TicketTaken,
    TicketTransferred,
)
from backend.core.hall_events import DayClosed, DayOpened, PlanChanged
from backend.core.history import Pace, Prediction
from backend.core.rules.forecast import Stretch, learn, tally
from backend.core.rules.waiting import free_counters, minute_of_day, open_counters

_OfATicket = (
    TicketTaken
    | TicketCalled
    | CallUndone
    | TicketReturned
    | TicketDelayed
    | TicketCancelled
    | TicketAbandoned
    | TicketExpired
    | TicketTransferred
    | TicketSent
)


def follow(day: HallDay, event: Event) -> None:
    """Keep the paces and predictions of the queues; `day` has been changed by the event already."""
    if isinstance(event, _OfATicket):
        _predicted(day, event)
        _settle(day, day.queues[day.tickets[event.ticket_id].queue_id], event)
        if isinstance(event, TicketTransferred | TicketSent):
            _settle(day, day.queues[event.from_queue_id], event)
    elif isinstance(event, CounterOpened | CounterClosed | CounterAssigned | PlanChanged):
        for queue in day.queues.values():
            _settle(day, queue, event)
    elif isinstance(event, DayOpened):
        day.histories = {known.queue_id: learn(known) for known in event.history}
    elif isinstance(event, DayClosed):
        for lesson in event.lessons:
            day.queues[lesson.queue_id].pace.lesson = lesson


def _settle(day: HallDay, queue: Queue, event: Event) -> None:
    """End the stretch of the queue's pace, if its people or counters are others now."""
    pace, at = queue.pace, day.at
    waiting, counters = queue.waiting, open_counters(day, queue.queue_id)
    if at is None or (waiting, counters) == (pace.waiting, pace.counters):
        return
    minute = minute_of_day(day, pace.at or at)
    stretch = Stretch(
        minute=minute,
        minutes=max(minute_of_day(day, at) - minute, 0),
        waiting=pace.waiting,
        counters=pace.counters,
        calls=pace.waiting - waiting if isinstance(event, TicketCalled) else 0,
    )
    if pace.waiting > pace.free:  # else nobody waited but for the clerk
        _count(pace, stretch)
        if isinstance(event, TicketCalled):
            pace.counted[event.ticket_id] = None
    pace.at, pace.waiting, pace.counters = at, waiting, counters
    pace.free = free_counters(day, queue.queue_id)
    if isinstance(event, CallUndone) and event.ticket_id in pace.counted:
        del pace.counted[event.ticket_id]
        # As many wait as when it was called: it is taken out where it was counted.
        now = minute_of_day(day, at)
        _count(pace, Stretch(minute=now, minutes=0, waiting=waiting, counters=counters, calls=-1))


def _count(pace: Pace, stretch: Stretch) -> None:
    tally(pace.cells, stretch)
    pace.minutes += stretch.minutes
    pace.calls += stretch.calls


def _predicted(day: HallDay, event: _OfATicket) -> None:
    """Keep what a ticket was told and which call ended its wait."""
    ticket = day.tickets[event.ticket_id]
    said = ticket.prediction
    match event:
        case TicketTaken() if event.forecast is not None:
            ticket.prediction = Prediction(queue_id=event.queue_id, forecast=event.forecast)
        case TicketCalled():
            day.queues[ticket.queue_id].pace.counted.pop(event.ticket_id, None)
            if said is not None and said.call_id is None:
                ticket.prediction = replace(said, call_id=event.call_id)
        case CallUndone() if said is not None and said.call_id == ticket.call_id:
            ticket.prediction = replace(said, call_id=None)
        case TicketDelayed() | TicketTransferred() | TicketSent():
            if said is not None and said.call_id is None:
                ticket.prediction = None  # the wait became another one
        case _:
            pass
