"""The assistant over HTTP: answers from the hall's guides and questions, or none."""

import asyncio
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
import structlog
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Struct
from msgspec.structs import replace

from backend.assistant.answer import Answer, Assistant, Source
from backend.assistant.model import ChatModel, ModelError
from backend.assistant.parts import in_language
from backend.catalogue.guide import Catalogue, Question
from backend.core.consultations.decide import is_desk_open
from backend.core.ids import HallId, ServiceId, Text
from backend.core.rules.public_text import MESSAGE, cleaned
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, check_visits, decoded_body, hall_of
from backend.office.case_desk import Known
from backend.office.consult_desk import ConsultDesk
from backend.office.consultations import as_json, text_problems
from backend.office.questions import too_many
from backend.openapi import takes
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.search.index import Hit
from backend.store.catalogue import HallCatalogue
from backend.store.consultations import PublishedQuestion
from backend.store.lasting import Lasting
from backend.visiting import Visiting
from backend.web.visitor import signed_in_visitor
from backend.wire.consultations import AnswerSource, AskedAssistant, AssistantAnswer
from backend.wire.messages import ErrorCode

BODY_MAX = 48 * 1024
WAITING_MAX = 32
"""Questions that wait for a thread; more are told to come again."""
PUBLISHED_MAX = 500
PUBLISHED_KNOWN_S = 60.0
THREADS = 1
"""Answering is work of the processor: more at once would only take turns with the hub's loop."""

WORDED = Text(
    zh="（以上文字由语言模型根据指南整理，以指南为准。）",
    en="(Worded by a language model from the guide; the guide is what counts.)",
)
"""Under an answer that is not in the guide's own words."""

log = structlog.get_logger()
_decoder = msgspec.json.Decoder(AskedAssistant)
T = TypeVar("T")


class Found(Struct, frozen=True, kw_only=True):
    """What a query comes to."""

    answer: Answer
    hits: list[Hit]
    """What has the number that was typed, then those that fit, best first."""
    question: Callable[[str], Question]
    """The question about the hall, or the published one, with this item's id."""


class Assistants:
    """One assistant a hall, made in a thread when it is first asked; made anew when a guide is.

    `model` may word what an assistant answers when it is asked; what a search shows it does not.
    """

    def __init__(self, consult_desk: ConsultDesk, model: ChatModel | None) -> None:
        self._consult_desk = consult_desk
        self._model = model
        self._made: dict[HallId, _Made] = {}
        self._published = Lasting[HallId, list[PublishedQuestion]](PUBLISHED_KNOWN_S)
        self._making = asyncio.Lock()
        self._threads = asyncio.Semaphore(THREADS)
        self._waiting = 0

    async def ask(self, hall_id: HallId, known: Known, question: str) -> "tuple[Answer, _Made]":
        """The answer, and what it was made of; without holding up the loop.

        Raises ProblemError: too many wait.
        """
        answer, made = await self._in_turn(hall_id, known, lambda found: found.ask(question))
        return await self._worded(question, answer), made

    async def find(self, hall_id: HallId, known: Known, query: str) -> "Found":
        """What is found, with the answer where there is one; without holding up the loop.

        Raises ProblemError: too many wait.
        """

        def found(assistant: Assistant) -> tuple[Answer, list[Hit]]:
            seen = assistant.look_up(query)
            return assistant.answer(query, seen), assistant.found(seen)

        (answer, hits), made = await self._in_turn(hall_id, known, found)
        return Found(answer=answer, hits=hits, question=made.question)

    async def aclose(self) -> None:
        """End the connections to the model."""
        if self._model is not None:
            await self._model.aclose()

    async def _worded(self, question: str, answer: Answer) -> Answer:
        """The answer in the model's words; as it is where there are none."""
        if self._model is None or not answer.is_known:
            return answer
        try:
            words = await self._model.word(question, answer.answer, answer.language)
        except ModelError as error:
            log.warning("model_failed", why=str(error))
            return answer
        if words is None:
            return answer
        return replace(answer, answer=f"{words}\n{in_language(WORDED, answer.language)}")

    async def _in_turn(
        self, hall_id: HallId, known: Known, work: Callable[[Assistant], T]
    ) -> "tuple[T, _Made]":
        if self._waiting >= WAITING_MAX:
            detail = "too many ask at once; ask again in a moment"
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, ErrorCode.HALL_BUSY, detail)
        self._waiting += 1
        try:
            made = await self._of(hall_id, known)
            async with self._threads:
                return await asyncio.to_thread(work, made.assistant), made
        finally:
            self._waiting -= 1

    async def _of(self, hall_id: HallId, known: Known) -> "_Made":
        consultations = self._consult_desk.consultations
        published = await self._published.get(
            hall_id, lambda: consultations.published(hall_id, count=PUBLISHED_MAX)
        )
        async with self._making:
            found = self._made.get(hall_id)
            if found is None or not found.is_of(known, published):
                assistant = await asyncio.to_thread(_made_of, known, published)
                found = _Made(assistant, known.catalogue, known.today, published)
                self._made[hall_id] = found
            return found


