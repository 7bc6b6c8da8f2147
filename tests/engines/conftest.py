"""Homes for real servers, and doors to them."""

import asyncio
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest
import redis

from backend.engines.engine import Engine
from backend.engines.process import start, stop

START_TIMEOUT_S = 30.0


@pytest.fixture
def home() -> Iterator[Path]:
    """A new home that every user can reach; pytest's own tmp_path is closed to all but root."""
    path = Path(tempfile.mkdtemp(prefix="yizhan-test-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@contextmanager
def running(engine: Engine) -> Iterator[subprocess.Popen[bytes]]:
    """The started server, stopped in the end even if the test has killed it."""
    try:
        process = start(engine, START_TIMEOUT_S)
    except BaseException:
        engine.lock.release()
        raise
    try:
        yield process
    finally:
        stop(process, engine)


def sql(url: str, statement: str) -> object:
    """The first value of the statement's result."""

    async def ask() -> object:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(ask())


def valkey_client(url: str) -> "redis.Redis":
    """A client of redis-py, which has to understand our URL."""
    return redis.Redis.from_url(url)


def wait_until(is_so: Callable[[], bool], limit_s: float) -> None:
    """Poll until the claim holds; fail after `limit_s`."""
    deadline = time.monotonic() + limit_s
    while not is_so():
        assert time.monotonic() < deadline, "not within the limit"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    """No such process, or a dead one that its new parent has not reaped yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True
