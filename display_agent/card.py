"""A sound device, played through miniaudio."""

import asyncio
import contextlib
import ctypes
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Generator, Sequence
from functools import cache
from typing import Any, Protocol, TypeVar

import miniaudio
from miniaudio import Backend, Devices, MiniaudioError, PlaybackDevice

from display_agent import pcm
from display_agent.errors import SoundError

BUFFER_MS = 40
TAIL_S = 0.12
"""What was handed over is still being played for about so long."""
OVERTIME_S = 3.0
"""A device that is later than this with a piece is given up."""
OPEN_MAX_S = 5.0
STOP_MAX_S = 1.0
"""For falling silent; a driver that takes longer hangs."""
HUNG_MAX = 4
"""Devices left to drivers that hang, each with a thread; then no more is opened."""

_NO_DEVICE = "Discard all samples"
"""So ALSA calls its device that makes no sound."""

_log = logging.getLogger("yizhan.display.card")


class Device(Protocol):
    """Something that plays one piece of sound after another."""

    @property
    def name(self) -> str:
        """What technicians know it by."""
        ...

    async def play(self, sound: bytes) -> float:
        """Play to the end; when it began, on the loop's clock.  Raises SoundError."""
        ...

    async def is_there(self) -> bool:
        """Whether it was not pulled out since."""
        ...

    async def close(self) -> None:
        """Fall silent at once, and let go of it."""
        ...


T = TypeVar("T")
Opener = Callable[[Backend, str], Awaitable[Device]]
"""Opens a device of a back end by its name or part of it.  Raises SoundError."""


async def open_card(backend: Backend, wanted: str) -> Device:
    """Open a device of this machine; without a name the system chooses.  Raises SoundError."""
    if len(_hung) >= HUNG_MAX:
        raise SoundError("the sound driver hangs: start this computer again")
    try:
        return await _in_time(lambda: _opened(backend, wanted), OPEN_MAX_S)
    except MiniaudioError as error:
        raise SoundError(_words(error)) from error
    except TimeoutError:
        raise SoundError("the sound driver does not answer") from None


def names_of(backend: Backend) -> list[str]:
    """What playback devices there are.  Raises MiniaudioError where the back end has none."""
    _hush_alsa()
    names = [info["name"] for info in Devices([backend]).get_playbacks()]
    return [name for name in names if not name.startswith(_NO_DEVICE)]


def chosen(names: Sequence[str], wanted: str) -> int:
    """Which of the names is meant: the one, or the only one that has it.  Raises SoundError."""
    exact = [n for n, name in enumerate(names) if name == wanted]
    part = [n for n, name in enumerate(names) if wanted.lower() in name.lower()]
    found = exact[:1] or part
    if len(found) == 1:
        return found[0]
    there = ", ".join(names) or "none"
    which = "several devices are" if found else "no device is"
    raise SoundError(f"{which} called {wanted!r}; there are: {there}")


class Card:
    """A device of this machine."""

    def __init__(self, backend: Backend, wanted: str, name: str, device: PlaybackDevice) -> None:
        self._backend = backend
        self._wanted = wanted
        self._device = device
        self._is_given_up = False
        self._had_names = bool(_names(Devices([backend])))
        self.name = name

    async def play(self, sound: bytes) -> float:
        """Play one piece to its end; when it began.  Raises SoundError."""
        if self in _hung:
            raise SoundError("the sound driver hangs")
        loop = asyncio.get_running_loop()
        ended = asyncio.Event()
        source = _Source(sound, lambda: loop.call_soon_threadsafe(ended.set))
        try:
            frames = source.primed()
            await _in_time(lambda: self._device.start(frames), OPEN_MAX_S)
            async with asyncio.timeout(pcm.seconds(sound) + OVERTIME_S):
                await ended.wait()
                await asyncio.sleep(TAIL_S)
        except TimeoutError:
            raise SoundError("the device takes no samples") from None
        except MiniaudioError as error:
            raise SoundError(_words(error)) from error
        finally:
            source.is_over.set()
            await self._stop()
        assert source.began_s is not None, "the end was reached"
        return source.began_s

    async def is_there(self) -> bool:
        """Whether the back end answers and still has the device, where it says what it has."""
        try:
            return await _in_time(self._is_there, OPEN_MAX_S)
        except TimeoutError:
            return False

    async def close(self) -> None:
        """Fall silent at once, and let go of it."""
        self._is_given_up = True
        if self in _hung:
            return  # whoever still waits for its driver lets go of it
        try:
            await _in_time(self._device.close, STOP_MAX_S)
        except TimeoutError:
            _log.error("%s is not let go of by its driver", self.name)

    def _is_there(self) -> bool:
        try:
            devices = Devices([self._backend])
        except MiniaudioError:
            return False
        names = _names(devices)
        if names is None or not self._had_names:
            return True
        return any(self._wanted.lower() in name.lower() for name in names)

    async def _stop(self) -> None:
        try:
            await _in_time(self._stop_driver, STOP_MAX_S)
        except MiniaudioError as error:
            _log.warning("the device does not stop: %s", error)
        except TimeoutError:
            _hung.add(self)
            _log.error("%s hangs", self.name)

    def _stop_driver(self) -> None:
        self._device.stop()
        if self in _hung and self._is_given_up:
            self._device.close()  # after minutes perhaps: now another may have it
        _hung.discard(self)


