"""TLS in the process: the same socket through the transport, bounded as without."""

import asyncio
import socket
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import suppress

import msgspec
import pytest
import trustme

from backend.core.commands import OpenCounter
from backend.hub import sockets as looking_after
from backend.hub.frames import close_code_of
from backend.hub.peer import Peer
from tests.hub.stage import SUPERVISOR, done, eventually, take
from tests.hub.test_frames import sent
from tests.hub.test_peer import KEY, PING, REQUEST, House, a_house

LISTENERS = 20
BUFFER_MAX = 64 * 1024
"""Of the transport below the one that speaks TLS."""


class Certified:
    """A hall's certificate, and a client that believes it."""

    def __init__(self) -> None:
        authority = trustme.CA()
        self.server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(self.server)
        self.client = ssl.create_default_context()
        authority.configure_trust(self.client)


CERTIFIED = Certified()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with a_house(tls=CERTIFIED.server) as found:
        yield found


class Listener:
    """A socket over TLS that reads when it is told to."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def payload(self) -> bytes:
        """Of the next frame."""
        size = (await self.reader.readexactly(2))[1]
        if size == 126:
            size = int.from_bytes(await self.reader.readexactly(2), "big")
        return await self.reader.readexactly(size)


async def opened(house: House, watch: str = "", *, is_slow: bool = False) -> Listener:
    """A listener that watches this; a slow one takes little before it is read."""
    plain = socket.socket()
    if is_slow:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", house.port))
    reader, writer = await asyncio.open_connection(
        sock=plain, ssl=CERTIFIED.client, server_hostname="127.0.0.1", limit=1024
    )
    writer.write(REQUEST.format(path="/ws/main", key=KEY, version=13, more="").encode())
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    if watch:
        writer.write(sent(msgspec.json.encode({"type": "watch", "topic": watch})))
    return Listener(reader, writer)


async def test_listeners_over_tls_see_what_happens(house: House) -> None:
    topic = "counter_screen:W02"
    listeners = [await opened(house, topic) for _ in range(LISTENERS)]
    for listener in listeners:
        assert msgspec.json.decode(await listener.payload())["view"]["state"] == "off"
    await done(house.hall, "o1", OpenCounter(counter_id="W02"), SUPERVISOR)
    for listener in listeners:
        assert msgspec.json.decode(await listener.payload())["view"]["state"] == "open"
    assert not house.sockets.straight  # nothing may go past the cipher
    assert not house.sockets.blocked


async def test_sleeper_over_tls_costs_little_and_wakes_to_the_newest__I10(house: House) -> None:
    slow, other = await opened(house, "kiosk:K1", is_slow=True), await opened(house, "kiosk:K1")
    await other.payload()
    (peer, *_) = house.sockets.peers
    assert isinstance(peer, Peer)
    takes = 0
    while takes < 60 or not house.sockets.blocked:
        takes += 1
        await done(house.hall, f"t{takes}", take("B"))
        await other.payload()  # nobody else waits for the one who sleeps
    assert house.sockets.blocked == {peer}
    assert peer.transport.get_write_buffer_size() < BUFFER_MAX
    seqs = [msgspec.json.decode(await slow.payload())["seq"]]
    while seqs[-1] < house.hall.follower.position.seq:
        seqs.append(msgspec.json.decode(await slow.payload())["seq"])
    assert seqs == sorted(set(seqs))
    assert len(seqs) <= takes
    await eventually(lambda: not house.sockets.blocked)


async def test_sleeper_over_tls_is_given_up(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking_after, "PATIENCE_S", 0.2)
    slow = await opened(house, "kiosk:K1", is_slow=True)
    takes = 0
    while house.sockets.peers:
        takes += 1
        await done(house.hall, f"t{takes}", take("B"))
    assert house.hall.fanout.topics == 0
    with suppress(ConnectionError, ssl.SSLError):
        await slow.reader.read()


async def test_what_is_no_tls_harms_nobody(house: House, caplog: pytest.LogCaptureFixture) -> None:
    honest = await opened(house)
    loop = asyncio.get_running_loop()
    begun = socket.socket()  # and never goes on
    for client, words in (
        (socket.socket(), b"GET /ws/main HTTP/1.1\r\n\r\n"),
        (socket.socket(), b"\x16\x03\x01\x02\x00" + b"\xff" * 600),
        (begun, b"\x16\x03\x01\x02\x00\x01"),
    ):
        client.setblocking(False)
        await loop.sock_connect(client, ("127.0.0.1", house.port))
        await loop.sock_sendall(client, words)
        if client is not begun:
            with suppress(ConnectionError):
                while await loop.sock_recv(client, 4096):
                    pass  # an alert of TLS, and the end
    honest.writer.write(sent(msgspec.json.encode(PING)))
    assert b"pong" in await honest.payload()
    assert len(house.state.connections) == 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    begun.close()


async def test_http_is_served_over_tls(house: House) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port, ssl=CERTIFIED.client)
    writer.write(b"GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    assert (await reader.read()).endswith(b"hello")
    writer.close()


async def test_end_over_tls_is_told_by_its_code(house: House) -> None:
    listener = await opened(house)
    listener.writer.write(sent(b"x", rsv=4))
    assert close_code_of(await listener.payload()) == 1002
