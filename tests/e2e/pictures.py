"""Pictures of the screens of a running demo, for the documents and for looking at them.

make demo                                          # in another terminal, for a minute
.venv/bin/python -m tests.e2e.pictures docs/pictures
.venv/bin/python -m tests.e2e.pictures /tmp/look --english
"""

import argparse
import asyncio
import io
import os
import secrets
import shutil
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from backend.client import Client
from backend.core.commands import TakeTicket
from backend.core.ids import Channel
from backend.wire.messages import Done
from tests.e2e.conftest import FLAGS

SETTLE_MS = 1500
SCREENS = {
    "start": ("/start", 1366, 900),
    "board": ("/board/Z3", 1920, 1080),
    "counter-screen": ("/counter-screen/W16", 1920, 1080),
    "kiosk": ("/kiosk/K2", 1080, 1920),
}
ON_PHONES = {"site-home": "", "site-guide": "/services/CC-01", "site-hall": "/hall"}
"""Pages of the website, whose English is at `/en`."""
STARTED = (
    {"type": "open_case", "service_id": "HR-04"},
    {"type": "receive_forms", "handed_in": ["m1", "m2", "m3"]},
    {"type": "accept_case"},
    {"type": "start_process"},
)


async def main() -> None:
    """Take a picture of each screen."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--english", action="store_true")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    program = os.environ.get("YIZHAN_CHROMIUM") or shutil.which("chromium")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=FLAGS)
        for name, (path, width, height) in SCREENS.items():
            page = await _opened(browser, arguments.url + path, width, height, arguments.english)
            await _keep(page, arguments.folder / f"{name}.png")
        phone = f"{arguments.url}/t/{await _token(arguments.url)}"
        page = await _opened(browser, phone, 390, 844, arguments.english)
        await _keep(page, arguments.folder / "progress.png")
        page = await _opened(browser, arguments.url + "/counter", 1366, 768, arguments.english)
        await _at_the_desk(page)
        await _keep(page, arguments.folder / "counter.png")
        page = await _opened(browser, arguments.url + "/ops", 1920, 1080, arguments.english)
        await _signed_in(page, "supervisor")
        await _keep(page, arguments.folder / "ops.png")
        await _website(browser, arguments.url, arguments.folder, arguments.english)
        await browser.close()


async def _website(browser: Browser, url: str, folder: Path, english: bool) -> None:
    """The website on a phone: read, book, follow."""
    site = f"{url}/en" if english else url
    for name, path in ON_PHONES.items():
        page = await _opened(browser, site + path, 390, 844, english)
        await _keep(page, folder / f"{name}.png")
    page = await _opened(browser, f"{site}/book/HR-01", 390, 844, english)
    await page.locator(".slot").first.click()
    await page.locator("#card").fill("DEMO0001")
    await page.locator("form [type=submit]").last.click()
    await page.locator(".code").wait_for()
    await _keep(page, folder / "site-booking.png")
    page = await _opened(browser, f"{site}{await _case(browser, url)}", 390, 844, english)
    await _keep(page, folder / "site-track.png")


async def _case(browser: Browser, url: str) -> str:
    """Where a case in process is followed."""
    context = await browser.new_context(base_url=url)
    staff = {"username": "supervisor", "password": "demo"}
    await context.request.post("/api/session", data=staff)
    order = {"type": "do", "id": secrets.token_hex(8), "commands": STARTED}
    answer = await context.request.post("/api/halls/main/cases/do", data=order)
    found = await answer.json()
    await context.close()
    return str(found["case"]["track_path"])


async def _opened(browser: Browser, url: str, width: int, height: int, english: bool) -> Page:
    context = await browser.new_context(viewport={"width": width, "height": height})
    page = await context.new_page()
    await page.goto(url)
    switch = page.get_by_role("button", name="EN", exact=True)
    await page.wait_for_timeout(SETTLE_MS)
    if english and await switch.count():
        await switch.click()
        await page.wait_for_timeout(300)
    return page


async def _at_the_desk(page: Page) -> None:
    """Sign w02 in, open the window if it is closed, and call somebody."""
    await _signed_in(page, "w02")
    for key in ("Enter", "F2"):
        await page.keyboard.press(key)
        await page.wait_for_timeout(SETTLE_MS)


async def _signed_in(page: Page, username: str) -> None:
    await page.locator("input").nth(0).fill(username)
    await page.locator("input").nth(1).fill("demo")
    await page.keyboard.press("Enter")
    await page.wait_for_timeout(SETTLE_MS)


async def _token(url: str) -> str:
    async with Client(url, "main", token="demo") as client:
        answer = await client.do(TakeTicket(channel=Channel.ANONYMOUS, queue_id="E", print=False))
        assert isinstance(answer, Done)
        return str(answer.result.token)


async def _keep(page: Page, path: Path) -> None:
    """Store the picture with a palette, which makes it a third of the size."""
    picture = Image.open(io.BytesIO(await page.screenshot()))
    picture.convert("RGB").quantize(128).save(path, optimize=True)
    await page.context.close()


if __name__ == "__main__":
    asyncio.run(main())
