"""A matter at the window, by keyboard: done on the spot, accepted, or what is missing told."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.test_accessible import looked_at
from tests.e2e.test_visit import at_the_desk, opened, press_until
from tests.hall import DEVICE_TOKEN, Hall
from tests.office.desk import ACCEPT, ALL_HR_04, done, headers, open_case

DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
KEYS_MAX = 6


def take(hall: Hall, name: str, service_id: str) -> None:
    command = {"type": "take_ticket", "service_ids": [service_id], "channel": "anonymous"}
    assert hall.do(name, command, **DEVICE).status == 200


@pytest.fixture(scope="module")
async def desk(browser: Browser, hall: Hall) -> AsyncIterator[Page]:
    page = await at_the_desk(browser, hall, 2)
    yield page
    await page.context.close()


async def serve(desk: Page, number: str) -> None:
    await press_until(desk, "Space", desk.get_by_text("等待办事人到窗口"))
    await expect(desk.get_by_role("region", name="当前号票")).to_contain_text(number)
    await press_until(desk, "s", desk.get_by_text("正在办理"))


async def test_matter_is_done_on_the_spot_with_few_keys_while_forty_wait__CS3(
    hall: Hall, desk: Page
) -> None:
    for n in range(41):
        take(hall, f"case-{n}", "HR-01")
    await serve(desk, "B001")
    pressed = 0
    for key, seen in (
        ("d", desk.get_by_role("heading", name="在职证明、收入证明")),
        ("a", desk.get_by_role("button", name="材料齐全，当场办结")),
        ("Enter", desk.get_by_text(re.compile("在职证明、收入证明：已办结，办件号 20"))),
        ("f", desk.get_by_text("窗口空闲")),
        ("Space", desk.get_by_text("等待办事人到窗口")),
    ):
        await desk.keyboard.press(key)
        pressed += 1
        await expect(seen).to_be_visible()
        await expect(desk.locator("[aria-busy=true]")).to_have_count(0)
    assert pressed < KEYS_MAX


async def test_deferred_matter_gets_a_number_a_date_and_a_code__CS4(hall: Hall, desk: Page) -> None:
    await press_until(desk, "s", desk.get_by_text("正在办理"))
    await desk.keyboard.press("d")
    await expect(desk.get_by_role("heading", name="在职证明、收入证明")).to_be_visible()
    await desk.keyboard.press("/")
    await desk.get_by_role("textbox", name="事项：").fill("HR-04")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("heading", name="职称证书补办")).to_be_visible()
    await desk.keyboard.press("a")
    await expect(desk.get_by_role("button", name="受理 Enter")).to_be_visible()
    await desk.keyboard.press("Enter")
    dialog = desk.get_by_role("dialog")
    await expect(dialog.get_by_text(re.compile(r"^20\d\d-\d{6}$"))).to_be_visible()
    await expect(dialog.get_by_text("办结期限")).to_be_visible()
    await expect(dialog.get_by_role("img", name="扫码查进度")).to_be_visible()
    await desk.keyboard.press("Enter")
    await expect(dialog).to_have_count(0)


async def test_what_is_missing_is_told_once_in_full_and_ticks_survive_a_reload__CS1(
    hall: Hall, desk: Page
) -> None:
    await press_until(desk, "f", desk.get_by_text("窗口空闲"))
    await serve(desk, "B003")
    await desk.keyboard.press("d")
    await expect(desk.get_by_role("heading", name="在职证明、收入证明")).to_be_visible()
    await desk.keyboard.press("/")
    await desk.get_by_role("textbox", name="事项：").fill("zczs")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("heading", name="职称证书补办")).to_be_visible()
    box = desk.get_by_role("checkbox").first
    await desk.keyboard.press("1")
    await expect(box).to_be_checked()
    await desk.reload()
    await expect(desk.get_by_text("正在办理")).to_be_visible()
    await desk.keyboard.press("d")
    await expect(box).to_be_checked()
    missing = await desk.get_by_role("status").filter(has_text="缺").inner_text()
    await desk.keyboard.press("Enter")
    told = desk.get_by_role("dialog")
    await expect(told.get_by_text("请带来")).to_be_visible()
    for name in missing.split("：")[1].split("、"):
        await expect(told).to_contain_text(name)


async def signed_in(browser: Browser, hall: Hall, path: str, username: str) -> Page:
    """A page of /ops as somebody sees it."""
    page = await opened(browser, hall, path, 1366, 768)
    await page.locator("input").first.fill(username)
    await page.locator("input").last.fill("demo")
    await page.keyboard.press("Enter")
    return page


async def test_case_is_worked_on_as_the_server_offers_and_nothing_typed_is_lost__DL1(
    browser: Browser, hall: Hall
) -> None:
    chief = headers(hall, "supervisor")
    case = done(hall, chief, open_case("HR-04"), ALL_HR_04, ACCEPT)
    page = await signed_in(browser, hall, "/ops/cases", "supervisor")
    await page.get_by_role("textbox", name="办件号").fill(case["number"])
    await page.keyboard.press("Enter")
    sheet = page.get_by_role("article")
    await expect(sheet.get_by_text(case["number"]).first).to_be_visible()
    await sheet.get_by_role("button", name="开始办理").click()
    await expect(sheet.locator(".state")).to_have_text("办理中")
    await looked_at(page)

    await sheet.get_by_role("button", name="中止计时").click()
    form = sheet.locator("form")
    await form.get_by_role("textbox").fill("评审会下周举行")
    await form.get_by_role("button", name="中止计时").click()
    await expect(form.get_by_text("请选择中止的原因。")).to_be_visible()
    await form.get_by_role("radio", name="专家评审").check()
    await page.route("**/cases/do", lambda route: route.abort())
    await form.get_by_role("button", name="中止计时").click()
    await expect(form.get_by_text("没有送到，请再按一次")).to_be_visible()
    await page.unroute("**/cases/do")
    await form.get_by_role("button", name="中止计时").click()
    await expect(sheet.locator(".state")).to_have_text("已中止")
    await expect(sheet.get_by_text("评审会下周举行")).to_have_count(1)

    await sheet.get_by_role("button", name="恢复计时").click()
    await sheet.get_by_role("button", name="不予").click()
    await form.get_by_role("button", name="不予").click()
    await expect(form.get_by_text("请写明理由。")).to_be_visible()
    await form.get_by_role("textbox").fill("不符合条件")
    await form.get_by_role("button", name="不予").click()
    await expect(sheet.locator(".state")).to_have_text("已决定 · 不予")
    await page.context.close()


async def test_year_is_announced_by_keyboard_and_clerks_only_look__DL1(
    browser: Browser, hall: Hall
) -> None:
    page = await signed_in(browser, hall, "/ops/calendar", "supervisor")
    await page.get_by_role("button", name="下一年").click()
    await expect(page.get_by_text("2027 年放假安排尚未公布")).to_be_visible()
    await page.locator("#day-2027-01-01").focus()
    await page.keyboard.press("Space")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#day-2027-01-08")).to_be_focused()
    await expect(page.get_by_text("1 处改动未保存")).to_be_visible()
    await page.get_by_role("textbox", name="1月1日").fill("元旦")
    await looked_at(page)
    await page.get_by_role("button", name="保存并公布").click()
    await expect(page.get_by_text("已保存，在办件的期限会在几分钟内重新计算。")).to_be_visible()
    await page.context.close()
    path = "/api/halls/main/calendar/2027"
    stored = hall.ask("GET", path, **headers(hall, "w02")).json
    assert stored["is_announced"]
    assert stored["days"] == [{"day": "2027-01-01", "is_working": False, "name": "元旦"}]

    clerk = await signed_in(browser, hall, "/ops/calendar", "w02")
    await expect(clerk.get_by_text("您可以查看，修改请联系大厅主管。")).to_be_visible()
    await expect(clerk.get_by_role("textbox")).to_have_count(0)
    await clerk.context.close()
