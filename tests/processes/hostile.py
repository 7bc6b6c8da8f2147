"""Clients that do all that a client must not, and how the hub has to end each of them."""

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from backend.demo.hall import HALL_ID
from backend.hub.frames import Opcode, close_code_of
from backend.hub.limits import FRAGMENTS_MAX, MESSAGE_MAX
from backend.wire.messages import FRAME_MAX
from tests.hub.test_frames import sent
from tests.hub.test_peer import KEY, whole_frame

END_S = 30.0
"""However busy the machine, the hub has ended everybody by then."""
CHUNK = 64 * 1024
GONE = "gone"
"""The connection ends without a word."""


@dataclass
class Wild:
    """A connection on which anything may be sent."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def upgrade(self, path: str = f"/ws/{HALL_ID}", more: str = "") -> None:
        """Ask for a WebSocket as one should."""
        await self.send(request(path, more))
        head = await self.reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head

    async def ending(self) -> str:
        """How the server ends it: `http 431`, `close 1002`, or GONE."""
        said = b""
        with suppress(ConnectionError):
            while data := await self.reader.read(CHUNK):
                said += data
                if said.startswith(b"HTTP/1.1 1") and b"\r\n\r\n" in said:
                    said = said.partition(b"\r\n\r\n")[2]
                if (close := close_in(said)) is not None:
                    return close
        return f"http {said[9:12].decode()}" if said.startswith(b"HTTP/1.1 ") else GONE

    async def faults(self) -> str:
        """What it is told, while it may stay."""
        await self.send(sent(b'{"type":"ping"}'))
        said, codes = b"", set[str]()
        while True:
            while (whole := whole_frame(said)) is not None:
                _, payload, said = whole
                message = msgspec.json.decode(payload)
                if message["type"] == "pong":
                    return f"error {' '.join(sorted(codes))}"
                codes.add(message["code"])
            said += await self.reader.readexactly(1)


Attack = Callable[[Wild], Awaitable[str]]


def request(path: str = f"/ws/{HALL_ID}", more: str = "", **changed: str) -> bytes:
    """An upgrade; `changed` are fields of it, without their `Sec-WebSocket-`."""
    fields = {"Key": KEY, "Version": "13"} | changed
    lines = [f"Sec-WebSocket-{name}: {value}" for name, value in fields.items() if value]
    head = f"GET {path} HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    return (head + "".join(f"{line}\r\n" for line in lines) + more + "\r\n").encode()


def close_in(said: bytes) -> str | None:
    """The code of the close frame that is among these frames."""
    if said.startswith(b"HTTP/"):
        return None
    while (whole := whole_frame(said)) is not None:
        first, payload, said = whole
        if first == 0x80 | Opcode.CLOSE:
            return f"close {close_code_of(payload)}"
    return None


def asks(data: bytes) -> Attack:
    """Sends this in place of a request."""

    async def attack(wild: Wild) -> str:
        await wild.send(data)
        return await wild.ending()

    return attack


def enters(path: str = f"/ws/{HALL_ID}", more: str = "") -> Attack:
    """Asks for a socket that it may not have."""

    async def attack(wild: Wild) -> str:
        await wild.upgrade(path, more)
        return await wild.ending()

    return attack


def frames(*data: bytes) -> Attack:
    """Sends this over a socket, and is ended for it."""

    async def attack(wild: Wild) -> str:
        await wild.upgrade()
        await wild.send(b"".join(data))
        return await wild.ending()

    return attack


def messages(*data: bytes) -> Attack:
    """Sends these over a socket, and may stay."""

    async def attack(wild: Wild) -> str:
        await wild.upgrade()
        await wild.send(b"".join(map(sent, data)))
        return await wild.faults()

    return attack


def flood(frame: bytes) -> Attack:
    """Sends this over and over, also when it was told to go, until it can no more."""

    async def attack(wild: Wild) -> str:
        await wild.upgrade()
        ending = asyncio.create_task(wild.ending())
        with suppress(ConnectionError):
            while not ending.done():
                await wild.send(frame * 20)
                await asyncio.sleep(0.01)
        return await ending

    return attack


def drip(head: bytes, piece: bytes) -> Attack:
    """Sends the head, then a piece each second, for ever."""

    async def attack(wild: Wild) -> str:
        ending = asyncio.create_task(wild.ending())
        await wild.send(head)
        while not ending.done():
            with suppress(ConnectionError):
                await wild.send(piece)
            await asyncio.wait([ending], timeout=1.0)
        return await ending

    return attack


async def half_closed(wild: Wild) -> str:
    await wild.upgrade()
    wild.writer.write_eof()
    return await wild.ending()


async def reset_in_a_frame(wild: Wild) -> str:
    await wild.upgrade()
    await wild.send(sent(b"x" * 1000)[:500])
    found: socket.socket = wild.writer.get_extra_info("socket")
    found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    wild.writer.transport.abort()
    return GONE


async def leaves_unasked(wild: Wild) -> str:
    await wild.send(request()[:40])
    wild.writer.write_eof()
    return await wild.ending()


def masked_head(size: int) -> bytes:
    """The head of a text frame that says it is so long."""
    return b"\x81\xff" + size.to_bytes(8, "big") + b"mask"


def do(id: str, command: bytes = b'{"type":"call_next","counter_id":"W01"}') -> bytes:
    return b'{"type":"do","id":"%s","command":%s}' % (id.encode(), command)


def watch(topic: str) -> bytes:
    return b'{"type":"watch","topic":"%s"}' % topic.encode()


BINARY, CLOSE, PING = Opcode.BINARY, Opcode.CLOSE, Opcode.PING
POST = (
    b"POST /api/halls/main/commands HTTP/1.1\r\nHost: h\r\nContent-Length: 9000\r\n"
    b"Content-Type: application/json\r\n\r\n"
)

ATTACKS: dict[str, tuple[Attack, str]] = {
    # --- what is no request for a WebSocket ---
    "version 8": (asks(request(Version="8")), "http 426"),
    "no version": (asks(request(Version="")), "http 426"),
    "no key": (asks(request(Key="")), "http 400"),
    "short key": (asks(request(Key="short")), "http 400"),
    "a key that is no base64": (asks(request(Key="*" * 24)), "http 400"),
    "POST": (asks(request().replace(b"GET", b"POST")), "http 404"),
    "TLS": (asks(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500)), "http 400"),
    "zeros": (asks(bytes(CHUNK)), "http 400"),
    "header of 1 MB": (asks(request(more="X: " + "x" * 1_000_000 + "\r\n")), "http 431"),
    "target of 1 MB": (asks(request(path="/ws/" + "x" * 1_000_000)), "http 431"),
    "headers without end": (asks(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 100_000), "http 431"),
    "no such path": (asks(request(path="/ws")), "http 404"),
    "half a request": (leaves_unasked, GONE),
    # --- who may not come in ---
    "no such hall": (enters("/ws/nowhere"), "close 4404"),
    "another site's page": (enters(more="Origin: http://elsewhere\r\n"), "close 4403"),
    "wrong token": (enters(more="Authorization: Bearer guessed\r\n"), "close 4401"),
    # --- frames ---
    "unmasked": (frames(b"\x81\x05hello"), "close 1002"),
    "reserved bit": (frames(sent(b"x", rsv=4)), "close 1002"),
    "reserved opcode": (frames(sent(b"x", 3)), "close 1002"),
    "reserved control opcode": (frames(sent(b"x", 11)), "close 1002"),
    "fragmented ping": (frames(sent(b"x", PING, fin=False)), "close 1002"),
    "ping of 126": (frames(sent(b"x" * 126, PING)), "close 1002"),
    "continuation of nothing": (frames(sent(b"x", 0)), "close 1002"),
    "message within a message": (frames(sent(b"x", fin=False), sent(b"y")), "close 1002"),
    "length 2^63": (frames(masked_head(1 << 63)), "close 1009"),
    "length 2^63 - 1": (frames(masked_head((1 << 63) - 1)), "close 1009"),
    "message too long": (frames(sent(b"x" * (MESSAGE_MAX + 1))), "close 1009"),
    "fragments without end": (
        frames(sent(b"", fin=False), sent(b"", 0, fin=False) * (FRAGMENTS_MAX + 1)),
        "close 1009",
    ),
    "wrong UTF-8": (frames(sent(b"\xc3\x28")), "close 1007"),
    "close with 999": (frames(sent(b"\x03\xe7", CLOSE)), "close 1002"),
    "close with 1005": (frames(sent(b"\x03\xed", CLOSE)), "close 1002"),
    "close with 2999": (frames(sent(b"\x0b\xb7", CLOSE)), "close 1002"),
    "close of one byte": (frames(sent(b"\x03", CLOSE)), "close 1002"),
    "close for wrong UTF-8": (frames(sent(b"\x03\xe8\xff", CLOSE)), "close 1007"),
    "half closed": (half_closed, GONE),
    "reset in a frame": (reset_in_a_frame, GONE),
    # --- messages ---
    "nested": (messages(b"[" * FRAME_MAX), "error malformed"),
    "nested in a message": (
        messages(do("x", b'{"type":"call_next","counter_id":' + b"[" * 8000)),
        "error malformed",
    ),
    "number of 4,000 digits": (
        messages(do("x", b'{"type":"take_ticket","queue_id":' + b"9" * 4000 + b"}")),
        "error malformed",
    ),
    "no JSON": (messages(b"\x00", b"{", b"null", b'"watch"'), "error malformed"),
    "no such message": (messages(b'{"type":"undo"}'), "error malformed"),
    "no such command": (messages(do("x", b'{"type":"open_safe"}')), "error malformed"),
    "unknown field": (messages(b'{"type":"ping","then":1}'), "error malformed"),
    "wrong id": (messages(do("no id"), do(""), do("x" * 65)), "error malformed"),
    "message over its limit": (messages(b" " * (FRAME_MAX + 1)), "error too_large"),
    "no such topic": (
        messages(watch("board:Z99"), watch("ticket:guess"), watch("::"), watch("board:Z1 ")),
        "error unknown_topic",
    ),
    "topic of staff": (messages(watch("ops"), watch("counter:W01")), "error unauthenticated"),
    "command of staff": (messages(do("x")), "error unauthenticated"),
    # --- too much of it ---
    "topics without end": (flood(sent(watch("board:Z99"))), "close 4429"),
    "commands without end": (flood(sent(do("x"))), "close 4429"),
    "pings without end": (flood(sent(b"x" * 125, PING)), "close 4429"),
    "pongs without end": (flood(sent(b"", Opcode.PONG)), "close 4429"),
    "binary without end": (flood(sent(bytes(1000), BINARY)), "close 4429"),
}
SLOW: dict[str, tuple[Attack, str]] = {
    "nothing at all": (asks(b""), GONE),
    "headers one by one": (drip(b"GET / HTTP/1.1\r\n", b"X: y\r\n"), "http 408"),
    "upgrade by the letter": (drip(request()[:60], b"x"), "http 408"),
    "body by the byte": (drip(POST, b" "), "http 408"),
}
"""Ended for the time they take."""


async def assault(port: int, attacks: dict[str, tuple[Attack, str]], count: int) -> dict[str, str]:
    """So many of these at once, all kinds alike; those that ended otherwise than they should."""
    kinds = list(attacks.items())

    async def one(n: int) -> tuple[str, str] | None:
        name, (attack, due) = kinds[n % len(kinds)]
        wild = Wild(*await asyncio.open_connection("127.0.0.1", port))
        try:
            async with asyncio.timeout(END_S):
                found = await attack(wild)
        except TimeoutError:
            found = "still there"
        except (ConnectionError, asyncio.IncompleteReadError) as error:
            found = repr(error)
        finally:
            wild.writer.transport.abort()
        return None if found == due else (name, f"{found}, not {due}")

    return dict(filter(None, await asyncio.gather(*map(one, range(count)))))
