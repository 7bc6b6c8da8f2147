"""A loudspeaker that keeps what it played, on a clock of its own: proof by sound."""

import asyncio
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from miniaudio import Backend

from display_agent import pcm
from display_agent.card import Device
from display_agent.errors import SoundError

Samples = np.ndarray[Any, np.dtype[np.float64]]

ALIKE = 0.98
"""Correlation from which a piece of sound is taken for a clip."""


class Tape:
    """Plays into memory and takes the loop's time for it."""

    def __init__(self, name: str = "tape") -> None:
        self.name = name
        self.pieces: list[tuple[float, bytes]] = []
        """When each began, in seconds of the loop, and its samples."""
        self.is_pulled_out = False
        self.is_closed = False

    async def play(self, sound: bytes) -> float:
        if self.is_pulled_out:
            raise SoundError("pulled out")
        began_s = asyncio.get_running_loop().time()
        self.pieces.append((began_s, sound))
        await asyncio.sleep(pcm.seconds(sound))
        if self.is_pulled_out:
            raise SoundError("pulled out")
        return began_s

    async def is_there(self) -> bool:
        return not self.is_pulled_out

    async def close(self) -> None:
        self.is_closed = True

    async def opened(self, backend: Backend, wanted: str) -> Device:
        """As an opener: there is only this, whatever is wanted."""
        if self.is_pulled_out and backend is not Backend.NULL:
            raise SoundError("no card")
        return Tape("null") if backend is Backend.NULL else self

    def mixed(self) -> bytes:
        """All of it as it sounded in the hall, from the loop's beginning."""
        end_s = max(begin_s + pcm.seconds(sound) for begin_s, sound in self.pieces)
        whole = np.zeros(round(end_s * pcm.RATE) + 1, np.int32)
        for begin_s, sound in self.pieces:
            begin = round(begin_s * pcm.RATE)
            piece = np.frombuffer(sound, "<i2")
            whole[begin : begin + len(piece)] += piece
        return bytes(np.clip(whole, -32768, 32767).astype("<i2").tobytes())

    def write(self, path: Path) -> Path:
        """As a WAV file that people can listen to."""
        path.write_bytes(pcm.wav(self.mixed()))
        return path


def samples_of(sound: bytes) -> Samples:
    return np.frombuffer(sound, "<i2").astype(np.float64)


class Track:
    """What was played, ready to be searched."""

    def __init__(self, whole: Samples) -> None:
        self._length = len(whole)
        self._size = 1 << (2 * len(whole)).bit_length()
        self._spectrum = np.fft.rfft(whole, self._size)
        self._energy = np.concatenate([[0.0], np.cumsum(whole**2)])

    def places_of(self, clip: Samples) -> list[int]:
        """Where the clip sounds, whatever the volume: samples from the beginning."""
        if len(clip) > self._length:
            return []
        product = np.fft.irfft(self._spectrum * np.conj(np.fft.rfft(clip, self._size)), self._size)
        product = product[: self._length - len(clip) + 1]
        energy = self._energy[len(clip) :] - self._energy[: -len(clip)]
        alike = product / (np.sqrt(np.maximum(energy, 1.0)) * np.linalg.norm(clip))
        found: list[int] = []
        for place in np.flatnonzero(alike > ALIKE):
            if not found or place - found[-1] >= len(clip):
                found.append(int(place))
            elif alike[place] > alike[found[-1]]:
                found[-1] = int(place)
        return found


def recognised(clips: dict[str, bytes], whole: bytes) -> list[tuple[float, str, float]]:
    """Which clips sound in what was played: begin, name and end in seconds, in their order.

    Where two begin at the same place the longer one is meant.
    """
    track = Track(samples_of(whole))
    found = [
        (place, name, place + len(sound) // 2)
        for name, sound in clips.items()
        for place in track.places_of(samples_of(sound))
    ]
    found.sort(key=lambda one: (one[0], -one[2]))
    return [(a / pcm.RATE, name, b / pcm.RATE) for a, name, b in _apart(found)]


def _apart(found: Iterable[tuple[int, str, int]]) -> Iterator[tuple[int, str, int]]:
    last = -1
    for begin, name, end in found:
        if begin >= last:
            yield begin, name, end
            last = end
