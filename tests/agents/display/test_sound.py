"""The loudspeaker, on the null device."""

import asyncio
import logging
import time

import miniaudio
import pytest

from display_agent import pcm, sound
from display_agent.errors import SoundError
from display_agent.sound import NULL_DEVICE, Loudspeaker
from tests.agents.display.test_pcm import tone


async def test_null_device_takes_the_time() -> None:
    loudspeaker = Loudspeaker(is_null=True)
    await loudspeaker.open()
    asked_s = time.monotonic()
    played = await loudspeaker.play(tone(0.6))
    took_s = time.monotonic() - asked_s
    assert played.device == NULL_DEVICE
    assert played.began_s - asked_s < 0.2
    assert 0.5 < took_s < 1.5
    await loudspeaker.close()


async def test_zones_take_turns_and_do_not_overlap__VO4(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sound._device
    monkeypatch.setattr(sound, "_device", lambda backend: real(miniaudio.Backend.NULL))
    loudspeaker = Loudspeaker()  # takes the null device for a PulseAudio one
    await loudspeaker.open()
    assert not loudspeaker.is_null
    began_s = []

    async def announce() -> None:
        async with loudspeaker.turn():
            began_s.append((await loudspeaker.play(tone(0.2))).began_s)
            await loudspeaker.play(tone(0.2))

    announcements = [asyncio.create_task(announce()) for _ in range(2)]
    await asyncio.sleep(0.05)
    assert loudspeaker.waiting == 1
    await asyncio.gather(*announcements)
    assert loudspeaker.waiting == 0
    assert began_s[1] - began_s[0] >= 0.4
    await loudspeaker.close()


async def test_zones_do_not_wait_for_each_other_on_the_null_device() -> None:
    loudspeaker = Loudspeaker(is_null=True)

    async def announce() -> float:
        async with loudspeaker.turn():
            return (await loudspeaker.play(tone(0.4))).began_s

    first_s, second_s = await asyncio.gather(announce(), announce())
    assert abs(second_s - first_s) < 0.3
    await loudspeaker.close()


async def test_fast_does_not_take_the_time() -> None:
    loudspeaker = Loudspeaker(is_fast=True)
    begin_s = time.monotonic()
    await loudspeaker.play(pcm.silence(60))
    assert time.monotonic() - begin_s < 0.5


async def test_hall_without_sound_device_runs_on_and_says_so_once(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real = sound._device

    def device(backend: miniaudio.Backend) -> miniaudio.PlaybackDevice:
        if backend is not miniaudio.Backend.NULL:
            raise miniaudio.MiniaudioError("no card")
        return real(backend)

    monkeypatch.setattr(sound, "_device", device)
    loudspeaker = Loudspeaker()
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            assert (await loudspeaker.play(tone(0.1))).device == NULL_DEVICE
            await loudspeaker.close()
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "no sound device" in caplog.text
    await loudspeaker.close()


async def test_device_that_takes_no_samples_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    real = sound._device
    made = []

    class Stuck:
        def start(self, frames: object) -> None:
            pass

        def stop(self) -> None:
            pass

        close = stop

    def device(backend: miniaudio.Backend) -> object:
        made.append(backend)
        return Stuck() if len(made) == 1 else real(miniaudio.Backend.NULL)

    monkeypatch.setattr(sound, "_device", device)
    monkeypatch.setattr(sound, "OVERTIME_S", 0.1)
    loudspeaker = Loudspeaker()
    await loudspeaker.play(tone(0.1))
    assert len(made) == 2
    await loudspeaker.close()


async def test_nothing_plays_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def device(backend: miniaudio.Backend) -> object:
        raise miniaudio.MiniaudioError("nothing")

    monkeypatch.setattr(sound, "_device", device)
    with pytest.raises(SoundError, match="nothing"):
        await Loudspeaker().play(tone(0.1))
