"""What visitors type outlives an error, a reload and a lost connection, and is sent once."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, Page, expect

from backend.core.commands import CallNext, FinishServing, OpenCounter, StartServing
from tests.hall import HALL_ID, Hall, running_hall
from tests.office.desk import ACCEPT, ALL_HR_04, headers, open_case
from tests.office.desk import done as done_case
from tests.processes.load import Load

ROOT, COUNTER = f"/api/halls/{HALL_ID}", "W16"
ABROAD = "America/New_York"
AWAY_MS = 20_000


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """One that could send mail, though nobody takes it."""
    settings = tmp_path_factory.mktemp("forms") / "notify.toml"
    mail = 'host = "127.0.0.1"\nport = 9\ntls = "none"\nsender = "hall@example.edu"\n'
    settings.write_text(f"[mail]\n{mail}")
    with running_hall(NOTIFY=str(settings)) as found:
        yield found


@pytest.fixture
async def phone(browser: Browser, hall: Hall) -> AsyncIterator[Page]:
    """A phone whose clock stands in another zone."""
    context = await browser.new_context(
        base_url=hall.url, viewport={"width": 390, "height": 844}, timezone_id=ABROAD
    )
    yield await context.new_page()
    await context.close()


async def test_question_is_kept_while_away_and_asked_once__CN1(hall: Hall, phone: Page) -> None:
    words = "学生证丢了，补办要几天？"
    await phone.goto("/ask?service=UG-02")
    await phone.get_by_role("button", name="不问小助手").click()
    await phone.get_by_label("要问的事").fill(words)
    await expect(phone.get_by_role("radio", name="刚才看的事项（编号 UG-02）")).to_be_checked()
    await phone.context.set_offline(True)
    await phone.get_by_role("button", name="提交").click()
    await expect(phone.get_by_role("alert")).to_be_visible(timeout=AWAY_MS)
    await phone.context.set_offline(False)
    await phone.reload()
    await phone.get_by_role("button", name="不问小助手").click()
    await expect(phone.get_by_label("要问的事")).to_have_value(words)
    await phone.get_by_role("button", name="提交").dblclick()
    await expect(phone.get_by_role("heading", name="已收到，等待受理")).to_be_visible()
    chief = headers(hall, "supervisor")
    lists = hall.ask("GET", f"{ROOT}/consultations?kind=open", **chief).json
    asked = [one for one in lists["found"] if one["words"].startswith(words)]
    assert len(asked) == 1
    await expect(phone.get_by_text("学生证补办")).to_be_visible()


async def test_address_for_messages_is_kept_while_away__NO2(hall: Hall, phone: Page) -> None:
    case = done_case(hall, headers(hall, "supervisor"), open_case("HR-04"), ALL_HR_04, ACCEPT)
    await phone.goto(case["track_path"])
    await phone.get_by_label("邮箱地址").fill("ning@mail.example.edu")
    await phone.context.set_offline(True)
    await phone.get_by_role("button", name="发送验证码").click()
    await expect(phone.get_by_role("alert")).to_be_visible(timeout=AWAY_MS)
    await phone.context.set_offline(False)
    await phone.reload()
    await expect(phone.get_by_label("邮箱地址")).to_have_value("ning@mail.example.edu")
    await phone.get_by_role("button", name="发送验证码").dblclick()
    await expect(phone.get_by_text("n•••@mail.example.edu")).to_be_visible()
    contacts = hall.ask("GET", f"/api{case['track_path']}/contacts").json["contacts"]
    assert len(contacts) == 1


async def test_rating_is_kept_while_away_and_given_once__EV2(hall: Hall, phone: Page) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    async with load.client("forms-kiosk", is_device=True) as kiosk:
        ticket = (await load.ticket(kiosk, "forms-taken")).result
    async with load.client("forms-desk", is_device=False) as desk:
        for step in (OpenCounter, CallNext, StartServing, FinishServing):
            await load.do(desk, "desk", f"forms-{step.__name__}", step(counter_id=COUNTER))
    await phone.goto(f"/t/{ticket.token}")
    await phone.get_by_role("radio", name="不满意", exact=True).check()
    comment = phone.get_by_role("textbox")
    await comment.fill("等了很久，也没有人告诉我要带什么。")
    await phone.reload()
    await expect(phone.get_by_role("radio", name="不满意", exact=True)).to_be_checked()
    await expect(comment).to_have_value("等了很久，也没有人告诉我要带什么。")
    await phone.context.set_offline(True)
    await phone.get_by_role("button", name="提交评价").dblclick()
    await phone.context.set_offline(False)
    await expect(phone.get_by_text("谢谢您的评价")).to_be_visible()
    assert await phone.evaluate("Object.keys(sessionStorage).filter((k) => /rating/.test(k))") == []
