"""What the history process is asked, and what it replies: one line of JSON each."""

from datetime import date, datetime
from http import HTTPStatus

from msgspec import Raw, Struct

from backend.core.day import Ticket
from backend.core.ids import HallId, TicketId, TicketToken
from backend.core.plan import Plan
from backend.core.views.ticket import TicketView


class AskReplay(Struct, frozen=True, kw_only=True, tag="replay"):
    """Re-run a day, also under another plan or rule if one is given."""

    hall_id: HallId
    day: date
    plan: Plan | None
    rule: str | None


class AskWhy(Struct, frozen=True, kw_only=True, tag="why"):
    """Why a ticket waited."""

    hall_id: HallId
    day: date
    ticket_id: TicketId
    for_visitor: bool


class AskScreen(Struct, frozen=True, kw_only=True, tag="screen"):
    """A topic as it stood at an instant."""

    hall_id: HallId
    day: date
    topic: str
    at: datetime


class AskCourse(Struct, frozen=True, kw_only=True, tag="course"):
    """When a topic changed."""

    hall_id: HallId
    day: date
    topic: str


class AskVisit(Struct, frozen=True, kw_only=True, tag="visit"):
    """The visit of whoever has this token, as it ended."""

    hall_id: HallId
    day: date
    token: TicketToken


class ToldVisit(Struct, frozen=True, kw_only=True):
    """A visit of a recorded day."""

    ticket: Ticket
    is_evaluated: bool
    """Whether something was said of it on its day."""
    view: TicketView


class AskTickets(Struct, frozen=True, kw_only=True, tag="tickets"):
    """The day's tickets whose number is meant."""

    hall_id: HallId
    day: date
    number: str


Question = AskReplay | AskWhy | AskScreen | AskCourse | AskVisit | AskTickets


class Reply(Struct, frozen=True, kw_only=True):
    """What is to be answered over HTTP."""

    status: int
    body: Raw
    """The answer itself when the status is 200."""
    code: str = ""
    detail: str = ""


class AnswerError(Exception):
    """The question has no answer; the code says why."""

    def __init__(self, status: HTTPStatus, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
