"""What time alone sets off, in one place: the hub's clock asks for it every few seconds."""

from backend.core.commands import KeepDay
from backend.core.day import HallDay
from backend.core.events import Event
from backend.core.rules.counters import timetabled
from backend.core.rules.notices import notices_over
from backend.core.rules.tickets import abandoned
from backend.core.stamp import Stamp


def keep_day(day: HallDay, _command: KeepDay, stamp: Stamp) -> tuple[Event, ...]:
    """Passed tickets are given up (PS3), counters follow their timetable (CL4), notices end.

    Mostly nothing is due.
    """
    if not day.is_open:
        return ()
    return (
        *abandoned(day, stamp.at),
        *timetabled(day, stamp.at),
        *notices_over(day, stamp.at),
    )