_hung: set[Card] = set()
"""Devices whose driver has not come back."""


async def _in_time(work: Callable[[], T], limit_s: float) -> T:
    """What a driver's work gives.  Raises TimeoutError, and what the work raises.

    Each has a thread of its own: one that hangs must neither keep the others waiting, as in a pool
    of threads, nor the program from ending.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(tell: Callable[..., None], found: object) -> None:
        if not done.done():
            tell(found)

    def run() -> None:
        tell: Callable[..., None] = done.set_result
        found: object
        try:
            found = work()
        except Exception as error:  # noqa: BLE001 — it belongs to whoever waits
            tell, found = done.set_exception, error
        with contextlib.suppress(RuntimeError):  # nobody waits, the loop is closed
            loop.call_soon_threadsafe(settle, tell, found)

    threading.Thread(target=run, name="sound", daemon=True).start()
    async with asyncio.timeout(limit_s):
        return await done


class _Source:
    """Hands one piece to the device's own thread, and notes when that began."""

    def __init__(self, sound: bytes, end: Callable[[], object]) -> None:
        self._sound = memoryview(sound)
        self._end = end
        self.began_s: float | None = None
        self.is_over = threading.Event()

    def primed(self) -> Generator[bytes, int, None]:
        """The generator, ready to be sent frame counts."""
        frames = self._frames()
        next(frames)
        return frames

    def _frames(self) -> Generator[bytes, int, None]:
        count = yield b""
        place = 0
        self.began_s = time.monotonic()  # the clock of asyncio's loops too
        while place < len(self._sound) and not self.is_over.is_set():
            piece = self._sound[place : place + count * pcm.SAMPLE_BYTES]
            place += len(piece)
            count = yield bytes(piece)
        if not self.is_over.is_set():
            self._end()
        yield b""


def _words(error: MiniaudioError) -> str:
    """Its words, and miniaudio's number in brackets."""
    return " ".join(str(part) if n == 0 else f"({part})" for n, part in enumerate(error.args))


def _names(devices: Devices) -> list[str] | None:
    """What devices there are; None when they cannot be asked, as one that plays exclusively."""
    try:
        return [info["name"] for info in devices.get_playbacks()]
    except MiniaudioError:
        return None


def _opened(backend: Backend, wanted: str) -> Card:
    _hush_alsa()
    name, device_id = backend.name.lower(), None
    if wanted:
        infos = [
            info
            for info in Devices([backend]).get_playbacks()
            if not info["name"].startswith(_NO_DEVICE)
        ]
        info = infos[chosen([info["name"] for info in infos], wanted)]
        name, device_id = f"{name}: {info['name']}", info["id"]
    return Card(backend, wanted, name, _playback(backend, device_id))


def _playback(backend: Backend, device_id: Any) -> PlaybackDevice:
    return PlaybackDevice(
        output_format=miniaudio.SampleFormat.SIGNED16,
        nchannels=1,
        sample_rate=pcm.RATE,
        buffersize_msec=BUFFER_MS,
        device_id=device_id,
        backends=[backend],
        app_name="yizhan",
    )


_TAKE_ERROR = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)
_unheard = _TAKE_ERROR(lambda *_: None)  # kept: libasound calls it for as long as we live


@cache
def _hush_alsa() -> None:
    """Keep libasound from printing thirty lines at each look for a card; we log one."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_unheard)
