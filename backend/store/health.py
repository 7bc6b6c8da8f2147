"""Whether both stores answer, for Prometheus."""

import asyncio

import structlog
from prometheus_client import Gauge
from redis.asyncio import Redis

from backend.store.database import Database
from backend.store.redis_servers import primaries_told, risks
from backend.store.redis_stream import store_errors
from backend.store.stream import StoreError

PATIENCE_S = 1.0
RETRY_S = 1.0

log = structlog.get_logger()

_up = Gauge("yizhan_store_up", "Whether the store answered within a second", ["store"])
_writes = Gauge("yizhan_redis_writes", "Whether Redis wrote to its append-only file last time")
_memory = Gauge("yizhan_redis_memory_bytes", "Memory that Redis uses for data")


async def warn_of_risks(redis: "Redis", replicas: int) -> None:
    """Log what could cost acknowledged commands when a primary dies, once Redis answers."""
    while True:
        try:
            async with store_errors():
                found = await risks(redis, replicas)
        except StoreError:
            await asyncio.sleep(RETRY_S)
            continue
        for risk in found:
            log.warning("redis_may_lose", risk=risk)
        return


async def look_at_stores(redis: "Redis", database: Database) -> None:
    """Ask both, and keep what they answer for whoever reads the figures."""
    await asyncio.gather(_look_at_redis(redis), _look_at_database(database))


async def _look_at_redis(redis: "Redis") -> None:
    try:
        async with asyncio.timeout(PATIENCE_S), store_errors():
            told = await primaries_told(redis, "persistence", "memory")
    except (StoreError, TimeoutError):
        _up.labels("redis").set(0)
        return
    _up.labels("redis").set(1)
    _writes.set(all(found.get("aof_last_write_status", "ok") == "ok" for found in told))
    _memory.set(sum(found.get("used_memory", 0) for found in told))


async def _look_at_database(database: Database) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S), database.connection() as connection:
            await connection.fetchval("SELECT 1")
    except (StoreError, TimeoutError):
        _up.labels("postgres").set(0)
    else:
        _up.labels("postgres").set(1)
