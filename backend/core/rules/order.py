"""Which waiting ticket comes first (CL1-CL5), and how many come before another (WT3)."""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from backend.core.day import HallDay, Queue, Ticket
from backend.core.ids import CallMode, ChosenBy, CounterId, QueueId, TicketClass, TicketId
from backend.core.plan import RuleNumbers, Serving
from backend.core.rules.scores import age_of, by_score

Run = tuple[int, int]
"""Care and booked tickets called since the last ordinary one, while an ordinary one waited."""


def choice_of(
    day: HallDay, counter_id: CounterId, at: datetime
) -> tuple[TicketId, ChosenBy] | None:
    """The ticket the counter calls next, and what chose it; None when nobody waits for it.

    A rule of the hall's own that fails leaves the choice to CL1-CL4 (CL5).
    """
    ranked = by_score(day, _lanes_of(day, counter_id), at)
    chosen = first_in_order(day, counter_id, at) if ranked is None else next(iter(ranked), None)
    if chosen is None:
        return None
    assert day.plan is not None
    if day.plan.rule is not None:
        return (chosen, ChosenBy.RULE if ranked is not None else ChosenBy.FALLBACK)
    is_sent = day.tickets[chosen].only is not None
    return (chosen, ChosenBy.SENT if is_sent else ChosenBy.ORDER)


def first_in_order(day: HallDay, counter_id: CounterId, at: datetime) -> TicketId | None:
    """The ticket that CL1-CL4 put first for the counter; None when nobody waits for it."""
    return next(_by_class(day, counter_id, at), None)


def order_at(day: HallDay, counter_id: CounterId, at: datetime | None) -> Iterator[TicketId]:
    """The waiting tickets as the counter would call them, all of them at `at` (CL1-CL5).

    `at` None: each queue as of when a ticket last came or went.
    """
    if day.plan is None or day.plan.rule is None:
        return _by_class(day, counter_id, at)  # without a look at everybody who waits
    lanes = _lanes_of(day, counter_id)
    ranked = by_score(day, lanes, at or _at_of(day, counter_id, lanes))
    return _by_class(day, counter_id, at) if ranked is None else iter(ranked)


def _lanes_of(day: HallDay, counter_id: CounterId) -> list[list[TicketId]]:
    """Every line that the counter calls from."""
    queues = [day.queues[queue_id] for queue_id in day.counters[counter_id].serving.queue_ids]
    lanes = [lane for queue in queues for lane in (queue.care, queue.booked, queue.ordinary)]
    return lanes + directed_lanes(day, counter_id)


def _at_of(day: HallDay, counter_id: CounterId, lanes: list[list[TicketId]]) -> datetime:
    """When something last changed in the counter's queues, or a ticket of its lines was taken."""
    ats = [day.queues[queue_id].at for queue_id in day.counters[counter_id].serving.queue_ids]
    ats += [day.tickets[ticket_id].issued_at for lane in lanes for ticket_id in lane]
    return max((at for at in ats if at is not None), default=datetime.min.replace(tzinfo=UTC))


def _by_class(day: HallDay, counter_id: CounterId, at: datetime | None) -> Iterator[TicketId]:
    """The waiting tickets as the counter would call them by CL1-CL4.

    The queue is chosen as CL4 says, and the ticket in it as CL1-CL3 say.  A ticket that waits for
    this counter or its clerk alone goes when it is older than the one so chosen (TR1).
    """
    counter = day.counters[counter_id]
    lines = {
        queue_id: in_order(day, day.queues[queue_id], at or day.queues[queue_id].at)
        for queue_id in counter.serving.queue_ids
    }
    heads = {queue_id: next(line, None) for queue_id, line in lines.items()}
    sent = [iter(lane) for lane in directed_lanes(day, counter_id)]
    sent_heads = [next(lane, None) for lane in sent]
    turns = [queue_id for _, queue_id in counter.turns]

    def age(ticket_id: TicketId) -> tuple[datetime, tuple[float, int]]:
        return (day.tickets[ticket_id].issued_at, day.tickets[ticket_id].rank)

    while True:
        waiting = {queue_id: ticket_id for queue_id, ticket_id in heads.items() if ticket_id}
        queue_id = _queue_first(counter.serving, {q: age(t) for q, t in waiting.items()}, turns)
        older = [t for t in sent_heads if t and (not queue_id or age(t) < age(waiting[queue_id]))]
        if older:
            ticket_id = min(older, key=age)
            yield ticket_id
            lane = sent_heads.index(ticket_id)
            sent_heads[lane] = next(sent[lane], None)
        elif queue_id is not None:
            yield waiting[queue_id]
            turns = turns_after(counter.serving, turns, queue_id)
            heads[queue_id] = next(lines[queue_id], None)
        else:
            return


