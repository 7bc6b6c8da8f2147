"""A socket from its handshake to its end, on a real server in this process and a real wire."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Any

import msgspec
import pytest
import uvicorn
from litestar import Litestar, get
from uvicorn.server import ServerState

from backend.core.commands import OpenCounter
from backend.core.ids import CommandId, HallId
from backend.hub import sockets as looking_after
from backend.hub import websocket
from backend.hub.door import Door
from backend.hub.frames import Opcode, close_code_of
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.limits import FLOOD_GRACE, HEAD_MAX, RATES
from backend.hub.peer import Peer
from backend.hub.ring import WRITES_MAX
from backend.hub.sockets import Sockets
from backend.hub.websocket import Entrance
from backend.identity import Asker, Identity, asker_as
from backend.rate import Buckets, Limits
from backend.wire.close_codes import CloseCode
from tests.hub.stage import (
    DEVICE,
    SUPERVISOR,
    VISITOR,
    FaultyStream,
    done,
    eventually,
    one_hall,
    take,
)
from tests.hub.test_frames import sent, server_frames

REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: {version}\r\n{more}\r\n"
)
KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # with the answer that RFC 6455, 1.3 gives for it
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


class Everybody(Identity):
    """Staff are those who say so; the rest of the way is the real one."""

    def __init__(self) -> None:
        pass

    async def asker(
        self,
        hall_id: HallId,
        *,
        authorization: str | None,
        bearer: str | None,
        cookie: str | None,
        is_act: bool = False,
    ) -> Asker:
        known = {by.role.value: by for by in (SUPERVISOR, DEVICE)}
        by = known.get(authorization or "", VISITOR)
        return asker_as(by.role, by.id)


class OneHall(Halls):
    def __init__(self, hall: Hall) -> None:
        self._hall = hall

    def find(self, hall_id: str) -> Hall | None:
        return self._hall if hall_id == "main" else None


def whole_frame(data: bytes) -> tuple[int, bytes, bytes] | None:
    """The first frame of the server in the bytes and what follows; None while it is not whole."""
    if len(data) < 2:
        return None
    start, size = 2, data[1]
    if size >= 126:
        start = 4 if size == 126 else 10
        size = int.from_bytes(data[2:start], "big")
    if len(data) < start + size:
        return None
    return data[0], data[start : start + size], data[start + size :]


class House:
    """The hall, its server and what looks after the sockets."""

    def __init__(self, hall: Hall, port: int, state: ServerState, sockets: Sockets) -> None:
        self.hall, self.port, self.state, self.sockets = hall, port, state, sockets

    def client(self, *, receive_max: int | None = None) -> "Client":
        return Client(self.port, receive_max)


class Client:
    """A client that does exactly what it is told."""

    def __init__(self, port: int, receive_max: int | None) -> None:
        self.socket = socket.socket()
        if receive_max is not None:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_max)
        self.socket.setblocking(False)
        self.port = port
        self.unread = b""

    async def open(
        self, path: str = "/ws/main", *, key: str = KEY, version: str = "13", more: str = ""
    ) -> str:
        """Ask for a socket; return the head of what comes back."""
        await asyncio.get_running_loop().sock_connect(self.socket, ("127.0.0.1", self.port))
        return await self.ask(path=path, key=key, version=version, more=more)

    async def ask(
        self,
        request: str = REQUEST,
        *,
        path: str = "/ws/main",
        key: str = KEY,
        version: str = "13",
        more: str = "",
    ) -> str:
        """The same on a connection that is open already."""
        words = request.format(path=path, key=key, version=version, more=more)
        await asyncio.get_running_loop().sock_sendall(self.socket, words.encode())
        while b"\r\n\r\n" not in self.unread:
            await self._more()
        head, _, self.unread = self.unread.partition(b"\r\n\r\n")
        return head.decode()

    async def send(self, *messages: dict[str, Any]) -> None:
        """Send the messages, each in its frame, all in one segment."""
        frames = b"".join(sent(msgspec.json.encode(message)) for message in messages)
        await asyncio.get_running_loop().sock_sendall(self.socket, frames)

    async def frames(self, count: int) -> list[tuple[int, bytes]]:
        """All frames that have come, at least so many: first byte and payload."""
        found: list[tuple[int, bytes]] = []
        async with asyncio.timeout(10):
            while len(found) < count or self.unread:
                whole = whole_frame(self.unread)
                if whole is None:
                    await self._more()
                else:
                    first, payload, self.unread = whole
                    found.append((first, payload))
        return found

    async def messages(self, count: int) -> list[dict[str, Any]]:
        """All messages that have come, at least so many; pings are passed over."""
        found: list[dict[str, Any]] = []
        while len(found) < count:
            frames = await self.frames(1)
            texts = (payload for first, payload in frames if first == 0x80 | Opcode.TEXT)
            found += [msgspec.json.decode(payload) for payload in texts]
        return found

    async def rest(self) -> bytes:
        """All that comes until the server ends the connection."""
        with suppress(ConnectionError, EOFError):
            while True:
                await self._more()
        return self.unread

    async def _more(self) -> None:
        data = await asyncio.get_running_loop().sock_recv(self.socket, 65536)
        if not data:
            raise EOFError
        self.unread += data


def unlimited() -> Buckets:
    """Nobody is turned away for asking often."""
    return Buckets(1e6, 1e6, asyncio.get_running_loop().time)


@asynccontextmanager
async def a_house(
    takes: Buckets | None = None, tls: ssl.SSLContext | None = None
) -> AsyncIterator[House]:
    async with one_hall() as (hall, _stream):
        sockets = Sockets()
        limits = Limits(
            visits=unlimited(),
            sign_ins=unlimited(),
            asks=unlimited(),
            asks_of_one=unlimited(),
            lines=unlimited(),
            same_words=unlimited(),
            assisted=unlimited(),
            assisted_of_one=unlimited(),
            takes=takes or unlimited(),
            cards=unlimited(),
            enrolments=unlimited(),
            finds=unlimited(),
            holds=unlimited(),
            codes=unlimited(),
            proofs=unlimited(),
            proofs_a_day=unlimited(),
            proofs_from=unlimited(),
            tracks=unlimited(),
            tries=unlimited(),
            tries_of_all=unlimited(),
        )
        entrance = Entrance(
            halls=OneHall(hall), identity=Everybody(), sockets=sockets, limits=limits
        )

        @get("/hello")
        async def hello() -> str:
            return "hello"

        config = uvicorn.Config(
            Litestar([hello], openapi_config=None),
            http=partial(Door, entrance),  # type: ignore[arg-type]
            ws=partial(Door, entrance, is_upgrade=True),  # type: ignore[arg-type]
            lifespan="off",
        )
        config.load()
        state = ServerState()
        server = await asyncio.get_running_loop().create_server(
            lambda: config.http_protocol_class(  # type: ignore[call-arg]
                config=config, server_state=state, app_state={}
            ),
            "127.0.0.1",
            0,
            ssl=tls,
        )
        looking = [asyncio.create_task(work) for work in (sockets.run(), entrance.run())]
        try:
            yield House(hall, server.sockets[0].getsockname()[1], state, sockets)
        finally:
            for task in looking:
                task.cancel()
            for connection in list(state.connections):
                connection.shutdown()
            server.close()


@pytest.fixture
async def house() -> AsyncIterator[House]:
    async with a_house() as found:
        yield found


PING = {"type": "ping"}
TAKE = {"type": "take_ticket", "channel": "remote", "queue_id": "nowhere"}


async def test_handshake_is_answered_as_the_standard_says(house: House) -> None:
    client = house.client()
    head = await client.open(more="Sec-WebSocket-Protocol: yizhan.v1, bearer.x\r\n")
    assert head.startswith("HTTP/1.1 101 ")
    assert f"Sec-WebSocket-Accept: {ACCEPT}" in head
    assert "Sec-WebSocket-Protocol: yizhan.v1" in head
    assert "extensions" not in head.lower()
    await client.send(PING)
    ((pong,)) = [await client.messages(1)]
    assert pong[0]["type"] == "pong"


@pytest.mark.parametrize(
    ("status", "changes"),
    [
        ("426", {"version": "8"}),
        ("400", {"key": "short"}),
        ("400", {"key": "*" * 24}),
        ("404", {"path": "/ws"}),
        ("404", {"path": "/ws/"}),
        ("404", {"path": "/ws/main/more"}),
        ("404", {"path": "/ws/%ff"}),
        ("404", {"path": "/nothing/here"}),
    ],
)
async def test_request_that_is_no_websocket_is_denied(
    house: House, status: str, changes: dict[str, str]
) -> None:
    head = await house.client().open(**changes)
    assert head.startswith(f"HTTP/1.1 {status} ")
    await eventually(lambda: not house.state.connections)


@pytest.mark.parametrize("piece", [1, 7, 100])
async def test_request_that_comes_in_pieces_is_answered(house: House, piece: int) -> None:
    client, request = house.client(), REQUEST.format(path="/ws/main", key=KEY, version=13, more="")
    words = request.encode() + sent(msgspec.json.encode(PING))
    await asyncio.get_running_loop().sock_connect(client.socket, ("127.0.0.1", house.port))
    client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for n in range(0, len(words), piece):
        await asyncio.get_running_loop().sock_sendall(client.socket, words[n : n + piece])
        await asyncio.sleep(0)
    while b"pong" not in client.unread:
        await client._more()
    assert client.unread.startswith(b"HTTP/1.1 101 ")


async def test_connection_that_served_http_becomes_a_socket(house: House) -> None:
    client, loop = house.client(), asyncio.get_running_loop()
    await loop.sock_connect(client.socket, ("127.0.0.1", house.port))
    await loop.sock_sendall(client.socket, b"GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    while not client.unread.endswith(b"hello"):
        await client._more()
    client.unread = b""
    assert (await client.ask()).startswith("HTTP/1.1 101 ")
    await client.send(PING)
    assert [message["type"] for message in await client.messages(1)] == ["pong"]


@pytest.mark.parametrize(
    "request_line",
    [
        "GET /ws/main HTTP/1.0",
        "GET /ws/main  HTTP/1.1",
        "GET /ws/main",
        "GET /ws/main HTTP/1.1\r\n x: y",
    ],
)
async def test_request_that_is_not_well_formed_is_denied(house: House, request_line: str) -> None:
    client = house.client()
    await asyncio.get_running_loop().sock_connect(client.socket, ("127.0.0.1", house.port))
    head = await client.ask(REQUEST.replace("GET {path} HTTP/1.1", request_line))
    assert head.startswith("HTTP/1.1 400 ")
    assert await client.rest() == b""


async def test_request_without_upgrade_is_told_to(house: House) -> None:
    client, loop = house.client(), asyncio.get_running_loop()
    await loop.sock_connect(client.socket, ("127.0.0.1", house.port))
    await loop.sock_sendall(client.socket, b"GET /ws/main HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert (await client.rest()).startswith(b"HTTP/1.1 426 ")


async def test_request_without_end_ends_the_connection(house: House) -> None:
    client, loop = house.client(), asyncio.get_running_loop()
    await loop.sock_connect(client.socket, ("127.0.0.1", house.port))
    with suppress(ConnectionError):
        await loop.sock_sendall(client.socket, b"GET /ws/" + b"x" * (HEAD_MAX + 1))
    assert (await client.rest()).startswith(b"HTTP/1.1 431 ")
    client.socket.close()
    await eventually(lambda: not house.state.connections)


async def test_whoever_asks_for_nothing_is_given_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(websocket, "REQUEST_S", 0.1)
    monkeypatch.setattr(websocket, "TICK_S", 0.02)
    silent, slow = house.client(), house.client()
    for client in (silent, slow):
        await asyncio.get_running_loop().sock_connect(client.socket, ("127.0.0.1", house.port))
    await asyncio.get_running_loop().sock_sendall(slow.socket, b"GET /ws/main HT")
    assert await silent.rest() == b""
    assert (await slow.rest()).startswith(b"HTTP/1.1 408 ")
    slow.socket.close()
    await eventually(lambda: not house.state.connections)


@pytest.mark.parametrize(
    ("forwarded", "told"),
    [
        ("10.1.1.{}", "refused"),
        ("10.1.1.9", "error"),
        ("2001:db8:1:{}::9", "refused"),
        ("2001:db8:1:1::{}", "error"),  # one house has as many of these as it likes
    ],
)
async def test_tickets_taken_behind_a_proxy_are_counted_by_visitor__TK3(
    forwarded: str, told: str
) -> None:
    one_each = Buckets(0.0, 1.0, asyncio.get_running_loop().time)
    async with a_house(one_each) as house:
        answers = []
        for n in range(2):
            client = house.client()
            await client.open(more=f"X-Forwarded-For: {forwarded.format(n)}\r\n")
            await client.send({"type": "do", "id": f"t{n}", "command": TAKE})
            answers += await client.messages(1)
    assert [answer["type"] for answer in answers] == ["refused", told]


async def test_no_task_stays_behind_a_socket(house: House) -> None:
    before = len(asyncio.all_tasks())
    clients = [house.client() for _ in range(20)]
    for client in clients:
        await client.open()
    await eventually(lambda: len(house.sockets.peers) == 20 and not house.state.tasks)
    assert len(asyncio.all_tasks()) <= before
    for client in clients:
        client.socket.close()
    await eventually(lambda: not house.sockets.peers and not house.state.connections)


async def test_client_that_leaves_at_once_leaves_nothing(house: House) -> None:
    for _ in range(20):
        client = house.client()
        await asyncio.get_running_loop().sock_connect(client.socket, ("127.0.0.1", house.port))
        request = REQUEST.format(path="/ws/main", key=KEY, version="13", more="")
        await asyncio.get_running_loop().sock_sendall(client.socket, request.encode())
        client.socket.close()
    await asyncio.sleep(0.1)
    await eventually(lambda: not house.sockets.peers and not house.state.connections)


async def test_answer_and_the_view_it_made_come_together__I10(house: House) -> None:
    client = house.client()
    await client.open(more="Authorization: supervisor\r\n")
    await client.send({"type": "watch", "topic": "counter_screen:W02"})
    (first,) = await client.messages(1)
    command = {"type": "open_counter", "counter_id": "W02"}
    await client.send({"type": "do", "id": "o1", "command": command})
    after = {message["type"]: message for message in await client.messages(2)}
    assert (first["seq"], after["done"]["seq"], after["show"]["seq"]) == (1, 2, 2)


async def test_reader_that_sleeps_costs_little_and_wakes_to_the_newest__I10(house: House) -> None:
    slow, other = house.client(receive_max=4096), house.client()
    for client in (slow, other):
        await client.open()
        await client.send({"type": "watch", "topic": "kiosk:K1"})
    await other.messages(1)
    (peer, *_) = house.sockets.peers
    for n in range(400):
        await done(house.hall, f"t{n}", take("B"))
        await other.messages(1)  # nobody else waits for the one who sleeps
    assert house.sockets.blocked == {peer}
    assert isinstance(peer, Peer)
    assert peer.transport.get_write_buffer_size() < 64 * 1024
    reading = asyncio.create_task(slow.rest())
    await eventually(lambda: not house.sockets.blocked)
    await asyncio.sleep(0.2)
    reading.cancel()
    shows = [msgspec.json.decode(payload) for _, payload in server_frames(slow.unread)]
    seqs = [show["seq"] for show in shows]
    assert seqs == sorted(set(seqs))
    assert seqs[-1] == house.hall.follower.position.seq
    assert len(seqs) < 400


async def test_reader_that_sleeps_too_long_is_given_up(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_after, "PATIENCE_S", 0.3)
    slow = house.client(receive_max=4096)
    await slow.open()
    await slow.send({"type": "watch", "topic": "kiosk:K1"})
    await eventually(lambda: bool(house.hall.fanout.topics))
    for n in range(400):
        await done(house.hall, f"t{n}", take("B"))
    await eventually(lambda: not house.sockets.peers)
    assert house.hall.fanout.topics == 0


async def test_client_that_does_not_answer_pings_is_gone(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_after, "PING_EVERY_S", 0.5)
    silent, alive = house.client(), house.client()
    await silent.open()
    await alive.open()
    for _ in range(8):
        for first, payload in await alive.frames(1):
            assert first == 0x80 | Opcode.PING
            pong = sent(payload, Opcode.PONG)
            await asyncio.get_running_loop().sock_sendall(alive.socket, pong)
    assert len(house.sockets.peers) == 1
    assert await silent.rest()  # pings, and then the end


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (sent(b"x", rsv=4), 1002),
        (sent(b"\xff\xfe"), 1007),
        (sent(b"x" * 70_000), 1009),
        (sent(b"\x03\xe8", Opcode.CLOSE), 1000),
        (sent(b"\x0f\xa0", Opcode.CLOSE), 4000),
        (sent(b"", Opcode.CLOSE), 1000),
    ],
)
async def test_end_is_told_by_its_code_and_closes_the_connection(
    house: House, frame: bytes, code: int
) -> None:
    client = house.client()
    await client.open()
    await asyncio.get_running_loop().sock_sendall(client.socket, frame)
    ((first, payload),) = await client.frames(1)
    assert (first, close_code_of(payload)) == (0x80 | Opcode.CLOSE, code)
    closing = sent(payload, Opcode.CLOSE)
    with suppress(ConnectionError):
        await asyncio.get_running_loop().sock_sendall(client.socket, closing)
    assert await client.rest() == b""
    await eventually(lambda: not house.state.connections)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", sent(b"\x03\xe8", Opcode.CLOSE)),
        (b"", sent(b"late", Opcode.PING)),
        (b"", sent(b"late")),
        (sent(b"first half", fin=False), sent(b"second half", 0)),
    ],
    ids=["7.1.2 close", "7.1.3 ping", "7.1.4 text", "7.1.5 between fragments"],
)
async def test_nothing_counts_after_a_close_frame(
    house: House, before: bytes, after: bytes
) -> None:
    client = house.client()
    await client.open()
    words = before + sent(b"\x03\xe8", Opcode.CLOSE) + after
    await asyncio.get_running_loop().sock_sendall(client.socket, words)
    frames = list(server_frames(await client.rest()))
    assert [(first, close_code_of(payload)) for first, payload in frames] == [(0x88, 1000)]


async def test_stopping_server_sends_everybody_to_another(house: House) -> None:
    client = house.client()
    await client.open()
    await eventually(lambda: len(house.sockets.peers) == 1)
    for connection in list(house.state.connections):
        connection.shutdown()
    ((_, payload),) = await client.frames(1)
    assert close_code_of(payload) == 1012


async def test_stopping_server_answers_first_what_was_asked__I20(house: House) -> None:
    stream = house.hall.follower.stream
    assert isinstance(stream, FaultyStream)
    gate, before = asyncio.Event(), stream.appends
    stream.gate = gate
    client = house.client()
    await client.open(more="Authorization: supervisor\r\n")
    command = {"type": "open_counter", "counter_id": "W02"}
    await client.send({"type": "do", "id": "o1", "command": command})
    await eventually(lambda: stream.appends > before)
    for connection in list(house.state.connections):
        connection.shutdown()
    late = {"type": "open_counter", "counter_id": "W03"}
    await client.send({"type": "do", "id": "o2", "command": late})
    await client.send({"type": "ping"})
    gate.set()
    answer, closing = await client.frames(2)
    assert msgspec.json.decode(answer[1])["id"] == "o1"
    assert close_code_of(closing[1]) == 1012
    assert house.hall.follower.answer_to(CommandId("o2")) is None


async def test_large_audience_is_told_in_parts_and_wholly(house: House) -> None:
    clients = [house.client() for _ in range(150)]
    for client in clients:
        await client.open()
        await client.send({"type": "watch", "topic": "counter_screen:W02"})
    for client in clients:
        await client.messages(1)
    await done(house.hall, "o1", OpenCounter(counter_id="W02"), SUPERVISOR)
    for client in clients:
        (show,) = await client.messages(1)
        assert show["view"]["state"] == "open"


async def test_large_audience_with_sleepers_is_told_whole_frames_in_order__I10(
    house: House,
) -> None:
    readers = [house.client() for _ in range(WRITES_MAX)]
    sleepers = [house.client(receive_max=4096) for _ in range(8)]
    for client in readers + sleepers:
        await client.open()
        await client.send({"type": "watch", "topic": "kiosk:K1"})
    reading = [asyncio.create_task(client.rest()) for client in readers]
    takes = 0
    while len(house.sockets.blocked) < len(sleepers):
        takes += 1
        await done(house.hall, f"t{takes}", take("B"))
        await asyncio.sleep(0.001)
    assert len(house.sockets.straight) == len(readers)
    reading += [asyncio.create_task(client.rest()) for client in sleepers]
    await eventually(lambda: len(house.sockets.straight) == len(readers + sleepers))
    newest = b'"seq":%d,' % house.hall.follower.position.seq
    await eventually(lambda: all(newest in client.unread[-65536:] for client in readers + sleepers))
    await asyncio.sleep(0.1)  # for the end of that frame
    for client in readers + sleepers:
        seqs = [msgspec.json.decode(words)["seq"] for _, words in server_frames(client.unread)]
        assert seqs == sorted(set(seqs))
    for task in reading:
        task.cancel()


async def test_address_has_a_number_of_sockets_and_gets_them_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looking_after, "SOCKETS_PER_ADDRESS_MAX", 2)
    first, second, third = (house.client() for _ in range(3))
    for client in (first, second, third):
        assert (await client.open()).startswith("HTTP/1.1 101 ")
    ((_, payload),) = await third.frames(1)
    assert close_code_of(payload) == CloseCode.FLOODING
    first.socket.close()
    await eventually(lambda: len(house.sockets.peers) == 1)
    fourth = house.client()
    await fourth.open()
    await fourth.send(PING)
    await fourth.messages(1)


async def test_pings_beyond_the_rate_close_the_connection(house: House) -> None:
    client = house.client()
    await client.open()
    burst = int(RATES[VISITOR.role][1])
    pings = sent(b"x", Opcode.PING) * (burst + FLOOD_GRACE + 20)
    await asyncio.get_running_loop().sock_sendall(client.socket, pings)
    frames = await client.frames(burst + 1)
    assert [first for first, _ in frames[:burst]] == [0x80 | Opcode.PONG] * burst
    assert close_code_of(frames[-1][1]) == CloseCode.FLOODING
