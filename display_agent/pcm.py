"""Sound as numbers: 16-bit mono samples in bytes; pure."""

import io
import math
import sys
import wave
from array import array
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

RATE = 24_000
"""Samples per second of everything that is played."""
SAMPLE_BYTES = 2
PEAK = 24_000
"""Height that voices are brought to, of 32767, so that all sound equally loud."""

HEIGHTS_MAX = 8
"""Volumes remembered, 128 kB each; a day has few."""

_BLOCK = RATE // 100
_PIECE = RATE // 10
"""Samples worked on at once, so that a sentence needs no list of 3 MB."""
_SILENT = 300
"""Samples up to this height count as silence."""


def seconds(pcm: bytes) -> float:
    """How long it sounds."""
    return len(pcm) / (RATE * SAMPLE_BYTES)


def silence(length_s: float) -> bytes:
    """Nothing, for so long."""
    return bytes(SAMPLE_BYTES * round(RATE * length_s))


def joined(parts: Iterable[bytes], gap_s: float) -> bytes:
    """One after another, with a gap between each two."""
    return silence(gap_s).join(parts)


def peak(pcm: bytes) -> int:
    """Height of the highest sample, 0 to 32768."""
    samples = _samples(pcm)
    if not samples:
        return 0
    high, low = max(samples), min(samples)
    return max(high, -low)


def scaled(pcm: bytes, factor: float) -> bytes:
    """Louder or softer; never over the edge."""
    if factor == 1.0:
        return pcm
    return _worked(pcm, _heights(factor).__getitem__)


def levelled(pcm: bytes) -> bytes:
    """Brought to the common height; silence stays silence."""
    height = peak(pcm)
    if height <= _SILENT:
        return pcm
    factor = PEAK / height
    return _worked(pcm, lambda sample: int(sample * factor))


def trimmed(pcm: bytes) -> bytes:
    """Without the silence before and after, to a hundredth of a second."""
    samples = _samples(pcm)
    loud = [
        begin
        for begin in range(0, len(samples), _BLOCK)
        if max(samples[begin : begin + _BLOCK]) > _SILENT
        or min(samples[begin : begin + _BLOCK]) < -_SILENT
    ]
    if not loud:
        return b""
    return pcm[loud[0] * SAMPLE_BYTES : (loud[-1] + _BLOCK) * SAMPLE_BYTES]


def wav(pcm: bytes) -> bytes:
    """As a WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(SAMPLE_BYTES)
        out.setframerate(RATE)
        out.writeframes(pcm)
    return file.getvalue()


@cache
def chime() -> bytes:
    """Two soft bell tones, a falling third, that ask for attention (VO2)."""
    tones = ((0.0, 783.99), (0.36, 622.25))  # G5, E flat 5
    length = round(RATE * 1.0)
    mixed = [0.0] * length
    for begin_s, pitch_hz in tones:
        begin = round(RATE * begin_s)
        for place in range(begin, length):
            at_s = (place - begin) / RATE
            attack = min(1.0, at_s / 0.008)  # without it the tone begins with a click
            turn = 2 * math.pi * pitch_hz * at_s
            tone = math.sin(turn) + 0.25 * math.sin(2 * turn)
            mixed[place] += attack * math.exp(-4.5 * at_s) * tone
    top = max(map(abs, mixed))
    fade = round(RATE * 0.05)
    ends = [min(1.0, (length - place) / fade) for place in range(length)]
    height = 0.6 * PEAK / top
    return _bytes(array("h", [int(v * e * height) for v, e in zip(mixed, ends, strict=True)]))


@lru_cache(HEIGHTS_MAX)
def _heights(factor: float) -> "array[int]":
    """What each sample becomes, the negative ones from the end, where an index finds them.

    Looked up, a sample takes a quarter of the time that multiplying and comparing takes.
    """
    low, high = -32768, 32767
    every = (*range(high + 1), *range(low, 0))
    return array("h", [min(high, max(low, int(sample * factor))) for sample in every])


def _worked(pcm: bytes, work: Callable[[int], int]) -> bytes:
    """Each sample by itself."""
    samples, worked = _samples(pcm), array("h")
    for begin in range(0, len(samples), _PIECE):
        worked.extend(array("h", list(map(work, samples[begin : begin + _PIECE]))))
    return _bytes(worked)


def _samples(pcm: bytes) -> "array[int]":
    samples = array("h", pcm[: len(pcm) // SAMPLE_BYTES * SAMPLE_BYTES])
    if sys.byteorder == "big":
        samples.byteswap()
    return samples


def _bytes(samples: "array[int]") -> bytes:
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()
