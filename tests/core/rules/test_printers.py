import pytest
from msgspec.structs import replace

from backend.core.commands import (
    ChangePlan,
    ChangeRoll,
    CloseDay,
    KeepDay,
    OpenDay,
    ReportPrinted,
    ReportPrinter,
    TakeTicket,
)
from backend.core.devices import CLAIM_S
from backend.core.errors import RefusalCode
from backend.core.hall_events import PrinterReported, RollChanged
from backend.core.ids import AgentId, AlertKind, Channel, KioskId, PrinterId, PrinterState
from backend.core.ids import PrintOutcome as Outcome
from backend.core.plan import KioskPlan
from backend.core.rules.alerts import STATE_ALERTS
from backend.core.views.kiosk import kiosk
from backend.core.views.ops import OpsPrinter, ops
from backend.core.views.printer import printer
from backend.core.views.topics import Topic, Touched, topic_of
from tests.support.plans import K1, K2, P1, Z1, Z2, A, small_plan, without
from tests.support.world import CHIEF, DEVICE, HUB, World

READY = PrinterState.READY
P2 = PrinterId("P2")


def told(state: PrinterState = READY, agent: str = "one", left: int | None = None) -> ReportPrinter:
    return ReportPrinter(printer_id=P1, agent_id=agent, state=state, tickets_left=left)


def with_printers() -> World:
    """Kiosks K1 and K3 in one zone and K2 in another, each with a printer."""
    kiosks = (
        KioskPlan(kiosk_id=K1, zone_id=Z1, printer_id=P1),
        KioskPlan(kiosk_id=K2, zone_id=Z2, printer_id=P2),
        KioskPlan(kiosk_id=KioskId("K3"), zone_id=Z1, printer_id=PrinterId("P3")),
    )
    return World(plan=replace(small_plan(), kiosks=kiosks))


def alerts_of(world: World) -> set[AlertKind]:
    world.do(KeepDay(), HUB)
    return {kind for kind, subject in world.day.standing if subject == P1}


def shown(world: World) -> OpsPrinter:
    return next(one for one in ops(world.day).printers if one.printer_id == P1)


def test_agent_gets_the_printer_and_keeps_it__PR1() -> None:
    world = World()
    assert printer(world.day, P1).agent_id is None
    assert world.do(told(left=40), DEVICE) == (
        PrinterReported(
            printer_id=P1,
            agent_id=AgentId("one"),
            state=READY,
            tickets_left=40,
            reported_at=world.at,
        ),
    )
    assert printer(world.day, P1).agent_id == "one"
    world.later(60)
    assert world.code(told(), DEVICE) is None


def test_second_agent_is_refused_while_the_first_is_heard__PR1() -> None:
    world = World()
    world.do(told(agent="one"), DEVICE)
    world.later(CLAIM_S)
    assert world.code(told(agent="two"), DEVICE) is RefusalCode.PRINTER_TAKEN
    world.do(told(agent="one"), DEVICE)
    world.later(CLAIM_S)
    assert world.code(told(agent="two"), DEVICE) is RefusalCode.PRINTER_TAKEN
    assert printer(world.day, P1).agent_id == "one"


def test_second_agent_gets_the_printer_once_the_first_is_silent__PR1() -> None:
    world = World()
    world.do(told(agent="one"), DEVICE)
    world.later(CLAIM_S + 1)
    world.do(told(agent="two"), DEVICE)
    assert printer(world.day, P1).agent_id == "two"
    assert world.code(told(agent="one"), DEVICE) is RefusalCode.PRINTER_TAKEN


def test_printer_may_be_told_of_after_closing__PR1_DY1() -> None:
    world = World()
    world.do(CloseDay())
    assert world.code(told(), DEVICE) is None


def test_state_keeps_since_when_it_is_so__PR2() -> None:
    world = World()
    world.do(told(PrinterState.PAPER_LOW, left=90), DEVICE)
    since = world.at
    world.later(60).do(told(PrinterState.PAPER_LOW, left=80), DEVICE)
    assert (shown(world).state, shown(world).since) == (PrinterState.PAPER_LOW, since)
    assert shown(world).tickets_left == 80
    world.later(60).do(told(), DEVICE)
    assert (shown(world).state, shown(world).since) == (READY, world.at)


@pytest.mark.parametrize("state", list(PrinterState))
def test_state_that_wants_a_hand_alerts_until_it_is_over__PR2_AL1(state: PrinterState) -> None:
    world = World()
    world.do(told(state), DEVICE)
    expected = {STATE_ALERTS[state]} if state is not READY else set()
    assert alerts_of(world) == expected
    world.do(told(), DEVICE)
    assert alerts_of(world) == set()


