"""Asking, from the visitor's phone to the clerk's desk and back (CN1-CN8)."""

from playwright.async_api import Browser, Page, expect

from tests.e2e.test_visit import opened
from tests.hall import Hall

ANSWER_MS = 20_000
"""The assistant is made when it is first asked."""


async def at_desk(browser: Browser, hall: Hall, name: str) -> Page:
    page = await opened(browser, hall, "/ops/consultations", 1366, 768)
    await page.locator("input").first.fill(name)
    await page.locator("input").last.fill("demo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="待办")).to_be_visible()
    return page


async def test_question_is_answered_published_and_read_by_everybody__CN4(
    browser: Browser, hall: Hall
) -> None:
    phone = await opened(browser, hall, "/ask", 390, 844)
    await phone.get_by_label("您的问题").fill("校园卡丢了怎么补办？")
    await phone.keyboard.press("Enter")
    await expect(phone.get_by_role("link", name="查看指南：校园卡补办")).to_be_visible(
        timeout=ANSWER_MS
    )
    await phone.get_by_role("button", name="留言，由部门答复").click()
    words = phone.get_by_label("要问的事")
    await words.fill("补卡要\u202e多少钱")
    await phone.get_by_role("button", name="提交").click()
    await expect(phone.get_by_text("隐藏字符")).to_be_visible()
    await words.fill("字" * 10_000)
    await phone.get_by_role("button", name="提交").click()
    await expect(phone.get_by_text("内容太长")).to_be_visible()
    await words.fill("我是 13800138000，<img src=x onerror=alert(1)> 补卡多少钱？")
    await phone.reload()
    await expect(phone.get_by_role("link", name="查看指南：校园卡补办")).to_be_visible()
    await phone.get_by_role("button", name="留言，由部门答复").click()
    await expect(phone.get_by_label("要问的事")).to_have_value(  # kept through the reload
        "我是 13800138000，<img src=x onerror=alert(1)> 补卡多少钱？"
    )
    await phone.get_by_role("checkbox").check()
    await phone.get_by_role("button", name="提交").click()
    await expect(phone.get_by_role("heading", name="已收到，等待受理")).to_be_visible()
    await expect(phone.get_by_text("<img src=x")).to_be_visible()
    await expect(phone.get_by_text("校园卡丢了怎么补办？")).to_be_visible()  # the talk goes along

    desk = await at_desk(browser, hall, "supervisor")
    await desk.locator(".row").filter(has_text="补卡多少钱").click()
    await desk.get_by_label("答复内容").fill("工本费 20 元。")
    await desk.get_by_role("button", name="答复", exact=True).click()
    await expect(desk.get_by_role("heading", name="已答复")).to_be_visible()
    await expect(phone.get_by_text("工本费 20 元。")).to_be_visible()
    await phone.get_by_role("button", name="有帮助").click()
    await expect(phone.get_by_text("谢谢您的评价。")).to_be_visible()

    await desk.get_by_role("button", name="公开", exact=True).click()
    await desk.locator("form").get_by_role("button", name="公开").click()
    await expect(desk.get_by_text("已公开").first).to_be_visible()
    await desk.context.close()
    await phone.goto(f"{hall.url}/questions")
    await expect(phone.get_by_text("我是 ***，<img src=x onerror=alert(1)>")).to_be_visible()
    await expect(phone.get_by_text("13800138000")).to_have_count(0)
    await phone.context.close()


async def test_chat_is_taken_handed_over_and_survives_a_lost_connection__CN3(
    browser: Browser, hall: Hall
) -> None:
    phone = await opened(browser, hall, "/ask", 390, 844)
    await phone.get_by_label("您的问题").fill("今天食堂吃什么")
    await phone.keyboard.press("Enter")
    await phone.get_by_role("button", name="与工作人员对话").click(timeout=ANSWER_MS)
    await phone.get_by_role("button", name="开始对话").click()
    await expect(phone.get_by_role("heading", name="正在为您接通")).to_be_visible()

    first = await at_desk(browser, hall, "supervisor")
    await first.locator(".row").filter(has_text="今天食堂吃什么").click()
    await first.get_by_role("button", name="接通").click()
    await first.get_by_label("回复").fill("请问是哪个校区？")
    await first.keyboard.press("Enter")
    await expect(phone.get_by_text("请问是哪个校区？")).to_be_visible()
    await first.get_by_role("button", name="转交").click()
    await first.get_by_label("转给部门").select_option("HR")
    await first.get_by_label("指定人员").select_option("w02")
    await first.get_by_label("转交原因").fill("人事处更清楚")
    await first.locator("form").get_by_role("button", name="转交").click()
    await expect(first.get_by_label("回复")).to_have_count(0)

    second = await at_desk(browser, hall, "w02")
    await second.get_by_role("button", name="我的").click()
    await second.locator(".row").filter(has_text="今天食堂吃什么").click()
    await expect(second.get_by_text("请问是哪个校区？")).to_be_visible()
    await phone.context.set_offline(True)
    await second.get_by_label("回复").fill("东区食堂有面。")
    await second.keyboard.press("Enter")
    await expect(second.get_by_text("东区食堂有面。")).to_be_visible()
    await phone.context.set_offline(False)
    await expect(phone.get_by_text("东区食堂有面。")).to_be_visible(timeout=ANSWER_MS)
    await phone.get_by_role("button", name="结束对话").click()
    await expect(phone.get_by_role("heading", name="对话已结束")).to_be_visible()
    await expect(second.get_by_role("heading", name="已结束")).to_be_visible()
    for page in (phone, first, second):
        await page.context.close()
