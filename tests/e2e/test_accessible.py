"""axe-core finds nothing serious on the pages that visitors use, in either language."""

import asyncio

import pytest
from playwright.async_api import Browser, Page, expect

from backend.core.commands import CallNext, FinishServing, OpenCounter, StartServing
from tests.e2e.test_visit import opened
from tests.hall import DEVICE_TOKEN, ROOT, Hall, until
from tests.office.desk import ACCEPT, cmd, done, open_case
from tests.office.desk import ROOT as ROOT_OF_CASES
from tests.processes.load import Load

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}"""
COUNTER = "W16"
SLOW_MS = 700
"""What comes in slowly has no contrast yet."""


@pytest.fixture(scope="module")
async def token(hall: Hall) -> str:
    """Of a visit that has just ended: pad and phone ask how it was."""
    load = Load(hall, hall.cookie("supervisor"))
    async with load.client("axe-kiosk", is_device=True) as kiosk:
        ticket = (await load.ticket(kiosk, "axe-taken")).result
    async with load.client("axe-desk", is_device=False) as desk:
        for step in (OpenCounter, CallNext, StartServing, FinishServing):
            await load.do(desk, "desk", f"axe-{step.__name__}", step(counter_id=COUNTER))
    return str(ticket.token)


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/board/Z3", (1920, 1080)),
        (f"/counter-screen/{COUNTER}", (1024, 600)),
        ("/kiosk/K3", (1080, 1920)),
        (f"/pad/{COUNTER}", (1280, 800)),
        ("/t/{token}", (390, 844)),
    ],
)
async def test_page_has_nothing_serious_against_its_use_by_anybody(
    browser: Browser, hall: Hall, token: str, path: str, size: tuple[int, int]
) -> None:
    page = await opened(browser, hall, path.format(token=token), *size)
    await expect(page.locator("main")).to_be_visible()
    await looked_at(page)
    english = page.get_by_role("button", name="EN", exact=True)
    if await english.count():
        await english.click()
        assert await page.evaluate(FINDINGS) == []
    await page.context.close()


async def looked_at(page: Page) -> None:
    """What stands there now has nothing serious against it."""
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    await page.wait_for_timeout(SLOW_MS)
    assert await page.evaluate(FINDINGS) == []


async def test_every_step_at_the_kiosk_has_nothing_serious_against_it(
    browser: Browser, hall: Hall
) -> None:
    kiosk = await opened(browser, hall, "/kiosk/K2", 1080, 1920)
    await kiosk.get_by_role("button", name="预约签到").click()
    await looked_at(kiosk)
    await kiosk.get_by_role("button", name="返回").click()
    await kiosk.get_by_role("button", name="爱心取号").click()
    await kiosk.get_by_role("button", name="本科生院").click()
    await kiosk.locator(".service").first.click()
    await looked_at(kiosk)
    await kiosk.get_by_role("button", name="取号（已选 1 项）").click()
    await expect(kiosk.get_by_text("您的号码")).to_be_visible()
    await looked_at(kiosk)
    await kiosk.context.close()


async def test_phone_and_devices_have_nothing_serious_against_them(
    browser: Browser, hall: Hall
) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    async with load.client("axe-phone", is_device=True) as kiosk:
        ticket = (await load.ticket(kiosk, "axe-waits")).result
    phone = await opened(browser, hall, f"/t/{ticket.token}", 390, 844)
    await phone.get_by_text("用声音和通知提醒我").click()
    await phone.get_by_role("switch", name="声音").click()
    await looked_at(phone)
    ops = await opened(browser, hall, "/ops/devices", 1366, 768)
    await ops.locator("input").first.fill("supervisor")
    await ops.locator("input").last.fill("demo")
    await ops.keyboard.press("Enter")
    await expect(ops.get_by_text("登记新设备")).to_be_visible()
    await looked_at(ops)
    await ops.get_by_role("link", name="现场").click()
    await expect(ops.get_by_text("打印机 K1")).to_be_visible()
    await looked_at(ops)
    for page in (phone, ops):
        await page.context.close()


async def test_case_is_followed_by_its_code_and_has_nothing_serious_against_it__CS4(
    browser: Browser, hall: Hall
) -> None:
    chief = {"Cookie": hall.cookie("supervisor")}
    receive = cmd("receive_forms", handed_in=["m1"])
    ask = cmd("ask_correction", materials=["m2", "m3"])
    case = done(hall, chief, open_case("HR-04"), receive, ask)
    page = await opened(browser, hall, case["track_path"], 390, 844)
    await expect(page.get_by_role("heading", name="待补材料")).to_be_visible()
    await expect(page.get_by_text("填好的申请表", exact=True)).to_be_visible()
    await looked_at(page)
    supply = cmd("supply_materials", handed_in=["m2", "m3"])
    case = done(hall, chief, supply, ACCEPT, case_id=case["case_id"])
    await page.reload()
    await page.get_by_role("link", name="EN").click()
    await expect(page.get_by_text(case["number"], exact=True)).to_be_visible()
    await expect(page.get_by_role("heading", name="Accepted")).to_be_visible()
    await looked_at(page)
    await page.goto(f"{hall.url}/en/track/nobody-has-this-secret")
    await expect(page.get_by_text("No such case was found")).to_be_visible()
    await page.context.close()


async def test_receipt_is_printed_by_the_agent_that_prints_tickets__CS4(hall: Hall) -> None:
    chief = {"Cookie": hall.cookie("supervisor")}
    load = Load(hall, chief["Cookie"])
    async with load.client("receipt-kiosk", is_device=True) as kiosk:
        ticket = (await load.ticket(kiosk, "receipt-taken")).result
    receive = cmd("receive_forms", handed_in=["m1", "m2", "m3"])
    case = done(hall, chief, open_case("HR-04"), receive, ACCEPT)
    order = {"id": "receipt-asked", "ticket_id": str(ticket.ticket_id)}
    reply = hall.ask("POST", f"{ROOT_OF_CASES}/{case['case_id']}/receipt", order, **chief)
    assert reply.status == 200, reply.body
    printer = f"/api/halls/main/topics/printer:P{reply.json['kiosk_id'][1:]}"
    device = {"Authorization": f"Bearer {DEVICE_TOKEN}"}

    def is_printed() -> bool:
        view = hall.ask("GET", printer, **device).json["view"]
        return not view["receipts"] and not view["jobs"]

    await asyncio.to_thread(until, is_printed, 30)
