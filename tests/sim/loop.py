"""An event loop whose time is virtual: nobody sleeps, and every run of a seed is the same."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

RESOLUTION_S = 1e-9


class DeadlockError(Exception):
    """Everybody waits for somebody else."""


class _Nothing:
    """Stands where the loop looks for sockets: there are none, so waiting is only time going by."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def select(self, timeout_s: float | None) -> list[object]:
        """Let the time pass at once."""
        if timeout_s is None:
            raise DeadlockError("no task can go on and no timer is set")
        self.now_s += timeout_s
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """Runs what is ready in asyncio's order, then jumps to the next timer.

    Who comes first is drawn elsewhere: every message and every answer of the store takes a time
    from the seed.
    """

    def __init__(self) -> None:
        super().__init__()
        self._selector = _Nothing()
        self._clock_resolution = RESOLUTION_S

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._selector.now_s

    def _process_events(self, event_list: list[object]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody else can wake this loop."""


def run(main: Coroutine[Any, Any, T]) -> T:
    """What the coroutine returns, in no time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
