"""The loudspeaker: PulseAudio, ALSA, or a null device that only takes the time."""

import asyncio
import contextlib
import ctypes
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Generator

import miniaudio
from miniaudio import Backend, MiniaudioError, PlaybackDevice
from msgspec import Struct

from display_agent import pcm
from display_agent.errors import SoundError

BUFFER_MS = 40
TAIL_S = 0.12
"""What was handed over is still being played for about so long."""
OVERTIME_S = 3.0
"""A device that is later than this with a piece is given up."""
OPEN_MAX_S = 5.0
TRIES = 2
"""Real devices tried for one piece of sound; then it goes to the null device."""
RETRY_S = 60.0
"""How often a hall without a sound device looks for one."""

NULL_DEVICE = "null device"

_log = logging.getLogger("yizhan.display.sound")


class Played(Struct, frozen=True, kw_only=True):
    """One piece of sound that was played."""

    began_s: float
    """On `time.monotonic`: when the device took the first samples."""
    device: str


class Loudspeaker:
    """The host's loudspeaker, which its zones share by turns.

    Without a sound device the fault is logged once and the null device stands in, so that a
    hall without speakers, a demo or a test runs as any other.  On the null device nothing can
    be drowned out, so zones do not wait for each other.
    """

    def __init__(self, *, is_null: bool = False, is_fast: bool = False) -> None:
        """`is_null` asks for no device at all; `is_fast` does not even take the time."""
        self._is_null = is_null or is_fast
        self._is_fast = is_fast
        self._device: PlaybackDevice | None = None
        self._name = NULL_DEVICE
        self._fault_logged = False
        self._may_look = True
        self._turn = asyncio.Lock()
        self.waiting = 0
        """How many zones wait for their turn."""

    @property
    def is_null(self) -> bool:
        """Whether nobody hears anything."""
        return self._name == NULL_DEVICE

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Have the loudspeaker for a whole announcement; first come, first served."""
        if self.is_null:
            yield
            return
        self.waiting += 1
        try:
            await self._turn.acquire()
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self._turn.release()

    async def play(self, sound: bytes) -> Played:
        """Play to the end, within a turn.  Raises SoundError when even the null device fails."""
        if self._is_fast:
            return Played(began_s=time.monotonic(), device=NULL_DEVICE)
        for _ in range(TRIES):
            await self._open()
            if self._device is None:
                break
            try:
                return await _played(self._device, self._name, sound)
            except SoundError as error:
                _log.warning("%s failed, the next device is tried: %s", self._name, error)
                await self._drop()
        null = await _opened(Backend.NULL)
        try:
            return await _played(null, NULL_DEVICE, sound)
        finally:
            await asyncio.to_thread(null.close)

    async def open(self) -> None:
        """Find a device, so that the first announcement need not wait for it."""
        _hush_alsa()
        await self._open()

    async def care(self) -> None:
        """Look for a sound device now and then while there is none, until cancelled."""
        while True:
            await asyncio.sleep(RETRY_S)
            self._may_look = True
            await self._open()

    async def close(self) -> None:
        """Fall silent at once."""
        await self._drop()

    async def _open(self) -> None:
        """Take the first real device there is; without one, look again only after a while."""
        if self._device is not None or self._is_null or not self._may_look:
            return
        self._may_look = False
        problems = []
        for backend in (Backend.PULSEAUDIO, Backend.ALSA):
            try:
                self._device = await _opened(backend)
            except SoundError as error:
                problems.append(f"{backend.name}: {error}")
                continue
            self._name = backend.name.lower()
            self._fault_logged = False
            _log.info("sound through %s", self._name)
            return
        self._name = NULL_DEVICE
        if not self._fault_logged:
            self._fault_logged = True
            _log.error("no sound device, nobody hears the calls: %s", "; ".join(problems))

    async def _drop(self) -> None:
        device, self._device = self._device, None
        self._name = NULL_DEVICE
        self._may_look = True
        if device is not None:
            await asyncio.to_thread(device.close)


async def _opened(backend: Backend) -> PlaybackDevice:
    """Open a device.  Raises SoundError."""
    try:
        async with asyncio.timeout(OPEN_MAX_S):
            return await asyncio.to_thread(_device, backend)
    except (MiniaudioError, TimeoutError) as error:
        raise SoundError(str(error)) from error


async def _played(device: PlaybackDevice, name: str, sound: bytes) -> Played:
    """Play one piece to its end.  Raises SoundError."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    source = _Source(sound, lambda: loop.call_soon_threadsafe(ended.set))
    try:
        await asyncio.to_thread(device.start, source.primed())
        async with asyncio.timeout(pcm.seconds(sound) + OVERTIME_S):
            await ended.wait()
            await asyncio.sleep(TAIL_S)
    except TimeoutError:
        raise SoundError("the device takes no samples") from None
    except MiniaudioError as error:
        raise SoundError(str(error)) from error
    finally:
        source.is_over.set()
        await asyncio.to_thread(_stopped, device)
    assert source.began_s is not None, "the end was reached"
    return Played(began_s=source.began_s, device=name)


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
        self.began_s = time.monotonic()
        while place < len(self._sound) and not self.is_over.is_set():
            piece = self._sound[place : place + count * pcm.SAMPLE_BYTES]
            place += len(piece)
            count = yield bytes(piece)
        if not self.is_over.is_set():
            self._end()
        yield b""


_TAKE_ERROR = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)
_unheard = _TAKE_ERROR(lambda *_: None)  # kept: libasound calls it for as long as we live


def _hush_alsa() -> None:
    """Keep libasound from printing thirty lines at each look for a card; we log one."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_unheard)


def _device(backend: Backend) -> PlaybackDevice:
    return PlaybackDevice(
        output_format=miniaudio.SampleFormat.SIGNED16,
        nchannels=1,
        sample_rate=pcm.RATE,
        buffersize_msec=BUFFER_MS,
        backends=[backend],
        app_name="yizhan",
    )


def _stopped(device: PlaybackDevice) -> None:
    try:
        device.stop()
    except MiniaudioError as error:
        _log.warning("the device does not stop: %s", error)
