"""The live state of one hall on one service day.

Only `evolve` changes it; rules and views read it.  The structs are mutable because one
owner folds thousands of events into them: copying for each event was measured to cost
ten times as much.  Nothing here is derived from something else here, except the indexes
that say so.
"""

from copy import copy
from datetime import date, datetime

from msgspec import Struct, field

from backend.core.ids import (
    CallId,
    Channel,
    CounterId,
    CounterState,
    JobId,
    KioskId,
    PauseReason,
    PrinterId,
    PrintOutcome,
    QueueId,
    ServiceId,
    SpeechOutcome,
    StaffId,
    TicketClass,
    TicketId,
    TicketState,
    TicketToken,
    ZoneId,
)
from backend.core.plan import (
    CounterPlan,
    KioskPlan,
    Plan,
    QueuePlan,
    RuleNumbers,
    ServicePlan,
    ZonePlan,
)


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
    passed_at: datetime | None = None
    held_at: datetime | None = None
    returns: int = 0
    delays: int = 0
    papers: int = 0
    """Papers asked for."""
    only: str | None = None
    """`counter:{id}` or `clerk:{id}` when it waits for that one alone (TR1)."""


class Counter(Struct, kw_only=True):
    """A counter as it stands now."""

    counter_id: CounterId
    is_open: bool = False
    clerk_id: StaffId | None = None
    opened_at: datetime | None = None
    paused_reason: PauseReason | None = None
    paused_at: datetime | None = None
    ticket_id: TicketId | None = None
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
    """When a ticket last came or went.  Views order the queue as of then, not as of any later
    event, so that a view changes only with what it is about."""
    issued: int = 0
    """Tickets numbered so far (TK1)."""
    care: list[TicketId] = field(default_factory=list)
    booked: list[TicketId] = field(default_factory=list)
    ordinary: list[TicketId] = field(default_factory=list)
    called: list[tuple[CallId, TicketClass | None]] = field(default_factory=list)
    """The calls not taken back, oldest first: the class if the call made the run of care and
    booked tickets longer, None if it ended it (CL2)."""

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


class Job(Struct, kw_only=True):
    """A paper that was asked for."""

    job_id: JobId
    ticket_id: TicketId
    printer_id: PrinterId
    copy: int = 0
    """0 for the first paper, n for the n-th reprint (I11)."""
    outcome: PrintOutcome | None = None
    detail: str = ""


class Index(Struct, frozen=True, kw_only=True):
    """The plan by id; made once, when the day opens."""

    zones: dict[ZoneId, ZonePlan]
    queues: dict[QueueId, QueuePlan]
    counters: dict[CounterId, CounterPlan]
    services: dict[ServiceId, ServicePlan]
    kiosks: dict[KioskId, KioskPlan]
    serving: dict[QueueId, tuple[CounterId, ...]]
    """Which counters serve a queue, in the plan's order."""


EMPTY_INDEX = Index(zones={}, queues={}, counters={}, services={}, kiosks={}, serving={})


def index_of(plan: Plan) -> Index:
    """The plan's parts by id."""
    return Index(
        zones={zone.zone_id: zone for zone in plan.zones},
        queues={queue.queue_id: queue for queue in plan.queues},
        counters={counter.counter_id: counter for counter in plan.counters},
        services={service.service_id: service for service in plan.services},
        kiosks={kiosk.kiosk_id: kiosk for kiosk in plan.kiosks},
        serving={
            queue.queue_id: tuple(
                c.counter_id for c in plan.counters if queue.queue_id in c.queue_ids
            )
            for queue in plan.queues
        },
    )


class HallDay(Struct, kw_only=True):
    """Everything `decide` and the views may look at."""

    plan: Plan | None = None
    index: Index = EMPTY_INDEX
    day: date | None = None
    is_open: bool = False
    closed_at: datetime | None = None
    at: datetime | None = None
    """When the last event happened."""
    tickets: dict[TicketId, Ticket] = field(default_factory=dict)
    tokens: dict[TicketToken, TicketId] = field(default_factory=dict)
    """Index of `tickets`."""
    queues: dict[QueueId, Queue] = field(default_factory=dict)
    counters: dict[CounterId, Counter] = field(default_factory=dict)
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
    jobs: dict[JobId, Job] = field(default_factory=dict)
    unprinted: dict[PrinterId, dict[JobId, None]] = field(default_factory=dict)
    """Index: papers without a report, in the order of issue."""
    last_job: dict[PrinterId, JobId] = field(default_factory=dict)
    """Index: the paper last reported by each printer."""
    ranks: int = 0
    """Last tie-breaker of a rank."""

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
            closed_at=self.closed_at,
            at=self.at,
            tickets={key: copy(ticket) for key, ticket in self.tickets.items()},
            tokens=dict(self.tokens),
            queues={key: _copied(queue) for key, queue in self.queues.items()},
            counters={key: copy(counter) for key, counter in self.counters.items()},
            directed={key: list(lane) for key, lane in self.directed.items()},
            held=dict(self.held),
            passed=dict(self.passed),
            calls={key: copy(call) for key, call in self.calls.items()},
            calls_by_zone={key: list(calls) for key, calls in self.calls_by_zone.items()},
            unspoken={key: dict(calls) for key, calls in self.unspoken.items()},
            jobs={key: copy(job) for key, job in self.jobs.items()},
            unprinted={key: dict(jobs) for key, jobs in self.unprinted.items()},
            last_job=dict(self.last_job),
            ranks=self.ranks,
        )


def _copied(queue: Queue) -> Queue:
    found = copy(queue)
    found.care, found.booked, found.ordinary = queue.care[:], queue.booked[:], queue.ordinary[:]
    found.called = queue.called[:]
    return found
