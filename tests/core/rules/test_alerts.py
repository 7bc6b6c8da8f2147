from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.core.commands import (
    AcknowledgeAlert,
    AddAppointment,
    CallNext,
    ChangePlan,
    CheckIn,
    CloseCounter,
    KeepDay,
    OpenCounter,
    OpenDay,
    PauseCounter,
    ReportPrinted,
    ReportSpeakers,
    ReportSpoken,
    ResumeCounter,
    StartServing,
    TakeTicket,
    TransferTicket,
)
from backend.core.decide import decide
from backend.core.evolve import fold
from backend.core.hall_events import AlertCleared, AlertRaised
from backend.core.ids import (
    AlertId,
    AlertKind,
    Channel,
    PauseReason,
    PrintOutcome,
    SpeakerState,
    SpeechOutcome,
)
from backend.core.views.counter import counter
from backend.demo.hall import demo_plan
from tests.core.rules.test_issuing import plan_until
from tests.support.effort import effort
from tests.support.plans import K1, P1, QUICK, W1, W2, W3, Z1, A, small_plan
from tests.support.world import DEVICE, HUB, World, world_with

KEEP = KeepDay()


def standing(world: World) -> set[tuple[AlertKind, str]]:
    """What staff are alerted to after the hub's clock has looked."""
    world.do(KEEP, HUB)
    return set(world.day.standing)


def kinds(world: World) -> set[AlertKind]:
    return {kind for kind, _ in standing(world)}


def test_long_queue_alerts_above_its_limit_and_clears_below_three_quarters__AL1() -> None:
    world = world_with(alert_waiting=8).open(W1, W2)
    world.take(A, count=8)
    assert standing(world) == set()
    world.take(A)
    assert standing(world) == {(AlertKind.QUEUE_LONG, A)}
    (alert,) = world.day.alerts.values()
    assert (alert.alert_id, alert.value) == (AlertId("20261123-L1"), 9)
    for _ in range(3):
        world.serve(W1, seconds=0)
    assert standing(world) == {(AlertKind.QUEUE_LONG, A)}  # six: three quarters, not below
    world.serve(W1, seconds=0)
    assert standing(world) == set()
    assert alert.cleared_at == world.at
    world.take(A, count=4)
    assert standing(world) == {(AlertKind.QUEUE_LONG, A)}
    assert list(world.day.alerts) == ["20261123-L1", "20261123-L2"]


def test_long_predicted_wait_alerts__AL1() -> None:
    world = world_with(alert_wait_s=1800).open(W1)
    world.take(A, count=6)  # said as 10 to 45
    assert kinds(world) == set()
    world.take(A, count=2)  # said as 15 to 55
    assert kinds(world) == {AlertKind.WAIT_LONG}
    world.do(CloseCounter(counter_id=W1))
    assert kinds(world) == set()  # nobody knows how long it takes


def test_longest_wait_alerts__AL1() -> None:
    world = World()
    world.take(A)
    assert kinds(world.later(2700)) == set()
    assert standing(world.later(1)) == {(AlertKind.OLDEST_LONG, A)}
    world.open(W1)
    world.serve(W1)
    assert kinds(world) == set()


def test_longest_wait_of_who_was_sent_to_a_counter_that_closed_alerts__AL1_TR1() -> None:
    world = World().open(W1, W2)
    world.take(A)
    world.call(W1)
    world.do(StartServing(counter_id=W1))
    world.do(TransferTicket(counter_id=W1, to_counter_id=W2, reason="their case"))
    world.do(CloseCounter(counter_id=W1))
    world.do(CloseCounter(counter_id=W2))
    assert kinds(world.later(2700)) == set()
    assert standing(world.later(1)) == {(AlertKind.OLDEST_LONG, A)}
    world.open(W1)
    world.serve(W1)
    assert kinds(world) == set()


def test_nobody_waits_for_a_hall_that_is_not_open_yet__AL1() -> None:
    world = World(plan_until(17), is_open=False).later(-3 * 3600)  # six o'clock
    world.do(OpenDay(), HUB)
    world.take(A)
    world.open(W1)
    assert kinds(world.later(2 * 3600)) == set()
    assert kinds(world.later(2700 + 1)) == {AlertKind.OLDEST_LONG, AlertKind.COUNTER_IDLE}


