"""The supervisor's page: whatever is done there reaches every other screen."""

import re

from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.test_visit import opened
from tests.hall import Hall

LONG = 21
"""So many waiting in a queue raise an alert (AL1)."""


async def at_work(browser: Browser, hall: Hall) -> Page:
    """Sign the supervisor in, with the keyboard alone."""
    page = await opened(browser, hall, "/ops", 1920, 1080)
    await expect(page.locator("input").first).to_be_focused()
    await page.keyboard.type("supervisor")
    await page.keyboard.press("Tab")
    await page.keyboard.type("demo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="业务队列")).to_be_visible()
    return page


def window(page: Page, no: int) -> Locator:
    return page.get_by_role("button", name=re.compile(rf"^{no} "))


async def test_clerk_is_shown_no_page_of_supervisors__I18(browser: Browser, hall: Hall) -> None:
    page = await opened(browser, hall, "/ops", 1366, 768)
    await page.locator("input").first.fill("w09")
    await page.locator("input").last.fill("demo")
    await page.keyboard.press("Enter")
    links = page.get_by_role("navigation", name="页面").get_by_role("link")
    await expect(links).to_have_text(["办件", "统计", "咨询", "工作日历", "我的账号"])
    await page.get_by_role("button", name="退出登录").click()
    await expect(page.locator("input").first).to_be_visible()
    await page.context.close()


async def test_supervisor_opens_a_window_for_a_clerk_and_moves_it__CL4(
    browser: Browser, hall: Hall
) -> None:
    page = await at_work(browser, hall)
    sign = await opened(browser, hall, "/counter-screen/W04", 1024, 600)
    await page.keyboard.press("w")
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="开放窗口").click()
    await expect(dialog.locator("select")).to_have_value("w04")
    await dialog.get_by_role("button", name="开放窗口").click()
    await expect(dialog).not_to_be_visible()
    await expect(window(page, 4)).to_contain_text("空闲")
    await expect(sign.get_by_text("外事处")).to_be_visible()
    await window(page, 4).click()
    await dialog.get_by_role("button", name="调整队列").click()
    await dialog.get_by_role("checkbox", name="外事处").uncheck()
    await dialog.get_by_role("button", name="调整队列").click()
    await expect(dialog.get_by_text("请至少选一个队列")).to_be_visible()
    await dialog.get_by_role("checkbox", name="人事处").check()
    await dialog.get_by_role("button", name="调整队列").click()
    await expect(dialog).not_to_be_visible()
    await expect(sign.get_by_text("人事处")).to_be_visible()
    await window(page, 4).click()
    await dialog.get_by_role("button", name="关闭窗口").click()
    await dialog.get_by_role("button", name="关闭窗口").click()
    await expect(window(page, 4)).to_contain_text("未开放")
    for one in (page, sign):
        await one.context.close()


async def test_supervisor_stops_a_queue_and_gives_numbers_again__TK5(
    browser: Browser, hall: Hall
) -> None:
    page = await at_work(browser, hall)
    board = await opened(browser, hall, "/board/Z1", 1920, 1080)
    await page.keyboard.press("q")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("radio", name="系统或设备故障").check(force=True)
    await page.keyboard.press("Enter")
    await expect(dialog).not_to_be_visible()
    line = page.get_by_role("button", name=re.compile("党委办公室"))
    await expect(line).to_contain_text("系统或设备故障")
    await expect(board.get_by_text("暂停取号")).to_be_visible()
    await line.click()
    await dialog.get_by_role("button", name="恢复取号").click()
    await expect(line).not_to_contain_text("系统或设备故障")
    await expect(board.get_by_text("暂停取号")).not_to_be_visible()
    for one in (page, board):
        await one.context.close()


async def test_notice_is_on_the_board_until_it_is_removed(browser: Browser, hall: Hall) -> None:
    page = await at_work(browser, hall)
    board = await opened(browser, hall, "/board/Z2", 1920, 1080)
    await page.keyboard.press("n")
    await page.keyboard.type("二楼饮水机暂停使用")
    await page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_text("请写中文和英文")).to_be_visible()
    await expect(dialog.locator("[name=en]")).to_be_focused()
    await page.keyboard.type("The water dispenser upstairs is out of order")
    await page.keyboard.press("Enter")
    await expect(dialog).not_to_be_visible()
    for words in ("二楼饮水机暂停使用", "The water dispenser upstairs is out of order"):
        await expect(board.get_by_text(words)).to_be_visible()
    await page.get_by_role("button", name="撤下").click()
    await expect(board.get_by_text("二楼饮水机暂停使用")).not_to_be_visible()
    for one in (page, board):
        await one.context.close()


async def test_ticket_is_found_by_its_number_and_called_off(browser: Browser, hall: Hall) -> None:
    taken = hall.do("ops-t", {"type": "take_ticket", "queue_id": "R", "channel": "anonymous"})
    result = taken.json["result"]
    page = await at_work(browser, hall)
    phone = await opened(browser, hall, f"/t/{result['token']}", 390, 844)
    dialog = page.get_by_role("dialog")
    await page.keyboard.press("/")
    await page.keyboard.type("r999")
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_text("没有找到这张号票")).to_be_visible()
    await dialog.locator("[name=number]").fill(result["number"].lower())
    await page.keyboard.press("Enter")
    await expect(dialog.get_by_text("校园卡中心")).to_be_visible()
    await page.keyboard.press("3")  # has left
    await page.keyboard.press("Enter")
    await expect(dialog).not_to_be_visible()
    await expect(phone.get_by_text("已取消").first).to_be_visible()
    for one in (page, phone):
        await one.context.close()


async def test_alert_says_who_looks_after_it__AL1(browser: Browser, hall: Hall) -> None:
    take = {"type": "take_ticket", "queue_id": "F", "channel": "anonymous"}
    for n in range(LONG):
        assert hall.do(f"ops-f{n}", take).status == 200
    page = await at_work(browser, hall)
    alert = page.get_by_role("listitem").filter(has_text=f"研究生院：{LONG} 人等候")
    await expect(alert).to_be_visible()
    await page.keyboard.press("a")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("大厅管理员 处理中").first).to_be_visible()
    await page.context.close()
