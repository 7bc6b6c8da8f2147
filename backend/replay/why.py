"""The account of a ticket: what was before it, who was called first and by which rule."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct, field
from msgspec.structs import replace

from backend.core.day import HallDay, Ticket
from backend.core.events import (
    CallUndone,
    Event,
    ServingFinished,
    ServingResumed,
    ServingStarted,
    TicketAbandoned,
    TicketCalled,
    TicketCancelled,
    TicketDelayed,
    TicketExpired,
    TicketHeld,
    TicketPassed,
    TicketRecalled,
    TicketReturned,
    TicketSent,
    TicketTaken,
    TicketTransferred,
)
from backend.core.evolve import evolve
from backend.core.ids import ChosenBy, CounterId, Place, QueueId, TicketClass, TicketId
from backend.core.rules.waiting import open_counters
from backend.store.stream import Commit
from backend.wire.history import QueueName
from backend.wire.why import (
    Account,
    Cause,
    Moment,
    WhyBehind,
    WhyCalled,
    WhyInTurn,
    WhyLeft,
    WhyLine,
    WhyMoment,
    WhyMoved,
    WhyOvertaken,
    WhyTaken,
)

RULE_OF = {
    Cause.CARE: "CL2",
    Cause.BOOKED: "CL2",
    Cause.TURN: "CL2",
    Cause.SLOT: "AP2",
    Cause.HALL_RULE: "CL5",
    Cause.CHOSEN: "CL10",
    Cause.DIRECTED: "TR1",
    Cause.CAME_BACK: "PS2",
    Cause.CAME_OVER: "TR1",
    Cause.OWN_RETURN: "PS2",
    Cause.OWN_DELAY: "TK6",
    Cause.OWN_MOVE: "TR1",
    Cause.ORDER: "CL1",
}
RULE_OF_CALL = {
    ChosenBy.ORDER: "CL1",
    ChosenBy.RULE: "CL5",
    ChosenBy.FALLBACK: "CL1",
    ChosenBy.SENT: "TR1",
    ChosenBy.STAFF: "CL10",
}
CLASSES = [TicketClass.CARE, TicketClass.BOOKED, TicketClass.ORDINARY]
"""The first goes first (CL1)."""
MOMENTS = {
    TicketRecalled: Moment.RECALLED,
    CallUndone: Moment.UNDONE,
    ServingStarted: Moment.SERVING,
    ServingFinished: Moment.DONE,
    ServingResumed: Moment.RESUMED,
    TicketHeld: Moment.HELD,
    TicketPassed: Moment.PASSED,
    TicketCancelled: Moment.CANCELLED,
    TicketAbandoned: Moment.ABANDONED,
    TicketExpired: Moment.EXPIRED,
}


class Stay(Struct, kw_only=True):
    """A ticket waits in a queue, from one event to another."""

    number: str
    queue_id: QueueId
    only: str | None
    ticket_class: TicketClass
    issued_at: datetime
    began: int
    """The number of the event that began it, among all of the day."""
    began_at: datetime
    came: type[Event]
    """How it came to wait."""
    displaced: Cause | None
    """What has put it behind others that were taken later."""
    slot_at: datetime | None
    """Of a booked ticket."""
    ended: int | None = None
    ended_at: datetime | None = None
    by: Event | None = None
    """What ended it: a call not taken back, giving up, …"""


class Story(Struct, kw_only=True):
    """What happened to one ticket."""

    lines: list[tuple[int, WhyLine]] = field(default_factory=list)
    """Each with the number of its event."""
    stays: list[Stay] = field(default_factory=list)
    calls: list[datetime] = field(default_factory=list)
    """Those not taken back."""


class Ledger:
    """A day so far, in a form that any ticket's account is quickly read from."""

    def __init__(self) -> None:
        self._day = HallDay()
        self._events = 0
        self._stories: dict[TicketId, Story] = {}
        self._stays: defaultdict[QueueId, list[Stay]] = defaultdict(list)

    @property
    def day(self) -> HallDay:
        """The day as it stands after all that was seen."""
        return self._day

    def see(self, events: Iterable[Event], at: datetime) -> None:
        """Take the next events into account, which happened at `at`."""
        for event in events:
            self._events += 1
            evolve(self._day, event)
            ticket_id = getattr(event, "ticket_id", None)
            if ticket_id is not None:
                self._see(event, ticket_id, at)

    def account(self, ticket_id: TicketId, *, for_visitor: bool = False) -> Account | None:
        """The account of a ticket, without what staff wrote when it is for the visitor.

        None when the day has no such ticket.
        """
        story = self._stories.get(ticket_id)
        if story is None:
            return None
        ticket = self._day.tickets[ticket_id]
        waits = (line for stay in story.stays for line in self._waiting(stay, for_visitor))
        lines = sorted((*story.lines, *waits), key=lambda line: line[0])
        called_at = story.calls[0] if story.calls else None
        return Account(
            ticket_id=ticket_id,
            number=ticket.number,
            queues=tuple(self._queue(queue_id) for queue_id in _queues(story)),
            ticket_class=ticket.ticket_class,
            channel=ticket.channel,
            state=ticket.state,
            issued_at=ticket.issued_at,
            waited_s=_seconds(ticket.issued_at, called_at) if called_at is not None else None,
            wait_min_s=ticket.wait_min_s,
            wait_max_s=ticket.wait_max_s,
            lines=tuple(_for_visitor(line) if for_visitor else line for _, line in lines),
        )

    def ticket_of(self, token: str) -> TicketId | None:
        """The ticket with this token."""
        return next((t.ticket_id for t in self._day.tickets.values() if t.token == token), None)

    def _see(self, event: Event, ticket_id: TicketId, at: datetime) -> None:
        ticket = self._day.tickets[ticket_id]
        story = self._stories.setdefault(ticket_id, Story())
        match event:
            case TicketTaken():
                self._begin(story, ticket, event, at, None)
            case TicketReturned():
                self._begin(story, ticket, event, at, Cause.OWN_RETURN)
            case TicketTransferred():
                is_tail = event.place is Place.TAIL
                self._begin(story, ticket, event, at, Cause.OWN_MOVE if is_tail else None)
            case TicketSent():
                self._end(story, event, at)
                is_tail = event.place is Place.TAIL
                self._begin(story, ticket, event, at, Cause.OWN_MOVE if is_tail else None)
            case TicketDelayed():
                story.stays[-1].displaced = Cause.OWN_DELAY
            case TicketCalled():
                if story.stays[-1].ended is not None:  # passed, and chosen by a clerk (CL10)
                    self._begin(story, ticket, event, at, None)
                story.calls.append(at)
                self._end(story, event, at)
            case CallUndone():
                self._undo(story)
            case TicketCancelled() | TicketAbandoned() | TicketExpired():
                self._end(story, event, at)
            case _:
                pass
        line = self._line(event, story, at)
        if line is not None:
            story.lines.append((self._events, line))

    def _begin(
        self, story: Story, ticket: Ticket, event: Event, at: datetime, displaced: Cause | None
    ) -> None:
        stay = Stay(
            number=ticket.number,
            queue_id=ticket.queue_id,
            only=ticket.only,
            ticket_class=ticket.ticket_class,
            issued_at=ticket.issued_at,
            began=self._events,
            began_at=at,
            came=type(event),
            displaced=displaced,
            slot_at=ticket.slot_at,
        )
        story.stays.append(stay)
        self._stays[ticket.queue_id].append(stay)

    def _end(self, story: Story, event: Event, at: datetime) -> None:
        stay = story.stays[-1]
        if stay.ended is None:
            stay.ended, stay.ended_at, stay.by = self._events, at, event

    def _undo(self, story: Story) -> None:
        """A call taken back was none: the ticket waits where it stood, or is passed (CL9)."""
        stay = story.stays[-1]
        story.calls.pop()
        stay.ended = stay.ended_at = stay.by = None
        if stay.came is TicketCalled:
            story.stays.pop()
            self._stays[stay.queue_id].remove(stay)

    def _line(self, event: Event, story: Story, at: datetime) -> WhyLine | None:
        match event:
            case TicketTaken():
                return WhyTaken(
                    at=at,
                    queue_id=event.queue_id,
                    ahead=event.ahead,
                    open_counters=open_counters(self._day, event.queue_id),
                )
            case TicketCalled():
                stay = story.stays[-1]
                return WhyCalled(
                    at=at,
                    counter_no=self._no(event.counter_id),
                    waited_s=_seconds(stay.began_at, at),
                    rule=_rule_of_call(event, stay),
                    reason=event.reason,
                )
            case TicketSent():
                return WhyMoved(
                    at=at,
                    queue_id=event.queue_id,
                    counter_no=None,
                    to_clerk=False,
                    by_issue=event.place is Place.KEEP,
                    reason=event.reason,
                )
            case TicketTransferred():
                to = event.to_counter_id
                return WhyMoved(
                    at=at,
                    queue_id=event.queue_id,
                    counter_no=self._no(to) if to is not None else None,
                    to_clerk=event.to_clerk_id is not None,
                    by_issue=event.place is Place.KEEP,
                    reason=event.reason,
                )
            case TicketReturned() | TicketDelayed():
                is_return = isinstance(event, TicketReturned)
                return WhyBehind(at=at, places=event.places, is_return=is_return)
            case _:
                moment = MOMENTS.get(type(event))
                counter_id = getattr(event, "counter_id", None)
                no = self._no(counter_id) if counter_id is not None else None
                return WhyMoment(at=at, moment=moment, counter_no=no) if moment else None

    def _waiting(self, mine: Stay, for_visitor: bool) -> Iterator[tuple[int, WhyLine]]:
        """What others did while the ticket waited: each group where its first one stands."""
        groups: dict[Cause | type[WhyInTurn | WhyLeft], list[Stay]] = {}
        for other in self._stays[mine.queue_id]:
            is_of_my_line = mine.only is None or other.only == mine.only
            if other is mine or not is_of_my_line or not _is_while(mine, other):
                continue
            key = _standing(mine, other)
            if key is not None:
                groups.setdefault(key, []).append(other)
        for key, others in groups.items():
            others.sort(key=lambda stay: stay.ended or 0)
            first, last = others[0], others[-1]
            assert first.ended is not None
            assert first.ended_at is not None
            assert last.ended_at is not None
            numbers = tuple(other.number for other in others)
            if isinstance(key, Cause):
                line: WhyLine = WhyOvertaken(
                    at=first.ended_at,
                    until=last.ended_at,
                    cause=key,
                    rule=RULE_OF[key],
                    numbers=numbers,
                    reasons=() if for_visitor else _reasons(others),
                )
            else:
                line = key(at=first.ended_at, until=last.ended_at, numbers=numbers)
            yield first.ended, line

    def _no(self, counter_id: CounterId) -> int:
        return self._day.index.counters[counter_id].no

    def _queue(self, queue_id: QueueId) -> QueueName:
        plan = self._day.index.queues[queue_id]
        return QueueName(queue_id=queue_id, letter=plan.letter, name=plan.name)


