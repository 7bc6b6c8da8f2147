"""The loudspeaker: PulseAudio, ALSA, or a null device that only takes the time."""

import asyncio
import contextlib
import ctypes
import logging
import threading
import time
from collections.abc import Callable, Generator

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
    """Plays one piece at a time.

    Without a sound device the fault is logged once and the null device stands in, so that a
    hall without speakers, a demo or a test runs as any other.
    """

    def __init__(self, *, is_null: bool = False, is_fast: bool = False) -> None:
        """`is_null` asks for no device at all; `is_fast` does not even take the time."""
        self._is_null = is_null or is_fast
        self._is_fast = is_fast
        self._device: PlaybackDevice | None = None
        self._name = NULL_DEVICE
        self._fault_logged = False
        self._turn = asyncio.Lock()

    @property
    def is_null(self) -> bool:
        """Whether nobody hears anything."""
        return self._name == NULL_DEVICE

    async def play(self, sound: bytes) -> Played:
        """Play to the end.  Raises SoundError when even the null device fails."""
        async with self._turn:
            if self._is_fast:
                return Played(began_s=time.monotonic(), device=NULL_DEVICE)
            try:
                return await self._play(sound)
            except SoundError as error:
                _log.warning("%s failed, the next device is tried: %s", self._name, error)
                await self._drop()
                return await self._play(sound)

    async def open(self) -> None:
        """Find a device, so that the first announcement need not wait for it."""
        _hush_alsa()
        async with self._turn:
            if self._device is None and not self._is_fast:
                await self._open()

    async def care(self) -> None:
        """Look for a sound device now and then while there is none, until cancelled."""
        while True:
            await asyncio.sleep(RETRY_S)
            async with self._turn:
                if self.is_null and not self._is_null:
                    await self._drop()
                    await self._open()

    async def close(self) -> None:
        """Fall silent at once."""
        await self._drop()

    async def _play(self, sound: bytes) -> Played:
        device = self._device or await self._open()
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
        return Played(began_s=source.began_s, device=self._name)

    async def _open(self) -> PlaybackDevice:
        wanted = [] if self._is_null else [Backend.PULSEAUDIO, Backend.ALSA]
        problems = []
        for backend in [*wanted, Backend.NULL]:
            try:
                async with asyncio.timeout(OPEN_MAX_S):
                    self._device = await asyncio.to_thread(_device, backend)
            except (MiniaudioError, TimeoutError) as error:
                problems.append(f"{backend.name}: {error}")
                continue
            self._name = NULL_DEVICE if backend is Backend.NULL else backend.name.lower()
            self._tell(problems)
            return self._device
        raise SoundError("; ".join(problems))

    def _tell(self, problems: list[str]) -> None:
        if not self.is_null:
            self._fault_logged = False
            _log.info("sound through %s", self._name)
        elif not self._is_null and not self._fault_logged:
            self._fault_logged = True
            _log.error("no sound device, nobody hears the calls: %s", "; ".join(problems))

    async def _drop(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            await asyncio.to_thread(device.close)


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
