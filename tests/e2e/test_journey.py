"""One person's whole way: found, booked, called, accepted, told, rated, and counted in public."""

import asyncio
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from PIL import Image
from playwright.async_api import Browser, Page, expect

from backend.core.evaluation import DAYS_MAX
from backend.recorder.counting import count_hall
from backend.store.counts import Counts
from backend.store.database import Database
from backend.store.followups import FollowUps
from backend.store.plans import Plans
from tests.bench_year.load import Dose, lived, store
from tests.e2e.test_visit import at_the_desk, opened, press_until
from tests.hall import HALL_ID, ROOT, Hall, running_hall, until
from tests.office.desk import headers
from tests.office.test_rosters import done, week_of
from tests.office.test_visits import DEVICE, act
from tests.support.mailbox import Mailbox, mailbox_on

PHONE = (390, 844)
COUNTER, COUNTER_NO, CARD, MAIL = "W06", 6, "DEMO0001", "ning@mail.example.edu"
SERVICE_ID, SERVICE = "HO-01", "医药费报销受理"
FREE = f"/api/halls/{HALL_ID}/bookable"
PATIENCE_S = 30.0
RATED = 5
CASES_FROM = 500_001
"""Numbers of cases that nobody gets here."""
SHANGHAI = ZoneInfo("Asia/Shanghai")
ANYBODY = {"Accept": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A hall whose clock may be put ahead and which tells by mail, with one window rostered."""

    hall: Hall
    mailbox: Mailbox

    async def goes_on_to(self, at: datetime) -> None:
        """Put the hall's clock there, and wait for the day that begins by it."""
        (self.hall.home / "ahead").write_text(str((at - datetime.now(UTC)).total_seconds()))
        day = f"{at.astimezone(SHANGHAI):%Y-%m-%d}"

        def is_the_day() -> bool:
            view = self.hall.ask("GET", f"/api/halls/{HALL_ID}/topics/queues").json.get("view")
            return view is not None and view["day"] == day

        await asyncio.to_thread(until, is_the_day, PATIENCE_S)

    async def mails(self, count: int) -> str:
        """The plain words of the newest mail, once so many have come."""
        await asyncio.to_thread(until, lambda: len(self.mailbox.mails) >= count, PATIENCE_S)
        plain = self.mailbox.mails[count - 1].get_body(("plain",))
        assert plain is not None
        return str(plain.get_content())


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    settings: Path = tmp_path_factory.mktemp("journey") / "notify.toml"
    with mailbox_on() as mailbox:
        settings.write_text(
            f"""
            [mail]
            host = "127.0.0.1"
            port = {mailbox.port}
            tls = "none"
            sender = "hall@example.edu"
            [quiet]
            start = 12:00:00
            end = 12:00:00
            """
        )
        path = f"{ROOT / 'tests' / 'support' / 'ahead'}:{ROOT}"
        with running_hall(PYTHONPATH=path, NOTIFY=str(settings)) as hall:
            shifts = week_of(COUNTER, COUNTER.lower())
            done(hall, "supervisor", "set_week", counter_ids=[COUNTER], shifts=shifts, reason="t")
            until(lambda: bool(hall.ask("GET", FREE).json["services"]), PATIENCE_S)
            yield Place(hall=hall, mailbox=mailbox)


async def found_by_pinyin(phone: Page) -> None:
    """From the home page to the guide, with a few letters."""
    await phone.get_by_role("searchbox").press_sequentially("yiyaofei")
    await phone.keyboard.press("Enter")
    await phone.get_by_role("link", name=SERVICE).first.click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text(SERVICE)


async def told_what_to_bring(phone: Page) -> None:
    """The guide's questions end in a list for this person."""
    await phone.get_by_label("经校医院转诊到校外医院").check()
    await phone.get_by_label("不是", exact=True).check()
    await expect(phone.get_by_text("您可以办理")).to_be_visible()
    await expect(phone.locator(".outcome")).to_contain_text("校医院转诊单")


async def booked(phone: Page, hall: Hall) -> tuple[str, datetime]:
    """The first free half hour; code and when it begins."""
    await phone.get_by_role("main").get_by_role("link", name="预约").first.click()
    days = hall.ask("GET", f"{FREE}/{SERVICE_ID}").json["days"]
    slot_at = next(one["slots"][0]["slot_at"] for one in days if one["slots"])
    await phone.locator(".slot").first.click()
    await phone.locator("#card").fill(CARD)
    await phone.get_by_role("button", name="确认预约").click()
    await expect(phone.get_by_role("heading", name="预约成功")).to_be_visible()
    code = await phone.locator(".code").get_attribute("aria-label")
    return str(code), datetime.fromisoformat(slot_at)


async def checked_in(kiosk: Page, code: str) -> tuple[str, str]:
    """Number, and the address that the phone reads off the kiosk's screen."""
    await kiosk.get_by_role("button", name="预约签到").click()
    for character in code:
        await kiosk.get_by_role("button", name=character, exact=True).click()
    await kiosk.get_by_role("button", name="签到取号").click()
    await expect(kiosk.get_by_text("您的号码")).to_be_visible()
    number = (await kiosk.get_by_role("heading", level=1).inner_text()).strip()
    (code_on_screen,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(await kiosk.screenshot())))
    return number, code_on_screen.text


