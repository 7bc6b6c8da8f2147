"""A hall's own recordings in the place of rendered clips (docs/voice.md)."""

from pathlib import Path

from display_agent import pcm
from display_agent.errors import VoiceError
from display_agent.shelf import decoded
from display_agent.speech import VOCABULARY

CHIME = "chime"
SUFFIXES = (".wav", ".mp3", ".flac")
BYTES_MAX = 5 * 1024 * 1024
"""Of one file; a second of uncompressed stereo is 0.2 MB."""


class Recordings:
    """Files called like the words of `VOCABULARY`, read once; each brought to the same height."""

    def __init__(self, folder: Path | None) -> None:
        self._sounds: dict[str, bytes] = {}
        self.faults: list[str] = []
        """Files that cannot be used, and why."""
        for path in sorted(folder.iterdir()) if folder is not None and folder.is_dir() else ():
            if path.suffix.lower() in SUFFIXES:
                self._read(path)

    @property
    def names(self) -> frozenset[str]:
        """What was recorded and can be used."""
        return frozenset(self._sounds)

    @property
    def missing(self) -> tuple[str, ...]:
        """Words that were not recorded: sentences with them are left to the next voice."""
        return tuple(name for name in VOCABULARY if name not in self._sounds)

    @property
    def chime(self) -> bytes:
        """The hall's own chime, or ours."""
        return self._sounds.get(CHIME) or pcm.chime()

    def get(self, clip: str) -> bytes | None:
        """Samples of a word; None when it was not recorded."""
        return self._sounds.get(clip)

    def _read(self, path: Path) -> None:
        if path.stem not in VOCABULARY and path.stem != CHIME:
            self.faults.append(f"{path.name}: no word is called so")
            return
        try:
            if path.stat().st_size > BYTES_MAX:
                raise VoiceError("is too large")
            self._sounds[path.stem] = decoded(path.read_bytes())
        except (OSError, VoiceError) as error:
            self.faults.append(f"{path.name}: {error}")
