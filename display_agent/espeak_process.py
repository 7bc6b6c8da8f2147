"""eSpeak NG in a process of its own: its licence is GPL-3, and a crash of it is only its own.

Reads one JSON object a line from standard input: `{"text", "voice", "words_per_minute"}`.
Writes for each a header of two little-endian 32-bit numbers, samples per second and bytes
that follow, then 16-bit mono samples.  No bytes: it could not be said.
"""

import ctypes
import json
import os
import signal
import struct
import sys
from typing import Any, BinaryIO

import espeakng_loader

HEADER = struct.Struct("<II")
BYTES_MAX = 22_050 * 2 * 30
"""Half a minute of sound; an announcement is far shorter."""

# Constants of espeak-ng's speak_lib.h and Linux' prctl.h.
_AUDIO_OUTPUT_SYNCHRONOUS = 2
_POSITION_CHARACTER = 1
_CHARS_UTF8 = 1
_PARAMETER_RATE = 1
_PR_SET_PDEATHSIG = 1


class Engine:
    """The eSpeak library, set up to hand samples over instead of playing them."""

    def __init__(self) -> None:
        self._library: Any = ctypes.CDLL(espeakng_loader.get_library_path())
        self._sound = bytearray()
        data = str(espeakng_loader.get_data_path()).encode()
        self.rate = self._library.espeak_Initialize(_AUDIO_OUTPUT_SYNCHRONOUS, 0, data, 0)
        if self.rate <= 0:
            raise RuntimeError(f"espeak-ng did not start: {self.rate}")
        kind = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p
        )
        self._callback = kind(self._take)  # kept: the library calls it for as long as it lives
        self._library.espeak_SetSynthCallback(self._callback)

    def _take(self, samples: Any, count: int, events: Any) -> int:
        if samples and count > 0:
            self._sound += ctypes.string_at(samples, count * 2)
        return int(len(self._sound) > BYTES_MAX)  # not 0: stop

    def say(self, text: str, voice: str, words_per_minute: int) -> bytes:
        """Samples of the text; none when the voice is unknown or the library fails."""
        self._sound.clear()
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            return b""
        self._library.espeak_SetParameter(_PARAMETER_RATE, words_per_minute, 0)
        raw = text.encode()
        failed = self._library.espeak_Synth(
            raw, len(raw) + 1, 0, _POSITION_CHARACTER, 0, _CHARS_UTF8, None, None
        )
        if failed != 0 or self._library.espeak_Synchronize() != 0:
            return b""
        return bytes(self._sound)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until standard input ends."""
    engine = Engine()
    for line in requests:
        request = json.loads(line)
        sound = engine.say(request["text"], request["voice"], request["words_per_minute"])
        answers.write(HEADER.pack(engine.rate, len(sound)) + sound)
        answers.flush()


def die_with_parent() -> None:
    """Be killed when the process that started us ends, however it ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:  # it ended before we asked
            sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the agent, which then ends us
    die_with_parent()
    serve(sys.stdin.buffer, sys.stdout.buffer)
