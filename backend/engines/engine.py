"""What it takes to run one embedded database server, and how its failures are told."""

import errno
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from signal import Signals

from backend.engines.lock import HomeLock

DISK_FULL_WORDS = ("No space left on device", "Disk quota exceeded")


class EngineError(Exception):
    """An embedded server cannot run; the text says why and what to do about it."""

    def __init__(self, text: str, *, is_passing: bool = False) -> None:
        """`is_passing`: the cause goes away by itself, so starting again soon may work."""
        super().__init__(text)
        self.is_passing = is_passing


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A line that a server logs before it gives up, and what to do about it."""

    words: str  # found anywhere in the log of this start
    advice: str  # one or more sentences for the operator
    is_passing: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Engine:
    """One prepared server: everything that `process.start` needs, and where clients find it."""

    name: str  # "postgres" or "valkey"; also the stem of the lock and log files
    argv: tuple[str, ...]
    env: Mapping[str, str]  # complete: nothing of the caller's environment reaches the server
    cwd: Path
    user: int | None  # uid to run as; None: the caller's own
    group: int | None
    stop_signal: Signals  # asks for an orderly and quick stop
    url: str  # for asyncpg or redis-py; a unix socket only its owner (and root) can open
    log_path: Path
    is_ready: Callable[[int], bool]  # does the server with this pid accept clients?
    lock: HomeLock
    faults: tuple[Fault, ...]


@contextmanager
def os_errors_explained(path: Path) -> Iterator[None]:
    """Turn an OSError of the block into an EngineError that tells what to do with `path`."""
    try:
        yield
    except OSError as error:
        raise EngineError(_advice(error, path)) from error


def _advice(error: OSError, path: Path) -> str:
    """The words for `error`; shutil.Error carries no errno, only the text of its causes."""
    text = str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT) or any(w in text for w in DISK_FULL_WORDS):
        return disk_full_advice(path)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return (
            f"{path} cannot be used by this user ({text}). Run as the user who owns it, "
            "or set YIZHAN_HOME to a directory of your own."
        )
    return f"{path} cannot be used: {text}."


def disk_full_advice(path: Path) -> str:
    """What to do when nothing more can be written below `path`."""
    return (
        f"The disk that holds {path} is full. Free some space and start again: "
        "nothing that was confirmed is lost."
    )
