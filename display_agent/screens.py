"""Looks after the browsers of this machine's screens, and tells the hub how they are (SC1, SC2)."""

import asyncio
import contextlib
import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from backend.client.errors import HttpError
from backend.client.http import tell_screens
from backend.core.devices import ScreenReport
from display_agent.browser import ANSWER_S, FLAGS, Browser, BrowserError
from display_agent.page import (
    EXPRESSION,
    Blanking,
    Lit,
    ScreenChoice,
    address_of,
    dark,
    is_page,
    report_of,
    sight_of,
)

EVERY_S = 5.0
START_S = 25.0
"""A browser that is beginning may take so long until its page answers."""
RELOAD_AFTER, RESTART_AFTER = 1, 3
"""Looks in a row at which nothing good was to be seen."""
BACKOFF_FIRST_S, BACKOFF_MAX_S = 1.0, 60.0
STEADY_S = 60.0
"""A browser that was well for so long is begun at once when it ends."""

_log = logging.getLogger("yizhan.display.screens")


class Station(Struct, frozen=True, kw_only=True):
    """What all screens of this machine have in common."""

    url: str
    hall_id: str
    chromium: str | None
    home: Path
    """Each screen keeps its browser's profile below it."""
    is_headless: bool
    lit: Lit | None
    hidden: frozenset[str]
    """Variables that are no business of a browser."""
    clock: Callable[[], datetime]
    """The wall's."""
    every_s: float = EVERY_S
    answer_s: float = ANSWER_S


def missing_of(
    chromium: str | None, environment: Mapping[str, str], *, is_headless: bool
) -> str | None:
    """Why no screen can be shown here; None when they can."""
    if chromium is None:
        return "no Chromium: install one, or name it with --chromium"
    has_display = bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))
    if not (has_display or is_headless):
        return "no display: DISPLAY and WAYLAND_DISPLAY are not set"
    return None


def command_of(station: Station, choice: ScreenChoice) -> list[str]:
    """How the browser of a screen is run."""
    assert station.chromium is not None
    profile = station.home / "screens" / choice.screen_id.replace(":", "-")
    command = [station.chromium, *FLAGS, f"--user-data-dir={profile}"]
    if choice.place is not None:
        left, top, width, height = choice.place
        command += [f"--window-position={left},{top}", f"--window-size={width},{height}"]
    if station.is_headless:
        command.append("--headless=new")
    if os.geteuid() == 0:
        command.append("--no-sandbox")  # Chromium runs as root in no other way
    return [*command, address_of(choice.screen_id, station.url, station.hall_id)]


