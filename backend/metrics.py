"""A process's figures for Prometheus, on a listening socket of their own.

Of several processes on the hall's port a scrape would meet any one.  Prometheus asks each process,
and adds up itself.  `web/health.py` tells them on that port too, to the same machine only.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

REQUEST_S = 5.0
REQUEST_MAX = 16 * 1024


async def serve_metrics(
    listener: socket.socket, look: Callable[[], Awaitable[None]], *collectors: Collector
) -> None:
    """Answer whoever asks, for ever: the collectors' figures, and those that every process has.

    `look` brings up to date what has to be asked for itself.
    """
    # When each series began would be one line in three, and nobody looks at it.
    disable_created_metrics()  # type: ignore[no-untyped-call]

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(REQUEST_S):
                request = await reader.readuntil(b"\r\n\r\n")
                await _write(writer, request, tell(look, *collectors))
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # whoever asked has gone, or speaks something else
        finally:
            writer.close()

    server = await asyncio.start_server(answer, sock=listener, limit=REQUEST_MAX)
    async with server:
        await server.serve_forever()


async def tell(look: Callable[[], Awaitable[None]], *collectors: Collector) -> AsyncIterator[bytes]:
    """The figures, family after family: a thousand halls do not hold the loop."""
    await look()
    for metric in (found for one in (REGISTRY, *collectors) for found in one.collect()):
        yield generate_latest(_Family(metric))
        await asyncio.sleep(0)


async def _write(
    writer: asyncio.StreamWriter, request: bytes, figures: AsyncIterator[bytes]
) -> None:
    status = HTTPStatus.OK if request.startswith(b"GET /metrics ") else HTTPStatus.NOT_FOUND
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\n"
    head += f"Content-Type: {CONTENT_TYPE_LATEST}\r\n\r\n"
    writer.write(head.encode())
    if status is HTTPStatus.OK:
        async for family in figures:
            writer.write(family)
            await writer.drain()
    await writer.drain()


class _Family(Collector):
    """One metric as a registry of its own."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric

    def collect(self) -> list[Metric]:
        """The metric."""
        return [self._metric]
