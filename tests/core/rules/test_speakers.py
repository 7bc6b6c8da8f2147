"""Whose a zone is, and whether its calls are heard (VO9, VO10)."""

from backend.core.commands import CloseDay, OpenDay, ReportSpeakers
from backend.core.devices import CLAIM_S
from backend.core.errors import RefusalCode
from backend.core.evolve import fold
from backend.core.hall_events import SpeakersReported
from backend.core.ids import AlertKind, SpeakerState
from backend.core.views.ops import ops
from backend.core.views.topics import Touched, topic_of
from backend.core.views.voice import voice
from tests.core.rules.test_alerts import kinds
from tests.support.plans import Z1, Z2
from tests.support.world import CHIEF, DEVICE, World


def told(agent: str = "one", state: SpeakerState = SpeakerState.HEARD) -> ReportSpeakers:
    return ReportSpeakers(zone_id=Z1, agent_id=agent, state=state)


def test_agent_gets_the_zone_and_keeps_it__VO10() -> None:
    world = World()
    assert voice(world.day, Z1).agent_id is None
    world.do(told(), DEVICE)
    assert (voice(world.day, Z1).agent_id, voice(world.day, Z2).agent_id) == ("one", None)
    assert world.later(60).code(told(), DEVICE) is None


def test_second_agent_is_refused_while_the_first_is_heard__VO10() -> None:
    world = World()
    world.do(told(), DEVICE)
    world.later(CLAIM_S)
    assert world.code(told("two"), DEVICE) is RefusalCode.ZONE_TAKEN
    world.do(told(), DEVICE)
    assert world.later(CLAIM_S).code(told("two"), DEVICE) is RefusalCode.ZONE_TAKEN
    assert voice(world.day, Z1).agent_id == "one"


def test_second_agent_gets_the_zone_once_the_first_is_silent__VO10() -> None:
    world = World()
    world.do(told(), DEVICE)
    world.later(CLAIM_S + 1).do(told("two"), DEVICE)
    assert voice(world.day, Z1).agent_id == "two"
    assert world.code(told(), DEVICE) is RefusalCode.ZONE_TAKEN


def test_new_day_knows_of_no_claims__VO10_DY1() -> None:
    world = World()
    world.do(told(), DEVICE)
    world.do(CloseDay())
    world.later(24 * 3600).do(OpenDay(), CHIEF)
    assert voice(world.day, Z1).agent_id is None
    assert world.code(told("two"), DEVICE) is None


def test_what_was_stored_before_zones_were_claimed_holds_nothing__VO10() -> None:
    world = World()
    old = SpeakersReported(
        zone_id=Z1, state=SpeakerState.HEARD, voice="", detail="", reported_at=world.at
    )
    fold(world.day, (old,))
    assert kinds(world.later(CLAIM_S + 1)) == set()
    assert world.code(told(), DEVICE) is None


def test_claim_is_news_to_the_agents_of_the_zone_alone__VO10() -> None:
    world = World()
    touched = Touched()
    for event in world.do(told(), DEVICE):
        touched.add(world.day, event)
    for name, is_told in ((f"voice:{Z1}", True), (f"voice:{Z2}", False), (f"board:{Z1}", False)):
        topic = topic_of(name)
        assert topic is not None
        assert touched.concerns(world.day, topic) is is_told


def test_agent_that_is_not_heard_alerts_until_another_has_the_zone__VO10_AL1() -> None:
    world = World()
    world.do(told(), DEVICE)
    assert kinds(world.later(CLAIM_S)) == set()
    assert kinds(world.later(1)) == {AlertKind.VOICE_UNHEARD}
    assert [one.is_silent for one in ops(world.day).voices if one.zone_id == Z1] == [True]
    world.do(told("two"), DEVICE)
    assert kinds(world) == set()
    assert not any(one.is_silent for one in ops(world.day).voices)
