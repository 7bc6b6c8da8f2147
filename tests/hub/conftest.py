"""Connections are tested on the loop that serves them; all else on Python's own."""

import asyncio
from collections.abc import Callable

import pytest
import uvloop

SERVED = {"test_peer", "test_tls"}


def pytest_asyncio_loop_factories(
    item: pytest.Item,
) -> dict[str, Callable[[], asyncio.AbstractEventLoop]]:
    """The loops that a test runs on, by name."""
    if item.path.stem in SERVED:
        return {"uvloop": uvloop.new_event_loop}
    return {"asyncio": asyncio.new_event_loop}
