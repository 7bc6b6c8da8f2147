"""Working days over HTTP, and what follows from another table without anybody asking (DL1)."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from backend.casework import Casework
from backend.catalogue.guide import terms_of
from backend.core.cases.case import CaseStamp
from backend.core.cases.commands import OpenCase, ReceiveForms
from backend.core.cases.words import CaseId
from backend.core.ids import CommandId
from backend.core.stamp import Caller, Role
from backend.demo.catalogue import demo_catalogue
from backend.demo.hall import demo_plan
from backend.store.calendars import Calendars
from backend.store.cases import Cases
from backend.store.database import Database
from tests.hall import Hall, until
from tests.office.desk import ACCEPT, ALL_HR_04, ROOT, done, headers, open_case
from tests.web.test_problems import problem

CALENDAR = "/api/halls/main/calendar"


@pytest.fixture(scope="module")
def chief(hall: Hall) -> dict[str, str]:
    return headers(hall, "supervisor")


def table(hall: Hall, who: dict[str, str], year: int) -> Any:
    reply = hall.ask("GET", f"{CALENDAR}/{year}", **who)
    assert reply.status == 200, reply.body
    return reply.json


def test_open_cases_follow_a_year_that_is_put__DL1(hall: Hall, chief: dict[str, str]) -> None:
    case = done(hall, chief, open_case("HR-04"), ALL_HR_04, ACCEPT)
    due = date.fromisoformat(case["due"]["due_day"])
    before = table(hall, chief, due.year)
    assert before["is_announced"]
    others = [day for day in before["days"] if day["day"] != str(due)]
    holiday = {"day": str(due), "is_working": False, "name": "停课"}
    order = {"days": [*others, holiday]}
    put = hall.ask("PUT", f"{CALENDAR}/{due.year}", order, **chief)
    assert put.status == 200, put.body
    assert table(hall, chief, due.year) == put.json

    def moved() -> bool:
        view = hall.ask("GET", f"{ROOT}/{case['case_id']}", **chief).json
        return str(view["due"]["due_day"]) > str(due)

    until(moved, 60)
    view = hall.ask("GET", f"{ROOT}/{case['case_id']}", **chief).json
    assert view["history"][-1]["event"]["type"] == "due_moved"
    assert view["history"][-1]["by_role"] == "system"
    hall.ask("PUT", f"{CALENDAR}/{due.year}", {"days": before["days"]}, **chief)
    until(lambda: not moved(), 60)


async def unanswered(url: str) -> str:
    """A case whose forms were handed in long ago, and nobody said anything; its id."""
    database, case_id = Database(url), CaseId("unanswered")
    guide = next(g for g in demo_catalogue().guides if g.service_id == "HR-04")
    stamp = CaseStamp(
        by=Caller(role=Role.CLERK, id="w02"),
        at=datetime(2026, 9, 1, 2, tzinfo=UTC),
        case_id=case_id,
        plan=demo_plan(),
        calendar=await Calendars(database).calendar(),
        terms=terms_of(guide),
    )
    work = Casework(Cases(database))
    await work.do(CommandId("unanswered/0"), OpenCase(service_id="HR-04"), stamp)
    await work.do(CommandId("unanswered/1"), ReceiveForms(), stamp)
    await database.close()
    return case_id


def test_case_that_nobody_answered_is_accepted_without_anybody_asking__CS1(
    hall: Hall, chief: dict[str, str]
) -> None:
    """From the day of receipt on, whatever is missing."""
    case_id = asyncio.run(unanswered(hall.given("DATABASE_URL")))
    year = table(hall, chief, 2026)
    # The same again: who keeps the cases looks now, and not only twice a minute.
    hall.ask("PUT", f"{CALENDAR}/2026", {"days": year["days"]}, **chief)
    view: Any = {}

    def is_accepted() -> bool:
        nonlocal view
        view = hall.ask("GET", f"{ROOT}/{case_id}", **chief).json
        return bool(view["state"] == "accepted")

    until(is_accepted, 90)
    event = view["history"][-1]["event"]
    assert (view["history"][-1]["by_role"], event["is_silent"]) == ("system", True)
    assert event["deadline"]["after"] == "2026-09-01"
    assert view["due"]["urgency"] == "overdue"


def test_year_without_a_table_is_supposed__DL1(hall: Hall, chief: dict[str, str]) -> None:
    assert table(hall, chief, 2199) == {"year": 2199, "is_announced": False, "days": []}


def test_tables_of_another_form_are_refused(hall: Hall, chief: dict[str, str]) -> None:
    def put(days: object, year: object = 2031) -> Any:
        return hall.ask("PUT", f"{CALENDAR}/{year}", {"days": days}, **chief)

    day = {"day": "2031-01-01", "is_working": False, "name": "元旦"}
    problem(put([day, day]), 422, "malformed")
    problem(put([day | {"day": "2032-01-01"}]), 422, "malformed")
    problem(put([day | {"name": "x" * 41}]), 422, "malformed")
    problem(put([day | {"day": "2031-02-30"}]), 422, "malformed")
    first = date(2031, 1, 1)
    year = [day | {"day": str(first + timedelta(days=n))} for n in range(367)]
    problem(put(year), 422, "malformed")
    problem(put([day], 1999), 400, "bad_request")
    assert not table(hall, chief, 2031)["is_announced"]


def test_clerks_read_the_table_and_supervisors_put_it__I18(hall: Hall) -> None:
    clerk = headers(hall, "w02")
    assert table(hall, clerk, 2026)["is_announced"]
    problem(hall.ask("PUT", f"{CALENDAR}/2031", {"days": []}, **clerk), 403, "forbidden")
    problem(hall.ask("GET", f"{CALENDAR}/2026"), 401, "unauthenticated")
