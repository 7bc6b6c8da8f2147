"""Pages show hostile texts as texts, and run none of them."""

from contextlib import suppress
from typing import Any

from playwright.async_api import Browser, Error

from tests.e2e.conftest import browser, chromium
from tests.hall import Hall
from tests.injection.sender import Sender, Things, go
from tests.injection.writes import CHAINS

__all__ = ["browser", "chromium"]
TEXT = "<img src=x onerror=window.pwned=1><script>pwned=1</script>"
SHOWN = "&lt;img src=x onerror"


async def test_pages_show_hostile_texts_and_run_none__I18(
    hall: Hall, sender: Sender, browser: Browser
) -> None:
    day = hall.ask("GET", "/api/halls/main/topics/queues").json["view"]["day"]
    things: dict[str, Things] = {}
    for name, chain in CHAINS.items():
        is_public = name == "a question"  # and stays so
        things[name] = {"day": day}
        for write in chain[:3] if is_public else chain:
            go(sender, write, things[name], TEXT)
    clerk = {"Cookie": hall.cookie("w02")}
    path = f"/api/halls/main/cases/{things['a correction']['case']}"
    track = hall.ask("GET", path, **clerk).json["track_path"]
    visitors = (
        f"t/{things['a visit and what follows a bad rating']['ticket_token']}",
        track.lstrip("/"),
        f"ask/{things['a question']['token']}",
        "questions",
        "en/questions",
        "board/Z1",
    )
    shown = await looked_at(browser, hall, "", visitors)
    staff = ("ops", "ops/followups", "ops/consultations", "ops/rosters", "ops/plans")
    shown |= await looked_at(browser, hall, "supervisor", staff)
    shown |= await looked_at(
        browser, hall, "w02", (f"ops/cases?case={things['a correction']['case']}",)
    )
    told = {path.partition("/")[0] for path, times in shown.items() if times > 0}
    assert {"t", "ask", "questions", "en", "ops"} <= told, shown


async def looked_at(
    browser: Browser, hall: Hall, who: str, paths: tuple[str, ...]
) -> dict[str, int]:
    """How often each page shows the text; nothing of it has run."""
    context = await browser.new_context()
    if who:
        key, _, value = hall.cookie(who).partition("=")
        cookie: Any = {"name": key, "value": value, "url": hall.url}
        await context.add_cookies([cookie])
    shown = {}
    page = await context.new_page()
    for path in paths:
        await page.goto(f"{hall.url}/{path}", wait_until="networkidle")
        with suppress(Error):
            await page.get_by_text(TEXT).first.wait_for(timeout=3_000)
        shown[path] = (await page.content()).count(SHOWN)
        assert await page.evaluate("window.pwned") is None, path
        assert await page.locator("img[src=x]").count() == 0, path
    await context.close()
    return shown
