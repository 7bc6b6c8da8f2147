"""What the history process is asked, and what it replies: one line of JSON each."""

from datetime import date, datetime
from http import HTTPStatus

from msgspec import Raw, Struct

from backend.core.ids import HallId, TicketId
from backend.core.plan import Plan


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


class AskTickets(Struct, frozen=True, kw_only=True, tag="tickets"):
    """The day's tickets whose number is meant."""

    hall_id: HallId
    day: date
    number: str


Question = AskReplay | AskWhy | AskScreen | AskCourse | AskTickets


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
