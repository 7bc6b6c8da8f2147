"""A recorded day lived again in virtual time, through the real `decide` and `evolve`.

Visitors and clerks do what the record says they did (`record.py`); whom a counter calls is the
rules' decision.  A counter that becomes free calls again after the rest its clerk took then: so
long as it was free on the recorded day while somebody waited.  A call taken back on the
recorded day is not made.  Where the record knows nothing of a visit (the visitor left before
being called, and is called earlier now), it takes the mean time of its queue.
"""

from collections import Counter
from datetime import timedelta
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from backend.core.commands import (
    CancelTicket,
    CheckIn,
    CloseDay,
    Command,
    DelayTicket,
    FinishServing,
    HoldTicket,
    KeepDay,
    NextQueue,
    PassTicket,
    Recall,
    ReturnTicket,
    SendTicket,
    StartServing,
    TakeTicket,
    TransferTicket,
)
from backend.core.events import (
    CounterAssigned,
    Event,
    ServingFinished,
    ServingResumed,
    ServingStarted,
    TicketCalled,
    TicketHeld,
    TicketPassed,
    TicketReturned,
    TicketSent,
    TicketTaken,
    TicketTransferred,
)
from backend.core.ids import CounterId, TicketId, TicketToken
from backend.core.plan import Plan
from backend.core.rules.cycle import is_over
from backend.core.stamp import Caller, Role
from backend.replay.clerks import Clerks
from backend.replay.clockwork import Clockwork
from backend.replay.record import COME_S, Arrival, Handling, Record, Visit
from backend.wire.history import DayOutcome

TICK = timedelta(seconds=30)
"""How often the day's clock is kept; the hub does it every 5 s."""
HUB = Caller(role=Role.SYSTEM, id="hub")


class Visitor(Struct, kw_only=True):
    """A visitor of the re-run."""

    arrival: Arrival
    calls: int = 0
    visit: Visit | None = None
    """The one under way."""
    part: int = 0


