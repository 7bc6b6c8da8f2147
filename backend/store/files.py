"""Files of cases: rows in PostgreSQL, bytes by their digest in a folder that no web server shows.

No name from outside is ever part of a path, and what a file is, its first bytes say.
"""

import asyncio
import hashlib
import os
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import msgspec
from msgspec import Struct

from backend.core.cases.words import CaseId, MaterialId
from backend.core.ids import HallId
from backend.store.database import Database, queries
from backend.store.stream import StoreError

SIZE_MAX = 10 * 1024 * 1024
"""Bytes of a file."""
FILES_MAX = 40
"""Of a case."""
DAY_BYTES_MAX = 4 * 1024**3
"""What a hall takes in 24 hours: a fault may not fill the disk in an afternoon."""
DAY = timedelta(days=1)

_MAGIC = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
"""How the files begin that are taken (ISO 32000-1 7.5.2, RFC 2083 3.1, ISO 10918-1 B.1.1.3)."""
ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}


class FileRow(Struct, frozen=True, kw_only=True):
    """A file of a case, or where it lies elsewhere."""

    file_id: str
    material_id: MaterialId | None
    name: str
    media_type: str | None
    size: int | None
    digest: str | None
    """SHA-256 of its bytes; None of a reference."""
    reference: str | None
    added_by: str
    added_at: datetime


class NoRoomError(Exception):
    """The case has as many files as it may have, or the hall took too much today."""


class Files:
    """The files of all cases; every method may raise StoreError."""

    def __init__(self, database: Database, folder: Path) -> None:
        self._database = database
        self._folder = folder

    async def of_case(self, hall_id: HallId, case_id: CaseId) -> list[FileRow]:
        """The case's files, oldest first."""
        async with self._database.connection() as connection:
            rows = queries.case_files(connection, hall_id=hall_id, case_id=case_id)
            return [msgspec.convert(dict(row), FileRow) async for row in rows]

    async def put(
        self, hall_id: HallId, case_id: CaseId, row: FileRow, content: bytes | None
    ) -> None:
        """Keep the file, or where it lies; the same again changes nothing.

        Raises NoRoomError.
        """
        async with self._database.connection() as connection:
            await self._check_room(connection, hall_id, case_id, row)
            if content is not None:
                assert row.digest is not None
                await queries.lock_file(connection, digest=row.digest)
                await _on_disk(_write, self._path(row.digest), content)
            await queries.put_case_file(
                connection, hall_id=hall_id, case_id=case_id, **msgspec.structs.asdict(row)
            )

    async def put_form(self, content: bytes) -> str:
        """Keep the bytes of a guide's form; their digest, by which the guide names them."""
        digest = hashlib.sha256(content).hexdigest()
        async with self._database.connection() as connection:
            await queries.lock_file(connection, digest=digest)
            await _on_disk(_write, self._path(digest), content)
        return digest

    async def has(self, digest: str) -> bool:
        """Whether there are bytes with this digest."""
        found: bool = await _on_disk(Path.is_file, self._path(digest))
        return found

    async def read(self, row: FileRow) -> bytes:
        """The bytes of a file; they are those that were put, or it is a StoreError."""
        assert row.digest is not None
        return await self.read_bytes(row.digest)

    async def read_bytes(self, digest: str) -> bytes:
        """The bytes with this digest; StoreError when they are others, or gone."""
        content: bytes = await _on_disk(Path.read_bytes, self._path(digest))
        if hashlib.sha256(content).hexdigest() != digest:
            raise StoreError(f"file {digest}: its bytes have changed")
        return content

    async def kept(self, digests: Collection[str]) -> set[str]:
        """Those of the digests whose bytes are here."""

        def here() -> set[str]:
            return {digest for digest in digests if self._path(digest).exists()}

        found: set[str] = await _on_disk(here)
        return found

    async def remove(
        self, hall_id: HallId, case_id: CaseId, file_id: str, *, by: str, at: datetime
    ) -> bool:
        """Take the file away, and its bytes where no other case has them; False: none there."""
        async with self._database.connection() as connection:
            digest: str | None = await queries.remove_case_file(
                connection, hall_id=hall_id, case_id=case_id, file_id=file_id, by=by, at=at
            )
            if digest:
                await queries.lock_file(connection, digest=digest)
                if not await queries.is_file_used(connection, digest=digest):
                    await _on_disk(_unlink, self._path(digest))
        return digest is not None

    async def _check_room(
        self, connection: Any, hall_id: HallId, case_id: CaseId, row: FileRow
    ) -> None:
        room = await queries.file_room(
            connection, hall_id=hall_id, case_id=case_id, since=row.added_at - DAY
        )
        if room["files"] >= FILES_MAX or room["bytes"] + (row.size or 0) > DAY_BYTES_MAX:
            raise NoRoomError

    def _path(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest


def media_type_of(content: bytes) -> str | None:
    """What the bytes are, whatever they are called; None: nothing that is taken."""
    return next((kind for magic, kind in _MAGIC.items() if content.startswith(magic)), None)


async def _on_disk(work: Any, *arguments: Any) -> Any:
    """Raises StoreError: the disk is full, gone or closed to us."""
    try:
        return await asyncio.to_thread(work, *arguments)
    except OSError as error:
        raise StoreError(f"files: {error.strerror}") from error


def _write(path: Path, content: bytes) -> None:
    """Make the file whole or not at all, on disk before this returns."""
    if path.exists():
        return
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            os.rename(file.name, path)
        except OSError:
            _unlink(Path(file.name))
            raise
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unlink(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
