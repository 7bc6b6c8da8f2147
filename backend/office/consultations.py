"""Consultations over HTTP for staff: lists, one with its history, what is done with it."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

import msgspec
from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, QueryParameter
from msgspec import Struct

from backend.audited import audited, trail_of
from backend.consulting import Consulted, IdInUseError
from backend.core.access import Reading, Writing
from backend.core.consultations.words import (
    ConsultationCounts,
    ConsultationId,
    ConsultationRefusal,
)
from backend.core.rules.public_text import LINE, TextRefusal, cleaned
from backend.core.stamp import Caller
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body, granted
from backend.hub.session import tag_of
from backend.identity import Identity
from backend.office.case_desk import At
from backend.office.consult_desk import ConsultDesk
from backend.office.consult_views import item_of, staff_view
from backend.openapi import takes
from backend.problem import ProblemError
from backend.store.audit import digest
from backend.store.consultations import ConsultationEntry, folded
from backend.wire.consultations import (
    ConsultationAsk,
    ConsultationDo,
    ConsultationPage,
    ConsultationWork,
    SensitiveWordList,
    SensitiveWordOrder,
)
from backend.wire.messages import ErrorCode

BODY_MAX = 32 * 1024
PAGE = 50
SKIP_MAX = 10_000
HEADERS = {"Cache-Control": "no-store"}
ListKind = Literal["open", "chats", "mine", "overdue", "held", "to_publish", "to_review", "over"]

_encode = msgspec.json.Encoder().encode
_work_decoder = msgspec.json.Decoder(ConsultationWork)
_words_decoder = msgspec.json.Decoder(SensitiveWordOrder)


@get("/api/halls/{hall_id:str}/consultations")
@audited("consultation.list", "consultation")
async def list_consultations(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    consult_desk: NamedDependency[ConsultDesk],
    kind: FromQuery[ListKind] = "open",
    skip: Annotated[int, QueryParameter(ge=0, le=SKIP_MAX)] = 0,
) -> Response[bytes]:
    """A ConsultationPage: of the own departments, of the hall's desk and one's own."""
    at = await consult_desk.case_desk.at(request, hall_id, Reading.CONSULTATIONS)
    departments, now = _departments(at), at.hall.now()
    store, staff_id = consult_desk.consultations, at.by.id
    found = await store.listed(
        at.hall.hall_id,
        kind=kind,
        departments=departments,
        staff_id=staff_id,
        at=now,
        count=PAGE + 1,
        skip=skip,
    )
    counts = await store.counts(at.hall.hall_id, departments=departments, staff_id=staff_id, at=now)
    page = ConsultationPage(
        found=tuple(item_of(row, at.known, staff_id, now) for row in found[:PAGE]),
        has_more=len(found) > PAGE,
        counts=counts,
    )
    return as_json(page)


@get("/api/halls/{hall_id:str}/consultations/counts")
@audited("consultation.count", "consultation", only_denied=True)
async def count_consultations(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    consult_desk: NamedDependency[ConsultDesk],
) -> ConsultationCounts:
    """How many are on each list of whoever asks."""
    at = await consult_desk.case_desk.at(request, hall_id, Reading.CONSULTATIONS)
    return await consult_desk.consultations.counts(
        at.hall.hall_id, departments=_departments(at), staff_id=at.by.id, at=at.hall.now()
    )


@get("/api/halls/{hall_id:str}/consultations/{consultation_id:str}")
@audited("consultation.read", "consultation")
async def one_consultation(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    consultation_id: FromPath[str],
    consult_desk: NamedDependency[ConsultDesk],
) -> Response[bytes]:
    """A StaffConsultation; 404 also when it is of a department that is not the asker's."""
    at = await consult_desk.case_desk.at(request, hall_id, Reading.CONSULTATIONS)
    entries = await _own(at, consult_desk, ConsultationId(consultation_id))
    return _shown(at, consult_desk, entries)


@post("/api/halls/{hall_id:str}/consultations/{consultation_id:str}", status_code=HTTPStatus.OK)
@audited("consultation.do", "consultation")
@takes(_work_decoder)
async def work_on_consultation(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    consultation_id: FromPath[str],
    consult_desk: NamedDependency[ConsultDesk],
) -> Response[bytes]:
    """Carry a command out: 200 with the StaffConsultation, 409 when a rule says no."""
    at = await consult_desk.case_desk.at(request, hall_id, Writing.CONSULTATION)
    message = await decoded_body(request, _work_decoder, BODY_MAX)
    trail = trail_of(request)
    trail.request_id, trail.verb = message.id, f"consultation.{tag_of(message.command)}"
    own = ConsultationId(consultation_id)
    entries = await _own(at, consult_desk, own)
    trail.before = digest(entries[-1])
    done = await done_or_problem(consult_desk, at.hall, own, message, at.by)
    trail.after = digest(done.entries[-1])
    return _shown(at, consult_desk, done.entries)


