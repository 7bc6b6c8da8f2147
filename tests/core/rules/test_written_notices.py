"""Notices that are written ahead: their form, their life, what a day is told (NT2-NT4)."""

from datetime import datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from backend.core.commands import PostNotice, RemoveNotice
from backend.core.ids import NoticeId, StaffId, Text
from backend.core.notices import (
    NoticeCommand,
    NoticeContent,
    NoticeRefusal,
    NoticeState,
    PublishNotice,
    SaveDraft,
    TakeDown,
    WrittenNotice,
)
from backend.core.rules.written_notices import (
    PREFIX,
    RUNNING_MAX,
    NoticeGround,
    board_text,
    decide_notice,
    due_on_day,
    is_readable,
    posting_of,
    shown_on_website,
    state_of,
)
from tests.support.plans import Z1, Z2, small_plan, without
from tests.support.world import MORNING, World

HOUR = timedelta(hours=1)
GROUND = NoticeGround(
    notice_id=NoticeId("n1"), plan=small_plan(), by=StaffId("editor"), at=MORNING, running=0
)
CONTENT = NoticeContent(
    title=Text(zh="停电通知", en="Power cut"),
    text=Text(zh="周三停电。", en="No power on Wednesday."),
    begins_at=MORNING + HOUR,
    until=MORNING + 30 * HOUR,
)
EMPTY = Text(zh="", en="")
FIRST_INSTANT = datetime.min.replace(tzinfo=timezone(timedelta(hours=14)))
LAST_INSTANT = datetime.max.replace(tzinfo=timezone(-timedelta(hours=12)))


def written(content: NoticeContent = CONTENT, notice_id: str = "n1") -> WrittenNotice:
    """A published notice."""
    ground = replace(GROUND, notice_id=NoticeId(notice_id))
    return decide_notice(None, 0, PublishNotice(content=content), ground)


def refused(
    found: WrittenNotice | None, command: NoticeCommand, ground: NoticeGround = GROUND
) -> NoticeRefusal:
    with pytest.raises(NoticeRefusal) as error:
        decide_notice(found, found.revision if found is not None else 0, command, ground)
    return error.value


def test_notice_is_scheduled_then_shows_then_is_over__NT2() -> None:
    found = written()
    states = [state_of(found, MORNING + hours * HOUR) for hours in (0, 1, 29, 30)]
    assert states == [
        NoticeState.SCHEDULED,
        NoticeState.SHOWING,
        NoticeState.SHOWING,
        NoticeState.OVER,
    ]


def test_notice_without_a_begin_shows_at_once_and_without_an_end_until_it_is_taken_down__NT2() -> (
    None
):
    found = written(replace(CONTENT, begins_at=None, until=None))
    assert found.content.begins_at == MORNING
    assert state_of(found, MORNING) is NoticeState.SHOWING
    assert state_of(found, MORNING + 20_000 * HOUR) is NoticeState.SHOWING
    later = replace(GROUND, at=MORNING + HOUR)
    taken = decide_notice(found, 1, TakeDown(), later)
    assert (taken.revision, taken.taken_down_at) == (2, MORNING + HOUR)
    assert state_of(taken, MORNING + HOUR) is NoticeState.TAKEN_DOWN


def test_draft_may_lack_what_it_likes_and_shows_nowhere__NT2() -> None:
    bare = NoticeContent(title=EMPTY, text=Text(zh="半句", en=""), in_hall=False, on_website=False)
    draft = decide_notice(None, 0, SaveDraft(content=bare), GROUND)
    assert state_of(draft, MORNING + 9 * HOUR) is NoticeState.DRAFT
    assert posting_of(draft, small_plan(), MORNING + 9 * HOUR) is None
    assert not is_readable(draft, MORNING)
    published = decide_notice(draft, 1, PublishNotice(content=CONTENT), GROUND)
    assert (published.revision, published.is_published) == (2, True)


@pytest.mark.parametrize("field", ["begins_at", "until"])
@pytest.mark.parametrize("time", [FIRST_INSTANT, LAST_INSTANT])
def test_time_at_the_end_of_the_calendar_is_in_no_draft_either__NT2(
    field: str, time: datetime
) -> None:
    content = replace(CONTENT, **{field: time})
    for command in (SaveDraft(content=content), PublishNotice(content=content)):
        assert (field, "far_away") in {(f.field, f.code) for f in refused(None, command).faults}


