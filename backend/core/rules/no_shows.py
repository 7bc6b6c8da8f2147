"""Who did not come too often may not book for a while (AP3); numbers on site are never refused."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from backend.core.plan import RuleNumbers

WITHIN = timedelta(days=30)
"""No-shows further apart than that do not count together."""
LOOK_BACK = timedelta(days=365)
"""A block longer ago is forgotten: the next one is a first again."""
DAY = timedelta(days=1)


def may_book_again_on(missed: Iterable[date], rules: RuleNumbers, today: date) -> date | None:
    """From when the person may book again; None when they may today (AP3).

    `missed`: the days on which they did not come, without those that are excused.  So many within
    30 days block from the last of them on, and are then used up; a second block within a year is
    the longer one.
    """
    counted: list[date] = []
    blocks = 0
    again_on = date.min
    for day in sorted(missed):
        if day < today - LOOK_BACK:
            continue
        counted = [earlier for earlier in counted if earlier > day - WITHIN] + [day]
        if len(counted) >= rules.no_shows_max:
            days = rules.no_show_again_days if blocks else rules.no_show_days
            again_on = max(again_on, day + days * DAY + DAY)
            counted, blocks = [], blocks + 1
    return again_on if today < again_on else None


def is_no_show(slot_at: datetime, closed_at: datetime, rules: RuleNumbers) -> bool:
    """Whether somebody who did not check in before the day was closed could have (AP2, AP3).

    Who was expected later than that found the hall closed.
    """
    return closed_at > slot_at + timedelta(seconds=rules.check_in_late_s)
