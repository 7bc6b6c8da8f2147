"""The loudspeaker of a zone: PulseAudio, ALSA, or a null device that only takes the time."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable

from miniaudio import Backend
from msgspec import Struct

from backend.core.ids import SpeakerState
from display_agent.card import Device, Opener, open_card
from display_agent.errors import SoundError

TRIES = 2
"""Real devices tried for one piece of sound; then it goes to the null device."""
CARE_S = 5.0
"""How often a device that is there is looked after, and one that is not is looked for."""

NULL_DEVICE = "null device"

_log = logging.getLogger("yizhan.display.sound")


class Played(Struct, frozen=True, kw_only=True):
    """One piece of sound that was played."""

    began_s: float
    """On the loop's clock: when the device took the first samples."""
    device: str


class Loudspeaker:
    """One loudspeaker; zones that share it take turns.

    Without a sound device the fault is told and the null device stands in, so that a hall
    without speakers, a demo or a test runs as any other.  On the null device nothing can be
    drowned out, so zones do not wait for each other.
    """

    def __init__(
        self,
        wanted: str = "",
        *,
        is_null: bool = False,
        is_fast: bool = False,
        is_optional: bool = False,
        opener: Opener = open_card,
    ) -> None:
        """`wanted` is a device's name or part of it; empty: the system's own choice.

        `is_null` asks for no device at all; `is_fast` does not even take the time; `is_optional`
        takes one that is there, and misses none that is not.
        """
        self._wanted = wanted
        self._is_null = is_null or is_fast
        self._is_fast = is_fast
        self._is_optional = is_optional
        self._opener = opener
        self._device: Device | None = None
        self._problem = ""
        self._may_look = True
        self._turn = asyncio.Lock()
        self._listeners: list[Callable[[], None]] = []
        self.waiting = 0
        """How many zones wait for their turn."""

    @property
    def is_null(self) -> bool:
        """Whether nobody hears anything."""
        return self._device is None

    @property
    def state(self) -> SpeakerState:
        """Whether anybody hears anything, and whether anybody should (VO9)."""
        if self._device is not None:
            return SpeakerState.HEARD
        return SpeakerState.MUTED if self._is_null or self._is_optional else SpeakerState.SILENT

    @property
    def detail(self) -> str:
        """What plays, or why nothing does."""
        if self._device is not None:
            return self._device.name
        return self._problem or NULL_DEVICE

    def listen(self, changed: Callable[[], None]) -> None:
        """Have `changed` called when a device is found or lost."""
        self._listeners.append(changed)

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
            return Played(began_s=asyncio.get_running_loop().time(), device=NULL_DEVICE)
        for _ in range(TRIES):
            await self._open()
            if self._device is None:
                break
            try:
                return Played(began_s=await self._device.play(sound), device=self._device.name)
            except SoundError as error:
                _log.warning("%s failed, the next device is tried: %s", self.detail, error)
                await self._drop()
        null = await self._opener(Backend.NULL, "")
        try:
            return Played(began_s=await null.play(sound), device=NULL_DEVICE)
        finally:
            await null.close()

    async def open(self) -> None:
        """Find a device, so that the first announcement need not wait for it."""
        await self._open()

    async def care(self) -> None:
        """Notice a device that was pulled out, and look for one when there is none."""
        while True:
            await asyncio.sleep(CARE_S)
            device = self._device
            if device is not None and not self._turn.locked() and not await device.is_there():
                _log.warning("%s is gone", device.name)
                await self._drop()
            self._may_look = True
            await self._open()

    async def close(self) -> None:
        """Fall silent at once."""
        device, self._device = self._device, None
        if device is not None:
            await device.close()

    async def _open(self) -> None:
        """Take the first real device there is; without one, look again only after a while."""
        if self._device is not None or self._is_null or not self._may_look:
            return
        self._may_look = False
        problems = []
        for backend in (Backend.PULSEAUDIO, Backend.ALSA):
            try:
                self._device = await self._opener(backend, self._wanted)
            except SoundError as error:
                problems.append(f"{backend.name}: {error}")
                continue
            self._problem = ""
            _log.info("sound through %s", self._device.name)
            self._tell()
            return
        problem = f"no sound device; {'; '.join(problems)}"
        if problem != self._problem:
            self._problem = problem
            _log.error("nobody hears the calls: %s", problem)
            self._tell()

    async def _drop(self) -> None:
        await self.close()
        self._may_look = True

    def _tell(self) -> None:
        for changed in self._listeners:
            changed()
