"""The clerks of a re-run: there when the record says so, calling whom the rules put first."""

from collections.abc import Callable
from functools import partial

from backend.core.commands import (
    CallNext,
    CallTicket,
    CloseCounter,
    Command,
    OpenCounter,
    PauseCounter,
    ResumeCounter,
    ResumeTicket,
)
from backend.core.day import Ticket
from backend.core.events import CounterClosed, CounterOpened, CounterPaused, CounterResumed
from backend.core.ids import CounterId, CounterState, TicketId, TicketState
from backend.core.plan import Plan
from backend.core.stamp import Caller, Role
from backend.replay.clockwork import REPLAYER, Clockwork
from backend.replay.meter import may_call
from backend.replay.record import Record, Rest, Shift, Visit

TRY_AGAIN_S = 15.0
"""A clerk who is to move, but still has a visitor, comes to the other counter so much later."""


class Clerks:
    """Every counter's clerk.

    `is_next` says whether a recorded visit is the one that the ticket's next call begins.
    """

    def __init__(self, clock: Clockwork, is_next: Callable[[TicketId, Visit], bool]) -> None:
        self._clock = clock
        self._is_next = is_next
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
        self._by: dict[CounterId, Caller] = {}

    def plan_shifts(self, record: Record, plan: Plan) -> None:
        """Take over the recorded shifts; a counter that the record lacks is there all day."""
        shifts = list(record.shifts)
        planned = {counter.counter_id for counter in plan.counters}
        known = {counter.counter_id for counter in record.opened.plan.counters}
        known |= {shift.event.counter_id for shift in shifts}
        at = min((shift.at for shift in shifts), default=self._clock.at)
        for counter_id in sorted(planned - known):
            event = CounterOpened(counter_id=counter_id, clerk_id=None, opened_at=at)
            shifts.append(Shift(event=event, at=at, rest=Rest()))
        for shift in shifts:
            self._clock.on(shift.at, partial(self._begin_shift, shift))

    def busy(self, counter_id: CounterId) -> None:
        """The counter has a visitor now."""
        self._free.pop(counter_id, None)

    def freed(self, counter_id: CounterId, rest_s: float) -> None:
        """The visitor is gone: the clerk goes too, or rests and looks for the next.

        Where the plan calls by itself, the rest is no longer than it allows (CL11).
        """
        shift = self._leaving.pop(counter_id, None)
        auto_s = self._clock.day.index.counters[counter_id].auto_call_s
        if shift is not None:
            self._change_shift(shift)
        else:
            self._rest(counter_id, rest_s if auto_s is None else min(rest_s, auto_s))

    def assigned(self, counter_id: CounterId) -> None:
        """The counter serves other queues now, in which somebody may wait (CL4)."""
        if counter_id in self._free and may_call(self._clock.day, counter_id):
            self._rest(counter_id, self._free.pop(counter_id))

    def waits(self, ticket: Ticket) -> None:
        """Somebody begins to wait: counters that are free call, or rest first."""
        for counter_id in list(self._free):
            if ticket.state is not TicketState.WAITING:
                return
            if self._serves(counter_id, ticket):
                self._rest(counter_id, self._free.pop(counter_id))

    def choose(self, ticket_id: TicketId, visit: Visit) -> None:
        """Let the recorded counter call the ticket by choice as soon as it is free (CL10)."""
        self._chosen.append((ticket_id, visit))
        if visit.counter_id in self._free:
            self._look(visit.counter_id)

    def come_back(self, ticket_id: TicketId) -> None:
        """A held visitor is back and goes on as soon as a counter is free (HO1)."""
        self._back.append(ticket_id)
        ticket = self._clock.day.tickets[ticket_id]
        for counter_id in list(self._free):
            if ticket.state is TicketState.HELD and self._resumes(counter_id, ticket):
                self._look(counter_id)

    def _rest(self, counter_id: CounterId, seconds: float) -> None:
        """Look for the next visitor, so long after somebody waits."""
        if not seconds:
            self._look(counter_id)
        elif may_call(self._clock.day, counter_id):
            self._clock.after(seconds, partial(self._look, counter_id))
        else:
            self._free[counter_id] = seconds

    def _look(self, counter_id: CounterId) -> None:
        """Let a free counter go on with whoever is back, was chosen, or comes first."""
        if self._clock.day.counters[counter_id].state is not CounterState.OPEN:
            return
        by = self._by.get(counter_id, REPLAYER)
        command = self._back_at(counter_id) or self._chosen_at(counter_id)
        if command is not None and self._clock.do(command, by) is None:
            return
        if self._clock.do(CallNext(counter_id=counter_id), by) is not None:
            self._free[counter_id] = 0.0

    def _back_at(self, counter_id: CounterId) -> Command | None:
        for ticket_id in self._back:
            if self._resumes(counter_id, self._clock.day.tickets[ticket_id]):
                self._back.remove(ticket_id)
                return ResumeTicket(counter_id=counter_id, ticket_id=ticket_id)
        return None

    def _chosen_at(self, counter_id: CounterId) -> Command | None:
        for ticket_id, visit in list(self._chosen):
            if visit.counter_id != counter_id:
                continue
            self._chosen.remove((ticket_id, visit))
            state = self._clock.day.tickets[ticket_id].state
            may_be_called = state in {TicketState.WAITING, TicketState.PASSED}
            if may_be_called and self._is_next(ticket_id, visit):
                return CallTicket(counter_id=counter_id, ticket_id=ticket_id, reason=visit.reason)
        return None

    def _begin_shift(self, shift: Shift) -> None:
        if shift.event.counter_id in self._clock.day.counters:
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
                    self._clock.after(TRY_AGAIN_S, partial(self._change_shift, shift))
            case CounterClosed() | CounterPaused():
                if self._clock.day.counters[counter_id].ticket_id is not None:
                    self._leaving[counter_id] = shift
                else:
                    self._free.pop(counter_id, None)
                    self._go(shift.event)

    def _come(self, event: CounterOpened | CounterResumed) -> str | None:
        counter_id = event.counter_id
        if self._clock.day.counters[counter_id].state in {CounterState.OPEN, CounterState.BUSY}:
            return None
        if isinstance(event, CounterResumed):
            return self._clock.do(ResumeCounter(counter_id=counter_id))
        clerk_id = event.clerk_id
        by = Caller(role=Role.CLERK, id=clerk_id) if clerk_id is not None else REPLAYER
        self._by[counter_id] = by
        return self._clock.do(OpenCounter(counter_id=counter_id), by)

    def _go(self, event: CounterClosed | CounterPaused) -> None:
        counter_id = event.counter_id
        if isinstance(event, CounterClosed):
            self._clock.do(CloseCounter(counter_id=counter_id))
        else:
            self._clock.do(PauseCounter(counter_id=counter_id, reason=event.reason))

    def _serves(self, counter_id: CounterId, ticket: Ticket) -> bool:
        if ticket.only is not None:
            return counter_id in self._clock.day.counters_of(ticket.only)
        return ticket.queue_id in self._clock.day.counters[counter_id].serving.queue_ids

    def _resumes(self, counter_id: CounterId, ticket: Ticket) -> bool:
        """Whether a held visitor goes on here: at their own counter, elsewhere if it is closed."""
        own = ticket.counter_id
        if own == counter_id:
            return True
        is_away = own is None or self._clock.day.counters[own].state is CounterState.OFF
        return is_away and self._serves(counter_id, ticket)
