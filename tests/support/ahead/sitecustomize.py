"""A hall whose clock may be put ahead: on its processes' PYTHONPATH.

The seconds stand in the file `ahead` of the home.  Everything that tells the time asks
`backend.hub.clock`; what it asks is put in its place before anybody has imported it.
"""

import os
import sys
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

_FILE = Path(os.environ.get("YIZHAN_HOME", "/nonexistent")) / "ahead"


class _Ahead(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """The system's time, and what the hall is ahead of it."""
        try:
            ahead_s = float(_FILE.read_text())
        except (OSError, ValueError):
            ahead_s = 0.0
        return datetime.now(tz) + timedelta(seconds=ahead_s)


if _FILE.parent.is_dir() and "backend" in " ".join(sys.orig_argv):
    from backend.hub import clock

    clock.datetime = _Ahead  # type: ignore[attr-defined]
