"""Embedded servers for tests: one of each for a session, nothing kept on disk for long."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import asyncpg

from backend.engines.engine import Engine
from backend.engines.postgres import prepare_postgres
from backend.engines.process import start, stop
from backend.engines.valkey import prepare_valkey

START_S = 30.0
TEMPLATE = "template_of_tests"
_numbers = count(1)


@contextmanager
def temporary_home() -> Iterator[Path]:
    """A home that PostgreSQL reaches too when root runs the tests: pytest's own are closed."""
    path = Path(tempfile.mkdtemp(prefix="yizhan-test-", dir="/tmp"))
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


class Server:
    """A server that a test may stop and start again."""

    def __init__(self, home: Path, name: str) -> None:
        self._home = home
        self._name = name
        self._engine: Engine | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    @property
    def pid(self) -> int:
        """Of the running server; it may have children."""
        assert self._process is not None
        return self._process.pid

    def start(self) -> None:
        """Run it on what it kept; a running one goes on."""
        if self._process is not None:
            return
        prepare = prepare_postgres if self._name == "postgres" else prepare_valkey
        self._engine = prepare(self._home, durable=False)
        self.url = self._engine.url
        try:
            self._process = start(self._engine, START_S)
        except BaseException:
            self._engine.lock.release()
            raise

    def stop(self) -> None:
        """End it; safe to repeat."""
        if self._process is not None:
            assert self._engine is not None
            stop(self._process, self._engine)
            self._process = None


@contextmanager
def running_server(name: str) -> Iterator[Server]:
    """A running `postgres` or `valkey` on a home of its own."""
    with temporary_home() as home:
        server = Server(home, name)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def database_url(server_url: str, name: str) -> str:
    """The same server's URL with another database."""
    head, separator, options = server_url.partition("?")
    return head.rpartition("/")[0] + f"/{name}" + separator + options


async def fresh_database(server_url: str, template: str = "template1") -> str:
    """The URL of a new database, a copy of the template."""
    name = f"test_{next(_numbers)}"
    await execute(server_url, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return database_url(server_url, name)


async def execute(url: str, statement: str) -> None:
    """Run one statement."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
