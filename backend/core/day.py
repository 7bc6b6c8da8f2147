"""The live state of one hall on one service day.

Only `evolve` changes it; rules and views read it.  The structs are mutable because one
owner folds thousands of events into them: copying for each event was measured to cost
ten times as much.  Nothing here is derived from something else here, except the indexes
that say so.
"""

from collections.abc import Iterable
from copy import copy
from datetime import date, datetime

from msgspec import Struct, field
from msgspec.structs import replace

from backend.core.devices import Job, Printer
from backend.core.evaluation import VisitEvaluated
from backend.core.hall_events import ScreenReported, SpeakersReported
from backend.core.history import History, Pace, Prediction
from backend.core.ids import (
    AlertId,
    AlertKind,
    AppointmentId,
    CallId,
    Channel,
    CounterId,
    CounterState,
    JobId,
    KioskId,
    NoticeId,
    Origin,
    PauseReason,
    PrinterId,
    QueueId,
    ScreenId,
    ServiceId,
    SpeechOutcome,
    StaffId,
    StopCause,
    Text,
    TicketClass,
    TicketId,
    TicketState,
    TicketToken,
    ZoneId,
)
from backend.core.index import EMPTY_INDEX, Index
from backend.core.plan import Appointment, Plan, RuleNumbers, Serving
from backend.core.shifts import Offer, Shift, Stint
from backend.core.tally import Tally


class Ticket(Struct, kw_only=True):
    """A place in a queue and what has happened to it."""

    ticket_id: TicketId
    number: str
    token: TicketToken
    queue_id: QueueId
    service_ids: tuple[ServiceId, ...]
    ticket_class: TicketClass
    channel: Channel
    kiosk_id: KioskId | None
    issued_at: datetime
    ahead: int
    wait_min_s: int | None
    wait_max_s: int | None
    """What was said of the wait when it was taken; all three stand on its papers."""
    rank: tuple[float, int]
    """Where it stands within its class: issue order, or between two others after a return."""
    waits_since: datetime
    """When it came into the line where it stands, or last stood."""
    state: TicketState = TicketState.WAITING
    counter_id: CounterId | None = None
    """Where it is, or was last, called."""
    call_id: CallId | None = None
    """The last call, not recall."""
    called_at: datetime | None = None
    recalled_at: datetime | None = None
    recalls: int = 0
    """Recalls since the last call."""
    serving_at: datetime | None = None
    served_s: float = 0.0
    """Seconds of serving before the present `serving_at` (holds and earlier counters)."""
    done_at: datetime | None = None
    """When the visitor was done; None otherwise."""
    passed_at: datetime | None = None
    held_at: datetime | None = None
    returns: int = 0
    delays: int = 0
    papers: int = 0
    """Papers asked for."""
    receipts: int = 0
    """Receipts of its visitor's cases asked for."""
    transfers: int = 0
    """Times it was sent on to another queue, counter or clerk."""
    person_hash: str | None = None
    origin: Origin | None = None
    appointment_id: AppointmentId | None = None
    slot_at: datetime | None = None
    """When a booked visitor's slot began (AP2)."""
    prediction: Prediction | None = None
    only: str | None = None
    """`counter:{id}` or `clerk:{id}` when it waits for that one alone (TR1)."""


class Counter(Struct, kw_only=True):
    """A counter as it stands now."""

    counter_id: CounterId
    serving: Serving
    is_open: bool = False
    clerk_id: StaffId | None = None
    opened_at: datetime | None = None
    paused_reason: PauseReason | None = None
    paused_at: datetime | None = None
    ticket_id: TicketId | None = None
    free_at: datetime | None = None
    """Since when it could call somebody; kept while it is busy."""
    auto_from: datetime | None = None
    """When the last visit ended, while the next visitor is to be called by itself (CL11)."""
    from_minute: int | None = None
    """The entry of its timetable that was last put in force."""
    last_done: TicketId | None = None
    """The visit that ended here last, until the next one is served: its pad offers it (EV2)."""
    closed_at: datetime | None = None
    """When somebody last signed off."""
    offer: Offer | None = None
    """To whom it is offered while its person is absent (SH1)."""
    asked: tuple[StaffId, ...] = ()
    """To whom it was offered since, first first."""
    turns: list[tuple[CallId, QueueId]] = field(default_factory=list)
    """The calls of the present round of shares (CL4)."""
    served: int = 0
    served_s: float = 0.0
    """Seconds of serving, of the `served` tickets together."""

    @property
    def state(self) -> CounterState:
        """Off, open, paused or busy (CO1)."""
        if not self.is_open:
            return CounterState.OFF
        if self.ticket_id is not None:
            return CounterState.BUSY
        return CounterState.OPEN if self.paused_reason is None else CounterState.PAUSED


