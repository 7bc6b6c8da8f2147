"""An editor's notice comes onto the board and the website at its time, and goes after it."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import Browser, Page, expect

from tests.e2e.test_accessible import looked_at
from tests.e2e.test_visit import opened
from tests.hall import HALL_ID, ROOT, Hall, running_hall, until

SHANGHAI = ZoneInfo("Asia/Shanghai")
PATIENCE_S, PATIENCE_MS = 60.0, 60_000


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """One whose clock may be put ahead."""
    with running_hall(PYTHONPATH=f"{ROOT / 'tests' / 'support' / 'ahead'}:{ROOT}") as found:
        yield found


def now_in(hall: Hall) -> datetime:
    ahead = hall.home / "ahead"
    ahead_s = float(ahead.read_text()) if ahead.exists() else 0.0
    return datetime.now(UTC) + timedelta(seconds=ahead_s)


async def goes_on_to(hall: Hall, at: datetime) -> None:
    """Put the hall's clock there, and wait for the day that begins by it."""
    (hall.home / "ahead").write_text(str((at - datetime.now(UTC)).total_seconds()))
    day = f"{at.astimezone(SHANGHAI):%Y-%m-%d}"

    def is_the_day() -> bool:
        view = hall.ask("GET", f"/api/halls/{HALL_ID}/topics/queues").json.get("view")
        return view is not None and view["day"] == day and view["is_open"]

    await asyncio.to_thread(until, is_the_day, PATIENCE_S)


async def editing(browser: Browser, hall: Hall, path: str = "") -> Page:
    """The editor before the notices."""
    page = await opened(browser, hall, f"/ops/content?section=notices{path}", 1366, 768)
    await page.locator("input").first.fill("editor")
    await page.locator("input").last.fill("demo")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("button", name="写公告")).to_be_visible()
    return page


async def write(page: Page, zh: str, en: str) -> None:
    await page.get_by_role("button", name="写公告").click()
    await page.get_by_label("中文标题").fill(zh)
    await page.get_by_label("英文标题").fill(en)


def published(page: Page) -> str:
    """The id of the notice that is open."""
    found = re.search(r"notice=([0-9a-f]+)", page.url)
    assert found is not None, page.url
    return found[1]


async def read(browser: Browser, hall: Hall, path: str, *words: str) -> Page:
    """The page of the website, without a script, once it has the words."""
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    for _ in range(30):
        reply = await page.goto(hall.url + path)
        text = await page.locator("main").inner_text()
        if reply is not None and reply.ok and all(one in text for one in words):
            return page
        await asyncio.sleep(1)
    raise AssertionError((path, words, text))


async def test_notice_shows_at_its_time_on_board_and_website_and_goes_after__NT3(
    browser: Browser, hall: Hall
) -> None:
    tomorrow = (now_in(hall).astimezone(SHANGHAI) + timedelta(days=1)).replace(
        hour=9, minute=0, second=0, microsecond=0
    )
    page = await editing(browser, hall)
    await write(page, "周三停电", "Power cut")
    await page.get_by_label("中文正文").fill("**全天**停电\n\n- 请改日再来")
    await page.get_by_label("开始").fill(f"{tomorrow:%Y-%m-%dT%H:%M}")
    await page.get_by_label("结束").fill(f"{tomorrow + timedelta(hours=9):%Y-%m-%dT%H:%M}")
    await page.get_by_role("button", name="发布", exact=True).click()
    await expect(page.get_by_text("另一种语言有正文")).to_be_visible()
    await expect(page.get_by_label("英文正文")).to_be_focused()
    await page.reload()
    await expect(page.get_by_label("中文标题")).to_have_value("周三停电")
    await page.get_by_label("英文正文").fill("No power **all day**")
    await expect(page.locator(".page strong")).to_have_text("全天")
    await expect(page.locator(".board")).to_contain_text("周三停电：全天停电 请改日再来")
    await looked_at(page)
    await page.get_by_role("button", name="发布", exact=True).click()
    await expect(page.get_by_text("已发布。")).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("^已排定"))).to_have_attribute(
        "aria-pressed", "true"
    )
    path = f"/notices/{published(page)}"
    assert hall.ask("GET", path).status == 404
    await page.context.close()

    await goes_on_to(hall, tomorrow + timedelta(minutes=30))
    board = await opened(browser, hall, "/board/Z2", 1920, 1080)
    await expect(board.get_by_text("周三停电：全天停电 请改日再来")).to_be_visible(
        timeout=PATIENCE_MS
    )
    await board.context.close()
    site = await read(browser, hall, f"/en{path}", "Power cut", "No power all day")
    await expect(site.locator(".notice-body strong")).to_have_text("all day")
    await site.context.close()
    for where in ("/", "/notices"):
        found = await read(browser, hall, where, "周三停电")
        await found.context.close()

    await goes_on_to(hall, tomorrow + timedelta(days=1, minutes=30))
    board = await opened(browser, hall, "/board/Z2", 1920, 1080)
    await expect(board.get_by_text("业务队列").first).to_be_visible(timeout=PATIENCE_MS)
    await expect(board.get_by_text("周三停电")).to_have_count(0)
    await board.context.close()
    past = await read(browser, hall, "/notices", "往期公告", "周三停电", "现在没有公告")
    await past.context.close()
    over = await read(browser, hall, path, "这条公告已过期")
    await over.context.close()