def account(
    commits: Iterable[Commit], ticket_id: TicketId, *, for_visitor: bool = False
) -> Account | None:
    """The account of one ticket of a day; None when the day has no such ticket."""
    ledger = Ledger()
    for commit in commits:
        ledger.see(commit.events, commit.at)
    return ledger.account(ticket_id, for_visitor=for_visitor)


def _is_while(mine: Stay, other: Stay) -> bool:
    """Whether the other was called or gave up while this one waited."""
    return (
        other.ended is not None
        and other.ended > mine.began
        and (mine.ended is None or other.ended < mine.ended)
    )


def _standing(mine: Stay, other: Stay) -> Cause | type[WhyInTurn | WhyLeft] | None:
    """How the other came to go first; None for one who gave up behind this ticket."""
    was_before = other.issued_at < mine.issued_at
    if isinstance(other.by, TicketCancelled):
        return WhyLeft if was_before and other.began < mine.began else None
    if not isinstance(other.by, TicketCalled):
        return None
    if was_before and other.began < mine.began:
        return WhyInTurn
    if other.by.reason:
        return Cause.CHOSEN
    if was_before:
        is_over = other.came in {TicketTransferred, TicketSent}
        return Cause.CAME_OVER if is_over else Cause.CAME_BACK
    if other.by.by is ChosenBy.RULE:
        return Cause.HALL_RULE
    if other.only is not None:
        return Cause.DIRECTED
    place, others = CLASSES.index(mine.ticket_class), CLASSES.index(other.ticket_class)
    if others > place:
        return Cause.TURN
    if others < place:
        return Cause.CARE if other.ticket_class is TicketClass.CARE else Cause.BOOKED
    if mine.displaced is None and mine.slot_at and other.slot_at and other.slot_at < mine.slot_at:
        return Cause.SLOT
    return mine.displaced or Cause.ORDER


def _rule_of_call(event: TicketCalled, stay: Stay) -> str:
    if event.by is not None:
        return RULE_OF_CALL[event.by]
    if event.reason:  # in records from before `by` was kept
        return RULE_OF[Cause.CHOSEN]
    return RULE_OF[Cause.DIRECTED if stay.only is not None else Cause.ORDER]


def _reasons(stays: list[Stay]) -> tuple[str, ...]:
    """What clerks wrote who chose these, each once."""
    calls = [stay.by for stay in stays if isinstance(stay.by, TicketCalled)]
    return tuple(dict.fromkeys(call.reason for call in calls if call.reason))


def _for_visitor(line: WhyLine) -> WhyLine:
    """The line without what staff wrote for staff."""
    return replace(line, reason="") if isinstance(line, WhyCalled | WhyMoved) else line


def _queues(story: Story) -> Iterable[QueueId]:
    """Every queue the ticket was in, each once."""
    return dict.fromkeys(stay.queue_id for stay in story.stays)


def _seconds(begin: datetime, end: datetime) -> int:
    return round((end - begin).total_seconds())
