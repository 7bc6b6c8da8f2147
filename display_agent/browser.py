"""A Chromium that shows one page, spoken to over a pipe: no port is open on the machine.

It ends when the pipe does, so none is left behind when this program dies.
"""

import asyncio
import contextlib
import json
import os
import shutil
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from pathlib import Path
from typing import Any

MESSAGE_MAX = 8 * 1024 * 1024
ANSWER_S = 4.0
END_S = 3.0
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
UNPACKED = Path(__file__).parent.parent / ".cache" / "chromium"
"""Where ops/chromium.mjs puts one."""
FLAGS = (
    "--kiosk",
    "--no-first-run",
    "--no-default-browser-check",
    "--noerrdialogs",
    "--hide-crash-restore-bubble",
    "--disable-infobars",
    "--disable-translate",
    "--disable-features=Translate,MediaRouter,OptimizationHints",
    "--disable-component-update",
    "--disable-pinch",
    "--overscroll-history-navigation=0",
    "--autoplay-policy=no-user-gesture-required",
    "--password-store=basic",
    # A window below another one, or on a monitor that is off, goes on all the same.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
    "--remote-debugging-pipe",
)
_TO_PIPE = 'exec "$@" 3<&0 4>&1 </dev/null >/dev/null'
"""Chromium reads from 3 and writes to 4."""


class BrowserError(Exception):
    """The browser or its page gives no answer."""


def find_chromium(chosen: str | None) -> str | None:
    """The program: as chosen, else one of the system, else the one that `make setup` unpacked."""
    if chosen:
        return shutil.which(chosen)
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    unpacked = sorted(UNPACKED.glob("*/chromium"))
    return found or (str(unpacked[-1]) if unpacked else None)


class Browser:
    """One running Chromium and its one page."""

    def __init__(self, process: Process, answer_s: float) -> None:
        """See `start`."""
        self._process = process
        self._answer_s = answer_s
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._asked = 0
        self._session: str | None = None
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, command: list[str], hidden: frozenset[str], answer_s: float) -> "Browser":
        """Run the command, without the `hidden` variables.  Raises OSError."""
        environment = {key: value for key, value in os.environ.items() if key not in hidden}
        process = await asyncio.create_subprocess_exec(
            *("sh", "-c", _TO_PIPE, "sh", *command),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            limit=MESSAGE_MAX,
            env=environment,
            start_new_session=True,
        )
        return cls(process, answer_s)

    @property
    def pid(self) -> int:
        """Of the browser; its helpers are of its process group."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether it is gone, by itself or not."""
        return self._process.returncode is not None or self._reading.done()

    async def ended(self) -> None:
        """Wait until it is gone."""
        await asyncio.wait((self._reading,))

    async def evaluate(self, expression: str) -> Any:
        """What the expression is in the page.  Raises BrowserError."""
        answer = await self._ask_page(
            "Runtime.evaluate", {"expression": expression, "returnByValue": True}
        )
        if "exceptionDetails" in answer:
            raise BrowserError(f"the page failed: {answer['exceptionDetails'].get('text')}")
        return answer["result"].get("value")

    async def go(self, url: str) -> None:
        """Load the page anew.  Raises BrowserError."""
        await self._ask_page("Page.navigate", {"url": url})

    async def stop(self) -> None:
        """End it and all its helpers."""
        self._kill(signal.SIGTERM)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await self._process.wait()
        self._kill(signal.SIGKILL)  # a helper that hangs survives its browser
        self._reading.cancel()
        await asyncio.wait((self._reading,))
        # Not `wait`: an answer that nobody reads keeps its pipe open, and `wait` for ever.
        await self._process.communicate()

    def _kill(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    async def _ask_page(self, method: str, params: dict[str, object]) -> dict[str, Any]:
        if self._session is None:
            targets = (await self._ask("Target.getTargets", {}))["targetInfos"]
            pages = [target["targetId"] for target in targets if target["type"] == "page"]
            if not pages:
                raise BrowserError("it has no page")
            attached = await self._ask(
                "Target.attachToTarget", {"targetId": pages[0], "flatten": True}
            )
            self._session = attached["sessionId"]
        return await self._ask(method, params, self._session)

    async def _ask(
        self, method: str, params: dict[str, object], session: str | None = None
    ) -> dict[str, Any]:
        if self.has_ended:
            raise BrowserError("the browser has ended")
        self._asked += 1
        number = self._asked
        message = {"id": number, "method": method, "params": params}
        if session is not None:
            message["sessionId"] = session
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\0")
            async with asyncio.timeout(self._answer_s):
                await self._process.stdin.drain()
                found: dict[str, Any] = await answer
        except TimeoutError:
            raise BrowserError("the page does not answer") from None
        except OSError as error:
            raise BrowserError("the browser has ended") from error
        finally:
            self._waiting.pop(number, None)
        if "error" in found:
            self._session = None  # the page may be another by now
            raise BrowserError(str(found["error"].get("message")))
        result: dict[str, Any] = found["result"]
        return result

    async def _read(self) -> None:
        """Hand the answers out until the browser ends."""
        assert self._process.stdout is not None
        try:
            while True:
                frame = await self._process.stdout.readuntil(b"\0")
                found = json.loads(frame[:-1])
                answer = self._waiting.get(found.get("id", 0))
                if answer is not None and not answer.done():
                    answer.set_result(found)
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            for answer in self._waiting.values():
                if not answer.done():
                    answer.set_exception(BrowserError("the browser has ended"))