class Queue(Struct, kw_only=True):
    """A queue's waiting tickets, one lane a class, each in the order of rank."""

    queue_id: QueueId
    at: datetime | None = None
    """When a ticket last came or went: views order the queue as of then, and change only then."""
    issued: int = 0
    """Tickets numbered so far (TK1)."""
    stop: "Stop | None" = None
    """Set while no numbers are given out (TK5)."""
    care: list[TicketId] = field(default_factory=list)
    booked: list[TicketId] = field(default_factory=list)
    ordinary: list[TicketId] = field(default_factory=list)
    called: list[tuple[CallId, TicketClass | None]] = field(default_factory=list)
    """The calls not taken back, oldest first: the class if the call made the run of care and
    booked tickets longer, None if it ended it (CL2)."""
    pace: Pace = field(default_factory=Pace)

    def lane(self, ticket_class: TicketClass) -> list[TicketId]:
        """The waiting tickets of one class, first to be called first."""
        match ticket_class:
            case TicketClass.CARE:
                return self.care
            case TicketClass.BOOKED:
                return self.booked
            case TicketClass.ORDINARY:
                return self.ordinary

    @property
    def waiting(self) -> int:
        """How many wait."""
        return len(self.care) + len(self.booked) + len(self.ordinary)


class Call(Struct, kw_only=True):
    """A call or recall, in the order of its zone's announcements (VO4)."""

    call_id: CallId
    ticket_id: TicketId
    counter_id: CounterId
    zone_id: ZoneId
    repeat: int
    """0 for the call, n for the n-th recall."""
    of: CallId
    """The call that this one is or repeats."""
    called_at: datetime
    spoken: SpeechOutcome | None = None
    is_undone: bool = False
    """Taken back (CL9): to be neither shown nor spoken any more."""


class Stop(Struct, frozen=True, kw_only=True):
    """Why and since when a queue gives out no numbers (TK5)."""

    cause: StopCause
    reason: str
    stopped_at: datetime


class Booking(Struct, kw_only=True):
    """An appointment and what became of it (AP2)."""

    appointment: Appointment
    ticket_id: TicketId | None = None
    is_cancelled: bool = False


class Notice(Struct, frozen=True, kw_only=True):
    """Words to be shown (NT1)."""

    notice_id: NoticeId
    text: Text
    zone_ids: tuple[ZoneId, ...]
    screen_ids: tuple[ScreenId, ...]
    """With neither zones nor screens: in the whole hall."""
    is_pinned: bool
    until: datetime | None
    posted_at: datetime


class Alert(Struct, kw_only=True):
    """Something that wanted looking after (AL1)."""

    alert_id: AlertId
    kind: AlertKind
    subject_id: str
    value: int
    raised_at: datetime
    acknowledged_by: str | None = None
    acknowledged_at: datetime | None = None
    cleared_at: datetime | None = None


def serving_of(counters: Iterable[Counter]) -> dict[QueueId, tuple[CounterId, ...]]:
    """Which counters serve a queue now, in the plan's order."""
    found: dict[QueueId, tuple[CounterId, ...]] = {}
    for counter in counters:
        for queue_id in counter.serving.queue_ids:
            found[queue_id] = (*found.get(queue_id, ()), counter.counter_id)
    return found


