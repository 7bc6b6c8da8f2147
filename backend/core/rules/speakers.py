"""Who speaks the calls of a zone, and whether anybody hears it (VO9, VO10)."""

from backend.core.commands import ReportSpeakers
from backend.core.day import HallDay
from backend.core.devices import is_taken
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import SpeakersReported
from backend.core.ids import AgentId, ZoneId
from backend.core.rules.day import open_day_of
from backend.core.stamp import Stamp


def report_speakers(day: HallDay, command: ReportSpeakers, stamp: Stamp) -> tuple[Event, ...]:
    """Give the zone to the agent, or leave it to it, and keep how its speakers do.

    Raises Refusal: day_not_open, unknown_zone, zone_taken.
    """
    open_day_of(day)
    zone_id = ZoneId(command.zone_id)
    if zone_id not in day.index.zones:
        raise Refusal(RefusalCode.UNKNOWN_ZONE)
    held = day.speakers.get(zone_id)
    if held is not None and is_taken(held.agent_id, held.reported_at, command.agent_id, stamp.at):
        raise Refusal(RefusalCode.ZONE_TAKEN)
    return (
        SpeakersReported(
            zone_id=zone_id,
            state=command.state,
            voice=command.voice,
            detail=command.detail,
            reported_at=stamp.at,
            agent_id=AgentId(command.agent_id),
        ),
    )