class Rerun:
    """`play` lives the day; `clock` has what it came to."""

    def __init__(self, record: Record, plan: Plan | None) -> None:
        """`plan` None: the recorded one, with the changes that were made to it during the day."""
        self.clock = Clockwork(record.opened.opened_at, self._react)
        self._clerks = Clerks(
            self.clock, lambda ticket_id, visit: self._next_visit(ticket_id) is visit
        )
        self._record = record
        self._plan = plan or record.opened.plan
        self._acts = [act for act in record.acts if plan is None or act.plan is None]
        self._turned_away: Counter[str] = Counter()
        self._arrivals: dict[TicketToken, Arrival] = {}
        self._visitors: dict[TicketId, Visitor] = {}

    def play(self) -> DayOutcome:
        """Live the whole day; what it came to."""
        clock, record = self.clock, self._record
        clock.fold(replace(record.opened, plan=self._plan))
        for arrival in record.arrivals:
            clock.on(arrival.taken.issued_at, partial(self._arrive, arrival))
        for act in self._acts:
            clock.on(act.at, partial(clock.do, act.command, plan=act.plan))
        self._clerks.plan_shifts(record, self._plan)
        self._tick()
        clock.run(record.ends_at)
        if record.is_closed:
            clock.do(CloseDay(force=True))
        return clock.meter.outcome(clock.day, self._turned_away)

    def _tick(self) -> None:
        if not is_over(self.clock.day, self.clock.at):  # only the record says when the day ended
            self.clock.do(KeepDay(), HUB)
        self.clock.after(TICK.total_seconds(), self._tick)

    def _arrive(self, arrival: Arrival) -> None:
        taken = arrival.taken
        self._arrivals[taken.token] = arrival
        code = self.clock.do(self._take(taken), ticket_token=taken.token, origin=taken.origin)
        if code is not None:
            self._turned_away[code] += 1

    def _take(self, taken: TicketTaken) -> Command:
        """The command that the ticket was taken by; without its paper."""
        day = self.clock.day
        kiosk_id = taken.kiosk_id if taken.kiosk_id in day.index.kiosks else None
        booking = day.bookings.get(taken.appointment_id) if taken.appointment_id else None
        if booking is not None and booking.appointment.queue_id in day.queues:
            return CheckIn(code=booking.appointment.code, kiosk_id=kiosk_id, print=False)
        return TakeTicket(
            channel=taken.channel,
            queue_id=None if taken.service_ids else taken.queue_id,
            service_ids=taken.service_ids,
            ticket_class=taken.ticket_class,
            kiosk_id=kiosk_id,
            card=taken.person_hash,
            print=False,
        )

    def _taken(self, event: TicketTaken) -> None:
        arrival = self._arrivals[event.token]
        ticket_id, clock = event.ticket_id, self.clock
        self._visitors[ticket_id] = Visitor(arrival=arrival)
        if (cancelled := arrival.cancelled) is not None:
            cancel = CancelTicket(ticket_token=event.token, reason=cancelled.reason)
            clock.on(cancelled.cancelled_at, partial(clock.do, cancel))
        if (delayed := arrival.delayed) is not None:
            delay = DelayTicket(ticket_id=ticket_id, places=delayed.places or None)
            clock.on(delayed.delayed_at, partial(clock.do, delay))
        for sent in arrival.sent:
            send = SendTicket(
                ticket_id=ticket_id, to_queue_id=sent.queue_id, place=sent.place, reason=sent.reason
            )
            clock.on(sent.sent_at, partial(clock.do, send))
        self._waits(ticket_id)

    def _waits(self, ticket_id: TicketId) -> None:
        """The ticket begins to wait: a free counter calls it, or a clerk will choose it later."""
        self._choose_later(ticket_id)
        self._clerks.waits(self.clock.day.tickets[ticket_id])

    def _choose_later(self, ticket_id: TicketId) -> None:
        visit = self._next_visit(ticket_id)
        if visit.chosen_after_s is not None and visit.counter_id in self.clock.day.counters:
            choose = partial(self._clerks.choose, ticket_id, visit)
            self.clock.after(visit.chosen_after_s, choose)

    def _called(self, event: TicketCalled) -> None:
        counter_id = event.counter_id
        self._clerks.busy(counter_id)
        visitor = self._visitors[event.ticket_id]
        visit = visitor.visit = self._next_visit(event.ticket_id)
        visitor.calls += 1
        visitor.part = 0
        if visit.passed_s is None:
            self.clock.after(visit.come_s or 0.0, partial(self._do_at, StartServing, counter_id))
            return
        rules = self.clock.day.rules
        for n in range(1, rules.recalls_max + 1):
            self.clock.after(n * rules.recall_gap_s, partial(self._do_at, Recall, counter_id))
        wait_s = max(visit.passed_s, rules.recalls_max * rules.recall_gap_s)
        self.clock.after(wait_s, partial(self._do_at, PassTicket, counter_id))

    def _serving(self, event: ServingStarted | ServingResumed) -> None:
        self._clerks.busy(event.counter_id)
        visitor = self._visitors[event.ticket_id]
        assert visitor.visit is not None
        act = partial(self._end_part, event.counter_id, visitor)
        self.clock.after(visitor.visit.parts_s[visitor.part], act)

    def _end_part(self, counter_id: CounterId, visitor: Visitor) -> None:
        visit = visitor.visit
        assert visit is not None
        if visitor.part < len(visit.parts_s) - 1:
            self.clock.do(HoldTicket(counter_id=counter_id))
            return
        moved = visit.transfer
        if moved is None or self.clock.do(_onward(counter_id, moved)) is not None:
            self.clock.do(FinishServing(counter_id=counter_id))

    def _held(self, event: TicketHeld) -> None:
        visitor = self._visitors[event.ticket_id]
        assert visitor.visit is not None
        hold_s = visitor.visit.holds_s[visitor.part]
        self._freed(event.counter_id, visitor)
        visitor.part += 1
        self.clock.after(hold_s, partial(self._clerks.come_back, event.ticket_id))

    def _passed(self, event: TicketPassed) -> None:
        visitor = self._visitors[event.ticket_id]
        visit = visitor.visit
        assert visit is not None
        self._freed(event.counter_id, visitor)
        if visit.back_s is not None:
            self.clock.after(
                visit.back_s, partial(self.clock.do, ReturnTicket(ticket_id=event.ticket_id))
            )
        else:
            self._choose_later(event.ticket_id)

    def _freed(self, counter_id: CounterId, visitor: Visitor) -> None:
        assert visitor.visit is not None
        rests = visitor.visit.rests
        rest_s = rests[visitor.part].seconds if visitor.part < len(rests) else 0.0
        self._clerks.freed(counter_id, rest_s)

    def _do_at(
        self, command: type[StartServing | Recall | PassTicket], counter_id: CounterId
    ) -> None:
        self.clock.do(command(counter_id=counter_id))

    def _react(self, event: Event) -> None:
        match event:
            case TicketTaken():
                self._taken(event)
            case TicketCalled():
                self._called(event)
            case ServingStarted() | ServingResumed():
                self._serving(event)
            case TicketHeld():
                self._held(event)
            case TicketPassed():
                self._passed(event)
            case ServingFinished():
                self._freed(event.counter_id, self._visitors[event.ticket_id])
            case TicketTransferred():
                self._freed(event.from_counter_id, self._visitors[event.ticket_id])
                self._waits(event.ticket_id)
            case TicketReturned() | TicketSent():
                self._waits(event.ticket_id)
            case CounterAssigned():
                self._clerks.assigned(event.counter_id)
            case _:
                pass

    def _next_visit(self, ticket_id: TicketId) -> Visit:
        """The recorded visit of this call, or one of mean length."""
        visitor = self._visitors[ticket_id]
        visits = visitor.arrival.visits
        if visitor.calls < len(visits) and visits[visitor.calls].is_over:
            return visits[visitor.calls]
        queue_id = self.clock.day.tickets[ticket_id].queue_id
        handling = self._record.handling.get(queue_id) or Handling(
            come_s=COME_S, serving_s=float(self.clock.day.index.queues[queue_id].mean_handling_s)
        )
        return Visit(counter_id=CounterId(""), come_s=handling.come_s, parts_s=[handling.serving_s])


def _onward(counter_id: CounterId, moved: TicketTransferred) -> Command:
    """The command that sends the visitor where the record says."""
    is_directed = moved.to_counter_id is not None or moved.to_clerk_id is not None
    if not moved.reason:
        return NextQueue(counter_id=counter_id, to_queue_id=moved.queue_id)
    return TransferTicket(
        counter_id=counter_id,
        to_queue_id=None if is_directed else moved.queue_id,
        to_counter_id=moved.to_counter_id,
        to_clerk_id=moved.to_clerk_id,
        place=moved.place,
        reason=moved.reason,
    )
