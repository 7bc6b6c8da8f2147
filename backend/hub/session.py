"""One connection as the hub sees it, without a socket inside: messages in, messages out."""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import TypeVar, assert_never

import msgspec
from msgspec import Struct

from backend.core.access import may_do, may_watch
from backend.core.ids import CommandId
from backend.core.stamp import Caller, Role
from backend.core.views.topics import Topic, exists, topic_of
from backend.hub.fanout import unknown_topic
from backend.hub.follower import Answer
from backend.hub.hall import Hall
from backend.hub.transact import IdInUseError, UnavailableError
from backend.rate import Bucket
from backend.store.stream import StoreError
from backend.wire.messages import (
    FRAME_MAX,
    ClientMessage,
    Do,
    Done,
    ErrorCode,
    Fault,
    Ping,
    Pong,
    Refused,
    ServerMessage,
    Unwatch,
    Watch,
)

TOPICS_MAX = 200
IN_FLIGHT_MAX = 256
ANSWERS_MAX = 1024
"""Answers that may lie unread; who sends more without reading is flooding."""
FLOOD_GRACE = 100
"""Messages turned away as too many before the connection is closed."""
RATES: dict[Role, tuple[float, float]] = {
    Role.VISITOR: (10.0, 40.0),
    Role.DEVICE: (2000.0, 4000.0),
    Role.CLERK: (200.0, 400.0),
    Role.GREETER: (200.0, 400.0),
    Role.SUPERVISOR: (2000.0, 4000.0),
    Role.ADMINISTRATOR: (2000.0, 4000.0),
    Role.SYSTEM: (0.0, 0.0),
}
"""Messages a second, and how many at once after a quiet while."""

T = TypeVar("T")

encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(ClientMessage)


class _Envelope(Struct):
    """What can be read of a message that is not well formed."""

    id: CommandId | None = None
    topic: str | None = None


def decode(decoder: "msgspec.json.Decoder[T]", frame: bytes) -> T:
    """The message in the frame.

    Raises msgspec.DecodeError: also for the one character that PostgreSQL cannot keep, since
    a commit that cannot be archived would hold up all that come after it.
    """
    if b"\\u0000" in frame:
        raise msgspec.ValidationError("the character U+0000 cannot be kept")
    return decoder.decode(frame)


class Outbox:
    """What is to be sent on one connection: every answer, and the newest view of each topic.

    Its size is bounded by some ANSWERS_MAX answers and TOPICS_MAX views, however slow the reader.
    """

    def __init__(self) -> None:
        self._answers: deque[bytes] = deque()
        self._views: dict[Topic, bytes] = {}
        self._filled = asyncio.Event()

    def answer(self, message: ServerMessage) -> None:
        """Send this message."""
        self._answers.append(encode(message))
        self._filled.set()

    def show(self, topic: Topic, message: bytes) -> None:
        """Send this view in place of any older one of the topic."""
        self._views[topic] = message
        self._filled.set()

    def forget(self, topic: Topic) -> None:
        """Do not send what is left of a topic."""
        self._views.pop(topic, None)

    async def take(self) -> list[bytes]:
        """All that is to be sent, answers first; waits until there is something."""
        await self._filled.wait()
        self._filled.clear()
        messages = [*self._answers, *self._views.values()]
        self._answers.clear()
        self._views.clear()
        return messages

    @property
    def answers(self) -> int:
        """How many answers wait to be sent."""
        return len(self._answers)


class FloodingError(Exception):
    """The client goes on sending although it was told that it is too much."""


