"""Cases in PostgreSQL: nothing acknowledged is lost, nothing is done twice (I7, I16)."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest
from msgspec.structs import replace

from backend.casework import CaseAnswer, IdInUseError
from backend.core.cases import commands as c
from backend.core.cases.words import CaseId, CaseState
from backend.core.ids import CommandId
from backend.core.workdays import ANNOUNCED, CalendarDay, calendar_of
from backend.store.cases import folded
from backend.store.database import Database
from backend.store.stream import StoreError
from tests.support.case_desk import HALL, OPEN, RECEIVE, STAMP, Desk
from tests.support.cases import (
    CASE,
    DEFERRED,
    GRANT,
    IMMEDIATE,
    MONDAY,
    SUSPEND,
    CaseWorld,
    noon,
)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


@pytest.fixture
async def other(desk: Desk) -> AsyncIterator[Desk]:
    """Another process at the same database."""
    database = Database(desk.database.url)
    yield Desk(database)
    await database.close()


async def test_case_comes_back_as_it_was__I16(desk: Desk) -> None:
    world = CaseWorld()
    await desk.do(OPEN)
    for command in (RECEIVE, c.AcceptCase(), c.StartProcess(), SUSPEND):
        world.stamp = replace(world.stamp, next_no=1)
        world.do(command)
        await desk.do(command)
    entries = await desk.cases.read(HALL, CASE)
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5]
    assert [event for entry in entries for event in entry.commit.events] == world.events
    assert folded(entries) == world.case
    (row,) = await desk.rows()
    assert (row["state"], row["number"], row["visits"]) == ("suspended", "2026-000001", 1)
    assert world.case.deadline is not None
    assert (row["due_day"], row["due_at"]) == (
        world.case.deadline.due_day,
        world.case.deadline.due_at,
    )


async def test_rows_are_made_anew_from_what_happened__I9(desk: Desk) -> None:
    await desk.accepted(CaseId("a"))
    await desk.accepted(CaseId("b"))
    await desk.do(SUSPEND, CaseId("b"))  # refused, and kept
    before = await desk.rows()
    async with desk.database.connection() as connection:
        await connection.execute("UPDATE cases SET state = 'draft', seq = 0, number = NULL")
    assert await desk.cases.refold(HALL) == 2
    assert await desk.rows() == before
    async with desk.database.connection() as connection:
        await connection.execute("DELETE FROM cases")
    await desk.cases.refold(HALL)
    assert await desk.rows() == before


# --- Once ---


async def test_repeat_of_a_command_has_one_effect_and_one_answer__I7(desk: Desk) -> None:
    await desk.do(OPEN)
    await desk.do(RECEIVE)
    first = await desk.do(c.AcceptCase(), id="accept")
    await desk.do(c.StartProcess())
    assert await desk.do(c.AcceptCase(), id="accept") == first
    assert await desk.count() == 4


async def test_refused_command_is_refused_again__I7(desk: Desk) -> None:
    await desk.do(OPEN)
    first = await desk.do(c.AcceptCase(), id="early")
    assert first.commit.refused == "case_draft"
    await desk.do(RECEIVE)
    assert await desk.do(c.AcceptCase(), id="early") == first


async def test_id_of_another_command_or_case_is_refused__I7(desk: Desk) -> None:
    await desk.do(OPEN, id="one")
    with pytest.raises(IdInUseError):
        await desk.do(RECEIVE, id="one")
    with pytest.raises(IdInUseError):
        await desk.do(OPEN, CaseId("another"), id="one")


async def test_case_that_does_not_exist_keeps_no_refusal(desk: Desk) -> None:
    answer = await desk.do(RECEIVE)
    assert (answer.seq, answer.commit.refused) == (0, "unknown_case")
    assert await desk.count() == 0


async def test_command_with_nothing_to_do_leaves_no_entry(desk: Desk) -> None:
    await desk.do(OPEN)
    answer = await desk.do(c.KeepCase())
    assert (answer.seq, answer.commit.events) == (1, ())
    assert await desk.count() == 1


async def test_clock_that_is_behind_does_not_take_a_case_back_in_time(desk: Desk) -> None:
    await desk.do(OPEN)
    earlier = replace(STAMP, at=noon(date(2026, 10, 30)))
    answer = await desk.do(RECEIVE, stamp=earlier)
    assert answer.commit.at == STAMP.at


# --- Races of two processes ---


async def test_two_clerks_accept_one_case_and_one_does__I16(desk: Desk, other: Desk) -> None:
    await desk.do(OPEN)
    await desk.do(RECEIVE)
    answers = await asyncio.gather(
        *(d.do(c.AcceptCase(), id=f"accept-{n}") for n, d in enumerate([desk, other] * 3))
    )
    refused = [answer.commit.refused for answer in answers]
    assert sorted(map(str, refused)) == ["None", *["case_accepted"] * 5]
    assert await desk.rows() == await other.rows()
    assert folded(await desk.cases.read(HALL, CASE)).number == "2026-000001"


async def test_two_clerks_open_a_case_for_one_ticket_and_one_does__I16(
    desk: Desk, other: Desk
) -> None:
    answers = await asyncio.gather(
        *(d.do(OPEN, CaseId(f"case-{n}"), id=f"open-{n}") for n, d in enumerate([desk, other] * 3))
    )
    refused = sorted(str(answer.commit.refused) for answer in answers)
    assert refused == ["None", *["ticket_has_case"] * 5]
    assert len(await desk.rows()) == 1


async def test_double_click_in_two_processes_has_one_effect__I7(desk: Desk, other: Desk) -> None:
    await desk.do(OPEN)
    answers = await asyncio.gather(*(d.do(RECEIVE, id="twice") for d in [desk, other] * 3))
    assert {answer.seq for answer in answers} == {2}
    assert await desk.count() == 2


async def test_id_taken_by_two_cases_at_once_is_one_case_s__I7(desk: Desk, other: Desk) -> None:
    found = await asyncio.gather(
        *(
            d.do(replace(OPEN, ticket=None), CaseId(f"case-{n}"), id="same")
            for n, d in enumerate([desk, other] * 3)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(each, CaseAnswer) for each in found) == 1
    assert sum(isinstance(each, IdInUseError) for each in found) == 5
    assert await desk.count() == 1


async def test_withdrawn_draft_leaves_the_ticket_free(desk: Desk) -> None:
    await desk.do(OPEN)
    await desk.do(c.WithdrawCase(reason="the wrong service"))
    answer = await desk.do(OPEN, CaseId("again"))
    assert answer.commit.refused is None


async def test_ticket_has_a_case_for_each_of_its_services(desk: Desk) -> None:
    await desk.do(OPEN)
    terms = replace(DEFERRED, service_id="S2")
    second = replace(OPEN, service_id="S2")
    answer = await desk.do(second, CaseId("second"), stamp=replace(STAMP, terms=terms))
    assert answer.commit.refused is None


# --- Numbers ---


async def test_numbers_have_no_gaps_whoever_accepts__I16(desk: Desk, other: Desk) -> None:
    numbers = await asyncio.gather(
        *(d.accepted(CaseId(f"case-{n}")) for n, d in enumerate([desk, other] * 6))
    )
    assert sorted(numbers) == [f"2026-{no:06d}" for no in range(1, 13)]


async def test_refusal_uses_no_number_and_a_year_begins_anew__I16(desk: Desk) -> None:
    await desk.do(replace(OPEN, ticket=None), CaseId("early"))
    await desk.do(c.AcceptCase(), CaseId("early"))
    assert await desk.accepted(CaseId("a")) == "2026-000001"
    next_year = replace(STAMP, at=noon(date(2027, 1, 4)))
    assert await desk.accepted(CaseId("b"), next_year) == "2027-000001"
    assert await desk.accepted(CaseId("c")) == "2026-000002"


async def test_immediate_case_gets_a_number_with_its_decision__I16(desk: Desk) -> None:
    stamp = replace(STAMP, terms=IMMEDIATE)
    for command in (OPEN, RECEIVE, GRANT):
        answer = await desk.do(command, stamp=stamp)
    assert [event.__struct_config__.tag for event in answer.commit.events] == [
        "case_accepted",
        "case_decided",
    ]
    (row,) = await desk.rows()
    assert (row["number"], row["outcome"]) == ("2026-000001", "granted")


# --- The clock and the calendar ---


async def test_new_calendar_moves_every_open_case_once__DL1(desk: Desk) -> None:
    for n in range(3):
        await desk.accepted(CaseId(f"case-{n}"))
    await desk.do(replace(OPEN, ticket=None), CaseId("draft"))
    await desk.do(c.WithdrawCase(reason="gone"), CaseId("case-2"))
    closed = CalendarDay(day=date(2026, 11, 11), is_working=False)
    years = ANNOUNCED | {2026: (*ANNOUNCED[2026], closed)}
    stamp = replace(STAMP, calendar=calendar_of(years))
    assert await desk.casework.keep_cases(HALL, stamp) == 2
    assert await desk.casework.keep_cases(HALL, stamp) == 0
    due = {row["case_id"]: row["due_day"] for row in await desk.rows()}
    assert due == {
        "case-0": date(2026, 11, 17),
        "case-1": date(2026, 11, 17),
        "case-2": date(2026, 11, 16),
        "draft": None,
    }


async def test_silence_accepts_what_nobody_answered__CS1(desk: Desk) -> None:
    await desk.do(OPEN)
    await desk.do(RECEIVE)
    late = replace(STAMP, at=noon(date(2026, 11, 10)))
    assert await desk.casework.keep_cases(HALL, STAMP) == 0
    assert await desk.casework.keep_cases(HALL, late) == 1
    case = folded(await desk.cases.read(HALL, CASE))
    assert (case.state, case.number) == (CaseState.ACCEPTED, "2026-000001")
    assert case.deadline is not None
    assert case.deadline.after == MONDAY


# --- Failures ---


async def test_missing_server_is_a_store_error(no_database: Database) -> None:
    with pytest.raises(StoreError):
        await Desk(no_database).do(OPEN)


async def test_commits_are_never_stored_at_one_place_twice__I16(desk: Desk) -> None:
    await desk.do(OPEN)
    (entry,) = await desk.cases.read(HALL, CASE)
    again = replace(entry.commit, id=CommandId("again"))
    with pytest.raises(asyncpg.UniqueViolationError):
        async with desk.database.connection() as connection:
            await connection.execute(
                "INSERT INTO case_commits SELECT hall_id, case_id, seq, $1, at, body"
                " FROM case_commits",
                again.id,
            )
