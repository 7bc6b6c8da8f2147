"""Whether both stores answer, for Prometheus."""

import asyncio
from typing import Any

from prometheus_client import Gauge
from redis.asyncio import Redis

from backend.store.database import Database
from backend.store.redis_stream import store_errors
from backend.store.stream import StoreError

PATIENCE_S = 1.0

_up = Gauge("yizhan_store_up", "Whether the store answered within a second", ["store"])
_writes = Gauge("yizhan_redis_writes", "Whether Redis wrote to its append-only file last time")
_memory = Gauge("yizhan_redis_memory_bytes", "Memory that Redis uses for data")


async def look_at_stores(redis: "Redis", database: Database) -> None:
    """Ask both, and keep what they answer for whoever reads the figures."""
    await asyncio.gather(_look_at_redis(redis), _look_at_database(database))


async def _look_at_redis(redis: "Redis") -> None:
    try:
        async with asyncio.timeout(PATIENCE_S), store_errors():
            found: dict[str, Any] = await redis.info("persistence", "memory")
    except (StoreError, TimeoutError):
        _up.labels("redis").set(0)
        return
    _up.labels("redis").set(1)
    _writes.set(found.get("aof_last_write_status", "ok") == "ok")
    _memory.set(found.get("used_memory", 0))


async def _look_at_database(database: Database) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S), database.connection() as connection:
            await connection.fetchval("SELECT 1")
    except (StoreError, TimeoutError):
        _up.labels("postgres").set(0)
    else:
        _up.labels("postgres").set(1)
