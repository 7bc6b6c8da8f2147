"""Words that staff show on boards, kiosks and the phones of those who wait (NT1)."""

from datetime import datetime

from backend.core.commands import PostNotice, RemoveNotice
from backend.core.day import HallDay, Notice
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import NoticePosted, NoticeRemoved
from backend.core.ids import NoticeId, ScreenId, Text, ZoneId
from backend.core.plan import Plan
from backend.core.rules.day import open_day_of
from backend.core.stamp import Stamp


def post_notice(day: HallDay, command: PostNotice, stamp: Stamp) -> tuple[Event, ...]:
    """Show the words, in place of those with the same id.

    Raises Refusal: day_not_open, unknown_zone, unknown_screen, time_is_past.
    """
    open_day_of(day)
    assert day.plan is not None
    zone_ids = [*([command.zone_id] if command.zone_id is not None else ()), *command.zone_ids]
    if not {zone.zone_id for zone in day.plan.zones}.issuperset(zone_ids):
        raise Refusal(RefusalCode.UNKNOWN_ZONE)
    if not notice_screens(day.plan).issuperset(command.screen_ids):
        raise Refusal(RefusalCode.UNKNOWN_SCREEN)
    if command.until is not None and command.until <= stamp.at:
        raise Refusal(RefusalCode.TIME_IS_PAST)
    return (
        NoticePosted(
            notice_id=NoticeId(command.notice_id),
            text=Text(zh=command.zh, en=command.en),
            zone_id=ZoneId(command.zone_id) if command.zone_id is not None else None,
            until=command.until,
            posted_at=stamp.at,
            zone_ids=tuple(ZoneId(zone_id) for zone_id in command.zone_ids),
            screen_ids=tuple(ScreenId(screen_id) for screen_id in command.screen_ids),
            is_pinned=command.is_pinned,
        ),
    )


def notice_screens(plan: Plan) -> frozenset[ScreenId]:
    """The screens that show notices, and may be chosen by themselves (NT1)."""
    boards = (ScreenId(f"board:{zone.zone_id}") for zone in plan.zones)
    return frozenset(boards).union(ScreenId(f"kiosk:{one.kiosk_id}") for one in plan.kiosks)


def notices_at(
    day: HallDay, zone_id: ZoneId | None, screen_id: ScreenId | None = None
) -> tuple[Notice, ...]:
    """What is to be read in a zone and on a screen there: what is pinned first, then the newest.

    Without either: what is for the whole hall.  Rule NT1.
    """
    found = [
        notice
        for notice in reversed(day.notices.values())
        if not (notice.zone_ids or notice.screen_ids)
        or zone_id in notice.zone_ids
        or screen_id in notice.screen_ids
    ]
    return tuple(sorted(found, key=lambda notice: not notice.is_pinned))


def notices_over(day: HallDay, at: datetime) -> tuple[NoticeRemoved, ...]:
    """The notices whose time is past are shown no more."""
    return tuple(
        NoticeRemoved(notice_id=notice.notice_id, removed_at=at)
        for notice in day.notices.values()
        if notice.until is not None and notice.until <= at
    )


def remove_notice(day: HallDay, command: RemoveNotice, stamp: Stamp) -> tuple[Event, ...]:
    """Show the words no more; Raises Refusal: day_not_open, unknown_notice."""
    open_day_of(day)
    notice_id = NoticeId(command.notice_id)
    if notice_id not in day.notices:
        raise Refusal(RefusalCode.UNKNOWN_NOTICE)
    return (NoticeRemoved(notice_id=notice_id, removed_at=stamp.at),)
