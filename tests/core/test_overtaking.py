"""How long a ticket can be overtaken, as RULES.md states it under *Overtaking* (I4, I5)."""

from collections import defaultdict
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core import commands as c
from backend.core import events as e
from backend.core.day import HallDay, Ticket
from backend.core.decide import decide
from backend.core.errors import Refusal
from backend.core.events import Event
from backend.core.evolve import evolve
from backend.core.ids import CallMode, Channel, QueueId, TicketClass, TicketId, TicketState
from backend.core.rules.order import in_order
from tests.support.plans import W1, A, B, C
from tests.support.steps import Step, command_of, steps
from tests.support.world import World, world_with

CARE, BOOKED, ORDINARY = TicketClass.CARE, TicketClass.BOOKED, TicketClass.ORDINARY
LETTERS = {"c": CARE, "b": BOOKED, "o": ORDINARY}


class Wait:
    """An ordinary ticket that waits, and what was called before it."""

    def __init__(self, before: int) -> None:
        self.before = before
        """Ordinary tickets that stood, or were put, before it."""
        self.called = 0
        """Calls of its queue by the rule, those taken back among them."""
        self.taken_back = {True: 0, False: 0}
        """Calls taken back since, of ordinary tickets and of others."""

    def called_max(self, rules_max: int) -> int:
        """The bound; `rules_max` care and booked ones are allowed in a row."""
        runs = self.before + 1 + self.taken_back[True]
        return self.before + self.taken_back[False] + runs * rules_max


class Overtaking:
    """Follows every ordinary ticket in its line; fails when the bound does not hold."""

    def __init__(self) -> None:
        self.waits: dict[QueueId, dict[TicketId, Wait]] = defaultdict(dict)
        self.longest = 0

    def see(self, day: HallDay, event: Event) -> None:
        """Take an event into account, `day` as before it; folds it."""
        ticket_id: TicketId | None = getattr(event, "ticket_id", None)
        ticket = day.tickets.get(ticket_id) if ticket_id is not None else None
        if isinstance(event, e.TicketCalled) and ticket is not None:
            self._called(day, event, ticket)
        if isinstance(event, e.CallUndone) and ticket is not None and ticket.only is None:
            for wait in self.waits[ticket.queue_id].values():
                wait.taken_back[ticket.ticket_class is ORDINARY] += 1
        if ticket is not None and ticket.ticket_class is ORDINARY:
            self.waits[ticket.queue_id].pop(ticket.ticket_id, None)
        evolve(day, event)
        if ticket_id is not None:
            self._placed(day, day.tickets[ticket_id])

    def _called(self, day: HallDay, event: e.TicketCalled, ticket: Ticket) -> None:
        if event.reason or ticket.only is not None:
            return  # on record by itself (CL10), or no queue's turn (TR1)
        rules = day.rules
        waits = self.waits[ticket.queue_id]
        wait = waits.get(ticket.ticket_id)
        if wait is not None:
            most = wait.called_max(rules.care_run_max + rules.booked_run_max)
            assert wait.called <= most, f"I5: {wait.called} before {ticket.number}, {most} allowed"
            self.longest = max(self.longest, wait.called)
        for other_id, other in waits.items():
            other.called += other_id != ticket.ticket_id

    def _placed(self, day: HallDay, ticket: Ticket) -> None:
        """A ticket that stands in a line now, anew or again, stands before those behind it."""
        is_there = ticket.state is TicketState.WAITING and ticket.only is None
        waits = self.waits[ticket.queue_id]
        if not is_there or ticket.ticket_class is not ORDINARY or ticket.ticket_id in waits:
            return
        lane = day.queues[ticket.queue_id].ordinary
        place = lane.index(ticket.ticket_id)
        waits[ticket.ticket_id] = Wait(place)
        for other_id in lane[place + 1 :]:
            waits[other_id].before += 1


@given(steps, st.integers(1, 3), st.integers(1, 3))
def test_ordinary_ticket_is_overtaken_no_more_than_stated__I5(
    day: list[Step], care_run_max: int, booked_run_max: int
) -> None:
    world = world_with(
        care_run_max=care_run_max, booked_run_max=booked_run_max, recalls_max=0, undo_s=30
    )
    overtaking = Overtaking()
    for step in day:
        command, by = command_of(world, step)
        if isinstance(command, c.ChangePlan):
            continue
        try:
            events = decide(world.day, command, world.stamp(by))
        except Refusal:
            continue
        for event in events:
            overtaking.see(world.day, event)


