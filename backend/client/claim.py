"""Has something in the hall for one agent alone: a printer, a zone's loudspeakers (PR1, VO10).

One command does both: telling the hub how it is claims it, and goes on claiming it.
"""

import asyncio
import logging
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, assert_never

from msgspec import Struct

from backend.client.errors import UnansweredError
from backend.core.commands import Command
from backend.core.devices import CLAIM_S
from backend.core.ids import AgentId
from backend.wire.messages import Done, Fault, Refused

AGENT_NAME = "agent-id"

_log = logging.getLogger("yizhan.claim")


class Doing(Protocol):
    """What we need of `backend.client.Client`."""

    async def do(
        self, command: Command, id: str | None = None, timeout_s: float = 30.0
    ) -> Done | Refused | Fault:
        """Have a command carried out once."""


class ClaimLimits(Struct, frozen=True, kw_only=True):
    """How often the hub is told."""

    renew_s: float = 60.0
    gap_s: float = 0.5
    """Between two reports, however often there is news."""
    refused_pause_s: float = 30.0
    answer_s: float = 10.0
    margin_s: float = 10.0
    """The claim is held to be over so long before the hub could give it to another agent."""


class Claim:
    """An agent's claim to one thing: the hub is told when there is news, and again in time."""

    def __init__(
        self,
        name: str,
        agent_id: AgentId,
        report: Callable[[], Command | None],
        on_held: Callable[[], None],
        limits: ClaimLimits | None = None,
    ) -> None:
        """`name` is for the log; `report` gives what to tell, None while nothing is known.

        `on_held` is called when it has become ours.
        """
        self._name = name
        self._agent_id = agent_id
        self._report = report
        self._on_held = on_held
        self._limits = limits or ClaimLimits()
        self._held_until_s = 0.0
        self._refused = ""
        self._is_news = asyncio.Event()

    @property
    def is_held(self) -> bool:
        """Whether it is ours for certain."""
        return _now_s() < self._held_until_s

    def news(self) -> None:
        """Have the hub told soon."""
        self._is_news.set()

    def saw(self, agent_id: AgentId | None) -> None:
        """Take note of whose it is by the hub's view: a new day knows of no claims."""
        if agent_id != self._agent_id:
            self._held_until_s = 0.0
            if agent_id is None:
                self._is_news.set()

    async def run(self, hub: Doing) -> None:
        """Claim and tell, for ever.  Raises RejectedError when the hub sends us away."""
        pause_s = 0.0
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._is_news.wait()
            self._is_news.clear()
            pause_s = self._limits.renew_s
            command = self._report()
            if command is not None:
                pause_s = await self._tell(hub, command)
                await asyncio.sleep(self._limits.gap_s)

    async def _tell(self, hub: Doing, command: Command) -> float:
        """Tell the hub; how long to wait before it is told again without news."""
        asked_s = _now_s()
        try:
            answer = await hub.do(command, timeout_s=self._limits.answer_s)
        except UnansweredError:
            return self._limits.gap_s
        match answer:
            case Done():
                was_held, self._refused = self.is_held, ""
                self._held_until_s = asked_s + CLAIM_S - self._limits.margin_s
                if not was_held:
                    _log.info("%s is held", self._name)
                    self._on_held()
                return self._limits.renew_s
            case Refused():
                self._held_until_s = 0.0
                self._say(answer.code.value)
            case Fault():
                self._say(answer.code.value)
            case _:
                assert_never(answer)
        return self._limits.refused_pause_s

    def _say(self, code: str) -> None:
        """Log why it is not ours, once; an agent may stand by for months."""
        if code != self._refused:
            self._refused = code
            _log.warning("%s is refused: %s", self._name, code)


def agent_id_in(directory: Path) -> AgentId:
    """The agent's own id, made when it first starts.  Raises OSError.

    Kept beside what it remembers: a restart is the same agent, another directory another one.
    """
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / AGENT_NAME
    with suppress(FileNotFoundError):
        if name := path.read_text("ascii", errors="replace").strip():
            return AgentId(name[:64])
    name = secrets.token_hex(8)
    aside = path.with_suffix(".tmp")
    aside.write_text(name)
    os.replace(aside, path)
    return AgentId(name)


def _now_s() -> float:
    return asyncio.get_running_loop().time()
