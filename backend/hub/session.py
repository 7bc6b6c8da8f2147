"""One connection as the hub sees it, without a socket inside: messages in, messages out."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, TypeVar, assert_never

import msgspec
from msgspec import Struct

from backend.core.access import Family
from backend.core.commands import TakeTicket
from backend.core.errors import RefusalCode
from backend.core.ids import CommandId
from backend.core.scope import acting_role, may_see
from backend.core.stamp import Caller, Role
from backend.core.views.topics import Topic, exists, topic_of
from backend.hub.fanout import unknown_topic
from backend.hub.follower import Answer
from backend.hub.hall import Hall
from backend.hub.limits import ANSWERS_MAX, FLOOD_GRACE, IN_FLIGHT_MAX, RATES, TOPICS_MAX
from backend.hub.ring import Shown, Watcher
from backend.hub.transact import IdInUseError, UnavailableError
from backend.identity import Asker
from backend.rate import CARD_UNKNOWN_COST, Bucket, Quota
from backend.store.audit import Act, Result
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

TOO_MANY_TAKES = "too many tickets are taken from this address"

T = TypeVar("T")

encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(ClientMessage)
_working: "set[asyncio.Future[None]]" = set()


class _Envelope(Struct):
    """What can be read of a message that is not well formed."""

    id: CommandId | None = None
    topic: str | None = None


_envelopes = msgspec.json.Decoder(_Envelope)


def decode(decoder: "msgspec.json.Decoder[T]", frame: bytes) -> T:
    """The message in the frame.

    Raises msgspec.DecodeError: also for the one character that PostgreSQL cannot keep, since
    a commit that cannot be archived would hold up all that come after it.
    """
    if b"\\u0000" in frame:
        raise msgspec.ValidationError("the character U+0000 cannot be kept")
    try:
        return decoder.decode(frame)
    except RecursionError:
        raise msgspec.ValidationError("nested too deep") from None
    except UnicodeDecodeError as error:  # of bytes that came over HTTP; frames are text already
        raise msgspec.DecodeError(f"not UTF-8: {error.reason}") from error


class Outlet(Watcher, Protocol):
    """The way back to the client; bounded, however slow the reader."""

    @property
    def answers(self) -> int:
        """How many answers wait to be sent."""
        ...

    def answer(self, message: ServerMessage) -> None:
        """Send this message."""
        ...

    def forget(self, topic: Topic) -> None:
        """Do not send what is left of a topic."""
        ...


class FloodingError(Exception):
    """The client goes on sending although it was told that it is too much."""


class Session:
    """The hub's side of one connection."""

    __slots__ = (
        "_asker",
        "_bucket",
        "_hall",
        "_is_active",
        "_outlet",
        "_takes",
        "_topics",
        "_turned_away",
        "address",
        "by",
        "in_flight",
    )

    def __init__(
        self,
        hall: Hall,
        asker: Asker,
        outlet: Outlet,
        clock: Callable[[], float],
        *,
        takes: Quota,
        address: str,
    ) -> None:
        """`clock` counts seconds from anywhere; `takes` are counted by the client's `address`."""
        self._takes, self.address = takes, address
        self._hall = hall
        self.by, self._asker = asker.by, asker
        self._outlet = outlet
        self._topics: list[Topic] = []
        """Mostly one, and a set of one takes three times the room."""
        self._bucket = Bucket(*RATES[self.by.role], clock)
        self._turned_away = 0
        self._is_active = False
        self.in_flight = 0

    def receive(self, frame: str | bytes, *, is_text: bool = True) -> None:
        """Take one message; whatever is to be said to it goes to the outlet.

        Raises FloodingError.
        """
        content = frame if isinstance(frame, bytes) else frame.encode()
        if not self.count():
            self._fault(ErrorCode.TOO_MANY_REQUESTS, "slow down", self._read_of(content))
            return
        if len(content) > FRAME_MAX:
            self._fault(ErrorCode.TOO_LARGE, f"a frame has at most {FRAME_MAX} bytes", _Envelope())
            return
        if not is_text:
            self._fault(ErrorCode.MALFORMED, "send text frames", _Envelope())
            return
        try:
            message: ClientMessage = decode(_decoder, content)
        except msgspec.DecodeError as error:
            self._fault(ErrorCode.MALFORMED, str(error), self._read_of(content))
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
                self._outlet.answer(Pong(at=self._hall.now()))
            case _:
                assert_never(message)

    def count(self) -> bool:
        """Whether one more message, of whatever kind, is within the client's rate.

        Raises FloodingError.
        """
        if self._outlet.answers > ANSWERS_MAX:
            raise FloodingError
        if not self._bucket.take():
            self._turned_away += 1
            if self._turned_away > FLOOD_GRACE:
                raise FloodingError
            return False
        self._turned_away = 0
        return True

    def newest(self, topic: Topic) -> Shown | None:
        """What was last shown of a topic, if it is still watched."""
        return self._hall.fanout.newest(topic) if topic in self._topics else None

    def watches(self, family: Family) -> bool:
        """Whether any topic of this family is watched."""
        return any(topic.family is family for topic in self._topics)

    def was_active(self) -> bool:
        """Whether a command was given since this was last asked: watching is no act (AC2)."""
        found, self._is_active = self._is_active, False
        return found

    def close(self) -> None:
        """Watch nothing any more."""
        for topic in list(self._topics):
            self._unwatch(topic)

    def _do(self, message: Do) -> None:
        asker, day = self._asker, self._hall.follower.day
        role = acting_role(asker.grants, asker.scope, day, message.command)
        if role is None:
            self._tell_denied("command.do", "command", tag_of(message.command), message.id)
            self._fault(refusal_of_access(self.by), denial_of(self.by), _Envelope(id=message.id))
        elif self.in_flight >= IN_FLIGHT_MAX:
            detail = f"at most {IN_FLIGHT_MAX} commands may be unanswered"
            self._fault(ErrorCode.TOO_MANY_REQUESTS, detail, _Envelope(id=message.id))
        elif is_take_of_visitor(self.by, message):
            self.in_flight += 1
            self._soon(self._take(message, asker.acting_as(role)))
        else:
            self._is_active = True
            self.in_flight += 1
            answer = self._hall.do(message.id, message.command, asker.acting_as(role), self.address)
            answer.add_done_callback(lambda found: self._answered(message, found))

    async def _take(self, message: Do, by: Caller) -> None:
        """Have a visitor's ticket taken, if the address has not taken too many."""
        if not await self._takes.take(self.address):
            self.in_flight -= 1
            self._fault(ErrorCode.TOO_MANY_REQUESTS, TOO_MANY_TAKES, _Envelope(id=message.id))
            return
        answer = self._hall.do(message.id, message.command, by)
        answer.add_done_callback(lambda found: self._answered(message, found))

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        _working.add(task)  # a task that nobody holds may vanish
        task.add_done_callback(_working.discard)

    def _answered(self, message: Do, answer: "asyncio.Future[Answer]") -> None:
        self.in_flight -= 1
        if answer.cancelled():
            return
        error = answer.exception()
        if error is None:
            found = reply(message.id, answer.result())
            if is_take_of_visitor(self.by, message):
                self._soon(charge_guess(self._takes, self.address, found))
            self._outlet.answer(found)
        elif isinstance(error, IdInUseError):
            self._fault(ErrorCode.ID_IN_USE, str(error), _Envelope(id=message.id))
        elif isinstance(error, UnavailableError):
            self._fault(error.code, str(error), _Envelope(id=message.id))
        elif isinstance(error, StoreError):
            self._fault(ErrorCode.UNAVAILABLE, str(error), _Envelope(id=message.id))
        else:
            raise error

    def _watch(self, name: str) -> None:
        topic = topic_of(name)
        day = self._hall.follower.day
        if topic is None or (day.plan is not None and not exists(day, topic)):
            self._outlet.answer(unknown_topic(name))
        elif not may_see(self._asker.grants, self._asker.scope, day, topic.family, name):
            self._tell_denied("topic.read", "topic", name, None)
            self._fault(refusal_of_access(self.by), denial_of(self.by), _Envelope(topic=name))
        elif len(self._topics) >= TOPICS_MAX and topic not in self._topics:
            detail = f"at most {TOPICS_MAX} topics on one connection"
            self._fault(ErrorCode.TOO_MANY_TOPICS, detail, _Envelope(topic=name))
        else:
            if topic not in self._topics:
                self._topics.append(topic)
            self._hall.fanout.watch(topic, self._outlet)

    def _unwatch(self, topic: Topic | None) -> None:
        assert topic is not None
        self._topics.remove(topic)
        self._hall.fanout.unwatch(topic, self._outlet)
        self._outlet.forget(topic)

    def _tell_denied(self, verb: str, kind: str, id: str, request_id: CommandId | None) -> None:
        """Leave a record of what somebody tried who may not (I18)."""
        if self.by.role is not Role.VISITOR:
            self._hall.audit_soon(
                Act(
                    who=self.by.id,
                    role=self.by.role,
                    device=self.by.id if self.by.role is Role.DEVICE else self.address or None,
                    verb=verb,
                    kind=kind,
                    id=id,
                    hall_id=self._hall.hall_id,
                    request_id=request_id,
                    result=Result.DENIED,
                )
            )

    def _fault(self, code: ErrorCode, detail: str, about: _Envelope) -> None:
        self._outlet.answer(Fault(code=code, detail=detail, id=about.id, topic=about.topic))

    def _read_of(self, frame: bytes) -> _Envelope:
        if len(frame) > FRAME_MAX:
            return _Envelope()
        try:
            return decode(_envelopes, frame)
        except msgspec.DecodeError:
            return _Envelope()


