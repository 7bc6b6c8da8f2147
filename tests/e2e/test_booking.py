"""Booking from the phone: a place tomorrow, the next day at the kiosk, and called (AP1, AP2)."""

import asyncio
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from backend.core.commands import CallNext, OpenCounter
from backend.wire.messages import Done
from tests.e2e.test_accessible import looked_at
from tests.e2e.test_rosters import signed_in
from tests.hall import HALL_ID, ROOT, Hall, Reply, running_hall, until
from tests.office.test_rosters import done, week_of
from tests.processes.load import Load
from tests.web.test_calendar_file import lines_of
from tests.web.test_problems import problem

COUNTER, PHONE = "W16", {"width": 390, "height": 844}
PATIENCE_S = 30.0
SCAN = """(keys) => {
  const begun = performance.now()
  for (const [n, key] of keys.entries()) {
    const event = new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })
    Object.defineProperty(event, 'timeStamp', { value: begun + 5 * n })
    document.body.dispatchEvent(event)
  }
}"""
"""What a scanner that types like a keyboard sends: a key every 5 ms, whatever the machine does."""
FREE = f"/api/halls/{HALL_ID}/bookable"


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """One whose clock may be put ahead, with one window rostered on every day."""
    path = f"{ROOT / 'tests' / 'support' / 'ahead'}:{ROOT}"
    with running_hall(PYTHONPATH=path) as found:
        shifts = week_of(COUNTER, COUNTER.lower())
        done(found, "supervisor", "set_week", counter_ids=[COUNTER], shifts=shifts, reason="test")
        until(lambda: bool(found.ask("GET", FREE).json["services"]), PATIENCE_S)
        yield found


async def phone_of(browser: Browser, hall: Hall, path: str, **more: str) -> Page:
    context = await browser.new_context(viewport=PHONE, **more)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.goto(hall.url + path)
    return page


async def booked(page: Page, card: str) -> str:
    """Hold the first free half hour and book it; the code."""
    await page.locator(".slot").first.click()
    await page.locator("#card").fill(card)
    await page.get_by_role("button", name="确认预约").click()
    await expect(page.get_by_role("heading", name="预约成功")).to_be_visible()
    return str(await page.locator(".code").get_attribute("aria-label"))


async def test_booked_for_tomorrow_checks_in_at_the_kiosk_and_is_called__AP1_AP2(
    browser: Browser, hall: Hall
) -> None:
    service = hall.ask("GET", FREE).json["services"][0]
    page = await phone_of(browser, hall, "/book", timezone_id="America/New_York")
    await looked_at(page)
    await page.locator("#query").fill(service["name"]["zh"])
    await page.get_by_role("link", name=service["name"]["zh"]).first.click()
    slot = page.locator(".slot").first
    await expect(slot).to_be_visible()
    free = hall.ask("GET", f"{FREE}/{service['service_id']}").json["days"]
    first = next(one["slots"][0]["slot_at"] for one in free if one["slots"])
    begins = datetime.fromisoformat(first)
    shown = f"{begins + timedelta(hours=8):%H:%M}"  # in Shanghai, whatever the phone says
    await expect(slot).to_contain_text(shown)
    await expect(page.get_by_text("您的手机在另一个时区")).to_be_visible()
    await looked_at(page)
    await slot.click()
    await expect(page.get_by_role("timer")).to_contain_text(re.compile(r"[45]:\d\d"))
    await page.locator("#card").fill("DEMO0001")
    await page.reload()
    await expect(page.locator("#card")).to_have_value("DEMO0001")
    await looked_at(page)
    await page.context.set_offline(True)
    await page.get_by_role("button", name="确认预约").click()
    await expect(page.get_by_text("暂时连不上，填写的内容都在")).to_be_visible()
    await page.context.set_offline(False)
    await expect(page.get_by_text("暂时连不上")).to_have_count(0)
    await expect(page.get_by_text("您的手机在另一个时区")).to_be_visible()
    await page.get_by_role("button", name="确认预约").click()
    await expect(page.get_by_role("heading", name="预约成功")).to_be_visible()
    await looked_at(page)
    code = str(await page.locator(".code").get_attribute("aria-label"))
    ahead_s = (begins - timedelta(minutes=10) - datetime.now(UTC)).total_seconds()
    (hall.home / "ahead").write_text(str(ahead_s))
    day = begins + timedelta(hours=8)

    def is_next_day() -> bool:
        view = hall.ask("GET", f"/api/halls/{HALL_ID}/topics/queues").json.get("view")
        return view is not None and view["day"] == f"{day:%Y-%m-%d}"

    await asyncio.to_thread(until, is_next_day, PATIENCE_S)
    kiosk = await browser.new_page(viewport={"width": 1080, "height": 1920})
    await kiosk.goto(f"{hall.url}/kiosk/K3")
    await kiosk.get_by_role("button", name="预约签到").click()
    shown_code = kiosk.get_by_label("预约码", exact=True)
    await kiosk.get_by_role("button", name=code[0], exact=True).click()
    await expect(shown_code).to_have_text(code[0])
    await kiosk.get_by_role("button", name="删除").click()
    for delay_ms in (80, 200):  # as people type; a machine that is slow only makes it slower
        await kiosk.keyboard.type(code, delay=delay_ms)
        await expect(shown_code).to_have_text(code)
        for _ in code:
            await kiosk.keyboard.press("Backspace")
        await expect(shown_code).to_have_class(re.compile("empty"))
    await kiosk.evaluate(SCAN, [*code, "Enter"])
    await expect(kiosk.get_by_text("您的号码")).to_be_visible()
    load = Load(hall, hall.cookie("supervisor"))
    async with load.client("booking-desk", is_device=False) as desk:
        await load.do(desk, "desk", "booking-open", OpenCounter(counter_id=COUNTER))
        called = await load.do(desk, "desk", "booking-call", CallNext(counter_id=COUNTER))
    assert isinstance(called, Done)
    await page.reload()
    await expect(page.get_by_role("heading", name="已签到")).to_be_visible()
    for one in (page, kiosk):
        await one.close()


