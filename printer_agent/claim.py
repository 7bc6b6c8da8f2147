"""Has a printer for this agent alone, and tells the hub how it is (PR1, PR2).

One command does both: telling of a printer claims it, and goes on claiming it.
"""

import asyncio
import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, assert_never

import structlog
from msgspec import Struct

from backend.client import UnansweredError
from backend.core.commands import Command, ReportPrinter
from backend.core.devices import CLAIM_S
from backend.core.ids import AgentId, PrinterId, PrinterState
from backend.core.views.printer import PrinterView
from backend.wire.messages import Done, Fault, Refused

AGENT_NAME = "agent-id"
MARGIN_S = 10.0
"""We stop printing so long before the hub could give the printer to another agent."""

_log = structlog.get_logger("yizhan.printer")


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
    """Between two reports, however often the printer changes."""
    refused_pause_s: float = 30.0
    answer_s: float = 10.0


class Claim:
    """One printer's claim: `state` is told when it changes, and again in time."""

    def __init__(
        self,
        printer_id: PrinterId,
        agent_id: AgentId,
        hub: Doing,
        on_held: Callable[[], None],
        limits: ClaimLimits | None = None,
    ) -> None:
        """`on_held` is called when the printer has become ours."""
        self._printer_id = printer_id
        self._agent_id = agent_id
        self._hub = hub
        self._on_held = on_held
        self._limits = limits or ClaimLimits()
        self._state: PrinterState | None = None
        self._tickets_left: int | None = None
        self._held_until_s = 0.0
        self._changed = asyncio.Event()
        self._log = _log.bind(printer_id=printer_id)

    @property
    def is_held(self) -> bool:
        """Whether the printer is ours for certain."""
        return _now_s() < self._held_until_s

    def found(self, state: PrinterState, tickets_left: int | None) -> None:
        """Take note of how the printer is; the hub is told when that is news."""
        self._tickets_left = tickets_left
        if state is not self._state:
            self._log.info("printer", state=state.value)
            self._state = state
            self._changed.set()

    def saw(self, view: PrinterView) -> None:
        """Take note of whose the printer is by the hub's view: a new day knows of no claims."""
        if view.agent_id != self._agent_id:
            self._held_until_s = 0.0
            if view.agent_id is None:
                self._changed.set()

    async def run(self) -> None:
        """Claim and tell, for ever."""
        pause_s = self._limits.renew_s
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._changed.wait()
            self._changed.clear()
            if self._state is not None:
                pause_s = await self._told_hub(self._state)
                await asyncio.sleep(self._limits.gap_s)

    async def _told_hub(self, state: PrinterState) -> float:
        """Tell the hub; how long to wait before it is told again without news."""
        command = ReportPrinter(
            printer_id=self._printer_id,
            agent_id=self._agent_id,
            state=state,
            tickets_left=self._tickets_left,
        )
        asked_s = _now_s()
        try:
            answer = await self._hub.do(command, timeout_s=self._limits.answer_s)
        except UnansweredError:
            return self._limits.gap_s
        match answer:
            case Done():
                was_held = self.is_held
                self._held_until_s = asked_s + CLAIM_S - MARGIN_S
                if not was_held:
                    self._log.info("printer_held")
                    self._on_held()
                return self._limits.renew_s
            case Refused():
                self._held_until_s = 0.0
                self._log.warning("printer_refused", code=answer.code.value)
            case Fault():
                self._log.error("not_taken", code=answer.code.value)
            case _:
                assert_never(answer)
        return self._limits.refused_pause_s


def agent_id_in(directory: Path) -> AgentId:
    """The agent's own id, made when it first starts.  Raises OSError.

    Kept beside the spool: a restart is the same agent, and another directory is another one.
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
