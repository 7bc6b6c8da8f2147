"""What must hold of a day whatever was asked of it: I1-I6, I9, I13, I14, by the events alone."""

from collections import defaultdict
from datetime import datetime, timedelta
from itertools import pairwise, takewhile

from backend.core import events as e
from backend.core import hall_events as h
from backend.core.day import Alert, HallDay, Ticket
from backend.core.events import Event
from backend.core.ids import (
    CallId,
    ChosenBy,
    CounterId,
    QueueId,
    StopCause,
    TicketClass,
    TicketId,
    TicketState,
)
from backend.core.rules.tickets import number_of

S = TicketState
ARROWS = {
    (None, S.WAITING),
    (S.WAITING, S.CALLED),
    (S.WAITING, S.CANCELLED),
    (S.WAITING, S.EXPIRED),
    (S.CALLED, S.WAITING),
    (S.CALLED, S.SERVING),
    (S.CALLED, S.PASSED),
    (S.SERVING, S.DONE),
    (S.SERVING, S.HELD),
    (S.SERVING, S.WAITING),
    (S.HELD, S.SERVING),
    (S.HELD, S.EXPIRED),
    (S.PASSED, S.CALLED),
    (S.PASSED, S.WAITING),
    (S.PASSED, S.CANCELLED),
    (S.PASSED, S.ABANDONED),
}
MOMENT = timedelta(seconds=3)
"""Two hubs may store what they were asked in the other order: so long is a command under way."""
FINAL = {S.DONE, S.CANCELLED, S.ABANDONED, S.EXPIRED}


