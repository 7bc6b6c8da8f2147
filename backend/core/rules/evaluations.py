"""What visitors say of their visits: once each, and of their own free will (EV1, EV2)."""

from datetime import date, timedelta

from backend.core.day import HallDay, Ticket
from backend.core.errors import Refusal, RefusalCode
from backend.core.evaluation import (
    DAYS_MAX,
    PAD_WRITING_S,
    TAGS_OF_LEVEL,
    Evaluate,
    VisitEvaluated,
)
from backend.core.events import Event
from backend.core.ids import TicketId, TicketState, TicketToken
from backend.core.rules.day import service_day
from backend.core.stamp import Stamp, Visit


def evaluate(day: HallDay, command: Evaluate, stamp: Stamp) -> tuple[Event, ...]:
    """Keep what the visitor says of a visit that is over; also after closing, and on later days.

    Raises Refusal: ticket_or_pad, unknown_ticket, evaluation_too_late, visit_not_over,
    already_evaluated, tag_of_other_level, pad_too_late.
    """
    visit = _visit(day, command, stamp)
    assert day.plan is not None
    if not is_in_time(visit.day, service_day(stamp.at, day.plan.time_zone)):
        raise Refusal(RefusalCode.EVALUATION_TOO_LATE)
    ticket = visit.ticket
    if ticket is None or ticket.done_at is None:
        raise Refusal(RefusalCode.VISIT_NOT_OVER)
    if visit.is_evaluated or ticket.ticket_id in day.evaluations:
        raise Refusal(RefusalCode.ALREADY_EVALUATED)
    if not set(command.tags).issubset(TAGS_OF_LEVEL[command.level]):
        raise Refusal(RefusalCode.TAG_OF_OTHER_LEVEL)
    is_at_pad = command.counter_id is not None
    if is_at_pad and stamp.at - ticket.done_at > timedelta(seconds=PAD_WRITING_S):
        raise Refusal(RefusalCode.PAD_TOO_LATE)
    return (
        VisitEvaluated(
            ticket_id=ticket.ticket_id,
            level=command.level,
            tags=tuple(dict.fromkeys(command.tags)),
            comment=command.comment.strip(),
            is_at_pad=is_at_pad,
            evaluated_at=stamp.at,
            number=ticket.number,
            queue_id=ticket.queue_id,
            service_ids=ticket.service_ids,
            counter_id=ticket.counter_id,
            sent_from=stamp.sent_from if not is_at_pad else None,
            day=visit.day if visit.day != day.day else None,
        ),
    )


def can_evaluate(day: HallDay, ticket: Ticket) -> bool:
    """Whether the visit is over and nothing was said of it yet."""
    return ticket.state is TicketState.DONE and ticket.ticket_id not in day.evaluations


def is_in_time(visited: date, today: date) -> bool:
    """Whether something may be said today of a visit of that day."""
    return today < visited + timedelta(days=DAYS_MAX)


def _visit(day: HallDay, command: Evaluate, stamp: Stamp) -> Visit:
    """The visit with the token, or the one that ended at the pad's counter."""
    by_token = command.ticket_token is not None
    if by_token == (command.counter_id is not None and command.ticket_id is not None):
        raise Refusal(RefusalCode.TICKET_OR_PAD)
    found = (
        day.tokens.get(TicketToken(command.ticket_token))
        if command.ticket_token is not None
        else TicketId(command.ticket_id or "")
    )
    ticket = day.tickets.get(found) if found is not None else None
    past = stamp.past_visit
    # The hall may have begun another day since the archive was asked: then what was said on the
    # day between is not known here.
    if ticket is None and by_token and past is not None and past.as_of == day.day:
        return past
    if ticket is None or (not by_token and ticket.counter_id != command.counter_id):
        raise Refusal(RefusalCode.UNKNOWN_TICKET)
    assert day.day is not None
    return Visit(day=day.day, as_of=day.day, ticket=ticket, is_evaluated=False)
