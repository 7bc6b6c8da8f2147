"""The audit: a chain that is added to and read, and what anybody finds who tries otherwise."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from backend.core.stamp import Role
from backend.store import audit as module
from backend.store.archive import Archive
from backend.store.audit import Act, Audit, AuditQuery, AuditRecord, Result, digest, note
from backend.store.audit_check import AuditReport, check_audit
from backend.store.database import Database
from backend.store.rights import grant_rights
from backend.store.stream import Position, StoreError
from tests.support.commits import HALL, MONDAY, commits, entries
from tests.support.servers import Server, fresh_database

APPLICATION = "yizhan"
ALL = AuditQuery()
NOW = datetime.now(UTC)
WEIRD = 'a"b\\c\x07\x1f\x7fé一\U0001f600 \u2028\b\f'


def act(id: str, **more: object) -> Act:
    fields = {"who": "li", "role": Role.CLERK, "verb": "plan.put", "kind": "plan", "id": id}
    return Act(**fields | more)  # type: ignore[arg-type]


@pytest.fixture
def audit(database: Database) -> Audit:
    return Audit(database)


@pytest.fixture
async def owner(postgres: Server, template: str) -> AsyncIterator[Database]:
    """A database as whoever owns its tables, a superuser at that."""
    found = Database(await fresh_database(postgres.url, template))
    await grant_rights(found, APPLICATION)
    await grant_rights(found, APPLICATION)  # as at each start
    yield found
    await found.close()


@pytest.fixture
async def process(owner: Database) -> AsyncIterator[Database]:
    """The same database as the processes see it."""
    found = Database(owner.url.replace("//postgres@", f"//{APPLICATION}@"))
    yield found
    await found.close()


async def newest(audit: Audit, count: int = 100) -> list[AuditRecord]:
    return await audit.found(ALL, 2**62, count)


async def order(database: Database, statement: str) -> None:
    async with database.connection() as connection:
        await connection.execute(statement)


async def forge(database: Database, statement: str) -> None:
    """What somebody does who has the server itself in the hand."""
    await order(database, f"SET LOCAL session_replication_role = replica; {statement}")


async def fault_of(database: Database) -> tuple[int, str] | None:
    fault = (await check_audit(database)).fault
    return (fault.seq, fault.what) if fault is not None else None


async def test_empty_audit_has_no_fault__I18(database: Database) -> None:
    expected = AuditReport(records=0, stretches=0, last=None, fault=None)
    assert await check_audit(database) == expected


async def test_acts_are_chained_in_their_order_whatever_they_hold__I18(
    audit: Audit, database: Database
) -> None:
    await audit.note(act("1", before=digest({"b": 1, "a": [None]}), after=digest(2)))
    await audit.note(
        act(
            WEIRD,
            device="10.0.0.7",
            hall_id="main",
            department_id="PO",
            request_id="c1",
            result=Result.DENIED,
        )
    )
    async with database.connection() as connection:
        await note(connection, act("3"), act("4"))
    records = (await newest(audit))[::-1]
    assert [record.seq for record in records] == [1, 2, 3, 4]
    assert [record.id for record in records] == ["1", WEIRD, "3", "4"]
    assert records[0].previous == ""
    assert [r.previous for r in records[1:]] == [r.hash for r in records[:-1]]
    assert sorted(r.at for r in records) == [r.at for r in records]
    report = await check_audit(database)
    assert (report.records, report.fault, report.last) == (4, None, records[-1])


async def test_words_that_cannot_be_kept_are_shortened(audit: Audit) -> None:
    await audit.note(act("a\0b" + "c" * 1000))
    (record,) = await newest(audit)
    assert record.id == "ab" + "c" * (module.TEXT_MAX - 2)


async def test_many_at_once_leave_one_whole_chain__I18(database: Database) -> None:
    audits = [Audit(database) for _ in range(4)]
    acts = [audit.note(act(f"{n}")) for n in range(50) for audit in audits]
    await asyncio.gather(*acts, *(order_one(database, n) for n in range(20)))
    report = await check_audit(database)
    assert (report.records, report.fault) == (220, None)


async def order_one(database: Database, n: int) -> None:
    async with database.connection() as connection:
        await note(connection, act(f"own {n}"))


async def test_act_of_a_transaction_that_fails_is_not_kept(
    audit: Audit, database: Database
) -> None:
    async def fail() -> None:
        async with database.connection() as connection:
            await note(connection, act("undone"))
            await connection.execute("SELECT 1 / 0")

    with pytest.raises(asyncpg.DivisionByZeroError):
        await fail()
    await audit.note(act("kept"))
    assert [(record.seq, record.id) for record in await newest(audit)] == [(1, "kept")]


async def test_store_that_is_away_is_told_to_everybody_who_waits(no_database: Database) -> None:
    audit = Audit(no_database)
    found = await asyncio.gather(
        *(audit.note(act(str(n))) for n in range(3)), return_exceptions=True
    )
    assert all(isinstance(each, StoreError) for each in found)


async def test_too_many_that_wait_are_refused(
    no_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING_MAX", 2)
    audit = Audit(no_database)
    found = await asyncio.gather(
        *(audit.note(act(str(n))) for n in range(3)), return_exceptions=True
    )
    assert "too many" in str(found[2])


async def test_records_are_found_by_who_what_result_and_time(audit: Audit) -> None:
    await audit.note(act("1", who="li", hall_id="main"))
    await audit.note(act("2", who="wang", hall_id="main", result=Result.DENIED))
    await audit.note(act("3", who="li", verb="device.enrol", kind="device"))
    everything = await newest(audit)
    for query, ids in (
        (ALL, "321"),
        (AuditQuery(who="li"), "31"),
        (AuditQuery(hall_id="main"), "21"),
        (AuditQuery(verb="device.enrol"), "3"),
        (AuditQuery(kind="plan", result=Result.DONE), "1"),
        (AuditQuery(result=Result.DENIED), "2"),
        (AuditQuery(since=everything[0].at), "3"),
        (AuditQuery(until=everything[0].at), "21"),
        (AuditQuery(who="nobody"), ""),
    ):
        found = await audit.found(query, 2**62, 100)
        assert "".join(record.id or "" for record in found) == ids, query
    assert [r.seq for r in await audit.found(ALL, 3, 1)] == [2]
    told = [batch async for batch in audit.between(everything[-1].at, everything[0].at)]
    assert [[record.seq for record in batch] for batch in told] == [[1, 2]]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit SET who = 'somebody else'", "permission denied for table audit"),
        ("DELETE FROM audit", "permission denied for table audit"),
        ("TRUNCATE audit", "permission denied for table audit"),
        ("DROP TABLE audit", "must be owner of table audit"),
        ("ALTER TABLE audit DISABLE TRIGGER ALL", "must be owner of table audit"),
        ("DROP TRIGGER audit_chain ON audit", "must be owner of relation audit"),
        ("CREATE OR REPLACE FUNCTION audit_chain() RETURNS trigger LANGUAGE plpgsql AS"
         " 'BEGIN RETURN NEW; END'", "permission denied for schema public"),
        ("SET session_replication_role = replica", "permission denied to set parameter"),
        ("INSERT INTO audit (who, role, verb, kind, result) VALUES"
         " ('x', 'system', 'audit.cut', 'audit', 'done')", "only the owner of the audit cuts it"),
        ("UPDATE case_commits SET body = '{}'", "permission denied for table case_commits"),
        ("DELETE FROM migrations", "permission denied for table migrations"),
    ],
)  # fmt: skip
async def test_process_may_add_and_read_and_nothing_else__I18(
    process: Database, statement: str, words: str
) -> None:
    await Audit(process).note(act("kept"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match=words):
        await order(process, statement)
    assert [record.id for record in await newest(Audit(process))] == ["kept"]


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit SET who = 'somebody else'", "DELETE FROM audit", "TRUNCATE audit"],
)
async def test_owner_is_refused_too__I18(owner: Database, statement: str) -> None:
    await Audit(owner).note(act("kept"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError, match="the audit is append-only"):
        await order(owner, statement)
    assert [record.id for record in await newest(Audit(owner))] == ["kept"]


async def test_process_cannot_choose_place_time_or_hash__I18(process: Database) -> None:
    await Audit(process).note(act("1"))
    await order(
        process,
        "INSERT INTO audit (seq, at, who, role, verb, kind, result, previous, hash) VALUES"
        " (77, '2001-01-01', 'x', 'clerk', 'v', 'k', 'done', 'ab', 'cd')",
    )
    second = (await newest(Audit(process)))[0]
    assert (second.seq, second.who) == (2, "x")
    assert second.at > NOW - timedelta(minutes=1)
    assert await fault_of(process) is None


@pytest.mark.parametrize(
    ("statement", "seq", "what"),
    [
        ("UPDATE audit SET who = 'somebody else' WHERE seq = 3", 3, "it was changed"),
        ("UPDATE audit SET at = at + interval '1 us' WHERE seq = 5", 5, "it was changed"),
        ("UPDATE audit SET id = NULL WHERE seq = 1", 1, "it was changed"),
        ("DELETE FROM audit WHERE seq = 3", 4, "1 records before it are missing"),
        ("DELETE FROM audit WHERE seq <= 2", 3, "what came before it is missing"),
        ("UPDATE audit SET hash = 'ab' WHERE seq = 2", 2, "it was changed"),
        ("UPDATE audit SET previous = 'ab' WHERE seq = 4", 4,
         "it does not follow from the record before it"),
    ],
)  # fmt: skip
async def test_first_broken_record_is_told__I18(
    owner: Database, statement: str, seq: int, what: str
) -> None:
    for n in range(6):
        await Audit(owner).note(act(str(n)))
    assert await fault_of(owner) is None
    await forge(owner, statement)
    assert await fault_of(owner) == (seq, what)


async def test_missing_end_shows_by_what_was_noted_elsewhere__I18(owner: Database) -> None:
    for n in range(3):
        await Audit(owner).note(act(str(n)))
    last = (await check_audit(owner)).last
    assert last is not None
    noted = (last.seq, last.hash)
    assert (await check_audit(owner, noted)).fault is None
    await forge(owner, "DELETE FROM audit WHERE seq = 3")
    assert await fault_of(owner) is None
    fault = (await check_audit(owner, noted)).fault
    assert fault is not None
    assert fault.what == "it is missing, as are all after it"
    await Audit(owner).note(act("another"))
    fault = (await check_audit(owner, noted)).fault
    assert fault is not None
    assert (fault.seq, fault.what) == (3, "its hash was another one")


async def test_old_records_are_cut_and_the_chain_stays_whole__I18(owner: Database) -> None:
    audit = Audit(owner)
    for n in range(5):
        await audit.note(act(str(n)))
    third = (await newest(audit))[1]
    assert await audit.cut(third.at, "admin") == 3
    records = (await newest(audit))[::-1]
    assert [record.seq for record in records] == [4, 5, 6]
    assert (records[-1].verb, records[-1].id) == ("audit.cut", "3")
    assert records[-1].after == records[0].previous
    assert await fault_of(owner) is None
    assert await audit.cut(NOW - timedelta(days=1), "admin") == 0
    await forge(owner, "DELETE FROM audit WHERE seq = 4")
    assert await fault_of(owner) == (5, "what came before it is missing")


async def test_sealed_commits_that_were_changed_show__I18(owner: Database) -> None:
    archive = Archive(owner)
    await archive.write(HALL, MONDAY.day, entries(commits("abc")))
    await archive.seal(HALL, MONDAY.day)
    await archive.seal(HALL, MONDAY.day)
    await archive.write(HALL, MONDAY.day, entries(commits("de"), after=3))
    await archive.seal(HALL, MONDAY.day)
    seals = await newest(Audit(owner))
    assert [record.id for record in seals] == ["2026-11-23/4-5", "2026-11-23/1-3"]
    report = await check_audit(owner)
    assert (report.stretches, report.fault) == (2, None)
    await order(owner, "UPDATE commits SET commit_id = 'x' WHERE seq = 2")
    assert await fault_of(owner) == (1, "the archive of hall, 2026-11-23/1-3, was changed")
    await order(owner, "UPDATE commits SET commit_id = 'b' WHERE seq = 2")
    await order(owner, "DELETE FROM commits WHERE seq = 5")
    assert await fault_of(owner) == (2, "the archive of hall, 2026-11-23/4-5, was changed")


async def test_tail_that_was_set_aside_is_still_as_it_was_sealed__I18(owner: Database) -> None:
    archive = Archive(owner)
    await archive.write(HALL, MONDAY.day, entries(commits("abc")))
    await archive.seal(HALL, MONDAY.day)
    await archive.set_lost_aside(HALL, MONDAY.day, Position(1, "a"))
    await archive.write(HALL, MONDAY.day, entries(commits("xyz"), after=1))
    await archive.seal(HALL, MONDAY.day)
    await archive.write(HALL, MONDAY.day, entries(commits("uv"), after=4))
    await archive.set_lost_aside(HALL, MONDAY.day, Position(5, "u"))
    await archive.set_lost_aside(HALL, MONDAY.day, Position(2, "x"))
    await archive.write(HALL, MONDAY.day, entries(commits("klm"), after=2))
    await archive.seal(HALL, MONDAY.day)
    found = [(record.verb, record.id) for record in (await newest(Audit(owner)))[::-1]]
    assert found == [
        ("commits.seal", "2026-11-23/1-3"),
        ("commits.set_aside", "2026-11-23/2-3"),
        ("commits.seal", "2026-11-23/2-4"),
        ("commits.set_aside", "2026-11-23/5-5"),
        ("commits.set_aside", "2026-11-23/3-4"),
        ("commits.seal", "2026-11-23/3-5"),
    ]
    assert await fault_of(owner) is None
    await order(owner, "UPDATE lost_commits SET body = '{}' WHERE commit_id = 'c'")
    assert await fault_of(owner) == (1, "the archive of hall, 2026-11-23/1-3, was changed")
