"""Statistics on screen and on paper (ST1-ST3)."""

from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest
from msgspec.structs import replace
from playwright.async_api import Browser, Page, expect

from backend.demo.hall import HALL_ID
from backend.recorder.counting import count_hall
from backend.store.counts import Counts
from backend.store.database import Database
from backend.store.followups import FollowUps
from backend.store.plans import Plans
from tests.bench_year.load import Dose, lived, store
from tests.e2e.test_visit import opened
from tests.hall import Hall

FIRST = date(2026, 3, 2)
DAYS = 2
PAPER_PX = round((210 - 2 * 14) / 25.4 * 96)
"""What is left of A4 between the margins."""
HEADINGS = {
    "zh": ("主要指标", "逐日情况", "到达与等候", "窗口", "评价", "办件", "考勤", "来源与取号方式"),
    "en": ("Key figures", "Day by day", "Arrivals and waits", "Windows", "Ratings", "Cases"),
}
ENDS = {"zh": ("指标说明", "批准"), "en": ("How the figures are formed", "Approved by")}


@pytest.fixture(scope="module")
async def counted(hall: Hall) -> AsyncIterator[Hall]:
    """The hall with two days of March, counted."""
    database = Database(hall.stores()["DATABASE_URL"])
    dose = Dose(day=FIRST, visitors=60, first_no=60_001, cases=50)
    for n in range(DAYS):
        day = FIRST + timedelta(days=n)
        one = replace(dose, day=day, first_no=dose.first_no + n * dose.cases)
        life, cases = lived(one, 1, day)
        await store(database.url, day, life.commits, cases)
    await count_hall(HALL_ID, Counts(database), Plans(database), FollowUps(database))
    yield hall
    await database.close()


async def statistics(browser: Browser, hall: Hall, username: str, language: str) -> Page:
    """The page with the two days."""
    page = await opened(browser, hall, "/ops/statistics", 1366, 768)
    await page.locator("input").first.fill(username)
    await page.keyboard.press("Tab")
    await page.keyboard.type("demo")
    await page.keyboard.press("Enter")
    if language == "en":
        await page.get_by_role("button", name="EN").click()
    last = FIRST + timedelta(days=DAYS - 1)
    for place, day in enumerate((FIRST, last)):
        field = page.locator('.days input[type="date"]').nth(place)
        await field.fill(str(day))
        await field.dispatch_event("change")
    await expect(page.locator(".strip")).to_be_visible()
    return page


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_report_is_printed_whole__ST1(browser: Browser, counted: Hall, language: str) -> None:
    page = await statistics(browser, counted, "supervisor", language)
    await page.emulate_media(media="print")
    await page.set_viewport_size({"width": PAPER_PX, "height": 1000})
    for words in (*HEADINGS[language], *ENDS[language]):
        await expect(page.get_by_role("main").get_by_text(words, exact=True).first).to_be_visible()
    await expect(page.get_by_role("button", name="Excel")).to_have_count(0)
    too_wide = await page.evaluate(
        """width => [...document.querySelectorAll('.statistics table, .statistics svg, .strip')]
            .filter(one => one.offsetParent !== null || one.getClientRects().length > 0)
            .filter(one => one.getBoundingClientRect().right > width + 1)
            .map(one => one.outerHTML.slice(0, 80))""",
        PAPER_PX,
    )
    assert too_wide == []
    paper = await page.pdf(prefer_css_page_size=True, print_background=True)
    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") >= 3
    await page.close()


async def test_figure_is_looked_behind_and_periods_follow_the_keys__ST1(
    browser: Browser, counted: Hall
) -> None:
    page = await statistics(browser, counted, "supervisor", "zh")
    await page.locator(".strip .open").first.click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.locator("tbody tr").first).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await page.locator(".heading").first.click()
    await page.keyboard.press("]")
    after = str(FIRST + timedelta(days=DAYS))
    await expect(page.locator('.days input[type="date"]').first).to_have_value(after)
    await expect(page.get_by_text("这个时段没有统计")).to_be_visible()
    await page.keyboard.press("[")
    await expect(page.locator(".strip")).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name="导出 Excel").click()
    assert (await download.value).suggested_filename.endswith(".xlsx")
    await page.close()


async def test_viewer_from_outside_sees_no_small_group__ST3(
    browser: Browser, counted: Hall
) -> None:
    page = await statistics(browser, counted, "statistics", "zh")
    await expect(page.get_by_text("不足 5 人的数字不显示（<5）")).to_be_visible()
    await expect(page.get_by_text("<5", exact=True).first).to_be_visible()
    await expect(page.locator("button.open")).to_have_count(0)
    await page.close()
