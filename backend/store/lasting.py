"""What is read of the store now and then, and is good for a while longer when that is away."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar, cast

from backend.store.stream import StoreError

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
PATIENCE_S = 1.0
"""How long anybody waits for a newer reading while there is an older one."""


class Lasting(Generic[K, T]):
    """The last reading of each key; it is read anew once for all who ask at the same moment."""

    def __init__(self, age_s: float) -> None:
        """`age_s`: how old a reading may be while the store answers."""
        self._age_s = age_s
        self._last: dict[K, tuple[float | None, T]] = {}
        """When it was read, None: forgotten."""
        self._reading: dict[K, tuple[float, asyncio.Task[T]]] = {}

    async def get(self, key: K, read: Callable[[], Awaitable[T]]) -> T:
        """What `read` gives; what it gave last, when it fails or takes long.

        Raises StoreError: it fails, and nothing was read before.
        """
        read_at, last = self._last.get(key, (None, None))
        if read_at is not None and time.monotonic() - read_at <= self._age_s:
            return cast(T, last)
        began_at, task = self._under_way(key, read)
        if read_at is None:
            return await asyncio.shield(task)
        # Who comes while a reading hangs need not wait for what others have waited for.
        await asyncio.wait({task}, timeout=max(0.0, began_at + PATIENCE_S - time.monotonic()))
        if not task.done() or isinstance(task.exception(), StoreError):
            return cast(T, last)
        return task.result()

    def last(self, key: K) -> T | None:
        """The last reading, however old, and though it is forgotten."""
        kept = self._last.get(key)
        return kept[1] if kept is not None else None

    def forget(self) -> None:
        """Read anew when next asked; a reading that is under way now is of before."""
        self._last = {key: (None, value) for key, (_, value) in self._last.items()}
        self._reading.clear()

    def _under_way(self, key: K, read: Callable[[], Awaitable[T]]) -> tuple[float, asyncio.Task[T]]:
        found = self._reading.get(key)
        if found is None or found[1].done():
            task = asyncio.ensure_future(_read(read))
            task.add_done_callback(lambda done: self._keep(key, done))
            found = self._reading[key] = (time.monotonic(), task)
        return found

    def _keep(self, key: K, done: "asyncio.Task[T]") -> None:
        if done.cancelled() or done.exception() is not None:
            return
        if self._reading.get(key, (0.0, None))[1] is done:
            self._last[key] = (time.monotonic(), done.result())


async def _read(read: Callable[[], Awaitable[T]]) -> T:
    return await read()
