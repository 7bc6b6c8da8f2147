"""The first page: search before all else, then what is most asked for."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from litestar import Response, route
from litestar.di import NamedDependency
from msgspec import Struct

from backend.catalogue.guide import Audience, Guide
from backend.core.day import HallDay
from backend.core.ids import CounterState, HallId, ServiceId, Text
from backend.core.plan import Plan
from backend.core.rules.hours import opens_next
from backend.hub.http import AnyRequest
from backend.office.case_desk import CaseDesk
from backend.site.asked import READ, Asked, Context, paths
from backend.site.dates import time_text
from backend.site.notice_desk import NoticeDesk
from backend.site.notice_views import notices_now
from backend.site.pages import FRESH, Pages
from backend.store.lasting import Lasting
from backend.store.stream import StoreError

MOST_ASKED = 8
ASKED_DAYS = timedelta(days=30)
ASKED_S = 600.0
"""How old the list of what is most asked for may be."""
NOTICES_MAX = 3


class Live(Struct, frozen=True, kw_only=True):
    """The hall at this moment, in one line."""

    is_open: bool
    waiting: int
    open_counters: int
    opens_next: Text | None
    """While it is closed: when it opens, if that is known."""


class MostAsked:
    """What numbers were taken for most, in the last days and today; one process's reading."""

    def __init__(self, case_desk: CaseDesk) -> None:
        self._case_desk = case_desk
        self._known = Lasting[HallId, list[ServiceId]](ASKED_S)

    async def of(self, at: Asked) -> list[Guide]:
        """The guides, the most asked for first; of a hall without a past, the first ones."""
        hall_id, guides = at.hall.hall_id, at.known.guides
        try:
            found = await self._known.get(
                hall_id, lambda: self._read(hall_id, at.known.today, at.hall.follower.day)
            )
        except StoreError:
            found = []  # nobody misses a list of favourites as much as the page
        ids = [*(s for s in found if s in guides), *guides]
        return [guides[service_id] for service_id in list(dict.fromkeys(ids))[:MOST_ASKED]]

    async def _read(self, hall_id: HallId, today: date, day: HallDay) -> list[ServiceId]:
        past = await self._case_desk.catalogues.most_asked(hall_id, today - ASKED_DAYS, MOST_ASKED)
        now = Counter(s for ticket in day.tickets.values() for s in ticket.service_ids)
        return list(dict.fromkeys([*past, *(s for s, _ in now.most_common(MOST_ASKED))]))


@route(paths("/"), http_method=READ)
async def home(
    request: AnyRequest,
    *,
    pages: NamedDependency[Pages],
    most_asked: NamedDependency[MostAsked],
    notice_desk: NamedDependency[NoticeDesk],
) -> Response[bytes]:
    """The home page of a hall."""
    at = await pages.asked(request)
    day = at.hall.follower.day
    asked = await most_asked.of(at)
    now, plan = at.hall.now(), at.known.plan
    live = live_of(day, plan, now)
    written = await notice_desk.running(at.hall.hall_id)
    notices = notices_now(day, written, plan, now)[:NOTICES_MAX]
    return pages.kept(
        request,
        at,
        "home.html",
        lambda: _context(at, asked) | {"live": live, "notices": notices},
        of=(live, notices, tuple(guide.service_id for guide in asked)),
        caching=FRESH,
    )


ROUTES: list[Any] = [home]


def live_of(day: HallDay, plan: Plan, at: datetime) -> Live:
    """The hall's day in a line."""
    if day.is_open:
        return Live(
            is_open=True,
            waiting=sum(queue.waiting for queue in day.queues.values()),
            open_counters=sum(c.state is not CounterState.OFF for c in day.counters.values()),
            opens_next=None,
        )
    opening = opens_next(plan, at)
    return Live(
        is_open=False,
        waiting=0,
        open_counters=0,
        opens_next=time_text(opening, plan.time_zone) if opening is not None else None,
    )


def _context(at: Asked, asked: list[Guide]) -> Context:
    offered = Counter(guide.department_id for guide in at.known.guides.values())
    return {
        "asked": asked,
        "departments": [(d, offered[d.department_id]) for d in at.known.departments.values()],
        "audiences": [audience.value for audience in Audience],
        "count": len(at.known.guides),
    }
