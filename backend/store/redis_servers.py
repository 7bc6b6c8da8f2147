"""The servers that REDIS_URL stands for: clients of them, and the links of the halls' streams."""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, cast

from redis.asyncio import Redis, RedisCluster, Sentinel
from redis.asyncio.cluster import ClusterNode
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.crc import key_slot
from redis.exceptions import RedisError
from redis.sentinel import MasterNotFoundError

from backend.core.ids import HallId
from backend.store.link import Link
from backend.store.redis_url import (
    Address,
    Host,
    OneServer,
    Sharded,
    Watched,
    address_of,
    servers_of,
)
from backend.store.stream import StoreError

COMMAND_TIMEOUT_S = 2.5
ASK_S = 0.5
"""How long a sentinel or a node is asked where the primary is."""
SLOTS_KEPT_S = 0.2
"""How long what a node told of the others is believed, when all halls ask at once."""
NODES_MAX = 64

QUICK: dict[str, Any] = {"retry": Retry(NoBackoff(), 0), "health_check_interval": 0, "protocol": 2}
"""Clients fail quickly and leave retrying to their callers, who know the limits."""
PATIENT: dict[str, Any] = QUICK | {
    "socket_timeout": COMMAND_TIMEOUT_S,
    "socket_connect_timeout": COMMAND_TIMEOUT_S,
}
CURIOUS: dict[str, Any] = QUICK | {"socket_timeout": ASK_S, "socket_connect_timeout": ASK_S}


def connect_redis(url: str) -> "Redis":
    """A client for what is not the stream; each of its commands is about one key."""
    match servers_of(url):
        case OneServer():
            return Redis.from_url(url, **PATIENT)
        case Watched() as watched:
            followed: Redis = _Sentinels(watched).master_for(
                watched.name,
                username=watched.username,
                password=watched.password,
                db=watched.db,
                **PATIENT,
            )
            return followed
        case Sharded() as sharded:
            nodes = [ClusterNode(node.host, node.port) for node in sharded.nodes]
            client = RedisCluster(
                startup_nodes=nodes,
                require_full_coverage=False,
                username=sharded.username,
                password=sharded.password,
                **PATIENT,
            )
            return cast("Redis", client)  # the same commands, as long as each has one key


async def primaries_told(redis: "Redis", *sections: str) -> list[dict[str, Any]]:
    """What INFO says, of a cluster that of every primary.  Raises RedisError, OSError."""
    client: Any = redis
    if not isinstance(client, RedisCluster):
        return [await client.info(*sections)]
    await client.initialize()
    told = await asyncio.gather(
        *(client.info(*sections, target_nodes=node) for node in client.get_primaries())
    )
    return list(told)


async def risks(redis: "Redis", replicas: int) -> list[str]:
    """What could cost an acknowledged command when a primary dies, for whoever runs the servers.

    Nothing is said of a server that has no replicas and is not asked for any.
    Raises RedisError, OSError.
    """
    found: list[str] = []
    for told in await primaries_told(redis, "replication"):
        have = told["connected_slaves"]
        if not have and not replicas:
            continue
        if not replicas:
            found.append("REDIS_REPLICAS is not set: answers do not wait for the replicas")
        elif have < replicas:
            found.append(f"REDIS_REPLICAS is {replicas}, but a primary has {have}")
        if "min_slaves_good_slaves" not in told:  # told only where it is set
            found.append("min-replicas-to-write is 0: a primary that was cut off writes on")
    return sorted(set(found))


class Links:
    """The links of all halls' streams: one for all, in a cluster one for each hall.

    There a hall may move to another node alone, and takes nobody with it.
    """

    def __init__(self, url: str, replicas: int = 0) -> None:
        """`replicas`: see `Link.write`."""
        self._replicas = replicas
        self._links: dict[str, Link] = {}
        self._is_sharded = False
        match servers_of(url):
            case OneServer():
                self._finder: Finder = partial(_address, address_of(url))
            case Watched() as watched:
                self._finder = partial(_watched_primary, watched, _Sentinels(watched))
            case Sharded() as sharded:
                self._finder = _Nodes(sharded).owner
                self._is_sharded = True

    def of(self, hall_id: HallId) -> Link:
        """The hall's link."""
        tag = f"{{{hall_id}}}" if self._is_sharded else ""
        if tag not in self._links:
            self._links[tag] = Link(partial(self._finder, tag), replicas=self._replicas)
        return self._links[tag]

    async def aclose(self) -> None:
        """End every connection."""
        for link in self._links.values():
            await link.aclose()


