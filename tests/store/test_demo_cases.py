"""The demo's catalogue and cases: whole, once, and something on every list."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from backend.consulting import consult
from backend.core.cases.words import CaseState
from backend.core.consultations.commands import AskHall
from backend.core.consultations.consultation import ConsultationStamp
from backend.core.consultations.words import ConsultationId
from backend.core.ids import CommandId, DepartmentId, ServiceId, StaffId
from backend.core.workdays import ANNOUNCED, calendar_of
from backend.demo.cases import STORIES, load_cases, load_catalogue
from backend.demo.catalogue import demo_catalogue, demo_departments
from backend.demo.hall import HALL_ID, demo_plan, load_demo
from backend.identity import VISITOR
from backend.office.case_desk import Known
from backend.office.digests import is_time_to_tell, make_digests
from backend.store.calendars import Calendars
from backend.store.case_lists import CaseLists, ListKind, Place, Wanted
from backend.store.catalogue import Catalogues, Entered, HallCatalogue
from backend.store.consultations import Consultations
from backend.store.database import Database
from backend.store.outbox import Outbox
from backend.wire.cases import CaseDigest


async def test_demo_catalogue_is_read_as_it_was_written(database: Database) -> None:
    await load_catalogue(database)
    await load_catalogue(database)
    catalogues = Catalogues(database)
    await catalogues.refresh(date(2026, 11, 23))
    found = catalogues.of(HALL_ID)
    today = date(2026, 11, 23)
    assert tuple(found.guides_on(today).values()) == demo_catalogue().guides
    assert tuple(found.departments_on(today).values()) == demo_departments()
    assert found.guides_on(date(2025, 12, 31)) == {}


async def test_version_counts_from_its_day_and_a_withdrawn_service_keeps_its_name(
    database: Database,
) -> None:
    await load_catalogue(database)
    catalogues, service_id = Catalogues(database), ServiceId("HR-03")
    day = date(2026, 12, 1)
    await catalogues.refresh(day - timedelta(days=2))
    await catalogues.withdraw_service(HALL_ID, service_id, Entered(valid_from=day, author="chief"))
    await catalogues.refresh(day - timedelta(days=2))
    found = catalogues.of(HALL_ID)
    assert service_id in found.guides_on(day - timedelta(days=1))
    assert service_id not in found.guides_on(day)
    assert found.service_names[service_id].zh == "教职工离校手续"


@pytest.mark.parametrize("at", ["2026-11-23T01:00", "2026-11-22T12:00", "2026-10-03T16:30"])
async def test_demo_cases_are_in_every_state_and_on_every_list(database: Database, at: str) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    await load_demo(database)
    await load_catalogue(database)
    await Calendars(database).seed()
    await load_cases(database, now)
    await load_cases(database, now)
    async with database.connection() as connection:
        rows = await connection.fetch("SELECT state FROM cases")
    assert len(rows) == len(STORIES)
    assert {row["state"] for row in rows} == {state.value for state in CaseState} - {"draft"}
    lists = CaseLists(database)
    for kind in ListKind:
        wanted = Wanted(
            kind=kind,
            departments=None if kind is not ListKind.ASKED else (DepartmentId("FN"),),
            staff_id=StaffId("w16"),
            today=(now + timedelta(hours=8)).date(),
            at=now,
        )
        assert await lists.listed(HALL_ID, wanted, Place(), 50), kind


async def test_departments_are_told_of_their_cases_once_a_day__DL1(database: Database) -> None:
    now = datetime(2026, 11, 23, 1, tzinfo=UTC)
    await load_catalogue(database)
    await Calendars(database).seed()
    await load_cases(database, now)
    catalogues, lists = Catalogues(database), CaseLists(database)
    await catalogues.refresh(now.date())
    known = Known(
        plan=demo_plan(),
        calendar=await Calendars(database).calendar(),
        catalogue=catalogues.of(HALL_ID),
        today=now.date(),
        members={},
    )
    hr, consultations = DepartmentId("HR"), Consultations(database)
    stamp = ConsultationStamp(
        by=VISITOR.by,
        at=now - timedelta(days=14),
        consultation_id=ConsultationId("asked"),
        plan=known.plan,
        calendar=known.calendar,
        departments=frozenset({hr}),
    )
    await consult(consultations, CommandId("ask"), AskHall(text="?", department_id="HR"), stamp)
    await make_digests(lists, consultations, HALL_ID, known, now)
    await make_digests(lists, consultations, HALL_ID, known, now + timedelta(days=60))
    found = await lists.digests(HALL_ID, now.date(), (hr,))
    digest = msgspec.json.decode(found[hr], type=CaseDigest)
    kinds = (digest.amber, digest.red, digest.overdue)
    assert [[line.case_id for line in lines] for lines in kinds] == [
        ["demo-07", "demo-06"],
        ["demo-11"],
        ["demo-12"],
    ]
    assert digest.overdue_questions == 1
    (told,) = await Outbox(database).told([f"{HALL_ID}/department/HR"], now)
    assert told.message.text.zh.endswith("咨询：超期未答复 1 条。")
    everybody = await lists.digests(HALL_ID, now.date(), None)
    assert set(everybody) == {d.department_id for d in demo_departments()}
    assert await lists.digest_days(HALL_ID) == [now.date()]


@pytest.mark.parametrize(
    ("at", "is_time"),
    [
        ("2026-11-23T00:00", True),  # 8:00 on a Monday in Shanghai
        ("2026-11-22T20:00", False),  # 4:00 on that Monday
        ("2026-11-22T03:00", False),  # a Sunday
        ("2026-10-10T03:00", True),  # a Saturday that is worked
        ("2026-10-05T03:00", False),  # a holiday
    ],
)
def test_digests_are_made_on_working_days__DL1(at: str, is_time: bool) -> None:
    instant = datetime.fromisoformat(at).replace(tzinfo=UTC)
    known = Known(
        plan=demo_plan(),
        calendar=calendar_of(ANNOUNCED),
        catalogue=HallCatalogue(),
        today=instant.date(),
        members={},
    )
    assert is_time_to_tell(known, instant) is is_time
