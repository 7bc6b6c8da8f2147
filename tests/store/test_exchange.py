"""A whole catalogue into the database: all or nothing, in its place, beside whoever else writes."""

import asyncio
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from typing import Any

import pytest
from msgspec.structs import replace

from backend.catalogue.differences import InForce
from backend.catalogue.exchange import FaultCode, Kind
from backend.catalogue.guide import Question
from backend.core.ids import HallId, ZoneId
from backend.core.stamp import Role
from backend.demo.cases import BEGINNING
from backend.demo.hall import demo_plan
from backend.exchanging import Exchange, FaultyFileError, FileForm, TakeFile, written
from backend.exchanging import file_of as catalogue_file
from backend.store.audit import Act, Audit, AuditQuery, note
from backend.store.catalogue import Catalogues, Entered
from backend.store.database import Database, queries
from backend.store.drafts import Drafts
from backend.store.exchange import CatalogueState, Exchanges, IdInUseError, OutdatedError
from backend.store.plans import Plans
from tests.catalogue.made import university

HALL = HallId("main")
DAY = date(2026, 11, 23)
WHOLE = university(254)


@pytest.fixture
async def database(database: Database) -> Database:
    """A hall with the plan that the catalogues here are of."""
    await Plans(database).put(demo_plan(), after=None, author="admin", reason="first")
    return database


def file_of(standing: InForce) -> bytes:
    state = CatalogueState(mark=0, standing=standing, places={})
    return written(catalogue_file(HALL, DAY, state), FileForm.JSON)


async def noted(connection: Any, before: str) -> None:
    act = Act(
        who="editor",
        role=Role.CONTENT_EDITOR,
        verb="catalogue.import",
        kind="catalogue",
        before=before,
    )
    await note(connection, act)


async def bring(database: Database, content: bytes, id: str, **changes: Any) -> Any:
    exchange, day = Exchange(database), changes.get("valid_from", DAY)
    preview = await exchange.preview(HALL, content, day, withdraws=False)
    asked = TakeFile(
        id=id, hall_id=HALL, mark=preview.mark, valid_from=day, withdraws=False, author="editor"
    )
    return await exchange.take(replace(asked, **changes), content, noted)


async def test_whole_university_goes_in_and_out__CX1(database: Database) -> None:
    done = await bring(database, file_of(WHOLE), "all")
    assert done.added == 254 + len(WHOLE.departments) + 1
    exchange = Exchange(database)
    for form in FileForm:
        content = await exchange.written(HALL, DAY, form)
        preview = await exchange.preview(HALL, content, DAY, withdraws=True)
        assert (preview.changes, preview.faults) == ((), ())
    state = await Exchanges(database).state(HALL, DAY)
    assert list(state.standing.guides) == list(WHOLE.guides)  # in the order of the file
    assert state.standing.questions == WHOLE.questions
    (record,) = await Audit(database).found(AuditQuery(verb="catalogue.import"), 2**40, 10)
    assert record.before == sha256(file_of(InForce(departments={}, guides={}))).hexdigest()


async def test_what_was_there_keeps_its_place_and_what_is_new_comes_last__CX1(
    database: Database,
) -> None:
    await bring(database, file_of(WHOLE), "all")
    ids = list(WHOLE.guides)
    first = WHOLE.guides[ids[0]]
    new = replace(first, service_id=ids[0].replace("PO", "AA"))
    last = replace(WHOLE.guides[ids[-1]], phone="1")
    guides = {guide.service_id: guide for guide in (new, last)}
    done = await bring(database, file_of(replace(WHOLE, guides=guides)), "some")
    assert (done.added, done.changed, done.withdrawn) == (1, 1, 0)
    state = await Exchanges(database).state(HALL, DAY)
    assert list(state.standing.guides) == [*ids, new.service_id]
    assert state.standing.guides[last.service_id].phone == "1"
    before = await Exchanges(database).state(HALL, DAY - timedelta(days=1))
    assert before.standing.guides == {}  # it counts from its day on


async def test_nothing_of_a_file_is_kept_when_its_end_fails__CX1(database: Database) -> None:
    await bring(database, file_of(replace(WHOLE, guides={})), "departments")

    async def fails(_connection: Any, _before: str) -> None:
        raise OSError("the record cannot be kept")

    exchange = Exchange(database)
    preview = await exchange.preview(HALL, file_of(WHOLE), DAY, withdraws=False)
    asked = TakeFile(
        id="x", hall_id=HALL, mark=preview.mark, valid_from=DAY, withdraws=False, author="editor"
    )
    with pytest.raises(Exception, match="cannot be kept"):
        await exchange.take(asked, file_of(WHOLE), fails)
    assert (await Exchanges(database).state(HALL, DAY)).standing.guides == {}
    assert (await exchange.take(asked, file_of(WHOLE), noted)).added == 254


async def test_of_two_files_at_once_one_is_taken__CX1(database: Database) -> None:
    await bring(database, file_of(WHOLE), "all")
    guide = next(iter(WHOLE.guides.values()))
    files = [
        file_of(replace(WHOLE, guides={guide.service_id: replace(guide, phone=phone)}))
        for phone in ("1", "2")
    ]
    preview = await Exchange(database).preview(HALL, files[0], DAY, withdraws=False)
    answers = await asyncio.gather(
        *(bring(database, file, f"file{n}", mark=preview.mark) for n, file in enumerate(files)),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in answers) == ["ImportDone", "OutdatedError"]
    won = next(n for n, answer in enumerate(answers) if not isinstance(answer, OutdatedError))
    state = await Exchanges(database).state(HALL, DAY)
    assert state.standing.guides[guide.service_id].phone == str(won + 1)
    with pytest.raises(IdInUseError):
        await bring(database, files[1 - won], f"file{won}")


