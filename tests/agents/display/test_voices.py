"""The voices: each alone, and how one stands in for another."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from display_agent import clips, pcm
from display_agent.edge import BETWEEN_S, FETCH_MAX_S, Edge, Fetch, edge_fetch
from display_agent.errors import VoiceError
from display_agent.espeak import Espeak
from display_agent.recordings import Recordings
from display_agent.shelf import Shelf, decoded
from display_agent.speech import Language, Phrase, Tempo, chinese, english
from display_agent.voice import EDGE_WAIT_S, VoiceChoice, Voices
from tests.agents.display.test_pcm import tone

ZH = chinese("A023", 5)
EN = english("A023", 5)
IN_TIME_S = FETCH_MAX_S / 2
"""After EDGE_WAIT_S, on a slow machine; who waits for the network takes longer."""


def phrase(text: str, language: Language = Language.ZH, tempo: Tempo = Tempo.NORMAL) -> Phrase:
    return Phrase(language=language, tempo=tempo, text=text)


def of(shelf: Shelf) -> clips.Lookup:
    return lambda clip, tempo: shelf.get(clips.phrase_of(clip, tempo))


class Service:
    """Stands for the network: counts, and answers as told."""

    def __init__(self, sound: bytes | Exception | None) -> None:
        self.sound = sound
        self.asked: list[str] = []

    async def __call__(self, text: str, voice: str, rate: str) -> bytes:
        self.asked.append(text)
        if self.sound is None:
            await asyncio.sleep(60)
        if isinstance(self.sound, Exception):
            raise self.sound
        assert self.sound is not None
        return self.sound


def voices_of(home: Path, choice: VoiceChoice, fetch: Fetch, espeak: Espeak) -> Voices:
    edge = Edge(Shelf(home / "edge", ".mp3"), fetch)
    return Voices(choice, Recordings(None), edge, Shelf(home / "clips", ".wav"), espeak)


async def test_espeak_speaks_both_languages_at_both_speeds__VO1_VO3() -> None:
    espeak = Espeak()
    lengths = {}
    for words in (ZH, EN):
        for tempo in Tempo:
            sound = await espeak.say(phrase(words.text, words.language, tempo))
            assert pcm.peak(sound) > 15_000, "silent"
            lengths[words.language, tempo] = pcm.seconds(sound)
    assert 2.0 < lengths[Language.ZH, Tempo.NORMAL] < 6.0
    assert 2.0 < lengths[Language.EN, Tempo.NORMAL] < 6.0
    assert lengths[Language.ZH, Tempo.FAST] < 0.9 * lengths[Language.ZH, Tempo.NORMAL]
    await espeak.close()


async def test_espeak_reads_hanzi_as_chinese__VO1() -> None:
    espeak = Espeak()
    one = pcm.seconds(await espeak.say(phrase("零")))
    four = pcm.seconds(await espeak.say(phrase("零零零零")))
    assert one < 0.6, "a hanzi is one syllable, not its name in English"
    assert four < 4.5 * one
    await espeak.close()


async def test_killed_espeak_is_started_again() -> None:
    espeak = Espeak()
    await espeak.say(phrase("请"))
    first = espeak.process_id
    assert first is not None
    os.kill(first, signal.SIGKILL)
    begin_s = time.monotonic()
    assert pcm.seconds(await espeak.say(phrase("请"))) > 0.1
    assert time.monotonic() - begin_s < 1.5
    assert espeak.process_id != first
    await espeak.close()
    assert espeak.process_id is None


async def test_stopped_espeak_is_given_up_in_time() -> None:
    espeak = Espeak()
    await espeak.say(phrase("请"))
    assert espeak.process_id is not None
    os.kill(espeak.process_id, signal.SIGSTOP)
    begin_s = time.monotonic()
    with pytest.raises(VoiceError):
        await espeak.say(phrase("请"))
    assert time.monotonic() - begin_s < 2.0
    assert pcm.seconds(await espeak.say(phrase("请"))) > 0.1
    await espeak.close()


async def test_sentence_given_up_halfway_does_not_silence_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As when the visitor comes while the chime sounds: the rest of the answer fills the pipe."""

    real, sizes = asyncio.StreamReader.feed_data, [0]

    def feed_data(reader: asyncio.StreamReader, data: bytes) -> None:
        real(reader, data)
        sizes[0] += len(data)
        if sizes[0] > 2**17:  # more than a reader takes in by itself
            giving_up.cancel()

    espeak = Espeak()
    with monkeypatch.context() as patch:
        patch.setattr(asyncio.StreamReader, "feed_data", feed_data)
        giving_up = asyncio.create_task(espeak.say(phrase(ZH.text * 3)))
        async with asyncio.timeout(10):
            await asyncio.wait((giving_up,))
    assert giving_up.cancelled()
    async with asyncio.timeout(10):
        assert pcm.seconds(await espeak.say(phrase("请"))) > 0.1
    await espeak.close()


