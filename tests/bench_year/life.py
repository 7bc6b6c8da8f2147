"""One day of the reference hall, lived in virtual time by the real rules.

Every commit comes of `decide`, so a day is as valid as one that people made; a seed makes it again.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from backend.core.commands import (
    CallNext,
    CancelTicket,
    CheckIn,
    CloseCounter,
    CloseDay,
    Command,
    FinishServing,
    HoldTicket,
    KeepDay,
    NextQueue,
    OpenCounter,
    OpenDay,
    PassTicket,
    PauseCounter,
    Recall,
    ReprintTicket,
    ResumeCounter,
    ResumeTicket,
    ReturnTicket,
    StartServing,
    TakeTicket,
    TransferTicket,
    UndoCall,
)
from backend.core.day import HallDay
from backend.core.decide import decide
from backend.core.errors import Refusal
from backend.core.evaluation import Evaluate
from backend.core.events import Event, ServingStarted, TicketTaken
from backend.core.evolve import fold
from backend.core.ids import (
    AppointmentId,
    Channel,
    CommandId,
    Origin,
    PauseReason,
    ShiftRole,
    StaffId,
    TicketClass,
    TicketId,
    TicketState,
    TicketToken,
)
from backend.core.plan import Appointment, Plan, RuleNumbers
from backend.core.shifts import Duty, Shift
from backend.core.stamp import Caller, Role, Stamp
from backend.demo.hall import demo_plan
from backend.store.stream import Commit

SHANGHAI = ZoneInfo("Asia/Shanghai")
SPANS = ((8 * 60 + 30, 11 * 60 + 30), (13 * 60 + 30, 16 * 60 + 30))
"""Service hours, in minutes of the day."""
ARRIVALS = (9, 16, 15, 12, 9, 5, 8, 12, 11, 8, 5, 3)
"""How many come in each half hour of them, in proportion."""
SYSTEM = Caller(role=Role.SYSTEM, id="system")
VISITOR = Caller(role=Role.VISITOR, id="visitor")
PERSONS = 20_000


class Manners(Struct, frozen=True, kw_only=True):
    """How often things happen, by visit or call."""

    no_show: float = 0.04
    undone: float = 0.01
    held: float = 0.03
    sent_on: float = 0.02
    cancelled: float = 0.02
    booked: float = 0.06
    care: float = 0.04
    absent: float = 0.02
    """Of the windows, mornings and afternoons: nobody comes."""
    rated: float = 0.62
    rated_late: float = 0.05
    """Of the rated: after the hall has closed."""
    levels: tuple[float, ...] = (0.00004, 0.00006, 0.0014, 0.12, 0.8785)
    """Of ratings from 1 to 5; the reference hall reports 99.85 % and 0.14 %."""


ROUGH = Manners(
    no_show=0.2,
    undone=0.1,
    held=0.2,
    sent_on=0.15,
    cancelled=0.1,
    booked=0.2,
    absent=0.1,
    rated_late=0.3,
    levels=(0.1, 0.1, 0.2, 0.3, 0.3),
)
"""A day on which everything happens."""


class Served(Struct, frozen=True, kw_only=True):
    """A visit that was over, for the case that came of it."""

    ticket_id: TicketId
    service_id: str
    clerk_id: str
    person_hash: str | None
    at: datetime
    """A moment while it was served."""


class DayLife:
    """Lives a day; afterwards it has its commits and the visits that were over."""

    def __init__(
        self,
        day: date,
        visitors: int,
        seed: int,
        manners: Manners | None = None,
        plan: Plan | None = None,
    ) -> None:
        self.day = HallDay()
        self.commits: list[Commit] = []
        self.served: list[Served] = []
        self._date = day
        self._chance = Random(f"{seed}/{day}")
        self._manners = manners or Manners()
        rules = RuleNumbers(kiosk_gap_s=0, recall_gap_s=10, undo_s=30)
        self._plan = replace(plan or demo_plan(), rules=rules)
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._ids = count()
        self._now = self._at(7 * 60 + 30)
        self._begun: dict[TicketId, tuple[datetime, str]] = {}
        self._live(visitors)

    def _at(self, minute: float) -> datetime:
        midnight = datetime.combine(self._date, time(), SHANGHAI)
        return (midnight + timedelta(minutes=minute)).astimezone(UTC)

    def _later(self, seconds: float, what: Callable[[], None]) -> None:
        self._on(self._now + timedelta(seconds=round(seconds, 3)), what)

    def _on(self, at: datetime, what: Callable[[], None]) -> None:
        heappush(self._due, (at, next(self._order), what))

    def do(
        self, command: Command, by: Caller, origin: Origin | None = None
    ) -> tuple[Event, ...] | None:
        """Carry a command out now; None when it is refused."""
        stamp = Stamp(
            by=by,
            at=self._now,
            ticket_token=TicketToken(f"{self._chance.getrandbits(128):032x}"),
            plan=self._plan if isinstance(command, OpenDay) else None,
            appointments=self._expected() if isinstance(command, OpenDay) else (),
            shifts=self._shifts() if isinstance(command, OpenDay) else (),
            origin=origin,
        )
        try:
            events = decide(self.day, command, stamp)
        except Refusal:
            return None
        if not events:
            return events
        fold(self.day, events)
        command_id = CommandId(f"{self._date}:{next(self._ids)}")
        self.commits.append(Commit(id=command_id, by=by, at=self._now, events=events))
        return events

    def _live(self, visitors: int) -> None:
        self.do(OpenDay(), SYSTEM)
        for opens, closes in SPANS:
            self._on(self._at(opens), self._open)
            self._on(self._at(closes), self._close)
        for at in self._arrivals(visitors):
            self._on(at, self._come)
        for appointment in self.day.bookings.values():
            self._on(
                appointment.appointment.slot_at - timedelta(minutes=self._chance.uniform(-5, 25)),
                self._check_in(appointment.appointment.code),
            )
        for minute in range(9 * 60, 17 * 60 + 30, 15):
            self._on(self._at(minute), lambda: void(self.do(KeepDay(), SYSTEM)))
        self._on(self._at(17 * 60 + 40), lambda: void(self.do(CloseDay(force=True), SYSTEM)))
        while self._due:
            self._now, _, what = heappop(self._due)
            what()

    def _arrivals(self, visitors: int) -> Iterator[datetime]:
        slots = [opens + 30 * n for opens, closes in SPANS for n in range((closes - opens) // 30)]
        for slot in self._chance.choices(slots, weights=ARRIVALS, k=visitors):
            yield self._at(slot + self._chance.uniform(-4 if slot in {510, 810} else 0, 30))

    def _shifts(self) -> tuple[Shift, ...]:
        return tuple(
            Shift(
                counter_id=counter.counter_id,
                begins_at=self._at(opens),
                ends_at=self._at(closes),
                persons=(Duty(staff_id=StaffId(_clerk(counter.counter_id).id), role=ShiftRole.A),),
            )
            for counter in self._plan.counters
            for opens, closes in SPANS
        )

    def _expected(self) -> tuple[Appointment, ...]:
        chance = self._chance
        services = chance.choices(self._plan.services, k=int(12 * self._manners.booked * 10))
        return tuple(
            Appointment(
                appointment_id=AppointmentId(f"appointment-{n}"),
                code=f"C0DE{n:04d}",
                queue_id=service.queue_id,
                service_ids=(service.service_id,),
                slot_at=self._at(chance.choice((540, 570, 600, 630, 840, 870, 900))),
            )
            for n, service in enumerate(services)
        )

    def _check_in(self, code: str) -> Callable[[], None]:
        def come() -> None:
            device = Caller(role=Role.DEVICE, id="kiosk")
            void(self.do(CheckIn(code=code, kiosk_id="K1"), device, Origin.STUDENT))

        return come

    def _come(self) -> None:
        chance = self._chance
        service = chance.choice(self._plan.services)
        kiosk = chance.choice(self._plan.kiosks).kiosk_id
        channel = chance.choices(
            (Channel.CARD, Channel.ANONYMOUS, Channel.REMOTE), (0.6, 0.3, 0.1)
        )[0]
        person = chance.randrange(PERSONS)
        is_known = channel is not Channel.ANONYMOUS
        taken = self.do(
            TakeTicket(
                channel=channel,
                service_ids=(service.service_id,),
                ticket_class=TicketClass.CARE
                if chance.random() < self._manners.care and channel is not Channel.REMOTE
                else TicketClass.ORDINARY,
                kiosk_id=None if channel is Channel.REMOTE else kiosk,
                card=f"person-{person:06d}" if is_known else None,
            ),
            VISITOR if channel is Channel.REMOTE else Caller(role=Role.DEVICE, id=kiosk),
            tuple(Origin)[person % 4] if is_known else None,
        )
        if taken and isinstance(taken[0], TicketTaken):
            ticket_id = taken[0].ticket_id
            if chance.random() < self._manners.cancelled:
                self._later(chance.uniform(60, 900), lambda: self._cancel(ticket_id))
            if chance.random() < self._manners.cancelled:
                greeter = Caller(role=Role.GREETER, id="greeter")
                command = ReprintTicket(ticket_id=ticket_id, kiosk_id=kiosk)
                self._later(30, lambda: void(self.do(command, greeter)))

    def _cancel(self, ticket_id: TicketId) -> None:
        token = self.day.tickets[ticket_id].token
        self.do(CancelTicket(ticket_token=token), VISITOR)

    def _open(self) -> None:
        for counter in self._plan.counters:
            if self._chance.random() >= self._manners.absent:
                self._later(self._chance.uniform(-600, 420), self._opens(counter.counter_id))

    def _opens(self, counter_id: str) -> Callable[[], None]:
        def work() -> None:
            self.do(OpenCounter(counter_id=counter_id), _clerk(counter_id))
            self._later(5, lambda: self._next(counter_id))

        return work

    def _close(self) -> None:
        for counter in self.day.counters.values():
            if counter.is_open:
                self._later(self._chance.uniform(0, 300), self._closes(counter.counter_id))

    def _closes(self, counter_id: str) -> Callable[[], None]:
        def leave() -> None:
            if self.day.counters[counter_id].ticket_id is not None:  # type: ignore[index]
                self._later(60, leave)
            else:
                self.do(CloseCounter(counter_id=counter_id), _clerk(counter_id))

        return leave

    def _next(self, counter_id: str) -> None:
        """Ask for the next visitor, or look again in a while."""
        by, chance = _clerk(counter_id), self._chance
        counter = self.day.counters[counter_id]  # type: ignore[index]
        if not counter.is_open or counter.ticket_id is not None:
            return
        if chance.random() < 0.004:
            reason = chance.choice(tuple(PauseReason))
            self.do(PauseCounter(counter_id=counter_id, reason=reason), by)
            self._later(chance.uniform(120, 900), lambda: self._resume(counter_id))
            return
        if not self.do(CallNext(counter_id=counter_id), by):
            self._later(chance.uniform(20, 60), lambda: self._next(counter_id))
        elif chance.random() < self._manners.undone:
            self._later(4, lambda: void(self.do(UndoCall(counter_id=counter_id), by)))
            self._later(20, lambda: self._next(counter_id))
        elif chance.random() < self._manners.no_show:
            for n in (1, 2):
                self._later(25 * n, lambda: void(self.do(Recall(counter_id=counter_id), by)))
            self._later(80, lambda: self._pass(counter_id))
        else:
            self._later(chance.uniform(10, 45), lambda: self._serve(counter_id))

    def _resume(self, counter_id: str) -> None:
        self.do(ResumeCounter(counter_id=counter_id), _clerk(counter_id))
        self._next(counter_id)

    def _pass(self, counter_id: str) -> None:
        ticket_id = self.day.counters[counter_id].ticket_id  # type: ignore[index]
        self.do(PassTicket(counter_id=counter_id), _clerk(counter_id))
        if ticket_id is not None and self._chance.random() < 0.5:
            greeter = Caller(role=Role.GREETER, id="greeter")
            command = ReturnTicket(ticket_id=ticket_id)
            self._later(self._chance.uniform(60, 900), lambda: void(self.do(command, greeter)))
        self._later(5, lambda: self._next(counter_id))

    def _serve(self, counter_id: str) -> None:
        begun = self.do(StartServing(counter_id=counter_id), _clerk(counter_id))
        if begun and isinstance(begun[0], ServingStarted):
            self._begun[begun[0].ticket_id] = (self._now, _clerk(counter_id).id)
        length_s = min(self._chance.lognormvariate(5.5, 0.7), 2400)
        self._later(length_s, lambda: self._done(counter_id))

    def _done(self, counter_id: str) -> None:
        """The visitor is done, fetches a paper, or is sent on."""
        by, chance = _clerk(counter_id), self._chance
        ticket_id = self.day.counters[counter_id].ticket_id  # type: ignore[index]
        self._later(chance.uniform(5, 40), lambda: self._next(counter_id))
        if ticket_id is None or self.day.tickets[ticket_id].state is not TicketState.SERVING:
            return
        ticket = self.day.tickets[ticket_id]
        draw, manners = chance.random(), self._manners
        if draw < manners.held and self.do(HoldTicket(counter_id=counter_id), by):
            self._later(chance.uniform(200, 1500), lambda: self._comes_back(counter_id, ticket_id))
            return
        if manners.held <= draw < manners.held + manners.sent_on:
            queue_id = chance.choice(self._plan.queues).queue_id
            onwards: Command = NextQueue(counter_id=counter_id, to_queue_id=queue_id)
            if chance.random() < 0.5:
                onwards = TransferTicket(
                    counter_id=counter_id, to_queue_id=queue_id, reason="belongs there"
                )
            if self.do(onwards, by):
                return
        if not self.do(FinishServing(counter_id=counter_id), by):
            return
        service_id = ticket.service_ids[0] if ticket.service_ids else ""
        at, clerk_id = self._begun[ticket_id]
        self.served.append(
            Served(
                ticket_id=ticket_id,
                service_id=service_id,
                clerk_id=clerk_id,
                person_hash=ticket.person_hash,
                at=at,
            )
        )
        if chance.random() < manners.rated:
            self._rate(ticket.token)

    def _comes_back(self, counter_id: str, ticket_id: TicketId) -> None:
        if self.do(ResumeTicket(counter_id=counter_id, ticket_id=ticket_id), _clerk(counter_id)):
            self._later(self._chance.uniform(60, 400), lambda: self._done(counter_id))
        elif self.day.tickets[ticket_id].state is TicketState.HELD:
            self._later(60, lambda: self._comes_back(counter_id, ticket_id))

    def _rate(self, token: TicketToken) -> None:
        level = self._chance.choices((1, 2, 3, 4, 5), self._manners.levels)[0]
        is_late = self._chance.random() < self._manners.rated_late
        after_s = self._chance.uniform(20_000, 40_000) if is_late else self._chance.uniform(5, 50)
        command = Evaluate(ticket_token=token, level=level)
        self._later(after_s, lambda: void(self.do(command, VISITOR)))


def void(_result: object) -> None:
    """For a callback whose result nobody wants."""


def _clerk(counter_id: str) -> Caller:
    return Caller(role=Role.CLERK, id=f"w{counter_id[1:].lower()}")