def tag_of(command: Struct) -> str:
    """What the command is called."""
    return str(type(command).__struct_config__.tag)


def refusal_of_access(by: Caller) -> ErrorCode:
    """Why access is denied: not signed in, or not allowed to."""
    return ErrorCode.UNAUTHENTICATED if by.role is Role.VISITOR else ErrorCode.FORBIDDEN


def denial_of(by: Caller) -> str:
    """Why access is denied, in words for whoever writes the client."""
    return "sign in first" if by.role is Role.VISITOR else f"not for the role {by.role.value}"


def reply(id: CommandId, answer: Answer) -> Done | Refused:
    """An answer as it goes over the wire."""
    if answer.refused is not None:
        return Refused(id=id, code=answer.refused)
    return Done(id=id, seq=answer.seq, result=answer.result)


def is_take_of_visitor(by: Caller, message: Do) -> bool:
    """Whether it takes a ticket from afar, and so tells whether the hall knows a card (TK3)."""
    return by.role is Role.VISITOR and isinstance(message.command, TakeTicket)


async def charge_guess(takes: Quota, address: str, answer: Done | Refused) -> None:
    """Make a card that nobody holds dear for the address that tried it."""
    if isinstance(answer, Refused) and answer.code is RefusalCode.CARD_UNKNOWN:
        await takes.charge(address, CARD_UNKNOWN_COST)