def test_nobody_waits_for_a_slot_yet_to_come__AL1_AP2() -> None:
    world = World()
    slot_at = world.at + timedelta(minutes=30)
    world.do(AddAppointment(appointment_id="B1", code="K7M2P9", queue_id=A, slot_at=slot_at))
    world.do(CheckIn(code="K7M2P9"))
    assert kinds(world.later(1800 + 2700)) == set()
    assert kinds(world.later(1)) == {AlertKind.OLDEST_LONG}


def test_returned_visitor_was_called_in_time__AL1_PS2() -> None:
    world = World().open(W1)
    world.take(A)
    ticket_id = world.pass_next(W1)
    world.do(PauseCounter(counter_id=W1, reason=PauseReason.AWAY))
    world.later(3000).bring_back(ticket_id)
    assert AlertKind.OLDEST_LONG not in kinds(world)


def test_idle_counter_alerts_once_somebody_has_waited_for_it__AL1() -> None:
    world = World().open(W1, W3).later(3600)
    assert kinds(world) == set()
    world.take(A)
    assert kinds(world.later(180)) == set()
    assert standing(world.later(1)) == {(AlertKind.COUNTER_IDLE, W1)}
    world.do(CallNext(counter_id=W1))
    assert kinds(world) == set()


def test_counter_free_for_a_moment_is_not_idle__AL1() -> None:
    world = World().open(W1)
    world.take(A, count=2)
    world.serve(W1, seconds=600)
    assert kinds(world.later(180)) == set()
    assert kinds(world.later(1)) == {AlertKind.COUNTER_IDLE}


def test_counter_is_idle_from_when_the_visitor_is_back__AL1() -> None:
    world = World().open(W1)
    world.take(A)
    ticket_id = world.pass_next(W1)
    world.later(1800).bring_back(ticket_id)
    assert kinds(world.later(180)) == set()
    assert kinds(world.later(1)) == {AlertKind.COUNTER_IDLE}


def test_long_pause_alerts_until_the_counter_calls_again__CO1() -> None:
    world = World().open(W1)
    world.do(PauseCounter(counter_id=W1, reason=PauseReason.LUNCH))
    assert kinds(world.later(900)) == set()
    assert standing(world.later(1)) == {(AlertKind.PAUSE_LONG, W1)}
    world.do(ResumeCounter(counter_id=W1))
    assert kinds(world) == set()


@pytest.mark.parametrize("outcome", [PrintOutcome.FAILED, PrintOutcome.UNKNOWN])
def test_failed_paper_alerts_until_one_comes_out__AL1_I11(outcome: PrintOutcome) -> None:
    world = World()
    take = TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id=K1)
    world.do(take)
    assert kinds(world) == set()
    (first,) = world.day.jobs
    world.do(ReportPrinted(job_id=first, outcome=outcome))
    assert standing(world) == {(AlertKind.PRINTER_FAILED, P1)}
    world.do(take)
    assert standing(world) == {(AlertKind.PRINTER_FAILED, P1)}
    world.do(ReportPrinted(job_id=list(world.day.jobs)[1], outcome=PrintOutcome.PRINTED))
    assert kinds(world) == set()


def test_speakers_that_nobody_hears_alert_until_they_are_heard__AL1_VO9() -> None:
    world = World()
    told = ReportSpeakers(zone_id=Z1, agent_id="one", state=SpeakerState.MUTED)
    world.do(told, DEVICE)
    assert kinds(world) == set()
    world.do(replace(told, state=SpeakerState.SILENT, detail="no sound device"), DEVICE)
    assert standing(world) == {(AlertKind.VOICE_SILENT, Z1)}
    world.do(replace(told, state=SpeakerState.HEARD), DEVICE)
    assert kinds(world) == set()


