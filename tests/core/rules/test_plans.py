"""What a plan put in force during the day takes away, nobody comes upon afterwards."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.core import commands as c
from backend.core.commands import Command
from backend.core.errors import RefusalCode
from backend.core.hall_events import DayOpened
from backend.core.ids import AppointmentId, Channel, CounterId, ServiceId
from backend.core.plan import Appointment, Plan, Serving
from backend.core.rules.auto import auto_calls
from backend.core.rules.day import open_day
from backend.core.views.greeter import greeter
from backend.core.views.topics import exists, topic_of, view_of
from tests.support.plans import K1, K2, W1, W2, W3, W4, Z2, A, B, C, small_plan, without
from tests.support.topics import topics_of
from tests.support.world import MORNING, World


def change(world: World, plan: Plan) -> None:
    """Put the plan in force."""
    world.plan = replace(plan, version=world.plan.version + 1)
    world.do(c.ChangePlan(version=world.plan.version, reason="to see"))


def go_without(world: World, *gone: str) -> World:
    """Put a plan in force that lacks these parts."""
    change(world, without(world.plan, *gone))
    return world


def refused(world: World, *gone: str) -> RefusalCode | None:
    """The refusal of a plan that lacks these parts."""
    world.plan = replace(without(world.plan, *gone), version=2)
    return world.code(c.ChangePlan(version=2, reason="to see"))


def expecting(*service_ids: str) -> World:
    """Somebody is expected in queue B, or for these services."""
    world = World()
    world.do(
        c.AddAppointment(
            appointment_id="a",
            code="ABC123",
            queue_id=None if service_ids else B,
            service_ids=service_ids,
            slot_at=MORNING + timedelta(minutes=5),
        )
    )
    return world


@pytest.mark.parametrize("counter_id", [W1, W4])
def test_counter_given_a_queue_that_is_gone_serves_what_its_plan_says__DY2_CL4(
    counter_id: CounterId,
) -> None:
    world = World().open(counter_id)
    world.do(c.AssignCounter(counter_id=counter_id, queue_ids=(B,)))
    world.counter(counter_id).auto_from = world.at
    go_without(world, B)
    plan = world.day.index.counters[counter_id]
    counter = world.counter(counter_id)
    assert counter.serving == plan.serving
    assert world.day.serving[plan.queue_ids[0]].count(counter_id) == 1
    assert auto_calls(world.day) == []
    assert world.code(c.CallNext(counter_id=counter_id)) is RefusalCode.QUEUE_EMPTY


def test_counter_given_queues_that_stay_keeps_them__DY2_CL4() -> None:
    world = World()
    world.do(c.AssignCounter(counter_id=W1, queue_ids=(B,)))
    assert go_without(world, C).counter(W1).serving == Serving(queue_ids=(B,))


def test_counter_that_comes_back_otherwise_begins_anew__DY2() -> None:
    world = go_without(World(), W2)
    whole = small_plan()
    counters = tuple(
        replace(x, queue_ids=(C,)) if x.counter_id == W2 else x for x in whole.counters
    )
    change(world, replace(whole, counters=counters))
    assert world.open(W2).counter(W2).serving.queue_ids == (C,)


@pytest.mark.parametrize("gone", [(W3,), (Z2,), (K1,), (K2,), (B,), (C,), ("S1",)])
def test_what_is_gone_is_no_topic_and_all_others_are_shown__DY2(gone: tuple[str, ...]) -> None:
    world = World()
    before = {str(topic) for topic in topics_of(world.day)}
    go_without(world, *gone)
    now = {str(topic) for topic in topics_of(world.day)}
    lost = {name for name in before if name.partition(":")[2] in gone}
    assert not lost & now
    for topic in topics_of(world.day):
        view_of(world.day, topic)
    screen = topic_of(f"counter_screen:{W3}")
    assert screen is not None
    assert exists(world.day, screen) is (W3 in world.day.counters)


@pytest.mark.parametrize(
    ("code", "command"),
    [
        (
            RefusalCode.UNKNOWN_SERVICE,
            c.TakeTicket(channel=Channel.ANONYMOUS, service_ids=("S4",)),
        ),
        (
            RefusalCode.UNKNOWN_QUEUE,
            c.TakeTicket(channel=Channel.ANONYMOUS, queue_id=C),
        ),
        (
            RefusalCode.UNKNOWN_KIOSK,
            c.TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id=K2),
        ),
        (RefusalCode.UNKNOWN_COUNTER, c.OpenCounter(counter_id=W3)),
        (
            RefusalCode.UNKNOWN_ZONE,
            c.PostNotice(notice_id="n", zh="请留意", en="Please note", zone_id=Z2),
        ),
    ],
)
def test_what_is_gone_is_unknown_to_commands__DY2(code: RefusalCode, command: Command) -> None:
    assert World().code(command) is None
    assert go_without(World(), Z2, "S4").code(command) is code


def test_queue_with_somebody_expected_may_not_go__DY2_AP2() -> None:
    assert refused(expecting(), B) is RefusalCode.PLAN_IN_USE
    world = expecting()
    world.do(c.CancelAppointment(appointment_id="a", reason="ill"))
    assert refused(world, B) is None


def test_service_that_somebody_is_expected_for_may_go_and_is_still_named__DY2_AP2() -> None:
    world = go_without(expecting("S1"), "S1")
    (booking,) = greeter(world.day).bookings
    assert len(booking.service_names) == 1
    world.do(c.CheckIn(code="ABC123"))
    for topic in topics_of(world.day):
        view_of(world.day, topic)


def test_counter_that_a_ticket_is_meant_for_may_not_go__DY2_TR1() -> None:
    world = World().open(W1, W2)
    world.take(A)
    world.call(W1)
    world.do(c.StartServing(counter_id=W1))
    world.do(c.TransferTicket(counter_id=W1, to_counter_id=W2, reason="knows it"))
    world.do(c.CloseCounter(counter_id=W2))
    assert refused(world, W2) is RefusalCode.PLAN_IN_USE


def test_appointment_of_a_day_is_for_what_the_plan_has__DY1_AP2() -> None:
    world = World(without(small_plan(), C, "S1"), is_open=False)
    expected = Appointment(
        appointment_id=AppointmentId("a"),
        code="ABC123",
        queue_id=A,
        service_ids=(ServiceId("S1"), ServiceId("S2")),
        slot_at=world.at,
    )
    elsewhere = replace(expected, appointment_id=AppointmentId("b"), queue_id=C)
    stamp = replace(world.stamp(), appointments=(expected, elsewhere))
    (opened,) = open_day(world.day, stamp)
    assert isinstance(opened, DayOpened)
    assert opened.appointments == (replace(expected, service_ids=(ServiceId("S2"),)),)
