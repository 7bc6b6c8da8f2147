"""The whole agent against a real WebSocket server."""

import asyncio
import json
import os
import signal
import sys
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from backend.core.commands import ReportSpoken
from backend.core.ids import SpeechOutcome
from backend.wire.close_codes import CloseCode
from backend.wire.messages import Do, Done
from display_agent import pcm
from display_agent.announce import MERGED, NOT_CALLED, QUIET, TOO_OLD
from display_agent.speech import chinese, english
from tests.agents.display.calls import call, fresh
from tests.client.wire_hub import WireHub, done, voice_show, wire_hub

ROOT = Path(__file__).parents[3]
ENDS_S = 30.0
"""Within this a process ends that has to."""


async def started(
    hub: WireHub, home: Path, *options: str, zones: tuple[str, ...] = ("Z1",)
) -> asyncio.subprocess.Process:
    """A display agent as a process, which has just begun."""
    arguments = ["--url", hub.url, "--hall", "main", "--home", str(home / "home")]
    arguments += ["--wav", str(home / "wav"), *options]
    for zone in zones:
        arguments += ["--zone", zone]
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "display_agent",
        *arguments,
        cwd=ROOT,
        env={**os.environ, "YIZHAN_TOKEN": "t0ken"},
        stderr=(home / "log").open("ab"),
    )


