"""PostgreSQL: the pool, the queries of sql/*.sql and the migrations."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from time import monotonic
from typing import Any

import aiosql
import asyncpg
import structlog

from backend.store.stream import DatabaseError

MIGRATION_LOCK = 0x59697A68616E  # any number all migrating processes agree on
CONNECT_TIMEOUT_S = 3.0
QUERY_TIMEOUT_S = 10.0
ANSWER_S = 3.0
"""How long whoever has somebody waiting for an answer waits for the server's first word."""
AWAY_S = 2.0
"""How long such a one is refused at once after it gave none."""
POOL_MAX = 4
LOCK_S = 0.3
"""How long a migration waits for a table, while whoever comes next to it waits behind.

Less than PostgreSQL's deadlock_timeout of 1 s: where both wait for each other, the migration goes.
"""
PAUSE_MIN_S, PAUSE_MAX_S = 0.5, 5.0
"""Between two tries."""
PATIENCE_S = 600.0
"""How long a file is tried: a backup that reads every table ends in this time."""
MIGRATION_S = 600.0
"""At most for one file's own work."""

_folder = Path(str(files(__package__)))
queries: Any = aiosql.from_path(_folder / "sql", "asyncpg", mandatory_parameters=False)
"""Every statement of sql/*.sql as a coroutine function by its name."""
log = structlog.get_logger()


class MigrationError(Exception):
    """A migration was changed after it was applied, or it never got the tables it needs."""


class _InTheWayError(Exception):
    """Somebody uses a table that a migration needs for itself."""


class Database:
    """A pool that is made when first needed and survives restarts of the server."""

    def __init__(self, url: str, *, patience_s: float | None = None) -> None:
        """`patience_s`: for those who are waited for.

        The first waits so long for a server that hangs, the others are refused for a while.
        What must be kept, or compared before anything goes on, takes its time: None.
        """
        self.url = url
        self._patience_s = patience_s
        self._away_until = 0.0
        """0.0: the server answered when it was asked last."""
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
            if self._patience_s is None:
                found, transaction = await self._begun(pool)
            else:
                found, transaction = await self._begun_soon(pool, self._patience_s)
            try:
                try:
                    yield found
                except BaseException:
                    await transaction.rollback()
                    raise
                await transaction.commit()
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
                | asyncpg.TransactionRollbackError  # a deadlock, given up on: nothing was done
                | asyncpg.InsufficientResourcesError,
            ):
                raise DatabaseError(f"database: {error}") from error
            raise

    async def close(self) -> None:
        """End every connection."""
        if self._pool is not None:
            self._pool.terminate()

    async def _begun_soon(self, pool: "asyncpg.Pool[Any]", patience_s: float) -> tuple[Any, Any]:
        """As `_begun`.  Raises TimeoutError: no answer in time, or none a moment ago."""
        if monotonic() < self._away_until:
            raise TimeoutError("no answer a moment ago")
        if self._away_until > 0.0:
            self._away_until = monotonic() + patience_s  # one tries for all
        while True:
            done = self._done
            try:
                async with asyncio.timeout(patience_s):
                    begun = await self._begun(pool)
            except TimeoutError:
                if self._done == done:
                    self._away_until = monotonic() + AWAY_S
                    raise
            except Exception:
                self._away_until = 0.0  # no is an answer
                raise
            else:
                self._away_until = 0.0
                return begun

    async def _begun(self, pool: "asyncpg.Pool[Any]") -> tuple[Any, Any]:
        """A connection and its transaction.  Raises TimeoutError."""
        found = await self._acquired(pool)
        transaction = found.transaction()
        try:
            await transaction.start()
        except BaseException:
            found.terminate()  # nothing was asked yet that would have to be called off
            raise
        return found, transaction

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

    Each file is one transaction.  People may be at work meanwhile: a file that does not get a
    table at once steps back, lets those go on who wait behind it, and tries again.  Several
    processes may call it at once: each file is applied by one of them.

    Raises MigrationError: an applied file has been changed, or a table is never let go.
    Raises StoreError.
    """
    done: list[str] = []
    while (name := await _patiently(lambda: _apply_next(database))) is not None:
        done.append(name)
    return done


async def _patiently(step: Callable[[], Awaitable[str | None]]) -> str | None:
    pause_s = PAUSE_MIN_S
    deadline = monotonic() + PATIENCE_S
    while True:
        try:
            return await step()
        except _InTheWayError as error:
            if monotonic() + pause_s > deadline:
                raise MigrationError(f"{error}; apply it when less goes on") from error
            log.warning("migration_waits", error=str(error), pause_s=pause_s)
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, PAUSE_MAX_S)


async def _apply_next(database: Database) -> str | None:
    """Apply the first file that is not applied; its name, None when there is none."""
    async with database.connection() as connection:
        # Before the short patience: who waits here for another process is in nobody's way.
        await connection.execute(
            "SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK, timeout=MIGRATION_S
        )
        pending = await _pending(connection)
        if not pending:
            return None
        path = pending[0]
        await connection.execute(f"SET LOCAL lock_timeout = '{LOCK_S}s'")
        try:
            await connection.execute(path.read_text(encoding="utf-8"), timeout=MIGRATION_S)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError) as error:
            raise _InTheWayError(f"{path.name}: {error}") from error
        await connection.execute(
            "INSERT INTO migrations (name, sha256) VALUES ($1, $2)", path.name, _sha256(path)
        )
    return path.name


async def _pending(connection: Any) -> list[Path]:
    """The files that are not applied, in their order."""
    await connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (name text PRIMARY KEY, sha256 text NOT NULL,"
        " applied_at timestamptz NOT NULL DEFAULT now())"
    )
    rows = await connection.fetch("SELECT name, sha256 FROM migrations")
    applied = {row["name"]: row["sha256"] for row in rows}
    paths = sorted((_folder / "migrations").glob("*.sql"))
    for path in paths:
        if applied.get(path.name, "") not in {"", _sha256(path)}:
            raise MigrationError(f"{path.name} was changed after it was applied; add a new file")
    return [path for path in paths if path.name not in applied]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
