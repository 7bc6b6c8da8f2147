"""What speaks the calls of a zone, and whether anybody hears it (VO9)."""

from backend.core.commands import ReportSpeakers
from backend.core.day import HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import SpeakersReported
from backend.core.ids import ZoneId
from backend.core.rules.day import open_day_of
from backend.core.stamp import Stamp


def report_speakers(day: HallDay, command: ReportSpeakers, stamp: Stamp) -> tuple[Event, ...]:
    """Keep how a zone's speakers do.

    Raises Refusal: day_not_open, unknown_zone.
    """
    open_day_of(day)
    zone_id = ZoneId(command.zone_id)
    if zone_id not in day.index.zones:
        raise Refusal(RefusalCode.UNKNOWN_ZONE)
    return (
        SpeakersReported(
            zone_id=zone_id,
            state=command.state,
            voice=command.voice,
            detail=command.detail,
            reported_at=stamp.at,
        ),
    )
