"""A web process's line to a history process: asks one question at a time."""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress

import msgspec

from backend.replay.questions import Question, Reply
from backend.store.stream import StoreError

ANSWER_S = 20.0
"""Longest that an answer may take, the start of the process and the reading of a day included."""
WAITING_MAX = 50
REPLY_MAX = 16 * 1024 * 1024
IDLE_S = 600.0
"""The process ends after so long without a question: it holds the days asked about."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Reply).decode


class Reader:
    """Starts the history process when first asked, and anew when it died or took too long."""

    def __init__(self, answer_s: float = ANSWER_S) -> None:
        self._answer_s = answer_s
        self._process: Process | None = None
        self._asking = asyncio.Lock()
        self._waiting = 0
        self._idle: asyncio.TimerHandle | None = None

    @property
    def is_busy(self) -> bool:
        """Whether a question is being answered."""
        return self._asking.locked()

    async def ask(self, question: Question) -> Reply:
        """The reply.  Raises StoreError: too many wait, it took too long, or the process died."""
        if self._waiting >= WAITING_MAX:
            raise StoreError("too many questions about recorded days wait for an answer")
        self._waiting += 1
        try:
            async with self._asking:
                self._stay()
                try:
                    return await self._ask(question)
                finally:
                    self._idle = asyncio.get_running_loop().call_later(IDLE_S, self._end_idle)
        finally:
            self._waiting -= 1

    async def close(self) -> None:
        """End the process."""
        self._stay()
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _ask(self, question: Question) -> Reply:
        try:
            async with asyncio.timeout(self._answer_s):
                process = await self._running()
                assert process.stdin is not None
                assert process.stdout is not None
                process.stdin.write(_encode(question) + b"\n")
                await process.stdin.drain()
                line = await process.stdout.readline()
        except TimeoutError as error:
            await self.close()
            raise StoreError(f"no answer within {self._answer_s:.0f} s") from error
        except (OSError, ValueError) as error:
            await self.close()
            raise StoreError(f"the history process broke off: {error}") from error
        except asyncio.CancelledError:
            await self.close()  # its answer would be taken for that of the next question
            raise
        if not line.endswith(b"\n"):
            await self.close()
            raise StoreError("the history process ended")
        return _decode(line)

    async def _running(self) -> Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "backend.replay", stdin=PIPE, stdout=PIPE, limit=REPLY_MAX
            )
        return self._process

    def _stay(self) -> None:
        if self._idle is not None:
            self._idle.cancel()

    def _end_idle(self) -> None:
        """Let the process end by itself: its input ends."""
        process = self._process
        if process is not None and process.stdin is not None:
            process.stdin.close()
            self._process = None
