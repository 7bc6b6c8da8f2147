"""A bad rating on its way: seen by the supervisor, answered, and its visitor reads it (EV3)."""

from playwright.async_api import Browser, expect

from tests.e2e.test_visit import opened
from tests.hall import Hall
from tests.office.test_followups import visit


async def test_bad_rating_is_answered_and_the_answer_is_rated_on_the_phone__EV3(
    browser: Browser, hall: Hall
) -> None:
    _, token = visit(hall, "e2e-bad", 1, "PO-01", "W01")
    page = await opened(browser, hall, "/ops/followups", 1366, 768)
    await page.locator("input").first.fill("supervisor")
    await page.locator("input").last.fill("demo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="非常不满意")).to_be_visible()
    await expect(page.locator("blockquote")).to_have_text("等太久")

    await page.get_by_role("button", name="回访", exact=True).click()
    await page.get_by_role("radio", name="写在号票页上").check()
    form = page.locator("form")
    await form.get_by_role("button", name="回访").click()
    await expect(form.get_by_text("请写明内容。")).to_be_visible()
    await page.get_by_role("textbox", name="写给办事人的话").fill("对不起，让您久等了。")
    await page.keyboard.press("Tab")
    await form.get_by_role("button", name="回访").click()
    await expect(page.get_by_text("已回访 · 写在号票页上 · 按时")).to_be_visible()

    await page.get_by_role("button", name="答复", exact=True).click()
    await page.get_by_role("textbox", name="如何整改").fill("中午加开一个窗口。")
    await page.get_by_role("textbox", name="给办事人的答复").fill("中午已加开窗口，欢迎再来。")
    await form.get_by_role("button", name="答复").click()
    await expect(page.get_by_text("已答复 · 按时")).to_be_visible()
    await page.context.close()

    phone = await opened(browser, hall, f"/t/{token}", 390, 844)
    answer = phone.locator(".answer")
    await expect(answer.get_by_text("对不起，让您久等了。")).to_be_visible()
    await expect(answer.get_by_text("中午已加开窗口，欢迎再来。")).to_be_visible()
    await expect(answer.get_by_text("中午加开一个窗口。")).to_have_count(0)  # is internal
    await answer.get_by_text("满意", exact=True).click()
    await answer.get_by_role("button", name="提交").click()
    await expect(answer.get_by_text("您对答复的评价：满意")).to_be_visible()
    await phone.reload()
    await expect(answer.get_by_text("您对答复的评价：满意")).to_be_visible()
    await phone.context.close()