async def called(desk: Page, phone: Page, number: str) -> None:
    """At the window, with a key; the phone says which window."""
    await press_until(desk, "Space", desk.get_by_text("等待办事人到窗口"))
    await expect(desk.get_by_role("region", name="当前号票")).to_contain_text(number)
    await expect(phone.get_by_text(re.compile(rf"{COUNTER_NO}\s*号窗口")).first).to_be_visible()


async def accepted(desk: Page) -> str:
    """The matter taken in at the window; its number."""
    await press_until(desk, "s", desk.get_by_text("正在办理"))
    await desk.keyboard.press("d")
    await expect(desk.get_by_role("heading", name=SERVICE)).to_be_visible()
    await desk.keyboard.press("a")
    await desk.keyboard.press("5")  # the referral: a paper that not everybody brings
    await expect(desk.get_by_role("checkbox", checked=True)).to_have_count(5)
    await expect(desk.get_by_role("button", name="受理 Enter")).to_be_visible()
    await desk.keyboard.press("Enter")
    case_no = desk.get_by_role("dialog").get_by_text(re.compile(r"^20\d\d-\d{6}$"))
    await expect(case_no).to_be_visible()
    number = (await case_no.inner_text()).strip()
    await desk.keyboard.press("Enter")
    return number


async def tracked(phone: Page, case_no: str) -> None:
    """By the number and the card that it was booked with."""
    await phone.get_by_label("办件号").fill(case_no)
    await phone.get_by_label("校园卡号").fill(CARD)
    await phone.get_by_role("button", name="查询").click()
    await expect(phone.get_by_role("heading", level=1)).to_have_text("已受理")


async def wants_mail(phone: Page, place: Place) -> None:
    """An address, proven by the code that comes there."""
    await phone.get_by_label("邮箱地址").fill(MAIL)
    await phone.get_by_role("button", name="发送验证码").click()
    await place.mails(1)
    await phone.get_by_label("六位验证码").fill(place.mailbox.code())
    await phone.get_by_role("button", name="确认").click()
    await expect(phone.get_by_text("已验证")).to_be_visible()


async def decided(desk: Page, tracking: Page, place: Place, case_no: str) -> None:
    """By the office, at its own list; page and mail tell it, and the mail leads to the page."""
    async with desk.context.expect_page() as other:
        await desk.get_by_role("link", name="办件列表").click()
    cases = await other.value
    await cases.get_by_role("textbox", name="办件号").fill(case_no)
    await cases.keyboard.press("Enter")
    sheet = cases.get_by_role("article")
    await sheet.get_by_role("button", name="开始办理").click()
    await expect(sheet.locator(".state")).to_have_text("办理中")
    await sheet.get_by_role("button", name="准予").click()
    await sheet.locator("form").get_by_role("button", name="准予").click()
    await expect(sheet.locator(".state")).to_have_text("已决定 · 准予")
    words = await place.mails(2)
    assert SERVICE in words
    address = next(word for word in words.split() if "/track/" in word)
    await tracking.goto(address)
    await expect(tracking.get_by_role("heading", level=1)).to_have_text("已作出决定")


async def rated(phone: Page, desk: Page) -> None:
    """On the phone, once the visit is over."""
    await press_until(desk, "f", desk.get_by_text("窗口空闲"))
    await phone.get_by_role("radio", name="非常满意").check()
    await phone.get_by_role("button", name="提交评价").click()
    await expect(phone.get_by_text("谢谢您的评价")).to_be_visible()


def four_came_before(hall: Hall) -> None:
    """Visits at the window beside, all rated: what fewer than five said is not told (ST3)."""
    clerk, beside = headers(hall, "w07"), {"counter_id": "W07"}
    act(hall, clerk, "open_counter", **beside)
    for n in range(2, RATED + 1):
        card = f"DEMO{n:04d}"
        taken = act(hall, DEVICE, "take_ticket", channel="card", card=card, queue_id="D")
        for step in ("call_next", "start_serving", "finish_serving"):
            act(hall, clerk, step, **beside)
        act(hall, ANYBODY, "evaluate", ticket_token=taken["token"], level=4)
    act(hall, clerk, "close_counter", **beside)


