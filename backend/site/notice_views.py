"""How written notices are told: to those who write them, and to those who read."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.ids import Text
from backend.core.index import index_of
from backend.core.notices import NoticeContent, NoticeState, WrittenNotice
from backend.core.plan import Plan
from backend.core.rules.notice_text import plain, rendered
from backend.core.rules.notices import notice_screens
from backend.core.rules.written_notices import PREFIX, is_readable, shown_on_website, state_of
from backend.core.views.alerts import screen_name
from backend.office.case_desk import Known
from backend.site.dates import full_day_text, time_text
from backend.wire.notices import NoticePlace, NoticeView

EXCERPT_MAX = 120
"""Characters of a notice's text in lists."""


class NoticeShown(Struct, frozen=True, kw_only=True):
    """A notice as a list of the website has it."""

    title: Text
    excerpt: Text
    """The beginning of the text; empty where there is none."""
    path: str | None
    """None of one that staff posted to the day by hand: it is all said."""
    place: Text | None
    """What it is for; None: the whole hall."""
    since: Text
    until: Text | None
    is_pinned: bool


def view_of(found: WrittenNotice, known: Known, at: datetime) -> NoticeView:
    """A notice as those see it who write it."""
    return NoticeView(
        notice_id=found.notice_id,
        revision=found.revision,
        state=state_of(found, at),
        content=found.content,
        by=known.person_name(found.by) or Text(zh=found.by, en=found.by),
        at=found.at,
        path=path_of(found) if is_readable(found, at) else None,
    )


def path_of(found: WrittenNotice) -> str:
    """The notice's page."""
    return f"/notices/{found.notice_id}"


def html_of(content: NoticeContent) -> Text:
    """What the website shows below the title (NT4)."""
    html = partial(rendered, is_markdown=content.is_markdown)
    return Text(zh=html(content.text.zh), en=html(content.text.en))


def places_of(plan: Plan) -> tuple[tuple[NoticePlace, ...], tuple[NoticePlace, ...]]:
    """The zones and the screens that a notice may be for."""
    index = index_of(plan)
    zones = tuple(NoticePlace(id=zone.zone_id, name=zone.name) for zone in plan.zones)
    screens = (
        NoticePlace(id=screen_id, name=screen_name(index, screen_id))
        for screen_id in sorted(notice_screens(plan))
    )
    return zones, tuple(screens)


def notices_now(
    day: HallDay, written: Sequence[WrittenNotice], plan: Plan, at: datetime
) -> tuple[NoticeShown, ...]:
    """What the website tells at this instant (NT4).

    What is pinned first, then what was written ahead, then what staff posted to the day by hand;
    the newest of each first.
    """
    shown = [told(one, plan, at) for one in shown_on_website(written, at)]
    by_hand = _posted_by_hand(day, plan, at)
    return tuple(sorted([*shown, *by_hand], key=lambda one: not one.is_pinned))


def told(found: WrittenNotice, plan: Plan, at: datetime) -> NoticeShown:
    """A written notice as lists have it; of one whose time is over only the day is told."""
    content, zone = found.content, plan.time_zone
    begins_at = content.begins_at or found.at
    is_over = state_of(found, at) is NoticeState.OVER
    local_day = begins_at.astimezone(ZoneInfo(zone)).date()
    return NoticeShown(
        title=content.title,
        excerpt=excerpt_of(content),
        path=path_of(found),
        place=_place(plan, (*content.zone_ids, *content.screen_ids) if content.in_hall else ()),
        since=full_day_text(local_day) if is_over else time_text(begins_at, zone),
        until=None if content.until is None or is_over else time_text(content.until, zone),
        is_pinned=content.is_pinned,
    )


def excerpt_of(content: NoticeContent) -> Text:
    """The beginning of the text, without its marks."""

    def one(words: str) -> str:
        whole = plain(words, is_markdown=content.is_markdown)
        return whole if len(whole) <= EXCERPT_MAX else f"{whole[: EXCERPT_MAX - 1].rstrip()}…"

    return Text(zh=one(content.text.zh), en=one(content.text.en))


def _posted_by_hand(day: HallDay, plan: Plan, at: datetime) -> list[NoticeShown]:
    return [
        NoticeShown(
            title=notice.text,
            excerpt=Text(zh="", en=""),
            path=None,
            place=_place(plan, (*notice.zone_ids, *notice.screen_ids)),
            since=time_text(notice.posted_at, plan.time_zone),
            until=None if notice.until is None else time_text(notice.until, plan.time_zone),
            is_pinned=notice.is_pinned,
        )
        for notice in reversed(day.notices.values())
        if not notice.notice_id.startswith(PREFIX) and (notice.until is None or at < notice.until)
    ]


def _place(plan: Plan, place_ids: Sequence[str]) -> Text | None:
    """The names of the zones, and of those in which the screens are; None where there are none."""
    zone_of = {f"kiosk:{one.kiosk_id}": one.zone_id for one in plan.kiosks}
    zone_of |= {f"board:{zone.zone_id}": zone.zone_id for zone in plan.zones}
    meant = {zone_of.get(place_id, place_id) for place_id in place_ids}
    names = [zone.name for zone in plan.zones if zone.zone_id in meant]
    if not names:
        return None
    return Text(zh="、".join(n.zh for n in names), en=", ".join(n.en for n in names))
