"""Nothing that staff have typed is lost: not by an idle sign-out, not by a new version."""

import re
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.e2e.test_accessible import looked_at
from tests.e2e.test_cases import serve, signed_in, take
from tests.e2e.test_visit import at_the_desk, press_until
from tests.hall import Hall
from tests.office.desk import ACCEPT, ALL_HR_04, START, done, headers, open_case

WORDS = "评审会下周举行，材料已转"


@pytest.fixture(scope="module")
def case(hall: Hall) -> dict[str, Any]:
    found: dict[str, Any] = done(
        hall, headers(hall, "supervisor"), open_case("HR-04"), ALL_HR_04, ACCEPT, START
    )
    return found


async def typing(browser: Browser, hall: Hall, case: dict[str, Any]) -> Page:
    """Somebody in the middle of refusing the case."""
    page = await signed_in(browser, hall, f"/ops/cases?case={case['case_id']}", "supervisor")
    await page.get_by_role("article").get_by_role("button", name="不予").click()
    await page.get_by_role("article").get_by_role("textbox").fill(WORDS)
    return page


async def become_outdated(page: Page) -> None:
    """The server has another page by now; the old one finds a part of itself gone."""

    async def newer(route: Route) -> None:
        if route.request.resource_type == "document":
            await route.continue_()
        else:
            await route.fulfill(content_type="text/html", body="<!doctype html><title>new</title>")

    await page.route(re.compile(r"/(ops/cases|counter)(\?.*)?$"), newer)
    await page.evaluate("dispatchEvent(new Event('vite:preloadError'))")


async def test_idle_sign_out_asks_over_the_form_and_the_words_are_sent_after_it__AC2(
    browser: Browser, hall: Hall, case: dict[str, Any]
) -> None:
    page = await typing(browser, hall, case)
    await page.context.clear_cookies()
    await page.get_by_role("article").get_by_role("button", name="不予").click()
    over = page.get_by_role("dialog")
    await expect(over.get_by_text("填写的内容都在")).to_be_visible()
    await looked_at(page)
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(over).to_be_visible()
    await over.locator("input[type=password]").fill("demo")
    await page.keyboard.press("Enter")
    await expect(over).to_have_count(0)
    await expect(page.get_by_role("article").get_by_role("textbox")).to_have_value(WORDS)
    await page.context.close()


async def test_somebody_else_who_signs_in_finds_nothing_of_it__AC2(
    browser: Browser, hall: Hall, case: dict[str, Any]
) -> None:
    page = await typing(browser, hall, case)
    await page.context.clear_cookies()
    await page.get_by_role("article").get_by_role("button", name="不予").click()
    over = page.get_by_role("dialog")
    await over.locator("input").first.fill("w02")
    await over.locator("input[type=password]").fill("demo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("2号窗口").first).to_be_visible()
    await expect(page.get_by_text(case["number"]).first).to_be_visible()
    await expect(page.get_by_role("article").get_by_role("textbox")).to_have_count(0)
    assert WORDS not in await page.evaluate("JSON.stringify(sessionStorage)")
    await page.context.close()


async def test_new_version_asks_to_reload_and_what_is_typed_is_there_after_it(
    browser: Browser, hall: Hall, case: dict[str, Any]
) -> None:
    page = await typing(browser, hall, case)
    await become_outdated(page)
    await page.get_by_role("button", name="刷新").click()
    form = page.get_by_role("article").locator("form")
    await expect(form.get_by_role("textbox")).to_have_value(WORDS)
    await form.get_by_role("button", name="不予").click()
    await expect(page.get_by_role("article").locator(".state")).to_have_text("已决定 · 不予")
    await page.reload()
    await expect(page.get_by_role("article").locator(".state")).to_have_text("已决定 · 不予")
    await expect(form).to_have_count(0)
    await page.context.close()


async def test_window_asks_to_reload_over_a_case_and_its_ticks_are_there_after_it(
    browser: Browser, hall: Hall
) -> None:
    desk = await at_the_desk(browser, hall, 2)
    take(hall, "typed", "HR-01")
    await serve(desk, "B")
    await desk.keyboard.press("d")
    box = desk.get_by_role("checkbox").first
    await press_until(desk, "1", desk.locator("input:checked"))
    await become_outdated(desk)
    await desk.get_by_role("dialog").get_by_role("button", name="刷新").click()
    await expect(desk.get_by_role("dialog")).to_be_visible()
    await expect(box).to_be_checked()

    await desk.context.clear_cookies()
    await desk.keyboard.press("Enter")
    again = desk.get_by_role("dialog", name="窗口人员登录")
    await again.locator("input[type=password]").fill("demo")
    await desk.keyboard.press("Enter")
    await expect(again).to_have_count(0)
    await expect(box).to_be_checked()
    await press_until(desk, "Enter", desk.get_by_text("已办结，办件号"))
    await desk.context.close()