Finder = Callable[[str], Coroutine[Any, Any, Address]]
"""Finds the primary that has a key; raises StoreError."""


class _Sentinels(Sentinel):
    """Asks all sentinels at once, and believes the one that knows of the latest fail-over.

    One that was cut off with the old primary would go on to name that.
    """

    def __init__(self, watched: Watched) -> None:
        hosts = [(host.host, host.port) for host in watched.sentinels]
        super().__init__(  # type: ignore[no-untyped-call]
            hosts, sentinel_kwargs=CURIOUS | {"password": watched.sentinel_password}
        )

    async def discover_master(self, service_name: str) -> tuple[str, int]:
        """Where the primary is.  Raises MasterNotFoundError."""
        asked = [self._told(sentinel, service_name) for sentinel in self.sentinels]
        told = [found for found in await asyncio.gather(*asked) if found is not None]
        if not told:
            raise MasterNotFoundError(f"no sentinel knows {service_name}")
        _, address = max(told, key=lambda found: found[0])
        return address

    async def _told(self, sentinel: "Redis", name: str) -> tuple[int, tuple[str, int]] | None:
        """The epoch of the last fail-over and the primary since, by one of them."""
        try:
            # The address first: it may be newer than the epoch, never older.
            address: Any = await sentinel.sentinel_get_master_addr_by_name(name)
            state: Any = await sentinel.sentinel_master(name)
        except (RedisError, OSError, TimeoutError):
            return None
        return (int(state["config-epoch"]), address) if address is not None else None


class _Nodes:
    """Asks the nodes of a cluster which of them has what."""

    def __init__(self, sharded: Sharded) -> None:
        self._sharded = sharded
        self._hosts = list(sharded.nodes)
        self._slots: list[tuple[int, int, Host]] = []
        self._asked_s = -SLOTS_KEPT_S
        self._asking = asyncio.Lock()

    async def owner(self, key: str) -> Address:
        """See Finder."""
        slot = key_slot(key.encode())
        async with self._asking:
            if asyncio.get_running_loop().time() - self._asked_s > SLOTS_KEPT_S:
                await self._ask()
                self._asked_s = asyncio.get_running_loop().time()
        for first, last, host in self._slots:
            if first <= slot <= last:
                return Address(
                    host=host.host,
                    port=host.port,
                    username=self._sharded.username or "default",
                    password=self._sharded.password or "",
                )
        raise StoreError("no node of the cluster has this hall")

    async def _ask(self) -> None:
        for host in tuple(self._hosts):
            self._hosts.append(self._hosts.pop(0))  # should it be wrong, another is asked next
            client: Any = Redis(
                host=host.host,
                port=host.port,
                username=self._sharded.username,
                password=self._sharded.password,
                **CURIOUS,
            )
            try:
                rows: Any = await client.execute_command("CLUSTER SLOTS")
            except (RedisError, OSError, TimeoutError):
                continue
            finally:
                await client.aclose()
            self._take(rows, host)
            return
        raise StoreError("no node of the cluster answers")

    def _take(self, rows: list[Any], asked: Host) -> None:
        self._slots = []
        for first, last, *nodes in rows:
            hosts = [Host((ip or b"").decode() or asked.host, port) for ip, port, *_ in nodes]
            self._slots.append((first, last, hosts[0]))
            news = [host for host in hosts if host not in self._hosts]
            self._hosts = [*self._hosts, *news][-NODES_MAX:]


async def _address(address: Address, _key: str) -> Address:
    return address


async def _watched_primary(watched: Watched, sentinels: _Sentinels, _key: str) -> Address:
    try:
        host, port = await sentinels.discover_master(watched.name)
    except MasterNotFoundError as error:
        raise StoreError(str(error)) from error
    return Address(
        host=host,
        port=port,
        username=watched.username or "default",
        password=watched.password or "",
        db=watched.db,
    )
