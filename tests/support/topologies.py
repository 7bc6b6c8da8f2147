"""Several Valkeys as one store: a primary with replicas and sentinels, and a cluster.

Each server is the one of the wheel, started on a file of `ops/` with ports, directories and, for
tests that are short, periods of its own; all die with the test, by pid.

    with sentinels() as group:
        group.url                      # redis+sentinel://…/yizhan
        group.primary(key).kill()         # SIGKILL; .start() brings it back on what it kept
"""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import redis

from backend.engines.process import child_setup
from backend.engines.valkey import valkey_server
from tests.hall import ROOT, until
from tests.support.servers import temporary_home

OPS = ROOT / "ops"
NAME = "yizhan"
READY_S = 20.0
SLOTS = 16_384
BUS = 10_000
"""How far above its port a node of a cluster speaks to the others."""
QUICK = {"ping-period": 200, "info-period": 1000, "publish-period": 300, "ask-period": 300}
"""What sentinels otherwise do every 1, 10, 2 and 1 s."""
QUICK_DOWN_MS = 1000
"""Five ping periods, as in the file."""
QUICK_FAILOVER_MS = 6000
"""Sentinels that all vote for themselves try again after twice this time, on a machine with more to
do than it can they do now and then."""


class Node:
    """One server, which may be killed and started again on what it has kept."""

    def __init__(self, home: Path, port: int, conf: str, *flags: str, password: str = "") -> None:
        self.port = port
        self._home = home
        self._flags = flags
        self._password = password
        self._process: subprocess.Popen[bytes] | None = None
        home.mkdir()
        own = f"\nport {port}\ndir {home}\n"
        if password:
            own += f"requirepass {password}\nmasterauth {password}\n"
        (home / "server.conf").write_text(conf + own)
        self.client: Any = redis.Redis(port=port, password=password or None, socket_timeout=2)

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"127.0.0.1:{self.port}"

    @property
    def words(self) -> str:
        """What it has logged."""
        return (self._home / "server.log").read_text()

    def start(self) -> None:
        """Run it on what it kept; it is not awaited."""
        with (self._home / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(valkey_server()), str(self._home / "server.conf"), *self._flags],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._home,
                preexec_fn=child_setup(signal.SIGKILL),  # noqa: PLW1509 (it only calls the kernel)
            )

    def send(self, number: signal.Signals) -> None:
        """Signal it, such as SIGSTOP."""
        assert self._process is not None
        os.kill(self._process.pid, number)

    def kill(self) -> None:
        """End it by SIGKILL; safe to repeat."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None
        self.client.close()

    def answers(self) -> bool:
        """Whether it takes commands."""
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

    def has_replicas(self, count: int) -> bool:
        """Whether it is a primary that so many replicas follow without a gap."""
        try:
            told = self.client.info("replication")
        except redis.RedisError:
            return False
        states = [told[key]["state"] for key in told if re.fullmatch(r"slave\d+", key)]
        return bool(told["role"] == "master" and states.count("online") >= count)

    def has(self, key: str) -> bool:
        """Whether it is the node of a cluster that has the key."""
        try:
            mine = self.client.execute_command("CLUSTER MYID").decode()
            slot = self.client.execute_command("CLUSTER KEYSLOT", key)
            rows = self.client.execute_command("CLUSTER SLOTS")
        except redis.RedisError:
            return False
        owners = [owner for first, last, owner, *_ in rows if first <= slot <= last]
        return [owner[2].decode() for owner in owners] == [mine]


class Group:
    """Servers that are one store."""

    def __init__(
        self,
        url: str,
        nodes: list[Node],
        replicas: int,
        *,
        watchers: Sequence[Node] = (),
        is_cluster: bool = False,
    ) -> None:
        self.url = url
        self.watchers = watchers
        self.is_cluster = is_cluster
        self.nodes = nodes
        self.replicas = replicas
        """Of each primary."""

    def primary(self, key: str) -> Node:
        """The one that has the key, once all its replicas follow it."""
        found: list[Node] = []

        def is_found() -> bool:
            whole = [node for node in self.nodes if node.has_replicas(self.replicas)]
            found[:] = [node for node in whole if not self.is_cluster or node.has(key)]
            return len(found) == 1

        until(is_found, READY_S * 2)
        return found[0]


@contextmanager
def sentinels(
    *, replicas: int = 2, is_quick: bool = True, password: str = "", without: str = "-"
) -> Iterator[Group]:
    """A primary with replicas, and three sentinels; `without` drops lines that begin so."""
    conf = _conf("valkey.conf", without=without)
    ports = free_ports(replicas + 4)
    with temporary_home() as home, ExitStack() as ends:
        nodes = [
            Node(home / f"node{n}", port, conf, password=password)
            for n, port in enumerate(ports[: replicas + 1])
        ]
        for n, node in enumerate(nodes):
            ends.callback(node.kill)
            if n:
                (home / f"node{n}" / "server.conf").open("a").write(
                    f"replicaof 127.0.0.1 {nodes[0].port}\n"
                )
            node.start()
        until(lambda: nodes[0].has_replicas(replicas), READY_S)
        watch = _conf("sentinel.conf").replace(
            f"{NAME} 127.0.0.1 6379", f"{NAME} 127.0.0.1 {nodes[0].port}"
        )
        if is_quick:
            watch = re.sub(r"(down-after-milliseconds \S+) \d+", rf"\1 {QUICK_DOWN_MS}", watch)
            watch = re.sub(r"(failover-timeout \S+) \d+", rf"\1 {QUICK_FAILOVER_MS}", watch)
        if password:
            watch += f"\nsentinel auth-pass {NAME} {password}\n"
        watchers = [
            Node(home / f"sentinel{n}", port, watch, "--sentinel")
            for n, port in enumerate(ports[replicas + 1 :])
        ]
        for watcher in watchers:
            ends.callback(watcher.kill)
            watcher.start()
        for watcher in watchers:
            until(watcher.answers, READY_S)
            if is_quick:
                for name, period_ms in QUICK.items():
                    watcher.client.execute_command("SENTINEL", "DEBUG", name, period_ms)
        until(lambda: all(_knows_all(watcher, replicas) for watcher in watchers), READY_S)
        hosts = ",".join(watcher.address for watcher in watchers)
        credentials = f":{password}@" if password else ""
        yield Group(
            f"redis+sentinel://{credentials}{hosts}/{NAME}", nodes, replicas, watchers=watchers
        )


@contextmanager
def cluster(*, primaries: int = 3, is_quick: bool = True, password: str = "") -> Iterator[Group]:
    """A cluster of primaries, each with one replica."""
    conf = _conf("valkey.conf") + _conf("valkey-cluster.conf")
    if is_quick:
        conf = conf.replace("cluster-node-timeout 5000", "cluster-node-timeout 1000")
    ports = free_ports(primaries * 2, is_free=_has_free_bus)
    with temporary_home() as home, ExitStack() as ends:
        nodes = [
            Node(home / f"node{n}", port, conf, password=password) for n, port in enumerate(ports)
        ]
        for node in nodes:
            ends.callback(node.kill)
            node.start()
        for node in nodes:
            until(node.answers, READY_S)
        masters, others = nodes[:primaries], nodes[primaries:]
        for n, node in enumerate(masters):
            first, end = SLOTS * n // primaries, SLOTS * (n + 1) // primaries
            node.client.execute_command("CLUSTER ADDSLOTSRANGE", first, end - 1)
            node.client.execute_command("CLUSTER SET-CONFIG-EPOCH", n + 1)
        for node in nodes[1:]:
            nodes[0].client.execute_command("CLUSTER MEET", "127.0.0.1", node.port)
        until(lambda: all(_size(node) == len(nodes) for node in nodes), READY_S)
        for node, master in zip(others, masters, strict=True):
            name = str(master.client.execute_command("CLUSTER MYID").decode())
            until(lambda node=node, name=name: _follows(node, name), READY_S)  # type: ignore[misc]
        until(lambda: all(node.has_replicas(1) and _is_whole(node) for node in masters), READY_S)
        until(lambda: all(_is_whole(node) for node in nodes), READY_S)
        hosts = ",".join(node.address for node in nodes[:primaries])
        credentials = f":{password}@" if password else ""
        yield Group(f"redis+cluster://{credentials}{hosts}", nodes, 1, is_cluster=True)


def free_ports(count: int, *, is_free: Callable[[int], bool] = lambda _: True) -> list[int]:
    """Ports that nobody listens on just now, all different."""
    with ExitStack() as probes:
        found: list[int] = []
        while len(found) < count:
            probe = probes.enter_context(socket.socket())
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
            if is_free(port):
                found.append(port)
        return found


def _has_free_bus(port: int) -> bool:
    if port + BUS > 65_535:
        return False
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port + BUS))
        except OSError:
            return False
    return True


def _conf(name: str, *, without: str = "-") -> str:
    """A file of ops/ without its own port and directory, as text."""
    lines = (OPS / name).read_text(encoding="utf-8").splitlines()
    return "\n".join(x for x in lines if not x.startswith(("port ", "dir ", without))) + "\n"


def _knows_all(watcher: Node, replicas: int) -> bool:
    told = watcher.client.sentinel_master(NAME)
    return bool(told["num-slaves"] == replicas and told["num-other-sentinels"] == 2)


def _cluster_info(node: Node) -> dict[str, str]:
    text = node.client.execute_command("CLUSTER INFO")
    return text if isinstance(text, dict) else {}


def _size(node: Node) -> int:
    return int(_cluster_info(node).get("cluster_known_nodes", 0))


def _is_whole(node: Node) -> bool:
    return _cluster_info(node).get("cluster_state") == "ok"


def _follows(node: Node, master: str) -> bool:
    """Make the node a replica, once it has heard of the primary."""
    try:
        node.client.execute_command("CLUSTER REPLICATE", master)
    except redis.ResponseError:
        return False
    return True
