"""A process's figures for Prometheus, on a listening socket of their own.

Not on the port of the hall: behind a proxy every request comes from loopback, so that no look at
the address could keep the public out; and of several processes on one port a scrape would meet
any one.  Prometheus asks each process, and adds up itself.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Iterable
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
                await look()
                await _write(writer, request, (REGISTRY, *collectors))
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return  # whoever asked has gone, or speaks something else
        finally:
            writer.close()

    server = await asyncio.start_server(answer, sock=listener, limit=REQUEST_MAX)
    async with server:
        await server.serve_forever()


async def _write(
    writer: asyncio.StreamWriter, request: bytes, collectors: Iterable[Collector]
) -> None:
    """One family after another, so that a thousand halls do not hold the loop."""
    status = HTTPStatus.OK if request.startswith(b"GET /metrics ") else HTTPStatus.NOT_FOUND
    head = f"HTTP/1.1 {status.value} {status.phrase}\r\nConnection: close\r\n"
    head += f"Content-Type: {CONTENT_TYPE_LATEST}\r\n\r\n"
    writer.write(head.encode())
    if status is HTTPStatus.OK:
        for metric in (found for collector in collectors for found in collector.collect()):
            writer.write(generate_latest(_Family(metric)))
            await writer.drain()
            await asyncio.sleep(0)
    await writer.drain()


class _Family(Collector):
    """One metric as a registry of its own."""

    def __init__(self, metric: Metric) -> None:
        self._metric = metric

    def collect(self) -> list[Metric]:
        """The metric."""
        return [self._metric]
