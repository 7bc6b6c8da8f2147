"""Waiting for what another task or process does, with a limit."""

import asyncio
from collections.abc import Awaitable, Callable

LIMIT_S = 10.0
POLL_S = 0.005


async def until(is_so: Callable[[], Awaitable[bool]], limit_s: float = LIMIT_S) -> None:
    """Return as soon as the claim holds; raise TimeoutError after the limit."""
    async with asyncio.timeout(limit_s):
        while not await is_so():
            await asyncio.sleep(POLL_S)