def test_notice_that_shows_is_not_put_off_without_a_take_down__NT2() -> None:
    now = replace(GROUND, at=MORNING + 2 * HOUR)
    later = PublishNotice(content=replace(CONTENT, begins_at=MORNING + 3 * HOUR))
    error = refused(written(), later, now)
    assert [(f.field, f.code) for f in error.faults] == [("begins_at", "shows_already")]
    earlier = replace(CONTENT, begins_at=MORNING - 300 * HOUR, on_website=False)
    error = refused(written(), PublishNotice(content=earlier), now)
    assert [f.field for f in error.faults] == ["begins_at", "on_website"]
    same = PublishNotice(content=replace(CONTENT, begins_at=None, in_hall=False))
    kept = decide_notice(written(), 1, same, now)
    assert kept.content == replace(CONTENT, in_hall=False)
    off = decide_notice(
        written(), 1, PublishNotice(content=replace(CONTENT, on_website=False)), GROUND
    )
    assert not off.content.on_website  # it did not show yet
    scheduled = decide_notice(written(), 1, later, GROUND)
    assert state_of(scheduled, GROUND.at) is NoticeState.SCHEDULED


def test_revision_made_of_an_older_one_is_refused__NT2() -> None:
    found = written()
    with pytest.raises(NoticeRefusal, match="notice_outdated"):
        decide_notice(replace(found, revision=4), 3, PublishNotice(content=CONTENT), GROUND)
    with pytest.raises(NoticeRefusal, match="notice_outdated"):
        decide_notice(found, 0, PublishNotice(content=CONTENT), GROUND)


def test_what_was_published_is_no_draft_again_and_what_is_over_stays_over__NT2() -> None:
    found = written()
    assert refused(found, SaveDraft(content=CONTENT)).code == "notice_published"
    after = replace(GROUND, at=MORNING + 31 * HOUR)
    assert refused(found, PublishNotice(content=CONTENT), after).code == "notice_over"
    taken = decide_notice(found, 1, TakeDown(), after)
    assert not is_readable(taken, after.at)
    assert refused(taken, TakeDown(), after).code == "notice_over"
    assert refused(None, TakeDown()).code == "notice_over"


def test_hall_has_so_many_running_notices_at_most__NT2() -> None:
    full = replace(GROUND, running=RUNNING_MAX)
    assert refused(None, PublishNotice(content=CONTENT), full).code == "notices_full"
    assert decide_notice(None, 0, SaveDraft(content=CONTENT), full).revision == 1


FAULTS: tuple[tuple[NoticeContent, list[tuple[str, str]]], ...] = (
    (replace(CONTENT, title=EMPTY), [("title.zh", "title_missing"), ("title.en", "title_missing")]),
    (replace(CONTENT, text=Text(zh="有", en=" \n ")), [("text.en", "translation_missing")]),
    (replace(CONTENT, text=EMPTY), []),
    (replace(CONTENT, title=Text(zh="停\u202e电", en="x")), [("title.zh", "text_bidi")]),
    (replace(CONTENT, text=Text(zh="停\u200b电", en="x")), [("text.zh", "text_invisible")]),
    (replace(CONTENT, text=Text(zh="停\x00电", en="x")), [("text.zh", "text_control")]),
    (replace(CONTENT, title=Text(zh="电" * 101, en="x")), [("title.zh", "text_too_long")]),
    (replace(CONTENT, text=Text(zh="电" * 10_000, en="x")), [("text.zh", "text_too_long")]),
    (replace(CONTENT, title=Text(zh="停\n电", en="x")), [("title.zh", "text_too_many_lines")]),
    (replace(CONTENT, text=Text(zh="x\n\n" * 150, en="x")), [("text.zh", "text_too_many_lines")]),
    (
        replace(CONTENT, is_markdown=True, text=Text(zh="- - - - x", en="x")),
        [("text.zh", "text_too_nested")],
    ),
    (replace(CONTENT, until=MORNING + HOUR), [("until", "ends_before_it_begins")]),
    (replace(CONTENT, begins_at=None, until=MORNING), [("until", "ends_before_it_begins")]),
    (
        replace(CONTENT, begins_at=MORNING - 2 * HOUR, until=MORNING - HOUR),
        [("until", "until_past")],
    ),
    (replace(CONTENT, until=MORNING + 10_000 * HOUR), [("until", "lasts_too_long")]),
    (replace(CONTENT, in_hall=False, on_website=False), [("where", "nowhere")]),
    (replace(CONTENT, zone_ids=("Z9",)), [("where", "unknown_place")]),
    (replace(CONTENT, screen_ids=("pad:W1",)), [("where", "unknown_place")]),
)


@pytest.mark.parametrize(("content", "faults"), FAULTS)
def test_what_is_wrong_is_told_with_its_field__NT2(
    content: NoticeContent, faults: list[tuple[str, str]]
) -> None:
    if not faults:
        assert written(content).revision == 1
        return
    refusal = refused(None, PublishNotice(content=content))
    assert refusal.code == "notice_faulty"
    assert [(fault.field, fault.code) for fault in refusal.faults] == faults


