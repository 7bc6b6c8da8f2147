"""What was said, as files: a WAV for each announcement and one line of JSON."""

import os
from collections import deque
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from display_agent import pcm
from display_agent.announce import Form

WAVS_MAX = 500
"""The newest are kept, about 150 MB."""
TRANSCRIPT_MAX = 10 * 1024 * 1024
"""Bytes of `spoken.jsonl` before it becomes `spoken.jsonl.1`; some 25,000 announcements."""


class Spoken(Struct, frozen=True, kw_only=True):
    """One line of `spoken.jsonl`."""

    call_id: str
    zone: str
    number: str
    counter_no: int
    form: Form
    zh: str
    zh_times: int
    """How often the Chinese sentence was said: 2 when alone, else 1."""
    en: str | None
    """None when no English was said."""
    voice: str
    """Which voice said the Chinese: `edge`, `clips-edge`, `clips-espeak`, `espeak`."""
    device: str
    started_at: datetime
    """By the hub's clock: when the chime began."""
    seconds: float
    """How long all of it sounds, with chime and pauses."""
    first_sound_ms: float
    """From the arrival of the view with the call to the chime; other calls' time included."""


class Transcript:
    """Writes into one folder; the WAV comes first, so that a line never lacks its sound."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        kept = sorted(folder.glob("*.wav"), key=lambda path: path.stat().st_mtime)
        self._wavs = deque(path.name for path in kept)

    def write(self, spoken: Spoken, sound: bytes) -> None:
        """Keep one announcement."""
        name = f"{spoken.call_id.replace('/', '_')}.wav"
        aside = self._folder / f".{name}.{os.getpid()}"
        aside.write_bytes(pcm.wav(sound))
        aside.rename(self._folder / name)
        self._wavs.append(name)
        while len(self._wavs) > WAVS_MAX:
            (self._folder / self._wavs.popleft()).unlink(missing_ok=True)
        path = self._folder / "spoken.jsonl"
        with path.open("ab") as file:
            file.write(msgspec.json.encode(spoken) + b"\n")
            is_full = file.tell() > TRANSCRIPT_MAX
        if is_full:
            path.rename(path.with_suffix(".jsonl.1"))
