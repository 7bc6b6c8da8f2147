"""Notices that are written ahead: their form, their life, and how they come to a day (NT2, NT3).

Words come onto boards one way only: a notice that shows is posted to the open day by the same
command that staff post with (`rules/notices.py`).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from backend.core.commands import PostNotice, RemoveNotice
from backend.core.day import HallDay, Notice
from backend.core.ids import NoticeId, ScreenId, StaffId, Text, ZoneId
from backend.core.notices import (
    NoticeCommand,
    NoticeContent,
    NoticeFault,
    NoticeFaultCode,
    NoticeRefusal,
    NoticeRefusalCode,
    NoticeState,
    PublishNotice,
    SaveDraft,
    TakeDown,
    WrittenNotice,
)
from backend.core.plan import Plan
from backend.core.rules.notice_text import board_line, is_too_nested, plain
from backend.core.rules.notices import notice_screens
from backend.core.rules.public_text import TextCode, TextLimits, TextRefusal, cleaned

TITLE = TextLimits(chars=100)
TEXT = TextLimits(chars=4000, lines=200, links=20, indent=12)
LASTS_MAX = timedelta(days=366)
AWAY_MAX = timedelta(days=5 * 366)
"""Of its times, from now: calendars end, and pages show times in more than one zone."""
RUNNING_MAX = 50
"""Published notices of a hall that are not over: more are read by nobody."""
PREFIX = "written-"
"""Of what a written notice is called in a day, beside those that staff post there themselves."""


class NoticeGround(Struct, frozen=True, kw_only=True):
    """What a command is decided on beside the notice itself."""

    notice_id: NoticeId
    plan: Plan
    by: StaffId
    at: datetime
    running: int
    """Published notices of the hall that are not over, this one left out."""


def state_of(found: WrittenNotice, at: datetime) -> NoticeState:
    """How the notice stands at this instant (NT2)."""
    content = found.content
    if found.taken_down_at is not None:
        return NoticeState.TAKEN_DOWN
    if not found.is_published:
        return NoticeState.DRAFT
    if content.begins_at is not None and at < content.begins_at:
        return NoticeState.SCHEDULED
    if content.until is not None and content.until <= at:
        return NoticeState.OVER
    return NoticeState.SHOWING


def decide_notice(
    found: WrittenNotice | None, after: int, command: NoticeCommand, ground: NoticeGround
) -> WrittenNotice:
    """The notice's next revision; `after`: the one that was looked at, 0 for a new notice.

    Rule NT2.  Raises NoticeRefusal.
    """
    if after != (found.revision if found is not None else 0):
        raise NoticeRefusal(NoticeRefusalCode.NOTICE_OUTDATED)
    state = state_of(found, ground.at) if found is not None else NoticeState.DRAFT
    match command:
        case SaveDraft():
            if state is not NoticeState.DRAFT:
                raise NoticeRefusal(NoticeRefusalCode.NOTICE_PUBLISHED)
            content = _whole(command.content, ground, is_draft=True)
            return _revision(found, content, ground, is_published=False)
        case PublishNotice():
            if state in {NoticeState.OVER, NoticeState.TAKEN_DOWN}:
                raise NoticeRefusal(NoticeRefusalCode.NOTICE_OVER)
            if ground.running >= RUNNING_MAX:
                raise NoticeRefusal(NoticeRefusalCode.NOTICES_FULL)
            content = _whole(command.content, ground, is_draft=False)
            if found is not None and state is NoticeState.SHOWING:
                content = _still_showing(content, found.content)
            return _revision(found, content, ground, is_published=True)
        case TakeDown():
            if found is None or state is NoticeState.TAKEN_DOWN:
                raise NoticeRefusal(NoticeRefusalCode.NOTICE_OVER)
            taken = _revision(found, found.content, ground, is_published=found.is_published)
            return replace(taken, taken_down_at=ground.at)
        case _:
            assert_never(command)


def _revision(
    found: WrittenNotice | None, content: NoticeContent, ground: NoticeGround, *, is_published: bool
) -> WrittenNotice:
    if is_published and content.begins_at is None:
        content = replace(content, begins_at=ground.at)
    return WrittenNotice(
        notice_id=ground.notice_id,
        revision=(found.revision if found is not None else 0) + 1,
        content=content,
        is_published=is_published,
        by=ground.by,
        at=ground.at,
    )


def _still_showing(content: NoticeContent, before: NoticeContent) -> NoticeContent:
    """The content of a notice that shows: since when stays, and the website keeps its page."""
    content = replace(content, begins_at=content.begins_at or before.begins_at)
    changed = {
        "begins_at": content.begins_at != before.begins_at,
        "on_website": before.on_website and not content.on_website,
    }
    faults = tuple(
        NoticeFault(field=field, code=NoticeFaultCode.SHOWS_ALREADY)
        for field, is_changed in changed.items()
        if is_changed
    )
    if faults:
        raise NoticeRefusal(NoticeRefusalCode.NOTICE_FAULTY, faults)
    return content


def _whole(content: NoticeContent, ground: NoticeGround, *, is_draft: bool) -> NoticeContent:
    tidy, faults = checked(content, ground.plan, ground.at, is_draft=is_draft)
    if faults:
        raise NoticeRefusal(NoticeRefusalCode.NOTICE_FAULTY, faults)
    return tidy


def checked(
    content: NoticeContent, plan: Plan, at: datetime, *, is_draft: bool
) -> tuple[NoticeContent, tuple[NoticeFault, ...]]:
    """The content with its texts cleaned, and what is wrong with it (NT2).

    A draft may lack what it likes, and its times need not fit each other.
    """
    faults: list[NoticeFault] = []
    title = _cleaned("title", content.title, TITLE, faults)
    text = _cleaned("text", content.text, TEXT, faults)
    if content.is_markdown:
        faults += [
            NoticeFault(field=f"text.{language}", code=NoticeFaultCode.TEXT_TOO_NESTED)
            for language, words in (("zh", text.zh), ("en", text.en))
            if is_too_nested(words)
        ]
    known = notice_screens(plan) | {zone.zone_id for zone in plan.zones}
    if not known.issuperset(content.zone_ids + content.screen_ids):
        faults.append(NoticeFault(field="where", code=NoticeFaultCode.UNKNOWN_PLACE))
    faults += _far_times(content, at)
    if not is_draft:
        faults += _missing(title, text)
        faults += _wrong_times(content, at)
        if not (content.in_hall or content.on_website):
            faults.append(NoticeFault(field="where", code=NoticeFaultCode.NOWHERE))
    return replace(content, title=title, text=text), tuple(faults)


def _cleaned(field: str, text: Text, limits: TextLimits, faults: list[NoticeFault]) -> Text:
    """What the cleaner (TX1) leaves; of what it refuses so much as a preview may show."""

    def one(language: str, words: str) -> str:
        try:
            return cleaned(words, limits)
        except TextRefusal as refusal:
            if refusal.code is TextCode.EMPTY:
                return ""
            faults.append(NoticeFault(field=f"{field}.{language}", code=refusal.code))
            return words[: limits.chars]

    return Text(zh=one("zh", text.zh), en=one("en", text.en))


def _missing(title: Text, text: Text) -> Iterator[NoticeFault]:
    for language, own, words, other in (
        ("zh", title.zh, text.zh, text.en),
        ("en", title.en, text.en, text.zh),
    ):
        if not own:
            yield NoticeFault(field=f"title.{language}", code=NoticeFaultCode.TITLE_MISSING)
        if other and not words:
            yield NoticeFault(field=f"text.{language}", code=NoticeFaultCode.TRANSLATION_MISSING)


def _far_times(content: NoticeContent, at: datetime) -> Iterator[NoticeFault]:
    for field, time in (("begins_at", content.begins_at), ("until", content.until)):
        if time is not None and abs(time - at) > AWAY_MAX:
            yield NoticeFault(field=field, code=NoticeFaultCode.FAR_AWAY)


def _wrong_times(content: NoticeContent, at: datetime) -> Iterator[NoticeFault]:
    begins_at, until = content.begins_at or at, content.until
    if until is None:
        return
    if until <= begins_at:
        yield NoticeFault(field="until", code=NoticeFaultCode.ENDS_BEFORE_IT_BEGINS)
    elif until <= at:
        yield NoticeFault(field="until", code=NoticeFaultCode.UNTIL_PAST)
    elif until - begins_at > LASTS_MAX:
        yield NoticeFault(field="until", code=NoticeFaultCode.LASTS_TOO_LONG)


def board_text(content: NoticeContent) -> Text:
    """What boards show of it: the title and the words alone, in one line (NT3)."""
    zh = plain(content.text.zh, is_markdown=content.is_markdown)
    en = plain(content.text.en, is_markdown=content.is_markdown)
    return Text(
        zh=board_line(content.title.zh, zh, "："), en=board_line(content.title.en, en, ": ")
    )


def due_on_day(
    day: HallDay, written: Iterable[WrittenNotice], at: datetime
) -> Iterator[tuple[tuple[str, ...], PostNotice | RemoveNotice]]:
    """What the open day is to be told of the hall's published notices (NT3).

    Each command comes with what it is for, so that its id can follow from that: the revision and
    what stands in its place so far.  A notice whose time ends goes by itself (NT1).
    """
    assert day.plan is not None
    wanted: dict[NoticeId, tuple[WrittenNotice, PostNotice]] = {}
    for one in written:
        posted = posting_of(one, day.plan, at)
        if posted is not None:
            wanted[NoticeId(posted.notice_id)] = one, posted
    for notice_id, (one, posted) in wanted.items():
        live = day.notices.get(notice_id)
        if live is None or not _is_as(live, posted):
            before = live.posted_at.isoformat() if live is not None else ""
            yield ("post", one.notice_id, str(one.revision), str(day.day), before), posted
    for live in day.notices.values():
        is_over = live.until is not None and live.until <= at
        if live.notice_id.startswith(PREFIX) and live.notice_id not in wanted and not is_over:
            removed = RemoveNotice(notice_id=live.notice_id)
            yield ("remove", live.notice_id, live.posted_at.isoformat()), removed


def posting_of(found: WrittenNotice, plan: Plan, at: datetime) -> PostNotice | None:
    """How the notice is posted to a day with this plan; None while it is not to be read there."""
    content = found.content
    if state_of(found, at) is not NoticeState.SHOWING or not content.in_hall:
        return None
    zones, screens = {zone.zone_id for zone in plan.zones}, notice_screens(plan)
    zone_ids = tuple(zone_id for zone_id in content.zone_ids if ZoneId(zone_id) in zones)
    screen_ids = tuple(one for one in content.screen_ids if ScreenId(one) in screens)
    if (content.zone_ids or content.screen_ids) and not (zone_ids or screen_ids):
        return None  # the plan has none of its places any more: it is not for the whole hall
    text = board_text(content)
    return PostNotice(
        notice_id=f"{PREFIX}{found.notice_id}",
        zh=text.zh,
        en=text.en,
        until=content.until,
        zone_ids=zone_ids,
        screen_ids=screen_ids,
        is_pinned=content.is_pinned,
    )


def _is_as(live: Notice, posted: PostNotice) -> bool:
    is_same_text = (live.text.zh, live.text.en) == (posted.zh, posted.en)
    is_same_place = (live.zone_ids, live.screen_ids) == (posted.zone_ids, posted.screen_ids)
    return (
        is_same_text
        and is_same_place
        and (live.is_pinned, live.until) == (posted.is_pinned, posted.until)
    )


def shown_on_website(written: Iterable[WrittenNotice], at: datetime) -> tuple[WrittenNotice, ...]:
    """Those that the website shows now: what is pinned first, then the newest (NT4)."""
    found = [
        one
        for one in written
        if one.content.on_website and state_of(one, at) is NoticeState.SHOWING
    ]
    found.sort(key=lambda one: (one.content.begins_at or one.at, one.notice_id), reverse=True)
    return tuple(sorted(found, key=lambda one: not one.content.is_pinned))


def is_readable(found: WrittenNotice, at: datetime) -> bool:
    """Whether the notice has a page that anybody may read: while it shows and afterwards (NT4)."""
    is_shown = state_of(found, at) in {NoticeState.SHOWING, NoticeState.OVER}
    return is_shown and found.content.on_website
