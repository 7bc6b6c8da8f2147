"""Every public page by keyboard alone, at 200 and 400 %, in both languages, and by axe."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.test_accessible import AXE, FINDINGS
from tests.e2e.test_site import sideways
from tests.hall import DEVICE_TOKEN, HALL_ID, Hall, running_hall, until
from tests.office.desk import ACCEPT, ALL_HR_04, headers, open_case
from tests.office.desk import done as done_case
from tests.office.test_rosters import done, week_of

ROOT, COUNTER, SERVICE_ID = f"/api/halls/{HALL_ID}", "W16", "CC-01"
AT_200, AT_400 = (683, 384), (320, 640)
"""Of a desk's 1366 × 768, and the width that WCAG asks of reflow."""
TABS_MAX = 300
PATIENCE_S = 30.0
BOTH = (
    *("/", "/services", "/services/{service}", "/services/{service}/print", "/search?q=zfgjj"),
    *("/services/{service}/check?a.who=member&a.what=lost&a.self=no", "/notices", "/figures"),
    *("/hall", "/book", "/book/{service}", "/booking/{booking}", "/me", "/track", "/take"),
    *("/track/{case}", "/ask", "/ask/{question}", "/questions", "/search?q=xyzzy"),
    *("/services/XX-99", "/services?audience=alumni&letter=Z", "/notices/{notice}"),
)
"""Pages of the website; `/en` before them makes them English."""
DEVICES = (("/kiosk/K3", (540, 960)), (f"/pad/{COUNTER}", (640, 400)))
"""Pages of devices, at half their size; they change their language by a button."""
NO_FRAME = ("/take",)
"""Pages without the website's header, which there is nothing to skip of."""

AT_TOP = """() => {
  const first = document.createElement('button')
  document.body.prepend(first)
  first.focus()
  first.remove()
}"""
"""Tab goes on from the top, also where a page puts the focus on its news."""
LOOK = """() => {
  const focus = document.activeElement
  const look = (one) => one && [one, one.parentElement, one.closest('label')].map((each) => {
    const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(each ?? one)
    return [outline, boxShadow, borderColor, backgroundColor].join()
  }).join()
  const before = window.walked ?? { last: null, look: '', seen: new Set(), hidden: [], back: 0 }
  if (before.last && look(before.last) === before.look)
    before.hidden.push(before.last.outerHTML.slice(0, 120))
  const has = focus && focus !== document.body
  const isNew = has && !before.seen.has(focus)
  if (isNew && before.last?.compareDocumentPosition(focus) & 2) before.back += 1
  if (isNew) before.seen.add(focus)
  window.walked = { ...before, last: isNew ? focus : null, look: isNew ? look(focus) : '' }
  return isNew
}"""
"""One step of a walk by Tab: whether it came to something new."""
LEFT_OUT = """() => {
  const named = new Set()
  const { seen, hidden, back } = window.walked
  const all = 'a[href], button, input, select, textarea, summary, [tabindex="0"]'
  const missed = [...document.querySelectorAll(all)].filter((one) => {
    if (seen.has(one) || one.disabled || one.tabIndex < 0 || !one.checkVisibility()) return false
    if (one.type !== 'radio') return true
    const ofGroup = (other) => other.type === 'radio' && other.name === one.name
    return ![...seen].some(ofGroup)
  })
  const told = missed.map((one) => `not reached: ${one.outerHTML.slice(0, 120)}`)
  return [...told, ...hidden.map((one) => `no focus seen: ${one}`), ...(back ? ['order'] : [])]
}"""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A hall that has one of everything a public page shows."""

    hall: Hall
    names: dict[str, str]

    def url(self, path: str) -> str:
        return self.hall.url + path.format(**self.names)


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    with running_hall() as hall:
        week = week_of(COUNTER, COUNTER.lower())
        done(hall, "supervisor", "set_week", counter_ids=[COUNTER], shifts=week, reason="t")
        until(lambda: bool(hall.ask("GET", f"{ROOT}/bookable").json["services"]), PATIENCE_S)
        service = str(hall.ask("GET", f"{ROOT}/bookable").json["services"][0]["service_id"])
        free = hall.ask("GET", f"{ROOT}/bookable/{service}").json["days"]
        slot_at = next(day["slots"][0]["slot_at"] for day in free if day["slots"])
        hold = {"type": "hold_place", "service_id": service, "slot_at": slot_at}
        held = hall.ask("POST", f"{ROOT}/bookings", {"id": "reach-hold", "command": hold}).json
        book = {"id": "reach-book", "command": {"type": "confirm_booking", "card": "DEMO0001"}}
        assert hall.ask("POST", f"/api/bookings/{held['token']}", book).status == 200
        question = {"type": "ask", "text": "补卡要带什么？" * 20, "service_id": SERVICE_ID}
        asked = {"type": "do", "id": "reach-ask", "command": question}
        chief = headers(hall, "supervisor")
        words = {"zh": "系统升级：先取号，再来" * 5, "en": "Systems are upgraded " * 4}
        content = {"title": words, "text": words, "is_pinned": True}
        publish = {"type": "publish_notice", "content": content}
        order = {"id": "reach-notice", "notice_id": None, "after": 0, "command": publish}
        notice = hall.ask("POST", f"{ROOT}/notices", order, **chief).json
        case = done_case(hall, chief, open_case("HR-04"), ALL_HR_04, ACCEPT)
        names = {
            "service": SERVICE_ID,
            "booking": str(held["token"]),
            "question": str(hall.ask("POST", f"{ROOT}/questions", asked).json["token"]),
            "notice": str(notice["notice_id"]),
            "case": str(case["track_path"]).rpartition("/")[2],
        }
        yield Place(hall=hall, names=names)


def address(prefix: str, path: str) -> str:
    """A page's address in one of the languages."""
    return (prefix + path).removesuffix("/") or "/"