async def test_what_somebody_else_put_meanwhile_is_not_written_over__CX1(
    database: Database,
) -> None:
    await bring(database, file_of(WHOLE), "all")
    guide = next(iter(WHOLE.guides.values()))
    exchange = Exchange(database)
    content = file_of(replace(WHOLE, guides={guide.service_id: replace(guide, phone="1")}))
    preview = await exchange.preview(HALL, content, DAY, withdraws=False)
    entry = Entered(valid_from=BEGINNING, author="editor")
    await Catalogues(database).put_service(HALL, replace(guide, phone="2"), entry)
    with pytest.raises(OutdatedError):
        await bring(database, content, "late", mark=preview.mark)


async def test_questions_about_the_hall_are_taken_in_versions__CX1(database: Database) -> None:
    first, second, *_ = WHOLE.questions
    later = DAY + timedelta(days=7)

    async def bring_in(id: str, *questions: Question, **changes: Any) -> Any:
        standing = InForce(departments={}, guides={}, questions=questions)
        return await bring(database, file_of(standing), id, **changes)

    async def standing(day: date) -> tuple[Question, ...]:
        return (await Exchanges(database).state(HALL, day)).standing.questions

    preview = await Exchange(database).preview(
        HALL, file_of(InForce(departments={}, guides={}, questions=(first,))), DAY, withdraws=False
    )
    await bring_in("one", first)
    with pytest.raises(OutdatedError):  # others put some since it was shown
        await bring_in("late", second, mark=preview.mark)
    await bring_in("two", first, second, valid_from=later)
    assert (await standing(DAY), await standing(later)) == ((first,), (first, second))
    with pytest.raises(FaultyFileError):
        await bring_in("sooner", second)
    assert (await bring_in("none", valid_from=later, withdraws=True)).withdrawn == 1
    assert await standing(later) == ()


async def test_zone_that_the_plan_lacks_is_taken_only_by_who_says_that_it_follows__DR4(
    database: Database,
) -> None:
    (own_id, guide), *_ = WHOLE.guides.items()
    lost = {own_id: replace(guide, zone_id=ZoneId("Z9"))}
    content = file_of(replace(WHOLE, guides=lost))
    preview = await Exchange(database).preview(HALL, content, DAY, withdraws=False)
    assert [(one.code, one.id) for one in preview.unplanned] == [(FaultCode.NO_SUCH_ZONE, "Z9")]
    with pytest.raises(FaultyFileError):
        await bring(database, content, "so")
    await bring(database, content, "follows", plan_follows=True)
    assert (await Exchanges(database).state(HALL, DAY)).standing.guides == lost


async def test_what_has_a_version_for_a_later_day_is_not_changed_before_it__DR3(
    database: Database,
) -> None:
    await bring(database, file_of(WHOLE), "all")
    guide = next(iter(WHOLE.guides.values()))
    later = DAY + timedelta(days=7)
    changed = partial(replace, WHOLE)
    content = file_of(changed(guides={guide.service_id: replace(guide, phone="1")}))
    await bring(database, content, "later", valid_from=later)
    sooner = file_of(changed(guides={guide.service_id: replace(guide, phone="2")}))
    with pytest.raises(FaultyFileError):
        await bring(database, sooner, "sooner")
    preview = await Exchange(database).preview(HALL, sooner, DAY, withdraws=False)
    (fault,) = preview.faults
    assert (fault.place, fault.code) == ("services[0]", FaultCode.FOLLOWED)
    state = await Exchanges(database).state(HALL, DAY)
    assert (Kind.SERVICE, guide.service_id) in state.standing.followed
    await bring(database, sooner, "then", valid_from=later)
    await bring(database, file_of(changed(guides={})), "nothing")  # others are taken meanwhile


async def test_department_with_a_version_for_a_later_day_does_not_end_before_it__DR3(
    database: Database,
) -> None:
    await bring(database, file_of(WHOLE), "all")
    (department_id, department), *_ = WHOLE.departments.items()
    renamed = {**WHOLE.departments, department_id: replace(department, phone="7")}
    later = file_of(InForce(departments=renamed, guides={}))
    await bring(database, later, "later", valid_from=DAY + timedelta(days=7))
    nothing = file_of(InForce(departments={}, guides={}))
    preview = await Exchange(database).preview(HALL, nothing, DAY, withdraws=True)
    assert [fault.found for fault in preview.faults if fault.code is FaultCode.FOLLOWED] == [
        department_id
    ]


async def test_file_shown_before_a_version_was_called_off_is_outdated__CX1(
    database: Database,
) -> None:
    await bring(database, file_of(WHOLE), "all")
    guide = next(iter(WHOLE.guides.values()))
    content = file_of(replace(WHOLE, guides={guide.service_id: replace(guide, phone="1")}))
    later = DAY + timedelta(days=7)
    await bring(database, content, "later", valid_from=later)
    again = file_of(replace(WHOLE, guides={guide.service_id: replace(guide, phone="2")}))
    preview = await Exchange(database).preview(HALL, again, later, withdraws=False)
    async with Drafts(database).hold(HALL, guide.service_id) as held:
        await held.call_off(2)
    with pytest.raises(OutdatedError):
        await bring(database, again, "late", mark=preview.mark, valid_from=later)


async def test_nothing_is_called_off_while_a_file_is_taken__CX1(database: Database) -> None:
    held = (
        "SELECT mode FROM pg_locks WHERE relation = 'called_off_versions'::regclass"
        " AND pid = pg_backend_pid()"
    )
    async with database.connection() as connection:
        await queries.lock_catalogues(connection)
        assert [row["mode"] for row in await connection.fetch(held)] == ["ShareRowExclusiveLock"]
