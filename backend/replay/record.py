"""What a recorded day says of its visitors and clerks, apart from the order the rules made.

A visitor comes when they came, comes to the counter as fast as they did or not at all, and takes
as long as they took; a clerk is there when the clerk was there.  All else is the rules' doing.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from statistics import fmean

from msgspec import Struct, field

from backend.core.commands import (
    AddAppointment,
    AssignCounter,
    CancelAppointment,
    ChangePlan,
    Command,
    ResumeIssuing,
    StopIssuing,
)
from backend.core.day import HallDay
from backend.core.evaluation import VisitEvaluated
from backend.core.events import (
    CallSpoken,
    CallUndone,
    CounterAssigned,
    CounterClosed,
    CounterOpened,
    CounterPaused,
    CounterResumed,
    Event,
    ServingFinished,
    ServingResumed,
    ServingStarted,
    TicketCalled,
    TicketCancelled,
    TicketDelayed,
    TicketHeld,
    TicketPassed,
    TicketPrinted,
    TicketReprinted,
    TicketReturned,
    TicketSent,
    TicketTaken,
    TicketTransferred,
)
from backend.core.evolve import evolve
from backend.core.hall_events import (
    AppointmentAdded,
    AppointmentCancelled,
    DayClosed,
    DayOpened,
    IssuingResumed,
    IssuingStopped,
    PlanChanged,
    ScreenReported,
    SpeakersReported,
)
from backend.core.ids import CounterId, CounterState, QueueId, StopCause, TicketId
from backend.core.plan import Plan
from backend.replay.meter import Meter, may_call
from backend.store.stream import Commit

_ASIDE = (
    TicketPrinted
    | TicketReprinted
    | CallSpoken
    | SpeakersReported
    | ScreenReported
    | VisitEvaluated
)
"""What a re-run does without."""
COME_S = 15.0
"""Call to service where the day knows none."""


class RecordError(Exception):
    """The commits are no day: they do not begin with its opening."""


class Rest(Struct, kw_only=True):
    """Seconds that a free counter let somebody wait before it called: the clerk's own work."""

    seconds: float = 0.0


class Visit(Struct, kw_only=True):
    """One call of a ticket that was not taken back, and what came of it."""

    counter_id: CounterId
    chosen_after_s: float | None = None
    """By choice (CL10), so long after the ticket began to wait or was passed; None: by the rule."""
    reason: str = ""
    come_s: float | None = None
    """Call to serving; None when the visitor did not come."""
    passed_s: float | None = None
    """Call to passing."""
    back_s: float | None = None
    """Passing to return; None when the visitor did not return."""
    parts_s: list[float] = field(default_factory=list)
    """Serving: more than one part when the ticket was held in between."""
    holds_s: list[float] = field(default_factory=list)
    """After each part but the last."""
    transfer: TicketTransferred | None = None
    """Where it went on to; None when it was done."""
    rests: list[Rest] = field(default_factory=list)
    """Of the counter, each time the visit freed it."""
    is_over: bool = False


class Arrival(Struct, kw_only=True):
    """A visitor: how the ticket was taken and what they did then."""

    taken: TicketTaken
    visits: list[Visit] = field(default_factory=list)
    cancelled: TicketCancelled | None = None
    delayed: TicketDelayed | None = None
    sent: list[TicketSent] = field(default_factory=list)
    """To another line, while it waited (TR1)."""


class Shift(Struct, frozen=True, kw_only=True):
    """A counter opened, closed, paused or resumed."""

    event: CounterOpened | CounterClosed | CounterPaused | CounterResumed
    at: datetime
    rest: Rest
    """Before the counter's next call."""


class Act(Struct, frozen=True, kw_only=True):
    """What staff asked of the hall as a whole; refused where another plan does not allow it."""

    at: datetime
    command: Command
    plan: Plan | None = None
    """With ChangePlan."""


class Handling(Struct, frozen=True, kw_only=True):
    """Mean times, borrowed by visitors of whom the day has no visit."""

    come_s: float
    serving_s: float


