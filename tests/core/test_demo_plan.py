"""The plan of the demo hall is one that the rules can work with."""

import msgspec
import pytest

from backend.core.plan import Plan
from backend.core.views.topics import view_of
from backend.demo.hall import demo_plan
from backend.wire.messages import ServerMessage, Show
from tests.support.plans import small_plan
from tests.support.topics import topics_of
from tests.support.world import World


@pytest.mark.parametrize("plan", [demo_plan(), small_plan()], ids=["demo", "small"])
class TestPlan:
    def test_plan_survives_its_store(self, plan: Plan) -> None:
        """Decoding also checks letters and the ranges of the rules."""
        assert msgspec.json.decode(msgspec.json.encode(plan), type=Plan) == plan

    def test_letters_and_ids_are_unique__TK1_TK2(self, plan: Plan) -> None:
        """A ticket's id is made of its day and number: one letter, one queue."""
        for names in (
            [queue.letter for queue in plan.queues],
            [queue.queue_id for queue in plan.queues],
            [counter.counter_id for counter in plan.counters],
            [counter.no for counter in plan.counters],
            [service.service_id for service in plan.services],
            [kiosk.kiosk_id for kiosk in plan.kiosks],
        ):
            assert len(names) == len(set(names))

    def test_everything_named_is_there_and_every_queue_is_served__CL4(self, plan: Plan) -> None:
        zones = {zone.zone_id for zone in plan.zones}
        queues = {queue.queue_id for queue in plan.queues}
        assert {queue.zone_id for queue in plan.queues} <= zones
        assert {counter.zone_id for counter in plan.counters} <= zones
        assert {kiosk.zone_id for kiosk in plan.kiosks} <= zones
        assert {service.queue_id for service in plan.services} <= queues
        assert {queue_id for c in plan.counters for queue_id in c.queue_ids} == queues

    def test_every_topic_of_its_day_can_be_shown(self, plan: Plan) -> None:
        world = World(plan)
        for queue in plan.queues:
            world.take(queue.queue_id)
        for topic in topics_of(world.day):
            show = Show(topic=str(topic), epoch="e", seq=1, view=view_of(world.day, topic))
            assert msgspec.json.decode(msgspec.json.encode(show), type=ServerMessage) == show