class Screen:
    """One screen and its browser."""

    def __init__(self, station: Station, choice: ScreenChoice, missing: str | None) -> None:
        """`missing`: why it cannot be shown."""
        self._station = station
        self._choice = choice
        self._missing = missing
        self._address = address_of(choice.screen_id, station.url, station.hall_id)
        self._blanking = Blanking(station.lit)
        self._misses = 0
        self.words = ""
        """What stands on it beside its page: the code of a machine that asks to be let in."""
        self.report = dark(choice.screen_id, missing or "the browser is beginning")
        self.browser: Browser | None = None

    async def run(self) -> None:
        """Keep the page on the screen, for ever."""
        if self._missing is not None:
            return
        backoff_s = BACKOFF_FIRST_S
        clock = asyncio.get_running_loop().time
        while True:
            began_s = clock()
            why = await self._show()
            lasted_s = clock() - began_s
            backoff_s = BACKOFF_FIRST_S if lasted_s > STEADY_S else min(backoff_s, BACKOFF_MAX_S)
            self.report = dark(self._choice.screen_id, why)
            extra = {"screen": self._choice.screen_id, "lasted_s": round(lasted_s)}
            _log.warning("the browser is begun anew: %s", why, extra=extra)
            await asyncio.sleep(backoff_s)
            backoff_s *= 2

    async def _show(self) -> str:
        """Run a browser until it is of no use any more; why that is."""
        station = self._station
        try:
            (station.home / "screens").mkdir(parents=True, exist_ok=True)
            self.browser = await Browser.start(
                command_of(station, self._choice), station.hidden, station.answer_s
            )
        except OSError as error:
            return str(error)
        try:
            return await self._tend(self.browser)
        finally:
            browser, self.browser = self.browser, None
            await asyncio.shield(asyncio.ensure_future(browser.stop()))

    async def _tend(self, browser: Browser) -> str:
        clock = asyncio.get_running_loop().time
        began_s, was_seen = clock(), False
        self._misses = 0
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._station.every_s if was_seen else 0.5):
                    await browser.ended()
            if browser.has_ended:
                return "the browser ended"
            fault = await self._look(browser)
            if fault is None:
                was_seen, self._misses = True, 0
                continue
            if not was_seen and clock() - began_s < START_S:
                continue
            self._misses += 1
            self.report = dark(self._choice.screen_id, fault)
            if self._misses >= RESTART_AFTER:
                return fault
            if self._misses >= RELOAD_AFTER:
                with contextlib.suppress(BrowserError):
                    await browser.go(self._address)

    async def _look(self, browser: Browser) -> str | None:
        """Look at the page, tell what is on it; what is wrong, or None."""
        now_s = asyncio.get_running_loop().time()
        is_blank = self._blanking.is_due(self._station.clock().time(), now_s)
        wish = json.dumps({"blank": is_blank, "words": self.words})
        try:
            sight = sight_of(await browser.evaluate(EXPRESSION % wish))
            if not is_page(sight, self._address):
                await browser.go(self._address)
                # It begins, or the hub is away, and another browser would find no page either.
                if not urlsplit(sight.url).scheme.startswith("http"):
                    self.report = dark(self._choice.screen_id, "the hub gives no page")
                    return None
                return "another page"
        except BrowserError as error:
            return str(error)
        except msgspec.ValidationError:
            return "the page answers nonsense"
        if not sight.text.strip():
            return "an empty page"
        self._blanking.see(sight.screen, now_s)
        self.report = report_of(self._choice.screen_id, sight, is_blank=is_blank)
        return None


class Screens:
    """All screens of this machine."""

    def __init__(
        self, station: Station, choices: Sequence[ScreenChoice], environment: Mapping[str, str]
    ) -> None:
        self._station = station
        missing = missing_of(station.chromium, environment, is_headless=station.is_headless)
        if missing is not None and choices:
            _log.error("screens stay dark: %s", missing)
        self.screens = [Screen(station, choice, missing) for choice in choices]

    def show_words(self, words: str) -> None:
        """Show words at the foot of every screen; none when empty."""
        for screen in self.screens:
            screen.words = words

    async def run(self, token: Callable[[], str]) -> None:
        """Keep the screens, and tell the hub how they are while there is a token, for ever."""
        async with asyncio.TaskGroup() as tasks:
            for screen in self.screens:
                tasks.create_task(screen.run(), name="screen")
            if self.screens:
                tasks.create_task(self._tell(token), name="beats")

    async def _tell(self, token: Callable[[], str]) -> None:
        told: tuple[ScreenReport, ...] = ()
        is_heard = True
        while True:
            await asyncio.sleep(self._station.every_s)
            if not token():
                continue
            reports = tuple(screen.report for screen in self.screens)
            try:
                await tell_screens(self._station.url, self._station.hall_id, reports, token=token())
            except HttpError as error:
                if is_heard:
                    _log.warning("the hub does not hear of the screens: %s", error)
                is_heard = False
                continue
            if not is_heard:
                _log.info("the hub hears of the screens again")
            is_heard = True
            for report in reports:
                before = next((one for one in told if one.screen_id == report.screen_id), None)
                if before is None or before.state is not report.state:
                    extra = {"screen": report.screen_id, "detail": report.detail}
                    _log.info("screen is %s", report.state.value, extra=extra)
            told = reports