async def busy_day_before(hall: Hall) -> None:
    """A day of some months ago in the archive: who comes alone is not told of (ST3)."""
    day = datetime.now(SHANGHAI).date() - timedelta(days=70)
    dose = Dose(day=day, visitors=300, first_no=CASES_FROM, cases=120)
    life, cases = lived(dose, 3, day + timedelta(days=60))
    await store(hall.given("DATABASE_URL"), day, life.commits, cases)
    await count(hall)
    database = Database(hall.given("DATABASE_URL"))
    async with database.connection() as connection:  # not everybody was satisfied
        await connection.execute(
            "UPDATE counted_visits SET level = 2 WHERE level IS NOT NULL"
            " AND right(ticket_id, 1) IN ('1', '4', '7')"
        )
    await database.close()


async def count(hall: Hall) -> None:
    """What the recorder does every minute."""
    database = Database(hall.given("DATABASE_URL"))
    await count_hall(HALL_ID, Counts(database), Plans(database), FollowUps(database))
    await database.close()


async def counted(hall: Hall, day: date) -> None:
    """Until every rating of the day is archived and counted."""
    path = f"/api/halls/{HALL_ID}/statistics?measures=given&from={day}&to={day}"
    who = headers(hall, "supervisor")
    async with asyncio.timeout(PATIENCE_S):
        while hall.ask("GET", path, **who).json["total"]["cells"][0]["n"] < RATED:
            await count(hall)


async def published(phone: Page, hall: Hall) -> dict[str, str]:
    """What anybody reads of the last twelve months, by its name."""
    await phone.goto(f"{hall.url}/figures")
    await phone.reload()  # what the browser has kept is asked for again
    tiles = phone.get_by_role("region", name="近 12 个月").locator(".figure")
    return {
        await tile.locator("dt").inner_text(): await tile.locator("dd").inner_text()
        for tile in await tiles.all()
    }


def n_of(shown: str) -> int:
    """How many a share that the page shows is of."""
    return int(shown.rpartition("n = ")[2])


def share_of(shown: str) -> float:
    """The share itself, in per cent."""
    return float(shown.partition("%")[0])


async def test_from_a_search_in_pinyin_to_the_published_figures(
    browser: Browser, place: Place
) -> None:
    hall = place.hall
    await busy_day_before(hall)
    phone = await opened(browser, hall, "/figures", *PHONE)
    before = await published(phone, hall)
    await phone.get_by_role("link", name="首页").click()
    await found_by_pinyin(phone)
    await told_what_to_bring(phone)
    code, slot_at = await booked(phone, hall)
    await place.goes_on_to(slot_at - timedelta(minutes=10))
    await asyncio.to_thread(four_came_before, hall)
    kiosk = await opened(browser, hall, "/kiosk/K1", 1080, 1920)
    number, address = await checked_in(kiosk, code)
    await phone.reload()
    await phone.get_by_role("link", name="看我的号，等叫号").click()
    await expect(phone.get_by_text(number)).to_be_visible()
    assert phone.url == address
    desk = await at_the_desk(browser, hall, COUNTER_NO)
    await called(desk, phone, number)
    case_no = await accepted(desk)
    tracking = await phone.context.new_page()
    await tracking.goto(f"{hall.url}/track")
    await tracked(tracking, case_no)
    await wants_mail(tracking, place)
    await rated(phone, desk)
    await decided(desk, tracking, place, case_no)
    await counted(hall, slot_at.astimezone(SHANGHAI).date())
    after = await published(phone, hall)
    for name, more in {"受理量": 1, "办结量": 1, "接待量": RATED}.items():
        assert int(after[name]) == int(before[name]) + more
    # Of a month whose visits can still be rated nothing is told that anybody said (ST4).
    assert all(after[name] == before[name] for name in ("评价量", "满意率"))
    month = slot_at.astimezone(SHANGHAI).replace(day=1)
    await place.goes_on_to(month + timedelta(days=31 + DAYS_MAX + 5))
    async with asyncio.timeout(PATIENCE_S):
        while (after := await published(phone, hall))["评价量"] == before["评价量"]:
            continue
    assert int(after["评价量"]) == int(before["评价量"]) + RATED
    assert n_of(after["满意率"]) == n_of(before["满意率"]) + RATED
    assert share_of(after["满意率"]) > share_of(before["满意率"])
    for page in (phone, kiosk, desk):
        await page.context.close()
