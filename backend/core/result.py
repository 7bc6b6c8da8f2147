"""What a command's answer tells beyond done; read off its events, so a repeat gets the same."""

from msgspec import UNSET, Struct, UnsetType

from backend.core.events import Event, TicketCalled, TicketTaken
from backend.core.ids import QueueId, TicketClass, TicketId, TicketToken


class Result(Struct, frozen=True, kw_only=True):
    """Fields are present only where the command has something to tell."""

    ticket_id: TicketId | UnsetType = UNSET
    number: str | UnsetType = UNSET
    token: TicketToken | UnsetType = UNSET
    queue_id: QueueId | UnsetType = UNSET
    ticket_class: TicketClass | UnsetType = UNSET
    """Booked or ordinary, as a check-in came in time or late (AP2)."""
    ahead: int | UnsetType = UNSET
    wait_min_s: int | UnsetType | None = UNSET
    wait_max_s: int | UnsetType | None = UNSET


def result_of(events: tuple[Event, ...]) -> Result:
    """The result of the command that caused `events`."""
    for event in events:
        match event:
            case TicketTaken():
                return Result(
                    ticket_id=event.ticket_id,
                    number=event.number,
                    token=event.token,
                    queue_id=event.queue_id,
                    ticket_class=event.ticket_class,
                    ahead=event.ahead,
                    wait_min_s=event.wait_min_s,
                    wait_max_s=event.wait_max_s,
                )
            case TicketCalled():
                return Result(ticket_id=event.ticket_id, number=_number(event.ticket_id))
            case _:
                pass
    return Result()


def _number(ticket_id: TicketId) -> str:
    return ticket_id.rpartition("-")[2]
