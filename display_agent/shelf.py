"""Rendered phrases on disk, and the ones in use in memory."""

import hashlib
import logging
import os
import time
from collections import OrderedDict
from pathlib import Path

import miniaudio

from display_agent import pcm
from display_agent.errors import VoiceError
from display_agent.speech import Phrase

FILES_MAX = 5_000
"""Per shelf, the least recently written go first; about 100 MB of mp3."""
HELD_MAX = 400
"""Decoded phrases in memory; about 30 MB."""
LENGTH_MIN_S = 0.05
LENGTH_MAX_S = 15.0

_log = logging.getLogger("yizhan.display.shelf")


class Shelf:
    """Keeps what one voice rendered.

    A file is written aside and renamed, and only after it was decoded and found sensible; one
    that is damaged later is thrown away when it is met, so that it is rendered again.
    """

    def __init__(self, home: Path, suffix: str) -> None:
        self._home = home
        self._suffix = suffix
        self._held: OrderedDict[str, bytes] = OrderedDict()
        home.mkdir(parents=True, exist_ok=True)
        self._sweep()

    def get(self, phrase: Phrase) -> bytes | None:
        """Samples of the phrase, trimmed and levelled; None when it is not there."""
        name = self._name(phrase)
        sound = self._held.get(name)
        if sound is not None:
            self._held.move_to_end(name)
            return sound
        path = self._home / name
        try:
            data = path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            _log.warning("cannot read %s: %s", path, error)
            return None
        try:
            return self._hold(name, decoded(data))
        except VoiceError as error:
            _log.warning("damaged %s is thrown away: %s", path, error)
            path.unlink(missing_ok=True)
            return None

    def has(self, phrase: Phrase, age_max_s: float) -> bool:
        """Whether a file is there that is not older; it may still prove damaged."""
        try:
            written_s = (self._home / self._name(phrase)).stat().st_mtime
        except OSError:
            return self._name(phrase) in self._held  # as when the disk is full
        return time.time() - written_s < age_max_s

    def put(self, phrase: Phrase, data: bytes) -> bytes:
        """Keep an mp3 or WAV file.  Returns its samples.  Raises VoiceError when unfit.

        A full disk is no reason for silence: the samples then stay in memory only.
        """
        sound = decoded(data)
        name = self._name(phrase)
        aside = self._home / f".{name}.{os.getpid()}"
        try:
            aside.write_bytes(data)
            aside.rename(self._home / name)
        except OSError as error:
            _log.warning("cannot keep %s: %s", name, error)
            aside.unlink(missing_ok=True)
        return self._hold(name, sound)

    def _hold(self, name: str, sound: bytes) -> bytes:
        self._held[name] = sound
        if len(self._held) > HELD_MAX:
            self._held.popitem(last=False)
        return sound

    def _name(self, phrase: Phrase) -> str:
        text = f"{phrase.language}|{phrase.tempo}|{phrase.text}"
        return hashlib.sha256(text.encode()).hexdigest()[:32] + self._suffix

    def _sweep(self) -> None:
        for aside in self._home.glob(".*"):  # left by a run that was cut off
            aside.unlink(missing_ok=True)
        files = sorted(self._home.glob(f"*{self._suffix}"), key=lambda path: path.stat().st_mtime)
        for path in files[: max(0, len(files) - FILES_MAX)]:
            path.unlink(missing_ok=True)


def decoded(data: bytes) -> bytes:
    """Samples of an mp3 or WAV file, trimmed and levelled.  Raises VoiceError when unfit."""
    try:
        file = miniaudio.decode(
            data, miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=pcm.RATE
        )
    except (miniaudio.MiniaudioError, ValueError) as error:
        raise VoiceError(f"does not decode: {error}") from error
    sound = pcm.trimmed(pcm.levelled(file.samples.tobytes()))
    length_s = pcm.seconds(sound)
    if not LENGTH_MIN_S <= length_s <= LENGTH_MAX_S:
        raise VoiceError(f"sounds for {length_s:.2f} s")
    return sound
