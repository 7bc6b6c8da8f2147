"""Every command in every state over HTTP: the core's table, each cell a request of its own (I6)."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import msgspec
import pytest

from backend.catalogue.guide import Department, Guide, GuideMaterial, Words
from backend.core.cases import commands as c
from backend.core.cases.commands import CaseCommand
from backend.core.cases.words import CaseState, ServiceKind
from backend.core.ids import Text, ZoneId
from backend.store.catalogue import Catalogues, Entered
from backend.store.database import Database
from tests.core.cases.test_case_table import CHECKED, IMMEDIATE_ROWS, ROWS
from tests.hall import HALL_ID, Hall, until
from tests.office.desk import do, headers
from tests.support.cases import ARCHIVES, DEFERRED, FINANCE, HR, WAYS

SERVICES = {"S1": ServiceKind.DEFERRED, "S2": ServiceKind.IMMEDIATE}
AT_ONCE = 4
"""Requests under way, so that two processes work on them."""
TEXT = Text(zh="一", en="one")
ENTRY = Entered(valid_from=date(2026, 1, 1), author="test")


def guide(service_id: str, kind: ServiceKind) -> Guide:
    """A service on the core tests' terms."""
    return Guide(
        service_id=DEFERRED.service_id if service_id == "S1" else type(DEFERRED.service_id)("S2"),
        name=TEXT,
        department_id=HR,
        department=TEXT,
        also=Words(),
        keywords=Words(),
        summary=TEXT,
        audience=(),
        materials=tuple(
            GuideMaterial(material_id=m.material_id, name=TEXT, is_tolerable=m.is_tolerable)
            for m in DEFERRED.materials
        ),
        kind=kind,
        promised_working_days=10,
        fee=TEXT,
        zone_id=ZoneId("Z1"),
        place=TEXT,
        hours=TEXT,
        result=TEXT,
        complaint=TEXT,
    )


async def put_services(url: str) -> None:
    database = Database(url)
    catalogues = Catalogues(database)
    for department_id in (HR, FINANCE, ARCHIVES):
        department = Department(department_id=department_id, name=TEXT)
        await catalogues.put_department(HALL_ID, department, ENTRY)
    for service_id, kind in SERVICES.items():
        await catalogues.put_service(HALL_ID, guide(service_id, kind), ENTRY)
    await database.close()


@pytest.fixture(scope="module")
def chief(hall: Hall) -> dict[str, str]:
    """A supervisor of a hall that has the core tests' services."""
    asyncio.run(put_services(hall.given("DATABASE_URL")))
    who = headers(hall, "supervisor")

    def status(service_id: str) -> int:
        return hall.ask("GET", f"/api/halls/{HALL_ID}/services/{service_id}", **who).status

    def is_known() -> bool:
        """So many at once that both processes are asked."""
        return {*pool.map(status, [*SERVICES] * 16)} == {200}

    with ThreadPoolExecutor(8) as pool:
        until(is_known, 60)
    return who


def outcome(hall: Hall, chief: dict[str, str], service_id: str, row: str, state: CaseState) -> str:
    """The state after the command in this state, or its refusal."""
    command = ROWS[row][0]
    way: tuple[CaseCommand, ...] = (c.OpenCase(service_id=service_id), *WAYS[state])
    asked = [msgspec.to_builtins(one) for one in (*way, command)]
    for one in asked:
        if one["type"] == "hand_over":
            one["department_id"] = "FN"  # where people work
    if row == "open":
        case_id = do(hall, chief, *asked[:-1]).json["case"]["case_id"]
        reply = do(hall, chief, asked[-1], case_id=case_id)
        assert reply.status == 422
        return "case_already_open"
    reply = do(hall, chief, *asked)
    answer: Any = reply.json
    if reply.status == 403:
        return "forbidden"
    if answer["type"] == "refused":
        assert answer["refused_no"] == len(asked) - 1, answer
        assert answer["case"]["state"] == state
        return str(answer["code"])
    return str(answer["case"]["state"])


def cells(service_id: str, states: tuple[CaseState, ...]) -> dict[tuple[str, CaseState], str]:
    """What the core's table says, but that the clock's own command is nobody's over HTTP."""
    found = {}
    for row, (_, of_states) in ROWS.items():
        more = IMMEDIATE_ROWS.get(row, {}) if service_id == "S2" else {}
        for state in states:
            says = str((of_states | more).get(state, f"case_{state}"))
            found[row, state] = "forbidden" if row == "keep" else says
    return found


@pytest.mark.parametrize(("service_id", "states"), [("S1", tuple(CaseState)), ("S2", CHECKED)])
def test_command_in_state_over_http_does_what_the_table_says__I6(
    hall: Hall, chief: dict[str, str], service_id: str, states: tuple[CaseState, ...]
) -> None:
    expected = cells(service_id, states)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked = {cell: pool.submit(outcome, hall, chief, service_id, *cell) for cell in expected}
        found = {cell: answer.result() for cell, answer in asked.items()}
    assert found == expected
