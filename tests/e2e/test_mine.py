"""A visitor's own: found by number and card, joined by signing in at the campus, told by mail."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from backend.demo.roster import load_roster
from backend.store.database import Database
from tests.e2e.test_accessible import looked_at
from tests.hall import Hall, running_hall, until
from tests.office.desk import ACCEPT, ALL_HR_04, GRANT, START, cmd, done, headers, open_case
from tests.office.test_visits import COUNTER, DEVICE, act, act_queue
from tests.support.campus import CLIENT_ID, PASSWORD, Campus, campus_on, signed_in
from tests.support.mailbox import Mailbox, mailbox_on
from tests.web.test_problems import problem

PHONE = ViewportSize(width=390, height=844)
CARD, OTHER_CARD = "DEMO0001", "DEMO0002"  # the campus says that the first is the stranger's
SENT_S = 20.0


@dataclass(frozen=True, kw_only=True)
class Place:
    """A hall whose visitors sign in at a campus and are told by mail."""

    hall: Hall
    campus: Campus
    mailbox: Mailbox
    case: dict[str, Any]
    """Of the person whose card is CARD."""

    def visitor(self, username: str) -> httpx.Client:
        """A browser in which somebody signed in as a visitor."""
        browser = httpx.Client(timeout=30)
        begin = browser.get(
            f"{self.hall.url}/api/sso/begin", params={"visitor": "true", "next": "/me"}
        )
        back = signed_in(browser, begin, username, self.hall.url)
        answer = browser.get(back.url.join(back.headers["location"]))
        assert answer.headers["location"] == "/me"
        return browser

    def get(self, browser: httpx.Client, path: str) -> Any:
        answer = browser.get(f"{self.hall.url}{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def step(self, *commands: dict[str, Any]) -> None:
        """Go on with the case."""
        done(self.hall, headers(self.hall, "w02"), *commands, case_id=self.case["case_id"])


def accepted(hall: Hall, card: str) -> dict[str, Any]:
    """The case of somebody who took a ticket with this card."""
    clerk = headers(hall, "w30")
    day = hall.ask("GET", "/api/halls/main/topics/queues").json["view"]["day"]
    act(hall, clerk, "open_counter", **COUNTER)
    queue_id = act_queue(hall, clerk)
    act(hall, DEVICE, "take_ticket", channel="card", card=card, queue_id=queue_id)
    called = act(hall, clerk, "call_next", **COUNTER)
    act(hall, clerk, "start_serving", **COUNTER)
    ticket = {"day": day, "ticket_id": called["ticket_id"]}
    case: dict[str, Any] = done(hall, clerk, open_case("HR-04", ticket=ticket), ALL_HR_04, ACCEPT)
    act(hall, clerk, "finish_serving", **COUNTER)
    return case


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("mine")
    with campus_on(home / "campus") as campus, mailbox_on() as mailbox:
        (home / "notify.toml").write_text(
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
        settings: dict[str, Any] = {
            "SSO": "oidc",
            "OIDC_ISSUER": campus.issuer,
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_CLIENT_SECRET_FILE": str(campus.home / "secret"),
            "SSO_CARD_CLAIM": "card",
            "NOTIFY": str(home / "notify.toml"),
        }
        with running_hall(**settings) as hall:
            campus.start(hall.url)
            yield Place(hall=hall, campus=campus, mailbox=mailbox, case=accepted(hall, CARD))


@pytest.fixture(scope="module")
def rostered(place: Place) -> Place:
    """With somebody at every window: only then there is anything to book."""

    async def load() -> None:
        database = Database(place.hall.given("DATABASE_URL"))
        await load_roster(database)
        await database.close()

    asyncio.run(load())
    return place


@pytest.fixture
async def page(browser: Browser, place: Place) -> AsyncIterator[Page]:
    context = await browser.new_context(
        base_url=place.hall.url, viewport=PHONE, locale="zh-CN", timezone_id="America/New_York"
    )
    yield await context.new_page()
    await context.close()


async def at_the_campus(page: Page, username: str) -> None:
    await page.locator("[name=username]").fill(username)
    await page.locator("[name=password]").fill(PASSWORD)
    await page.locator("[type=submit]").click()


async def look_for(page: Page, number: str, card: str) -> None:
    await page.get_by_label("办件号").fill(number)
    await page.get_by_label("校园卡号").fill(card)
    await page.get_by_role("button", name="查询").click()


async def test_case_is_found_by_its_number_and_its_owners_card_alone__VA3(
    place: Place, page: Page
) -> None:
    await page.goto("/track")
    await expect(page.get_by_role("heading", name="查办件进度")).to_be_visible()
    await looked_at(page)
    fault = page.get_by_role("alert")
    for number, card in ((place.case["number"], OTHER_CARD), ("2026-999999", CARD)):
        await look_for(page, number, card)
        await expect(fault).to_contain_text("没有查到。请核对办件号和卡号")
    await page.reload()
    await expect(page.get_by_label("办件号")).to_have_value("2026-999999")  # what was typed stays
    await look_for(page, place.case["number"], CARD)
    await expect(page.get_by_role("heading", level=1)).to_have_text("已受理")
    assert page.url.endswith(place.case["track_path"])
    await expect(page.locator("dl")).to_contain_text(place.case["number"])
    await looked_at(page)
    await page.get_by_role("link", name="EN · Read this page in English").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Accepted")


async def test_visitor_who_signs_in_at_the_campus_sees_what_is_theirs_alone__VA1(
    place: Place, page: Page
) -> None:
    await page.goto("/me")
    await expect(page.get_by_role("link", name="凭办件号和校园卡查进度")).to_be_visible()
    await looked_at(page)
    await page.get_by_role("link", name="校园账号登录").click()
    await at_the_campus(page, "stranger")
    await expect(page.get_by_text("stranger 已登录")).to_be_visible()
    assert page.url == f"{place.hall.url}/me"
    await expect(page.get_by_role("link", name=place.case["number"])).to_be_visible()
    await expect(page.get_by_text("已受理：").first).to_be_visible()
    await looked_at(page)
    await page.get_by_role("link", name=place.case["number"]).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("已受理")
    await page.goto("/me")
    await page.get_by_role("button", name="退出").click()
    await expect(page.get_by_role("link", name="校园账号登录")).to_be_visible()


async def test_visitor_is_told_of_the_next_step_by_mail_until_they_stop_it__NO2(
    place: Place, page: Page
) -> None:
    box = place.mailbox
    await page.goto(place.case["track_path"])
    await page.get_by_label("邮箱地址").fill("ning@mail.example.edu")
    await page.get_by_role("button", name="发送验证码").click()
    until(lambda: len(box.mails) == 1, SENT_S)
    await page.get_by_label("六位验证码").fill("000000" if box.code() != "000000" else "111111")
    await page.get_by_role("button", name="确认").click()
    await expect(page.get_by_role("alert")).to_contain_text("验证码不对")
    await page.get_by_label("六位验证码").fill(box.code())
    await page.get_by_role("button", name="确认").click()
    await expect(page.get_by_text("已验证")).to_be_visible()
    await expect(page.get_by_text("n•••@mail.example.edu")).to_be_visible()
    place.step(START, GRANT)
    until(lambda: len(box.mails) == 2, SENT_S)
    mail = box.mails[1]
    assert mail["Subject"].startswith("已作出决定")
    assert box.recipients == ["ning@mail.example.edu"] * 2
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert f"{place.hall.url}{place.case['track_path']}" in plain.get_content()
    stop = next(
        word for word in plain.get_content().split() if word.startswith(f"{place.hall.url}/me#")
    )
    await page.goto(stop)
    await page.get_by_role("button", name="停止并删除").click()
    await expect(page.get_by_text("已停止，地址已删除。")).to_be_visible()
    place.step(cmd("notify_visitor", way="phone"))
    told = place.hall.ask("GET", f"/api{place.case['track_path']}/messages").json["messages"]
    assert told[0]["title"]["en"].startswith("Ready")  # the page still says so
    contacts = place.hall.ask("GET", f"/api{place.case['track_path']}/contacts").json
    assert contacts["contacts"] == []


def test_each_visitor_has_their_own_and_joins_what_they_began__VA2(place: Place) -> None:
    mine, other = place.visitor("stranger"), place.visitor("w01")
    assert [c["number"] for c in place.get(mine, "/api/me/things")["cases"]] == [
        place.case["number"]
    ]
    (ticket,) = place.get(mine, "/api/me/things")["tickets"]
    assert (ticket["is_live"], ticket["outcome"]) == (True, "done")
    assert place.get(other, "/api/me/things") == {
        "time_zone": "Asia/Shanghai",
        "bookings": [],
        "cases": [],
        "tickets": [],
        "questions": [],
    }
    assert place.get(other, "/api/me/messages")["messages"] == []
    token = place.case["track_path"].rpartition("/")[2]
    links = {"cases": [token, "A" * 24], "tickets": ["B" * 24]}
    assert other.post(f"{place.hall.url}/api/me/links", json=links).status_code == 204
    (joined,) = place.get(other, "/api/me/things")["cases"]
    assert joined["number"] == place.case["number"]


def test_booking_is_with_whoever_holds_its_card__VA2(rostered: Place) -> None:
    place, hall, root = rostered, rostered.hall, "/api/halls/main"
    offers = hall.ask("GET", f"{root}/bookable").json["services"]
    slots = [
        (offer["service_id"], slot["slot_at"])
        for offer in offers[:3]
        for day in hall.ask("GET", f"{root}/bookable/{offer['service_id']}").json["days"]
        for slot in day["slots"]
    ]
    service_id, slot_at = slots[0]
    hold = {"type": "hold_place", "service_id": service_id, "slot_at": slot_at}
    held = hall.ask("POST", f"{root}/bookings", {"id": "mine-hold", "command": hold})
    assert held.status == 200, held.body
    token = held.json["token"]
    confirm = {"id": "mine-book", "command": {"type": "confirm_booking", "card": CARD}}
    assert hall.ask("POST", f"/api/bookings/{token}", confirm).status == 200
    (mine,) = place.get(place.visitor("stranger"), "/api/me/things")["bookings"]
    assert (mine["is_to_come"], mine["path"]) == (True, f"/booking/{token}")
    assert place.get(place.visitor("w01"), "/api/me/things")["bookings"] == []


def asked(place: Place, words: str, browser: httpx.Client | None = None) -> Any:
    """A question of whoever is signed in in the browser, else of nobody known."""
    body = {
        "type": "do",
        "id": f"mine-{words}",
        "command": {"type": "ask", "text": words, "service_id": "HR-01"},
    }
    answer = (browser or httpx.Client()).post(
        f"{place.hall.url}/api/halls/main/questions", json=body
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def answer(place: Place, words: str) -> None:
    """Have a clerk answer the question."""
    hall, clerk, root = place.hall, headers(place.hall, "w02"), "/api/halls/main/consultations"
    found = hall.ask("GET", root, **clerk).json["found"]
    own = next(one["consultation_id"] for one in found if one["words"] == words)
    command = {"type": "answer", "text": "带身份证来。"}
    body = {"type": "do", "id": f"answer-{own}", "command": command}
    assert hall.ask("POST", f"{root}/{own}", body, **clerk).status == 200


def test_answer_is_told_to_who_asked_signed_in_and_to_who_left_a_contact__NO2(
    place: Place,
) -> None:
    box, mine, other = place.mailbox, place.visitor("stranger"), place.visitor("w01")
    known = asked(place, "signed-in", mine)
    unknown = asked(place, "unknown-asker")
    assert [q["words"] for q in place.get(mine, "/api/me/things")["questions"]] == ["signed-in"]
    assert place.get(other, "/api/me/things")["questions"] == []
    new = {"kind": "email", "language": "en", "reach": "asker@mail.example.edu"}
    path = f"/api/consultations/{unknown['token']}/contacts"
    (contact,) = place.hall.ask("POST", path, new).json["contacts"]
    until(lambda: "asker@mail.example.edu" in box.recipients, SENT_S)
    code = {"code": box.code()}
    proven = place.hall.ask("POST", f"{path}/{contact['contact_id']}/code", code)
    assert proven.json["contacts"][0]["is_proven"]
    sent = len(box.mails)
    answer(place, "signed-in")
    answer(place, "unknown-asker")
    until(lambda: len(box.mails) > sent, SENT_S)
    assert box.recipients[sent:] == ["asker@mail.example.edu"]
    plain = box.mails[-1].get_body(("plain",))
    assert plain is not None
    assert f"{place.hall.url}/ask/{unknown['token']}" in plain.get_content()
    assert "unknown-asker" not in plain.get_content()
    told = place.get(mine, "/api/me/messages")["messages"][0]
    assert (told["kind"], told["path"]) == ("question", f"/ask/{known['token']}")
    (question,) = place.get(mine, "/api/me/things")["questions"]
    assert (question["state"], question["due_at"]) == ("answered", None)
    # Whoever began one here and signs in afterwards has it, too.
    links = {"questions": [unknown["token"], "C" * 32]}
    assert other.post(f"{place.hall.url}/api/me/links", json=links).status_code == 204
    assert [q["words"] for q in place.get(other, "/api/me/things")["questions"]] == [
        "unknown-asker"
    ]


def test_visitor_who_asks_too_much_is_held_back_and_nobody_else_at_that_address__CN1(
    place: Place,
) -> None:
    mine, root = place.visitor("supervisor"), f"{place.hall.url}/api/halls/main/questions"
    statuses = []
    for n in range(12):
        command = {"type": "ask", "text": f"burst {n}"}
        body = {"type": "do", "id": f"burst-{n}", "command": command}
        statuses.append(mine.post(root, json=body).status_code)
    assert statuses[:10] == [200] * 10
    assert statuses[-1] == 429
    asked(place, "same-address")


def test_visitor_who_signed_in_books_without_a_card__AP1(rostered: Place) -> None:
    place, hall, root = rostered, rostered.hall, "/api/halls/main"
    offer = hall.ask("GET", f"{root}/bookable").json["services"][0]["service_id"]
    days = hall.ask("GET", f"{root}/bookable/{offer}").json["days"]
    day = [one for one in days if one["slots"]][-1]
    held = []
    for n, slot in enumerate((day["slots"][0], day["slots"][-1], day["slots"][-1])):
        hold = {"type": "hold_place", "service_id": offer, "slot_at": slot["slot_at"]}
        reply = hall.ask("POST", f"{root}/bookings", {"id": f"signed-{n}", "command": hold})
        held.append(reply.json["token"])
    confirm = {"id": "signed-book", "command": {"type": "confirm_booking"}}
    assert hall.ask("POST", f"/api/bookings/{held[0]}", confirm).status == 401
    mine, other = place.visitor("stranger"), place.visitor("w01")
    booked = mine.post(f"{hall.url}/api/bookings/{held[0]}", json=confirm)
    assert booked.json()["state"] == "booked"
    found = place.get(mine, "/api/me/things")["bookings"]
    assert f"/booking/{held[0]}" in [one["path"] for one in found]
    # The same person, whichever way they say who they are: one booking a day.
    by_card = {"id": "by-card", "command": {"type": "confirm_booking", "card": CARD}}
    refused = hall.ask("POST", f"/api/bookings/{held[1]}", by_card)
    assert (refused.status, refused.json["code"]) == (409, "person_booked")
    # Somebody whom the register does not know is whoever the campus says.
    confirm["id"] = "signed-other"
    assert other.post(f"{hall.url}/api/bookings/{held[1]}", json=confirm).status_code == 200
    (theirs,) = place.get(other, "/api/me/things")["bookings"]
    assert theirs["path"] == f"/booking/{held[1]}"
    confirm["id"] = "signed-again"
    again = other.post(f"{hall.url}/api/bookings/{held[2]}", json=confirm)
    assert (again.status_code, again.json()["code"]) == (409, "person_booked")
    cancel = {"id": "signed-cancel", "command": {"type": "cancel_booking"}}
    assert other.post(f"{hall.url}/api/bookings/{held[1]}", json=cancel).status_code == 200


async def test_who_booked_without_signing_in_leaves_an_address_for_that_booking__NO2(
    rostered: Place, page: Page
) -> None:
    hall, box = rostered.hall, rostered.mailbox
    offer = hall.ask("GET", "/api/halls/main/bookable").json["services"][0]["service_id"]
    await page.goto(f"/book/{offer}")
    await page.locator(".slot:enabled").first.click()
    await page.locator("#card").fill("DEMO0004")
    held = page.url.rpartition("/")[2]
    path, new = f"/api/bookings/{held}/contacts", {"kind": "email", "language": "zh"}
    new["reach"] = "reminded@mail.example.edu"
    problem(hall.ask("POST", path, new), 409, "not_booked")  # a hold is anybody's
    await page.get_by_role("button", name="确认预约").click()
    panel = page.get_by_role("region", name="要提醒吗")
    await panel.get_by_label("邮箱地址").fill(new["reach"])
    await panel.get_by_role("button", name="发送验证码").click()
    await expect(panel.get_by_text("验证码已发出")).to_be_visible()
    await looked_at(page)
    await asyncio.to_thread(until, lambda: new["reach"] in box.recipients, SENT_S)
    await panel.get_by_label("六位验证码").fill(box.code())
    await panel.get_by_role("button", name="确认").click()
    await expect(panel.get_by_text("已验证")).to_be_visible()
    sent = len(box.mails)
    await page.get_by_role("button", name="取消预约").click()
    await page.get_by_role("alertdialog").get_by_role("button", name="取消预约").click()
    await expect(page.get_by_role("heading", name="已取消")).to_be_visible()
    await asyncio.to_thread(until, lambda: len(box.mails) > sent, SENT_S)
    assert box.recipients[sent:] == [new["reach"]]
    assert str(box.mails[-1]["Subject"]).startswith("预约已取消")
    problem(hall.ask("GET", path), 409, "not_booked")
    problem(
        hall.ask("GET", "/api/bookings/nobody-has-this-secret/contacts"), 404, "unknown_booking"
    )


async def test_form_asks_no_card_of_who_signed_in__AP1(rostered: Place, page: Page) -> None:
    offer = rostered.hall.ask("GET", "/api/halls/main/bookable").json["services"][0]["service_id"]
    await page.goto(f"/book/{offer}")
    await page.locator(".day:not(.none)").nth(1).click()
    await page.locator(".slot:enabled").first.click()
    await page.locator("#card").fill("typed before")
    await page.get_by_role("link", name="校园登录，不用填卡号").click()
    await at_the_campus(page, "stranger")
    await expect(page.get_by_text("不用填卡号")).to_be_visible()
    await looked_at(page)
    await page.get_by_role("button", name="改用校园卡号").click()
    await expect(page.locator("#card")).to_have_value("typed before")
    await page.reload()
    await page.get_by_role("button", name="确认预约").click()
    await expect(page.get_by_role("heading", name="预约成功")).to_be_visible()
    await page.goto("/me")
    await expect(page.locator('a[href^="/booking/"]').first).to_be_visible()


def test_contact_of_somebody_else_is_as_if_it_were_not_there__NO6(place: Place) -> None:
    mine, other = place.visitor("stranger"), place.visitor("w01")
    path = f"{place.hall.url}/api/me/contacts"
    new = {"kind": "email", "language": "en", "reach": "stranger@mail.example.edu"}
    added = mine.post(path, json=new)
    assert added.status_code == 201, added.text
    (contact,) = added.json()["contacts"]
    address = f"{path}/{contact['contact_id']}"
    until(lambda: "stranger@mail.example.edu" in place.mailbox.recipients, SENT_S)
    code = {"code": place.mailbox.code()}
    assert other.post(f"{address}/code", json=code).status_code == 409
    assert other.delete(address).json()["contacts"] == []
    proven = mine.post(f"{address}/code", json=code)
    assert proven.json()["contacts"][0]["is_proven"]
    assert mine.delete(address).json()["contacts"] == []


def test_mailbox_of_somebody_else_is_not_filled_with_codes__NO2(place: Place) -> None:
    path = f"/api{place.case['track_path']}/contacts"
    new = {"kind": "email", "language": "zh", "reach": "flooded@mail.example.edu"}
    statuses = [place.hall.ask("POST", path, new).status for _ in range(4)]
    assert statuses == [201, 201, 201, 429]
    problem(place.hall.ask("POST", path, new | {"kind": "wecom"}), 422, "bad_contact")


def test_session_of_a_visitor_is_none_of_staff_and_ends_with_the_campus__VA1(
    place: Place,
) -> None:
    browser = place.visitor("w01")  # a clerk's name: a visitor all the same
    assert place.get(browser, "/api/me")["username"] == "w01"
    assert browser.get(f"{place.hall.url}/api/session").status_code == 401
    assert browser.get(f"{place.hall.url}/api/halls/main/cases").status_code == 401
    staff = {"Cookie": place.hall.cookie("w01")}
    problem(place.hall.ask("GET", "/api/me", **staff), 401, "unauthenticated")
    foreign = browser.delete(
        f"{place.hall.url}/api/me/session", headers={"Origin": "https://evil.example"}
    )
    assert foreign.status_code == 403
    assert browser.delete(f"{place.hall.url}/api/me/session").status_code == 204
    assert browser.get(f"{place.hall.url}/api/me").status_code == 401


def test_cards_are_not_tried_out_at_a_number__VA3(place: Place) -> None:
    path = "/api/halls/main/track"
    asked = [{"number": "2026-000777", "card": f"CARD{n:04d}"} for n in range(14)]
    replies = [place.hall.ask("POST", path, body) for body in asked]
    assert [reply.status for reply in replies][:8] == [404] * 8
    problem(replies[-1], 429, "too_many_requests")
    bodies = {reply.body for reply in replies if reply.status == 404}
    assert len(bodies) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"number": "2026-1", "card": "x" * 65},
        {"number": "2026-1", "card": "\u202eDEMO0001"},
        {"number": "1' OR 1=1", "card": CARD},
        {"number": "2026-12345678", "card": CARD},
        {"number": "2026-1"},
        {"number": "2026-1", "card": CARD, "more": 1},
    ],
)
def test_what_can_be_no_number_or_card_is_refused__VA3(place: Place, body: object) -> None:
    problem(place.hall.ask("POST", "/api/halls/main/track", body), 422, "malformed")
