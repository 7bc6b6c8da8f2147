"""A running loop whose time may be made to pass faster than it does."""

import asyncio
import time
from datetime import datetime, timedelta

from backend.hub import clock

STEP_S = 1.0
SETTLE_S = 0.004
"""Of real time between two steps: for threads and sockets, which know of no leaps."""


class Leaps:
    """The time of the running loop: `now` and `ticks` are for whoever else keeps time in it."""

    def __init__(self) -> None:
        loop = asyncio.get_running_loop()
        self._real_s = loop.time
        self._ahead_s = 0.0
        loop.time = self.ticks  # type: ignore[method-assign]

    def ticks(self) -> float:
        """Seconds from anywhere."""
        return self._real_s() + self._ahead_s

    def now(self) -> datetime:
        """The system's time, and what was leapt over."""
        return clock.now() + timedelta(seconds=self._ahead_s)

    async def leap(self, seconds: float) -> None:
        """Let so long pass, step by step, so that nothing due in between is left out."""
        for _ in range(round(seconds / STEP_S)):
            self._ahead_s += STEP_S
            await asyncio.to_thread(time.sleep, SETTLE_S)
