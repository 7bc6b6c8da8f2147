"""A web process, from its settings and sockets to its end."""

import gc
import resource
import socket
from contextlib import suppress
from functools import partial

import uvicorn

from backend.app import make_app
from backend.hub.door import Door
from backend.listener import BACKLOG
from backend.parts import make_parts
from backend.settings import Settings

COLLECT_AFTER = (100_000, 50, 1000)
"""A day is many small objects that stay: looking through all of them takes 36 ms."""


def serve(settings: Settings, listener: socket.socket, metrics: socket.socket | None) -> int:
    """Answer whoever connects to `listener` until a signal comes; return the exit code.

    `metrics`: where the process tells its figures.
    """
    gc.set_threshold(*COLLECT_AFTER)
    _allow_sockets()
    parts = make_parts(settings)
    config = uvicorn.Config(
        make_app(parts, metrics),
        loop="uvloop",
        http=partial(Door, parts.entrance),  # type: ignore[arg-type]
        ws=partial(Door, parts.entrance, is_upgrade=True),  # type: ignore[arg-type]
        backlog=BACKLOG,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        access_log=False,
        log_level="error",  # what it warns of is what clients send: they could fill the disk
        server_header=False,
        timeout_graceful_shutdown=3,
        ssl_certfile=settings.tls.cert if settings.tls is not None else None,
        ssl_keyfile=settings.tls.key if settings.tls is not None else None,
    )
    server = uvicorn.Server(config)
    server.run(sockets=[listener])
    return 0 if server.started else 1


def _allow_sockets() -> None:
    """Let the process have as many open files as it may: 1,024 are usual, each phone is one."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