def test_indents_of_markdown_stay_and_other_gaps_go__NT2() -> None:
    text = Text(zh="- 一\n  - 二   三  \n\n\n\n尾", en="- a\n\t- b")
    kept = written(replace(CONTENT, is_markdown=True, text=text)).content.text
    assert kept == Text(zh="- 一\n  - 二 三\n\n尾", en="- a\n    - b")


def test_board_shows_title_and_words_in_one_line__NT3() -> None:
    text = Text(zh="**周三**\n\n- 一号厅", en="*Wednesday*\n\n- Hall 1")
    content = replace(CONTENT, is_markdown=True, text=text)
    assert board_text(content) == Text(zh="停电通知：周三 一号厅", en="Power cut: Wednesday Hall 1")
    assert board_text(replace(CONTENT, text=EMPTY)) == CONTENT.title


def told(world: World, *found: WrittenNotice) -> list[PostNotice | RemoveNotice]:
    """What the day is told, which is done."""
    due = [command for _, command in due_on_day(world.day, found, world.at)]
    for command in due:
        world.do(command)
    return due


def test_day_is_told_once_while_the_notice_shows__NT3() -> None:
    world, found = World(), written()
    assert told(world, found) == []
    (posted,) = told(world.later(3600), found)
    assert isinstance(posted, PostNotice)
    assert (posted.notice_id, posted.zh) == (f"{PREFIX}n1", "停电通知：周三停电。")
    assert told(world.later(60), found) == []


def test_changed_notice_is_posted_anew_in_place_of_the_old__NT3() -> None:
    world, found = World().later(3600), written()
    told(world, found)
    ground = replace(GROUND, at=world.at)
    moved = replace(CONTENT, zone_ids=(Z2,), is_pinned=True)
    again = decide_notice(found, 1, PublishNotice(content=moved), ground)
    reasons = [reason for reason, _ in due_on_day(world.day, [again], world.at)]
    assert reasons != [reason for reason, _ in due_on_day(World().day, [found], world.at)]
    (posted,) = told(world, again)
    assert isinstance(posted, PostNotice)
    assert (posted.zone_ids, posted.is_pinned) == ((Z2,), True)
    assert len(world.day.notices) == 1
    assert told(world, again) == []


def test_notice_that_was_taken_down_is_removed_and_staffs_own_stays__NT3() -> None:
    world, found = World().later(3600), written()
    told(world, found)
    world.do(PostNotice(notice_id="own", zh="自己的", en="own"))
    assert told(world) == [RemoveNotice(notice_id=f"{PREFIX}n1")]
    assert list(world.day.notices) == ["own"]
    assert told(world) == []


def test_notice_whose_time_ends_goes_with_the_clock_of_the_day__NT3() -> None:
    world, found = World().later(3600), written(replace(CONTENT, until=MORNING + 2 * HOUR))
    told(world, found)
    assert told(world.later(3600), found) == []


def test_notice_whose_places_are_all_gone_is_not_for_the_whole_hall__NT3() -> None:
    at = MORNING + HOUR
    found = written(replace(CONTENT, zone_ids=(Z2,), screen_ids=("board:Z1", "kiosk:K1")))
    fewer = posting_of(found, without(small_plan(), "Z2", "K1"), at)
    assert fewer is not None
    assert (fewer.zone_ids, fewer.screen_ids) == ((), ("board:Z1",))
    in_zone_2 = written(replace(CONTENT, zone_ids=(Z2,)))
    assert posting_of(in_zone_2, without(small_plan(), "Z2"), at) is None
    assert posting_of(written(replace(CONTENT, in_hall=False)), small_plan(), at) is None


def test_website_shows_pinned_ones_first_then_the_newest__NT4() -> None:
    at = MORNING + 10 * HOUR
    old = written(CONTENT, "old")
    new = written(replace(CONTENT, begins_at=MORNING + 2 * HOUR), "new")
    pinned = written(replace(CONTENT, is_pinned=True), "pinned")
    boards = written(replace(CONTENT, on_website=False, zone_ids=(Z1,)), "boards")
    later = written(replace(CONTENT, begins_at=MORNING + 11 * HOUR), "later")
    shown = shown_on_website([old, boards, new, pinned, later], at)
    assert [one.notice_id for one in shown] == ["pinned", "new", "old"]
    readable = [one.notice_id for one in (old, boards, later) if is_readable(one, at)]
    assert readable == ["old"]
    assert is_readable(old, MORNING + 99 * HOUR)
