"""Which announcements were begun, on disk, so that a crash makes none heard twice (I12)."""

import os
from collections import deque
from pathlib import Path

import msgspec
from msgspec import Struct

KEPT_MAX = 200
"""Begun announcements remembered; far more than can be younger than 45 s."""
LINES_MAX = 2_000
"""The file is written anew when it has so many lines."""


class Begun(Struct, frozen=True, kw_only=True):
    """One line of the file."""

    zone_id: str
    key: str
    """From `announce.key_of`."""


_LINES = msgspec.json.Decoder(Begun)


class Record:
    """An append-only file of begun announcements; a torn last line is ignored."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._begun: deque[Begun] = deque(maxlen=KEPT_MAX)
        self._lines = 0
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            for line in path.read_bytes().splitlines():
                try:
                    self._begun.append(_LINES.decode(line))
                except ValueError:  # neither JSON nor, perhaps, UTF-8
                    continue
        self._write_anew()

    @property
    def keys(self) -> frozenset[str]:
        """Keys of what was begun lately, in this run or an earlier one."""
        return frozenset(begun.key for begun in self._begun)

    def begin(self, zone_id: str, key: str) -> None:
        """Note that this announcement is about to be heard; durable on return."""
        begun = Begun(zone_id=zone_id, key=key)
        self._begun.append(begun)
        if self._lines >= LINES_MAX:
            self._write_anew()
            return
        lines, self._lines = self._lines, LINES_MAX  # a line that ends half way joins no other
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(begun) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        self._lines = lines + 1

    def _write_anew(self) -> None:
        aside = self._path.with_suffix(".new")
        with aside.open("wb") as file:
            file.writelines(msgspec.json.encode(begun) + b"\n" for begun in self._begun)
            file.flush()
            os.fsync(file.fileno())
        aside.rename(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self._lines = len(self._begun)
