"""The website in a browser: with and without a script."""

from playwright.async_api import Browser, Page, expect

from tests.e2e.test_visit import opened
from tests.hall import Hall

PHONE = (390, 844)


async def sideways(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    found: int = await page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    return found


async def test_questions_change_in_place_and_ticks_are_remembered__GD1(
    browser: Browser, hall: Hall
) -> None:
    page = await opened(browser, hall, "/services/CC-01", *PHONE)
    await page.get_by_label("在校学生或教职工").check()
    await page.get_by_label("丢了").check()
    await page.get_by_label("请别人代办").check()
    await expect(page.get_by_text("您可以办理，请带 3 样材料")).to_be_visible()
    assert page.url.endswith("/services/CC-01/check?a.who=member&a.what=lost&a.self=no")
    await page.locator(".outcome").get_by_label("本人签字的委托书").check()
    await page.reload()
    await expect(page.locator(".outcome").get_by_label("本人签字的委托书")).to_be_checked()
    await page.goto(f"{hall.url}/services/CC-01")
    await expect(page.get_by_label("本人签字的委托书")).to_be_checked()
    await page.context.close()


async def test_printed_guide_has_the_answers_of_its_questions(browser: Browser, hall: Hall) -> None:
    page = await opened(browser, hall, "/services/CC-01", *PHONE)
    answer = page.locator(".faq details p").first
    await expect(answer).to_be_hidden()
    await page.emulate_media(media="print")
    await expect(answer).to_be_visible()
    await page.context.close()


async def test_results_come_while_typing_and_lead_on(browser: Browser, hall: Hall) -> None:
    page = await opened(browser, hall, "/search", *PHONE)
    await page.get_by_role("searchbox").press_sequentially("zfgjj")
    await page.get_by_role("link", name="住房公积金购房提取").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("住房公积金购房提取")
    await page.context.close()


async def test_whole_way_is_there_without_a_script_and_by_keyboard(
    browser: Browser, hall: Hall
) -> None:
    context = await browser.new_context(
        java_script_enabled=False, viewport={"width": PHONE[0], "height": PHONE[1]}
    )
    page = await context.new_page()
    await page.goto(hall.url)
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    await page.get_by_role("searchbox").fill("校园卡丢了")
    await page.keyboard.press("Enter")
    await page.get_by_role("link", name="校园卡补办").last.click()
    for answer in ("在校学生或教职工", "坏了、刷不出来", "本人来"):
        await page.get_by_label(answer, exact=True).focus()
        await page.keyboard.press("Space")
        await page.keyboard.press("Enter")
        await page.wait_for_load_state()
    await expect(page.get_by_text("您可以办理，请带 2 样材料")).to_be_visible()
    await page.get_by_role("link", name="打印我的清单").click()
    await expect(page.get_by_text("损坏的旧卡")).to_be_visible()
    await expect(page.get_by_role("button", name="打印本页")).to_be_hidden()
    await page.context.close()


async def test_case_is_looked_for_again_once_the_hall_answers(browser: Browser, hall: Hall) -> None:
    page = await opened(browser, hall, "/", *PHONE)
    await page.route("**/api/hello", lambda route: route.abort())
    await page.goto(f"{hall.url}/track")
    await page.locator("[name=number]").fill("2026-999999")
    await page.locator("[name=card]").fill("DEMO0001")
    await page.get_by_role("button", name="查询").click()
    await expect(page.get_by_role("alert")).to_contain_text("再试")
    await page.unroute("**/api/hello")
    await page.get_by_role("button", name="查询").click()
    await expect(page.get_by_role("alert")).to_contain_text("没有查到")
    await expect(page.locator("a.me")).to_have_count(0)  # there is no campus sign-in here
    await page.context.close()
