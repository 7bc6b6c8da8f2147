"""The socket that a process accepts connections from."""

import os
import socket

BACKLOG = 16_384
"""Connections that may wait to be accepted; the kernel's `somaxconn` caps it."""


class ListenError(Exception):
    """The port cannot be had; the words say what to do."""


def listen(host: str, port: int, *, setting: str = "PORT") -> socket.socket:
    """A socket that listens there.  `setting`: what chooses another port.  Raises ListenError."""
    listener = bound(host, port, setting=setting)
    try:
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _cannot_be_had(host, port, setting, error) from error
    return listener


def bound(host: str, port: int, *, is_shared: bool = False, setting: str = "PORT") -> socket.socket:
    """A socket that is to listen there; until it does, it takes nobody.  Raises ListenError.

    `is_shared`: with others that ask for the same.  Each then has a queue of its own, and what
    waits in it when it ends is lost (docs/adr/0007-sharing-a-port.md).
    """
    _fill_standard_streams()
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if is_shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise _cannot_be_had(host, port, setting, error) from error
    return listener


def _cannot_be_had(host: str, port: int, setting: str, error: OSError) -> ListenError:
    return ListenError(
        f"port {port} on {host} cannot be had ({error.strerror});"
        f" stop what listens there or choose another:"
        f" {setting}={max(port + 1, 8001)} make run"
    )


def _fill_standard_streams() -> None:
    """Open what was closed of stdin, stdout and stderr, or a socket would take its number."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
