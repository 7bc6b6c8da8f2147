"""Topics: which there are, how each is shown, and which of them an event changes."""

from typing import assert_never

from msgspec import Struct

from backend.core.access import Family
from backend.core.day import HallDay
from backend.core.evaluation import VisitEvaluated
from backend.core.events import (
    AutoCallStopped,
    CallSpoken,
    CallUndone,
    CounterAssigned,
    CounterClosed,
    CounterEvent,
    CounterOffered,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    Event,
    OfferEnded,
    ServingFinished,
    ServingResumed,
    ServingStarted,
    TicketAbandoned,
    TicketCalled,
    TicketCancelled,
    TicketDelayed,
    TicketExpired,
    TicketHeld,
    TicketPassed,
    TicketPrinted,
    TicketRecalled,
    TicketReprinted,
    TicketReturned,
    TicketSent,
    TicketTaken,
    TicketTransferred,
)
from backend.core.hall_events import (
    AlertAcknowledged,
    AlertCleared,
    AlertRaised,
    AppointmentAdded,
    AppointmentCancelled,
    DayClosed,
    DayOpened,
    HallEvent,
    IssuingResumed,
    IssuingStopped,
    NoticePosted,
    NoticeRemoved,
    PlanChanged,
    PrinterReported,
    RollChanged,
    RosterChanged,
    ScreenReported,
    SpeakersReported,
)
from backend.core.ids import AlertKind, CounterId, KioskId, PrinterId, TicketId, TicketToken, ZoneId
from backend.core.receipts import ReceiptAsked
from backend.core.rules.order import Lines
from backend.core.views.alerts import AlertsView, alerts
from backend.core.views.board import BoardView, board
from backend.core.views.counter import CounterView, counter
from backend.core.views.counter_screen import CounterScreenView, counter_screen
from backend.core.views.greeter import GreeterView, greeter
from backend.core.views.kiosk import KioskView, kiosk
from backend.core.views.news import News, news
from backend.core.views.offers import OffersView, offers
from backend.core.views.ops import OpsView, ops
from backend.core.views.pad import PadView, pad
from backend.core.views.printer import PrinterView, printer
from backend.core.views.queues import QueuesView, queues
from backend.core.views.take import TakeView, take
from backend.core.views.ticket import TicketView, ticket
from backend.core.views.voice import VoiceView, voice

View = (
    BoardView
    | CounterView
    | CounterScreenView
    | PadView
    | KioskView
    | TicketView
    | QueuesView
    | VoiceView
    | PrinterView
    | OpsView
    | AlertsView
    | GreeterView
    | TakeView
    | OffersView
    | News
)

_WITHOUT_KEY = frozenset(
    {
        Family.QUEUES,
        Family.OPS,
        Family.ALERTS,
        Family.GREETER,
        Family.TAKE,
        Family.OFFERS,
        Family.CONSULTATIONS,
    }
)


class Topic(Struct, frozen=True):
    """A topic's name in its two parts: `board:Z1` is (board, Z1); `queues` has no key."""

    family: Family
    key: str

    def __str__(self) -> str:
        """The name on the wire."""
        return f"{self.family.value}:{self.key}" if self.key else self.family.value


def topic_of(name: str) -> Topic | None:
    """The topic with this name; None when it has not the form of one."""
    family, colon, key = name.partition(":")
    if family not in {known.value for known in Family}:
        return None
    found = Family(family)
    if (found in _WITHOUT_KEY) != (not colon) or (colon and not key):
        return None
    return Topic(found, key)


def exists(day: HallDay, topic: Topic) -> bool:
    """Whether the hall has what the topic is about; what a plan took away it has no more (DY2)."""
    plan = day.plan
    match topic.family:
        case Family.BOARD | Family.VOICE:
            return plan is not None and any(z.zone_id == topic.key for z in plan.zones)
        case Family.COUNTER | Family.COUNTER_SCREEN | Family.PAD:
            return topic.key in day.counters
        case Family.KIOSK:
            return plan is not None and any(k.kiosk_id == topic.key for k in plan.kiosks)
        case Family.PRINTER:
            return plan is not None and any(k.printer_id == topic.key for k in plan.kiosks)
        case Family.TICKET:
            return topic.key in day.tokens
        case (
            Family.QUEUES
            | Family.OPS
            | Family.ALERTS
            | Family.GREETER
            | Family.TAKE
            | Family.OFFERS
            | Family.CONSULTATION
            | Family.CONSULTATIONS
        ):
            return True


