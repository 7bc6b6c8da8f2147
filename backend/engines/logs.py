"""Logs of processes that run for months, kept within bounds."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

LOG_BYTES_MAX = 10_000_000
"""A longer log is set aside; one old one is kept, so that a log takes at most about twice this."""


def cut_long_log(path: Path) -> None:
    """Copy a log over LOG_BYTES_MAX to `….1`, replacing the one before it, and empty it.

    Emptied and not renamed: its process appends to the open file, and goes on at the beginning.
    What it writes between the end of the copy and the emptying is lost, and what a full disk does
    not take of the copy.
    """
    if not path.exists() or path.stat().st_size <= LOG_BYTES_MAX:
        return
    aside = path.with_name(f"{path.name}.1")
    with (
        suppress(OSError),
        path.open("rb") as log,
        open(aside, "wb", opener=for_owner_only) as copy,
    ):
        shutil.copyfileobj(log, copy)
    os.truncate(path, 0)


def for_owner_only(path: str, flags: int) -> int:
    """Open a log that others may not read: failed statements in PostgreSQL's hold personal data."""
    return os.open(path, flags, 0o600)
