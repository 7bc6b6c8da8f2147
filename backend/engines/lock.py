"""One running server per data directory: a lock that lives as long as the server or its parent.

The file is locked with flock(2), which belongs to the open file and not to a process: the server
inherits it.  So a parent that is killed leaves the lock held until its server is gone too, and a
lock never goes stale, whatever happens to the machine.
"""

import fcntl
import os
import time
from dataclasses import dataclass
from pathlib import Path

HANDOVER_S = 20.0  # how long a server may take to stop after its parent was killed
POLL_S = 0.02


class HomeInUseError(Exception):
    """Another live process holds the directory; the text names it and says what to do."""


@dataclass(slots=True)
class HomeLock:
    """A held lock; servers inherit `fd`."""

    path: Path
    fd: int | None  # None once released

    def release(self) -> None:
        """Give the lock up; safe to repeat.  What is left of a killed server may hold it on."""
        if self.fd is not None:
            os.ftruncate(self.fd, 0)  # so that whoever waits for those remains does not blame us
            os.close(self.fd)
            self.fd = None


def claim(path: Path) -> HomeLock:
    """Lock `path` for this process and note its pid in the file for whoever is refused.

    Waits at most HANDOVER_S if the holder is gone and only its server is still stopping.
    Raises HomeInUseError, OSError.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        _lock(fd, path)
        os.ftruncate(fd, 0)
        os.pwrite(fd, f"{os.getpid()}\n".encode(), 0)
    except BaseException:
        os.close(fd)
        raise
    return HomeLock(path=path, fd=fd)


def _lock(fd: int, path: Path) -> None:
    """Take the lock, waiting only for a server without a parent."""
    deadline = time.monotonic() + HANDOVER_S
    while True:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            pid = _holder(fd)
        if pid is not None and _is_alive(pid):
            raise HomeInUseError(_in_use(path, pid))
        if time.monotonic() > deadline:
            raise HomeInUseError(_left_behind(path, pid))
        time.sleep(POLL_S)


def _holder(fd: int) -> int | None:
    """The pid that the file names; None if its holder let go or is just about to write it."""
    text = os.pread(fd, 32, 0).strip()
    return int(text) if text.isdigit() else None


def _is_alive(pid: int) -> bool:
    """True for a process of anyone, also one that we may not signal."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _command_line(pid: int) -> str:
    """How `pid` was started, for people; empty when the system does not tell."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return ""
    return words.replace(b"\0", b" ").decode(errors="replace").strip()[:120]


def _in_use(path: Path, pid: int) -> str:
    command = _command_line(pid)
    who = f"process {pid} ({command})" if command else f"process {pid}"
    return (
        f"{path.parent} is in use by {who}. Stop that one first (Ctrl-C in its terminal, or "
        f"`kill {pid}`), or set YIZHAN_HOME to another directory to run a second hall."
    )


def _left_behind(path: Path, pid: int | None) -> str:
    parent = f"its parent (process {pid})" if pid else "its parent"
    return (
        f"{path.parent} is still in use by a {path.stem} server that does not stop; "
        f"{parent} is gone. "
        f"`fuser {path}` lists what is left: end it, then start again."
    )