def view_of(day: HallDay, topic: Topic, lines: Lines | None = None) -> View:
    """What the topic shows; it must exist.

    `lines`: made of the day as it is, for many topics at once.
    """
    match topic.family:
        case Family.BOARD:
            return board(day, ZoneId(topic.key))
        case Family.COUNTER:
            return counter(day, CounterId(topic.key))
        case Family.COUNTER_SCREEN:
            return counter_screen(day, CounterId(topic.key))
        case Family.PAD:
            return pad(day, CounterId(topic.key))
        case Family.KIOSK:
            return kiosk(day, KioskId(topic.key))
        case Family.TICKET:
            return ticket(day, TicketToken(topic.key), lines)
        case Family.QUEUES:
            return queues(day)
        case Family.VOICE:
            return voice(day, ZoneId(topic.key))
        case Family.PRINTER:
            return printer(day, PrinterId(topic.key))
        case Family.OPS:
            return ops(day)
        case Family.ALERTS:
            return alerts(day)
        case Family.GREETER:
            return greeter(day)
        case Family.TAKE:
            return take(day)
        case Family.OFFERS:
            return offers(day)
        case Family.CONSULTATION | Family.CONSULTATIONS:
            return news(topic.family, 0)  # the day knows nothing of them: `Fanout.announce`


