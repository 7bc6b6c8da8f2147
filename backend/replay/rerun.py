"""A recorded day lived again in virtual time, through the real `decide` and `evolve`.

Visitors and clerks do what the record says they did (`record.py`); whom a counter calls is the
rules' decision.  A counter that becomes free calls again after the rest its clerk took then: so
long as it was free on the recorded day while somebody waited.  A call taken back on the
recorded day is not made.  Where the record knows nothing of a visit (the visitor left before
being called, and is called earlier now), it takes the mean time of its queue.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush

from msgspec import Struct
from msgspec.structs import replace

from backend.core.commands import (
    CallNext,
    CallTicket,
    CancelTicket,
    CloseCounter,
    CloseDay,
    Command,
    DelayTicket,
    FinishServing,
    HoldTicket,
    KeepDay,
    NextQueue,
    OpenCounter,
    PassTicket,
    PauseCounter,
    Recall,
    ResumeCounter,
    ResumeTicket,
    ReturnTicket,
    StartServing,
    TakeTicket,
    TransferTicket,
)
from backend.core.day import HallDay, Ticket
from backend.core.decide import decide
from backend.core.errors import Refusal
from backend.core.events import (
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    Event,
    ServingFinished,
    ServingResumed,
    ServingStarted,
    TicketCalled,
    TicketHeld,
    TicketPassed,
    TicketReturned,
    TicketTaken,
    TicketTransferred,
)
from backend.core.evolve import evolve
from backend.core.ids import CounterId, CounterState, TicketId, TicketState, TicketToken
from backend.core.plan import Plan
from backend.core.stamp import Caller, Role, Stamp
from backend.replay.meter import Meter, may_call
from backend.replay.record import COME_S, Arrival, Handling, Record, Rest, Shift, Visit

TICK = timedelta(seconds=30)
"""How often the day's clock is kept; the hub does it every 5 s."""
TRY_AGAIN_S = 15.0
"""A clerk who is to move, but still has a visitor, comes to the other counter so much later."""
REPLAYER = Caller(role=Role.SUPERVISOR, id="replay")
HUB = Caller(role=Role.SYSTEM, id="hub")
_NO_TOKEN = TicketToken("")


class Visitor(Struct, kw_only=True):
    """A visitor of the re-run."""

    arrival: Arrival
    calls: int = 0
    visit: Visit | None = None
    """The one under way."""
    part: int = 0


