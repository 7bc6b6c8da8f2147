"""Notices in PostgreSQL: revisions, lists, repeats (NT2)."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from backend.core.ids import CommandId, HallId, NoticeId, StaffId, Text
from backend.core.notices import (
    NoticeCommand,
    NoticeContent,
    NoticeRefusal,
    PublishNotice,
    SaveDraft,
    TakeDown,
    WrittenNotice,
)
from backend.core.rules.written_notices import NoticeGround, decide_notice
from backend.store.database import Database
from backend.store.notices import NoticeIdInUseError, NoticeKind, Notices
from tests.support.plans import small_plan

AT = datetime(2030, 1, 7, 2, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MAIN, EAST = HallId("main"), HallId("east")
GROUND = NoticeGround(
    notice_id=NoticeId(""), plan=small_plan(), by=StaffId("editor"), at=AT, running=0
)
CONTENT = NoticeContent(title=Text(zh="停电", en="Power cut"), text=Text(zh="", en=""))


@pytest.fixture
def notices(database: Database) -> Notices:
    return Notices(database)


async def given(
    notices: Notices,
    name: str,
    command: NoticeCommand,
    *,
    after: int = 0,
    hall_id: HallId = MAIN,
    at: datetime = AT,
    command_id: str = "",
    mark: str = "",
) -> WrittenNotice:
    """The notice after the command."""

    def change(found: WrittenNotice | None, running: int) -> WrittenNotice:
        ground = replace(GROUND, notice_id=NoticeId(name), at=at, running=running)
        return decide_notice(found, after, command, ground)

    return await notices.change(
        hall_id,
        NoticeId(name),
        change,
        command_id=CommandId(command_id or f"{name}-{after}"),
        mark=mark,
        at=at,
    )


def published(**more: object) -> PublishNotice:
    return PublishNotice(content=replace(CONTENT, **more))


async def test_repeat_gets_what_the_first_made_and_another_command_nothing__NT2(
    notices: Notices,
) -> None:
    first = await given(notices, "a", published(), mark="m")
    await given(notices, "a", published(is_pinned=True), after=1, command_id="second")
    assert await given(notices, "a", published(), mark="m") == first
    assert len(await notices.revisions(MAIN, NoticeId("a"))) == 2
    with pytest.raises(NoticeIdInUseError):
        await given(notices, "b", published(), command_id="a-0", mark="other")
    with pytest.raises(NoticeRefusal, match="notice_outdated"):
        await given(notices, "a", published(), after=1, command_id="third")
    found = await notices.find(MAIN, NoticeId("a"))
    assert found is not None
    assert (found.revision, found.content.is_pinned) == (2, True)


async def test_lists_go_by_time_and_are_of_one_hall__NT2(notices: Notices) -> None:
    for name, command in (
        ("draft", SaveDraft(content=CONTENT)),
        ("now", published()),
        ("ends", published(until=AT + HOUR)),
        ("tomorrow", published(begins_at=AT + 24 * HOUR, until=AT + 30 * HOUR)),
        ("soon", published(begins_at=AT + 2 * HOUR)),
        ("down", published()),
        ("thrown", SaveDraft(content=CONTENT)),
    ):
        await given(notices, name, command)
    await given(notices, "down", TakeDown(), after=1)
    await given(notices, "thrown", TakeDown(), after=1)
    await given(notices, "theirs", published(), hall_id=EAST)

    async def names(kind: NoticeKind, at: datetime) -> list[str]:
        found = await notices.listed(MAIN, kind, at, count=10, skip=0)
        return [one.notice_id for one in found]

    assert await names("draft", AT) == ["draft"]
    assert set(await names("showing", AT)) == {"now", "ends"}
    assert await names("scheduled", AT) == ["soon", "tomorrow"]
    assert await names("past", AT) == ["down"]
    later = AT + 40 * HOUR
    assert set(await names("showing", later)) == {"now", "soon"}
    assert await names("past", later) == ["tomorrow", "ends", "down"]
    assert await names("scheduled", later) == []
    counts = await notices.counts(MAIN, later)
    assert (counts.showing, counts.scheduled, counts.draft, counts.past) == (2, 0, 1, 3)
    assert [one.notice_id for one in await notices.past(MAIN, later, count=9, skip=0)] == [
        "tomorrow",
        "ends",
    ]
    running = await notices.running(later)
    assert {hall_id: {one.notice_id for one in found} for hall_id, found in running.items()} == {
        MAIN: {"now", "soon"},
        EAST: {"theirs"},
    }


async def test_running_notices_are_counted_without_the_one_itself__NT2(notices: Notices) -> None:
    counted = []
    for name in ("a", "b", "a"):

        def change(found: WrittenNotice | None, running: int, name: str = name) -> WrittenNotice:
            counted.append(running)
            ground = replace(GROUND, notice_id=NoticeId(name), running=running)
            after = found.revision if found is not None else 0
            return decide_notice(found, after, published(), ground)

        await notices.change(
            *(MAIN, NoticeId(name), change),
            command_id=CommandId(f"c{len(counted)}"),
            mark="",
            at=AT,
        )
    assert counted == [0, 1, 1]
