"""Two display agents for one zone: one speaks, the other when the first is gone (VO10)."""

import asyncio
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

from backend.core.commands import ReportSpeakers
from backend.core.devices import CLAIM_S
from backend.core.errors import RefusalCode
from backend.core.ids import SpeechOutcome
from backend.wire.messages import Do, Done, Refused
from display_agent.agent import CLAIM_LIMITS
from display_agent.announce import AGE_MAX, TOO_OLD
from tests.agents.display.calls import call, fresh
from tests.agents.display.test_agent import FAST, agent, reports, spoken, told
from tests.client.wire_hub import WireHub, done, voice_show, wire_hub


def claims(hub: WireHub) -> list[ReportSpeakers]:
    return [one.command for one in hub.dos if isinstance(one.command, ReportSpeakers)]


def keep(hub: WireHub) -> None:
    """Have the hub refuse who comes second, as the real one does."""

    def rule(message: Do) -> Done | Refused:
        if isinstance(message.command, ReportSpeakers):
            holder = hub.agent_ids.get(message.command.zone_id)
            if holder not in (None, message.command.agent_id):
                return Refused(id=message.id, code=RefusalCode.ZONE_TAKEN)
        return done(message)

    hub.rule = rule


async def test_second_agent_is_silent_until_the_first_is_gone__VO10_I12(tmp_path: Path) -> None:
    """The first is killed in a call; what it began is on record, and the next is spoken once."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    async with wire_hub() as hub:
        keep(hub)
        hub.shows["voice:Z1"] = voice_show(1)
        slow = ("--voice", "espeak", "--sound", "null")
        async with agent(hub, one, *slow) as first, agent(hub, two, *FAST):
            await hub.until(lambda: len({claim.agent_id for claim in claims(hub)}) == 2, 10)
            await hub.show(voice_show(2, fresh(1)))
            await hub.until(lambda: len(told(hub)) == 1, 30)
            begun = fresh(2)
            await hub.show(voice_show(3, begun))
            async with asyncio.timeout(10):
                while b"C2" not in (one / "home" / "begun.jsonl").read_bytes():
                    await asyncio.sleep(0.01)
            first.send_signal(signal.SIGKILL)
            await first.wait()
            # So much later the hub gives the zone away; in between it had another call.
            hub.clock_ahead = timedelta(seconds=CLAIM_S + 1)
            hub.agent_ids.clear()
            late = call(3, now=datetime.now(UTC) + hub.clock_ahead, age_s=1)
            hub.shows["voice:Z1"] = voice_show(4, begun, late)
            await hub.drop()
            await hub.until(lambda: len(told(hub)) == 3, 10)
    assert [line["number"] for line in spoken(one)] == ["A001"]
    assert [line["number"] for line in spoken(two)] == ["A003"]
    assert reports(hub) == {
        "C1": (SpeechOutcome.SPOKEN, "null device"),
        "C2": (SpeechOutcome.SKIPPED, TOO_OLD),
        "C3": (SpeechOutcome.SPOKEN, "null device"),
    }
    assert "zone Z1 is refused: zone_taken" in (two / "log").read_text()


def test_what_is_begun_under_a_claim_is_too_old_for_the_next_agent__VO10_VO5_I12() -> None:
    """Whatever it was that kept the first from renewing it; and one lost renewal is no harm."""
    assert CLAIM_LIMITS.margin_s > AGE_MAX.total_seconds()
    lost_s = 2 * CLAIM_LIMITS.answer_s + CLAIM_LIMITS.gap_s
    assert CLAIM_LIMITS.renew_s + lost_s < CLAIM_S - CLAIM_LIMITS.margin_s