@get("/api/halls/{hall_id:str}/sensitive-words")
@audited("sensitive_words.read", "sensitive_words", only_denied=True)
async def read_sensitive_words(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    consult_desk: NamedDependency[ConsultDesk],
) -> SensitiveWordList:
    """The words that the hall looks at first (TX4)."""
    hall, _ = await granted(request, hall_id, Writing.SENSITIVE_WORDS, halls, identity)
    found = await consult_desk.consultations.sensitive_words(hall.hall_id)
    return SensitiveWordList(version=found.version, words=found.words)


@put("/api/halls/{hall_id:str}/sensitive-words")
@audited("sensitive_words.put", "sensitive_words")
@takes(_words_decoder)
async def put_sensitive_words(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    consult_desk: NamedDependency[ConsultDesk],
) -> SensitiveWordList:
    """Put another list in force; what was said before is not looked at again."""
    hall, asker = await granted(request, hall_id, Writing.SENSITIVE_WORDS, halls, identity)
    order = await decoded_body(request, _words_decoder, BODY_MAX)
    with text_problems():
        words = tuple(dict.fromkeys(cleaned(word, LINE) for word in order.words))
    await consult_desk.consultations.put_sensitive_words(hall.hall_id, words, asker.by.id)
    found = await consult_desk.consultations.sensitive_words(hall.hall_id)
    trail_of(request).after = digest(found)
    return SensitiveWordList(version=found.version, words=found.words)


ROUTES: list[Any] = [
    list_consultations,
    count_consultations,
    one_consultation,
    work_on_consultation,
    read_sensitive_words,
    put_sensitive_words,
]


class text_problems:  # noqa: N801 (reads as a statement)
    """Tells as a problem that words are not taken (TX1, TX2)."""

    def __enter__(self) -> None:
        """Nothing to do before."""

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        """The problem in the refusal's place."""
        if isinstance(error, TextRefusal):
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            raise ProblemError(status, error.code, "the text is not taken as it is") from error


async def done_or_problem(
    consult_desk: ConsultDesk,
    hall: Hall,
    consultation_id: ConsultationId,
    message: ConsultationAsk | ConsultationDo | ConsultationWork,
    by: Caller,
    *,
    visitor: str | None = None,
) -> Consulted:
    """What the consultation is after the command; a problem with the code of what says no."""
    try:
        with text_problems():
            return await consult_desk.do(
                hall, consultation_id, message.id, message.command, by, visitor=visitor
            )
    except ConsultationRefusal as refusal:
        detail = "a rule says no to this command now"
        raise ProblemError(HTTPStatus.CONFLICT, refusal.code, detail) from refusal
    except IdInUseError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.ID_IN_USE, str(error)
        ) from error


def unknown() -> ProblemError:
    """There is none, or not for whoever asks."""
    detail = "there is no such consultation"
    return ProblemError(HTTPStatus.NOT_FOUND, "unknown_consultation", detail)


def as_json(answer: Struct) -> Response[bytes]:
    """As JSON that nobody keeps."""
    return Response(_encode(answer), media_type="application/json", headers=HEADERS)


async def _own(
    at: At, consult_desk: ConsultDesk, consultation_id: ConsultationId
) -> list[ConsultationEntry]:
    entries = await consult_desk.read(at.hall, consultation_id)
    if not entries:
        raise unknown()
    found, departments = folded(entries), at.desk.departments
    is_own = found.department_id is None or found.staff_id == at.by.id
    if not is_own and departments is not None and found.department_id not in departments:
        raise unknown()
    return entries


def _departments(at: At) -> list[str] | None:
    return None if at.desk.departments is None else sorted(at.desk.departments)


def _shown(at: At, consult_desk: ConsultDesk, entries: list[ConsultationEntry]) -> Response[bytes]:
    topic = consult_desk.topic_of(entries[0].consultation_id)
    return as_json(staff_view(entries, at.known, topic, at.by, at.hall.now()))
