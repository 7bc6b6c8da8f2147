"""Days of queues as readings every few minutes, and the waits to be predicted from them."""

import csv
import gzip
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from backend.core.rules.forecast import Stretch

NEEDED = ("queue_id", "date", "minute_of_day", "last_called_number", "waiting")
"""Columns without which nothing can be asked; the others may be absent."""
STRETCH_MINUTES_MAX = 30
"""Readings further apart do not say at which pace calls came between them."""
DIP_READINGS_MAX = 5
"""A called number that falls and is back within so many readings was misread."""


class Reading(Struct, frozen=True):
    """A queue at one moment."""

    minute: float
    """Minute of the day."""
    called: int
    """The number called last."""
    waiting: int
    counters: int
    """Open counters, as the office reported them."""
    numbering: int = 0
    """Goes up when the numbers begin again within a day."""


class QueueDay(Struct, frozen=True):
    """One queue on one day."""

    office: str
    queue: str
    day: str
    """ISO date: earlier days sort first."""
    readings: tuple[Reading, ...]
    """Oldest first; misread ones are left out."""


class Question(Struct, frozen=True):
    """At the reading with this index: how long until `calls` more have been made?"""

    index: int
    calls: int
    wait_min: float


class FormError(Exception):
    """The file is not of the form of docs/wait.md; the text says where."""


def read_file(path: Path) -> list[QueueDay]:
    """The days in a CSV file, plain or gzipped, whatever its name; in the order of their dates.

    Raises FormError.
    """
    with path.open("rb") as file:
        is_gzip = file.read(2) == b"\x1f\x8b"
    opened = gzip.open if is_gzip else open
    try:
        with opened(path, "rt", encoding="utf-8-sig", newline="") as text:
            days = read(text)
    except (UnicodeDecodeError, EOFError, gzip.BadGzipFile, zlib.error, csv.Error) as error:
        raise FormError(f"{path.name} is no CSV file: {error}") from error
    if not days:
        raise FormError(f"{path.name} has no row with a called number and people waiting")
    return days


def read(file: TextIO) -> list[QueueDay]:
    """The days in a file of the form of docs/wait.md; rows that lack a number are skipped.

    Raises FormError.
    """
    rows: defaultdict[tuple[str, str, str], dict[float, Reading]] = defaultdict(dict)
    reader = csv.DictReader(file)
    missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
    if missing:
        raise FormError(f"columns are missing: {', '.join(missing)}")
    for row in reader:
        reading = _reading(row)
        if reading is not None:
            key = (row["date"] or "", row.get("office") or "", row["queue_id"] or "")
            rows[key][reading.minute] = reading
    return [
        QueueDay(office, queue, day, numbered([found[minute] for minute in sorted(found)]))
        for (day, office, queue), found in sorted(rows.items())
    ]


def _reading(row: dict[str, str | None]) -> Reading | None:
    try:
        return Reading(
            float(row["minute_of_day"] or ""),
            int(float(row["last_called_number"] or "")),
            max(int(float(row["waiting"] or "")), 0),
            max(int(float(row.get("open_counters_reported") or 0)), 0),
        )
    except (ValueError, OverflowError):
        return None


def numbered(readings: Sequence[Reading]) -> tuple[Reading, ...]:
    """Without misread called numbers, and with a new numbering where the numbers begin again."""
    kept: list[Reading] = []
    top, numbering = 0, 0
    for index, reading in enumerate(readings):
        if reading.called < top:
            after = readings[index + 1 : index + 1 + DIP_READINGS_MAX]
            if any(later.called >= top for later in after):
                continue
            numbering += 1
        top = reading.called
        kept.append(Reading(reading.minute, top, reading.waiting, reading.counters, numbering))
    return tuple(kept)


def questions(day: QueueDay) -> list[Question]:
    """A question for each reading with people waiting, if the day shows the answer.

    The last of them is called when the called number reaches `called + waiting`: linear between
    the two readings around that.
    """
    found = []
    for index, reading in enumerate(day.readings):
        if reading.waiting < 1:
            continue
        wanted = reading.called + reading.waiting
        before = reading
        for after in day.readings[index + 1 :]:
            if after.numbering != reading.numbering:
                break
            if after.called >= wanted:
                part = (wanted - before.called) / (after.called - before.called)
                at = before.minute + part * (after.minute - before.minute)
                found.append(Question(index, reading.waiting, at - reading.minute))
                break
            before = after
    return found


def stretches(readings: Sequence[Reading]) -> Iterator[Stretch]:
    """The times between readings at whose beginning someone waited."""
    for before, after in pairwise(readings):
        minutes = after.minute - before.minute
        if (
            before.waiting
            and minutes <= STRETCH_MINUTES_MAX
            and before.numbering == after.numbering
        ):
            yield Stretch(
                minute=before.minute,
                minutes=minutes,
                waiting=before.waiting,
                counters=before.counters,
                calls=after.called - before.called,
            )
