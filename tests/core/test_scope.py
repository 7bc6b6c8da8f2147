"""A device speaks for its own place in the hall (EN1)."""

import pytest

from backend.core import commands as c
from backend.core.access import Family
from backend.core.command_rights import COMMANDS
from backend.core.commands import Command
from backend.core.evaluation import Evaluate
from backend.core.ids import Channel, PrinterState, PrintOutcome, SpeakerState, SpeechOutcome
from backend.core.scope import DeviceCommand, Scope, may_reach, may_speak
from backend.core.stamp import Role
from tests.support.plans import K1, P1, W1, Z1, Z2
from tests.support.world import World

KIOSK: Scope = frozenset({f"kiosk:{K1}"})
PRINTER: Scope = frozenset({f"printer:{P1}"})
OTHER_PRINTER: Scope = frozenset({"printer:elsewhere"})
VOICE: Scope = frozenset({f"voice:{Z1}"})
PAD: Scope = frozenset({f"pad:{W1}"})
OTHER_VOICE: Scope = frozenset({f"voice:{Z2}"})


@pytest.fixture(scope="module")
def world() -> World:
    """A paper is due at P1 and a call in Z1."""
    world = World().open(W1)
    at_kiosk = c.TakeTicket(channel=Channel.ANONYMOUS, queue_id="A", kiosk_id=K1)
    world.do(at_kiosk)
    world.call(W1)
    return world


def taken(kiosk_id: str | None) -> Command:
    return c.TakeTicket(channel=Channel.ANONYMOUS, queue_id="A", kiosk_id=kiosk_id)


def told(printer_id: str) -> Command:
    return c.ReportPrinter(printer_id=printer_id, agent_id="a", state=PrinterState.READY)


@pytest.mark.parametrize(
    ("scope", "topic", "may"),
    [
        (PRINTER, f"printer:{P1}", True),
        (OTHER_PRINTER, f"printer:{P1}", False),
        (VOICE, f"voice:{Z1}", True),
        (OTHER_VOICE, f"voice:{Z1}", False),
        (KIOSK, f"voice:{Z1}", False),
        (KIOSK, f"board:{Z1}", True),
        (PAD, f"pad:{W1}", True),
        (PAD, "pad:W2", False),
        (KIOSK, f"pad:{W1}", False),
        (None, f"printer:{P1}", True),
    ],
)
def test_device_watches_the_papers_and_the_voice_of_its_place_only__EN1(
    scope: Scope | None, topic: str, *, may: bool
) -> None:
    assert may_reach(scope, Family(topic.partition(":")[0]), topic) is may


@pytest.mark.parametrize(
    ("scope", "command", "may"),
    [
        (KIOSK, taken(K1), True),
        (KIOSK, taken("K2"), False),
        (KIOSK, taken(None), False),
        (PRINTER, taken(K1), False),
        (KIOSK, c.CheckIn(code="ABCDEF", kiosk_id=K1), True),
        (KIOSK, c.CheckIn(code="ABCDEF"), False),
        (KIOSK, c.ReprintTicket(ticket_token="t", kiosk_id=K1), True),
        (VOICE, c.ReprintTicket(ticket_token="t", kiosk_id=K1), False),
        (KIOSK, c.ReturnTicket(ticket_token="t"), True),
        (PRINTER, c.ReturnTicket(ticket_token="t"), False),
        (PAD, Evaluate(counter_id=W1, ticket_id="t", level=5), True),
        (PAD, Evaluate(counter_id="W2", ticket_id="t", level=5), False),
        (KIOSK, Evaluate(counter_id=W1, ticket_id="t", level=5), False),
        (PRINTER, told(P1), True),
        (OTHER_PRINTER, told(P1), False),
        (KIOSK, c.CallNext(counter_id=W1), False),
        (None, taken("K2"), True),
    ],
)
def test_device_gives_the_commands_of_its_place_only__EN1(
    world: World, scope: Scope | None, command: Command, *, may: bool
) -> None:
    assert may_speak(scope, world.day, command) is may


def test_paper_and_call_are_reported_by_those_they_were_due_to__EN1(world: World) -> None:
    (job_id,) = world.day.jobs
    printed = c.ReportPrinted(job_id=job_id, outcome=PrintOutcome.PRINTED)
    (call_id,) = world.day.calls
    spoken = c.ReportSpoken(call_id=call_id, outcome=SpeechOutcome.SPOKEN)
    speakers = c.ReportSpeakers(zone_id=Z1, agent_id="a", state=SpeakerState.HEARD)
    for scope, may_print, may_say in (
        (PRINTER, True, False),
        (VOICE, False, True),
        (OTHER_PRINTER, False, False),
        (OTHER_VOICE, False, False),
        (KIOSK, False, False),
        (None, True, True),
    ):
        assert may_speak(scope, world.day, printed) is may_print
        assert may_speak(scope, world.day, spoken) is may_say
        assert may_speak(scope, world.day, speakers) is may_say


def test_what_the_day_does_not_know_is_left_to_its_rule_to_refuse__EN1(world: World) -> None:
    nothing = c.ReportPrinted(job_id="nothing", outcome=PrintOutcome.PRINTED)
    assert may_speak(PRINTER, world.day, nothing)


def test_every_command_of_devices_has_its_place__EN1() -> None:
    assert COMMANDS[Role.DEVICE] == frozenset(DeviceCommand.__args__)
