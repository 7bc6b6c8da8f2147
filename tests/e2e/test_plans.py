"""The hall changed by its supervisor: refused while it cannot work, then in force at the desk."""

import re

from playwright.async_api import Browser, Page, expect

from tests.e2e.test_visit import at_the_desk, opened
from tests.hall import Hall


async def editor(browser: Browser, hall: Hall) -> Page:
    """The plan as the supervisor edits it."""
    page = await opened(browser, hall, "/ops/plans", 1366, 768)
    await page.locator("input").first.fill("supervisor")
    await page.locator("input").last.fill("demo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("navigation", name="方案的各部分")).to_be_visible()
    return page


async def choose_window(page: Page, no: int) -> None:
    await (
        page.get_by_role("navigation", name="窗口")
        .get_by_role("button", name=re.compile(rf"^{no} "))
        .click()
    )
    await expect(page.locator("form").get_by_text(f"{no} 号窗口")).to_be_visible()


async def test_plan_is_refused_until_it_works_then_reaches_the_desk__PL1_PL2_DY2(
    browser: Browser, hall: Hall
) -> None:
    desk = await at_the_desk(browser, hall, 3)
    await expect(desk.get_by_text("党委办公室")).to_have_count(0)
    page = await editor(browser, hall)
    save = page.get_by_role("button", name="保存为新版本")

    # Nobody would serve queue R: the plan is refused, and the fault leads to the queue.
    await choose_window(page, 31)
    await page.get_by_role("combobox", name="加入队列").select_option("A")
    await page.get_by_role("button", name="删去 R 校园卡中心").click()
    fault = page.get_by_role("button", name=re.compile("没有窗口办理队列 R"))
    await expect(fault).to_be_visible()
    await expect(save).to_be_disabled()
    await fault.click()
    await expect(page.locator("form").get_by_text("队列 R 校园卡中心")).to_be_visible()

    # A letter that is no letter of a queue cannot be chosen; one that is taken neither.
    letters = await page.get_by_role("combobox", name="字母").locator("option").all_inner_texts()
    assert not set(letters) & set("ABIOQSU")

    await page.get_by_role("button", name="放弃修改").click()
    await page.get_by_role("dialog").get_by_role("button", name="放弃").click()
    await page.get_by_role("navigation", name="方案的各部分").get_by_text("窗口").click()
    await choose_window(page, 3)
    await page.get_by_role("combobox", name="加入队列").select_option("A")
    await expect(page.get_by_role("complementary")).to_contain_text("B → B、A")
    await save.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("radio", name="现在").check()
    await dialog.get_by_role("button", name="保存为新版本").click()
    await expect(dialog.get_by_text("请写明原因")).to_be_visible()
    await dialog.get_by_role("textbox").fill("3 号窗口兼办 A")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("已保存为第 2 版，并已生效。")).to_be_visible()
    await expect(desk.get_by_text("党委办公室").first).to_be_visible()
    await page.get_by_text("版本").last.click()
    await expect(page.get_by_text("3 号窗口兼办 A")).to_be_visible()
    await desk.context.close()
    await page.context.close()


async def test_rule_is_tried_on_the_recorded_day_before_it_goes_live__CL5(
    browser: Browser, hall: Hall
) -> None:
    page = await editor(browser, hall)
    await page.get_by_role("navigation", name="方案的各部分").get_by_text("叫号规则").click()
    await page.get_by_role("button", name="自定叫号规则").click()
    rule = page.get_by_role("textbox", name="分数的算式")
    await rule.fill("wait_min + wait")
    await expect(page.get_by_role("status").filter(has_text="第 1 行第 12 字")).to_be_visible()
    await expect(page.get_by_role("button", name="用历史日试一试")).to_be_disabled()
    await page.get_by_role("button", name=re.compile("爱心号相当于多等 15 分钟")).click()
    await expect(page.get_by_text("规则可用。")).to_be_visible()
    await page.get_by_role("button", name="用历史日试一试").click()
    await expect(page.get_by_role("radio", name="正在编辑的方案")).to_be_checked()
    await page.get_by_role("button", name="重演", exact=True).click()
    await expect(page.get_by_role("heading", name="重演有多准")).to_be_visible()
    await expect(page.get_by_role("rowheader", name="取号", exact=True)).to_be_visible()
    await page.go_back()
    await expect(rule).to_have_value(re.compile("care"))
    await page.context.close()