async def test_who_cannot_book_is_told_what_to_do__AP1(browser: Browser, hall: Hall) -> None:
    service_id = hall.ask("GET", FREE).json["services"][0]["service_id"]
    page = await phone_of(browser, hall, "/book/nothing")
    await expect(page.get_by_text("这个事项不用预约")).to_be_visible()
    await page.goto(f"{hall.url}/book/{service_id}")
    code = await booked(page, "DEMO0002")
    token_page = page.url
    await page.goto(f"{hall.url}/book/{service_id}")
    await page.locator(".slot").first.click()
    await page.locator("#card").fill("DEMO0002")
    await page.get_by_role("button", name="确认预约").click()
    await expect(page.get_by_text("您这一天已有预约")).to_be_visible()
    await page.locator("#card").fill("NOBODY99")
    await page.get_by_role("button", name="确认预约").click()
    await expect(page.get_by_text("没有找到这张校园卡")).to_be_visible()
    await page.get_by_role("button", name="不约了").click()
    await expect(page.get_by_role("heading", name="已放弃")).to_be_visible()
    await page.goto(f"{hall.url}/book")
    await page.locator("#code").fill(code.lower())
    await page.get_by_role("button", name="查看").click()
    await expect(page.get_by_role("heading", name="预约成功")).to_be_visible()
    assert page.url == token_page
    await page.get_by_role("button", name="改约").click()
    await page.locator(".slot:enabled").nth(2).click()
    await expect(page.get_by_role("heading", name="预约成功")).to_be_visible()
    assert await page.locator(".code").get_attribute("aria-label") == code
    await page.get_by_role("button", name="取消预约").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="取消预约").click()
    await expect(page.get_by_role("heading", name="已取消")).to_be_visible()
    await page.context.close()


async def test_live_hall_has_nothing_serious_against_its_use(browser: Browser, hall: Hall) -> None:
    page = await phone_of(browser, hall, "/hall")
    await expect(page.get_by_role("heading", name="什么时候来人少")).to_be_visible()
    await expect(page.get_by_text("还没有足够的记录").first).to_be_visible()
    await looked_at(page)
    await page.goto(f"{hall.url}/en/hall")
    await expect(page.get_by_role("heading", name="The hall now")).to_be_visible()
    await looked_at(page)
    await page.context.close()


def order(hall: Hall, path: str, id: str, **command: object) -> Any:
    """What comes of a command for bookings."""
    reply = hall.ask("POST", path, {"id": id, "command": command})
    assert reply.status == 200, reply.body
    return reply.json


def booked_by(hall: Hall, card: str, *, nth: int = 0) -> Any:
    """A booking in the nth free half hour of the last day that has any."""
    service_id = hall.ask("GET", FREE).json["services"][0]["service_id"]
    days = [one for one in hall.ask("GET", f"{FREE}/{service_id}").json["days"] if one["slots"]]
    slot_at = days[-1]["slots"][nth]["slot_at"]
    hold = {"type": "hold_place", "service_id": service_id, "slot_at": slot_at}
    held = order(hall, f"/api/halls/{HALL_ID}/bookings", f"hold-{card}", **hold)
    confirm = {"type": "confirm_booking", "card": card}
    return order(hall, f"/api/bookings/{held['token']}", f"book-{card}", **confirm)


