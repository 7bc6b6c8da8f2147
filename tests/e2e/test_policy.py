"""No page does what its Content-Security-Policy forbids."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser

from backend.core.stamp import Role
from tests.hall import HALL_ID, Hall, running_hall
from tests.web.test_matrix import ACCOUNTS

CONNECTED = ("/board", "/kiosk", "/ops")
PAGES = (
    *("/", "/board/Z1", "/counter-screen/W01", "/kiosk/K1", "/pad/W01", "/take", "/t/unknown"),
    *("/start", "/services", "/services/HR-01", "/search", "/notices", "/questions", "/hall"),
    *("/figures", "/ops/me", "/ops/content"),
    *("/book", "/ask", "/track", "/me", "/counter", "/greeter", "/ops", "/ops/accounts"),
)
WATCH = """
addEventListener('securitypolicyviolation', (event) => {
  (window.violations ??= []).push(`${event.violatedDirective} ${event.blockedURI}`)
})
"""

INLINE = "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))"


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with running_hall() as found:
        yield found


async def test_no_page_breaks_its_policy_and_each_is_connected(
    browser: Browser, hall: Hall
) -> None:
    context = await browser.new_context()
    name, _, value = hall.cookie(ACCOUNTS[Role.ADMINISTRATOR]).partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": hall.url}])
    await context.add_init_script(WATCH)
    broken: dict[str, Any] = {}
    for path in PAGES:
        page = await context.new_page()
        url = f"{hall.url}{path}?hall={HALL_ID}"
        if path.startswith(CONNECTED):
            async with page.expect_websocket() as socket:
                await page.goto(url)
            assert (await socket.value).url == f"ws://127.0.0.1:{hall.port}/ws/{HALL_ID}"
        else:
            await page.goto(url)
        await page.locator("#app > *, main").first.wait_for()
        await page.wait_for_load_state("networkidle")
        violations = await page.evaluate("window.violations ?? []")
        if violations:
            broken[path] = violations
        await page.close()
    assert broken == {}
    page = await context.new_page()  # what is forbidden is told: the watch is no blind one
    await page.goto(hall.url)
    await page.evaluate(
        "document.head.append(Object.assign(document.createElement('script'), {text: '1'}))"
    )
    assert await page.evaluate("window.violations") == ["script-src-elem inline"]
    await context.close()
