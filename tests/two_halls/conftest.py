"""The demo's hall with something of each kind in it, and beside it a second one, `east`."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from backend.core.grants import Grant
from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.demo.cases import AUTHOR, BEGINNING
from backend.demo.catalogue import demo_catalogue, demo_departments
from backend.demo.hall import demo_plan
from backend.store.catalogue import Catalogues, Entered
from backend.store.database import Database
from backend.store.staff import Staff, member_of
from tests.hall import Hall, running_hall, until
from tests.office.desk import ACCEPT, ALL_HR_04, ROOT, done, open_case
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
}
READY_S = 20.0


@dataclass
class Halls:
    """Both halls, who works in them, and what there is in `main`."""

    hall: Hall
    things: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)

    def who(self, username: str) -> dict[str, str]:
        """The headers that show who it is; nobody: none."""
        if not username:
            return {}
        if username not in self.cookies:
            self.cookies[username] = self.hall.cookie(username)
        return {"Cookie": self.cookies[username]}


@pytest.fixture(scope="package")
def halls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Halls]:
    with running_hall() as hall:
        plan = tmp_path_factory.mktemp("plan") / "east.json"
        plan.write_bytes(msgspec.json.encode(replace(demo_plan(), hall_id=EAST)))
        code, words = run(hall, "create-hall", str(plan), "--reason", "second")
        assert code == 0, words
        asyncio.run(_settle(hall.given("DATABASE_URL")))
        hall.stop()
        hall.start()
        until(lambda: hall.answers(f"/api/halls/{EAST}/topics/queues"), READY_S)
        both = Halls(hall=hall)
        both.things = _things(both, plan)
        yield both


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
            if guide.service_id != "UG-01":  # which the first hall alone has
                entry = Entered(valid_from=BEGINNING, place=place, author=AUTHOR)
                await catalogues.put_service(EAST, guide, entry)
    finally:
        await database.close()


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
        "version": "2",
        "service_id": "UG-01",
        "device_id": "demo",
        "username": "w02",
        "session_id": sessions[0]["id"],
    }


def _second(plan: Path) -> Path:
    """A second version of the first hall's plan."""
    path = plan.with_name("main.json")
    path.write_bytes(msgspec.json.encode(demo_plan()))
    return path
