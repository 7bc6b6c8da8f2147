from redis.asyncio import Redis

from backend.cards import Cards
from backend.core.ids import Origin
from backend.core.stamp import Role
from backend.demo.cards import load_cards
from backend.demo.hall import DEVICE_TOKEN, HALL_ID, PASSWORD, demo_plan, load_demo
from backend.store.database import Database
from backend.store.directory import Directory
from backend.store.persons import Persons
from backend.store.plans import Plans
from backend.store.staff import Staff


async def test_demo_hall_is_loaded_whole_and_loading_again_changes_nothing(
    database: Database, redis: Redis
) -> None:
    await load_demo(database)
    await load_demo(database)
    directory = Directory(database, redis)
    await directory.refresh()
    assert [entry.hall_id for entry in directory.contents.halls] == [HALL_ID]
    assert await Plans(database).newest(HALL_ID) == demo_plan()
    device = directory.device(DEVICE_TOKEN)
    assert device is not None
    assert device.hall_id == HALL_ID


async def test_demo_accounts_sign_in_each_in_its_role(database: Database) -> None:
    await load_demo(database)
    staff = Staff(database)
    for username, role in (
        ("admin", Role.ADMINISTRATOR),
        ("supervisor", Role.SUPERVISOR),
        ("manager", Role.DEPARTMENT_MANAGER),
        ("statistics", Role.STATISTICS_VIEWER),
        ("editor", Role.CONTENT_EDITOR),
        ("auditor", Role.AUDITOR),
        ("w01", Role.CLERK),
    ):
        account = await staff.check(username, PASSWORD)
        assert account is not None
        member = account.member
        assert (member.role, member.hall_id) == (role, HALL_ID)


async def test_demo_cards_have_holders_and_leave_an_imported_register_alone__TK3(
    database: Database, redis: Redis
) -> None:
    key, other = b"k" * 32, b"o" * 32
    await load_cards(database, key)
    await load_cards(database, other)
    persons = Persons(database, redis)
    await persons.refresh()
    holder = Cards(key, persons.find).holder(HALL_ID, "demo0003", is_reversed=False)
    assert holder.origin is Origin.STAFF
    assert Cards(other, persons.find).holder(HALL_ID, "demo0003", is_reversed=False).origin is None
