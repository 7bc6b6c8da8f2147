"""What became of every paper, on disk before it happens (I11).

One small file per job, made whole: written aside, fsynced, renamed, directory fsynced.  After
that it is written over in place, which is one write to the disk instead of three or four, and a
visitor waits for one of them.  A journal would need as many, and its torn tail and its
compaction are code to get wrong; here pruning is deleting.

    taken -> sending -> confirmed | unknown | failed

A job found at `taken` has put nothing on paper and may be printed.  One found at `sending`
may have, and is never printed again by itself; nor is one whose record a crash of the machine
left half old and half new: it cannot be read, and counts as `sending`.
"""

import fcntl
import hashlib
import os
from pathlib import Path
from threading import Lock
from typing import IO

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.core.ids import JobId, PrintOutcome
from printer_agent.stage import OUTCOME_OF, STAGE_OF, Stage

KEPT_MAX = 200
"""Reported records kept, so that a view from before the report prints nothing twice."""
DETAIL_MAX = 200
RECORD_BYTES = 1024
"""Of a file, filled up with blanks: written over, it neither grows nor shrinks, so that the disk
has nothing else to note down.  Few records are longer."""


class Record(Struct, frozen=True, kw_only=True):
    """How far a job has come."""

    job_id: JobId
    stage: Stage
    detail: str = ""
    is_reported: bool = False
    turn: int
    """Counts the spool's jobs up; says which is older."""

    @property
    def outcome(self) -> PrintOutcome | None:
        """What to report; None while it is not over."""
        return OUTCOME_OF.get(self.stage)


class SpoolBusyError(Exception):
    """Another agent uses the directory; two would print every ticket twice."""


class Spool:
    """One printer's records.  Used from the event loop and from the printing thread."""

    def __init__(self, directory: Path) -> None:
        """Load `directory`, making it where needed.  Raises OSError."""
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._lock = Lock()
        self._records: dict[JobId, Record] = {}
        self._unreadable: set[str] = set()
        for path in sorted(directory.iterdir()):
            self._load(path)
        self._turns = max((record.turn for record in self._records.values()), default=0)

    def get(self, job_id: JobId) -> Record | None:
        """The job's record; one that cannot be read any more counts as interrupted."""
        with self._lock:
            record = self._records.get(job_id)
            if record is None and _file_name(job_id) in self._unreadable:
                return Record(job_id=job_id, stage=Stage.SENDING, turn=0)
            return record

    def take(self, job_id: JobId) -> None:
        """Begin with a job.  Raises OSError: then it must not be printed."""
        with self._lock:
            self._turns += 1
            self._put(Record(job_id=job_id, stage=Stage.TAKEN, turn=self._turns))

    def begin(self, job_id: JobId) -> None:
        """From now on there may be ink on paper.  Raises OSError: then nothing may be sent."""
        with self._lock:
            record = self._records[job_id]
            assert record.stage is Stage.TAKEN, "a job goes to the device once"
            self._put(replace(record, stage=Stage.SENDING))

    def settle(self, job_id: JobId, outcome: PrintOutcome, detail: str) -> None:
        """The job is over.

        Raises OSError; the outcome then holds for this run, and the disk's older record
        makes a later run more careful, not less.
        """
        with self._lock:
            turn = self._records[job_id].turn if job_id in self._records else 0
            record = Record(
                job_id=job_id, stage=STAGE_OF[outcome], detail=detail[:DETAIL_MAX], turn=turn
            )
            self._records[job_id] = record
            self._put(record)

    def reported(self, job_id: JobId, is_reported: bool = True) -> None:
        """The hub knows (or, rebuilt from an older state, knows no longer).  Raises OSError."""
        with self._lock:
            record = replace(self._records[job_id], is_reported=is_reported)
            self._records[job_id] = record
            self._put(record)
            self._prune()

    def forget(self, job_id: JobId) -> None:
        """Drop a job that was taken but is no longer wanted."""
        with self._lock:
            assert self._records[job_id].stage is Stage.TAKEN, "only what is not on paper"
            del self._records[job_id]
            (self._directory / _file_name(job_id)).unlink(missing_ok=True)

    def at(self, stage: Stage) -> list[Record]:
        """The records at a stage, oldest first."""
        with self._lock:
            found = [record for record in self._records.values() if record.stage is stage]
        return sorted(found, key=lambda record: record.turn)

    def unreported(self) -> list[Record]:
        """What is over and the hub does not know yet, oldest first."""
        with self._lock:
            over = [
                record
                for record in self._records.values()
                if record.outcome is not None and not record.is_reported
            ]
        return sorted(over, key=lambda record: record.turn)

    def _load(self, path: Path) -> None:
        if path.suffix != ".json":
            if path.suffix == ".tmp" and path.is_file():
                path.unlink(missing_ok=True)
            return
        try:
            record = msgspec.json.decode(path.read_bytes(), type=Record)
        except (ValueError, OSError):  # neither JSON nor, perhaps, UTF-8
            # The name tells which job it was, should it come up again.
            self._unreadable.add(path.name)
            return
        self._records[record.job_id] = record

    def _put(self, record: Record) -> None:
        """On disk first, then in memory."""
        path = self._directory / _file_name(record.job_id)
        data = msgspec.json.encode(record).ljust(RECORD_BYTES)
        if path.exists():
            with path.open("r+b") as file:
                file.write(data)
                file.truncate()  # flushes first
                os.fdatasync(file.fileno())
        else:
            self._make(path, data)
        self._unreadable.discard(path.name)
        self._records[record.job_id] = record

    def _make(self, path: Path, data: bytes) -> None:
        """A file that is there whole, or not at all."""
        aside = path.with_suffix(".tmp")
        with aside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
        descriptor = os.open(self._directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _prune(self) -> None:
        done = sorted(
            (record for record in self._records.values() if record.is_reported),
            key=lambda record: record.turn,
        )
        for record in done[: max(len(done) - KEPT_MAX, 0)]:
            del self._records[record.job_id]
            (self._directory / _file_name(record.job_id)).unlink(missing_ok=True)


def lock(directory: Path) -> IO[bytes]:
    """Hold `directory` for this process until the file is closed.  Raises SpoolBusyError."""
    directory.mkdir(parents=True, exist_ok=True)
    file = (directory / "lock").open("wb")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise SpoolBusyError(f"another printer agent uses {directory}") from None
    return file


def _file_name(job_id: JobId) -> str:
    # Ids come over the wire: hashed, none of them can name another directory.
    return hashlib.sha256(job_id.encode(errors="replace")).hexdigest()[:32] + ".json"
