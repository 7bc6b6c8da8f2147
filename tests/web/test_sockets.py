"""The socket itself: who may open it, what it survives, and how it ends."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from backend.identity import BEARER_PROTOCOL, PROTOCOL
from backend.wire.messages import FRAME_MAX
from tests.hall import DEVICE_TOKEN, HALL_ID, Hall, running_hall

LIMIT_S = 10.0
TAKE = {"type": "take_ticket", "queue_id": "C", "channel": "anonymous"}
CALL = {"type": "call_next", "counter_id": "W08"}
BEARER = {"Authorization": f"Bearer {DEVICE_TOKEN}"}


@asynccontextmanager
async def opened(
    hall: Hall,
    headers: dict[str, str] | None = None,
    *,
    hall_id: str = "main",
    protocols: tuple[str, ...] = (PROTOCOL,),
    origin: str | None = None,
) -> AsyncIterator[ClientConnection]:
    async with connect(
        hall.url.replace("http", "ws", 1) + f"/ws/{hall_id}",
        additional_headers=headers,
        subprotocols=[Subprotocol(name) for name in protocols] or None,
        origin=Origin(origin) if origin is not None else None,
        proxy=None,
        open_timeout=LIMIT_S,
    ) as socket:
        yield socket


async def ask(socket: ClientConnection, message: object) -> dict[str, Any]:
    """The next message that comes back."""
    is_frame = isinstance(message, str | bytes)
    await socket.send(message if is_frame else msgspec.json.encode(message).decode())  # type: ignore[arg-type]
    async with asyncio.timeout(LIMIT_S):
        found: dict[str, Any] = msgspec.json.decode(await socket.recv())
    return found


async def close_code(socket: ClientConnection) -> int:
    """With which code the hub closes; see wire/close_codes.py."""
    try:
        async with asyncio.timeout(LIMIT_S):
            while True:
                await socket.recv()
    except ConnectionClosed as closed:
        return closed.rcvd.code if closed.rcvd is not None else 0


def do(id: str, command: dict[str, str] = TAKE) -> dict[str, object]:
    return {"type": "do", "id": id, "command": command}


async def test_visitor_watches_and_may_not_command(hall: Hall) -> None:
    async with opened(hall) as socket:
        assert socket.subprotocol == PROTOCOL
        show = await ask(socket, {"type": "watch", "topic": "board:Z1"})
        assert (show["type"], show["topic"]) == ("show", "board:Z1")
        error = await ask(socket, do("k1"))
        assert (error["type"], error["code"], error["id"]) == ("error", "unauthenticated", "k1")
        assert (await ask(socket, {"type": "ping"}))["type"] == "pong"


async def test_device_proves_itself_by_header_or_subprotocol(hall: Hall) -> None:
    async with opened(hall, BEARER, protocols=()) as socket:
        done = await ask(socket, do("k2"))
        assert done["type"] == "done"
    both = (PROTOCOL, f"{BEARER_PROTOCOL}{DEVICE_TOKEN}")
    async with opened(hall, protocols=both) as socket:
        assert socket.subprotocol == PROTOCOL  # the token does not come back
        assert await ask(socket, do("k2")) == done  # another connection, the same answer


@pytest.mark.parametrize(
    ("headers", "protocols"),
    [
        ({"Authorization": "Bearer wrong"}, (PROTOCOL,)),
        ({"Authorization": "Basic ZGVtbw=="}, (PROTOCOL,)),
        ({}, (PROTOCOL, f"{BEARER_PROTOCOL}wrong")),
        ({}, (f"{BEARER_PROTOCOL}wrong",)),
    ],
)
async def test_wrong_token_is_closed_for_good(
    hall: Hall, headers: dict[str, str], protocols: tuple[str, ...]
) -> None:
    async with opened(hall, headers, protocols=protocols) as socket:
        assert await close_code(socket) == 4401


async def test_unknown_hall_is_closed_for_good(hall: Hall) -> None:
    async with opened(hall, hall_id="nope") as socket:
        assert await close_code(socket) == 4404


async def test_page_of_another_site_is_closed_for_good(hall: Hall) -> None:
    cookie = {"Cookie": hall.cookie("w08")}
    for origin in ("http://evil.example", hall.url.replace("127.0.0.1", "localhost")):
        async with opened(hall, cookie, origin=origin) as socket:
            assert await close_code(socket) == 4403
    async with opened(hall, cookie, origin=hall.url) as socket:
        refused = await ask(socket, do("k3", CALL))
        assert (refused["type"], refused["code"]) == ("refused", "counter_closed")


async def test_signed_out_cookie_is_a_visitors(hall: Hall) -> None:
    cookie = hall.cookie("w08")
    hall.ask("DELETE", "/api/session", Cookie=cookie)
    async with opened(hall, {"Cookie": cookie}) as socket:
        assert (await ask(socket, do("k4", CALL)))["code"] == "unauthenticated"


async def test_frame_over_16_kib_is_refused_and_the_socket_lives(hall: Hall) -> None:
    async with opened(hall, BEARER) as socket:
        assert (await ask(socket, " " * FRAME_MAX))["code"] == "malformed"
        assert (await ask(socket, " " * (FRAME_MAX + 1)))["code"] == "too_large"
        assert (await ask(socket, do("k5")))["type"] == "done"


async def test_frame_of_a_megabyte_ends_the_socket(hall: Hall) -> None:
    async with opened(hall, BEARER) as socket:
        await socket.send(" " * 1024 * 1024)
        assert await close_code(socket) == 1009


@pytest.mark.parametrize("frame", ["nonsense", '{"type":"dance"}', b'{"type":"ping"}', b"\xff"])
async def test_frame_of_no_known_form_is_malformed_and_the_socket_lives(
    hall: Hall, frame: str | bytes
) -> None:
    async with opened(hall, BEARER) as socket:
        assert (await ask(socket, frame))["code"] == "malformed"  # a binary frame is no message
        assert (await ask(socket, {"type": "ping"}))["type"] == "pong"


async def test_flooding_visitor_is_warned_then_ended(hall: Hall) -> None:
    async with opened(hall) as socket:
        with suppress(ConnectionClosed):
            for _ in range(10_000):
                await socket.send('{"type":"ping"}')
        assert await close_code(socket) == 4429
    async with opened(hall) as socket:  # others are served
        assert (await ask(socket, {"type": "ping"}))["type"] == "pong"


async def test_watcher_sees_what_others_do__I10(hall: Hall) -> None:
    async with opened(hall) as board, opened(hall, BEARER) as kiosk:
        before = await ask(board, {"type": "watch", "topic": "queues"})
        done = await ask(kiosk, do("k6"))
        async with asyncio.timeout(2.0):
            show = msgspec.json.decode(await board.recv())
        assert show["epoch"] == before["epoch"]
        assert show["seq"] == done["seq"] > before["seq"]


async def test_socket_of_an_ended_session_is_closed_for_good(hall: Hall) -> None:
    cookie = hall.cookie("w09")
    async with opened(hall, {"Cookie": cookie}) as socket:
        assert hall.ask("DELETE", "/api/session", Cookie=cookie).status == 204
        assert await close_code(socket) == 4401


async def test_card_numbers_cannot_be_tried_out__TK3() -> None:
    with running_hall() as hall:

        def guess(n: int) -> dict[str, object]:
            command = {"channel": "remote", "queue_id": "A", "card": f"0000{n:04}"}
            return do(f"guess-{n}", {"type": "take_ticket", **command})

        async with opened(hall) as first, opened(hall) as second:
            codes = [(await ask((first, second)[n % 2], guess(n)))["code"] for n in range(4)]
            assert codes == ["card_unknown"] * 2 + ["too_many_requests"] * 2
            path = f"/api/halls/{HALL_ID}/commands"
            reply = hall.ask("POST", path, guess(5))  # the same count, another way
            assert (reply.status, reply.json["code"]) == (429, "too_many_requests")
            assert (await ask(first, {"type": "ping"}))["type"] == "pong"
    with running_hall() as hall:
        codes = [hall.ask("POST", path, guess(n)).json["code"] for n in range(4)]
        assert codes == ["card_unknown"] * 2 + ["too_many_requests"] * 2