def test_calls_that_no_speaker_reports_on_alert__AL1_VO9() -> None:
    world = World().open(W1)
    world.take(A)
    world.do(ReportSpeakers(zone_id=Z1, agent_id="one", state=SpeakerState.HEARD), DEVICE)
    world.call(W1)
    world.later(60)
    assert kinds(world) == set()
    world.later(1)
    assert standing(world) == {(AlertKind.CALLS_UNSPOKEN, Z1)}
    (alert,) = world.day.alerts.values()
    assert alert.value == 61
    call_id = next(iter(world.day.calls))
    world.do(ReportSpoken(call_id=call_id, outcome=SpeechOutcome.SKIPPED), DEVICE)
    assert kinds(world) == set()


def test_zone_without_speakers_has_no_unspoken_calls_to_alert_to__AL1_VO9() -> None:
    world = World().open(W1)
    world.take(A)
    world.call(W1)
    world.later(61)
    assert kinds(world) == set()


def test_alert_that_is_looked_after_stands_until_it_is_over__AL1() -> None:
    world = World().open(W1)
    world.do(PauseCounter(counter_id=W1, reason=PauseReason.AWAY))
    world.later(901).do(KEEP, HUB)
    (alert,) = world.day.alerts.values()
    world.do(AcknowledgeAlert(alert_id=alert.alert_id))
    assert world.later(3600).do(KEEP, HUB) == ()  # and it is not raised again
    assert (alert.acknowledged_by, alert.cleared_at) == ("chief", None)


def test_failed_rule_is_over_with_another_plan__AL1_CL5_DY2() -> None:
    world = World()
    failed = AlertRaised(
        alert_id=AlertId("20261123-L1"),
        kind=AlertKind.RULE_FAILED,
        subject_id="",
        value=1,
        raised_at=world.at,
    )
    fold(world.day, (failed,))
    assert world.do(KEEP, HUB) == ()
    world.plan = small_plan(QUICK, version=2)
    events = world.do(ChangePlan(version=2, reason="a better rule"))
    assert events[-1] == AlertCleared(alert_id=failed.alert_id, cleared_at=world.at)


def test_counter_that_another_plan_does_not_have_alerts_no_more__AL1_DY2() -> None:
    world = World().open(W1)
    world.take(A)
    assert kinds(world.later(181)) == {AlertKind.COUNTER_IDLE}
    world.do(CloseCounter(counter_id=W1))
    plan = small_plan(QUICK, version=2)
    world.plan = replace(plan, counters=plan.counters[1:])
    world.do(ChangePlan(version=2, reason="window under repair"))
    assert kinds(world) == set()


def kept_effort(waiting: int) -> int:
    """What keeping the demo hall's day is, 31 counters open, when nothing is due."""
    plan = demo_plan()
    world = World(replace(plan_until(17), **{
        name: getattr(plan, name) for name in ("zones", "queues", "counters", "services", "kiosks")
    }))  # fmt: skip
    for each in plan.counters:
        world.do(OpenCounter(counter_id=each.counter_id))
    for n in range(waiting):
        world.take(plan.queues[n % len(plan.queues)].queue_id)
    world.do(KEEP, HUB)
    stamp = world.stamp(HUB)
    assert decide(world.day, KEEP, stamp) == ()
    return effort(lambda: decide(world.day, KEEP, stamp))


def test_keeping_a_day_is_no_more_work_when_more_people_wait__AL1_TK5() -> None:
    assert kept_effort(1000) < 1.1 * kept_effort(100) < 10_000


def test_desk_is_told_of_itself_and_of_its_queues_alone__AL1() -> None:
    world = world_with(alert_waiting=2).open(W1, W3)
    world.do(PauseCounter(counter_id=W1, reason=PauseReason.AWAY))
    world.take(A, count=3)
    world.later(901).do(KEEP, HUB)
    told = {c: [a.kind for a in counter(world.day, c).alerts] for c in (W1, W2, W3)}
    assert sorted(told[W1]) == [AlertKind.PAUSE_LONG, AlertKind.QUEUE_LONG]
    assert told[W2] == [AlertKind.QUEUE_LONG]
    assert told[W3] == []