class HallDay(Struct, kw_only=True):
    """Everything `decide` and the views may look at."""

    plan: Plan | None = None
    index: Index = EMPTY_INDEX
    day: date | None = None
    is_open: bool = False
    opened_at: datetime | None = None
    is_extra: bool = False
    """Whether somebody opened the day on a holiday or after hours (DY1)."""
    closed_at: datetime | None = None
    at: datetime | None = None
    """When the last event happened."""
    tickets: dict[TicketId, Ticket] = field(default_factory=dict)
    tokens: dict[TicketToken, TicketId] = field(default_factory=dict)
    """Index of `tickets`."""
    persons: dict[str, list[TicketId]] = field(default_factory=dict)
    """Index: a known person's tickets, oldest first (TK4)."""
    kiosk_taken: dict[KioskId, datetime] = field(default_factory=dict)
    """When each kiosk last gave out an anonymous ticket (TK4)."""
    bookings: dict[AppointmentId, Booking] = field(default_factory=dict)
    codes: dict[str, AppointmentId] = field(default_factory=dict)
    """Index of `bookings`."""
    notices: dict[NoticeId, Notice] = field(default_factory=dict)
    alerts: dict[AlertId, Alert] = field(default_factory=dict)
    """Oldest first, cleared ones among them."""
    standing: dict[tuple[AlertKind, str], AlertId] = field(default_factory=dict)
    """Index: the alerts that are not cleared, by kind and subject."""
    queues: dict[QueueId, Queue] = field(default_factory=dict)
    counters: dict[CounterId, Counter] = field(default_factory=dict)
    serving: dict[QueueId, tuple[CounterId, ...]] = field(default_factory=dict)
    """Index: which counters serve a queue now, in the plan's order."""
    directed: dict[str, list[TicketId]] = field(default_factory=dict)
    """Tickets that wait for one counter or clerk alone, by `Ticket.only` (TR1)."""
    held: dict[TicketId, None] = field(default_factory=dict)
    """Index: the held tickets, longest held first."""
    passed: dict[TicketId, None] = field(default_factory=dict)
    """Index: the passed tickets, longest passed first (PS3)."""
    calls: dict[CallId, Call] = field(default_factory=dict)
    calls_by_zone: dict[ZoneId, list[CallId]] = field(default_factory=dict)
    """Index of `calls`, oldest first."""
    unspoken: dict[ZoneId, dict[CallId, None]] = field(default_factory=dict)
    """Index: calls without a report, oldest first."""
    speakers: dict[ZoneId, SpeakersReported] = field(default_factory=dict)
    """What each zone's speakers last reported of themselves (VO9)."""
    screens: dict[ScreenId, ScreenReported] = field(default_factory=dict)
    """How each screen is that was heard of (SC1)."""
    jobs: dict[JobId, Job] = field(default_factory=dict)
    unprinted: dict[PrinterId, dict[JobId, None]] = field(default_factory=dict)
    """Index: papers without a report, in the order of issue."""
    last_job: dict[PrinterId, JobId] = field(default_factory=dict)
    """Index: the paper last reported by each printer, unless the printer is well again since."""
    printers: dict[PrinterId, Printer] = field(default_factory=dict)
    rolls: dict[PrinterId, datetime] = field(default_factory=dict)
    """When somebody last said that a printer has a new roll (PR3)."""
    evaluations: dict[TicketId, VisitEvaluated] = field(default_factory=dict)
    """What visitors said of their visits (EV2)."""
    shifts: tuple[Shift, ...] = ()
    """Who is to sit where (SH1)."""
    stints: dict[StaffId, list[Stint]] = field(default_factory=dict)
    """What each clerk has been signed on at, oldest first (SH3)."""
    ranks: int = 0
    """Last tie-breaker of a rank."""
    tally: Tally = field(default_factory=Tally)
    """Index of `tickets`: how many of each kind."""
    histories: dict[QueueId, History] = field(default_factory=dict)
    """Index: what the forecast needs of the past days that the day was opened with (WT1)."""

    @property
    def rules(self) -> RuleNumbers:
        """The numbers of the rules in force; the defaults before the first day."""
        return self.plan.rules if self.plan is not None else RuleNumbers()

    def is_live(self, call: Call) -> bool:
        """Whether the visitor is still awaited at the counter because of this call."""
        ticket = self.tickets[call.ticket_id]
        return (
            not call.is_undone and ticket.state is TicketState.CALLED and ticket.call_id == call.of
        )

    def counters_of(self, only: str) -> list[CounterId]:
        """The counters where a ticket waiting for one counter or clerk alone is called (TR1)."""
        kind, _, name = only.partition(":")
        if kind == "counter":
            return [CounterId(name)]
        return [c.counter_id for c in self.counters.values() if c.clerk_id == name]

    def lane_of(self, ticket: Ticket) -> list[TicketId]:
        """The line in which the ticket waits, or would wait."""
        if ticket.only is not None:
            return self.directed.setdefault(ticket.only, [])
        return self.queues[ticket.queue_id].lane(ticket.ticket_class)

    def copy(self) -> "HallDay":
        """A day that can be changed without changing this one."""
        return HallDay(
            plan=self.plan,
            index=self.index,
            day=self.day,
            is_open=self.is_open,
            opened_at=self.opened_at,
            is_extra=self.is_extra,
            closed_at=self.closed_at,
            at=self.at,
            tickets={key: copy(ticket) for key, ticket in self.tickets.items()},
            tokens=dict(self.tokens),
            persons={key: list(tickets) for key, tickets in self.persons.items()},
            kiosk_taken=dict(self.kiosk_taken),
            bookings={key: copy(booking) for key, booking in self.bookings.items()},
            codes=dict(self.codes),
            notices=dict(self.notices),
            alerts={key: copy(alert) for key, alert in self.alerts.items()},
            standing=dict(self.standing),
            queues={key: _copied(queue) for key, queue in self.queues.items()},
            counters={key: replace(c, turns=c.turns[:]) for key, c in self.counters.items()},
            serving=dict(self.serving),
            directed={key: list(lane) for key, lane in self.directed.items()},
            held=dict(self.held),
            passed=dict(self.passed),
            calls={key: copy(call) for key, call in self.calls.items()},
            calls_by_zone={key: list(calls) for key, calls in self.calls_by_zone.items()},
            unspoken={key: dict(calls) for key, calls in self.unspoken.items()},
            speakers=dict(self.speakers),
            screens=dict(self.screens),
            jobs={key: copy(job) for key, job in self.jobs.items()},
            unprinted={key: dict(jobs) for key, jobs in self.unprinted.items()},
            last_job=dict(self.last_job),
            printers={key: copy(printer) for key, printer in self.printers.items()},
            rolls=dict(self.rolls),
            evaluations=dict(self.evaluations),
            shifts=self.shifts,
            stints={key: [copy(stint) for stint in s] for key, s in self.stints.items()},
            ranks=self.ranks,
            tally=self.tally.copy(),
            histories=self.histories,
        )


def _copied(queue: Queue) -> Queue:
    found = copy(queue)
    found.care, found.booked, found.ordinary = queue.care[:], queue.booked[:], queue.ordinary[:]
    found.called, found.pace = queue.called[:], queue.pace.copy()
    return found
