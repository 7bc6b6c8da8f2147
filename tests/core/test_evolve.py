"""What the fold keeps that no rule looks at right away."""

from backend.core.commands import CancelTicket, Recall, ReturnTicket
from backend.core.day import HallDay
from backend.core.evolve import fold
from tests.support.plans import W1, A
from tests.support.samples import EVENTS
from tests.support.world import World, world_with


def test_queue_remembers_when_a_ticket_last_came_or_went__CL3() -> None:
    """Screens order a queue as of then, so that they change only with what they are about."""
    world = World().open(W1)
    queue = world.queue(A)
    assert queue.at is None
    ticket_id = world.take(A)
    assert queue.at == world.at
    world.later(5)
    world.call(W1)
    assert queue.at == world.at
    world.later(5)
    world.undo(W1)
    assert queue.at == world.at
    world.later(5)
    world.pass_next(W1)
    called_at = world.ticket(ticket_id).called_at
    assert queue.at == called_at
    world.later(5).do(ReturnTicket(ticket_id=ticket_id))
    assert queue.at == world.at
    world.later(5).do(CancelTicket(ticket_id=ticket_id, reason="went home"))
    assert queue.at == world.at


def test_undone_call_leaves_no_trace_on_the_ticket__CL9() -> None:
    world = world_with(recall_gap_s=10, undo_s=30).open(W1)
    ticket = world.ticket(world.take(A))
    world.call(W1)
    world.later(10).do(Recall(counter_id=W1))
    world.undo(W1)
    assert (ticket.recalls, ticket.recalled_at, ticket.called_at) == (0, None, None)
    assert ticket.returns == 0


def test_day_opened_forgets_the_day_before__DY1() -> None:
    opened = EVENTS[0]
    world = World().open(W1)
    world.take(A, count=3)
    world.call(W1)
    assert fold(world.day.copy(), [opened]) == fold(HallDay(), [opened])


def test_day_knows_when_it_last_changed__I10() -> None:
    world = World().open(W1)
    world.take(A)
    world.later(7)
    world.call(W1)
    assert world.day.at == world.at