class Model:
    """Watches the events of one hall; fails at the first that breaks an invariant."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.states: dict[TicketId, TicketState] = {}
        self.taken: dict[TicketId, int] = {}
        """The order of issue is that of the stream."""
        self.runs: dict[QueueId, list[tuple[CallId, TicketClass | None]]] = defaultdict(list)
        self.returns: dict[TicketId, int] = defaultdict(int)
        self.moved: set[TicketId] = set()
        self.at: datetime | None = None

    def before(self, day: HallDay, event: Event) -> None:
        """Look at an event and at the day it is about to change."""
        match event:
            case h.DayOpened():
                assert all(state in FINAL for state in self.states.values())
                self._begin()
            case e.TicketTaken():
                self.taken[event.ticket_id] = len(self.taken)
            case e.TicketCalled():
                self._called(day, event)
            case e.CallUndone():
                self._undone(day, event)
            case e.TicketReturned():
                self._returned(day, event)
            case h.IssuingStopped():
                stop = day.queues[event.queue_id].stop
                is_of_staff = stop is not None and stop.cause is StopCause.STAFF
                assert not is_of_staff, "TK5: a stop by staff was overridden"
            case e.TicketDelayed() | e.TicketTransferred() | e.TicketSent():
                self.moved.add(event.ticket_id)
            case _:
                pass

    def after(self, day: HallDay, event: Event) -> None:
        """Check the day as the event has left it, all of it."""
        self.step(day, event)
        self.whole(day)

    def step(self, day: HallDay, event: Event) -> None:
        """Check what the event is about, at a cost that does not grow with the day."""
        if isinstance(event, e.TicketReturned):
            ticket = day.tickets[event.ticket_id]
            lane = day.lane_of(ticket)
            assert lane.index(event.ticket_id) == min(event.places, len(lane) - 1), "I14"
        ticket_id: TicketId | None = getattr(event, "ticket_id", None)
        if ticket_id is not None:
            ticket = day.tickets[ticket_id]
            self._arrow(ticket)
        counter_id: CounterId | None = getattr(event, "counter_id", None)
        if counter_id is not None and (held := day.counters[counter_id].ticket_id) is not None:
            assert day.tickets[held].counter_id == counter_id, "I3"
            assert day.tickets[held].state in {S.CALLED, S.SERVING}, "I3"

    def whole(self, day: HallDay) -> None:
        """Check everything that is in the day."""
        for ticket in day.tickets.values():
            self._arrow(ticket)
        assert set(self.states) == set(day.tickets), "I1: a ticket was lost"
        self._each_ticket_is_in_one_place(day)
        self._numbers_have_no_gaps(day)
        self._indexes_agree(day)
        assert day.at is not None
        assert self.at is None or self.at <= day.at, "DY1: time went back"
        self.at = day.at
        if not day.is_open and day.plan is not None:
            assert not day.standing, "AL1: an alert outlives its day"
            assert set(self.states.values()) <= FINAL, "I13"

    def _arrow(self, ticket: Ticket) -> None:
        was = self.states.get(ticket.ticket_id)
        if was is not ticket.state:
            assert (was, ticket.state) in ARROWS, f"I6: {ticket.number} {was} -> {ticket.state}"
            self.states[ticket.ticket_id] = ticket.state

    def _called(self, day: HallDay, event: e.TicketCalled) -> None:
        ticket = day.tickets[event.ticket_id]
        queue = day.queues[ticket.queue_id]
        assert day.counters[event.counter_id].ticket_id is None, "I3"
        if event.reason:
            return  # chosen out of order, on record (CL10)
        lane = day.lane_of(ticket)
        if ticket.only is not None and event.counter_id not in day.counters_of(ticket.only):
            seats = [day.counters[counter_id] for counter_id in day.counters_of(ticket.only)]
            assert not any(seat.is_open for seat in seats), "TR1: somebody awaits it there"
            served = day.counters[event.counter_id].serving.queue_ids
            lane = [t for t in lane if day.tickets[t].queue_id in served]
        is_first = lane[0] == event.ticket_id
        assert is_first or event.by is ChosenBy.RULE, "I4: not the first of its class"
        if ticket.only is not None:
            return  # sent there alone: no queue's turn (TR1)
        is_run = ticket.ticket_class is not TicketClass.ORDINARY and bool(queue.ordinary)
        self.runs[ticket.queue_id].append((event.call_id, ticket.ticket_class if is_run else None))
        self._run_is_bounded(day, ticket.queue_id)

    def _undone(self, day: HallDay, event: e.CallUndone) -> None:
        ticket = day.tickets[event.ticket_id]
        run = self.runs[ticket.queue_id]
        run[:] = [(call_id, longer) for call_id, longer in run if call_id != ticket.call_id]

    def _returned(self, day: HallDay, event: e.TicketReturned) -> None:
        self.returns[event.ticket_id] += 1
        assert self.returns[event.ticket_id] <= day.rules.returns_max, "I14"

    def _run_is_bounded(self, day: HallDay, queue_id: QueueId) -> None:
        """I5, at the last call of the queue: as though those taken back by now had not been.

        At other times a run may be longer: when the ordinary call that ended it is taken back
        after care or booked ones were called behind it.
        """
        if day.plan is not None and day.plan.rule is not None:
            return  # a hall's own rule stands in the place of CL2
        run = self.runs[queue_id]
        called = run[-1][1]
        most = {
            TicketClass.CARE: day.rules.care_run_max,
            TicketClass.BOOKED: day.rules.booked_run_max,
        }
        if called is not None:
            longest = takewhile(lambda call: call[1] is not None, reversed(run))
            assert sum(ticket_class is called for _, ticket_class in longest) <= most[called], "I5"

    def _each_ticket_is_in_one_place(self, day: HallDay) -> None:
        lanes = [t for q in day.queues.values() for t in (*q.care, *q.booked, *q.ordinary)]
        lanes += [t for lane in day.directed.values() for t in lane]
        held = [c.ticket_id for c in day.counters.values() if c.ticket_id is not None]
        assert sorted(lanes) == self._of(S.WAITING), "I1"
        assert sorted(held) == self._of(S.CALLED, S.SERVING), "I3"
        assert sorted(day.passed) == self._of(S.PASSED), "I1"
        assert sorted(day.held) == self._of(S.HELD), "I1"
        clerks = [c.clerk_id for c in day.counters.values() if c.clerk_id is not None]
        assert len(clerks) == len(set(clerks)), "I3: a clerk at two counters"
        for counter in day.counters.values():
            assert counter.is_open or (counter.ticket_id, counter.clerk_id) == (None, None)
            if counter.ticket_id is not None:
                assert day.tickets[counter.ticket_id].counter_id == counter.counter_id
        for queue in day.queues.values():
            for ticket_class in TicketClass:
                tickets = [day.tickets[t] for t in queue.lane(ticket_class)]
                assert [t.rank for t in tickets] == sorted(t.rank for t in tickets), "I4"
                assert all(t.ticket_class is ticket_class for t in tickets)
                if day.plan is not None and day.plan.rule is not None:
                    continue  # returns and transfers go among tickets that are not in order
                still = [t for t in tickets if not t.returns and t.ticket_id not in self.moved]
                if ticket_class is TicketClass.BOOKED:
                    ages = [t.slot_at or t.issued_at for t in still]
                    assert all(a <= b + MOMENT for a, b in pairwise(ages)), "I4"
                else:
                    first = [self.taken[t.ticket_id] for t in still]
                    assert first == sorted(first), "I4"

    def _numbers_have_no_gaps(self, day: HallDay) -> None:
        for queue_id, queue in day.queues.items():
            letter = day.index.queues[queue_id].letter
            numbers = [t.number for t in day.tickets.values() if t.number[0] == letter]
            assert numbers == [number_of(letter, n + 1) for n in range(queue.issued)], "I2"

    def _indexes_agree(self, day: HallDay) -> None:
        """I9: what is kept twice says the same twice."""
        assert day.tokens == {t.token: t.ticket_id for t in day.tickets.values()}
        unspoken = {c.call_id for c in day.calls.values() if c.spoken is None}
        assert {call_id for calls in day.unspoken.values() for call_id in calls} == unspoken
        unprinted = {j.job_id for j in day.jobs.values() if j.outcome is None}
        assert {job_id for jobs in day.unprinted.values() for job_id in jobs} == unprinted
        standing = {(a.kind, a.subject_id): a.alert_id for a in _standing(day)}
        assert day.standing == standing
        assert len(standing) == len(_standing(day)), "AL1: raised twice"
        by_zone = [call_id for calls in day.calls_by_zone.values() for call_id in calls]
        assert sorted(by_zone) == sorted(day.calls)
        live = [c.ticket_id for c in day.calls.values() if day.is_live(c) and c.repeat == 0]
        assert sorted(live) == self._of(S.CALLED), "I12"

    def _of(self, *states: TicketState) -> list[TicketId]:
        return sorted(t for t, state in self.states.items() if state in states)


def _standing(day: HallDay) -> list[Alert]:
    return [alert for alert in day.alerts.values() if alert.cleared_at is None]
