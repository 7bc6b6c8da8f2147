"""WebSocket frames (RFC 6455, section 5): bytes to messages, and messages to bytes.

Of our own because a socket that only listens must cost next to nothing: no task, no queue, no
parser object beyond these few fields, and one frame encoded for thousands of sockets.
"""

from collections.abc import Iterator
from enum import IntEnum

from msgspec import Struct

from backend.hub.limits import FRAGMENTS_MAX

CONTROL_MAX = 125
"""Payload of a control frame (RFC 6455, 5.5)."""


class Opcode(IntEnum):
    """What a frame is (RFC 6455, 5.2)."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


class FrameFault(Exception):
    """The client broke the protocol; `code` is the one to close with."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Message(Struct, frozen=True):
    """A whole message, or a control frame."""

    opcode: Opcode
    payload: bytes


PROTOCOL_ERROR, NOT_TEXT, TOO_LARGE = 1002, 1007, 1009
NO_CODE = 1005
"""What a close frame without a code stands for; never sent (RFC 6455, 7.4.1)."""


class FrameReader:
    """Puts what arrives together to messages; holds one unfinished message at most."""

    __slots__ = ("_buffer", "_fragments", "_message_max", "_opcode", "_size")

    def __init__(self, message_max: int) -> None:
        """`message_max`: bytes of a message's payload."""
        self._message_max = message_max
        self._buffer = b""
        self._fragments: list[bytes] | None = None
        self._opcode = Opcode.TEXT
        self._size = 0

    @property
    def is_between_messages(self) -> bool:
        """Whether nothing has begun that is not whole."""
        return not self._buffer and self._fragments is None

    def feed(self, data: bytes) -> Iterator[Message]:
        """The messages that are whole now, oldest first.

        Raises FrameFault: at the first that is wrong, after all before it; the connection is over.
        """
        data = self._buffer + data if self._buffer else data
        self._buffer = b""
        at = 0
        while (frame := self._frame(data, at)) is not None:
            is_last, opcode, payload, at = frame
            message = self._message(is_last, opcode, payload)
            if message is not None:
                yield message
        self._buffer = data[at:]

    def _frame(self, data: bytes, at: int) -> tuple[bool, Opcode, bytes, int] | None:
        """The frame that begins at `at`, and where the next one does; None while it is not whole.

        What is wrong is told as soon as it can be seen, before the payload is waited for.
        """
        have = len(data) - at
        if have < 2:
            return None
        first, second = data[at], data[at + 1]
        is_last, reserved, code = bool(first & 0x80), first & 0x70, first & 0x0F
        is_masked, size = bool(second & 0x80), second & 0x7F
        if reserved or not is_masked or code not in _OPCODES:
            raise FrameFault(PROTOCOL_ERROR)
        if code >= Opcode.CLOSE and (not is_last or size > CONTROL_MAX):
            raise FrameFault(PROTOCOL_ERROR)
        start = at + 2
        if size >= 126:
            width = 2 if size == 126 else 8
            if have < 2 + width:
                return None
            size = int.from_bytes(data[start : start + width], "big")
            start += width
        if size + self._size > self._message_max:
            raise FrameFault(TOO_LARGE)
        end = start + 4 + size
        if len(data) < end:
            return None
        payload = unmasked(data[start + 4 : end], data[start : start + 4])
        return is_last, Opcode(code), payload, end

    def _message(self, is_last: bool, opcode: Opcode, payload: bytes) -> Message | None:
        if opcode >= Opcode.CLOSE:
            return Message(opcode, _checked_close(payload) if opcode is Opcode.CLOSE else payload)
        if (opcode is Opcode.CONTINUATION) != (self._fragments is not None):
            raise FrameFault(PROTOCOL_ERROR)
        if self._fragments is None and is_last:
            return Message(opcode, _checked_text(opcode, payload))
        if self._fragments is None:
            self._fragments, self._opcode = [], opcode
        self._fragments.append(payload)
        self._size += len(payload)
        if len(self._fragments) > FRAGMENTS_MAX:
            raise FrameFault(TOO_LARGE)
        if not is_last:
            return None
        whole, self._fragments, self._size = b"".join(self._fragments), None, 0
        return Message(self._opcode, _checked_text(self._opcode, whole))


_OPCODES = frozenset(Opcode)


def unmasked(payload: bytes, key: bytes) -> bytes:
    """The payload without its mask (RFC 6455, 5.3)."""
    size = len(payload)
    mask = (key * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(mask, "big")).to_bytes(size, "big")


def frame_of(payload: bytes, opcode: Opcode = Opcode.TEXT) -> bytes:
    """One whole frame from the server, which masks nothing."""
    size = len(payload)
    if size < 126:
        return bytes((0x80 | opcode, size)) + payload
    if size < 1 << 16:
        return bytes((0x80 | opcode, 126, size >> 8, size & 0xFF)) + payload
    return bytes((0x80 | opcode, 127)) + size.to_bytes(8, "big") + payload


def close_frame(code: int) -> bytes:
    """A close frame with this code; `NO_CODE` makes one without."""
    payload = b"" if code == NO_CODE else code.to_bytes(2, "big")
    return frame_of(payload, Opcode.CLOSE)


def close_code_of(payload: bytes) -> int:
    """The code that a close frame gives."""
    return int.from_bytes(payload[:2], "big") if payload else NO_CODE


def _checked_close(payload: bytes) -> bytes:
    """The payload of a close frame, if it is one (RFC 6455, 5.5.1 and 7.4)."""
    if not payload:
        return payload
    code = int.from_bytes(payload[:2], "big")
    is_known = code in _CODES_SENT or 3000 <= code <= 4999
    if len(payload) < 2 or not is_known:
        raise FrameFault(PROTOCOL_ERROR)
    _checked_text(Opcode.TEXT, payload[2:])
    return payload


_CODES_SENT = frozenset({1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014})


def _checked_text(opcode: Opcode, payload: bytes) -> bytes:
    if opcode is Opcode.TEXT and not payload.isascii():
        try:
            payload.decode()
        except UnicodeDecodeError as error:
            raise FrameFault(NOT_TEXT) from error
    return payload
