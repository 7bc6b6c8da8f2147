"""The loudspeaker: real devices, the null device, and one that can be pulled out."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest
from miniaudio import Backend

from backend.core.ids import SpeakerState
from display_agent import card, pcm, sound
from display_agent.card import Device, chosen, open_card
from display_agent.errors import SoundError
from display_agent.sound import NULL_DEVICE, Loudspeaker
from tests.agents.display.tape import Tape
from tests.agents.display.test_pcm import tone


async def null_card(backend: Backend, wanted: str) -> Device:
    """The null device in the place of any other."""
    return await open_card(Backend.NULL, "")


@asynccontextmanager
async def taped(tape: Tape) -> AsyncIterator[Loudspeaker]:
    """A loudspeaker that is looked after all the time."""
    loudspeaker = Loudspeaker(opener=tape.opened)
    await loudspeaker.open()
    care = asyncio.create_task(loudspeaker.care())
    try:
        yield loudspeaker
    finally:
        care.cancel()
        await loudspeaker.close()


async def until(loudspeaker: Loudspeaker, state: SpeakerState) -> None:
    async with asyncio.timeout(10):
        while loudspeaker.state is not state:
            await asyncio.sleep(0.005)


async def test_null_device_takes_the_time() -> None:
    loudspeaker = Loudspeaker(is_null=True)
    await loudspeaker.open()
    asked_s = time.monotonic()
    played = await loudspeaker.play(tone(0.6))
    took_s = time.monotonic() - asked_s
    assert played.device == NULL_DEVICE
    assert asked_s <= played.began_s <= asked_s + took_s - 0.5
    assert (loudspeaker.state, loudspeaker.detail) == (SpeakerState.MUTED, NULL_DEVICE)
    await loudspeaker.close()


async def test_zones_take_turns_and_do_not_overlap__VO4() -> None:
    tape = Tape()
    loudspeaker = Loudspeaker(opener=tape.opened)
    await loudspeaker.open()

    async def announce() -> None:
        async with loudspeaker.turn():
            await loudspeaker.play(tone(0.05))
            await loudspeaker.play(tone(0.05))

    announcements = [asyncio.create_task(announce()) for _ in range(2)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert loudspeaker.waiting == 1
    await asyncio.gather(*announcements)
    assert loudspeaker.waiting == 0
    begins = [begin_s for begin_s, _ in tape.pieces]
    assert all(later - sooner >= 0.05 for sooner, later in pairwise(begins))


async def test_zones_do_not_wait_for_each_other_on_the_null_device() -> None:
    loudspeaker = Loudspeaker(is_null=True)
    async with asyncio.timeout(5), loudspeaker.turn(), loudspeaker.turn():
        assert loudspeaker.waiting == 0


async def test_fast_does_not_take_the_time() -> None:
    loudspeaker = Loudspeaker(is_fast=True)
    begin_s = time.monotonic()
    await loudspeaker.play(pcm.silence(60))
    assert time.monotonic() - begin_s < 30


async def test_hall_without_sound_device_runs_on_and_says_so_once__VO9(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def opener(backend: Backend, wanted: str) -> Device:
        if backend is not Backend.NULL:
            raise SoundError("no card")
        return await open_card(backend, wanted)

    optional = Loudspeaker(opener=opener, is_optional=True)
    await optional.open()
    assert optional.state is SpeakerState.MUTED
    caplog.clear()
    loudspeaker = Loudspeaker(opener=opener)
    told = []
    loudspeaker.listen(lambda: told.append(loudspeaker.state))
    with caplog.at_level(logging.INFO):
        for _ in range(2):
            assert (await loudspeaker.play(tone(0.1))).device == NULL_DEVICE
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert told == [SpeakerState.SILENT]
    assert loudspeaker.detail == "no sound device; PULSEAUDIO: no card; ALSA: no card"
    await loudspeaker.close()


async def test_device_pulled_out_while_nothing_plays_is_noticed_and_so_is_its_return__VO9(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sound, "CARE_S", 0.01)
    tape = Tape()
    async with taped(tape) as loudspeaker:
        told = []
        loudspeaker.listen(lambda: told.append(loudspeaker.state))
        tape.is_pulled_out = True
        await until(loudspeaker, SpeakerState.SILENT)
        assert tape.is_closed
        tape.is_pulled_out = False
        await until(loudspeaker, SpeakerState.HEARD)
        assert told == [SpeakerState.SILENT, SpeakerState.HEARD]


async def test_device_pulled_out_while_it_plays_leaves_the_rest_to_the_null_device__VO9() -> None:
    tape = Tape()
    async with taped(tape) as loudspeaker:
        playing = asyncio.create_task(loudspeaker.play(tone(0.1)))
        while not tape.pieces:
            await asyncio.sleep(0)
        tape.is_pulled_out = True
        assert (await playing).device == NULL_DEVICE
        assert loudspeaker.state is SpeakerState.SILENT


async def test_device_that_takes_no_samples_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    class Stuck:
        def start(self, frames: object) -> None:
            pass

        def stop(self) -> None:
            pass

        close = stop

    real = card._playback
    made: list[Backend] = []

    def playback(backend: Backend, device_id: object) -> object:
        made.append(backend)
        return Stuck() if len(made) == 1 else real(Backend.NULL, None)

    async def opener(backend: Backend, wanted: str) -> Device:
        return card.Card(Backend.NULL, "", "card", playback(backend, None))

    monkeypatch.setattr(card, "OVERTIME_S", 0.1)
    loudspeaker = Loudspeaker(opener=opener)
    await loudspeaker.play(tone(0.1))
    assert len(made) == 2
    await loudspeaker.close()


async def test_nothing_plays_is_an_error() -> None:
    async def opener(backend: Backend, wanted: str) -> Device:
        raise SoundError("nothing")

    with pytest.raises(SoundError, match="nothing"):
        await Loudspeaker(opener=opener).play(tone(0.1))


async def test_real_device_is_there_until_it_is_closed() -> None:
    device = await null_card(Backend.NULL, "")
    assert await device.is_there()
    await device.close()


NAMES = ("HDA Intel PCH, ALC897 Analog", "USB Audio, Hall 1", "USB Audio, Hall 2")


@pytest.mark.parametrize(("wanted", "found"), [("hall 2", 2), (NAMES[1], 1), ("analog", 0)])
def test_device_is_named_by_a_part_that_only_it_has(wanted: str, found: int) -> None:
    assert chosen(NAMES, wanted) == found


@pytest.mark.parametrize(("wanted", "words"), [("usb", "several devices"), ("hall 3", "no device")])
def test_name_that_says_too_little_or_too_much_is_an_error_with_all_names(
    wanted: str, words: str
) -> None:
    with pytest.raises(SoundError, match=f"{words}.*{NAMES[0]}"):
        chosen(NAMES, wanted)
