"""Which waiting ticket comes first (CL1-CL4), and how many come before another (WT3)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile

from backend.core.day import HallDay, Queue, Ticket
from backend.core.ids import CounterId, QueueId, TicketClass, TicketId
from backend.core.plan import RuleNumbers

Run = tuple[int, int]
"""Care and booked tickets called since the last ordinary one, while an ordinary one waited."""


def first_in_order(day: HallDay, counter_id: CounterId, at: datetime) -> TicketId | None:
    """The ticket the counter calls next: of its queues' first ones, the longest waiting (CL4).

    A ticket that waits for this counter or its clerk alone stands among them (TR1).
    """
    firsts = [
        first_of_queue(day, day.queues[queue_id], at)
        for queue_id in day.index.counters[counter_id].queue_ids
    ]
    firsts += [lane[0] for lane in directed_lanes(day, counter_id)]
    return min(
        (ticket_id for ticket_id in firsts if ticket_id is not None),
        key=lambda ticket_id: (day.tickets[ticket_id].issued_at, day.tickets[ticket_id].rank),
        default=None,
    )


def directed_lanes(day: HallDay, counter_id: CounterId) -> list[list[TicketId]]:
    """The lines of those who wait for this counter, or for the clerk at it, alone (TR1)."""
    clerk_id = day.counters[counter_id].clerk_id
    names = [f"counter:{counter_id}"] + ([f"clerk:{clerk_id}"] if clerk_id is not None else [])
    return [day.directed[name] for name in names if day.directed.get(name)]


def first_of_queue(day: HallDay, queue: Queue, at: datetime) -> TicketId | None:
    """The ticket of one queue that is called next (CL1-CL3); None when nobody waits."""
    heads = _heads(queue, 0, 0, 0)
    chosen = _class_first(day, heads, run_of(queue), at)
    return heads[chosen] if chosen is not None else None


def in_order(day: HallDay, queue: Queue, at: datetime) -> Iterator[TicketId]:
    """The waiting tickets as the rule would call them if all were called at `at`."""
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


def rank_by_issue(day: HallDay, lane: list[TicketId], issued_at: datetime) -> tuple[float, int]:
    """A rank before the first ticket of the lane that was issued later (TR1)."""
    places = next(
        (n for n, other in enumerate(lane) if day.tickets[other].issued_at > issued_at), len(lane)
    )
    return rank_behind(day, lane, places)


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
