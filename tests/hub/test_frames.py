"""Frames as RFC 6455 has them, and what becomes of those that are not.

The cases are those of the Autobahn test suite that a server without extensions meets (its numbers
stand beside them), fed whole, byte by byte, and in pieces of any size.
"""

from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.hub.frames import (
    CONTROL_MAX,
    FrameFault,
    FrameReader,
    Message,
    Opcode,
    close_code_of,
    close_frame,
    frame_of,
)
from backend.hub.limits import FRAGMENTS_MAX

MAX = 70_000
KEY = b"\x37\xfa\x21\x3d"
HELLO = "Hello-µ@ßöäüàá-UTF-8!!".encode()


def sent(
    payload: bytes, opcode: int = Opcode.TEXT, *, fin: bool = True, rsv: int = 0, key: bytes = KEY
) -> bytes:
    """A client's frame."""
    size = len(payload)
    head = bytes(((0x80 if fin else 0) | rsv << 4 | opcode,))
    if size < 126:
        head += bytes((0x80 | size,))
    elif size < 1 << 16:
        head += bytes((0x80 | 126,)) + size.to_bytes(2, "big")
    else:
        head += bytes((0x80 | 127,)) + size.to_bytes(8, "big")
    return head + key + bytes(byte ^ key[n % 4] for n, byte in enumerate(payload))


