"""Where the servers of a hall that runs are found by commands beside it."""

import fcntl
from pathlib import Path

from backend.engines.engine import Engine, EngineError, os_errors_explained
from backend.settings import Settings

OWNER, APPLICATION = "postgres", "yizhan"
"""The roles of our own PostgreSQL: who makes the tables, and who works with them."""


def as_application(url: str) -> str:
    """The URL of our own PostgreSQL for the processes, who do not own its tables."""
    return url.replace(f"//{OWNER}@", f"//{APPLICATION}@", 1)


def note_address(engine: Engine) -> None:
    """Write down where the started server is found.  Raises EngineError."""
    path = engine.lock.path.with_suffix(".url")
    with os_errors_explained(path):
        path.write_text(engine.url)


def database_url(settings: Settings) -> str:
    """Where PostgreSQL is: as it is set, else our own.  Raises EngineError: that does not run."""
    return settings.database_url or as_application(running_address(settings.home, "postgres"))


def database_owner_url(settings: Settings) -> str:
    """The same for the owner of the tables, who is whoever uses them unless it is set."""
    given = settings.database_owner_url or settings.database_url
    return given or running_address(settings.home, "postgres")


def redis_url(settings: Settings) -> str:
    """Where Redis is: as it is set, else our own.  Raises EngineError: that does not run."""
    return settings.redis_url or running_address(settings.home, "valkey")


def running_address(home: Path, name: str) -> str:
    """The URL of the server `name` ("postgres" or "valkey") that runs on `home`.

    Raises EngineError: none does.
    """
    try:
        if _is_held(home / f"{name}.lock"):
            return (home / f"{name}.url").read_text()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise EngineError(f"The hall in {home} cannot be reached: {error}.") from error
    raise EngineError(
        f"No {name} of ours runs in {home}. Start the hall there (`make run`), set YIZHAN_HOME to "
        "the directory of the one that runs, or set DATABASE_URL and REDIS_URL to servers of "
        "your own."
    )


def _is_held(lock: Path) -> bool:
    """Whether a live process holds it; a note of the last address outlives a killed one."""
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
