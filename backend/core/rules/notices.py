"""Words that staff show on boards and kiosks."""

from datetime import datetime

from backend.core.commands import PostNotice, RemoveNotice
from backend.core.day import HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import NoticePosted, NoticeRemoved
from backend.core.ids import NoticeId, Text, ZoneId
from backend.core.rules.day import open_day_of
from backend.core.stamp import Stamp


def post_notice(day: HallDay, command: PostNotice, stamp: Stamp) -> tuple[Event, ...]:
    """Show the words, in place of those with the same id.

    Raises Refusal: day_not_open, unknown_zone, time_is_past.
    """
    open_day_of(day)
    assert day.plan is not None
    zone_ids = {zone.zone_id for zone in day.plan.zones}
    if command.zone_id is not None and command.zone_id not in zone_ids:
        raise Refusal(RefusalCode.UNKNOWN_ZONE)
    if command.until is not None and command.until <= stamp.at:
        raise Refusal(RefusalCode.TIME_IS_PAST)
    return (
        NoticePosted(
            notice_id=NoticeId(command.notice_id),
            text=Text(zh=command.zh, en=command.en),
            zone_id=ZoneId(command.zone_id) if command.zone_id is not None else None,
            until=command.until,
            posted_at=stamp.at,
        ),
    )


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
