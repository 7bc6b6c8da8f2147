"""The kiosk: nothing of a visitor stays behind, a dead printer stops nobody, keys are enough."""

import io
import json
import re
from collections.abc import Iterator

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Page, expect

from backend.core.commands import ReportPrinter
from backend.core.ids import PrinterState
from backend.wire.messages import Done
from tests.e2e.test_intake import CARD, SETTLE_MS, number_on, swipe
from tests.e2e.test_visit import opened
from tests.hall import Hall, running_hall
from tests.processes.load import Load

SIZE = (1080, 1920)
LEFT_S = 30
TABS_MAX = 40
TRACES = """async () => {
  const databases = await indexedDB.databases()
  const found = {
    page: document.documentElement.outerHTML.replace(/\\d+/g, ''),
    address: location.href,
    title: document.title,
    cookie: document.cookie,
    history: history.length,
    state: history.state,
    local: { ...localStorage },
    session: { ...sessionStorage },
    databases,
    caches: await caches.keys(),
    focus: document.activeElement.tagName,
    typed: [...document.querySelectorAll('input, textarea')].map((field) => field.value),
  }
  return found
}"""
"""What somebody who comes next could find; the clock and how many wait are left out."""


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """A hall whose printers are what a test says they are."""
    with running_hall() as found:
        yield found


async def printer_is(load: Load, printer_id: str, state: PrinterState) -> None:
    async with load.client(f"agent-{printer_id}", is_device=True) as agent:
        report = ReportPrinter(printer_id=printer_id, agent_id=f"of-{printer_id}", state=state)
        answer = await load.do(agent, "agent", f"{printer_id}-{state.value}", report)
        assert isinstance(answer, Done), answer


async def taken(kiosk: Page, label: str = "直接取号") -> None:
    """Press the button that takes the number, once it may be pressed."""
    await kiosk.wait_for_timeout(SETTLE_MS)
    await kiosk.get_by_role("button", name=label).click()


async def test_kiosk_left_alone_goes_back_after_30_s_and_nothing_is_left(
    browser: Browser, hall: Hall
) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    async with load.client("kiosk-before", is_device=True) as other:
        await load.ticket(other, "kiosk-before", "B")  # so that somebody waits all the time
    kiosk = await opened(browser, hall, "/kiosk/K1", *SIZE, is_driven=True)
    said: list[str] = []
    kiosk.on("console", lambda line: said.append(line.text))
    for language in ("EN", "中文"):  # it is remembered: somebody has set it before
        await kiosk.get_by_role("button", name=language, exact=True).click()
    await kiosk.clock.fast_forward(LEFT_S * 1000)
    await expect(kiosk.get_by_text("已连接")).to_be_visible()
    before = await kiosk.evaluate(TRACES)

    await kiosk.get_by_role("button", name="EN", exact=True).click()
    await swipe(kiosk, CARD)
    await expect(kiosk.get_by_text("Campus card read")).to_be_visible()
    await kiosk.get_by_role("button", name="Human Resources").click()
    await kiosk.locator(".service").first.click()
    await taken(kiosk, "Take a number (1 service)")
    await expect(kiosk.get_by_text("Your number")).to_be_visible()
    number = (await kiosk.locator(".figures").inner_text()).strip()
    picture = Image.open(io.BytesIO(await kiosk.screenshot()))
    (code,) = zxingcpp.read_barcodes(picture)
    token = code.text.removeprefix(f"{hall.url}/t/")
    left = re.compile(r"Back to the start in (2\d|30) seconds")
    await expect(kiosk.get_by_text(left)).to_be_visible()
    await kiosk.clock.fast_forward((LEFT_S - 5) * 1000)
    await expect(kiosk.locator(".figures")).to_have_text(number)
    await kiosk.clock.fast_forward(5000)
    await expect(kiosk.get_by_text("请选择要办理业务的部门")).to_be_visible()
    await expect(kiosk.get_by_text("已连接")).to_be_visible()
    after = await kiosk.evaluate(TRACES)
    assert after == before
    found = json.dumps(after) + "".join(said) + await kiosk.content()
    for secret in (CARD, number, token):
        assert secret.upper() not in found.upper()
    await kiosk.go_back()  # there was nothing before the kiosk, and nothing came after
    assert token not in kiosk.url
    await kiosk.context.close()


