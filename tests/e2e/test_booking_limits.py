"""What keeps somebody from booking, and the entry for calendars: over HTTP and in the browser."""

import gzip
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from playwright.async_api import Browser, Page, Request, Route, expect

from backend.site.calendar_file import FOLD_BYTES
from tests.e2e.test_accessible import looked_at
from tests.hall import HALL_ID, Hall, Reply, running_hall, until
from tests.office.test_rosters import done, week_of

COUNTER, PHONE = "W16", {"width": 390, "height": 844}
ROOT = f"/api/halls/{HALL_ID}"
CODES_BEFORE_WAITING = 40
"""More than anybody tries who has a code."""


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """One with one window rostered on every day."""
    with running_hall() as found:
        shifts = week_of(COUNTER, COUNTER.lower())
        done(found, "supervisor", "set_week", counter_ids=[COUNTER], shifts=shifts, reason="test")
        until(lambda: bool(found.ask("GET", f"{ROOT}/bookable").json["services"]), 30)
        yield found


@pytest.fixture
async def page(browser: Browser, hall: Hall) -> Any:
    context = await browser.new_context(base_url=hall.url, viewport=PHONE)  # type: ignore[arg-type]
    yield await context.new_page()
    await context.close()


async def run_sql(hall: Hall, sql: str, *arguments: object) -> None:
    connection = await asyncpg.connect(hall.given("DATABASE_URL"))
    await connection.execute(sql, *arguments)
    await connection.close()


def days_of(hall: Hall) -> tuple[str, list[dict[str, Any]]]:
    """A service, and its days with half hours."""
    service_id = hall.ask("GET", f"{ROOT}/bookable").json["services"][0]["service_id"]
    days = hall.ask("GET", f"{ROOT}/bookable/{service_id}").json["days"]
    return service_id, [one for one in days if one["slots"]]


def ordered(hall: Hall, path: str, id: str, **command: object) -> Reply:
    return hall.ask("POST", path, {"id": id, "command": command})


def held(hall: Hall, id: str, day_no: int, slot_no: int = 0) -> dict[str, Any]:
    """A place of the first half hour from that one on that has one left."""
    service_id, days = days_of(hall)
    for slot in days[day_no]["slots"][slot_no:]:
        hold = {"type": "hold_place", "service_id": service_id, "slot_at": slot["slot_at"]}
        reply = ordered(hall, f"{ROOT}/bookings", f"{id}-{slot['slot_at']}", **hold)
        if reply.status == 200:
            found: dict[str, Any] = reply.json
            return found
    raise AssertionError(reply.body)


def booked(hall: Hall, id: str, day_no: int, card: str, slot_no: int = 0) -> dict[str, Any]:
    path = f"/api/bookings/{held(hall, f'{id}-hold', day_no, slot_no)['token']}"
    reply = ordered(hall, path, f"{id}-book", type="confirm_booking", card=card)
    assert reply.status == 200, reply.body
    found: dict[str, Any] = reply.json
    return found


def properties(content: bytes) -> list[tuple[str, str]]:
    """Names with their parameters, and values, as RFC 5545 has them read (3.1)."""
    assert content.endswith(b"\r\n")
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    assert all(len(line) <= FOLD_BYTES for line in lines)
    assert not any(c in line for line in lines for c in (b"\r", b"\n"))
    for line in lines:
        line.decode()  # no character is cut
    unfolded = re.sub(rb"\r\n[ \t]", b"", content).decode().removesuffix("\r\n").split("\r\n")
    found = []
    for one in unfolded:
        name, _, value = one.partition(":")
        assert re.fullmatch(r"[A-Z-]+(;[A-Z-]+=[\w/+-]+)*", name), one
        found.append((name, value))
    return found


def plain(text: str) -> str:
    """A text as it was before it was escaped (3.3.11); nothing that must be escaped stands bare."""
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", text)
    return re.sub(r"\\([\\;,nN])", lambda m: "\n" if m[1] in "nN" else m[1], text)


