"""The demo's hall with something of each kind in it, and beside it a second one, `east`."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from backend.core.bookings import BlockAppeal, Booking, BookingState
from backend.core.grants import Grant
from backend.core.ids import CommandId, HallId, Origin, QueueId, ServiceId
from backend.core.plan import Plan
from backend.core.stamp import Role
from backend.demo.cases import AUTHOR, BEGINNING
from backend.demo.catalogue import demo_catalogue, demo_departments
from backend.demo.hall import demo_plan
from backend.store.appeals import Appeals
from backend.store.bookings import Bookings
from backend.store.catalogue import Catalogues, Entered
from backend.store.database import Database
from backend.store.staff import Staff, member_of
from tests.hall import Hall, running_hall, until
from tests.office.desk import ACCEPT, ALL_HR_04, ROOT, done, open_case
from tests.office.test_consultations import ask, work
from tests.office.test_consultations import found as consultation
from tests.office.test_followups import DEVICE, found, visit
from tests.web.test_starting import run

EAST = HallId("east")
STAFF = {
    "e-clerk": Grant(role=Role.CLERK, hall_id=EAST, department_id="HR"),
    "e-manager": Grant(role=Role.DEPARTMENT_MANAGER, hall_id=EAST, department_id="HR"),
    "e-chief": Grant(role=Role.SUPERVISOR, hall_id=EAST),
    "e-admin": Grant(role=Role.ADMINISTRATOR, hall_id=EAST),
    "e-greeter": Grant(role=Role.GREETER, hall_id=EAST),
    "e-statistics": Grant(role=Role.STATISTICS_VIEWER, hall_id=EAST),
    "e-auditor": Grant(role=Role.AUDITOR, hall_id=EAST),
    "e-gone": Grant(role=Role.CLERK, hall_id=EAST),
    "m-auditor": Grant(role=Role.AUDITOR, hall_id="main"),
    "chief-of-all": Grant(role=Role.SUPERVISOR),
}
READY_S = 20.0
QUESTION = "where is the office of the first hall"
EAST_KEY = "the-key-of-the-device-of-the-second-hall-1"
SCOPE = ["kiosk:K1", "printer:P1", "voice:Z1", "board:Z1", "counter_screen:W02", "pad:W02"]
BOOKED = {
    "booking_id": "booking-of-main",
    "booking_code": "MAIN22222",
    "booking_token": "token-of-a-booking-of-main",
    "appeal_id": "appeal-of-main",
}
PLANNED = {
    "zone_id": "Z4",
    "queue_id": "R",
    "counter_id": "W31",
    "kiosk_id": "K4",
    "printer_id": "P4",
    "planned_id": "CC-01",
    **{f"{family}_topic": f"{family}:W31" for family in ("counter", "counter_screen", "pad")},
    **{f"{family}_topic": f"{family}:Z4" for family in ("board", "voice")},
    "kiosk_topic": "kiosk:K4",
    "printer_topic": "printer:P4",
}
"""What the plan of the first hall has, and that of the second has not."""


@dataclass
class Halls:
    """Both halls, who works in them, and what there is in `main`."""

    hall: Hall
    things: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def who(self, username: str) -> dict[str, str]:
        """The headers that show who it is, `east-1` the device of the second hall; nobody: none."""
        if not username:
            return {}
        if username == "east-1":
            return {"Authorization": f"Bearer {EAST_KEY}"}
        if username not in self.cookies:
            self.cookies[username] = self.hall.cookie(username)
        return {"Cookie": self.cookies[username]}


@pytest.fixture(scope="package")
def halls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Halls]:
    with running_hall() as hall:
        plan = tmp_path_factory.mktemp("plan") / "east.json"
        plan.write_bytes(msgspec.json.encode(_smaller(demo_plan())))
        code, words = run(hall, "create-hall", str(plan), "--reason", "second")
        assert code == 0, words
        asyncio.run(_settle(hall.given("DATABASE_URL")))
        hall.stop()
        hall.start()
        until(lambda: hall.answers(f"/api/halls/{EAST}/topics/queues"), READY_S)
        both = Halls(hall=hall)
        both.things = _things(both, plan) | _of_the_day(both) | _of_visitors(both)
        _open(both)
        yield both


def _smaller(plan: Plan) -> Plan:
    """The plan of the second hall: it has no zone Z4, and nothing of it."""
    queues = tuple(queue for queue in plan.queues if queue.zone_id != "Z4")
    kept = {queue.queue_id for queue in queues}
    return replace(
        plan,
        hall_id=EAST,
        zones=tuple(zone for zone in plan.zones if zone.zone_id != "Z4"),
        queues=queues,
        services=tuple(service for service in plan.services if service.queue_id in kept),
        counters=tuple(counter for counter in plan.counters if counter.zone_id != "Z4"),
        kiosks=tuple(kiosk for kiosk in plan.kiosks if kiosk.zone_id != "Z4"),
    )


def _open(both: Halls) -> None:
    """The second hall at work: a day, a clerk at W02, a device."""
    hall = both.hall
    for who, command in (
        ("e-chief", {"type": "open_day"}),
        ("e-clerk", {"type": "open_counter", "counter_id": "W02"}),
    ):
        order = {"type": "do", "id": f"east-{command['type']}", "command": command}
        path = f"/api/halls/{EAST}/commands"
        reply = hall.ask("POST", path, order, **both.who(who))
        assert reply.status == 200 or reply.json["code"] == "day_already_open", reply.body
    key = {"Authorization": f"Bearer {EAST_KEY}"}
    code = hall.ask("POST", "/api/enrolments", {"wants": []}, **key).json["code"]
    device = {"code": code, "device_id": "east-1", "scope": SCOPE}
    path = f"/api/halls/{EAST}/devices"
    assert hall.ask("POST", path, device, **both.who("e-chief")).status == 201


async def _settle(url: str) -> None:
    """People, departments and services of the second hall."""
    database = Database(url)
    try:
        staff, catalogues = Staff(database), Catalogues(database)
        for username, grant in STAFF.items():
            member = member_of(username, (grant,), name_zh=username, name_en=username)
            assert await staff.add(member, "demo")
        for place, department in enumerate(demo_departments()):
            entry = Entered(valid_from=BEGINNING, place=place, author=AUTHOR)
            await catalogues.put_department(EAST, department, entry)
        for place, guide in enumerate(demo_catalogue().guides):
            if guide.service_id not in {"UG-01", "CC-01"}:  # which the first hall alone has
                entry = Entered(valid_from=BEGINNING, place=place, author=AUTHOR)
                await catalogues.put_service(EAST, guide, entry)
        await _book(database)
    finally:
        await database.close()


async def _book(database: Database) -> None:
    """A booking of the first hall, and an appeal."""
    at = datetime(2027, 1, 4, 1, tzinfo=UTC)
    booking = Booking(
        hall_id=HallId("main"),
        booking_id=BOOKED["booking_id"],
        revision=0,
        queue_id=QueueId("R"),
        service_id=ServiceId("CC-01"),
        day=at.date(),
        slot_at=at,
        state=BookingState.BOOKED,
        code=BOOKED["booking_code"],
        token=BOOKED["booking_token"],
        changed_at=at,
        held_until=at,
        person_hash="somebody",
        origin=Origin.STUDENT,
    )
    async with Bookings(database).hold_slots(booking.hall_id, booking.queue_id, [at]) as tx:
        await tx.put(CommandId("book-of-main"), "mark", booking)
    await Appeals(database).put(
        BlockAppeal(
            hall_id=HallId("main"),
            appeal_id=BOOKED["appeal_id"],
            person_hash="somebody",
            words="I was ill.",
            asked_at=at,
            again_on=at.date(),
            missed=(at,),
        )
    )


def _things(both: Halls, plan: Path) -> dict[str, str]:
    """One of each kind, in the first hall; nothing of the kind has its id in the second."""
    hall, clerk, chief = both.hall, both.who("w02"), both.who("supervisor")
    rated, rated_token = visit(hall, "bad", 1, "PO-01", "W01")
    follow_up = found(hall, chief, rated)
    assert follow_up is not None
    take = {"type": "take_ticket", "queue_id": "B", "channel": "anonymous"}
    ticket = hall.do("waiting", take, **DEVICE).json["result"]
    case = done(hall, clerk, open_case("HR-04"), ALL_HR_04, ACCEPT)
    own = done(hall, both.who("w30"), open_case("LI-01"))
    note = {"name": "x", "reference": "archive 7", "material_id": "m1"}
    path = f"{ROOT}/{case['case_id']}/references"
    file: Any = hall.ask("POST", path, note, **clerk).json
    day = follow_up["follow_up"]["rating"]["day"]
    leave = {"type": "grant_leave", "staff_id": "w02", "first": day, "last": day, "reason": "x"}
    order = {"type": "do", "id": "leave-of-w02", "command": leave}
    assert hall.ask("POST", "/api/halls/main/roster", order, **chief).status == 200
    begin = {"type": "begin_draft", "service_id": "UG-01"}
    message = {"type": "do", "id": "draft-of-ug", "command": begin}
    draft: Any = hall.ask("POST", "/api/halls/main/drafts", message, **chief).json
    code, words = run(hall, "put-plan", str(_second(plan)), "--reason", "again")
    assert code == 0, words
    sessions: Any = hall.ask("GET", "/api/account/sessions", **clerk).json
    return {
        "case_id": case["case_id"],
        "library_case_id": own["case_id"],
        "number": case["number"],
        "file_id": file["file_id"],
        "ticket_id": ticket["ticket_id"],
        "ticket_token": ticket["token"],
        "topic": f"ticket:{ticket['token']}",
        "rated_ticket_id": rated,
        "rated_token": rated_token,
        "day": day,
        "leave_id": order["id"],
        "draft_id": draft["draft_id"],
        "version": "2",
        "service_id": "UG-01",
        "device_id": "demo",
        "username": "w02",
        "session_id": sessions[0]["id"],
    }


def _of_the_day(both: Halls) -> dict[str, str]:
    """What came about in the day of the first hall."""
    hall, clerk, chief = both.hall, both.who("w31"), both.who("supervisor")
    take = {"type": "take_ticket", "queue_id": "R", "channel": "anonymous", "kiosk_id": "K4"}
    booked = {
        **{"type": "add_appointment", "appointment_id": "appointment-of-main"},
        **{"code": "MAIN33333", "queue_id": "B", "slot_at": datetime.now(UTC).isoformat()},
    }
    fails = {"type": "report_printer", "printer_id": "P4", "agent_id": "a", "state": "paper_out"}
    for who, command in (
        (DEVICE, take | {"print": True}),
        (clerk, {"type": "open_counter", "counter_id": "W31"}),
        (clerk, {"type": "call_next", "counter_id": "W31"}),
        (chief, {"type": "post_notice", "notice_id": "notice-of-main", "zh": "x", "en": "x"}),
        (chief, booked),
        (DEVICE, fails),
    ):
        reply = hall.do(f"main-{command['type']}", command, **who)
        assert reply.status == 200, (command, reply.body)

    def show(topic: str, who: dict[str, str]) -> Any:
        return hall.ask("GET", f"/api/halls/main/topics/{topic}", **who).json["view"]

    until(lambda: bool(show("alerts", chief)["standing"]), READY_S)
    return PLANNED | {
        "call_id": show("voice:Z4", DEVICE)["calls"][0]["call_id"],
        "job_id": show("printer:P4", DEVICE)["jobs"][0]["job_id"],
        "alert_id": show("alerts", chief)["standing"][0]["alert_id"],
        "notice_id": "notice-of-main",
        "written_id": _written(both),
        "appointment_id": "appointment-of-main",
        "appointment_code": "MAIN33333",
        "clerk_id": "w31",
    }


def _written(both: Halls) -> str:
    """The id of a notice that is written in the first hall, and shown nowhere yet."""
    content = {"title": {"zh": "x", "en": "x"}, "text": {"zh": "", "en": ""}}
    command = {"type": "save_draft", "content": content}
    order = {"id": "written-in-main", "notice_id": None, "after": 0, "command": command}
    path, chief = "/api/halls/main/notices", both.who("supervisor")
    notice: Any = both.hall.ask("POST", path, order, **chief).json
    return str(notice["notice_id"])


def _of_visitors(both: Halls) -> dict[str, str]:
    """What visitors of the first hall booked and asked."""
    hall, clerk = both.hall, both.who("w02")
    asked = ask(hall, QUESTION, service_id="HR-01", is_public=True).json
    own_id = consultation(hall, clerk, QUESTION)["consultation_id"]
    assert work(hall, clerk, own_id, "answer", text="x").status == 200
    assert work(hall, clerk, own_id, "publish", asked=QUESTION, answer="x").status == 200
    return BOOKED | {
        "consultation_id": own_id,
        "consultation_token": asked["token"],
        "consultation_topic": asked["topic"],
    }


def _second(plan: Path) -> Path:
    """A second version of the first hall's plan."""
    path = plan.with_name("main.json")
    path.write_bytes(msgspec.json.encode(demo_plan()))
    return path
