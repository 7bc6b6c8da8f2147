"""The network voice: the real client against a server that speaks the service's protocol."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from display_agent import clips, pcm
from display_agent.edge import REFRESH_S, Edge, edge_fetch
from display_agent.errors import VoiceError
from display_agent.espeak import Espeak
from display_agent.recordings import Recordings
from display_agent.shelf import Shelf
from display_agent.speech import Language, Phrase, Tempo, chinese
from display_agent.voice import VoiceChoice, Voices
from tests.agents.display.edge_service import EdgeService, Mood, edge_service

ZH = chinese("A023", 12)
QING = Phrase(language=Language.ZH, tempo=Tempo.NORMAL, text="请")


@pytest.fixture
async def service(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[EdgeService]:
    async with edge_service() as service:
        monkeypatch.setattr("edge_tts.communicate.WSS_URL", service.address)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield service


def edge_of(home: Path) -> Edge:
    return Edge(Shelf(home / "edge", ".mp3"), edge_fetch(None))


async def test_sentence_is_asked_for_in_its_parts_and_kept__VO1(
    service: EdgeService, tmp_path: Path
) -> None:
    edge = edge_of(tmp_path)
    voices = Voices(
        VoiceChoice.AUTO, Recordings(None), edge, Shelf(tmp_path / "clips", ".wav"), Espeak()
    )
    await edge.say(QING)  # the client's own library takes a while to be imported
    first = await voices.render(ZH, Tempo.NORMAL)
    assert first.voice == "edge"
    seconds = 0.2 * len(ZH.text) + 0.08
    assert pcm.seconds(first.sound) == pytest.approx(seconds, abs=0.1)
    voice = "zh-CN-XiaoxiaoNeural"
    parts = [(voice, "+0%", part) for part in ZH.segments]
    assert sorted(service.asked) == sorted([(voice, "+0%", "请"), *parts])
    service.mood = Mood.FORBIDDEN
    assert (await voices.render(ZH, Tempo.NORMAL)) == first
    assert (await voices.render(ZH, Tempo.FAST)).voice == "espeak"
    await voices.close()


async def test_fast_words_are_asked_for_fast__VO3(service: EdgeService, tmp_path: Path) -> None:
    edge = edge_of(tmp_path)
    await edge.say(Phrase(language=Language.EN, tempo=Tempo.FAST, text="Ticket"))
    assert service.asked == [("en-US-AriaNeural", "+30%", "Ticket")]
    await edge.close()


@pytest.mark.parametrize("mood", [m for m in Mood if m not in {Mood.WELL, Mood.HANGS}])
async def test_service_that_fails_leaves_no_file_and_is_left_alone(
    service: EdgeService, tmp_path: Path, mood: Mood
) -> None:
    service.mood = mood
    edge = edge_of(tmp_path)
    with pytest.raises(VoiceError):
        await edge.say(QING)
    assert edge.is_resting
    assert list((tmp_path / "edge").iterdir()) == []
    asked = service.connections
    with pytest.raises(VoiceError, match="resting"):
        await edge.say(QING)
    assert service.connections == asked
    await edge.close()


async def test_service_that_hangs_is_not_waited_for(service: EdgeService, tmp_path: Path) -> None:
    service.mood = Mood.HANGS
    edge = edge_of(tmp_path)
    voices = Voices(
        VoiceChoice.AUTO, Recordings(None), edge, Shelf(tmp_path / "clips", ".wav"), Espeak()
    )
    begin_s = time.monotonic()
    assert (await voices.render(ZH, Tempo.NORMAL)).voice == "espeak"
    assert time.monotonic() - begin_s < 10  # 1.2 s on a machine with nothing else to do
    await voices.close()


async def test_vocabulary_is_rendered_while_there_is_a_network_and_joined_without(
    service: EdgeService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The network goes and comes while the words are rendered."""
    monkeypatch.setattr("display_agent.edge.BETWEEN_S", 0.0)
    monkeypatch.setattr("display_agent.edge.REST_FIRST_S", 0.05)
    edge, espeak = edge_of(tmp_path), Espeak()
    words = list(dict.fromkeys(clips.phrase_of(x, Tempo.NORMAL) for x in ZH.clips if x != "pause"))
    edge.want(words)
    work = asyncio.create_task(edge.work())

    async def until(count: int) -> None:
        async with asyncio.timeout(20):
            while len(list((tmp_path / "edge").glob("*.mp3"))) < count:
                await asyncio.sleep(0.01)

    await until(3)
    service.mood = Mood.BUSY
    await asyncio.sleep(0.1)
    service.mood = Mood.WELL
    await until(len(words))
    work.cancel()
    service.mood = Mood.BUSY
    voices = Voices(
        VoiceChoice.AUTO, Recordings(None), edge, Shelf(tmp_path / "clips", ".wav"), espeak
    )
    rendered = await voices.render(ZH, Tempo.NORMAL)
    assert rendered.voice == "clips-edge"
    await voices.close()


async def test_phrase_rendered_long_ago_is_rendered_anew_when_there_is_time(
    service: EdgeService, tmp_path: Path
) -> None:
    edge = edge_of(tmp_path)
    await edge.say(QING)
    (file,) = (tmp_path / "edge").glob("*.mp3")
    edge.want([QING])
    long_ago_s = time.time() - REFRESH_S - 1
    os.utime(file, (long_ago_s, long_ago_s))
    edge.want([QING])
    work = asyncio.create_task(edge.work())
    async with asyncio.timeout(10):
        while file.stat().st_mtime < long_ago_s + 1:
            await asyncio.sleep(0.01)
    work.cancel()
    assert len(service.asked) == 2
    await edge.close()
