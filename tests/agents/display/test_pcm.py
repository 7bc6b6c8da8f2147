"""Sound as numbers."""

import io
import wave

import numpy as np

from display_agent import pcm


def tone(length_s: float, height: int = 10_000) -> bytes:
    at = np.arange(round(pcm.RATE * length_s)) / pcm.RATE
    return (np.sin(2 * np.pi * 440 * at) * height).astype("<i2").tobytes()


def test_chime_is_short_soft_and_two_toned__VO2() -> None:
    chime = pcm.chime()
    assert 0.8 <= pcm.seconds(chime) <= 1.5
    assert 8_000 < pcm.peak(chime) < 20_000
    samples = np.frombuffer(chime, "<i2").astype(float)
    assert abs(samples[0]) < 100, "it clicks when it begins"
    assert abs(samples[-1]) < 100, "it clicks when it ends"
    pitches = []
    for begin_s, end_s in ((0.05, 0.3), (0.6, 0.9)):
        part = samples[round(begin_s * pcm.RATE) : round(end_s * pcm.RATE)]
        spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part))))
        pitches.append(float(np.fft.rfftfreq(len(part), 1 / pcm.RATE)[spectrum.argmax()]))
    assert abs(pitches[0] - 784) < 10
    assert abs(pitches[1] - 622) < 10


def test_trimming_keeps_the_sound_only() -> None:
    sound = pcm.silence(0.5) + tone(0.3) + pcm.silence(0.7)
    assert abs(pcm.seconds(pcm.trimmed(sound)) - 0.3) < 0.03
    assert pcm.trimmed(pcm.silence(1)) == b""


def test_levels_and_volume__VO7() -> None:
    assert abs(pcm.peak(pcm.levelled(tone(0.1, 3_000))) - pcm.PEAK) < 50
    assert abs(pcm.peak(pcm.scaled(tone(0.1), 0.5)) - 5_000) < 50
    assert pcm.peak(pcm.scaled(tone(0.1, 30_000), 5.0)) <= 32_768
    assert pcm.levelled(pcm.silence(0.1)) == pcm.silence(0.1)


def test_wav_file_is_readable() -> None:
    with wave.open(io.BytesIO(pcm.wav(tone(0.5)))) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, pcm.RATE)
        assert file.readframes(file.getnframes()) == tone(0.5)
