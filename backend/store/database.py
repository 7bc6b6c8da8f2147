"""PostgreSQL: the pool, the queries of sql/*.sql and the migrations."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import aiosql
import asyncpg

from backend.store.stream import DatabaseError

MIGRATION_LOCK = 0x59697A68616E  # any number all migrating processes agree on
CONNECT_TIMEOUT_S = 3.0
QUERY_TIMEOUT_S = 10.0
POOL_MAX = 4

_folder = Path(str(files(__package__)))
queries: Any = aiosql.from_path(_folder / "sql", "asyncpg", mandatory_parameters=False)
"""Every statement of sql/*.sql as a coroutine function by its name."""


class MigrationError(Exception):
    """A migration that was applied has been changed since, or the files have a gap."""


class Database:
    """A pool that is made when first needed and survives restarts of the server."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._pool: asyncpg.Pool[Any] | None = None
        self._making = asyncio.Lock()
        self._done = 0
        """Transactions so far: as long as these go on, whoever waits has only others before him."""

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection inside a transaction.

        Raises DatabaseError: the server cannot be reached or broke off.
        """
        try:
            pool = await self._ready_pool()
            found = await self._acquired(pool)
            try:
                async with found.transaction():
                    yield found
                self._done += 1
            finally:
                await pool.release(found)
        except (
            OSError,
            TimeoutError,
            asyncpg.InterfaceError,
            asyncpg.InternalClientError,  # the server ended this connection while it lay idle
        ) as error:
            raise DatabaseError(f"database: {error or type(error).__name__}") from error
        except asyncpg.PostgresError as error:
            if isinstance(
                error,
                asyncpg.PostgresConnectionError
                | asyncpg.OperatorInterventionError
                | asyncpg.InsufficientResourcesError,
            ):
                raise DatabaseError(f"database: {error}") from error
            raise

    async def close(self) -> None:
        """End every connection."""
        if self._pool is not None:
            self._pool.terminate()

    async def _acquired(self, pool: "asyncpg.Pool[Any]") -> Any:
        """A connection of the pool.  Raises TimeoutError: the server lets nobody get on."""
        while True:
            done = self._done
            try:
                return await pool.acquire(timeout=CONNECT_TIMEOUT_S)
            except TimeoutError:
                if self._done == done:
                    raise

    async def _ready_pool(self) -> "asyncpg.Pool[Any]":
        async with self._making:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self.url,
                    min_size=0,
                    max_size=POOL_MAX,
                    timeout=CONNECT_TIMEOUT_S,
                    command_timeout=QUERY_TIMEOUT_S,
                    # A pooler such as PgBouncer gives each transaction another server connection.
                    statement_cache_size=0,
                )
        return self._pool


async def migrate(database: Database) -> list[str]:
    """Apply the migrations not applied yet, in the order of their numbers; return their names.

    Several processes may call it at once: one works, the others wait and find it done.

    Raises MigrationError: an applied file has been changed.
    """
    done: list[str] = []
    async with database.connection() as connection:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK)
        await connection.execute(
            "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, sha256 text NOT NULL,"
            " applied_at timestamptz NOT NULL DEFAULT now())"
        )
        rows = await connection.fetch("SELECT name, sha256 FROM migrations")
        applied = {row["name"]: row["sha256"] for row in rows}
        for path in sorted((_folder / "migrations").glob("*.sql")):
            sql = path.read_text(encoding="utf-8")
            digest = hashlib.sha256(sql.encode()).hexdigest()
            if applied.get(path.name) == digest:
                continue
            if path.name in applied:
                raise MigrationError(
                    f"{path.name} was changed after it was applied; add a new file"
                )
            await connection.execute(sql)
            await connection.execute(
                "INSERT INTO migrations (name, sha256) VALUES ($1, $2)", path.name, digest
            )
            done.append(path.name)
    return done