def test_every_state_but_ready_has_an_alert_of_its_own__PR2() -> None:
    assert set(STATE_ALERTS) == set(PrinterState) - {READY}
    assert len(set(STATE_ALERTS.values())) == len(STATE_ALERTS)


def test_silent_agent_alerts_and_its_kiosk_warns__PR1_AL1() -> None:
    world = World()
    world.do(told(), DEVICE)
    world.later(CLAIM_S + 1)
    assert alerts_of(world) == {AlertKind.PRINTER_SILENT}
    assert shown(world).is_silent
    assert kiosk(world.day, K1).is_printer_failing
    world.do(told(), DEVICE)
    assert alerts_of(world) == set()
    assert not kiosk(world.day, K1).is_printer_failing


def test_alert_of_the_state_stands_for_the_paper_that_failed__AL1() -> None:
    world = World()
    world.do(TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id=K1), DEVICE)
    world.do(told(PrinterState.PAPER_OUT), DEVICE)
    (job_id,) = world.day.jobs
    world.do(ReportPrinted(job_id=job_id, outcome=Outcome.FAILED), DEVICE)
    assert alerts_of(world) == {AlertKind.PAPER_OUT}
    world.do(told(), DEVICE)
    assert alerts_of(world) == set()
    assert not kiosk(world.day, K1).is_printer_failing


def test_printer_that_left_the_plan_alerts_nobody__DY2() -> None:
    world = World()
    world.do(told(PrinterState.PAPER_OUT), DEVICE)
    assert alerts_of(world) == {AlertKind.PAPER_OUT}
    world.plan = replace(without(world.plan, K1), version=2)
    world.do(ChangePlan(version=2, reason="removed"), CHIEF)
    assert alerts_of(world) == set()


@pytest.mark.parametrize("state", [s for s in PrinterState if not s.prints])
def test_kiosk_without_paper_names_the_next_one_of_its_zone__PR2(state: PrinterState) -> None:
    world = with_printers()
    assert kiosk(world.day, K1).other_kiosk is None
    world.do(told(state), DEVICE)
    view = kiosk(world.day, K1)
    assert view.is_printer_failing
    assert view.printer_state is state
    assert view.other_kiosk is not None
    assert view.other_kiosk.kiosk_id == "K3"
    assert kiosk(world.day, K2).other_kiosk is None


def test_kiosk_names_another_zones_and_at_last_none__PR2() -> None:
    world = with_printers()
    out = PrinterState.PAPER_OUT
    for name, other in (("P1", "K3"), ("P3", "K2"), ("P2", None)):
        world.do(ReportPrinter(printer_id=name, agent_id="a", state=out), DEVICE)
        found = kiosk(world.day, K1).other_kiosk
        assert (found.kiosk_id if found is not None else None) == other


def test_kiosk_names_one_that_is_known_to_print_before_its_zones__PR2() -> None:
    world = with_printers()
    world.do(ReportPrinter(printer_id="P2", agent_id="a", state=PrinterState.READY), DEVICE)
    world.do(told(PrinterState.PAPER_OUT), DEVICE)
    found = kiosk(world.day, K1).other_kiosk
    assert found is not None
    assert found.kiosk_id == K2


def test_paper_that_is_low_still_prints__PR2() -> None:
    world = World()
    world.do(told(PrinterState.PAPER_LOW), DEVICE)
    assert not kiosk(world.day, K1).is_printer_failing


def test_printers_trouble_is_shown_at_every_kiosk__PR2() -> None:
    world = with_printers()
    touched = Touched()
    for event in world.do(told(PrinterState.GONE), DEVICE):
        touched.add(world.day, event)
    names = ("kiosk:K1", "kiosk:K2", "printer:P1", "ops")
    topics = [topic for name in names if (topic := topic_of(name)) is not None]
    assert all(touched.concerns(world.day, topic) for topic in topics)
    assert not touched.concerns(world.day, Topic(topics[2].family, "P2"))


def test_new_roll_is_told_to_the_printers_agent__PR3() -> None:
    world = World().later(5)
    assert world.do(ChangeRoll(printer_id=P1), CHIEF) == (
        RollChanged(printer_id=P1, changed_at=world.at),
    )
    assert printer(world.day, P1).roll_changed_at == world.at


def test_next_day_begins_without_claims__PR1() -> None:
    world = World()
    world.do(told(), DEVICE)
    world.do(CloseDay())
    world.later(24 * 3600).do(OpenDay())
    assert printer(world.day, P1).agent_id is None
