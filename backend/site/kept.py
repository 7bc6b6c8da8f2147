"""What many ask for at the same moment is found once, and kept for some seconds."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")
KEPT_MAX = 2_000
"""Things kept; the one found longest ago is forgotten first."""


class Kept:
    """What was found a moment ago; while it is looked for, whoever asks waits for the same."""

    def __init__(self) -> None:
        self._found: dict[Hashable, tuple[float, asyncio.Task[Any]]] = {}

    async def get(self, key: Hashable, age_s: float, find: Callable[[], Awaitable[T]]) -> T:
        """What `find` finds, at most that old."""
        at = time.monotonic()
        asked_at, task = self._found.get(key, (0.0, None))
        if task is None or at - asked_at > age_s or (task.done() and task.exception()):
            task = asyncio.ensure_future(_found_by(find))
            self._found.pop(key, None)
            self._found[key] = (at, task)
            if len(self._found) > KEPT_MAX:
                del self._found[next(iter(self._found))]
        found: T = await asyncio.shield(task)
        return found


async def _found_by(find: Callable[[], Awaitable[T]]) -> T:
    return await find()
