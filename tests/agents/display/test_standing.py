"""What the hub is told of a zone's speakers (VO9), and what the doctor finds."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from backend.core.commands import ReportSpeakers
from backend.core.ids import SpeakerState
from display_agent import pcm
from tests.agents.display.calls import fresh
from tests.agents.display.test_agent import FAST, ROOT, agent, told
from tests.agents.display.test_pcm import tone
from tests.client.wire_hub import WireHub, voice_show, wire_hub


@pytest.fixture
async def hub() -> AsyncIterator[WireHub]:
    async with wire_hub() as hub:
        hub.shows["voice:Z1"] = voice_show(1)
        yield hub


def standings(hub: WireHub) -> list[tuple[SpeakerState, str]]:
    return [
        (message.command.state, message.command.voice)
        for message in hub.dos
        if isinstance(message.command, ReportSpeakers)
    ]


async def test_speakers_are_told_when_they_change_and_to_each_new_day__VO9(
    hub: WireHub, tmp_path: Path
) -> None:
    muted = SpeakerState.MUTED
    async with agent(hub, tmp_path, *FAST):
        await hub.until(lambda: standings(hub) == [(muted, "")], 20)
        await hub.show(voice_show(2, fresh(1)))
        await hub.until(lambda: standings(hub)[1:] == [(muted, "espeak")], 20)
        await hub.show(voice_show(3, fresh(2)))
        await hub.until(lambda: len(told(hub)) == 2, 20)
        assert len(standings(hub)) == 2, "nothing about them changed"
        await hub.show(voice_show(1, epoch="e2"))
        await hub.until(lambda: standings(hub)[2:] == [(muted, "espeak")], 20)


async def test_machine_without_sound_says_so__VO9(hub: WireHub, tmp_path: Path) -> None:
    """No device is called so, on any machine."""
    async with agent(hub, tmp_path, "--voice", "espeak", zones=("Z1=no such device",)):
        await hub.until(lambda: standings(hub) == [(SpeakerState.SILENT, "")], 20)
    (report,) = [m.command for m in hub.dos if isinstance(m.command, ReportSpeakers)]
    assert report.detail.startswith("no sound device")


async def doctor(
    url: str, home: Path, *options: str, token: str = "t0ken", zone: str = "Z1"
) -> tuple[int, str]:
    """Its exit status and what it says."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "display_agent", "doctor", "--url", url, "--hall", "main"),
        *("--home", str(home), "--zone", zone, "--voice", "espeak", *options),
        cwd=ROOT,
        env={**os.environ, "YIZHAN_TOKEN": token},
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(60):
        out, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode()


async def test_doctor_finds_a_well_agent_well(hub: WireHub, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "qing.wav").write_bytes(pcm.wav(tone(0.4)))
    status, words = await doctor(
        *(hub.url, tmp_path / "home", "--fast", "--led", f"W05=file:{tmp_path / 'led'}"),
        *("--recordings", str(tmp_path / "own")),
    )
    assert status == 0, words
    for part in ("folder", "network", "clock", "zone Z1", "led", "voice", "sound Z1"):
        assert f"✓ {part}" in words, words
    assert "! recordings" in words
    assert "请，A 零零一 号，到 一 号窗口" in words
    assert (tmp_path / "led").exists()


async def test_doctor_says_what_to_do_about_each_fault(hub: WireHub, tmp_path: Path) -> None:
    hub.clock_ahead = timedelta(minutes=3)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "qing.wav").write_bytes(b"x")
    status, words = await doctor(
        *(hub.url, tmp_path / "home", "--led", "W05=/dev/no-such-line"),
        *("--recordings", str(tmp_path / "own")),
        zone="Z1=no such device",
    )
    assert status == 1
    for line in ("✗ sound Z1", "✗ led", "✗ recordings", "! clock"):
        assert line in words, words
    assert "Discard all samples" not in words, "it is no device that makes a sound"


async def test_doctor_tells_why_no_screen_can_be_shown__SC2(
    hub: WireHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine with nothing on it but Python: no browser, no display, no fontconfig."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "YIZHAN_CHROMIUM"):
        monkeypatch.delenv(name, raising=False)
    chromium = tmp_path / "chromium"
    options = ("--fast", "--screen", "board:Z1", "--chromium", str(chromium))
    status, words = await doctor(hub.url, tmp_path / "home", *options)
    assert status == 1
    assert "✗ screens" in words
    assert "no Chromium" in words
    assert "! fonts" in words
    assert "install fontconfig" in words
    chromium.touch(mode=0o755)
    _, words = await doctor(hub.url, tmp_path / "home", *options)
    assert "no display" in words


@pytest.mark.parametrize(
    ("token", "says"), [("", "YIZHAN_TOKEN"), ("wrong", "check the hall's id")]
)
async def test_doctor_tells_a_token_that_is_missing_from_one_that_is_wrong(
    hub: WireHub, tmp_path: Path, token: str, says: str
) -> None:
    hub.deny_with = 401 if token else None
    status, words = await doctor(hub.url, tmp_path / "home", "--fast", token=token)
    assert (status, says in words) == (1, True), words


async def test_doctor_tells_a_hub_that_cannot_be_reached(tmp_path: Path) -> None:
    status, words = await doctor("http://127.0.0.1:9", tmp_path / "home", "--fast")
    assert status == 1
    assert "✗ network" in words
    assert "check cable, address and server" in words
