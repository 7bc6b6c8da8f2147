"""Real servers: one of each for all tests, emptied or made anew for each."""

from collections.abc import AsyncIterator, Iterator
from urllib.parse import urlsplit

import pytest
from redis.asyncio import Redis

from backend.store.archive import Archive
from backend.store.database import Database, migrate
from backend.store.link import Link
from backend.store.redis_servers import Links, connect_redis
from backend.store.redis_stream import RedisStream
from tests.support.commits import HALL
from tests.support.pgbouncer import MissingError, found_pgbouncer, pgbouncer
from tests.support.servers import (
    TEMPLATE,
    Server,
    database_url,
    execute,
    fresh_database,
    running_server,
)

EMPTY = """SET LOCAL session_replication_role = replica;
DO $$ BEGIN EXECUTE (
    SELECT 'TRUNCATE ' || string_agg(quote_ident(tablename), ', ') || ' RESTART IDENTITY'
    FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'migrations'
); END $$"""
"""A fresh database for each test would take longer than the tests.

The first line, for a superuser only, is what it takes to empty the audit.
"""
_pooled: list[str] = []
"""The name of the one database behind PgBouncer, once there is one."""


@pytest.fixture(scope="session")
def valkey() -> Iterator[Server]:
    """A Valkey for all tests."""
    with running_server("valkey") as server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL for all tests."""
    with running_server("postgres") as server:
        yield server


@pytest.fixture
async def redis(valkey: Server) -> AsyncIterator[Redis]:
    """A client of an empty Valkey."""
    client = connect_redis(valkey.url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
async def link(valkey: Server, redis: Redis) -> AsyncIterator[Link]:
    """A link to an empty Valkey."""
    found = Links(valkey.url).of(HALL)
    yield found
    await found.aclose()


@pytest.fixture(scope="session")
async def template(postgres: Server) -> str:
    """The name of a migrated, empty database to copy."""
    await execute(postgres.url, f'CREATE DATABASE "{TEMPLATE}"')
    database = Database(database_url(postgres.url, TEMPLATE))
    await migrate(database)
    await database.close()
    return TEMPLATE


@pytest.fixture
async def empty_url(postgres: Server) -> str:
    """The URL of a database with nothing in it."""
    return await fresh_database(postgres.url)


@pytest.fixture(scope="session")
def pooler(postgres: Server) -> Iterator[str]:
    """The address of a PgBouncer before the PostgreSQL for all tests."""
    try:
        found_pgbouncer()
    except MissingError as error:
        pytest.skip(str(error))
    with pgbouncer(postgres.url, server_connections=2) as url:
        yield url


@pytest.fixture(params=["direct", "pooled"])
async def database(
    request: pytest.FixtureRequest, postgres: Server, template: str
) -> AsyncIterator[Database]:
    """A migrated, empty database, reached directly and through PgBouncer."""
    if request.param == "direct":
        found = Database(await fresh_database(postgres.url, template))
    else:
        pooler: str = request.getfixturevalue("pooler")
        if not _pooled:
            _pooled.append(urlsplit(await fresh_database(postgres.url, template)).path)
        found = Database(pooler + _pooled[0])
        async with found.connection() as connection:
            await connection.execute(EMPTY)
    yield found
    await found.close()


@pytest.fixture
def stream(link: Link) -> RedisStream:
    """The small hall's stream in an empty Valkey."""
    return RedisStream(link, HALL)


@pytest.fixture
def archive(database: Database) -> Archive:
    """An empty archive."""
    return Archive(database)


@pytest.fixture
def no_database() -> Database:
    """A database whose server is not there."""
    return Database("postgresql://postgres@/postgres?host=/nonexistent&port=5432")