class Record(Struct, kw_only=True):
    """A recorded day, ready to be re-run."""

    opened: DayOpened
    ends_at: datetime
    is_closed: bool = False
    arrivals: list[Arrival] = field(default_factory=list)
    shifts: list[Shift] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    handling: dict[QueueId, Handling] = field(default_factory=dict)
    day: HallDay
    """As it ended."""
    meter: Meter


def read_record(commits: Iterable[Commit]) -> Record:
    """The record of a day's commits, oldest first.  Raises RecordError."""
    reader: _Reader | None = None
    for commit in commits:
        for event in commit.events:
            if isinstance(event, DayOpened):
                reader = _Reader(event)
            elif reader is None:
                raise RecordError("the commits do not begin with the opening of a day")
            if not isinstance(event, _ASIDE):
                reader.see(event, commit.at)
    if reader is None:
        raise RecordError("there are no commits")
    return reader.record()


class _Reader:
    """Folds the day once and keeps what is the visitors' and clerks' own."""

    def __init__(self, opened: DayOpened) -> None:
        self._record = Record(opened=opened, ends_at=opened.opened_at, day=HallDay(), meter=Meter())
        self._arrivals: dict[TicketId, Arrival] = {}
        self._since: dict[TicketId, datetime] = {}
        """When each ticket began what it does now."""
        self._before: dict[TicketId, datetime] = {}
        """The same, of what it did before its last call."""
        self._rests: dict[CounterId, tuple[Rest, float]] = {}
        """The rest under way at each counter, and how long the counter had been idle before it."""

    def see(self, event: Event, at: datetime) -> None:
        """Take the next event into account."""
        day, record = self._record.day, self._record
        evolve(day, event)
        record.meter.see(day, event, at)
        record.ends_at = at
        match event:
            case TicketTaken():
                self._arrivals[event.ticket_id] = arrival = Arrival(taken=event)
                record.arrivals.append(arrival)
                self._since[event.ticket_id] = at
            case CounterOpened() | CounterClosed() | CounterPaused() | CounterResumed():
                self._end_rest(event.counter_id)
                rest = self._begin_rest(event.counter_id)
                record.shifts.append(Shift(event=event, at=at, rest=rest))
            case DayClosed():
                record.is_closed = True
            case TicketCancelled():
                self._arrivals[event.ticket_id].cancelled = event
            case TicketDelayed():
                self._arrivals[event.ticket_id].delayed = event
            case TicketSent():
                self._arrivals[event.ticket_id].sent.append(event)
                self._since[event.ticket_id] = at
            case TicketCalled() | CallUndone():
                self._see_call(event, at)
            case (
                ServingStarted()
                | ServingFinished()
                | ServingResumed()
                | TicketHeld()
                | TicketPassed()
                | TicketReturned()
                | TicketTransferred()
            ):
                self._see_visit(event, at)
            case _:
                record.acts += _acts(event, at)

    def record(self) -> Record:
        """The whole, when every event was seen."""
        day = self._record.day
        for counter in day.counters.values():
            if counter.state is CounterState.OPEN and may_call(day, counter.counter_id):
                self._end_rest(counter.counter_id, and_more=True)
        self._record.handling = _handling(self._record)
        return self._record

    def _see_call(self, event: TicketCalled | CallUndone, at: datetime) -> None:
        visits = self._arrivals[event.ticket_id].visits
        if isinstance(event, CallUndone):
            visits.pop()
            self._since[event.ticket_id] = self._before[event.ticket_id]
            rest, _ = self._rests.get(event.counter_id, (Rest(), 0.0))
            self._rests[event.counter_id] = (rest, self._record.meter.idle_s(event.counter_id))
            return
        self._end_rest(event.counter_id)
        self._before[event.ticket_id] = self._since[event.ticket_id]
        waited_s = (at - self._since[event.ticket_id]).total_seconds()
        visits.append(
            Visit(
                counter_id=event.counter_id,
                chosen_after_s=waited_s if event.reason else None,
                reason=event.reason,
            )
        )
        self._since[event.ticket_id] = at

    def _see_visit(
        self,
        event: ServingStarted
        | ServingFinished
        | ServingResumed
        | TicketHeld
        | TicketPassed
        | TicketReturned
        | TicketTransferred,
        at: datetime,
    ) -> None:
        visit = self._arrivals[event.ticket_id].visits[-1]
        took_s = (at - self._since[event.ticket_id]).total_seconds()
        self._since[event.ticket_id] = at
        match event:
            case ServingStarted():
                visit.come_s = took_s
            case ServingResumed():
                visit.holds_s.append(took_s)
                self._end_rest(event.counter_id)
            case TicketReturned():
                visit.back_s = took_s
            case TicketPassed():
                visit.passed_s = took_s
                visit.is_over = True
                visit.rests.append(self._begin_rest(event.counter_id))
            case TicketHeld():
                visit.parts_s.append(took_s)
                visit.rests.append(self._begin_rest(event.counter_id))
            case ServingFinished():
                visit.parts_s.append(took_s)
                visit.is_over = True
                visit.rests.append(self._begin_rest(event.counter_id))
            case TicketTransferred():
                visit.parts_s.append(took_s)
                visit.is_over, visit.transfer = True, event
                visit.rests.append(self._begin_rest(event.from_counter_id))

    def _begin_rest(self, counter_id: CounterId) -> Rest:
        rest = Rest()
        self._rests[counter_id] = (rest, self._record.meter.idle_s(counter_id))
        return rest

    def _end_rest(self, counter_id: CounterId, *, and_more: bool = False) -> None:
        """`and_more`: the record ends while the clerk still rests, so the call comes later."""
        rest, idle_s = self._rests.get(counter_id, (Rest(), 0.0))
        rest.seconds += self._record.meter.idle_s(counter_id) - idle_s + and_more