def _queue_first(
    serving: Serving,
    ages: dict[QueueId, tuple[datetime, tuple[float, int]]],
    turns: list[QueueId],
) -> QueueId | None:
    """Which of the queues in which somebody waits is called from (CL4)."""
    if not ages:
        return None
    match serving.mode:
        case CallMode.LONGEST_WAIT:
            return min(ages, key=lambda queue_id: ages[queue_id])
        case CallMode.STRICT:
            return next(iter(ages))
        case CallMode.SHARES:
            left = (q for q in ages if turns.count(q) < _share(serving, q))
            return next(left, next(iter(ages)))


def turns_after(serving: Serving, turns: list[QueueId], queue_id: QueueId) -> list[QueueId]:
    """The turns of the round of shares after a call; a queue beyond its share begins anew (CL4)."""
    is_left = turns.count(queue_id) < _share(serving, queue_id)
    return [*turns, queue_id] if is_left else [queue_id]


def _share(serving: Serving, queue_id: QueueId) -> int:
    return dict(zip(serving.queue_ids, serving.shares, strict=False)).get(queue_id, 1)


def directed_lanes(day: HallDay, counter_id: CounterId) -> list[list[TicketId]]:
    """The lines of those who wait for this counter, or for the clerk at it, alone (TR1).

    Besides, of the queues it serves, those whose counter is off or whose clerk is gone: nobody
    else would call them.
    """
    counter = day.counters[counter_id]
    own = {f"counter:{counter_id}", f"clerk:{counter.clerk_id}"}
    found = []
    for only, lane in day.directed.items():
        if lane and only in own:
            found.append(lane)
        elif lane and not is_awaited(day, only):
            served = counter.serving.queue_ids
            found.append([t for t in lane if day.tickets[t].queue_id in served])
    return [lane for lane in found if lane]


def is_awaited(day: HallDay, only: str) -> bool:
    """Whether the counter is open, or the clerk signed on, that the line waits for (TR1)."""
    at = (day.counters.get(counter_id) for counter_id in day.counters_of(only))
    return any(counter is not None and counter.is_open for counter in at)


def queue_order(day: HallDay, queue: Queue, at: datetime) -> Iterator[TicketId]:
    """The queue's tickets as they would be called if all were called at `at` (CL1-CL3, CL5)."""
    ranked = by_score(day, [queue.care, queue.booked, queue.ordinary], at)
    return in_order(day, queue, at) if ranked is None else iter(ranked)


def in_order(day: HallDay, queue: Queue, at: datetime | None) -> Iterator[TicketId]:
    """The queue's tickets as CL1-CL3 would call them, all at `at`."""
    if at is None:
        return  # nobody has come yet
    run = run_of(queue)
    care = booked = ordinary = 0
    while True:
        heads = _heads(queue, care, booked, ordinary)
        chosen = _class_first(day, heads, run, at)
        if chosen is None:
            return
        ticket_id = heads[chosen]
        assert ticket_id is not None
        yield ticket_id
        run = run_after(run, chosen, ordinary < len(queue.ordinary))
        care += chosen is TicketClass.CARE
        booked += chosen is TicketClass.BOOKED
        ordinary += chosen is TicketClass.ORDINARY


def run_of(queue: Queue) -> Run:
    """The run that the queue's calls have come to; those taken back do not count (CL2, CL9)."""
    run = [
        called for _, called in takewhile(lambda call: call[1] is not None, reversed(queue.called))
    ]
    return (run.count(TicketClass.CARE), run.count(TicketClass.BOOKED))


def is_of_run(called: TicketClass, ordinary_waits: bool) -> bool:
    """Whether a call makes the run longer, `ordinary_waits` as before it; else it ends it (CL2)."""
    return called is not TicketClass.ORDINARY and ordinary_waits


def run_after(run: Run, called: TicketClass, ordinary_waits: bool) -> Run:
    """The run after a ticket of class `called`, `ordinary_waits` as before the call (CL2)."""
    if not is_of_run(called, ordinary_waits):
        return (0, 0)
    care_run, booked_run = run
    return (care_run + (called is TicketClass.CARE), booked_run + (called is TicketClass.BOOKED))