async def test_unsayable_phrase_is_an_error() -> None:
    espeak = Espeak()
    with pytest.raises(VoiceError, match="cannot say"):
        await espeak.say(phrase(""))
    await espeak.close()


def test_shelf_keeps_across_runs_and_replaces_damaged_files(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, ".wav")
    kept = shelf.put(phrase("请"), pcm.wav(tone(0.5)))
    assert Shelf(tmp_path, ".wav").get(phrase("请")) == kept
    (file,) = tmp_path.glob("*.wav")
    for damage in (b"", b"ID3 not a sound", file.read_bytes()[:60]):
        file.write_bytes(damage)
        fresh = Shelf(tmp_path, ".wav")
        assert fresh.get(phrase("请")) is None
        assert not file.exists()
        fresh.put(phrase("请"), pcm.wav(tone(0.5)))
    assert Shelf(tmp_path, ".wav").get(phrase("请")) == kept


def test_shelf_takes_no_unfit_sound_and_leaves_nothing_aside(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path, ".mp3")
    for unfit in (b"", b"<html>503</html>", pcm.wav(pcm.silence(2)), pcm.wav(tone(20))):
        with pytest.raises(VoiceError):
            shelf.put(phrase("请"), unfit)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / ".cut-off.mp3.1").write_bytes(b"x")
    Shelf(tmp_path, ".mp3")
    assert list(tmp_path.iterdir()) == []