@asynccontextmanager
async def agent(
    hub: WireHub, home: Path, *options: str, zones: tuple[str, ...] = ("Z1",)
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A display agent as a process, watching."""
    watches = len(hub.watches)
    process = await started(hub, home, *options, zones=zones)
    try:
        await hub.until(lambda: len(hub.watches) >= watches + len(zones), 10)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            async with asyncio.timeout(5):
                await process.wait()
        print((home / "log").read_text())


def told(hub: WireHub) -> list[Do]:
    """The reports on calls as they came."""
    return [message for message in hub.dos if isinstance(message.command, ReportSpoken)]


def unreported(message: Do) -> Done | None:
    """A hub that answers no report on a call."""
    return None if isinstance(message.command, ReportSpoken) else done(message)


def reports(hub: WireHub) -> dict[str, tuple[SpeechOutcome, str]]:
    return {
        message.command.call_id.split("-")[1]: (message.command.outcome, message.command.detail)
        for message in hub.dos
        if isinstance(message.command, ReportSpoken)
    }


def spoken(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "wav" / "spoken.jsonl").open()]


def samples(path: Path) -> "np.ndarray[Any, np.dtype[np.int16]]":
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate()) == (1, pcm.RATE)
        return np.frombuffer(file.readframes(file.getnframes()), "<i2")


def children_of(process_id: int) -> list[str]:
    tasks = Path(f"/proc/{process_id}/task")
    return [child for task in tasks.iterdir() for child in (task / "children").read_text().split()]


def is_alive(process_id: str) -> bool:
    try:
        return Path(f"/proc/{process_id}/cmdline").read_bytes() != b""  # a zombie's is empty
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
async def hub() -> AsyncIterator[WireHub]:
    async with wire_hub() as hub:
        for zone in ("Z1", "Z2"):
            hub.shows[f"voice:{zone}"] = voice_show(1, zone=zone)
        yield hub


FAST = ("--fast", "--voice", "espeak")


async def test_call_alone_is_spoken_in_full_and_reported__VO1_VO2(
    hub: WireHub, tmp_path: Path
) -> None:
    async with agent(hub, tmp_path, *FAST, "--volume", "1"):
        await hub.show(voice_show(2, fresh(1, "A023", no=5)))
        await hub.until(lambda: len(told(hub)) == 1, 10)
        assert reports(hub) == {"C1": (SpeechOutcome.SPOKEN, "null device")}
        await hub.show(voice_show(3))
    (line,) = spoken(tmp_path)
    assert line["zh"] == chinese("A023", 5).text
    assert (line["zh_times"], line["en"]) == (2, english("A023", 5).text)
    sound = samples(tmp_path / "wav" / "20261123-C1.wav")
    assert abs(len(sound) / pcm.RATE - line["seconds"]) < 0.01
    assert 8 < line["seconds"] < 16
    chime = np.frombuffer(pcm.chime(), "<i2")
    assert np.array_equal(sound[: len(chime)], chime), "it begins with the chime"
    gap = sound[len(chime) : len(chime) + round(0.3 * pcm.RATE)]
    assert not gap.any(), "chime and words overlap"
    assert np.abs(sound[len(chime) :]).max() > 15_000, "the words are silent"


async def test_backlog_is_spoken_in_order_and_briefly__VO3_VO4(
    hub: WireHub, tmp_path: Path
) -> None:
    async with agent(hub, tmp_path, *FAST):
        await hub.show(voice_show(2, *(fresh(n, no=n) for n in range(1, 7))))
        await hub.until(lambda: len(told(hub)) == 6, 10)
        assert {outcome for outcome, _ in reports(hub).values()} == {SpeechOutcome.SPOKEN}
    lines = spoken(tmp_path)
    assert [line["counter_no"] for line in lines] == [1, 2, 3, 4, 5, 6]
    forms = ["fast", "fast", "brief", "brief", "brief", "full"]
    assert [line["form"] for line in lines] == forms
    assert [line["en"] is None for line in lines] == [True] * 5 + [False]
    assert lines[0]["seconds"] < 0.95 * lines[2]["seconds"]


async def test_what_is_not_to_be_heard_is_skipped_with_its_reason__VO5_VO6(
    hub: WireHub, tmp_path: Path
) -> None:
    hub.shows["voice:Z1"] = voice_show(
        2,
        fresh(1, age_s=46),
        call(2, is_live=False),
        fresh(3, "A003"),
        fresh(4, "A004"),
        call(5, "A003", repeat=1, now=fresh(5).called_at),
    )
    async with agent(hub, tmp_path, *FAST):
        await hub.until(lambda: len(told(hub)) == 5, 10)
    assert reports(hub) == {
        "C1": (SpeechOutcome.SKIPPED, TOO_OLD),
        "C2": (SpeechOutcome.SKIPPED, NOT_CALLED),
        "C3": (SpeechOutcome.SKIPPED, MERGED),
        "C4": (SpeechOutcome.SPOKEN, "null device"),
        "C5": (SpeechOutcome.SPOKEN, "null device"),
    }
    assert [line["number"] for line in spoken(tmp_path)] == ["A004", "A003"]


async def test_quiet_hours_are_quiet__VO7(hub: WireHub, tmp_path: Path) -> None:
    hub.shows["voice:Z1"] = voice_show(2, fresh(1))
    async with agent(hub, tmp_path, *FAST, "--quiet-hours", "00:00-23:59:59.999999"):
        await hub.until(lambda: len(told(hub)) == 1, 10)
    assert reports(hub) == {"C1": (SpeechOutcome.SKIPPED, QUIET)}
    assert not (tmp_path / "wav" / "spoken.jsonl").exists()


async def test_each_zone_is_spoken_in_its_order__VO4(hub: WireHub, tmp_path: Path) -> None:
    hub.shows["voice:Z1"] = voice_show(2, fresh(1, age_s=3), fresh(4), zone="Z1")
    hub.shows["voice:Z2"] = voice_show(2, fresh(2, age_s=2), fresh(3, age_s=1), zone="Z2")
    async with agent(hub, tmp_path, *FAST, zones=("Z1", "Z2")):
        await hub.until(lambda: len(told(hub)) == 4, 10)
    lines = spoken(tmp_path)
    for zone, numbers in (("Z1", ["A001", "A004"]), ("Z2", ["A002", "A003"])):
        assert [line["number"] for line in lines if line["zone"] == zone] == numbers


async def test_first_sound_comes_within_300_ms_with_clips(hub: WireHub, tmp_path: Path) -> None:
    async with agent(hub, tmp_path, "--voice", "clips", "--sound", "null") as process:
        async with asyncio.timeout(10):
            while "clips are ready" not in (tmp_path / "log").read_text():
                await asyncio.sleep(0.05)
        one = fresh(1)
        await hub.show(voice_show(2, one))
        await asyncio.sleep(1.5)  # the chime is over and the words have begun
        await hub.show(voice_show(3, call(1, now=one.called_at, age_s=0, is_live=False)))
        await hub.until(lambda: len(told(hub)) == 1, 10)
        assert process.returncode is None
    (line,) = spoken(tmp_path)
    assert line["first_sound_ms"] < 300
    assert line["voice"] == "clips-espeak"
    assert line["zh_times"] == 1, "the visitor had come: no repeats (I12)"


async def test_visitor_who_comes_during_the_chime_is_not_announced__I12(
    hub: WireHub, tmp_path: Path
) -> None:
    async with agent(hub, tmp_path, "--voice", "espeak", "--sound", "null"):
        one = fresh(1)
        await hub.show(voice_show(2, one))
        await asyncio.sleep(0.4)
        await hub.show(voice_show(3, call(1, now=one.called_at, age_s=0, is_live=False)))
        await hub.until(lambda: len(told(hub)) == 1, 10)
    assert reports(hub) == {"C1": (SpeechOutcome.SKIPPED, NOT_CALLED)}


async def test_begun_before_a_kill_is_reported_and_not_spoken_again__I12(
    hub: WireHub, tmp_path: Path
) -> None:
    async with agent(hub, tmp_path, "--voice", "espeak", "--sound", "null") as process:
        hub.rule = unreported
        one, two = fresh(1), fresh(2)
        await hub.show(voice_show(2, one))
        async with asyncio.timeout(5):
            while not (tmp_path / "home" / "begun.jsonl").read_bytes():
                await asyncio.sleep(0.01)
        async with asyncio.timeout(5):
            while not (children := children_of(process.pid)):
                await asyncio.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        await process.wait()
        async with asyncio.timeout(5):
            while any(map(is_alive, children)):
                await asyncio.sleep(0.01)  # espeak goes with the agent
    assert told(hub) == []
    hub.rule = done
    hub.shows["voice:Z1"] = voice_show(3, one, two)
    async with agent(hub, tmp_path, *FAST):
        await hub.until(lambda: len(told(hub)) == 2, 10)
    assert reports(hub)["C1"] == (SpeechOutcome.SPOKEN, "interrupted")
    assert [line["number"] for line in spoken(tmp_path)] == ["A002"]


async def test_stop_falls_silent_and_reports_what_was_cut__I12(
    hub: WireHub, tmp_path: Path
) -> None:
    async with agent(hub, tmp_path, "--voice", "espeak", "--sound", "null") as process:
        await hub.show(voice_show(2, fresh(1)))
        await asyncio.sleep(0.5)
        begin_s = time.monotonic()
        process.terminate()
        assert await process.wait() == 0
        assert time.monotonic() - begin_s < 2
    assert reports(hub) == {"C1": (SpeechOutcome.SPOKEN, "interrupted")}


async def test_restarted_hub_gets_each_report_and_nothing_is_said_twice__I7_I12(
    hub: WireHub, tmp_path: Path
) -> None:
    async with agent(hub, tmp_path, *FAST):
        hub.rule = unreported
        await hub.show(voice_show(2, fresh(1)))
        await hub.until(lambda: len(told(hub)) == 1, 10)
        await hub.drop(CloseCode.RESTARTING)
        await hub.until(lambda: len(told(hub)) == 2, 10)
        await hub.drop()
        await hub.until(lambda: len(told(hub)) == 3, 10)
    assert len({message.id for message in told(hub)}) == 1
    assert len(spoken(tmp_path)) == 1


async def test_missing_token_and_bad_options_end_at_once(tmp_path: Path) -> None:
    arguments = ["--url", "http://h", "--hall", "main", "--zone", "Z1", "--home", str(tmp_path)]
    for token, extra in (("", ()), ("t", ("--volume", "3"))):
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "display_agent", *arguments, *extra),
            cwd=ROOT,
            env={**os.environ, "YIZHAN_TOKEN": token},
            stderr=asyncio.subprocess.PIPE,
        )
        _, errors = await process.communicate()
        assert process.returncode == 2
        assert json.loads(errors.splitlines()[-1])["level"] == "error"


async def test_second_agent_of_one_home_is_refused(hub: WireHub, tmp_path: Path) -> None:
    async with agent(hub, tmp_path, *FAST):
        second = await started(hub, tmp_path, *FAST)
        async with asyncio.timeout(ENDS_S):
            assert await second.wait() == 1
    assert "another agent uses" in (tmp_path / "log").read_text()