async def ready(page: Page) -> None:
    """Everything that the page asks for has come."""
    await expect(page.get_by_role("main")).to_be_visible()
    if await page.locator("#app").count():
        await page.wait_for_load_state("networkidle")


async def faults_of(page: Page, sizes: tuple[tuple[int, int], ...]) -> list[str]:
    """What axe finds, and at which sizes something is cut off."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[str] = await page.evaluate(FINDINGS)
    for width, height in sizes:
        await page.set_viewport_size({"width": width, "height": height})
        if over := await sideways(page):
            found.append(f"{over} px too wide at {width}")
    return found


async def walked(page: Page) -> list[str]:
    """What Tab does not come to, comes to in no order, or does not show."""
    for _ in range(TABS_MAX):
        await page.keyboard.press("Tab")
        if not await page.evaluate(LOOK):
            break
    found: list[str] = await page.evaluate(LEFT_OUT)
    return found


@pytest.mark.parametrize("prefix", ["", "/en"])
async def test_every_page_is_for_everybody_at_every_size(
    browser: Browser, place: Place, prefix: str
) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    found = {}
    for path in BOTH:
        await page.set_viewport_size({"width": 390, "height": 844})
        await page.goto(place.url(address(prefix, path)))
        await ready(page)
        assert await page.locator("html").get_attribute("lang") == ("en" if prefix else "zh-CN")
        found[path] = await faults_of(page, (AT_200, AT_400))
    for path, size in DEVICES:
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            extra_http_headers={"Authorization": f"Bearer {DEVICE_TOKEN}"},
        )
        device = await context.new_page()
        await device.goto(place.url(path))
        await ready(device)
        if prefix:
            await device.get_by_role("button", name="EN", exact=True).click()
        assert await device.locator("html").get_attribute("lang") == ("en" if prefix else "zh-CN")
        found[path] = await faults_of(device, (size,))
        await context.close()
    assert {path: faults for path, faults in found.items() if faults} == {}
    await page.context.close()


async def test_every_page_is_walked_through_by_keyboard(browser: Browser, place: Place) -> None:
    chinese = walks(browser, place, "", "跳到正文", (*BOTH, *(path for path, _ in DEVICES)))
    english = walks(browser, place, "/en", "Skip to the content", BOTH)  # devices: same buttons
    assert [*await asyncio.gather(chinese, english)] == [{}, {}]


async def walks(
    browser: Browser, place: Place, prefix: str, skip: str, paths: tuple[str, ...]
) -> dict[str, list[str]]:
    """What is wrong with a walk through each page, of those where anything is."""
    context = await browser.new_context(viewport={"width": AT_200[0], "height": AT_200[1]})
    page = await context.new_page()
    found = {}
    for path in paths:
        await page.goto(place.url(address(prefix, path)))
        await ready(page)
        await page.evaluate(AT_TOP)
        if path in BOTH and path not in NO_FRAME:
            await page.keyboard.press("Tab")
            await expect(page.get_by_role("link", name=skip)).to_be_focused()
            await page.evaluate(LOOK)
        found[path] = await walked(page)
    await context.close()
    return {path: faults for path, faults in found.items() if faults}
