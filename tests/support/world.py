"""A day that commands are given to: decided, folded and remembered, with a clock that is told."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Self

from msgspec.structs import replace

from backend.core.commands import (
    CallNext,
    CancelTicket,
    Command,
    FinishServing,
    OpenCounter,
    OpenDay,
    PassTicket,
    Recall,
    ReturnTicket,
    StartServing,
    TakeTicket,
    UndoCall,
)
from backend.core.day import Counter, HallDay, Queue, Ticket
from backend.core.decide import decide
from backend.core.devices import Beat
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event, TicketTaken
from backend.core.evolve import fold
from backend.core.history import DayLessons
from backend.core.ids import (
    Channel,
    CounterId,
    Origin,
    QueueId,
    TicketClass,
    TicketId,
    TicketState,
    TicketToken,
)
from backend.core.plan import Plan
from backend.core.shifts import Shift
from backend.core.stamp import Caller, Role, Stamp
from tests.support.plans import QUICK, small_plan

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # nine o'clock in Shanghai
HUB = Caller(role=Role.SYSTEM, id="hub")
CHIEF = Caller(role=Role.SUPERVISOR, id="chief")
DEVICE = Caller(role=Role.DEVICE, id="kiosk")
VISITOR = Caller(role=Role.VISITOR, id="visitor")


def clerk(name: str) -> Caller:
    """The clerk with this user name."""
    return Caller(role=Role.CLERK, id=name)


class World:
    """One hall's day; `at` moves only when told to."""

    def __init__(
        self,
        plan: Plan | None = None,
        *,
        is_open: bool = True,
        history: tuple[DayLessons, ...] = (),
        at: datetime = MORNING,
    ) -> None:
        """`history`: what earlier days taught."""
        self.plan = plan or small_plan()
        self.history = history
        self.day = HallDay()
        self.at = at
        self.events: list[Event] = []
        self.tokens = 0
        self.beats: dict[str, Beat] = {}
        """The newest of each screen that was ever heard."""
        self.shifts: tuple[Shift, ...] = ()
        """Who is to sit where, when a day is opened or its roster changed."""
        self.loses_parts = True
        """Whether a random change of its plan may take parts away (DY2)."""
        if is_open:
            self.do(OpenDay(), HUB)

    def stamp(self, by: Caller = CHIEF, origin: Origin | None = None) -> Stamp:
        """A stamp of now, with a fresh token."""
        self.tokens += 1
        token = TicketToken(f"token-{self.tokens:06d}-unguessable")
        return Stamp(
            by=by,
            at=self.at,
            ticket_token=token,
            plan=self.plan,
            shifts=self.shifts,
            lessons=self.history,
            origin=origin,
            beats=tuple(self.beats.values()) or None,
        )

    def hear(self, *beats: Beat) -> None:
        """Screens tell how they are."""
        self.beats |= {beat.screen_id: beat for beat in beats}

    def do(
        self, command: Command, by: Caller = CHIEF, origin: Origin | None = None
    ) -> tuple[Event, ...]:
        """Decide and fold; a refusal is raised."""
        events = decide(self.day, command, self.stamp(by, origin))
        fold(self.day, events)
        self.events += events
        return events

    def code(self, command: Command, by: Caller = CHIEF) -> RefusalCode | None:
        """The refusal the command would get now; None when it would be carried out."""
        try:
            decide(self.day, command, self.stamp(by))
        except Refusal as refusal:
            return refusal.code
        return None

    def later(self, seconds: float) -> Self:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)
        return self

    def open(self, *counter_ids: CounterId) -> Self:
        """Open counters for nobody in particular."""
        for counter_id in counter_ids:
            self.do(OpenCounter(counter_id=counter_id))
        return self

    def take(
        self, queue_id: QueueId, ticket_class: TicketClass = TicketClass.ORDINARY, count: int = 1
    ) -> TicketId:
        """Take tickets one second apart; return the last one's id."""
        for _ in range(count):
            self.later(1)
            (event,) = self.do(
                TakeTicket(channel=Channel.ANONYMOUS, queue_id=queue_id, ticket_class=ticket_class)
            )
        assert isinstance(event, TicketTaken)
        return event.ticket_id

    def call(self, counter_id: CounterId) -> TicketId:
        """Call the next ticket; return its id."""
        self.do(CallNext(counter_id=counter_id))
        found = self.counter(counter_id).ticket_id
        assert found is not None
        return found

    def undo(self, counter_id: CounterId) -> None:
        """Take the call back."""
        self.do(UndoCall(counter_id=counter_id))

    def serve(self, counter_id: CounterId, seconds: float = 60) -> TicketId:
        """Call, serve and finish the next ticket; return its id."""
        ticket_id = self.call(counter_id)
        self.do(StartServing(counter_id=counter_id))
        self.later(seconds)
        self.do(FinishServing(counter_id=counter_id))
        return ticket_id

    def pass_next(self, counter_id: CounterId) -> TicketId:
        """Call the next ticket, recall it as often as the rules want, and pass it."""
        ticket_id = self.call(counter_id)
        for _ in range(self.day.rules.recalls_max):
            self.later(self.day.rules.recall_gap_s)
            self.do(Recall(counter_id=counter_id))
        self.do(PassTicket(counter_id=counter_id))
        return ticket_id

    def bring_back(self, ticket_id: TicketId) -> None:
        """Let a passed ticket wait again."""
        self.do(ReturnTicket(ticket_id=ticket_id))

    def cancel(self, ticket_id: TicketId) -> None:
        """Give the place up."""
        self.do(CancelTicket(ticket_id=ticket_id, reason="went home"))

    def calls(self, counter_id: CounterId, count: int) -> list[str]:
        """The numbers of the next tickets served at the counter, each in no time."""
        return [self.number(self.serve(counter_id, seconds=0)) for _ in range(count)]

    def ticket(self, ticket_id: TicketId) -> Ticket:
        """How the ticket stands."""
        return self.day.tickets[ticket_id]

    def state(self, ticket_id: TicketId) -> TicketState:
        """The ticket's state."""
        return self.ticket(ticket_id).state

    def number(self, ticket_id: TicketId) -> str:
        """The ticket's number."""
        return self.ticket(ticket_id).number

    def numbers(self, ticket_ids: Iterable[TicketId]) -> list[str]:
        """The tickets' numbers."""
        return [self.number(ticket_id) for ticket_id in ticket_ids]

    def queue(self, queue_id: QueueId) -> Queue:
        """How the queue stands."""
        return self.day.queues[queue_id]

    def counter(self, counter_id: CounterId) -> Counter:
        """How the counter stands."""
        return self.day.counters[counter_id]


def world_with(**numbers: int) -> World:
    """A world with these numbers of the rules, the others being those of `QUICK`."""
    return World(small_plan(replace(QUICK, **numbers)))
