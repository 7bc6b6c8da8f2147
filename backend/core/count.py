"""What a day comes to, ticket by ticket: the rows that every statistic is made of.

A fold of the day's events apart from the live day's: it keeps what the measures of RULES.md ask
for and nothing else, and it changes when they do.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct, field
from msgspec.structs import replace

from backend.core.counted import (
    CountedClerkDay,
    CountedSpan,
    CountedTicket,
    CountedVisit,
    DayCount,
    LateRating,
)
from backend.core.evaluation import VisitEvaluated
from backend.core.events import (
    CallUndone,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    Event,
    ServingFinished,
    ServingResumed,
    ServingStarted,
    TicketAbandoned,
    TicketCalled,
    TicketCancelled,
    TicketExpired,
    TicketHeld,
    TicketPassed,
    TicketRecalled,
    TicketReprinted,
    TicketSent,
    TicketTaken,
    TicketTransferred,
)
from backend.core.hall_events import DayClosed, DayOpened, PlanChanged
from backend.core.ids import (
    CounterId,
    CounterState,
    HallId,
    PauseReason,
    QueueId,
    ServiceId,
    StaffId,
    TicketId,
    TicketState,
    ZoneId,
)
from backend.core.index import EMPTY_INDEX, index_of
from backend.core.plan import Plan
from backend.core.shifts import ClerkDay

ANONYMOUS = "anonymous"
"""The origin of a visitor who is not known."""
HALF_HOUR = timedelta(minutes=30)


class _Seat(Struct, kw_only=True):
    """A counter while the day is counted."""

    state: CounterState = CounterState.OFF
    clerk_id: StaffId | None = None
    reason: PauseReason | None = None
    ticket_id: TicketId | None = None
    since: datetime | None = None


class _Stay(Struct, kw_only=True):
    """A ticket while the day is counted."""

    queue_id: QueueId
    calls: list[tuple[datetime, CounterId, StaffId | None]] = field(default_factory=list)
    """Those not taken back, oldest first."""
    visits: list[CountedVisit] = field(default_factory=list)
    serving_at: datetime | None = None


class Counting:
    """Counts a day as its events come; `count` may be asked at any time."""

    def __init__(self, departments: Mapping[ServiceId, str]) -> None:
        """`departments`: whose each service is."""
        self._departments = departments
        self._index = EMPTY_INDEX
        self._zone = ZoneInfo("UTC")
        self._owners: dict[QueueId, str | None] = {}
        self._hall_id, self._day = HallId(""), date.min
        self._at: datetime | None = None
        self._is_final = False
        self._tickets: dict[TicketId, CountedTicket] = {}
        self._stays: dict[TicketId, _Stay] = {}
        self._seats: dict[CounterId, _Seat] = {}
        self._spans: list[CountedSpan] = []
        self._clerk_days: list[CountedClerkDay] = []
        self._late: list[LateRating] = []

    def count(self) -> DayCount:
        """What the day has come to so far; the states that counters are in count until now."""
        running = [
            span
            for counter_id, seat in self._seats.items()
            for span in self._spans_of(counter_id, seat, self._at)
        ]
        return DayCount(
            hall_id=self._hall_id,
            day=self._day,
            is_final=self._is_final,
            tickets=tuple(self._tickets.values()),
            visits=tuple(visit for stay in self._stays.values() for visit in stay.visits),
            spans=(*self._spans, *running),
            clerk_days=tuple(self._clerk_days),
            late=tuple(self._late),
        )

    def see(self, events: Iterable[Event], at: datetime) -> None:
        """Count the events of one commit, which was made at that instant."""
        self._at = at
        for event in events:
            match event:
                case DayOpened():
                    self._hall_id, self._day = event.hall_id, event.day
                    self._take_plan(event.plan)
                case PlanChanged():
                    self._take_plan(event.plan)
                case DayClosed():
                    self._is_final = True
                    self._clerk_days = [self._clerk_day(clerk) for clerk in event.attendance]
                case CounterOpened() | CounterClosed() | CounterPaused() | CounterResumed():
                    self._counter_changed(event, at)
                case TicketCalled() | CallUndone() | TicketRecalled() | TicketPassed():
                    self._called(event, at)
                case ServingStarted() | ServingResumed():
                    self._served(event, at)
                case ServingFinished() | TicketHeld() | TicketTransferred():
                    self._left_counter(event, at)
                case _:
                    self._ticket_changed(event)

    def rate(self, ticket_id: TicketId, level: int) -> None:
        """Keep what the visitor said of the visit, on whatever day."""
        self._stays[ticket_id].visits[-1].level = level

    def _take_plan(self, plan: Plan) -> None:
        self._index, self._zone = index_of(plan), ZoneInfo(plan.time_zone)
        owners: dict[QueueId, set[str | None]] = {}
        for service in plan.services:
            owner = self._departments.get(service.service_id)
            owners.setdefault(service.queue_id, set()).add(owner)
        for queue_id, found in owners.items():
            self._owners[queue_id] = found.pop() if len(found) == 1 else None

    def _ticket_changed(self, event: Event) -> None:
        match event:
            case TicketTaken():
                self._taken(event)
            case TicketSent():
                self._stays[event.ticket_id].queue_id = event.queue_id
            case TicketReprinted(copy=copy) if copy > 0:
                self._tickets[event.ticket_id].reprints += 1
            case TicketCancelled():
                self._tickets[event.ticket_id].outcome = TicketState.CANCELLED
            case TicketAbandoned():
                self._tickets[event.ticket_id].outcome = TicketState.ABANDONED
            case TicketExpired():
                self._tickets[event.ticket_id].outcome = TicketState.EXPIRED
            case VisitEvaluated(day=None):
                self.rate(event.ticket_id, event.level)
            case VisitEvaluated(day=date() as day):
                late = LateRating(day=day, ticket_id=event.ticket_id, level=event.level)
                self._late.append(late)
            case _:
                pass

    def _taken(self, event: TicketTaken) -> None:
        service_id = event.service_ids[0] if event.service_ids else None
        waits_from = max(event.issued_at, event.slot_at or event.issued_at)
        self._stays[event.ticket_id] = _Stay(queue_id=event.queue_id)
        self._tickets[event.ticket_id] = CountedTicket(
            ticket_id=event.ticket_id,
            number=event.number,
            queue_id=event.queue_id,
            zone_id=self._zone_of(event.queue_id),
            service_id=service_id,
            department_id=self._owner(service_id, event.queue_id),
            channel=event.channel,
            ticket_class=event.ticket_class,
            origin=event.origin.value if event.origin is not None else ANONYMOUS,
            person_hash=event.person_hash,
            half_hour=self._half_hour(event.issued_at),
            issued_at=event.issued_at,
            waits_from=waits_from,
        )

    def _called(
        self, event: TicketCalled | CallUndone | TicketRecalled | TicketPassed, at: datetime
    ) -> None:
        ticket, stay = self._tickets[event.ticket_id], self._stays[event.ticket_id]
        seat = self._seats.setdefault(event.counter_id, _Seat())
        match event:
            case TicketCalled():
                stay.calls.append((event.called_at, event.counter_id, seat.clerk_id))
                self._change(event.counter_id, at, CounterState.BUSY, event.ticket_id)
            case CallUndone():
                stay.calls.pop()
                self._change(event.counter_id, at, CounterState.OPEN)
            case TicketRecalled():
                ticket.recalls += 1
            case TicketPassed():
                ticket.passes += 1
                self._change(event.counter_id, at, CounterState.OPEN)
        first = stay.calls[0] if stay.calls else (None, None, None)
        ticket.called_at, ticket.counter_id, ticket.clerk_id = first
        ticket.wait_ms = (
            max(0, _ms(ticket.called_at - ticket.waits_from))
            if ticket.called_at is not None
            else None
        )

    def _served(self, event: ServingStarted | ServingResumed, at: datetime) -> None:
        ticket, stay = self._tickets[event.ticket_id], self._stays[event.ticket_id]
        stay.serving_at = at
        if isinstance(event, ServingResumed):
            self._change(event.counter_id, at, CounterState.BUSY, event.ticket_id)
            return
        is_own = self._queue_of(ticket.service_id) == stay.queue_id
        stay.visits.append(
            CountedVisit(
                ticket_id=event.ticket_id,
                visit=len(stay.visits) + 1,
                queue_id=stay.queue_id,
                zone_id=self._zone_of(stay.queue_id),
                service_id=ticket.service_id,
                department_id=self._owner(ticket.service_id if is_own else None, stay.queue_id),
                channel=ticket.channel,
                ticket_class=ticket.ticket_class,
                origin=ticket.origin,
                person_hash=ticket.person_hash,
                half_hour=self._half_hour(at),
                counter_id=event.counter_id,
                clerk_id=self._seats[event.counter_id].clerk_id,
                started_at=at,
            )
        )
        ticket.served_counter_id = event.counter_id

    def _left_counter(
        self, event: ServingFinished | TicketHeld | TicketTransferred, at: datetime
    ) -> None:
        if isinstance(event, TicketTransferred):
            counter_id = event.from_counter_id
        else:
            counter_id = event.counter_id
        ticket, stay = self._tickets[event.ticket_id], self._stays[event.ticket_id]
        visit = stay.visits[-1]
        if stay.serving_at is not None:
            visit.handling_ms += _ms(at - stay.serving_at)
        stay.serving_at = None
        visit.counter_id, visit.ended_at = counter_id, at
        visit.clerk_id = self._seats[counter_id].clerk_id
        ticket.served_counter_id = counter_id
        if isinstance(event, TicketTransferred):
            stay.queue_id = event.queue_id
        elif isinstance(event, ServingFinished):
            visit.is_done = True
            ticket.outcome = TicketState.DONE
        self._change(counter_id, at, CounterState.OPEN)

    def _counter_changed(
        self, event: CounterOpened | CounterClosed | CounterPaused | CounterResumed, at: datetime
    ) -> None:
        seat = self._seats.setdefault(event.counter_id, _Seat())
        match event:
            case CounterOpened():
                self._end_span(event.counter_id, seat, at)
                seat.clerk_id, seat.since = event.clerk_id, at
                if seat.state is CounterState.OFF:
                    seat.state = CounterState.OPEN
            case CounterClosed():
                self._end_span(event.counter_id, seat, at)
                self._seats[event.counter_id] = _Seat()
            case CounterPaused():
                self._change(event.counter_id, at, CounterState.PAUSED, reason=event.reason)
            case CounterResumed():
                self._change(event.counter_id, at, CounterState.OPEN)

    def _change(
        self,
        counter_id: CounterId,
        at: datetime,
        state: CounterState,
        ticket_id: TicketId | None = None,
        reason: PauseReason | None = None,
    ) -> None:
        """Begin another state of an open counter."""
        seat = self._seats[counter_id]
        self._end_span(counter_id, seat, at)
        seat.state, seat.ticket_id, seat.reason, seat.since = state, ticket_id, reason, at

    def _end_span(self, counter_id: CounterId, seat: _Seat, at: datetime) -> None:
        self._spans += self._spans_of(counter_id, seat, at)

    def _spans_of(
        self, counter_id: CounterId, seat: _Seat, until: datetime | None
    ) -> list[CountedSpan]:
        """The seat's present state, cut at the half hours of the hall's clock."""
        if seat.state is CounterState.OFF or seat.since is None or until is None:
            return []
        zone_id, department_id = self._place(counter_id)
        whole = CountedSpan(
            counter_id=counter_id,
            clerk_id=seat.clerk_id,
            zone_id=zone_id,
            department_id=department_id,
            half_hour=0,
            state=seat.state,
            reason=seat.reason,
            ticket_id=seat.ticket_id,
            from_at=seat.since,
            to_at=seat.since,
            length_ms=0,
        )
        found, begins = [], seat.since
        while begins < until:
            ends = min(until, self._next_half_hour(begins))
            found.append(
                replace(
                    whole,
                    half_hour=self._half_hour(begins),
                    from_at=begins,
                    to_at=ends,
                    length_ms=_ms(ends - begins),
                )
            )
            begins = ends
        return found

    def _clerk_day(self, clerk: ClerkDay) -> CountedClerkDay:
        counter_id = clerk.shifts[0].counter_id if clerk.shifts else None
        zone_id, department_id = self._place(counter_id)
        return CountedClerkDay(
            clerk_id=clerk.clerk_id,
            counter_id=counter_id,
            zone_id=zone_id,
            department_id=department_id,
            rostered_ms=clerk.rostered_s * 1000,
            on_post_ms=clerk.on_post_s * 1000,
            is_signed_on=clerk.signed_on_at is not None,
            late=sum(shift.late_s > 0 for shift in clerk.shifts),
            early=sum(shift.early_s > 0 for shift in clerk.shifts),
            missing=sum(shift.is_missing for shift in clerk.shifts),
        )

    def _place(self, counter_id: CounterId | None) -> tuple[ZoneId | None, str | None]:
        """Where a counter stands, and whose its first queue is."""
        plan = self._index.counters.get(counter_id) if counter_id is not None else None
        if plan is None:
            return None, None
        return plan.zone_id, self._owners.get(plan.queue_ids[0]) if plan.queue_ids else None

    def _half_hour(self, at: datetime) -> int:
        local = at.astimezone(self._zone)
        return local.hour * 2 + local.minute // 30

    def _next_half_hour(self, at: datetime) -> datetime:
        local = at.astimezone(self._zone)
        over = timedelta(
            minutes=local.minute % 30, seconds=local.second, microseconds=local.microsecond
        )
        return at - over + HALF_HOUR

    def _zone_of(self, queue_id: QueueId) -> ZoneId | None:
        queue = self._index.queues.get(queue_id)
        return queue.zone_id if queue is not None else None

    def _queue_of(self, service_id: ServiceId | None) -> QueueId | None:
        service = self._index.services.get(service_id) if service_id is not None else None
        return service.queue_id if service is not None else None

    def _owner(self, service_id: ServiceId | None, queue_id: QueueId) -> str | None:
        owner = self._departments.get(service_id) if service_id is not None else None
        return owner if owner is not None else self._owners.get(queue_id)


def _ms(length: timedelta) -> int:
    """Whole milliseconds, so that sums are the same in every order."""
    return length // timedelta(milliseconds=1)
