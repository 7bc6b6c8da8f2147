"""Whether this process lives, and its figures for who sits at the machine."""

from collections.abc import AsyncIterator, Callable
from ipaddress import ip_address
from typing import Any

from litestar import MediaType, Request, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.response import Stream
from prometheus_client import CONTENT_TYPE_LATEST

from backend.problem import sender_of

FORWARDED = ("x-forwarded-for", "forwarded", "x-real-ip", "via")
"""What a proxy adds; behind one every request comes from loopback."""


@get("/api/health", media_type=MediaType.TEXT, sync_to_thread=False)
def health() -> str:
    """The process answers."""
    return "ok"


@get("/metrics", sync_to_thread=False, include_in_schema=False)
def metrics(
    request: Request[Any, Any, Any],
    tell_figures: NamedDependency[Callable[[], AsyncIterator[bytes]]],
) -> Stream:
    """The figures of this process, to programs on the same machine; nobody else finds any."""
    if not _is_at_the_machine(request):
        raise NotFoundException
    return Stream(tell_figures(), media_type=CONTENT_TYPE_LATEST)


def _is_at_the_machine(request: Request[Any, Any, Any]) -> bool:
    if any(name in request.headers for name in FORWARDED):
        return False
    try:
        return ip_address(sender_of(request)).is_loopback
    except ValueError:
        return False