def split(payload: bytes, count: int, opcode: int = Opcode.TEXT) -> list[bytes]:
    """A message in so many fragments, some of them empty perhaps."""
    cuts = [len(payload) * n // count for n in range(count + 1)]
    parts = [payload[a:b] for a, b in pairwise(cuts)]
    return [sent(part, opcode if n == 0 else 0, fin=n == count - 1) for n, part in enumerate(parts)]


def read(data: bytes, piece: int | None = None) -> list[Message]:
    reader = FrameReader(MAX)
    step = piece or max(len(data), 1)
    return [m for n in range(0, len(data), step) for m in reader.feed(data[n : n + step])]


def text(payload: bytes) -> Message:
    return Message(Opcode.TEXT, payload)


def ping(payload: bytes) -> Message:
    return Message(Opcode.PING, payload)


def good_text() -> Iterator[tuple[str, bytes]]:
    """Texts at the borders of UTF-8, by the group they have at Autobahn."""
    for size, first, last in ((1, 0, 0x7F), (2, 0x80, 0x7FF), (3, 0x800, 0xFFFF)):
        yield f"6.7 first of {size} bytes", chr(first).encode()
        yield f"6.9 last of {size} bytes", chr(last).encode()
    yield "6.7 first of 4 bytes", "\U00010000".encode()
    yield "6.5 Greek", "κόσμε".encode()
    for code in (0xD7FF, 0xE000, 0xFFFD, 0x10FFFF):
        yield "6.11 border", chr(code).encode()
    for plane in range(17):
        yield "6.22 no character, and text all the same", chr(plane << 16 | 0xFFFE).encode()
    for code in range(0xFFF9, 0x10000):
        yield "6.23 special", chr(code).encode()


def no_text() -> Iterator[tuple[str, bytes]]:
    """Bytes that are no UTF-8, by the group they have at Autobahn."""
    whole = "κόσμε".encode()
    for size in range(1, len(whole), 2):
        yield "6.6 cut within a letter", whole[:size]
    yield "6.8 first of 5 bytes", b"\xf8\x88\x80\x80\x80"
    yield "6.8 first of 6 bytes", b"\xfc\x84\x80\x80\x80\x80"
    yield "6.10 last of 4 bytes", b"\xf7\xbf\xbf\xbf"
    yield "6.10 last of 5 bytes", b"\xfb\xbf\xbf\xbf\xbf"
    yield "6.10 last of 6 bytes", b"\xfd\xbf\xbf\xbf\xbf\xbf"
    yield "6.11 beyond Unicode", b"\xf4\x90\x80\x80"
    for count in range(1, 8):
        yield "6.12 continuation of nothing", (b"\x80\xbf" * 4)[:count]
    for first in (0xC0, 0xDF, 0xE0, 0xEF, 0xF0, 0xF7, 0xF8, 0xFB, 0xFC, 0xFD):
        yield "6.13 lonely start", bytes((first, 0x20))
    for cut in (b"\xc3", b"\xe0\xa0", b"\xf0\x90\x80", b"\xdf", b"\xef\xbf", b"\xf4\x8f\xbf"):
        yield "6.14 last byte missing", cut
        yield "6.15 one incomplete after another", cut * 2
    for byte in (0xFE, 0xFF):
        yield "6.16 impossible byte", bytes((byte,))
    for overlong in (b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf"):
        yield "6.17 overlong", overlong
    for overlong in (b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf"):
        yield "6.18 longest overlong", overlong
    for overlong in (b"\xc0\x80", b"\xe0\x80\x80", b"\xf0\x80\x80\x80"):
        yield "6.19 overlong nought", overlong
    for half in (b"\xed\xa0\x80", b"\xed\xad\xbf", b"\xed\xb0\x80", b"\xed\xbf\xbf"):
        yield "6.20 half a surrogate", half
    for pair in (b"\xed\xa0\x80\xed\xb0\x80", b"\xed\xaf\xbf\xed\xbf\xbf"):
        yield "6.21 surrogates", pair


GOOD: dict[str, tuple[bytes, list[Message]]] = {
    "1.1.1 empty text": (sent(b""), [text(b"")]),
    **{
        f"1.1 text of {n}": (sent(b"*" * n), [text(b"*" * n)])
        for n in (125, 126, 127, 128, 65_535, 65_536)
    },
    **{
        f"1.2 binary of {n}": (
            sent(b"\xfe" * n, Opcode.BINARY),
            [Message(Opcode.BINARY, b"\xfe" * n)],
        )
        for n in (0, 125, 126, 127, 128, 65_535)
    },
    "1.2.8 binary": (
        sent(b"\xfe" * 65_536, Opcode.BINARY),
        [Message(Opcode.BINARY, b"\xfe" * 65_536)],
    ),
    "2.1 ping": (sent(b"", Opcode.PING), [ping(b"")]),
    "2.2 ping with text": (sent(b"Hello, world!", Opcode.PING), [ping(b"Hello, world!")]),
    "2.3 ping with bytes": (sent(b"\x00\xff\xfe", Opcode.PING), [ping(b"\x00\xff\xfe")]),
    "2.9 pong unasked, then ping": (
        sent(b"x", Opcode.PONG) + sent(b"y", Opcode.PING),
        [Message(Opcode.PONG, b"x"), ping(b"y")],
    ),
    "2.4 ping of 125": (sent(b"\xfe" * 125, Opcode.PING), [ping(b"\xfe" * 125)]),
    "2.7 pong unasked": (sent(b"x", Opcode.PONG), [Message(Opcode.PONG, b"x")]),
    "2.10 ten pings": (
        b"".join(sent(b"%d" % n, Opcode.PING) for n in range(10)),
        [ping(b"%d" % n) for n in range(10)],
    ),
    "5.3 two fragments": (b"".join(split(b"fragment1fragment2", 2)), [text(b"fragment1fragment2")]),
    "5.6 ping between fragments": (
        sent(b"a", fin=False) + sent(b"p", Opcode.PING) + sent(b"b", 0),
        [ping(b"p"), text(b"ab")],
    ),
    "5.19 pings between five fragments": (
        sent(b"1", fin=False)
        + sent(b"2", 0, fin=False)
        + sent(b"p1", Opcode.PING)
        + sent(b"3", 0, fin=False)
        + sent(b"4", 0, fin=False)
        + sent(b"p2", Opcode.PING)
        + sent(b"5", 0),
        [ping(b"p1"), ping(b"p2"), text(b"12345")],
    ),
    "6.1.2 empty fragments": (
        sent(b"", fin=False) + sent(b"", 0, fin=False) + sent(b"", 0),
        [text(b"")],
    ),
    "6.1.3 empty around one": (
        sent(b"", fin=False) + sent(b"middle", 0, fin=False) + sent(b"", 0),
        [text(b"middle")],
    ),
    "6.2.1 text of many letters": (sent(HELLO), [text(HELLO)]),
    "6.2.4 a letter in each fragment": (b"".join(split(HELLO, len(HELLO))), [text(HELLO)]),
    **{f"{name}: {words.hex()}": (sent(words), [text(words)]) for name, words in good_text()},
    "7.1.1 text, then close": (
        sent(b"bye") + sent(b"\x03\xe8", Opcode.CLOSE),
        [text(b"bye"), Message(Opcode.CLOSE, b"\x03\xe8")],
    ),
    "7.3.1 close without code": (sent(b"", Opcode.CLOSE), [Message(Opcode.CLOSE, b"")]),
    "7.3.5 close with the longest reason": (
        sent(b"\x03\xe8" + b"*" * 123, Opcode.CLOSE),
        [Message(Opcode.CLOSE, b"\x03\xe8" + b"*" * 123)],
    ),
    **{
        f"7.7 close code {code}": (
            sent(code.to_bytes(2, "big"), Opcode.CLOSE),
            [Message(Opcode.CLOSE, code.to_bytes(2, "big"))],
        )
        for code in (1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999)
    },
}

BAD: dict[str, tuple[bytes, int]] = {
    "2.5 ping of 126": (sent(b"x" * 126, Opcode.PING), 1002),
    **{f"3.{rsv} reserved bits": (sent(b"x", rsv=rsv), 1002) for rsv in range(1, 8)},
    **{
        f"4 reserved opcode {op}": (sent(b"x", op), 1002)
        for op in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)
    },
    "5.1 ping in fragments": (sent(b"a", Opcode.PING, fin=False), 1002),
    "5.2 pong in fragments": (sent(b"a", Opcode.PONG, fin=False), 1002),
    "5.15 continuation of what was whole": (
        b"".join(split(b"whole", 2)) + sent(b"x", 0, fin=False),
        1002,
    ),
    "5.9 continuation of nothing": (sent(b"x", 0), 1002),
    "5.13 continuation of nothing, not the last": (sent(b"x", 0, fin=False), 1002),
    "5.18 text within fragments": (sent(b"a", fin=False) + sent(b"b"), 1002),
    "6.3.1 no UTF-8": (sent("κόσμε".encode() + b"\xed\xa0\x80edited"), 1007),
    "6.3.2 no UTF-8 in fragments": (b"".join(split(b"\xce\xba\xed\xa0\x80edited", 9)), 1007),
    "6.6.2 half a letter": (sent("κ".encode()[:1]), 1007),
    **{f"{name}: {text.hex()}": (sent(text), 1007) for name, text in no_text()},
    "7.3.2 close with half a code": (sent(b"\x03", Opcode.CLOSE), 1002),
    "7.3.6 close too long": (sent(b"\x03\xe8" + b"*" * 124, Opcode.CLOSE), 1002),
    "7.5.1 close reason no UTF-8": (sent(b"\x03\xe8\xed\xa0\x80", Opcode.CLOSE), 1007),
    **{
        f"7.9 close code {code}": (sent(code.to_bytes(2, "big"), Opcode.CLOSE), 1002)
        for code in (0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535)
    },
    "unmasked": (b"\x81\x01x", 1002),
    "longer than allowed": (sent(b"x" * (MAX + 1)), 1009),
    "longer than allowed, in fragments": (b"".join(split(b"x" * (MAX + 1), 5)), 1009),
    "64-bit length": (b"\x81\xff" + (1 << 62).to_bytes(8, "big"), 1009),
    "fragments without end": (
        sent(b"", fin=False) + sent(b"", 0, fin=False) * FRAGMENTS_MAX,
        1009,
    ),
}


@pytest.mark.parametrize("case", GOOD)
@pytest.mark.parametrize("piece", [None, 1, 997])
def test_frames_become_messages_however_they_are_cut(case: str, piece: int | None) -> None:
    data, expected = GOOD[case]
    if piece == 1 and len(data) > 10_000:
        piece = 1448  # a segment of TCP: single bytes would only take long
    assert read(data, piece) == expected


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("piece", [None, 1])
def test_what_breaks_the_protocol_is_told_by_its_code(case: str, piece: int | None) -> None:
    data, code = BAD[case]
    with pytest.raises(FrameFault) as fault:
        read(data, piece if len(data) < 10_000 else None)
    assert fault.value.code == code


def test_what_came_before_the_fault_is_not_lost() -> None:
    messages = FrameReader(MAX).feed(sent(b"one") + sent(b"two") + sent(b"x", rsv=4))
    assert [next(messages), next(messages)] == [text(b"one"), text(b"two")]
    with pytest.raises(FrameFault):
        next(messages)


def test_too_long_a_frame_is_told_before_its_payload_comes() -> None:
    with pytest.raises(FrameFault):
        list(FrameReader(100).feed(b"\x81\xfe\x00\xff"))


@given(
    st.lists(st.tuples(st.binary(max_size=300), st.integers(1, 6)), max_size=8),
    st.integers(1, 500),
)
def test_any_messages_in_any_pieces_come_out_the_same(
    messages: list[tuple[bytes, int]], piece: int
) -> None:
    data = b"".join(
        part for payload, count in messages for part in split(payload, count, Opcode.BINARY)
    )
    assert read(data, piece) == [Message(Opcode.BINARY, payload) for payload, _ in messages]


@given(st.binary(max_size=400), st.integers(1, 50))
def test_any_bytes_give_messages_or_a_fault_and_nothing_else(data: bytes, piece: int) -> None:
    with suppress(FrameFault):
        assert all(len(message.payload) <= len(data) for message in read(data, piece))


def server_frames(data: bytes) -> Iterator[tuple[int, bytes]]:
    """What a client reads."""
    while data:
        size, start = data[1], 2
        if size >= 126:
            width = 2 if size == 126 else 8
            size, start = int.from_bytes(data[2 : 2 + width], "big"), 2 + width
        yield data[0], data[start : start + size]
        data = data[start + size :]


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536])
def test_frames_of_the_server_are_whole_and_unmasked(size: int) -> None:
    payload = b"x" * size
    assert list(server_frames(frame_of(payload))) == [(0x81, payload)]


@pytest.mark.parametrize("code", [1000, 1012, 4404])
def test_close_frame_gives_its_code(code: int) -> None:
    ((first, payload),) = server_frames(close_frame(code))
    assert (first, close_code_of(payload)) == (0x88, code)
    assert len(payload) <= CONTROL_MAX
