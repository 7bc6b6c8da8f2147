"""Answers about recorded days, with the days asked about last kept at hand."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from http import HTTPStatus

import msgspec
from msgspec import Raw

from backend.core.day import HallDay
from backend.core.evolve import evolve
from backend.core.ids import HallId
from backend.core.rules.expression import RuleFault
from backend.core.views.greeter import FoundTickets, tickets_numbered
from backend.core.views.ticket import ticket as ticket_view
from backend.core.views.topics import exists, topic_of, view_of
from backend.replay.course import course_of
from backend.replay.questions import (
    AnswerError,
    AskCourse,
    AskReplay,
    AskScreen,
    AskTickets,
    AskVisit,
    AskWhy,
    Question,
    Reply,
    ToldVisit,
)
from backend.replay.record import RecordError
from backend.replay.report import replay
from backend.replay.why import Ledger
from backend.store.archive import Archive
from backend.store.stream import START, ConflictError, DayRef, Entry, HallStream, Position
from backend.wire.messages import ErrorCode, Show

DAYS_KEPT = 3
"""A day of 5,000 tickets takes some 30 MB."""
BATCH = 5000

_encode = msgspec.json.Encoder().encode


class KeptDay:
    """A day's commits as far as they were read, and what was worked out from them."""

    def __init__(self, ref: DayRef | None) -> None:
        self.ref = ref
        """Its history in the stream; None when it is read from the archive."""
        self.entries: list[Entry] = []
        self._ledger = Ledger()
        self._told = 0
        self._then = HallDay()
        self._folded = 0

    @property
    def position(self) -> Position:
        """How far it was read."""
        return self.entries[-1].position if self.entries else START

    def ledger(self) -> Ledger:
        """The accounts of all that was read."""
        for entry in self.entries[self._told :]:
            self._ledger.see(entry.commit.events, entry.commit.at)
        self._told = len(self.entries)
        return self._ledger

    def then(self, at: datetime) -> tuple[HallDay, int]:
        """The day as it stood at an instant, and its seq; going forward only folds what is new."""
        if self._folded and self.entries[self._folded - 1].commit.at > at:
            self._then, self._folded = HallDay(), 0
        for entry in self.entries[self._folded :]:
            if entry.commit.at > at:
                break
            for event in entry.commit.events:
                evolve(self._then, event)
            self._folded += 1
        return self._then, self._folded


class Answers:
    """Answers questions from the stream for a hall's latest day, else from the archive."""

    def __init__(self, archive: Archive, stream_of: Callable[[HallId], HallStream]) -> None:
        self._archive = archive
        self._stream_of = stream_of
        self._days: OrderedDict[tuple[HallId, date], KeptDay] = OrderedDict()

    async def to(self, question: Question) -> Reply:
        """The reply; Raises StoreError."""
        try:
            kept = await self._day(question.hall_id, question.day)
            match question:
                case AskReplay():
                    body = _replay(kept, question)
                case AskWhy():
                    body = _why(kept, question)
                case AskScreen():
                    body = _screen(kept, question)
                case AskCourse():
                    body = _course(kept, question)
                case AskVisit():
                    body = _visit(kept, question)
                case AskTickets():
                    body = _tickets(kept, question)
        except AnswerError as error:
            return Reply(
                status=error.status, body=Raw(b"null"), code=error.code, detail=error.detail
            )
        return Reply(status=HTTPStatus.OK, body=Raw(body))

    async def _day(self, hall_id: HallId, day: date) -> KeptDay:
        """The day, read as far as it goes by now."""
        kept = self._days.pop((hall_id, day), None)
        stream = self._stream_of(hall_id)
        latest = await stream.latest_day()
        ref = latest if latest is not None and latest.day == day else None
        if kept is None or kept.ref != ref:
            kept = KeptDay(ref)
        try:
            await self._read_on(kept, hall_id, day, stream)
        except ConflictError:  # the stream lost something that was read
            kept = KeptDay(ref)
            await self._read_on(kept, hall_id, day, stream)
        if not kept.entries:
            raise AnswerError(
                HTTPStatus.NOT_FOUND, ErrorCode.UNKNOWN_DAY, f"nothing is recorded of {day}"
            )
        self._days[hall_id, day] = kept
        if len(self._days) > DAYS_KEPT:
            self._days.popitem(last=False)
        return kept

    async def _read_on(self, kept: KeptDay, hall_id: HallId, day: date, stream: HallStream) -> None:
        while True:
            if kept.ref is not None:
                entries = await stream.read(kept.ref, kept.position, BATCH)
            else:
                entries = await self._archive.read(hall_id, day, kept.position, BATCH)
            kept.entries += entries
            if len(entries) < BATCH:
                return


def _replay(kept: KeptDay, question: AskReplay) -> bytes:
    try:
        commits = [entry.commit for entry in kept.entries]
        return _encode(replay(commits, question.plan, question.rule))
    except RecordError as error:
        raise AnswerError(HTTPStatus.NOT_FOUND, ErrorCode.UNKNOWN_DAY, str(error)) from error
    except RuleFault as fault:
        raise AnswerError(HTTPStatus.UNPROCESSABLE_ENTITY, fault.code, str(fault)) from fault


def _why(kept: KeptDay, question: AskWhy) -> bytes:
    account = kept.ledger().account(question.ticket_id, for_visitor=question.for_visitor)
    if account is None:
        detail = f"the day has no ticket {question.ticket_id}"
        raise AnswerError(HTTPStatus.NOT_FOUND, "unknown_ticket", detail)
    return _encode(account)


def _screen(kept: KeptDay, question: AskScreen) -> bytes:
    day, seq = kept.then(question.at)
    topic = topic_of(question.topic)
    if day.plan is None:
        detail = f"the day had not begun at {question.at.isoformat()}"
        raise AnswerError(HTTPStatus.NOT_FOUND, ErrorCode.UNKNOWN_DAY, detail)
    if topic is None or not exists(day, topic):
        raise _unknown_topic()
    epoch = kept.ref.epoch if kept.ref is not None else f"archive:{question.day}"
    return _encode(Show(topic=str(topic), epoch=epoch, seq=seq, view=view_of(day, topic)))


def _course(kept: KeptDay, question: AskCourse) -> bytes:
    topic = topic_of(question.topic)
    commits = [entry.commit for entry in kept.entries]
    course = course_of(commits, topic) if topic is not None else None
    if course is None:
        raise _unknown_topic()
    return _encode(course)


def _visit(kept: KeptDay, question: AskVisit) -> bytes:
    day = kept.ledger().day
    ticket_id = day.tokens.get(question.token)
    if ticket_id is None:
        raise AnswerError(HTTPStatus.NOT_FOUND, "unknown_ticket", "the day has no such ticket")
    told = ToldVisit(
        ticket=day.tickets[ticket_id],
        is_evaluated=ticket_id in day.evaluations,
        view=ticket_view(day, question.token),
    )
    return _encode(told)


def _tickets(kept: KeptDay, question: AskTickets) -> bytes:
    return _encode(FoundTickets(tickets=tickets_numbered(kept.ledger().day, question.number)))


def _unknown_topic() -> AnswerError:
    detail = "the hall had no such topic"
    return AnswerError(HTTPStatus.NOT_FOUND, ErrorCode.UNKNOWN_TOPIC, detail)