def test_bound_is_reached_in_busy_days__I5() -> None:
    """A day with nothing but takes, calls and calls taken back at one queue, many times."""
    longest = 0
    for seed in range(20):
        chance, world, overtaking = Random(seed), world_with(undo_s=30).open(W1), Overtaking()
        for _ in range(300):
            world.later(chance.random())
            counter = world.counter(W1)
            command: c.Command = c.CallNext(counter_id=W1)
            if counter.ticket_id is not None:
                is_served = world.state(counter.ticket_id) is TicketState.SERVING
                again = c.UndoCall if chance.random() < 0.2 else c.StartServing
                command = c.FinishServing(counter_id=W1) if is_served else again(counter_id=W1)
            elif chance.random() < 0.5:
                ticket_class = chance.choice((CARE, CARE, BOOKED, ORDINARY))
                command = c.TakeTicket(
                    channel=Channel.ANONYMOUS, queue_id=A, ticket_class=ticket_class
                )
            try:
                events = decide(world.day, command, world.stamp())
            except Refusal:
                continue
            for event in events:
                overtaking.see(world.day, event)
        longest = max(longest, overtaking.longest)
    assert longest > 10


@pytest.mark.parametrize(("care", "booked"), [(1, 1), (2, 1), (3, 2)])
@pytest.mark.parametrize("before", [0, 1, 4])
def test_bound_is_exact_while_care_and_booked_ones_never_end__I5(
    care: int, booked: int, before: int
) -> None:
    world = world_with(care_run_max=care, booked_run_max=booked).open(W1)
    world.take(A, ORDINARY, count=before + 1)
    world.take(A, CARE, count=30)
    world.take(A, BOOKED, count=30)
    ours = list(world.day.tickets.values())[before].number
    most = before + (before + 1) * (care + booked)
    assert world.calls(W1, most + 1)[-1] == ours


def test_taking_an_ordinary_call_back_lets_one_more_run_go_first__I5_CL9() -> None:
    world = world_with(undo_s=30).open(W1)
    world.take(A, ORDINARY, count=2)
    world.take(A, CARE, count=9)
    assert world.calls(W1, 2) == ["A003", "A004"]
    world.call(W1)  # A001
    world.do(c.OpenCounter(counter_id="W2"))
    world.do(c.CallNext(counter_id="W2"))
    world.undo(W1)
    assert world.number(world.call(W1)) == "A001"  # the run of three care ones ends at once


@given(st.lists(st.integers(0, 5), max_size=60), st.tuples(*[st.integers(1, 4)] * 3))
def test_queue_waits_for_at_most_two_rounds_of_the_others_shares__CL4_I5(
    acts: list[int], shares: tuple[int, int, int]
) -> None:
    world, queues = World().open(W1), (A, B, C)
    world.do(c.AssignCounter(counter_id=W1, queue_ids=queues, mode=CallMode.SHARES, shares=shares))
    since = dict.fromkeys(queues, 0)
    for act in acts:
        if act < len(queues):
            world.take(queues[act])
            continue
        waiting = [queue_id for queue_id in queues if world.queue(queue_id).waiting]
        if not waiting:
            continue
        called = world.ticket(world.serve(W1, seconds=0)).queue_id
        for queue_id in queues:
            is_passed_over = queue_id in waiting and queue_id != called
            since[queue_id] = since[queue_id] + 1 if is_passed_over else 0
            others = sum(shares) - shares[queues.index(queue_id)]
            assert since[queue_id] <= 2 * others


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from("cbo")), min_size=1, max_size=30))
def test_strict_counter_serves_a_queue_only_while_no_one_waits_in_those_before_it__CL4_I4(
    taken: list[tuple[int, str]],
) -> None:
    world, queues = World().open(W1), (B, C, A)
    world.do(c.AssignCounter(counter_id=W1, queue_ids=queues, mode=CallMode.STRICT))
    for n, letter in taken:
        world.take(queues[n], LETTERS[letter])
    called = [world.ticket(world.serve(W1, seconds=0)) for _ in taken]
    places = [queues.index(ticket.queue_id) for ticket in called]
    assert places == sorted(places)
    for ticket_class in TicketClass:
        for queue_id in queues:
            same = [t for t in called if (t.queue_id, t.ticket_class) == (queue_id, ticket_class)]
            assert same == sorted(same, key=lambda ticket: ticket.issued_at)


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from("cbo")), min_size=1, max_size=30))
def test_longest_wait_takes_the_oldest_of_the_queues_first_ones__CL4_I4(
    taken: list[tuple[int, str]],
) -> None:
    world, queues = World().open(W1), (A, B, C)
    world.do(c.AssignCounter(counter_id=W1, queue_ids=queues))
    for n, letter in taken:
        world.take(queues[n], LETTERS[letter])
    for _ in taken:
        firsts = [next(in_order(world.day, world.queue(q), world.at), None) for q in queues]
        oldest = min(world.ticket(t).issued_at for t in firsts if t is not None)
        assert world.ticket(world.serve(W1, seconds=0)).issued_at == oldest