@pytest.mark.parametrize(("language", "prefix"), [("zh", ""), ("en", "/en")])
def test_calendar_entry_is_as_rfc_5545_has_it__AP1(hall: Hall, language: str, prefix: str) -> None:
    view = booked(hall, f"ics-{language}", 0 if language == "zh" else 1, "DEMO0001")
    path = f"/api/bookings/{view['token']}/calendar.ics?language={language}"
    reply = hall.ask("GET", path)
    assert reply.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "attachment" in str(reply.headers["Content-Disposition"])
    found = properties(reply.body)
    stack: list[str] = []
    for name, value in found:
        if name == "BEGIN":
            stack.append(value)
        elif name == "END":
            assert stack.pop() == value
    assert stack == []
    assert (found[0], found[-1]) == (("BEGIN", "VCALENDAR"), ("END", "VCALENDAR"))
    assert ("VERSION", "2.0") in found
    once = {name: value for name, value in found if name not in ("BEGIN", "END")}
    assert re.fullmatch(r"\d{8}T\d{6}Z", once["DTSTAMP"])
    zone = ZoneInfo(view["time_zone"])
    for name, key in (("DTSTART", "slot_at"), ("DTEND", "ends_at")):
        wall = datetime.strptime(once[f"{name};TZID={zone.key}"], "%Y%m%dT%H%M%S")  # noqa: DTZ007
        assert wall.replace(tzinfo=zone) == datetime.fromisoformat(view[key])
    assert ("TZID", zone.key) in found
    assert once["TZOFFSETTO"] == "+0800"
    event = found[found.index(("BEGIN", "VEVENT")) : found.index(("BEGIN", "VALARM"))]
    texts = dict(event)
    assert view["service_name"][language] in plain(texts["SUMMARY"])
    about = plain(texts["DESCRIPTION"]).split("\n")
    page = f"{hall.url}{prefix}/booking/{view['token']}"
    assert view["code"] in about[0]
    assert page in about[-1]
    assert texts["URL"] == page
    assert hall.ask("GET", page.removeprefix(hall.url)).status == 200


def test_codes_are_not_tried_out__AP1(hall: Hall) -> None:
    view = booked(hall, "codes", 2, "DEMO0001")
    find = f"{ROOT}/bookings/find"
    for _ in range(CODES_BEFORE_WAITING):  # who has the code is never told to wait
        assert hall.ask("POST", find, {"code": view["code"]}).status == 200
    tried = [
        hall.ask("POST", find, {"code": f"GUESS{n:05}"}).status for n in range(CODES_BEFORE_WAITING)
    ]
    assert set(tried) == {404, 429}
    assert tried[-1] == 429
    assert tried.index(429) <= 20
    reply = hall.ask("POST", find, {"code": view["code"]})  # not even who has it by now
    assert (reply.status, reply.json["code"]) == (429, "too_many_requests")


async def missed(hall: Hall, view: dict[str, Any]) -> None:
    """Whoever has this booking did not come to it and two others in the last days."""
    sql = (
        "INSERT INTO bookings SELECT appointment_id || '-' || n, hall_id, booking_id || n,"
        " revision, queue_id, service_id, $2::date - n, slot_at - n * interval '10 days', 'missed',"
        " code || n, token || n, changed_at, held_until, person_hash, origin, NULL, true"
        " FROM bookings, generate_series(1, 3) AS n WHERE token = $1"
    )
    await run_sql(hall, sql, view["token"], datetime.now(ZoneInfo("Asia/Shanghai")).date())


def test_what_can_be_booked_is_packed_for_who_reads_that(hall: Hall) -> None:
    plain = hall.ask("GET", f"{ROOT}/bookable")
    packed = hall.ask("GET", f"{ROOT}/bookable", Accept_Encoding="gzip")
    assert (plain.headers["Content-Encoding"], packed.headers["Content-Encoding"]) == (None, "gzip")
    assert packed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(packed.body) == plain.body


async def test_appeal_is_decided_once_and_then_one_books_again__AP3(hall: Hall) -> None:
    await missed(hall, booked(hall, "appeal", 0, "DEMO0002", 1))
    path = f"/api/bookings/{held(hall, 'appeal-hold', 1, 1)['token']}"
    confirm = {"type": "confirm_booking", "card": "DEMO0002"}
    refused = ordered(hall, path, "appeal-blocked", **confirm)
    assert (refused.status, refused.json["code"]) == (409, "person_blocked")
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    assert date.fromisoformat(refused.json["again_on"]) == today + timedelta(days=7)
    words, appeals = {"type": "appeal_block", "card": "DEMO0002"}, f"{ROOT}/bookings/appeals"
    for bad in ("", "x" * 501, "a\u202eb", "a\x07b"):
        assert ordered(hall, appeals, "appeal-bad", **words, words=bad).status in (400, 422)
    unsigned = ordered(hall, appeals, "appeal-nobody", type="appeal_block", words="I was ill")
    assert unsigned.status == 401
    for name in ("appeal-1", "appeal-1", "appeal-2"):
        said = ordered(hall, appeals, name, **words, words="<b>ill</b>, call 13800138000")
        assert (said.status, said.json["is_lifted"]) == (200, None)
    supervisor = {"Cookie": hall.cookie("supervisor")}
    (line,) = hall.ask("GET", appeals, **supervisor).json
    assert line["words"].startswith("<b>ill</b>, call ")
    assert "13800138000" not in line["words"]
    rule = {"command": {"type": "rule_block", "lifts": True, "reason": "She was ill."}}
    decide = f"{appeals}/{line['appeal_id']}"
    assert hall.ask("POST", decide, rule, **supervisor).json["is_lifted"] is True
    assert hall.ask("POST", decide, rule, **supervisor).status == 409
    assert ordered(hall, path, "appeal-free", **confirm).json["state"] == "booked"


