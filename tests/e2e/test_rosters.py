"""A manager fills the roster by keyboard; clerks swap a shift, and the manager approves it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.test_accessible import looked_at
from tests.e2e.test_visit import opened
from tests.hall import HALL_ID, Hall, running_hall
from tests.office.desk import headers

WIDTH, HEIGHT = 1366, 768
REASON = "原因"


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with running_hall() as found:
        yield found


async def signed_in(browser: Browser, hall: Hall, path: str, username: str) -> Page:
    page = await opened(browser, hall, path, WIDTH, HEIGHT)
    await page.locator("input").first.fill(username)
    await page.locator("input").last.fill("demo")
    await page.keyboard.press("Enter")
    return page


async def test_shift_is_planned_swapped_and_approved__SH2_SH4(browser: Browser, hall: Hall) -> None:
    ops = await signed_in(browser, hall, "/ops/rosters", "manager")
    await expect(ops.get_by_text("还没有排班")).to_be_visible()
    monday = ops.locator("th.day .date").first
    this_week = await monday.inner_text()
    await ops.get_by_role("button", name="往后").click()
    await expect(monday).not_to_have_text(this_week)  # next week is there
    cells = ops.locator("tbody tr").first.locator(".half")
    await cells.first.click()
    await ops.keyboard.press("ArrowRight")  # from Monday to Tuesday
    await ops.keyboard.press("Enter")
    dialog = ops.get_by_role("dialog")
    await dialog.get_by_label("A 角").select_option("w02")
    await dialog.get_by_label("B 角").select_option("w03")
    await dialog.get_by_label(REASON).press("Enter")
    await expect(dialog.get_by_text("请写明原因")).to_be_visible()
    await dialog.get_by_label(REASON).fill("新学期")
    await ops.keyboard.press("Enter")
    await expect(ops.get_by_text("已保存")).to_be_visible()
    await expect(cells.nth(2)).to_contain_text("2号窗口")
    await looked_at(ops)

    clerk = await signed_in(browser, hall, "/counter", "w02")
    await clerk.get_by_role("button", name="我的班次").click()
    mine = clerk.get_by_role("dialog")
    await expect(mine.get_by_text("A 角", exact=True)).to_be_visible()
    await looked_at(clerk)
    await mine.get_by_role("button", name="申请换班").click()
    await mine.get_by_label("请谁来").select_option("w13")
    await mine.get_by_label(REASON).fill("看医生")
    await clerk.keyboard.press("Enter")
    await expect(mine.get_by_text("等对方答复", exact=True)).to_be_visible()

    other = await signed_in(browser, hall, "/counter", "w13")
    await other.get_by_role("button", name="我的班次").click()
    await other.get_by_role("button", name="同意", exact=True).click()
    await expect(other.get_by_text("等主管批准")).to_be_visible()

    await ops.get_by_role("button", name="重新读取").click()
    await ops.get_by_role("button", name="批准").click()
    await expect(cells.nth(2)).to_contain_text("13号窗口")
    for page in (ops, clerk, other):
        await page.context.close()


async def test_history_says_who_changed_what_and_when__SH2(browser: Browser, hall: Hall) -> None:
    ops = await signed_in(browser, hall, "/ops/rosters", "supervisor")
    await ops.get_by_role("button", name="请假", exact=True).click()
    leave = ops.get_by_role("dialog")
    await leave.get_by_label("谁").select_option("w05")
    await leave.get_by_label(REASON).fill("搬家")
    await ops.reload()
    await ops.get_by_role("button", name="请假", exact=True).click()
    await expect(leave.get_by_label(REASON)).to_have_value("搬家")
    await expect(leave.get_by_label("谁")).to_have_value("w05")
    await leave.get_by_role("button", name="保存").click()
    await expect(ops.get_by_text("已保存")).to_be_visible()
    await ops.get_by_role("button", name="变更记录").click()
    newest = ops.locator("tbody tr").first
    await expect(newest).to_contain_text("登记请假")
    await expect(newest).to_contain_text("搬家")
    await looked_at(ops)
    await ops.get_by_label("哪一天改的").fill("2026-01-05")
    await expect(ops.get_by_text("这一天没有变更")).to_be_visible()
    await ops.get_by_role("button", name="全部日期").click()
    await expect(newest).to_contain_text("搬家")
    await ops.context.close()


async def test_roster_opens_at_the_day_of_the_hall__SH2(browser: Browser, hall: Hall) -> None:
    """A browser whose clock is a month behind shows the hall's week all the same."""
    today = hall.ask(
        "GET",
        f"/api/halls/{HALL_ID}/roster?first=2026-01-01&last=2026-01-01",
        **headers(hall, "supervisor"),
    ).json["today"]
    ops = await signed_in(browser, hall, "/ops/rosters", "supervisor")
    await expect(ops.locator("th.today .date")).to_be_visible()  # signed in by now
    await ops.clock.set_fixed_time(datetime.now(tz=UTC) - timedelta(days=31))
    await ops.reload()
    await expect(ops.locator("th.today .date")).to_have_text(today[5:])
    await ops.context.close()