async def test_staff_call_a_booking_off_and_its_visitor_reads_why__AP4(
    browser: Browser, hall: Hall
) -> None:
    booked, other = booked_by(hall, "DEMO0003"), booked_by(hall, "DEMO0004", nth=1)
    visitor = await phone_of(browser, hall, f"/booking/{booked['token']}")
    await expect(visitor.get_by_role("heading", name="预约成功")).to_be_visible()
    ops = await signed_in(browser, hall, "/ops/bookings", "greeter")
    await ops.get_by_label("日期").fill(booked["day"])
    await ops.get_by_label("找预约码").fill(booked["code"])
    await expect(ops.locator("tbody tr")).to_have_count(1)
    await expect(ops.get_by_role("heading", name="爽约申诉")).to_have_count(0)
    await looked_at(ops)
    await ops.get_by_role("button", name="代为取消").click()
    dialog = ops.get_by_role("dialog")
    await dialog.get_by_text("其他").click()
    await dialog.get_by_label("原因").fill("窗口停电")
    await looked_at(ops)
    await ops.keyboard.press("Enter")
    await expect(ops.locator("td.dropped")).to_contain_text("窗口停电")
    await visitor.reload()
    await expect(visitor.get_by_role("heading", name="已由大厅取消")).to_be_visible()
    await expect(visitor.get_by_text("原因：窗口停电")).to_be_visible()
    await looked_at(visitor)
    for page in (ops, visitor):
        await page.context.close()
    greeter = {"Cookie": hall.cookie("greeter")}
    lines = hall.ask("GET", f"/api/halls/{HALL_ID}/bookings?day={other['day']}", **greeter).json
    line = next(x for x in lines["lines"] if x["may_drop"] and x["slot_at"] == other["slot_at"])
    path = f"/api/halls/{HALL_ID}/bookings/{line['booking_id']}"
    drop = {"id": "drop", "command": {"type": "drop_booking", "reason": "x"}}
    assert [hall.ask("POST", path, drop, **greeter).status for _ in range(2)] == [200, 200]
    problem(hall.ask("POST", path, drop | {"id": "again"}, **greeter), 409, "booking_cancelled")
    drop["command"] = {"type": "drop_booking", "reason": "y"}
    problem(hall.ask("POST", path, drop, **greeter), 422, "id_in_use")
    auditor = {"Cookie": hall.cookie("auditor")}
    audit = f"/api/halls/{HALL_ID}/audit?who=greeter&kind=booking&result=done"
    verbs = [one["verb"] for one in hall.ask("GET", audit, **auditor).json["records"]]
    assert verbs.count("booking.drop") == 3  # also the repeat, which changed nothing


def entry_of(hall: Hall, token: str, **headers: str) -> Reply:
    return hall.ask("GET", f"/api/bookings/{token}/calendar.ics?language=en", **headers)


def test_entry_leads_to_its_booking_and_is_replaced_by_that_of_the_change__AP1(hall: Hall) -> None:
    service_id = hall.ask("GET", FREE).json["services"][0]["service_id"]
    free = hall.ask("GET", f"{FREE}/{service_id}").json["days"]
    first, other = (slot["slot_at"] for day in free for slot in day["slots"][:2] if day is free[0])

    held = order(
        hall,
        f"/api/halls/{HALL_ID}/bookings",
        "ics-hold",
        type="hold_place",
        service_id=service_id,
        slot_at=first,
    )
    token = held["token"]
    assert entry_of(hall, token).json["code"] == "not_booked"
    order(hall, f"/api/bookings/{token}", "ics-book", type="confirm_booking", card="DEMO0005")
    told = lines_of(entry_of(hall, token, Host="elsewhere.example").body)
    page = f"{hall.url}/en/booking/{token}"
    assert f"URL:{page}" in told
    assert f"UID:{held['code']}@{HALL_ID}.yizhan" in told
    assert "SEQUENCE:0" in told
    assert b"book-" in hall.ask("GET", page.removeprefix(hall.url)).body  # the script of the page
    order(hall, f"/api/bookings/{token}", "ics-change", type="change_booking", slot_at=other)
    changed = lines_of(entry_of(hall, token).body)
    assert f"UID:{held['code']}@{HALL_ID}.yizhan" in changed
    assert "SEQUENCE:1" in changed
    order(hall, f"/api/bookings/{token}", "ics-cancel", type="cancel_booking")
    reply = entry_of(hall, token)
    assert (reply.status, reply.json["code"]) == (409, "not_booked")
