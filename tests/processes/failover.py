"""Kills of the primary under load, and what became of the commands that were acknowledged."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from backend.hub.follower import answer_of
from backend.hub.session import reply
from backend.store.stream import Entry
from tests.processes.load import Load
from tests.support.topologies import Group, Node

CUT_OFF_S = 0.2
"""How long a primary lives on after its replicas have heard the last of it."""
TAKEN_OVER_S = 40.0
SERVED_S = 60.0
POLL_S = 0.02


@dataclass
class Kills:
    """Fail-overs of one group under one load."""

    group: Group
    load: Load
    find: Callable[[], Node]
    """The primary that the hall is on, with all its replicas."""
    outages_s: list[float] = field(default_factory=list)
    """From each kill to the first answer to what was asked after it."""
    whole_s: list[float] = field(default_factory=list)
    """From each kill until everybody was served."""

    async def kill(self, *, is_cut_off: bool) -> None:
        """Kill the primary, have a replica take its place, and the dead one come back as replica.

        `is_cut_off`: its replicas hear nothing for a moment before, so that what it stores then
        goes with it.
        """
        loop = asyncio.get_running_loop()
        primary = await asyncio.to_thread(self.find)
        if is_cut_off:
            with _still([node for node in self.group.nodes if node is not primary]):
                await asyncio.to_thread(primary.client.execute_command, "CLIENT KILL TYPE replica")
                await asyncio.sleep(CUT_OFF_S)
                primary.kill()
                began = loop.time()
        else:
            primary.kill()
            began = loop.time()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._bring_back(primary))
            async with asyncio.timeout(SERVED_S):
                while not any(begun >= began for begun in self.load.begun.values()):
                    await asyncio.sleep(POLL_S)
            self.outages_s.append(loop.time() - began)
        await self.load.until_all_are_served(SERVED_S)
        self.whole_s.append(loop.time() - began)

    async def _bring_back(self, dead: Node) -> None:
        """Start it again once another is in its place."""
        before = {node for node in self.group.nodes if node is not dead and _is_primary(node)}

        def is_replaced() -> bool:
            now = {node for node in self.group.nodes if node is not dead and _is_primary(node)}
            return bool(now - before) or (not before and bool(now))

        async with asyncio.timeout(TAKEN_OVER_S):
            while not await asyncio.to_thread(is_replaced):
                await asyncio.sleep(POLL_S)
        dead.start()


def lost(entries: list[Entry], load: Load) -> list[str]:
    """The ids of acknowledged commands that the history has not, or answers otherwise."""
    kept = {
        entry.commit.id: reply(entry.commit.id, answer_of(entry.position, entry.commit))
        for entry in entries
    }
    return [name for name, answer in load.answers.items() if kept.get(answer.id) != answer]


def _is_primary(node: Node) -> bool:
    return node.has_replicas(0)


@contextmanager
def _still(nodes: list[Node]) -> Iterator[None]:
    for node in nodes:
        node.send(signal.SIGSTOP)
    try:
        yield
    finally:
        for node in nodes:
            node.send(signal.SIGCONT)