async def test_change_by_somebody_else_is_told_and_either_may_count__NT2(
    browser: Browser, hall: Hall
) -> None:
    mine = await editing(browser, hall)
    await write(mine, "第一稿", "First draft")
    await mine.get_by_role("button", name="存草稿").dblclick()
    await expect(mine.get_by_text("草稿已保存。")).to_be_visible()
    await expect(mine.get_by_role("button", name="草稿 1")).to_be_visible()
    path = f"&list=draft&notice={published(mine)}"
    theirs = await editing(browser, hall, path)
    for page, title in ((theirs, "别人的"), (mine, "我的")):
        await page.get_by_label("中文标题").fill(title)
        await page.get_by_role("button", name="存草稿").click()
        if page is theirs:
            await expect(page.get_by_text("草稿已保存。")).to_be_visible()
    await expect(mine.get_by_text("您修改期间，别人改了这条公告。")).to_be_visible()
    await expect(mine.get_by_label("中文标题")).to_have_value("我的")
    await mine.get_by_role("button", name="以我的为准").click()
    await mine.get_by_role("button", name="发布", exact=True).click()
    await expect(mine.get_by_text("已发布。")).to_be_visible()
    await mine.get_by_text("修改记录").click()
    await expect(mine.locator(".revisions li")).to_have_count(3)
    await mine.get_by_role("button", name="撤下").click()
    await mine.get_by_role("button", name="确定").click()
    await expect(mine.get_by_text("已撤下。")).to_be_visible()
    await expect(mine.get_by_text("选一条公告，或写一条新的")).to_be_visible()
    for page in (mine, theirs):
        await page.context.close()


async def test_long_notices_are_read_by_anybody(browser: Browser, hall: Hall) -> None:
    chief = {"Cookie": hall.cookie("supervisor")}
    for n in range(10):
        title = {"zh": f"{n} " + "很长的标题" * 19, "en": f"{n} " + "Rather long title " * 5}
        text = {"zh": "很长的正文。" * 300, "en": "A rather long text. " * 150}
        content = {"title": title, "text": text, "is_pinned": n == 0, "in_hall": False}
        order = {"id": f"long-{n}", "notice_id": None, "after": 0}
        command = {"type": "publish_notice", "content": content}
        path = f"/api/halls/{HALL_ID}/notices"
        made = hall.ask("POST", path, order | {"command": command}, **chief)
        assert made.status == 200, made.body
    for address in ("/notices", "/en/notices", made.json["path"]):
        page = await opened(browser, hall, address, 390, 844)
        await expect(page.locator("main")).to_contain_text("9 ")
        await looked_at(page)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(overflow) <= 0
        await page.context.close()
