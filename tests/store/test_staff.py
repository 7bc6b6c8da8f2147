import asyncio

import pytest
from msgspec.structs import replace

from backend.core.grants import Grant
from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.store.database import Database, queries
from backend.store.staff import Staff, StaffMember, member_of
from backend.store.stream import StoreError
from tests.support.commits import HALL

PASSWORD = "correct horse battery"
LI = member_of(
    "li", (Grant(role=Role.CLERK, hall_id=HALL),), name_zh="李", name_en="Li", counter_id="W1"
)
WANG = member_of(
    "wang",
    (
        Grant(role=Role.CLERK, hall_id=HALL, queue_id="A"),
        Grant(role=Role.DEPARTMENT_MANAGER, hall_id=HALL, department_id="HR"),
    ),
    name_zh="王",
    name_en="Wang",
)
AUDITOR = Grant(role=Role.AUDITOR, hall_id=HALL)
ADMIN = member_of(
    "admin", (Grant(role=Role.ADMINISTRATOR),), name_zh="管理员", name_en="Administrator"
)


@pytest.fixture
async def staff(database: Database) -> Staff:
    """Li and Wang of the hall, and an administrator of all halls."""
    async with database.connection() as connection:
        await queries.put_hall(connection, hall_id=HALL, name_zh="大厅", name_en="Hall")
    found = Staff(database)
    for member in (LI, WANG, ADMIN):
        assert await found.add(member, PASSWORD)
    return found


@pytest.mark.parametrize("member", [LI, WANG, ADMIN])
async def test_right_password_tells_the_member__I18(staff: Staff, member: StaffMember) -> None:
    account = await staff.check(member.username, PASSWORD)
    assert account is not None
    assert (account.member, account.is_active) == (member, True)


@pytest.mark.parametrize(
    ("username", "password"),
    [("li", "wrong"), ("li", ""), ("nobody", PASSWORD), ("", ""), ("LI", PASSWORD)],
)
async def test_wrong_name_or_password_tells_nobody__I18(
    staff: Staff, username: str, password: str
) -> None:
    assert await staff.check(username, password) is None


async def test_members_of_a_hall_are_those_who_may_sign_in(
    staff: Staff, database: Database
) -> None:
    elsewhere = HallId("elsewhere")
    async with database.connection() as connection:
        await queries.put_hall(connection, hall_id=elsewhere, name_zh="别处", name_en="Elsewhere")
    there = Grant(role=Role.CLERK, hall_id=elsewhere)
    await staff.add(replace(LI, username="sun", hall_id=elsewhere, grants=(there,)), PASSWORD)
    both = replace(LI, username="qian", grants=(*LI.grants, there))
    for member in (both, replace(LI, username="zhao")):
        await staff.add(member, PASSWORD)
    async with database.connection() as connection:
        await connection.execute("UPDATE staff SET is_active = false WHERE username = 'zhao'")
    assert await staff.members(HALL) == [ADMIN, LI, both, WANG]


async def test_account_that_was_ended_does_not_sign_in__I18(
    staff: Staff, database: Database
) -> None:
    async with database.connection() as connection:
        await connection.execute("UPDATE staff SET is_active = false WHERE username = 'li'")
    assert await staff.check("li", PASSWORD) is None


async def test_account_is_made_once_and_keeps_its_password__I18(staff: Staff) -> None:
    assert not await staff.add(LI, "another password")
    assert await staff.check("li", "another password") is None
    account = await staff.check("li", PASSWORD)
    assert account is not None
    assert account.member == LI


async def test_password_is_kept_as_a_hash__I19(staff: Staff, database: Database) -> None:
    assert await staff.check("li", PASSWORD)
    async with database.connection() as connection:
        stored = await connection.fetchval("SELECT password_hash FROM staff LIMIT 1")
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in stored


async def test_no_server_is_a_store_error_not_a_wrong_password(no_database: Database) -> None:
    with pytest.raises(StoreError):
        await Staff(no_database).check("li", PASSWORD)


async def test_account_is_changed_whole_and_counts_as_another_version__AC2(staff: Staff) -> None:
    before = await staff.find("wang")
    assert before is not None
    other = replace(WANG, name_zh="王某", role=Role.AUDITOR, grants=(AUDITOR,))
    await staff.change(other, is_active=False)
    after = await staff.find("wang")
    assert after is not None
    assert (after.member, after.is_active) == (other, False)
    assert after.version == before.version + 1
    assert await staff.check("wang", PASSWORD) is None
    assert [account.member.username for account in await staff.accounts(HALL)] == [
        *("admin", "li", "wang")
    ]


async def test_new_password_takes_the_place_of_the_old_one__AC1(staff: Staff) -> None:
    await staff.put_password("li", "another password", must_change_password=True)
    assert await staff.check("li", PASSWORD) is None
    account = await staff.check("li", "another password")
    assert account is not None
    assert (account.must_change_password, account.version) == (True, 2)


async def test_code_is_used_once_and_never_an_earlier_one_after_it__AC3(staff: Staff) -> None:
    codes = [b"a" * 32, b"b" * 32]
    await staff.put_totp("li", b"salt", 100, codes)
    account = await staff.find("li")
    assert account is not None
    assert (account.totp_salt, account.totp_step) == (b"salt", 100)
    used = [await staff.use_totp("li", step) for step in (101, 101, 100, 102)]
    assert used == [True, False, False, True]
    burnt = [await staff.use_recovery_code("li", code) for code in (codes[0], codes[0], codes[1])]
    assert burnt == [True, False, True]
    await staff.put_totp("li", b"salt", 100, codes)
    await staff.drop_totp("li")
    account = await staff.find("li")
    assert account is not None
    assert account.totp_salt is None
    assert not await staff.use_recovery_code("li", codes[0])


async def test_of_one_code_shown_twice_at_once_one_counts__AC3(staff: Staff) -> None:
    await staff.put_totp("li", b"salt", 100, [])
    found = await asyncio.gather(*(staff.use_totp("li", 101) for _ in range(4)))
    assert sorted(found) == [False, False, False, True]
