"""Random days, checked after every step; a failure prints the steps or the seed that repeat it."""

from collections import Counter
from contextlib import suppress
from datetime import datetime
from random import Random

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core.access import Family
from backend.core.commands import CloseDay, OpenDay
from backend.core.day import HallDay
from backend.core.decide import decide
from backend.core.errors import Refusal
from backend.core.events import Event, TicketCalled
from backend.core.evolve import evolve, fold
from backend.core.ids import CallId, CounterId, QueueId, TicketId, TicketState
from backend.core.receipts import PrintReceipt
from backend.core.rules.auto import auto_calls
from backend.core.rules.order import Lines, ahead_of, first_in_order
from backend.core.rules.waiting import open_counters
from backend.core.views.topics import Touched, exists, view_of
from tests.core.rules.test_issuing import plan_until
from tests.support.model import Model
from tests.support.plans import W1, W2, W3, W4, small_plan
from tests.support.samples import RECEIPT
from tests.support.steps import KINDS_MAX, Step, command_of, steps
from tests.support.topics import topics_of
from tests.support.world import HUB, World, world_with

encode = msgspec.msgpack.Encoder().encode  # unlike JSON, it takes any keys

RULES = (
    "wait_min + (class == 'care' ? 15 : 0) - 5 * returns",
    "-wait_min * queue_waiting + (hour > 12 ? minute : weekday)",
    "wait_min > 30 ? 1 / (queue_waiting - 3) : 1",  # fails now and then
)


def run(world: World, step: Step, model: Model) -> None:
    """Decide and fold one step, and check what a step may do."""
    command, by = command_of(world, step)
    stamp = world.stamp(by)
    before = encode(world.day)
    try:
        events = decide(world.day, command, stamp)
    except Refusal:
        assert encode(world.day) == before, "a refused command changed the day"
        return
    assert encode(world.day) == before, "decide changed the day"
    copy = world.day.copy()
    fold(copy, events)
    assert encode(world.day) == before, "a copy shares something with the day"
    for event in events:
        model.before(world.day, event)
        lines = Lines(world.day)
        shown = {topic: encode(view_of(world.day, topic, lines)) for topic in topics_of(world.day)}
        evolve(world.day, event)
        model.after(world.day, event)
        touched = Touched()
        touched.add(world.day, event)
        for topic, view in shown.items():
            if exists(world.day, topic) and not touched.concerns(world.day, topic):
                assert encode(view_of(world.day, topic)) == view, f"{topic} changed untold"
        lines.forget(touched.queue_ids)
        for topic in shown:
            if topic.family is Family.TICKET and exists(world.day, topic) and not touched.all:
                kept = encode(view_of(world.day, topic, lines))
                assert kept == encode(view_of(world.day, topic)), f"{topic} stands in an old line"
        for queue in world.day.queues.values():
            known = (queue.pace.waiting, queue.pace.counters)
            assert known == (queue.waiting, open_counters(world.day, queue.queue_id)), "WT1"
            assert queue.pace.calls > -1e-9, "WT1"
    world.events += events
    auto_calls(world.day)  # the hub asks after every event
    assert encode(copy) == encode(world.day), "folding at once and one by one differ"
    assert encode(world.day.copy()) == encode(world.day), "a copy lacks something"


def check_whole(world: World) -> None:
    """Check what a whole day must satisfy."""
    for topic in topics_of(world.day):
        view_of(world.day, topic)
    assert encode(fold(HallDay(), world.events)) == encode(world.day), "I8"
    decoded = msgspec.msgpack.decode(encode(world.events), type=list[Event])
    assert encode(fold(HallDay(), decoded)) == encode(world.day), "events lose something stored"


@given(steps)
def test_any_day_keeps_every_invariant__I1_I2_I3_I4_I5_I6_I8_I9_I13(day: list[Step]) -> None:
    world, model = World(), Model()
    for step in day:
        run(world, step, model)
    check_whole(world)


@given(steps)
def test_any_day_keeps_every_invariant_with_other_numbers__I5_I14(day: list[Step]) -> None:
    world, model = world_with(recalls_max=0, undo_s=30, care_run_max=1, return_places=1), Model()
    for step in day:
        run(world, step, model)
    check_whole(world)


@given(steps, st.sampled_from(RULES))
def test_any_day_under_a_rule_of_its_own_keeps_the_other_invariants__CL5_I1_I2_I3_I6_I8_I9_I13(
    day: list[Step], rule: str
) -> None:
    world, model = World(replace(small_plan(), rule=rule)), Model()
    for step in day:
        run(world, step, model)
    check_whole(world)


@given(steps)
def test_any_day_of_a_hall_with_hours_keeps_every_invariant__DY1_TK5_AL1_I13(
    day: list[Step],
) -> None:
    world, model = World(plan_until(11)), Model()
    for step in day:
        run(world, step, model)
    check_whole(world)


def test_long_days_keep_every_invariant__I1_I9() -> None:
    happened: set[type] = set()
    for seed in range(8):
        print(f"seed {seed}")
        random, world, model = Random(seed), World().open(W1, W2, W3, W4), Model()
        for event in world.events:
            model.before(world.day, event)
        for _ in range(600):
            numbers = [random.randrange(120) for _ in range(4)]
            run(world, Step(random.randint(0, KINDS_MAX - 3), *numbers), model)
        for ticket_id in tuple(world.day.tickets):
            with suppress(Refusal):  # no printer is near all of them
                world.do(PrintReceipt(ticket_id=ticket_id, receipt=RECEIPT), HUB)
        for command in (CloseDay(force=True), OpenDay()):
            world.later(24 * 3600)
            world.do(command, HUB)
        check_whole(world)
        happened |= {type(event) for event in world.events}
    assert happened == set(Event.__args__)


@given(steps)
def test_ahead_is_how_many_are_called_before__WT3(day: list[Step]) -> None:
    """At counters that call all at once; with CL4, of the tickets of the same queue."""
    world, model = World(), Model()
    for step in day:
        run(world, step, model)
    at = world.at
    ahead = {
        ticket.ticket_id: ahead_of(world.day, ticket, at)
        for ticket in world.day.tickets.values()
        if ticket.state is TicketState.WAITING and ticket.only is None
    }
    called: Counter[QueueId] = Counter()
    for counter_id in world.day.counters:
        while (ticket_id := first_in_order(world.day, counter_id, at)) is not None:
            queue_id = world.ticket(ticket_id).queue_id
            if world.ticket(ticket_id).only is None:
                assert ahead.pop(ticket_id) == called[queue_id]
                called[queue_id] += 1
            evolve(world.day, _call(ticket_id, counter_id, at, sum(called.values())))
    assert not any(world.ticket(ticket_id).queue_id in world.day.serving for ticket_id in ahead)


def _call(ticket_id: TicketId, counter_id: CounterId, at: datetime, n: int) -> TicketCalled:
    call_id = CallId(f"after-{n}")
    return TicketCalled(ticket_id=ticket_id, counter_id=counter_id, call_id=call_id, called_at=at)