def _acts(event: Event, at: datetime) -> Iterator[Act]:
    """What staff did, if the event is of their doing and not of the rules'."""
    match event:
        case PlanChanged():
            change = ChangePlan(version=event.plan.version, reason=event.reason)
            yield Act(at=at, command=change, plan=event.plan)
        case CounterAssigned(from_minute=None, serving=serving):
            yield Act(
                at=at,
                command=AssignCounter(
                    counter_id=event.counter_id,
                    queue_ids=serving.queue_ids,
                    mode=serving.mode,
                    shares=serving.shares,
                ),
            )
        case IssuingStopped(cause=StopCause.STAFF):
            yield Act(at=at, command=StopIssuing(queue_id=event.queue_id, reason=event.reason))
        case IssuingResumed():  # refused where the rules had stopped it
            yield Act(at=at, command=ResumeIssuing(queue_id=event.queue_id))
        case AppointmentAdded(appointment=expected):
            yield Act(
                at=at,
                command=AddAppointment(
                    appointment_id=expected.appointment_id,
                    code=expected.code,
                    queue_id=None if expected.service_ids else expected.queue_id,
                    service_ids=expected.service_ids,
                    slot_at=expected.slot_at,
                    card=expected.person_hash,
                ),
            )
        case AppointmentCancelled():
            cancel = CancelAppointment(appointment_id=event.appointment_id, reason=event.reason)
            yield Act(at=at, command=cancel)
        case _:
            return


def _handling(record: Record) -> dict[QueueId, Handling]:
    """The mean times of each queue; of the whole day or the plan where a queue has none."""
    times = {q.queue_id: q.mean_handling_s for q in record.opened.plan.queues}
    found = {}
    for queue_id, planned_s in times.items():
        visits = [v for v in _visits(record) if v[0] == queue_id]
        come_s = [visit.come_s for _, visit in visits if visit.come_s is not None]
        serving_s = [sum(visit.parts_s) for _, visit in visits if visit.is_over and visit.parts_s]
        found[queue_id] = Handling(
            come_s=fmean(come_s) if come_s else COME_S,
            serving_s=fmean(serving_s) if serving_s else float(planned_s),
        )
    return found


def _visits(record: Record) -> Iterator[tuple[QueueId, Visit]]:
    """Every visit with the queue its ticket was in."""
    return chain.from_iterable(_visits_of(arrival) for arrival in record.arrivals)


def _visits_of(arrival: Arrival) -> Iterator[tuple[QueueId, Visit]]:
    queue_id = arrival.taken.queue_id
    for visit in arrival.visits:
        yield queue_id, visit
        if visit.transfer is not None:
            queue_id = visit.transfer.queue_id