class Rerun:
    """`play` lives the day; `day`, `meter` and `turned_away` are what it came to."""

    def __init__(self, record: Record, plan: Plan) -> None:
        self.day = HallDay()
        self.meter = Meter()
        self.turned_away: Counter[str] = Counter()
        self._record = record
        self._plan = plan
        self._at = record.opened.opened_at
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._entries = 0
        self._taking: Arrival | None = None
        self._visitors: dict[TicketId, Visitor] = {}
        self._free: dict[CounterId, float] = {}
        """Counters that nobody waits for, longest free first: the rest once somebody does."""
        self._leaving: dict[CounterId, Shift] = {}
        """Counters whose clerk goes as soon as the visitor there is done."""
        self._chosen: list[tuple[TicketId, Visit]] = []
        """Tickets that a clerk chooses as soon as the counter is free (CL10)."""
        self._back: list[TicketId] = []
        """Held tickets whose visitors are back, until a counter is free."""
        self._shift: dict[CounterId, Shift] = {}
        """The last shift of each counter, carried out or not."""
        self._clerks: dict[CounterId, Caller] = {}

    def play(self) -> None:
        """Live the whole day."""
        self._fold(replace(self._record.opened, plan=self._plan))
        for arrival in self._record.arrivals:
            self._on(arrival.taken.issued_at, partial(self._arrive, arrival))
        for shift in self._shifts():
            self._on(shift.at, partial(self._begin_shift, shift))
        self._on(self._at + TICK, self._tick)
        while self._agenda and self._agenda[0][0] <= self._record.ends_at:
            self._at, _, act = heappop(self._agenda)
            act()
        self._at = self._record.ends_at
        if self._record.is_closed:
            self._do(CloseDay(force=True))

    def _on(self, at: datetime, act: Callable[[], object]) -> None:
        self._entries += 1
        heappush(self._agenda, (at, self._entries, act))

    def _after(self, seconds: float, act: Callable[[], object]) -> None:
        self._on(self._at + timedelta(seconds=seconds), act)

    def _shifts(self) -> list[Shift]:
        """The recorded shifts; a counter that the record lacks is there all day."""
        planned = {counter.counter_id for counter in self._plan.counters}
        recorded = {counter.counter_id for counter in self._record.opened.plan.counters}
        shifts = [shift for shift in self._record.shifts if shift.event.counter_id in planned]
        begins_at = min((shift.at for shift in shifts), default=self._at)
        return shifts + [
            Shift(
                event=CounterOpened(counter_id=counter_id, clerk_id=None, opened_at=begins_at),
                at=begins_at,
                rest=Rest(),
            )
            for counter_id in sorted(planned - recorded)
        ]

    def _do(self, command: Command, by: Caller = REPLAYER) -> str | None:
        """Carry the command out; the code of its refusal."""
        token = self._taking.taken.token if self._taking is not None else _NO_TOKEN
        try:
            events = decide(self.day, command, Stamp(by=by, at=self._at, ticket_token=token))
        except Refusal as refusal:
            return refusal.code
        for event in events:
            self._fold(event)
        for event in events:
            self._react(event)
        return None

    def _fold(self, event: Event) -> None:
        evolve(self.day, event)
        self.meter.see(self.day, event, self._at)

    def _tick(self) -> None:
        self._do(KeepDay(), HUB)
        self._after(TICK.total_seconds(), self._tick)

    # What visitors do.

    def _arrive(self, arrival: Arrival) -> None:
        taken = arrival.taken
        services = taken.service_ids
        self._taking = arrival
        code = self._do(
            TakeTicket(
                channel=taken.channel,
                queue_id=None if services else taken.queue_id,
                service_ids=services,
                ticket_class=taken.ticket_class,
                kiosk_id=taken.kiosk_id if taken.kiosk_id in self.day.index.kiosks else None,
                card=taken.person_hash,
                print=False,
            )
        )
        self._taking = None
        if code is not None:
            self.turned_away[code] += 1

    def _taken(self, event: TicketTaken) -> None:
        assert self._taking is not None
        arrival = self._taking
        ticket_id = event.ticket_id
        self._visitors[ticket_id] = Visitor(arrival=arrival)
        if arrival.cancelled_at is not None:
            self._on(arrival.cancelled_at, partial(self._do, CancelTicket(ticket_id=ticket_id)))
        if (delayed := arrival.delayed) is not None:
            delay = DelayTicket(ticket_id=ticket_id, places=delayed.places or None)
            self._on(delayed.delayed_at, partial(self._do, delay))
        self._waits(ticket_id)

    def _waits(self, ticket_id: TicketId) -> None:
        """The ticket begins to wait: a free counter calls it, or a clerk will choose it later."""
        self._choose_later(ticket_id)
        ticket = self.day.tickets[ticket_id]
        for counter_id in list(self._free):
            if ticket.state is not TicketState.WAITING:
                return
            if self._serves(counter_id, ticket):
                self._rest(counter_id, self._free.pop(counter_id))

    def _choose_later(self, ticket_id: TicketId) -> None:
        visit = self._next_visit(ticket_id)
        if visit.chosen_after_s is not None and visit.counter_id in self.day.counters:
            self._after(visit.chosen_after_s, partial(self._choose, ticket_id, visit))

    def _choose(self, ticket_id: TicketId, visit: Visit) -> None:
        self._chosen.append((ticket_id, visit))
        if visit.counter_id in self._free:
            self._look(visit.counter_id)

    # What happens at a counter.

    def _called(self, event: TicketCalled) -> None:
        counter_id = event.counter_id
        self._free.pop(counter_id, None)
        visitor = self._visitors[event.ticket_id]
        visit = visitor.visit = self._next_visit(event.ticket_id)
        visitor.calls += 1
        visitor.part = 0
        if visit.passed_s is None:
            self._after(visit.come_s or 0.0, partial(self._do_at, StartServing, counter_id))
            return
        rules = self.day.rules
        for n in range(1, rules.recalls_max + 1):
            self._after(n * rules.recall_gap_s, partial(self._do_at, Recall, counter_id))
        wait_s = max(visit.passed_s, rules.recalls_max * rules.recall_gap_s)
        self._after(wait_s, partial(self._do_at, PassTicket, counter_id))

    def _serving(self, event: ServingStarted | ServingResumed) -> None:
        self._free.pop(event.counter_id, None)
        visitor = self._visitors[event.ticket_id]
        assert visitor.visit is not None
        act = partial(self._end_part, event.counter_id, visitor)
        self._after(visitor.visit.parts_s[visitor.part], act)

    def _end_part(self, counter_id: CounterId, visitor: Visitor) -> None:
        visit = visitor.visit
        assert visit is not None
        if visitor.part < len(visit.parts_s) - 1:
            self._do(HoldTicket(counter_id=counter_id))
            return
        moved = visit.transfer
        if moved is None or self._do(_onward(counter_id, moved)) is not None:
            self._do(FinishServing(counter_id=counter_id))

    def _held(self, event: TicketHeld) -> None:
        visitor = self._visitors[event.ticket_id]
        assert visitor.visit is not None
        hold_s = visitor.visit.holds_s[visitor.part]
        self._freed(event.counter_id, visitor)
        visitor.part += 1
        self._after(hold_s, partial(self._come_back, event.ticket_id))

    def _come_back(self, ticket_id: TicketId) -> None:
        self._back.append(ticket_id)
        ticket = self.day.tickets[ticket_id]
        for counter_id in list(self._free):
            if ticket.state is TicketState.HELD and self._resumes(counter_id, ticket):
                self._look(counter_id)

    def _passed(self, event: TicketPassed) -> None:
        visitor = self._visitors[event.ticket_id]
        visit = visitor.visit
        assert visit is not None
        self._freed(event.counter_id, visitor)
        if visit.back_s is not None:
            self._after(visit.back_s, partial(self._do, ReturnTicket(ticket_id=event.ticket_id)))
        else:
            self._choose_later(event.ticket_id)

    def _freed(self, counter_id: CounterId, visitor: Visitor) -> None:
        """The counter has no ticket any more: its clerk goes, or rests and looks for the next."""
        assert visitor.visit is not None
        rests = visitor.visit.rests
        shift = self._leaving.pop(counter_id, None)
        if shift is not None:
            self._change_shift(shift)
        else:
            rest_s = rests[visitor.part].seconds if visitor.part < len(rests) else 0.0
            self._rest(counter_id, rest_s)

    def _rest(self, counter_id: CounterId, seconds: float) -> None:
        """Look for the next visitor, so long after somebody waits."""
        if not seconds:
            self._look(counter_id)
        elif may_call(self.day, counter_id):
            self._after(seconds, partial(self._look, counter_id))
        else:
            self._free[counter_id] = seconds

    def _look(self, counter_id: CounterId) -> None:
        """Let a free counter go on with whoever is back, was chosen, or comes first."""
        if self.day.counters[counter_id].state is not CounterState.OPEN:
            return
        by = self._clerks.get(counter_id, REPLAYER)
        command = self._back_at(counter_id) or self._chosen_at(counter_id)
        if command is not None and self._do(command, by) is None:
            return
        if self._do(CallNext(counter_id=counter_id), by) is not None:
            self._free[counter_id] = 0.0

    def _back_at(self, counter_id: CounterId) -> Command | None:
        for ticket_id in self._back:
            if self._resumes(counter_id, self.day.tickets[ticket_id]):
                self._back.remove(ticket_id)
                return ResumeTicket(counter_id=counter_id, ticket_id=ticket_id)
        return None

    def _chosen_at(self, counter_id: CounterId) -> Command | None:
        for ticket_id, visit in list(self._chosen):
            if visit.counter_id != counter_id:
                continue
            self._chosen.remove((ticket_id, visit))
            state = self.day.tickets[ticket_id].state
            is_due = self._next_visit(ticket_id) is visit
            if is_due and state in {TicketState.WAITING, TicketState.PASSED}:
                return CallTicket(counter_id=counter_id, ticket_id=ticket_id, reason=visit.reason)
        return None

    def _begin_shift(self, shift: Shift) -> None:
        self._shift[shift.event.counter_id] = shift
        self._change_shift(shift)

    def _change_shift(self, shift: Shift) -> None:
        """Open, close, pause or resume a counter; one with a visitor closes or pauses later."""
        counter_id = shift.event.counter_id
        if self._shift[counter_id] is not shift:
            return  # the next one came before this could be carried out
        match shift.event:
            case CounterOpened() | CounterResumed():
                self._leaving.pop(counter_id, None)
                if self._come(shift.event) is None:
                    self._rest(counter_id, shift.rest.seconds)
                else:
                    self._after(TRY_AGAIN_S, partial(self._change_shift, shift))
            case CounterClosed() | CounterPaused():
                if self.day.counters[counter_id].ticket_id is not None:
                    self._leaving[counter_id] = shift
                else:
                    self._free.pop(counter_id, None)
                    self._go(shift.event)

    def _come(self, event: CounterOpened | CounterResumed) -> str | None:
        counter_id = event.counter_id
        if self.day.counters[counter_id].state in {CounterState.OPEN, CounterState.BUSY}:
            return None
        if isinstance(event, CounterResumed):
            return self._do(ResumeCounter(counter_id=counter_id))
        clerk_id = event.clerk_id
        by = Caller(role=Role.CLERK, id=clerk_id) if clerk_id is not None else REPLAYER
        self._clerks[counter_id] = by
        return self._do(OpenCounter(counter_id=counter_id), by)

    def _go(self, event: CounterClosed | CounterPaused) -> None:
        counter_id = event.counter_id
        if isinstance(event, CounterClosed):
            self._do(CloseCounter(counter_id=counter_id))
        else:
            self._do(PauseCounter(counter_id=counter_id, reason=event.reason))

    def _do_at(
        self, command: type[StartServing | Recall | PassTicket], counter_id: CounterId
    ) -> None:
        self._do(command(counter_id=counter_id))

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
            case TicketReturned():
                self._waits(event.ticket_id)
            case _:
                pass

    def _next_visit(self, ticket_id: TicketId) -> Visit:
        """The recorded visit of this call, or one of mean length."""
        visitor = self._visitors[ticket_id]
        visits = visitor.arrival.visits
        if visitor.calls < len(visits) and visits[visitor.calls].is_over:
            return visits[visitor.calls]
        queue_id = self.day.tickets[ticket_id].queue_id
        handling = self._record.handling.get(queue_id) or Handling(
            come_s=COME_S, serving_s=float(self.day.index.queues[queue_id].mean_handling_s)
        )
        return Visit(counter_id=CounterId(""), come_s=handling.come_s, parts_s=[handling.serving_s])

    def _serves(self, counter_id: CounterId, ticket: Ticket) -> bool:
        if ticket.only is not None:
            return counter_id in self.day.counters_of(ticket.only)
        return ticket.queue_id in self.day.counters[counter_id].serving.queue_ids

    def _resumes(self, counter_id: CounterId, ticket: Ticket) -> bool:
        """Whether a held visitor goes on here: at their own counter, elsewhere if it is closed."""
        own = ticket.counter_id
        if own == counter_id:
            return True
        is_away = own is None or self.day.counters[own].state is CounterState.OFF
        return is_away and ticket.queue_id in self.day.counters[counter_id].serving.queue_ids


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
