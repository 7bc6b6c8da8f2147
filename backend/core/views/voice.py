"""`voice:{zone}`: the announcements due in a zone; for display agents."""

from datetime import datetime
from itertools import islice

from msgspec import Struct

from backend.core.day import Call, HallDay
from backend.core.ids import AgentId, CallId, CounterId, TicketId, ZoneId

CALLS_MAX = 40


class VoiceCall(Struct, frozen=True, kw_only=True):
    """An announcement that nobody has reported on yet."""

    call_id: CallId
    ticket_id: TicketId
    number: str
    counter_id: CounterId
    counter_no: int
    repeat: int
    """0 for the call, n for the n-th recall (VO6)."""
    called_at: datetime
    is_live: bool
    """Whether the visitor is still awaited; when not, the call is to be skipped (VO5)."""


class VoiceView(Struct, frozen=True, kw_only=True, tag="voice"):
    """Work due to the speakers of a zone."""

    zone_id: ZoneId
    agent_id: AgentId | None
    """The agent that has the zone, or had it last (VO10); None when nobody claimed it today."""
    calls: tuple[VoiceCall, ...]
    """In the order of the call events (VO4); the oldest ones when there are too many: each is
    reported on in its turn, and so none is left out."""


def voice(day: HallDay, zone_id: ZoneId) -> VoiceView:
    """The announcements due in a zone."""
    speakers = day.speakers.get(zone_id)
    oldest = islice(day.unspoken.get(zone_id, ()), CALLS_MAX)
    return VoiceView(
        zone_id=zone_id,
        agent_id=speakers.agent_id if speakers is not None else None,
        calls=tuple(_call(day, day.calls[call_id]) for call_id in oldest),
    )


def _call(day: HallDay, call: Call) -> VoiceCall:
    ticket = day.tickets[call.ticket_id]
    return VoiceCall(
        call_id=call.call_id,
        ticket_id=call.ticket_id,
        number=ticket.number,
        counter_id=call.counter_id,
        counter_no=day.index.counters[call.counter_id].no,
        repeat=call.repeat,
        called_at=call.called_at,
        is_live=day.is_live(call),
    )
