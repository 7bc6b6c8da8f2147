"""The way of one command, click to archive, for whoever runs the hall: `backend trace ID`.

The archive suffices; what the logs say of the command stands between, when they go back so far.
A command's id is its trace id (`hub/way.py`).
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from backend.core.ids import CommandId
from backend.core.stamp import Caller, Role
from backend.store.archive import Trace

SHOWN = ("number", "ticket_id", "queue_id", "counter_id", "zone_id", "call_id", "job_id")
"""What is shown of an event: nothing that is a person's, nor a ticket's token (I19)."""
LEFT_OUT = frozenset({"event", "timestamp", "process", "level", "command_id", "command_ids"})


class Step(Struct, frozen=True, kw_only=True, order=True):
    """Something that is known of the command."""

    at: str
    """ISO 8601, in UTC to the microsecond, so that the order of words is that of time."""
    words: str


def way_of(command_id: CommandId, found: Iterable[Trace], logs: Iterable[Step]) -> list[str]:
    """The lines to print, in the order of time; none when nothing is known."""
    archived = list(found)
    steps = sorted([*(step for trace in archived for step in _steps(trace)), *logs])
    if not steps:
        return []
    lines = [f"command {command_id}"]
    for trace in archived:
        where = f"hall {trace.hall_id}, day {trace.day}, seq {trace.seq}"
        lost = ", LOST: the day's stream went another way since" if trace.is_lost else ""
        lines.append(f"  {where}, by {_who(trace.commit.by)}{lost}")
        lines += [f"    {_told(msgspec.to_builtins(event))}" for event in trace.commit.events]
        if trace.commit.refused is not None:
            lines.append(f"    refused: {trace.commit.refused}")
    return [*lines, *(f"  {step.at}  {step.words}" for step in steps)]


def unknown(command_id: CommandId) -> str:
    """What to say when nothing is known."""
    return (
        f"Nothing is known of {command_id}. A command comes into the archive a moment after its"
        " answer; what found nothing to do and what was refused to a visitor leaves no entry, nor"
        " does what never reached the hub. With YIZHAN_LOG_LEVEL=debug the logs tell of all."
    )


def logged(logs: Path, command_id: CommandId) -> Iterator[Step]:
    """What the log files say of the command."""
    for path in sorted([*logs.glob("*.log"), *logs.glob("*.log.1")]):
        with path.open(encoding="utf-8", errors="replace") as file:
            for line in file:
                if command_id in line and (step := _step(line, path.stem, command_id)) is not None:
                    yield step


def _step(line: str, process: str, command_id: CommandId) -> Step | None:
    try:
        told: dict[str, Any] = json.loads(line)
        at = datetime.fromisoformat(told["timestamp"])
    except (ValueError, KeyError, TypeError):
        return None  # a library's line
    if command_id != told.get("command_id") and command_id not in told.get("command_ids", ()):
        return None
    about = {name: value for name, value in told.items() if name not in LEFT_OUT}
    return Step(at=_instant(at), words=f"{told['event']} ({process}) {_told(about)}".rstrip())


def _steps(trace: Trace) -> Iterator[Step]:
    yield Step(at=_instant(trace.commit.at), words="stamped (archive)")
    if trace.archived_at is not None:
        yield Step(at=_instant(trace.archived_at), words="archived (archive)")


def _told(about: dict[str, Any]) -> str:
    """The fields that may be told, in one line."""
    kind = about.get("type")
    names = SHOWN if kind is not None else tuple(about)
    fields = [f"{name}={about[name]}" for name in names if about.get(name) is not None]
    return " ".join(([str(kind)] if kind is not None else []) + fields)


def _who(by: Caller) -> str:
    """The role; and of a device which, since it is nobody."""
    return f"{by.role.value} {by.id}" if by.role is Role.DEVICE else by.role.value


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")
