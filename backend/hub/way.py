"""The way of a command, as the log and Prometheus are told of it.

The id that a page makes at the click is the trace id: it stands in the log lines, in the stream
entry and in the archive's row, and `python -m backend trace` puts them together.  An HTTP caller
that has a trace of its own (W3C `traceparent`) gives its trace-id as the command's id.
"""

import asyncio
from collections.abc import Callable

import structlog

from backend.core.commands import Command
from backend.core.ids import CommandId, HallId
from backend.core.stamp import Caller
from backend.hub import figures
from backend.hub.clock import ticks
from backend.hub.follower import Answer
from backend.hub.transact import IdInUseError, UnavailableError
from backend.store.stream import StoreError


class Way:
    """Tells of a hall's commands; nothing of who gives them but the role (I19)."""

    def __init__(self, hall_id: HallId) -> None:
        self._log = structlog.get_logger().bind(hall_id=hall_id)

    def begin(
        self, id: CommandId, command: Command, by: Caller
    ) -> "Callable[[asyncio.Future[Answer]], None]":
        """Tell that it was received; what comes back tells how it was answered."""
        began, tag = ticks(), str(command.__struct_config__.tag)
        self._log.debug("command_received", command_id=id, command=tag, role=by.role)

        def tell_answer(answer: "asyncio.Future[Answer]") -> None:
            took_s = ticks() - began
            outcome = self._end(id, tag, answer, round(took_s * 1000, 1))
            figures.command_s(tag, outcome).observe(took_s)

        return tell_answer

    def _end(
        self, id: CommandId, tag: str, answer: "asyncio.Future[Answer]", took_ms: float
    ) -> str:
        about = {"command_id": id, "command": tag, "took_ms": took_ms}
        if answer.cancelled():
            self._log.debug("command_abandoned", **about)
            return "abandoned"
        match answer.exception():
            case None if (code := answer.result().refused) is not None:
                self._log.info("command_refused", code=code, **about)
                return "refused"
            case None:
                self._log.debug("command_answered", seq=answer.result().seq, **about)
                return "done"
            case IdInUseError():
                self._log.info("command_refused", code="id_in_use", **about)
                return "refused"
            case UnavailableError() | StoreError() as error:
                self._log.warning("command_unanswered", why=str(error), **about)
                return "unavailable"
            case _:
                self._log.error("command_unanswered", why="the hub failed", **about)
                return "failed"
