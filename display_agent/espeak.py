"""The last voice: eSpeak NG, kept in a child process that may die at any time."""

import asyncio
import contextlib
import json
import os
import sys
from pathlib import Path

import miniaudio

from display_agent import pcm
from display_agent.errors import VoiceError
from display_agent.espeak_process import BYTES_MAX, HEADER
from display_agent.speech import Language, Phrase, Tempo

ANSWER_MAX_S = 1.5
"""A child that takes longer is killed; usual are 5 ms, 60 ms for the first phrase."""
TRIES = 2
"""A child that was found dead costs one try."""
TEXT_MAX = 200

_ROOT = str(Path(__file__).resolve().parent.parent)
_VOICES = {Language.ZH: "cmn", Language.EN: "en-us"}
_WORDS_PER_MINUTE = {Tempo.NORMAL: 180, Tempo.FAST: 230}


class Espeak:
    """Says phrases one at a time; starts its child when needed and again when it died."""

    def __init__(self) -> None:
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    @property
    def process_id(self) -> int | None:
        """Of the child; None while there is none."""
        return self._child.pid if self._child is not None else None

    async def say(self, phrase: Phrase) -> bytes:
        """Samples of a phrase.  Raises VoiceError."""
        async with self._turn:
            for attempt in range(1, TRIES + 1):
                try:
                    async with asyncio.timeout(ANSWER_MAX_S):
                        return await self._ask(phrase)
                except (OSError, TimeoutError, asyncio.IncompleteReadError) as error:
                    await self._end()
                    if attempt == TRIES or isinstance(error, TimeoutError):
                        raise VoiceError(f"espeak: {error!r}") from error
                except asyncio.CancelledError:
                    await self._end()  # half an answer may be in the pipe
                    raise
        raise AssertionError("the last try returned or raised")

    async def close(self) -> None:
        """End the child."""
        async with self._turn:
            await self._end()

    async def _ask(self, phrase: Phrase) -> bytes:
        child = self._child or await self._start()
        assert child.stdin is not None, "it was started with pipes"
        assert child.stdout is not None, "it was started with pipes"
        request = {
            "text": phrase.text[:TEXT_MAX],
            "voice": _VOICES[phrase.language],
            "words_per_minute": _WORDS_PER_MINUTE[phrase.tempo],
        }
        child.stdin.write(json.dumps(request).encode() + b"\n")
        await child.stdin.drain()
        rate, length = HEADER.unpack(await child.stdout.readexactly(HEADER.size))
        if length > 2 * BYTES_MAX:
            raise OSError(f"{length} bytes of sound")
        raw = await child.stdout.readexactly(length)
        sound = pcm.trimmed(pcm.levelled(resampled(raw, rate)))
        if not sound:
            raise VoiceError(f"espeak cannot say {phrase.text!r}")
        return sound

    async def _start(self) -> asyncio.subprocess.Process:
        path = os.pathsep.join(filter(None, [_ROOT, os.environ.get("PYTHONPATH")]))
        self._child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "display_agent.espeak_process",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": path},
        )
        return self._child

    async def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        # Not `wait`: half an answer that nobody reads keeps its pipe open, and `wait` for ever.
        await child.communicate()


def resampled(sound: bytes, rate: int) -> bytes:
    """16-bit mono samples of any rate at our own."""
    if rate == pcm.RATE or not sound:
        return sound
    kind = miniaudio.SampleFormat.SIGNED16
    return bytes(miniaudio.convert_frames(kind, 1, rate, sound, kind, 1, pcm.RATE))