class Session:
    """The hub's side of one connection."""

    def __init__(self, hall: Hall, by: Caller, outbox: Outbox, clock: Callable[[], float]) -> None:
        """`clock` counts seconds from anywhere."""
        self._hall = hall
        self._by = by
        self._outbox = outbox
        self._topics: set[Topic] = set()
        self._bucket = Bucket(*RATES[by.role], clock)
        self._turned_away = 0
        self.in_flight = 0

    def receive(self, frame: str | bytes) -> None:
        """Take one message; whatever is to be said to it goes to the outbox.

        Raises FloodingError.
        """
        if self._outbox.answers > ANSWERS_MAX:
            raise FloodingError
        if not self._bucket.take():
            self._turned_away += 1
            if self._turned_away > FLOOD_GRACE:
                raise FloodingError
            self._fault(ErrorCode.TOO_MANY_REQUESTS, "slow down", self._read_of(frame))
            return
        self._turned_away = 0
        content = frame if isinstance(frame, bytes) else frame.encode()
        if len(content) > FRAME_MAX:
            self._fault(ErrorCode.TOO_LARGE, f"a frame has at most {FRAME_MAX} bytes", _Envelope())
            return
        try:
            message: ClientMessage = decode(_decoder, content)
        except msgspec.DecodeError as error:
            self._fault(ErrorCode.MALFORMED, str(error), self._read_of(frame))
            return
        match message:
            case Do():
                self._do(message)
            case Watch(topic=name):
                self._watch(name)
            case Unwatch(topic=name):
                topic = topic_of(name)
                if topic in self._topics:
                    self._unwatch(topic)
            case Ping():
                self._outbox.answer(Pong(at=self._hall.now()))
            case _:
                assert_never(message)

    def close(self) -> None:
        """Watch nothing any more."""
        for topic in list(self._topics):
            self._unwatch(topic)

    def _do(self, message: Do) -> None:
        if not may_do(self._by.role, message.command):
            self._fault(refusal_of_access(self._by), denial_of(self._by), _Envelope(id=message.id))
        elif self.in_flight >= IN_FLIGHT_MAX:
            detail = f"at most {IN_FLIGHT_MAX} commands may be unanswered"
            self._fault(ErrorCode.TOO_MANY_REQUESTS, detail, _Envelope(id=message.id))
        else:
            self.in_flight += 1
            answer = self._hall.do(message.id, message.command, self._by)
            answer.add_done_callback(lambda found: self._answered(message.id, found))

    def _answered(self, id: CommandId, answer: "asyncio.Future[Answer]") -> None:
        self.in_flight -= 1
        if answer.cancelled():
            return
        error = answer.exception()
        if error is None:
            self._outbox.answer(reply(id, answer.result()))
        elif isinstance(error, IdInUseError):
            self._fault(ErrorCode.ID_IN_USE, str(error), _Envelope(id=id))
        elif isinstance(error, UnavailableError | StoreError):
            self._fault(ErrorCode.UNAVAILABLE, str(error), _Envelope(id=id))
        else:
            raise error

    def _watch(self, name: str) -> None:
        topic = topic_of(name)
        day = self._hall.follower.day
        if topic is None or (day.plan is not None and not exists(day, topic)):
            self._outbox.answer(unknown_topic(name))
        elif not may_watch(self._by.role, topic.family):
            self._fault(refusal_of_access(self._by), denial_of(self._by), _Envelope(topic=name))
        elif len(self._topics) >= TOPICS_MAX and topic not in self._topics:
            detail = f"at most {TOPICS_MAX} topics on one connection"
            self._fault(ErrorCode.TOO_MANY_TOPICS, detail, _Envelope(topic=name))
        else:
            self._topics.add(topic)
            self._hall.fanout.watch(topic, self._outbox)

    def _unwatch(self, topic: Topic | None) -> None:
        assert topic is not None
        self._topics.discard(topic)
        self._hall.fanout.unwatch(topic, self._outbox)
        self._outbox.forget(topic)

    def _fault(self, code: ErrorCode, detail: str, about: _Envelope) -> None:
        self._outbox.answer(Fault(code=code, detail=detail, id=about.id, topic=about.topic))

    def _read_of(self, frame: str | bytes) -> _Envelope:
        if len(frame) > FRAME_MAX:
            return _Envelope()
        try:
            return msgspec.json.decode(frame, type=_Envelope)
        except msgspec.DecodeError:
            return _Envelope()


def refusal_of_access(by: Caller) -> ErrorCode:
    """Why access is denied: not signed in, or not allowed to."""
    return ErrorCode.UNAUTHENTICATED if by.role is Role.VISITOR else ErrorCode.FORBIDDEN


def denial_of(by: Caller) -> str:
    """Why access is denied, in words for whoever writes the client."""
    return "sign in first" if by.role is Role.VISITOR else f"a {by.role.value} may not do this"


def reply(id: CommandId, answer: Answer) -> Done | Refused:
    """An answer as it goes over the wire."""
    if answer.refused is not None:
        return Refused(id=id, code=answer.refused)
    return Done(id=id, seq=answer.seq, result=answer.result)
