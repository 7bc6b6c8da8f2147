"""What staff want read today: the notices that stand in the hall."""

from datetime import datetime
from typing import Any

from litestar import Response, route
from litestar.di import NamedDependency
from msgspec import Struct

from backend.core.day import HallDay
from backend.core.ids import NoticeId, Text, ZoneId
from backend.core.plan import Plan
from backend.hub.http import AnyRequest
from backend.site.asked import READ, paths
from backend.site.dates import time_text
from backend.site.pages import FRESH, Pages


class NoticeShown(Struct, frozen=True, kw_only=True):
    """A notice as the page has it."""

    notice_id: NoticeId
    text: Text
    place: Text | None
    """The zone that it is for; None: all of them."""
    posted: Text
    until: Text | None


@route(paths("/notices"), http_method=READ)
async def notices_page(request: AnyRequest, *, pages: NamedDependency[Pages]) -> Response[bytes]:
    """The notices of the hall and of its zones, newest first."""
    at = await pages.asked(request)
    shown = notices_shown(at.hall.follower.day, at.known.plan, at.hall.now())
    return pages.kept(
        request,
        at,
        "notices.html",
        lambda: {"notices": shown, "current": "notices"},
        of=(shown,),
        caching=FRESH,
    )


ROUTES: list[Any] = [notices_page]


def notices_shown(day: HallDay, plan: Plan, at: datetime) -> tuple[NoticeShown, ...]:
    """Those that still hold at this instant, newest first."""
    places: dict[ZoneId, Text] = {zone.zone_id: zone.name for zone in plan.zones}
    return tuple(
        NoticeShown(
            notice_id=notice.notice_id,
            text=notice.text,
            place=None if notice.zone_id is None else places.get(notice.zone_id),
            posted=time_text(notice.posted_at, plan.time_zone),
            until=None if notice.until is None else time_text(notice.until, plan.time_zone),
        )
        for notice in reversed(day.notices.values())
        if notice.until is None or at < notice.until
    )
