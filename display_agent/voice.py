"""The voices in order: the first that can say it in time does."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from enum import StrEnum

from msgspec import Struct

from display_agent import clips, pcm
from display_agent.edge import Edge
from display_agent.errors import VoiceError
from display_agent.espeak import Espeak
from display_agent.recordings import Recordings
from display_agent.shelf import Shelf
from display_agent.speech import Phrase, Tempo, Words, chinese, english, likely_next

EDGE_WAIT_S = 1.2
"""The chime plays meanwhile; what comes later is in the cache the next time."""
SEGMENT_GAP_S = 0.08

_log = logging.getLogger("yizhan.display.voice")


class VoiceChoice(StrEnum):
    """With which voice to begin; every choice ends with espeak."""

    AUTO = "auto"
    RECORDINGS = "recordings"
    CLIPS = "clips"
    ESPEAK = "espeak"
    EDGE = "edge"


class Rendered(Struct, frozen=True, kw_only=True):
    """A sentence as sound."""

    sound: bytes
    voice: str
    """`recordings`, `edge`, `clips-edge`, `clips-espeak` or `espeak`."""


class Voices:
    """Says a sentence whatever fails, as long as one voice is left."""

    def __init__(
        self,
        choice: VoiceChoice,
        recordings: Recordings,
        edge: Edge,
        shelf: Shelf,
        espeak: Espeak,
    ) -> None:
        """`shelf` holds the clips that espeak rendered."""
        self._choice = choice
        self._recordings = recordings
        self._edge = edge
        self._shelf = shelf
        self._espeak = espeak

    async def render(self, words: Words, tempo: Tempo) -> Rendered:
        """The sentence in the best voice that is ready.  Raises VoiceError when none is."""
        begin_s = time.monotonic()
        problems: list[str] = []
        for voice in self._order():
            try:
                return await self._in(voice, words, tempo)
            except (VoiceError, TimeoutError) as error:
                problems.append(f"{voice.value}: {error}")
        waited_s = time.monotonic() - begin_s
        raise VoiceError(f"no voice after {waited_s:.1f} s: {'; '.join(problems)}")

    def expect(self, calls: Sequence[tuple[str, int]]) -> None:
        """Have the numbers that are likely to be called next rendered in advance.

        `calls` are numbers and windows, the newest last.
        """
        if not self._uses_edge:
            return
        phrases: dict[Phrase, None] = {}
        for number, counter_no in reversed(calls):
            for near in (number, *likely_next(number)):
                try:
                    both = chinese(near, counter_no), english(near, counter_no)
                except ValueError:
                    continue
                phrases |= dict.fromkeys(
                    part for words in both for part in _segments(words, Tempo.NORMAL)
                )
        self._edge.want(phrases)

    async def work(self) -> None:
        """Render words in advance, until cancelled."""
        missing = await clips.prepare(self._shelf, self._espeak)
        _log.info("clips are ready, %d missing", missing)
        if not self._uses_edge:
            return
        self._edge.want([*clips.all_phrases(Tempo.NORMAL), *clips.all_phrases(Tempo.FAST)])
        await self._edge.work()

    async def close(self) -> None:
        """Give up what is under way and end espeak's process."""
        await self._edge.close()
        await self._espeak.close()

    @property
    def _uses_edge(self) -> bool:
        return self._choice in {VoiceChoice.AUTO, VoiceChoice.EDGE}

    def _order(self) -> tuple[VoiceChoice, ...]:
        match self._choice:
            case VoiceChoice.AUTO:
                return (
                    VoiceChoice.RECORDINGS,
                    VoiceChoice.EDGE,
                    VoiceChoice.CLIPS,
                    VoiceChoice.ESPEAK,
                )
            case choice if choice is VoiceChoice.ESPEAK:
                return (VoiceChoice.ESPEAK,)
            case choice:
                return choice, VoiceChoice.ESPEAK

    async def _in(self, voice: VoiceChoice, words: Words, tempo: Tempo) -> Rendered:
        if voice is VoiceChoice.RECORDINGS:
            sound = clips.joined(words, tempo, lambda clip, _: self._recordings.get(clip))
            if sound is None:
                raise VoiceError("words are not recorded")
            return Rendered(sound=sound, voice="recordings")
        if voice is VoiceChoice.EDGE:
            async with asyncio.timeout(EDGE_WAIT_S):
                parts = [self._edge.say(part) for part in _segments(words, tempo)]
                sounds = await asyncio.gather(*parts)
            return Rendered(sound=pcm.joined(sounds, SEGMENT_GAP_S), voice="edge")
        if voice is VoiceChoice.CLIPS:
            return await asyncio.to_thread(self._from_clips, words, tempo)
        sentence = Phrase(language=words.language, tempo=tempo, text=words.text)
        return Rendered(sound=await self._espeak.say(sentence), voice="espeak")

    def _from_clips(self, words: Words, tempo: Tempo) -> Rendered:
        """The better voice first, even where it has only the slower words."""
        for wanted in dict.fromkeys((tempo, Tempo.NORMAL)):
            sound = clips.joined(words, wanted, _of(self._edge.cached)) if self._uses_edge else None
            if sound is not None:
                return Rendered(sound=sound, voice="clips-edge")
        sound = clips.joined(words, tempo, _of(self._shelf.get))
        if sound is None:
            raise VoiceError("clips are missing")
        return Rendered(sound=sound, voice="clips-espeak")


def _of(get: Callable[[Phrase], bytes | None]) -> clips.Lookup:
    """Where the clips are that a voice rendered."""
    return lambda clip, tempo: get(clips.phrase_of(clip, tempo))


def _segments(words: Words, tempo: Tempo) -> list[Phrase]:
    return [Phrase(language=words.language, tempo=tempo, text=part) for part in words.segments]