async def test_blocked_person_is_told_from_when_and_appeals__AP3(hall: Hall, page: Page) -> None:
    await missed(hall, booked(hall, "blocked", 0, "DEMO0003", 2))
    view = held(hall, "blocked-hold", 1, 2)
    await page.goto(f"/booking/{view['token']}")
    await page.locator("#card").fill("DEMO0003")
    await page.get_by_role("button", name="确认预约").click()
    await expect(page.get_by_text("您已多次预约未到")).to_be_visible()
    await page.get_by_text("情况特殊？提出申诉").click()
    await page.locator("#appeal").fill("那天发烧了，有病历。")
    await looked_at(page)
    await page.reload()
    await page.get_by_role("button", name="确认预约").click()  # with the card that was typed
    await page.get_by_text("情况特殊？提出申诉").click()
    await expect(page.locator("#appeal")).to_have_value("那天发烧了，有病历。")
    await page.get_by_role("button", name="提交申诉").click()
    await expect(page.get_by_text("申诉已收到")).to_be_visible()
    await expect(page.locator("#card")).to_have_value("DEMO0003")


async def test_form_sent_twice_from_two_tabs_and_after_a_lost_answer_books_once__I7(
    hall: Hall, page: Page
) -> None:
    sent: list[tuple[str, str]] = []

    def note(request: Request) -> None:
        if request.method == "POST":
            order: Any = request.post_data_json
            sent.append((order["command"]["type"], order["id"]))

    page.on("request", note)
    service_id, _ = days_of(hall)
    await page.goto(f"/book/{service_id}")
    await page.locator(".day:not(.none)").nth(1).click()
    await page.locator(".slot:enabled").last.dblclick()
    await expect(page.get_by_role("timer")).to_be_visible()
    assert [kind for kind, _ in sent] == ["hold_place"]
    other = await page.context.new_page()
    await other.goto(page.url)
    for tab in (page, other):
        await tab.locator("#card").fill("DEMO0005")
    lost: list[str] = []

    async def lose(route: Route) -> None:
        """The first answer gets lost on its way, after all was done."""
        if route.request.method == "POST" and not lost:
            lost.append((await route.fetch()).url)
            await route.abort()
        else:
            await route.continue_()

    await page.route("**/api/bookings/*", lose)
    confirm = page.get_by_role("button", name="确认预约")
    await confirm.dblclick()
    await expect(page.get_by_text("暂时连不上，填写的内容都在")).to_be_visible()
    await confirm.click()
    await other.get_by_role("button", name="确认预约").click()
    for tab in (page, other):
        await expect(tab.get_by_role("heading", name="预约成功")).to_be_visible()
    _, *confirmed = sent
    assert len(confirmed) >= 2
    assert len(set(confirmed)) == 1
    view = hall.ask("GET", f"/api/bookings/{page.url.rpartition('/')[2]}").json
    path = f"{ROOT}/bookings?day={view['day']}"
    lines = hall.ask("GET", path, Cookie=hall.cookie("supervisor")).json["lines"]
    there = [line for line in lines if line["slot_at"] == view["slot_at"]]
    assert [(line["state"], line["code_end"]) for line in there] == [("booked", view["code"][-3:])]


async def test_tab_that_was_left_open_shows_what_became_of_its_place__AP1(
    hall: Hall, page: Page
) -> None:
    view = held(hall, "stale", 3, 2)
    await page.goto(f"/booking/{view['token']}")
    await page.locator("#card").fill("DEMO0002")
    path = f"/api/bookings/{view['token']}"
    ordered(hall, path, "stale-book", type="confirm_booking", card="DEMO0001")
    await page.get_by_role("button", name="确认预约").click()
    await expect(page.get_by_text("这个名额已经用别的卡约好了")).to_be_visible()
    await expect(page.get_by_role("heading", name="预约成功")).to_be_visible()
    await expect(page.locator("#card")).to_have_count(0)


