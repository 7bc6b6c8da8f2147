"""Which waiting ticket comes first (CL1-CL4), and how many come before another (WT3)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile

from backend.core.day import HallDay, Queue, Ticket
from backend.core.ids import CallMode, CounterId, QueueId, TicketClass, TicketId
from backend.core.plan import RuleNumbers, Serving

Run = tuple[int, int]
"""Care and booked tickets called since the last ordinary one, while an ordinary one waited."""


def first_in_order(day: HallDay, counter_id: CounterId, at: datetime) -> TicketId | None:
    """The ticket the counter calls next (CL1-CL4); None when nobody waits for it."""
    return next(order_at(day, counter_id, at), None)


def order_at(day: HallDay, counter_id: CounterId, at: datetime | None) -> Iterator[TicketId]:
    """The waiting tickets as the counter would call them if it called all of them at `at`.

    The queue is chosen as CL4 says, and the ticket in it as CL1-CL3 say.  A ticket that waits for
    this counter or its clerk alone goes when it is older than the one so chosen (TR1).

    `at` None: each queue as of when a ticket last came or went.
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
    """The lines of those who wait for this counter, or for the clerk at it, alone (TR1)."""
    clerk_id = day.counters[counter_id].clerk_id
    names = [f"counter:{counter_id}"] + ([f"clerk:{clerk_id}"] if clerk_id is not None else [])
    return [day.directed[name] for name in names if day.directed.get(name)]


def in_order(day: HallDay, queue: Queue, at: datetime | None) -> Iterator[TicketId]:
    """The waiting tickets as the rule would call them if all were called at `at`."""
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


def ahead_of(day: HallDay, ticket: Ticket, at: datetime) -> int:
    """How many waiting tickets the rule would call before this waiting one (WT3)."""
    if ticket.only is not None:
        return day.directed[ticket.only].index(ticket.ticket_id)
    queue = day.queues[ticket.queue_id]
    if not (queue.care or queue.booked):
        return queue.ordinary.index(ticket.ticket_id)
    return next(n for n, other in enumerate(in_order(day, queue, at)) if other == ticket.ticket_id)


def ahead_of_new(day: HallDay, queue_id: QueueId, ticket_class: TicketClass, at: datetime) -> int:
    """How many waiting tickets the rule would call before one of this class taken now (WT3)."""
    queue = day.queues[queue_id]
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


def age_of(ticket: Ticket) -> datetime:
    """Since when the ticket counts as waiting within its class (CL1, AP2)."""
    return ticket.slot_at or ticket.issued_at


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