async def test_clips_are_prepared_once_and_joined_in_order__VO1(tmp_path: Path) -> None:
    espeak = Espeak()
    shelf = Shelf(tmp_path, ".wav")
    assert await clips.prepare(shelf, espeak) == 0
    before = {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert await clips.prepare(Shelf(tmp_path, ".wav"), espeak) == 0
    assert {file: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == before
    await espeak.close()
    for words in (ZH, EN):
        whole = clips.joined(words, Tempo.NORMAL, of(shelf))
        assert whole is not None
        place = 0
        for clip in words.clips:
            if clip == "pause":
                continue
            part = shelf.get(clips.phrase_of(clip, Tempo.NORMAL))
            assert part is not None
            found = whole.find(part, place)
            assert found >= place, f"{clip} is missing or overlaps the one before"
            place = found + len(part)
        assert place == len(whole)
        assert 2.0 < pcm.seconds(whole) < 6.0
        fast = clips.joined(words, Tempo.FAST, of(shelf))
        assert fast is not None
        assert len(fast) < 0.9 * len(whole)


async def test_unreachable_proxy_falls_to_the_next_voice_in_time(tmp_path: Path) -> None:
    espeak = Espeak()
    voices = voices_of(tmp_path, VoiceChoice.AUTO, edge_fetch("http://127.0.0.1:9"), espeak)
    begin_s = time.monotonic()
    rendered = await voices.render(ZH, Tempo.NORMAL)
    assert time.monotonic() - begin_s < IN_TIME_S
    assert rendered.voice == "espeak", "there are no clips yet"
    await voices.close()


async def test_black_hole_falls_to_clips_in_time_and_then_at_once(tmp_path: Path) -> None:
    espeak = Espeak()
    shelf = Shelf(tmp_path / "clips", ".wav")
    await clips.prepare(shelf, espeak)
    edge = Edge(Shelf(tmp_path / "edge", ".mp3"), Service(None))
    voices = Voices(VoiceChoice.AUTO, Recordings(None), edge, shelf, espeak)
    begin_s = time.monotonic()
    assert (await voices.render(ZH, Tempo.NORMAL)).voice == "clips-espeak"
    assert time.monotonic() - begin_s < IN_TIME_S
    await voices.close()


@pytest.mark.parametrize("error", [RuntimeError("503"), OSError("reset"), ValueError("x")])
async def test_failed_network_voice_rests_and_no_call_waits_for_it(
    tmp_path: Path, error: Exception
) -> None:
    service = Service(error)
    now_s = 1000.0
    edge = Edge(Shelf(tmp_path / "edge", ".mp3"), service, now_s=lambda: now_s)
    espeak = Espeak()
    voices = Voices(
        VoiceChoice.EDGE, Recordings(None), edge, Shelf(tmp_path / "clips", ".wav"), espeak
    )
    assert (await voices.render(ZH, Tempo.NORMAL)).voice == "espeak"
    await asyncio.sleep(0)
    asked = len(service.asked)
    begin_s = time.monotonic()
    assert (await voices.render(EN, Tempo.NORMAL)).voice == "espeak"
    assert time.monotonic() - begin_s < EDGE_WAIT_S, "calls wait for a voice that rests"
    assert len(service.asked) == asked
    now_s += 61
    service.sound = pcm.wav(tone(1.0))
    assert (await voices.render(EN, Tempo.NORMAL)).voice == "edge"
    await voices.close()


async def test_empty_answer_of_the_network_voice_is_a_failure(tmp_path: Path) -> None:
    edge = Edge(Shelf(tmp_path, ".mp3"), Service(b""))
    with pytest.raises(VoiceError):
        await edge.say(phrase("请"))
    assert edge.is_resting
    assert list(tmp_path.iterdir()) == []


async def test_network_voice_comes_from_the_cache_the_second_time(tmp_path: Path) -> None:
    service = Service(pcm.wav(tone(1.0)))
    espeak = Espeak()
    voices = voices_of(tmp_path, VoiceChoice.AUTO, service, espeak)
    first = await voices.render(ZH, Tempo.NORMAL)
    service.sound = RuntimeError("no network any more")
    assert await voices.render(ZH, Tempo.NORMAL) == first
    assert first.voice == "edge"
    assert service.asked == list(ZH.segments)
    await voices.close()


async def test_coming_numbers_are_rendered_in_advance(tmp_path: Path) -> None:
    service = Service(pcm.wav(tone(1.0)))
    edge = Edge(Shelf(tmp_path / "edge", ".mp3"), service)
    espeak = Espeak()
    voices = Voices(
        VoiceChoice.AUTO, Recordings(None), edge, Shelf(tmp_path / "clips", ".wav"), espeak
    )
    voices.expect([("A023", 5)])
    work = asyncio.create_task(edge.work())
    async with asyncio.timeout(10):
        while len(service.asked) < 6:
            await asyncio.sleep(BETWEEN_S / 4)
    work.cancel()
    assert service.asked[:4] == [*ZH.segments, *EN.segments]
    assert service.asked[4] == chinese("A024", 5).segments[0]
    await voices.close()


async def test_caller_that_waits_no_longer_still_fills_the_cache(tmp_path: Path) -> None:
    class Slow(Service):
        async def __call__(self, text: str, voice: str, rate: str) -> bytes:
            await asyncio.sleep(0.2)
            return await super().__call__(text, voice, rate)

    edge = Edge(Shelf(tmp_path, ".mp3"), Slow(pcm.wav(tone(1.0))))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(edge.say(phrase("请")), 0.05)
    await asyncio.sleep(0.4)
    assert edge.cached(phrase("请")) is not None


async def test_no_voice_at_all_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(self: Espeak, phrase: Phrase) -> bytes:
        raise VoiceError("gone")

    monkeypatch.setattr(Espeak, "say", broken)
    voices = voices_of(tmp_path, VoiceChoice.AUTO, Service(RuntimeError("x")), Espeak())
    with pytest.raises(VoiceError, match="no voice"):
        await voices.render(ZH, Tempo.NORMAL)


def test_decoded_sound_is_trimmed_and_levelled() -> None:
    sound = decoded(pcm.wav(pcm.silence(0.5) + tone(0.5, 3_000) + pcm.silence(0.5)))
    assert abs(pcm.seconds(sound) - 0.5) < 0.03
    assert abs(pcm.peak(sound) - pcm.PEAK) < 50
