"""What time alone sets off, in one place: the hub's clock asks for it every few seconds."""

from backend.core.commands import CloseDay, KeepDay
from backend.core.day import HallDay
from backend.core.events import Event
from backend.core.rules.alerts import alerts_kept
from backend.core.rules.counters import timetabled
from backend.core.rules.cycle import is_over
from backend.core.rules.day import close_day
from backend.core.rules.issuing import issuing_kept
from backend.core.rules.notices import notices_over
from backend.core.rules.screens import screens_kept
from backend.core.rules.standing_in import offers_kept
from backend.core.rules.tickets import abandoned
from backend.core.rules.waiting import newcomer_range
from backend.core.stamp import Stamp


def keep_day(day: HallDay, _command: KeepDay, stamp: Stamp) -> tuple[Event, ...]:
    """What is due; mostly nothing.

    A day that is over closes (DY1), passed tickets are given up (PS3), counters follow their
    timetable (CL4), notices end, issuing stops and goes on (TK5), screens that changed are kept
    (SC1), absent persons are replaced (SH1), alerts are raised and cleared (AL1).
    """
    if not day.is_open:
        return ()
    if is_over(day, stamp.at):
        return close_day(day, CloseDay(), stamp)
    waits = {queue_id: newcomer_range(day, queue_id) for queue_id in day.queues}
    reported = tuple(screens_kept(day, stamp))
    screens = day.screens | {event.screen_id: event for event in reported}
    return (
        *abandoned(day, stamp.at),
        *timetabled(day, stamp.at),
        *notices_over(day, stamp.at),
        *issuing_kept(day, waits, stamp.at),
        *reported,
        *offers_kept(day, stamp.at),
        *alerts_kept(day, waits, screens, stamp.at),
    )