class Lines:
    """The order of each line, made once, until it is forgotten (WT3).

    A line of hundreds takes longer to order than the views of all who stand in it.
    """

    def __init__(self, day: HallDay) -> None:
        self._day = day
        self._places: dict[tuple[str, datetime], dict[TicketId, int]] = {}

    def ahead_of(self, ticket: Ticket, at: datetime) -> int:
        """How many waiting tickets of its line would be called before this waiting one."""
        line = (ticket.only or f"queue:{ticket.queue_id}", at)
        if line not in self._places:
            order = self._order(ticket, at)
            self._places[line] = {ticket_id: n for n, ticket_id in enumerate(order)}
        return self._places[line][ticket.ticket_id]

    def forget(self, queue_ids: Collection[str]) -> None:
        """Order these queues anew when they are asked for, and every line of one counter alone."""
        changed = {f"queue:{queue_id}" for queue_id in queue_ids}
        for line in list(self._places):
            name, _ = line
            if name in changed or not name.startswith("queue:"):
                del self._places[line]

    def _order(self, ticket: Ticket, at: datetime) -> Iterator[TicketId]:
        if ticket.only is None:
            return queue_order(self._day, self._day.queues[ticket.queue_id], at)
        lane = self._day.directed[ticket.only]
        ranked = by_score(self._day, [lane], at)
        return iter(lane if ranked is None else ranked)


def ahead_of(day: HallDay, ticket: Ticket, at: datetime) -> int:
    """How many waiting tickets of its line would be called before this waiting one (WT3)."""
    return Lines(day).ahead_of(ticket, at)


def ahead_of_new(day: HallDay, new: Ticket) -> int:
    """How many waiting tickets of its queue would be called before this one, taken now (WT3)."""
    queue = day.queues[new.queue_id]
    ranked = by_score(day, [queue.care, queue.booked, queue.ordinary], new.issued_at, new)
    if ranked is not None:
        return ranked.index(new.ticket_id)
    at, ticket_class = new.issued_at, new.ticket_class
    if ticket_class is TicketClass.ORDINARY or not (queue.booked or queue.ordinary):
        return queue.waiting  # the last of the lowest class is last of all
    run = run_of(queue)
    care = booked = ordinary = 0
    while True:
        heads = _heads(queue, care, booked, ordinary)
        if heads[ticket_class] is None:
            heads[ticket_class] = _NEW
        chosen = _class_first(day, heads, run, at)
        assert chosen is not None
        if heads[chosen] is _NEW:
            return care + booked + ordinary
        run = run_after(run, chosen, ordinary < len(queue.ordinary))
        care += chosen is TicketClass.CARE
        booked += chosen is TicketClass.BOOKED
        ordinary += chosen is TicketClass.ORDINARY


def rank_behind(day: HallDay, lane: list[TicketId], places: int) -> tuple[float, int]:
    """A rank right behind the first `places` tickets of the lane, or behind its last (PS2)."""
    tie = day.ranks + 1
    if not lane:
        return (float(tie), tie)
    if places >= len(lane):
        return (day.tickets[lane[-1]].rank[0] + 1.0, tie)
    after = day.tickets[lane[places]].rank[0]
    before = day.tickets[lane[places - 1]].rank[0] if places else after - 2.0
    return ((before + after) / 2, tie)


def rank_by_age(day: HallDay, lane: list[TicketId], since: datetime) -> tuple[float, int]:
    """A rank before the first ticket of the lane that is younger (TR1, AP2).

    A booked ticket is as old as its slot, any other as its issue.
    """
    younger = (n for n, other in enumerate(lane) if age_of(day.tickets[other]) > since)
    return rank_behind(day, lane, next(younger, len(lane)))


_NEW = TicketId("")


def _heads(
    queue: Queue, care: int, booked: int, ordinary: int
) -> dict[TicketClass, TicketId | None]:
    return {
        TicketClass.CARE: queue.care[care] if care < len(queue.care) else None,
        TicketClass.BOOKED: queue.booked[booked] if booked < len(queue.booked) else None,
        TicketClass.ORDINARY: queue.ordinary[ordinary] if ordinary < len(queue.ordinary) else None,
    }


def _class_first(
    day: HallDay, heads: dict[TicketClass, TicketId | None], run: Run, at: datetime
) -> TicketClass | None:
    """The class that goes first: care, booked, ordinary, as CL2 and CL3 allow."""
    rules = day.rules
    ordinary = heads[TicketClass.ORDINARY]
    ticket = day.tickets.get(ordinary) if ordinary is not None else None
    if heads[TicketClass.CARE] is not None and (ordinary is None or run[0] < rules.care_run_max):
        return TicketClass.CARE
    if heads[TicketClass.BOOKED] is not None and (
        ordinary is None or (run[1] < rules.booked_run_max and not _is_overdue(ticket, rules, at))
    ):
        return TicketClass.BOOKED
    return TicketClass.ORDINARY if ordinary is not None else None


def _is_overdue(ticket: Ticket | None, rules: RuleNumbers, at: datetime) -> bool:
    """Whether an ordinary ticket waits so long that it goes before booked ones (CL3)."""
    limit = timedelta(seconds=rules.ordinary_first_after_s)
    return ticket is not None and at - ticket.issued_at > limit