class Touched:
    """What a number of events changed, and so which topics must be shown anew.

    Every topic that an event changes is told of; one told of in vain only costs its
    computation.
    """

    def __init__(self) -> None:
        self.all = False
        self.has_alerts = False
        self.has_appointments = False
        self.has_offers = False
        self.has_printers = False
        """Whether a printer prints again or no more: every kiosk names another one."""
        self.queue_ids: set[str] = set()
        self.counter_ids: set[str] = set()
        self.voice_zone_ids: set[str] = set()
        self.printer_ids: set[str] = set()
        self.pad_ids: set[str] = set()
        self.ticket_ids: set[str] = set()
        self.directed: set[str] = set()
        """Lines of one counter or clerk alone, by `Ticket.only` (TR1)."""

    def add(self, day: HallDay, event: Event) -> None:
        """Take an event into account; `day` has been changed by it already."""
        match event:
            case TicketTaken():
                self.queue_ids.add(event.queue_id)
                if event.printer_id is not None:
                    self.printer_ids.add(event.printer_id)
            case TicketCalled() | TicketRecalled() | CallUndone() | TicketPassed():
                self._ticket(day, event.ticket_id)
                self.counter_ids.add(event.counter_id)
                self.voice_zone_ids.add(day.index.counters[event.counter_id].zone_id)
            case ServingStarted() | ServingFinished():
                self.ticket_ids.add(event.ticket_id)
                self.counter_ids.add(event.counter_id)
                self.voice_zone_ids.add(day.index.counters[event.counter_id].zone_id)
            case TicketReturned() | TicketCancelled() | TicketAbandoned() | TicketExpired():
                self._ticket(day, event.ticket_id)
                counter_id = day.tickets[event.ticket_id].counter_id
                if counter_id is not None:
                    self.counter_ids.add(counter_id)  # it may have held a ticket of any queue
                    self.voice_zone_ids.add(day.index.counters[counter_id].zone_id)
            case TicketHeld():
                self._ticket(day, event.ticket_id)
                self.counter_ids.add(event.counter_id)
            case ServingResumed():
                self._ticket(day, event.ticket_id)
                self.counter_ids |= {event.from_counter_id, event.counter_id}
            case TicketTransferred():
                self._ticket(day, event.ticket_id)
                self.counter_ids.add(event.from_counter_id)
                self.queue_ids.add(event.from_queue_id)
                self.printer_ids.update(p for p, jobs in day.unprinted.items() if jobs)
                zone_id = day.index.counters[event.from_counter_id].zone_id
                self.voice_zone_ids.add(zone_id)
            case VisitEvaluated():
                self._evaluated(day, event)
            case TicketDelayed():
                self._ticket(day, event.ticket_id)
            case TicketReprinted() | ReceiptAsked() | TicketPrinted():
                self.printer_ids.add(event.printer_id)
            case TicketSent():
                self._ticket(day, event.ticket_id)
                self.queue_ids.add(event.from_queue_id)
                self.all = True  # it may have waited for one counter alone, or been passed
            case CallSpoken():
                self.voice_zone_ids.add(day.calls[event.call_id].zone_id)
            case _:
                self._counter_or_hall(day, event)

    def _evaluated(self, day: HallDay, event: VisitEvaluated) -> None:
        if event.day is None:  # else nobody shows the ticket any more
            self.ticket_ids.add(event.ticket_id)
            self.pad_ids.add(day.tickets[event.ticket_id].counter_id or "")

    def _counter_or_hall(self, day: HallDay, event: CounterEvent | HallEvent) -> None:
        match event:
            case CounterOpened() | CounterClosed() | CounterPaused() | CounterResumed():
                self.has_offers = True
                self.counter_ids.add(event.counter_id)
                self.queue_ids.update(day.counters[event.counter_id].serving.queue_ids)
                # Those sent to it or to its clerk are for others while it is off (TR1).
                sent = (ticket_id for lane in day.directed.values() for ticket_id in lane)
                self.queue_ids.update(day.tickets[ticket_id].queue_id for ticket_id in sent)
            case CounterOffered() | OfferEnded() | RosterChanged():
                self.has_offers = True
            case CounterAssigned():
                self.all = True  # the lines it served before are not known any more
            case AutoCallStopped():
                self.counter_ids.add(event.counter_id)
            case DayOpened() | DayClosed() | PlanChanged() | NoticePosted() | NoticeRemoved():
                self.all = True
            case IssuingStopped() | IssuingResumed():
                self.queue_ids.add(event.queue_id)
            case SpeakersReported():
                self.voice_zone_ids.add(event.zone_id)
            case ScreenReported():
                pass  # only the supervisors see it, who see every change
            case AlertRaised() | AlertAcknowledged() | AlertCleared():
                self.has_alerts = True
                self.has_printers |= day.alerts[event.alert_id].kind is AlertKind.PRINTER_SILENT
            case PrinterReported() | RollChanged():
                self.printer_ids.add(event.printer_id)
                self.has_printers = True
            case AppointmentAdded() | AppointmentCancelled():
                self.has_appointments = True
            case _:
                assert_never(event)

    def merge(self, other: "Touched") -> None:
        """Take everything into account that `other` has."""
        self.all |= other.all
        self.has_alerts |= other.has_alerts
        self.has_appointments |= other.has_appointments
        self.has_offers |= other.has_offers
        self.has_printers |= other.has_printers
        self.queue_ids |= other.queue_ids
        self.counter_ids |= other.counter_ids
        self.voice_zone_ids |= other.voice_zone_ids
        self.printer_ids |= other.printer_ids
        self.pad_ids |= other.pad_ids
        self.ticket_ids |= other.ticket_ids
        self.directed |= other.directed

    def _ticket(self, day: HallDay, ticket_id: TicketId) -> None:
        self.ticket_ids.add(ticket_id)
        ticket = day.tickets[ticket_id]
        self.queue_ids.add(ticket.queue_id)
        if ticket.only is not None:
            self.directed.add(ticket.only)
            self.counter_ids.update(day.counters_of(ticket.only))

    def concerns(self, day: HallDay, topic: Topic) -> bool:
        """Whether the topic may look different now."""
        if self.all:
            return True
        match topic.family:
            case Family.BOARD:
                return self._in_zone(day, topic.key)
            case Family.COUNTER:
                return (
                    self.has_alerts
                    or topic.key in self.counter_ids
                    or not self.queue_ids.isdisjoint(
                        day.counters[CounterId(topic.key)].serving.queue_ids
                    )
                )
            case Family.COUNTER_SCREEN:
                return topic.key in self.counter_ids
            case Family.PAD:
                return topic.key in self.counter_ids or topic.key in self.pad_ids
            case Family.KIOSK:
                kiosk_plan = day.index.kiosks[KioskId(topic.key)]
                is_standing = bool(self.queue_ids or self.counter_ids)
                return is_standing or self.has_printers or kiosk_plan.printer_id in self.printer_ids
            case Family.TICKET:
                ticket_id = day.tokens[TicketToken(topic.key)]
                ticket = day.tickets[ticket_id]
                return (
                    ticket_id in self.ticket_ids
                    or ticket.queue_id in self.queue_ids
                    or ticket.only in self.directed
                )
            case Family.QUEUES:
                return bool(self.queue_ids or self.counter_ids)
            case Family.TAKE:
                return bool(self.queue_ids or self.counter_ids)
            case Family.VOICE:
                return topic.key in self.voice_zone_ids
            case Family.PRINTER:
                return topic.key in self.printer_ids
            case Family.ALERTS:
                return self.has_alerts
            case Family.OPS:
                return True
            case Family.OFFERS:
                return self.has_offers
            case Family.CONSULTATION | Family.CONSULTATIONS:
                return False
            case Family.GREETER:
                return bool(
                    self.queue_ids or self.counter_ids or self.ticket_ids or self.has_appointments
                )

    def _in_zone(self, day: HallDay, zone_id: str) -> bool:
        """Whether a queue of the zone stands otherwise, or a counter that serves one does."""
        served = (day.counters[CounterId(c)].serving.queue_ids for c in self.counter_ids)
        queue_ids = self.queue_ids.union(*served)
        return any(
            day.index.counters[counter.counter_id].zone_id == zone_id
            and (
                counter.counter_id in self.counter_ids
                or not queue_ids.isdisjoint(counter.serving.queue_ids)
            )
            for counter in day.counters.values()
        )
