"""A hall's own recordings."""

from pathlib import Path

import pytest

from display_agent import pcm
from display_agent.edge import Edge
from display_agent.espeak import Espeak
from display_agent.recordings import Recordings
from display_agent.shelf import Shelf
from display_agent.speech import PAUSE, VOCABULARY, Language, Tempo, chinese, english
from display_agent.voice import VoiceChoice, Voices
from tests.agents.display.hall import no_network
from tests.agents.display.tape import recognised
from tests.agents.display.test_pcm import tone


def pitch(n: int) -> bytes:
    """A tone of its own for each word."""
    return tone(0.1 + 0.002 * n, 9_000 + 100 * n)


def record(folder: Path, names: list[str]) -> dict[str, bytes]:
    folder.mkdir(exist_ok=True)
    for n, name in enumerate(names):
        (folder / f"{name}.wav").write_bytes(pcm.wav(pcm.silence(0.2) + pitch(n)))
    found = Recordings(folder)
    return {name: sound for name in names if (sound := found.get(name)) is not None}


def voices_of(home: Path, folder: Path | None) -> Voices:
    edge = Edge(Shelf(home / "edge", ".mp3"), no_network)
    shelf = Shelf(home / "clips", ".wav")
    return Voices(VoiceChoice.AUTO, Recordings(folder), edge, shelf, Espeak())


async def test_sentence_whose_words_are_all_recorded_is_spoken_from_them(tmp_path: Path) -> None:
    words = chinese("A023", 12)
    names = [name for name in dict.fromkeys(words.clips) if name != PAUSE]
    sounds = record(tmp_path / "own", names)
    voices = voices_of(tmp_path, tmp_path / "own")
    rendered = await voices.render(words, Tempo.FAST)
    assert rendered.voice == "recordings"
    longest_first = sorted(names, key=lambda name: -len(sounds[name]))
    assert len(recognised({name: sounds[name] for name in longest_first}, rendered.sound)) == len(
        [name for name in words.clips if name != PAUSE]
    )
    other = await voices.render(english("A023", 12), Tempo.NORMAL)
    assert other.voice == "espeak", "nobody recorded English"
    await voices.close()


async def test_word_that_is_missing_leaves_the_sentence_to_another_voice(tmp_path: Path) -> None:
    record(tmp_path / "own", [n for n, (lang, _) in VOCABULARY.items() if lang is Language.ZH])
    (tmp_path / "own" / "digit_3.wav").unlink()
    voices = voices_of(tmp_path, tmp_path / "own")
    assert (await voices.render(chinese("A023", 5), Tempo.NORMAL)).voice == "espeak"
    assert (await voices.render(chinese("A024", 5), Tempo.NORMAL)).voice == "recordings"
    await voices.close()


def test_chime_may_be_the_halls_own(tmp_path: Path) -> None:
    record(tmp_path, ["chime"])
    assert Recordings(tmp_path).chime != pcm.chime()
    assert Recordings(None).chime == pcm.chime()


@pytest.mark.parametrize("folder", [None, Path("/nonexistent")])
def test_without_a_folder_every_word_is_missing(folder: Path | None) -> None:
    found = Recordings(folder)
    assert set(found.missing) == set(VOCABULARY)
    assert found.faults == []


def test_file_that_cannot_be_used_is_told_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "qing.wav").write_bytes(b"not a sound")
    (tmp_path / "hao.wav").write_bytes(pcm.wav(pcm.silence(1)))
    (tmp_path / "quing.wav").write_bytes(pcm.wav(tone(0.3)))
    (tmp_path / "notes.txt").write_text("a note")
    found = Recordings(tmp_path)
    assert [fault.split(":")[0] for fault in found.faults] == ["hao.wav", "qing.wav", "quing.wav"]
    assert found.names == frozenset()