class _Made:
    """An assistant, and of what."""

    def __init__(
        self,
        assistant: Assistant,
        catalogue: HallCatalogue,
        day: date,
        published: list[PublishedQuestion],
    ) -> None:
        self.assistant = assistant
        self.published = published
        self._catalogue, self._day = catalogue, day

    def is_of(self, known: Known, published: list[PublishedQuestion]) -> bool:
        """Whether it was made of just this."""
        is_of_day = known.catalogue is self._catalogue and known.today == self._day
        return is_of_day and (published is self.published or published == self.published)

    def question(self, item_id: str) -> Question:
        """The question about the hall, or the published one, that was found under this id."""
        return self.assistant.questions[item_id]

    def source(self, source: Source) -> AnswerSource:
        """Where to read on."""
        if source.item_id not in self.assistant.questions:
            service_id = ServiceId(source.item_id)
            return AnswerSource(service_id=service_id, consultation_id=None, title=source.title)
        own = len(self._catalogue.questions_on(self._day))  # they stand before the published ones
        no = int(source.item_id.removeprefix("hall-")) - own
        published = self.published[no - 1].consultation_id if no > 0 else None
        return AnswerSource(service_id=None, consultation_id=published, title=source.title)


def _made_of(known: Known, published: list[PublishedQuestion]) -> Assistant:
    questions = (*known.questions, *(one.as_question for one in published))
    return Assistant(Catalogue(guides=tuple(known.guides.values()), questions=questions))


@post("/api/halls/{hall_id:str}/ask", status_code=HTTPStatus.OK)
@takes(_decoder)
async def ask_assistant(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    limits: NamedDependency[Limits],
    consult_desk: NamedDependency[ConsultDesk],
    assistants: NamedDependency[Assistants],
    visiting: NamedDependency[Visiting],
) -> Response[bytes]:
    """An AssistantAnswer in the question's language; nothing of it is kept."""
    hall = hall_of(halls, hall_id)
    check_visits(request, limits)
    message = await decoded_body(request, _decoder, BODY_MAX)
    with text_problems():
        question = cleaned(message.question, MESSAGE)
    visitor = await signed_in_visitor(request, visiting)
    by_one = (
        limits.assisted_of_one.take(visitor)
        if visitor
        else limits.assisted.take(address_of(request))
    )
    if not await by_one:
        raise too_many()
    known = await consult_desk.case_desk.known(hall)
    answer, made = await assistants.ask(hall.hall_id, known, question)
    told = AssistantAnswer(
        is_known=answer.is_known,
        answer=answer.answer,
        confidence=answer.confidence,
        sources=tuple(map(made.source, answer.sources)) if answer.is_known else (),
        near=tuple(map(made.source, answer.near)),
        is_desk_open=is_desk_open(known.plan, hall.now()),
    )
    return as_json(told)


ROUTES: list[Any] = [ask_assistant]