async def test_hold_that_is_over_keeps_what_was_typed_and_says_who_has_the_place__AP1(
    hall: Hall, page: Page
) -> None:
    view = held(hall, "over", 3)
    await page.goto(f"/booking/{view['token']}")
    await page.locator("#card").fill("DEMO0004")
    over = "UPDATE bookings SET held_until = $2 WHERE token = $1"
    await run_sql(hall, over, view["token"], datetime.now(UTC) - timedelta(seconds=1))
    await page.reload()
    await expect(page.get_by_text("保留时间已过")).to_be_visible()
    await expect(page.locator("#card")).to_have_value("DEMO0004")
    await looked_at(page)
    await run_sql(
        hall,
        "INSERT INTO bookings SELECT 'full-' || n, hall_id, 'full-' || n, 0, queue_id, service_id,"
        " day, slot_at, 'booked', 'FULL' || n, 'token-of-full-booking-' || n, changed_at,"
        " held_until, 'full-' || n, origin, NULL, true"
        " FROM bookings, generate_series(1, 50) AS n WHERE token = $1",
        view["token"],
    )
    await page.get_by_role("button", name="确认预约").click()
    await expect(page.get_by_text("名额已给了别人")).to_be_visible()
    await page.get_by_role("button", name="换个时段").click()
    await page.locator(".slot:enabled").first.click()
    await expect(page.get_by_role("timer")).to_be_visible()
    await page.get_by_role("button", name="确认预约").click()
    await expect(page.get_by_role("heading", name="预约成功")).to_be_visible()


async def test_full_day_says_so_and_another_may_be_chosen__AP1(hall: Hall, page: Page) -> None:
    service_id, days = days_of(hall)
    seed = held(hall, "seed", 4)["token"]
    for n, slot in enumerate(days[4]["slots"]):
        await run_sql(
            hall,
            "INSERT INTO bookings SELECT $2 || n, hall_id, $2 || n, 0, queue_id, service_id, day,"
            " $3, 'booked', upper($2) || n, 'token-of-a-full-day-' || $2 || n, changed_at,"
            " held_until, $2 || n, origin, NULL, true"
            " FROM bookings, generate_series(1, 20) AS n WHERE token = $1",
            seed,
            f"day{n}-",
            datetime.fromisoformat(slot["slot_at"]),
        )
    await page.goto(f"/book/{service_id}")
    full = page.locator(".day").filter(has_text="约满")
    await full.click()
    await expect(page.get_by_text("这一天已经约满")).to_be_visible()
    await expect(page.locator(".slot")).to_have_count(0)
    await looked_at(page)
    await page.locator(".day:not(.none)").first.click()
    await expect(page.locator(".slot:enabled").first).to_be_visible()


async def test_lost_half_hour_asks_for_another__AP4(hall: Hall, page: Page) -> None:
    view = booked(hall, "lost", 0, "DEMO0005", 3)
    noon = "(day + time '12:00') AT TIME ZONE 'Asia/Shanghai'"  # when nobody is rostered
    lost = f"UPDATE bookings SET lost_at = now(), slot_at = {noon} WHERE token = $1"
    await run_sql(hall, lost, view["token"])
    await page.goto(f"/en/booking/{view['token']}")
    await expect(page.get_by_role("heading", name="Another time is needed")).to_be_visible()
    await looked_at(page)
    listed = hall.ask(
        "GET", f"{ROOT}/bookings?day={view['day']}", Cookie=hall.cookie("supervisor")
    ).json
    assert [line["is_lost"] for line in listed["lines"]].count(True) == 1
    await page.get_by_role("button", name="Change").click()
    await page.locator(".slot:enabled").last.click()
    await expect(page.get_by_role("heading", name="Booked")).to_be_visible()


async def test_hall_that_is_closed_says_so_and_takes_bookings_all_the_same__DY1(
    hall: Hall, page: Page
) -> None:
    close = {"type": "close_day", "force": True}
    assert hall.do("closed", close, Cookie=hall.cookie("supervisor")).status == 200
    await page.goto("/hall")
    await expect(page.get_by_text("现在不服务")).to_be_visible()
    await expect(page.get_by_role("main").get_by_role("link", name="手机取号")).to_have_count(0)
    await looked_at(page)
    await page.get_by_role("main").get_by_role("link", name="预约办理").click()
    await expect(page.locator("#query")).to_be_visible()
    await page.goto("/take")
    await expect(page.get_by_role("button")).not_to_have_count(0)
    await expect(page.locator("#card")).to_have_count(0)
