"""Measures a day event by event, the recorded one and a re-run alike."""

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.events import (
    CallUndone,
    Event,
    TicketCalled,
    TicketPassed,
    TicketTaken,
)
from backend.core.ids import (
    CounterId,
    CounterState,
    QueueId,
    TicketClass,
    TicketId,
    TicketState,
    TicketToken,
)
from backend.core.rules.order import directed_lanes
from backend.wire.history import DayOutcome, Fidelity, TurnedAway, Waits, WaitSlot

SLOT = timedelta(minutes=15)


class Measured(Struct, kw_only=True):
    """A ticket as the meter sees it."""

    queue_id: QueueId
    """Where it was taken; a transfer does not change whom it stood behind."""
    ticket_class: TicketClass
    issued_at: datetime
    calls: int = 0
    """Not taken back."""
    called_at: datetime | None = None
    """The first call."""
    gone_at: datetime | None = None
    """When it waited no longer: its first call or its end."""
    gone: int = 0
    """The order in which tickets were gone; 0 for one that never was."""


class Meter:
    """`see` every event right after it was folded; `outcome` at the end."""

    def __init__(self) -> None:
        self.tickets: dict[TicketToken, Measured] = {}
        self.passes = 0
        self._begun_at: datetime | None = None
        self._at: datetime | None = None
        self._gone = 0
        self._idle_s: defaultdict[CounterId, float] = defaultdict(float)
        self._idle_since: dict[CounterId, datetime] = {}

    def see(self, day: HallDay, event: Event, at: datetime) -> None:
        """Take an event into account that `day` has been changed by."""
        self._begun_at = self._begun_at or at
        self._at = at
        match event:
            case TicketTaken():
                self.tickets[event.token] = Measured(
                    queue_id=event.queue_id,
                    ticket_class=event.ticket_class,
                    issued_at=event.issued_at,
                )
            case TicketCalled():
                ticket = self._measured(day, event.ticket_id)
                ticket.calls += 1
                if ticket.calls == 1:
                    ticket.called_at = at
                    self._is_gone(ticket, at)
            case CallUndone():
                ticket = self._measured(day, event.ticket_id)
                ticket.calls -= 1
                if ticket.calls == 0:
                    ticket.called_at = ticket.gone_at = None
                    ticket.gone = 0
            case TicketPassed():
                self.passes += 1
            case _:
                self._see_end(day, event, at)
        self._see_idle(day, at)

    def idle_s(self, counter_id: CounterId) -> float:
        """Seconds until now in which the counter was free and could have called somebody."""
        since = self._idle_since.get(counter_id)
        running = (self._at - since).total_seconds() if since and self._at else 0.0
        return self._idle_s[counter_id] + running

    def outcome(self, day: HallDay, turned_away: Counter[str]) -> DayOutcome:
        """What the day came to."""
        ends = Counter(ticket.state for ticket in day.tickets.values())
        overtakers, overtaken_max = _overtakings(self.tickets.values())
        finals = (TicketState.DONE, TicketState.ABANDONED, TicketState.CANCELLED)
        return DayOutcome(
            waits=_waits(self.tickets.values()),
            slots=self._slots(),
            taken=len(self.tickets),
            turned_away=tuple(
                TurnedAway(code=code, visitors=n) for code, n in sorted(turned_away.items())
            ),
            done=ends[TicketState.DONE],
            passes=self.passes,
            abandoned=ends[TicketState.ABANDONED],
            cancelled=ends[TicketState.CANCELLED],
            expired=ends[TicketState.EXPIRED],
            unfinished=len(day.tickets)
            - sum(ends[state] for state in finals)
            - ends[TicketState.EXPIRED],
            overtakers=overtakers,
            overtaken_max=overtaken_max,
            idle_s=round(sum(self.idle_s(counter_id) for counter_id in day.counters)),
        )

    def _measured(self, day: HallDay, ticket_id: TicketId) -> Measured:
        return self.tickets[day.tickets[ticket_id].token]

    def _is_gone(self, ticket: Measured, at: datetime) -> None:
        self._gone += 1
        ticket.gone, ticket.gone_at = self._gone, at

    def _see_end(self, day: HallDay, event: Event, at: datetime) -> None:
        ticket_id = getattr(event, "ticket_id", None)
        if ticket_id is None:
            return
        ticket = self._measured(day, ticket_id)
        if ticket.gone_at is None and day.tickets[ticket_id].state is not TicketState.WAITING:
            self._is_gone(ticket, at)

    def _see_idle(self, day: HallDay, at: datetime) -> None:
        for counter in day.counters.values():
            counter_id = counter.counter_id
            is_idle = counter.state is CounterState.OPEN and may_call(day, counter_id)
            if is_idle:
                self._idle_since.setdefault(counter_id, at)
            elif since := self._idle_since.pop(counter_id, None):
                self._idle_s[counter_id] += (at - since).total_seconds()

    def _slots(self) -> tuple[WaitSlot, ...]:
        if self._begun_at is None or self._at is None:
            return ()
        issued = sorted(ticket.issued_at for ticket in self.tickets.values())
        gone = sorted(t.gone_at for t in self.tickets.values() if t.gone_at is not None)
        begins = [self._begun_at]
        while begins[-1] + SLOT < self._at:
            begins.append(begins[-1] + SLOT)
        waits: defaultdict[int, list[float]] = defaultdict(list)
        for ticket in self.tickets.values():
            if ticket.called_at is not None:
                waits[(ticket.issued_at - self._begun_at) // SLOT].append(_wait_s(ticket))
        return tuple(
            WaitSlot(
                at=at,
                taken=bisect_right(issued, at + SLOT) - bisect_right(issued, at),
                waiting=bisect_right(issued, at) - bisect_right(gone, at),
                mean_s=round(sum(waits[n]) / len(waits[n])) if waits[n] else None,
            )
            for n, at in enumerate(begins)
        )


def may_call(day: HallDay, counter_id: CounterId) -> bool:
    """Whether anybody waits whom the counter could call."""
    queue_ids = day.counters[counter_id].serving.queue_ids
    return any(day.queues[queue_id].waiting for queue_id in queue_ids) or bool(
        day.directed and directed_lanes(day, counter_id)
    )


def fidelity(recorded: Meter, rerun: Meter) -> Fidelity:
    """How near the re-run comes, over the tickets called in both."""
    errors = [
        _wait_s(again) - _wait_s(ticket)
        for token, ticket in recorded.tickets.items()
        if ticket.called_at is not None
        and (again := rerun.tickets.get(token)) is not None
        and again.called_at is not None
    ]
    sizes = sorted(abs(error) for error in errors)
    return Fidelity(
        tickets=len(errors),
        mean_error_s=round(_mean(sizes)),
        p90_error_s=round(_p90(sizes)),
        bias_s=round(_mean(errors)),
    )


def _waits(tickets: Iterable[Measured]) -> tuple[Waits, ...]:
    groups: defaultdict[tuple[QueueId | None, TicketClass | None], list[float]]
    groups = defaultdict(list)
    for ticket in tickets:
        if ticket.called_at is None:
            continue
        wait_s = _wait_s(ticket)
        for queue_id in (None, ticket.queue_id):
            for ticket_class in (None, ticket.ticket_class):
                groups[queue_id, ticket_class].append(wait_s)

    def place(key: tuple[QueueId | None, TicketClass | None]) -> tuple[bool, bool, str, int]:
        queue_id, ticket_class = key
        rank = list(TicketClass).index(ticket_class) if ticket_class is not None else -1
        both = queue_id is not None and ticket_class is not None
        return (both, ticket_class is not None, queue_id or "", rank)

    return tuple(
        Waits(
            queue_id=key[0],
            ticket_class=key[1],
            called=len(groups[key]),
            mean_s=round(_mean(groups[key])),
            p90_s=round(_p90(sorted(groups[key]))),
            max_s=round(max(groups[key])),
        )
        for key in sorted(groups, key=place)
    )


def _overtakings(tickets: Iterable[Measured]) -> tuple[int, int]:
    """How many overtook somebody, and by how many one ticket was overtaken at most."""
    queues: defaultdict[QueueId, list[Measured]] = defaultdict(list)
    for ticket in tickets:  # in the order of issue
        queues[ticket.queue_id].append(ticket)
    overtakers = overtaken_max = 0
    for line in queues.values():
        never = len(line) + max(ticket.gone for ticket in line)
        order = sorted(range(len(line)), key=lambda place: line[place].gone or never)
        is_gone = [False] * len(line)
        called: list[int] = []
        first = 0
        for place in order:
            later = len(called) - bisect_right(called, place)
            overtaken_max = max(overtaken_max, later)
            if line[place].called_at is not None:
                overtakers += first < place
                insort(called, place)
            is_gone[place] = True
            while first < len(line) and is_gone[first]:
                first += 1
    return overtakers, overtaken_max


def _wait_s(ticket: Measured) -> float:
    assert ticket.called_at is not None
    return (ticket.called_at - ticket.issued_at).total_seconds()


def _mean(values: list[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _p90(ordered: list[float]) -> float:
    """The smallest value that nine tenths do not exceed."""
    return ordered[ceil(len(ordered) * 0.9) - 1] if ordered else 0.0
