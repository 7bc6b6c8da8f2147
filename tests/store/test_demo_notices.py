"""The demo's notices: sound, published once, and some that show in whatever week."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.core.notices import NoticeState
from backend.core.rules.written_notices import shown_on_website, state_of
from backend.demo.hall import HALL_ID, load_demo
from backend.demo.notices import NOTICES, load_notices
from backend.store.database import Database
from backend.store.notices import Notices


@pytest.mark.parametrize("at", ["2026-11-22T15:59", "2026-11-22T16:00", "2026-12-31T04:00"])
async def test_demo_notices_show_in_every_week_and_are_published_once(
    database: Database, at: str
) -> None:
    now = datetime.fromisoformat(at).replace(tzinfo=UTC)
    await load_demo(database)
    await load_notices(database, now)
    await load_notices(database, now + timedelta(seconds=1))
    notices = Notices(database)
    running = (await notices.running(now + timedelta(seconds=2)))[HALL_ID]
    assert len(running) == len(NOTICES)
    shown = shown_on_website(running, now)
    assert [one.content.is_pinned for one in shown] == [True, False, False]
    (ahead,) = (one for one in running if one not in shown)
    assert state_of(ahead, now) is NoticeState.SCHEDULED
    await load_notices(database, now + timedelta(days=7))
    found = await notices.counts(HALL_ID, now + timedelta(days=7))
    assert (found.showing, found.scheduled, found.past) == (len(NOTICES), 1, 2)