async def test_kiosk_with_a_dead_printer_gives_numbers_and_names_one_that_prints__PR2(
    browser: Browser, hall: Hall
) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    await printer_is(load, "P3", PrinterState.READY)
    await printer_is(load, "P2", PrinterState.PAPER_OUT)
    kiosk = await opened(browser, hall, "/kiosk/K2", *SIZE)
    await expect(kiosk.get_by_text("本机打印纸用完了。可照常取号")).to_be_visible()
    await expect(kiosk.get_by_text("要纸质号票请到取号机 K3")).to_be_visible()
    await kiosk.get_by_role("button", name="本科生院").click()
    await taken(kiosk)
    await expect(kiosk.get_by_text("请用手机扫码，或记住号码")).to_be_visible()
    await expect(kiosk.get_by_role("button", name="补打一张")).to_have_count(0)
    number = await number_on(kiosk)
    picture = Image.open(io.BytesIO(await kiosk.screenshot()))
    (code,) = zxingcpp.read_barcodes(picture)
    phone = await opened(browser, hall, code.text.removeprefix(hall.url), 390, 844)
    await expect(phone.get_by_text(number)).to_be_visible()
    await kiosk.get_by_role("button", name="完成").click()
    await printer_is(load, "P2", PrinterState.READY)
    await expect(kiosk.get_by_text("本机打印纸用完了")).to_have_count(0)
    for page in (kiosk, phone):
        await page.context.close()


async def test_kiosk_is_used_by_keys_alone_also_for_a_care_ticket_in_english(
    browser: Browser, hall: Hall
) -> None:
    kiosk = await opened(browser, hall, "/kiosk/K3", *SIZE)
    await expect(kiosk.get_by_role("button", name="计划财务处")).to_be_visible()
    await until_focused(kiosk, "EN")
    await kiosk.keyboard.press("Enter")
    await until_focused(kiosk, "Care ticket")
    await kiosk.keyboard.press("Space")
    await expect(kiosk.get_by_role("button", name="Care ticket chosen")).to_be_visible()
    await kiosk.keyboard.press("h")
    await expect(kiosk.get_by_role("heading", name="What do you need?")).to_be_visible()
    await kiosk.keyboard.press("Escape")
    await expect(kiosk.get_by_text("Which office do you want to visit?")).to_be_visible()
    await kiosk.keyboard.press("h")
    await expect(kiosk.get_by_role("heading", name="What do you need?")).to_be_visible()
    await kiosk.keyboard.press("2")
    await expect(kiosk.get_by_role("button", name="Take a number (1 service)")).to_be_visible()
    await kiosk.wait_for_timeout(SETTLE_MS)
    await kiosk.keyboard.press("Enter")
    await expect(kiosk.get_by_text("Your number")).to_be_visible()
    await expect(kiosk.locator(".caption").get_by_text("Care")).to_be_visible()
    assert (await kiosk.locator(".figures").inner_text()).strip().startswith("H")
    await kiosk.keyboard.press("Enter")
    await expect(kiosk.get_by_text("请选择要办理业务的部门")).to_be_visible()
    await kiosk.context.close()


async def until_focused(kiosk: Page, name: str) -> None:
    """Go on by the tab key until the button with this name has the focus."""
    wanted = kiosk.get_by_role("button", name=re.compile(f"^{name}"))
    for _ in range(TABS_MAX):
        await kiosk.keyboard.press("Tab")
        if await wanted.evaluate("(button) => button === document.activeElement"):
            return
    raise AssertionError(f"{name} cannot be reached by keys")
