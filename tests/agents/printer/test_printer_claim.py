"""Whose a printer is, and how the hub learns how it is (PR1, PR2)."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path

from backend.client.claim import AGENT_NAME, Claim, ClaimLimits, agent_id_in
from backend.core.commands import ReportPrinter
from backend.core.errors import RefusalCode
from backend.core.ids import AgentId, PrinterState
from printer_agent.ports import TIMEOUT_S, NetworkPort
from printer_agent.press import Press, PressLimits
from printer_agent.worker import WorkerLimits
from tests.agents.printer.samples import ME, P1, PUBLIC_URL, UNANSWERED, FakeHub, job
from tests.agents.printer.test_printer_worker import FakePress, working
from tests.devices.printer import VirtualPrinter

OTHER = AgentId("other")


async def test_printer_is_claimed_before_anything_is_printed__PR1(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001")), FakePress()
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
    assert hub.agent_id == ME
    assert hub.told[0].state is PrinterState.READY


async def test_second_agent_prints_nothing_and_reports_nothing__PR1_I11(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001")), FakePress()
    hub.agent_id = OTHER
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.claims) >= 3)
        assert press.attempts == 0
        assert hub.asked == []
        hub.agent_id = None  # the other one was not heard for so long that it lost the printer
        await hub.until(lambda: len(hub.reports) == 1)
    assert press.printed == ["A001"]


async def test_two_agents_at_one_hub_print_every_ticket_once__PR1_I11(tmp_path: Path) -> None:
    hub, presses = FakeHub(job("A001"), job("A002")), (FakePress(), FakePress())
    async with working(hub, tmp_path / "a", presses[0]):
        await hub.until(lambda: bool(hub.told))
        async with working(hub, tmp_path / "b", presses[1], agent_id=OTHER):
            await hub.until(lambda: len(hub.reports) == 2 and len(hub.claims) >= 4)
            await hub.put(job("A003"))
            await hub.until(lambda: len(hub.reports) == 3)
    assert presses[0].printed == ["A001", "A002", "A003"]
    assert presses[1].printed == []


async def test_agent_that_lost_its_printer_stops_printing__PR1(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001")), FakePress()
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
        hub.agent_id = OTHER
        await hub.put(job("A002"))
        looks = press.looks
        while press.looks < looks + 3:  # it had time for several papers
            await asyncio.sleep(0.01)
        assert press.printed == ["A001"]


async def test_new_day_is_claimed_anew__PR1(tmp_path: Path) -> None:
    hub, press = FakeHub(), FakePress()
    async with working(hub, tmp_path, press):
        await hub.until(lambda: hub.agent_id == ME)
        hub.agent_id = None
        await hub.put(job("A001"))
        await hub.until(lambda: len(hub.reports) == 1)
    assert press.printed == ["A001"]


async def test_claim_is_renewed_in_time_and_not_more_often__PR1() -> None:
    hub = FakeHub()
    limits = ClaimLimits(renew_s=0.05, gap_s=0.01)
    told = ReportPrinter(printer_id=P1, agent_id=ME, state=PrinterState.READY, tickets_left=12)
    claim = Claim(P1, ME, lambda: told, lambda: None, limits)
    running = asyncio.create_task(claim.run(hub))
    for _ in range(100):
        claim.news()
    await hub.until(lambda: len(hub.told) == 3)
    running.cancel()
    assert claim.is_held
    assert hub.told == [told] * 3


async def test_claim_that_the_hub_does_not_answer_is_asked_for_again__PR1(tmp_path: Path) -> None:
    hub, press = FakeHub(job("A001")), FakePress()
    hub.claim_refusals = [UNANSWERED, RefusalCode.UNKNOWN_PRINTER]
    async with working(hub, tmp_path, press):
        await hub.until(lambda: len(hub.reports) == 1)
    assert len(hub.claims) >= 3


async def test_trouble_of_a_real_line_is_told_and_its_end__PR2(tmp_path: Path) -> None:
    hub = FakeHub()

    def told() -> list[PrinterState]:
        return [command.state for command in hub.told]

    async with VirtualPrinter() as printer:
        press = Press(NetworkPort("127.0.0.1", printer.port), PUBLIC_URL, 80, None)
        async with working(hub, tmp_path, press):
            await hub.until(lambda: told() == [PrinterState.READY])
            printer.trouble.is_paper_low = True
            await hub.until(lambda: told()[-1] is PrinterState.PAPER_LOW)
            printer.trouble.is_paper_out = True
            await hub.until(lambda: told()[-1] is PrinterState.PAPER_OUT)
            printer.trouble.is_cover_open = True
            await hub.until(lambda: told()[-1] is PrinterState.COVER_OPEN)
            printer.trouble.is_paper_out = printer.trouble.is_paper_low = False
            printer.trouble.is_cover_open = False
            await hub.until(lambda: told()[-1] is PrinterState.READY)
            assert printer.papers == []
            assert printer.faults == []


async def test_unplugged_printer_is_told_and_prints_when_it_is_back__PR2(tmp_path: Path) -> None:
    hub = FakeHub()
    async with VirtualPrinter() as printer:
        port = printer.port
    press = Press(NetworkPort("127.0.0.1", port), PUBLIC_URL, 80, None)
    async with working(hub, tmp_path, press, PATIENT):
        await hub.until(lambda: [t.state for t in hub.told] == [PrinterState.GONE])
        await hub.put(job("A001"))
        async with VirtualPrinter(port=port) as printer:
            await hub.until(lambda: len(hub.reports) == 1)
            assert len(printer.papers) == 1
        await hub.until(lambda: hub.told[-1].state is PrinterState.GONE)
    assert PrinterState.READY in [command.state for command in hub.told]


PATIENT = WorkerLimits(
    retry_s=(0.02,), pause_s=0.02, look_s=0.02, claim=ClaimLimits(gap_s=0.01, renew_s=60)
)


def test_looks_are_often_enough_to_tell_within_five_seconds__PR2() -> None:
    """A look that finds nobody takes as long as connecting may, or three answers."""
    slowest_s = max(TIMEOUT_S, PressLimits().answer_s)
    assert WorkerLimits().look_s + slowest_s + ClaimLimits().gap_s <= 5.0


def test_trouble_in_a_ticket_is_told_within_five_seconds_too__PR2() -> None:
    """Of a printer that stops, or says nothing more: its answer is waited for, then it is asked."""
    limits = PressLimits()
    waited_s = max(limits.confirm_s + limits.answer_s, TIMEOUT_S)
    assert waited_s + ClaimLimits().gap_s <= 5.0


async def test_new_roll_that_staff_tell_of_is_counted_from__PR3(tmp_path: Path) -> None:
    hub, press = FakeHub(), FakePress()
    async with working(hub, tmp_path, press, roll_mm=12_000):
        await hub.until(lambda: hub.told != [])
        assert hub.told[0].tickets_left is None
        hub.roll_changed_at = datetime(2026, 11, 23, 4, tzinfo=UTC)
        await hub.show()
        press.obstacle = PrinterState.COVER_OPEN
        await hub.until(lambda: hub.told[-1].tickets_left == 100)


def test_agent_keeps_its_id__PR1(tmp_path: Path) -> None:
    first = agent_id_in(tmp_path / "spool")
    assert agent_id_in(tmp_path / "spool") == first
    assert agent_id_in(tmp_path / "other") != first
    (tmp_path / "spool" / AGENT_NAME).write_text("")
    assert agent_id_in(tmp_path / "spool") != ""
