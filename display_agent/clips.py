"""Announcements joined from words that were rendered beforehand."""

import asyncio
import logging
from collections.abc import Callable

from display_agent import pcm
from display_agent.errors import VoiceError
from display_agent.espeak import Espeak
from display_agent.shelf import Shelf
from display_agent.speech import PAUSE, VOCABULARY, Phrase, Tempo, Words

Lookup = Callable[[str, Tempo], bytes | None]
"""From a clip's name in `VOCABULARY` to its samples."""

_GAP_S = {Tempo.NORMAL: 0.02, Tempo.FAST: 0.01}
_PAUSE_S = {Tempo.NORMAL: 0.15, Tempo.FAST: 0.08}

_log = logging.getLogger("yizhan.display.clips")


def phrase_of(clip: str, tempo: Tempo) -> Phrase:
    """What a voice renders for a clip."""
    language, text = VOCABULARY[clip]
    return Phrase(language=language, tempo=tempo, text=text)


def all_phrases(tempo: Tempo) -> list[Phrase]:
    """The whole vocabulary."""
    return [phrase_of(clip, tempo) for clip in VOCABULARY]


def joined(words: Words, tempo: Tempo, lookup: Lookup) -> bytes | None:
    """The sentence out of one voice's clips; None when one is missing."""
    parts: list[bytes] = []
    for clip in words.clips:
        if clip == PAUSE:
            parts.append(pcm.silence(_PAUSE_S[tempo]))
            continue
        part = lookup(clip, tempo)
        if part is None:
            return None
        parts.append(part)
    return pcm.joined(parts, _GAP_S[tempo])


async def prepare(shelf: Shelf, espeak: Espeak) -> int:
    """Render the words that are not on the shelf yet; returns how many are missing at the end."""
    missing = 0
    for tempo in Tempo:
        for phrase in all_phrases(tempo):
            if await asyncio.to_thread(shelf.get, phrase) is not None:
                continue
            try:
                sound = await espeak.say(phrase)
                await asyncio.to_thread(shelf.put, phrase, pcm.wav(sound))
            except VoiceError as error:
                missing += 1
                _log.warning("no clip of %r: %s", phrase.text, error)
    return missing
