"""Consultations over HTTP for visitors: asking, following by a secret, what is published."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter

from backend.core.consultations.commands import AskAgain, AskHall, SayInChat
from backend.core.consultations.words import ConsultationId, ConsultationKind
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, check_visits, decoded_body, hall_of
from backend.identity import VISITOR
from backend.office.consult_desk import ConsultDesk
from backend.office.consult_views import public_question, visitor_view
from backend.office.consultations import as_json, done_or_problem, unknown
from backend.openapi import takes
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.store.consultations import ConsultationEntry
from backend.visiting import Visiting
from backend.web.visitor import signed_in_visitor
from backend.wire.consultations import ConsultationAsk, ConsultationDo, QuestionPage
from backend.wire.messages import ErrorCode

BODY_MAX = 48 * 1024
"""A question and what was said with the assistant before."""
QUERY_MAX, WORDS_MAX, PAGE, SKIP_MAX = 100, 8, 20, 2_000
SAME_LETTERS_MIN = 30
"""Shorter questions many ask in the same words, and a greeting opens every chat."""

_ask_decoder = msgspec.json.Decoder(ConsultationAsk)
_do_decoder = msgspec.json.Decoder(ConsultationDo)


@post("/api/halls/{hall_id:str}/questions", status_code=HTTPStatus.OK)
@takes(_ask_decoder)
async def ask_question(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    limits: NamedDependency[Limits],
    consult_desk: NamedDependency[ConsultDesk],
    visiting: NamedDependency[Visiting],
) -> Response[bytes]:
    """Begin a question or a chat: a ConsultationView with its secret; a repeat finds the same.

    It belongs to the visitor who is signed in, if anybody is (VA2).
    """
    hall = hall_of(halls, hall_id)
    check_visits(request, limits)
    message = await decoded_body(request, _ask_decoder, BODY_MAX)
    token = consult_desk.token_of(hall.hall_id, message.id)
    own = consult_desk.id_of(token)
    entries = await consult_desk.read(hall, own)
    visitor = await signed_in_visitor(request, visiting)
    if not entries:
        await _check_bursts(address_of(request), visitor, hall, message.command, limits)
    done = await done_or_problem(consult_desk, hall, own, message, VISITOR.by, visitor=visitor)
    return await _shown(consult_desk, hall, token, done.entries)


@get("/api/consultations/{token:str}")
async def follow_question(
    request: AnyRequest,
    *,
    token: FromPath[str],
    halls: NamedDependency[Halls],
    limits: NamedDependency[Limits],
    consult_desk: NamedDependency[ConsultDesk],
) -> Response[bytes]:
    """The ConsultationView, to whoever has its secret."""
    check_visits(request, limits)
    hall, own = await _found(consult_desk, halls, token)
    return await _shown(consult_desk, hall, token, await consult_desk.read(hall, own))


@post("/api/consultations/{token:str}", status_code=HTTPStatus.OK)
@takes(_do_decoder)
async def go_on_with_question(
    request: AnyRequest,
    *,
    token: FromPath[str],
    halls: NamedDependency[Halls],
    limits: NamedDependency[Limits],
    consult_desk: NamedDependency[ConsultDesk],
    visiting: NamedDependency[Visiting],
) -> Response[bytes]:
    """Say something, ask again, rate or end the own consultation."""
    check_visits(request, limits)
    message = await decoded_body(request, _do_decoder, BODY_MAX)
    hall, own = await _found(consult_desk, halls, token)
    if isinstance(message.command, SayInChat | AskAgain):
        visitor = await signed_in_visitor(request, visiting)
        if not await limits.lines.take(visitor or own):
            raise too_many()
    done = await done_or_problem(consult_desk, hall, own, message, VISITOR.by)
    return await _shown(consult_desk, hall, token, done.entries)


@get("/api/halls/{hall_id:str}/questions")
async def list_questions(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    limits: NamedDependency[Limits],
    consult_desk: NamedDependency[ConsultDesk],
    q: Annotated[str, QueryParameter(max_length=QUERY_MAX)] = "",
    service_id: Annotated[str | None, QueryParameter(max_length=64)] = None,
    skip: Annotated[int, QueryParameter(ge=0, le=SKIP_MAX)] = 0,
) -> QuestionPage:
    """The published questions that have all words of `q`, newest first."""
    hall = hall_of(halls, hall_id)
    check_visits(request, limits)
    return await questions_of(consult_desk, hall, q, service_id, skip)


ROUTES: list[Any] = [ask_question, follow_question, go_on_with_question, list_questions]


async def questions_of(
    consult_desk: ConsultDesk, hall: Hall, q: str, service_id: str | None, skip: int
) -> QuestionPage:
    """A part of the published questions."""
    found = await consult_desk.consultations.published(
        hall.hall_id,
        words=q.replace("\0", "").split()[:WORDS_MAX],
        service_id=service_id,
        count=PAGE + 1,
        skip=skip,
    )
    known = await consult_desk.case_desk.known(hall)
    return QuestionPage(
        found=tuple(public_question(one, known) for one in found[:PAGE]),
        has_more=len(found) > PAGE,
    )


def too_many() -> ProblemError:
    """Too much was asked or said in a short time."""
    return ProblemError(
        HTTPStatus.TOO_MANY_REQUESTS,
        ErrorCode.TOO_MANY_REQUESTS,
        "too much was asked from here, or in these words; wait a little",
    )


async def _check_bursts(
    address: str, visitor: str | None, hall: Hall, command: AskHall, limits: Limits
) -> None:
    """A problem when one asks too much, or too much is asked in the same words from anywhere.

    Who is signed in is counted by who that is: others at the same address hold nobody back.
    """
    by_one = limits.asks_of_one.take(visitor) if visitor else limits.asks.take(address)
    if not await by_one:
        raise too_many()
    letters = "".join(c for c in command.text.casefold() if c.isalnum())[:500]
    is_long = command.kind is ConsultationKind.QUESTION and len(letters) >= SAME_LETTERS_MIN
    if is_long and not await limits.same_words.take(f"{hall.hall_id}/{letters}"):
        raise too_many()


async def _found(
    consult_desk: ConsultDesk, halls: Halls, token: str
) -> tuple[Hall, ConsultationId]:
    own = consult_desk.id_of(token)
    hall_id = await consult_desk.consultations.hall_of(own)
    hall = halls.find(hall_id) if hall_id is not None else None
    if hall is None:
        raise unknown()
    return hall, own


async def _shown(
    consult_desk: ConsultDesk, hall: Hall, token: str, entries: list[ConsultationEntry]
) -> Response[bytes]:
    known = await consult_desk.case_desk.known(hall)
    topic = consult_desk.topic_of(entries[0].consultation_id)
    return as_json(visitor_view(entries, known, token, topic))
