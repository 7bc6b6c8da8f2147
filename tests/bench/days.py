"""A day as clerks, visitors and devices make it, through `decide` and `evolve`."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from backend.core.commands import (
    CallNext,
    CancelTicket,
    Command,
    FinishServing,
    OpenCounter,
    OpenDay,
    PassTicket,
    Recall,
    ReportPrinted,
    ReportSpoken,
    ReturnTicket,
    StartServing,
    TakeTicket,
)
from backend.core.day import HallDay
from backend.core.decide import decide
from backend.core.errors import Refusal
from backend.core.events import Event, TicketCalled, TicketRecalled, TicketTaken
from backend.core.evolve import fold
from backend.core.ids import (
    Channel,
    CommandId,
    CounterId,
    PrintOutcome,
    SpeechOutcome,
    TicketClass,
    TicketState,
    TicketToken,
)
from backend.core.stamp import Caller, Role, Stamp
from backend.demo.hall import demo_plan
from backend.store.stream import Commit

BEGIN = datetime(2026, 11, 23, 0, 0, tzinfo=UTC)  # 08:00 in the hall
EVENTS = 25_000
"""A full day: 4,000 visitors with about six events each."""
WAITING = 200
STEP = timedelta(seconds=1.3)
BY = Caller(role=Role.SUPERVISOR, id="bench")


class DayMaker:
    """Lives a day; `commits` may be taken for as long as one likes."""

    def __init__(self, day: HallDay, begin: datetime = BEGIN, seed: int = 1) -> None:
        """`day` may be one that has been opened already; it is changed."""
        self.day = day
        self._at = begin
        self._chance = Random(seed)
        self._ids = 0

    def stamp(self) -> Stamp:
        """The present moment of the day."""
        token = TicketToken(f"{self._chance.getrandbits(128):032x}")
        plan = demo_plan() if self.day.plan is None else None
        return Stamp(by=BY, at=self._at, ticket_token=token, plan=plan)

    def do(self, command: Command) -> Commit | None:
        """Carry a command out; None when it is refused."""
        self._at += STEP
        stamp = self.stamp()
        try:
            events = decide(self.day, command, stamp)
        except Refusal:
            return None
        fold(self.day, events)
        self._ids += 1
        return Commit(id=CommandId(f"bench:{self._ids:08d}"), by=BY, at=stamp.at, events=events)

    def commits(self, waiting: int = WAITING) -> Iterator[Commit]:
        """One commit after another, for ever, with about so many who wait."""
        if self.day.plan is None:
            yield from self._done(OpenDay())
        for counter_id in self.day.counters:
            yield from self._done(OpenCounter(counter_id=counter_id))
        while True:
            present = sum(queue.waiting for queue in self.day.queues.values())
            if present < waiting:
                yield from self._done(self._visitor())
            else:
                yield from self._done(self._clerk())
            if self.day.passed and self._chance.random() < 0.01:
                ticket_id = self._chance.choice(list(self.day.passed))
                yield from self._done(ReturnTicket(ticket_id=ticket_id))

    def _done(self, command: Command) -> Iterator[Commit]:
        """The command's commit and what devices report about it; nothing when it is refused."""
        commit = self.do(command)
        if commit is None:
            return
        yield commit
        for event in commit.events:
            report = _report(event)
            if report is not None and (reported := self.do(report)) is not None:
                yield reported

    def _visitor(self) -> Command:
        chance = self._chance
        queues = [q for q in self.day.queues.values() if q.waiting]
        if queues and chance.random() < 0.03:
            queue = chance.choice(queues)
            waiting = queue.care or queue.booked or queue.ordinary
            return CancelTicket(ticket_id=chance.choice(waiting), reason="went home")
        return TakeTicket(
            channel=Channel.ANONYMOUS,
            queue_id=chance.choice(list(self.day.queues)),
            ticket_class=TicketClass.CARE if chance.random() < 0.06 else TicketClass.ORDINARY,
            kiosk_id=chance.choice(list(self.day.index.kiosks)),
        )

    def _clerk(self) -> Command:
        counter = self._chance.choice(list(self.day.counters.values()))
        counter_id = CounterId(counter.counter_id)
        if counter.ticket_id is None:
            return CallNext(counter_id=counter_id)
        ticket = self.day.tickets[counter.ticket_id]
        if ticket.state is TicketState.SERVING:
            return FinishServing(counter_id=counter_id)
        if ticket.recalls >= self.day.rules.recalls_max:
            return PassTicket(counter_id=counter_id)
        if self._chance.random() < 0.15:
            return Recall(counter_id=counter_id)
        return StartServing(counter_id=counter_id)


def make_day(events: int = EVENTS, waiting: int = WAITING) -> list[Commit]:
    """The commits of a day of this many events, from its opening on."""
    found: list[Commit] = []
    count = 0
    for commit in DayMaker(HallDay()).commits(waiting):
        found.append(commit)
        count += len(commit.events)
        if count >= events:
            break
    return found


def events_of(commits: list[Commit]) -> list[Event]:
    """Every event, oldest first."""
    return [event for commit in commits for event in commit.events]


def _report(event: Event) -> Command | None:
    match event:
        case TicketTaken(job_id=str(job_id)):
            return ReportPrinted(job_id=job_id, outcome=PrintOutcome.PRINTED)
        case TicketCalled() | TicketRecalled():
            return ReportSpoken(call_id=event.call_id, outcome=SpeechOutcome.SPOKEN)
        case _:
            return None
