"""The HTTP side against a real HTTP server."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import msgspec
import pytest

from backend.client import HttpError
from backend.client.http import ask_json, do_http, get_topic, sign_in
from backend.core.commands import CallNext
from backend.core.errors import RefusalCode
from backend.core.ids import CommandId
from backend.core.result import Result
from backend.wire.messages import Done, Refused
from tests.client.wire_hub import voice_show

CALL = CallNext(counter_id="W01")


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/api/session":
            if body != {"username": "li", "password": "pw"}:
                self.answer(401, b'{"title": "Unauthorized", "detail": "wrong"}')
                return
            self.answer(200, b"{}", ("session=abc; Path=/; HttpOnly", "csrf=def"))
        elif self.headers["Cookie"] != "session=abc; csrf=def":
            self.answer(401, b"{}")
        elif body["command"]["counter_id"] == "W01":
            reply = Done(id=CommandId(body["id"]), seq=4, result=Result(number="A001"))
            self.answer(200, msgspec.json.encode(reply))
        else:
            refused = Refused(id=CommandId(body["id"]), code=RefusalCode.QUEUE_EMPTY)
            self.answer(409, msgspec.json.encode(refused))

    def do_GET(self) -> None:
        if self.path == "/api/halls/main/topics/voice:Z1":
            self.answer(200, msgspec.json.encode(voice_show(3)))
        elif self.path == "/api/enrolments/mine":
            self.answer(200, "<h1>登录校园网</h1>".encode("gbk"))
        elif self.path == "/no-http":
            self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        else:
            self.answer(404, b'{"title": "Not found"}')

    def answer(self, status: int, body: bytes, cookies: tuple[str, ...] = ()) -> None:
        self.send_response(status)
        for cookie in cookies:
            self.send_header("Set-Cookie", cookie)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


async def test_sign_in_then_command(url: str) -> None:
    cookie = await sign_in(url, "li", "pw")
    assert cookie == "session=abc; csrf=def"
    answer = await do_http(url, "main", CALL, id="x1", cookie=cookie)
    assert answer == Done(id=CommandId("x1"), seq=4, result=Result(number="A001"))
    refused = await do_http(url, "main", CallNext(counter_id="W02"), cookie=cookie)
    assert isinstance(refused, Refused)


async def test_wrong_password_is_an_error(url: str) -> None:
    with pytest.raises(HttpError, match="wrong") as caught:
        await sign_in(url, "li", "no")
    assert caught.value.status == 401


async def test_topic_is_read(url: str) -> None:
    assert await get_topic(url, "main", "voice:Z1") == voice_show(3)
    with pytest.raises(HttpError) as caught:
        await get_topic(url, "main", "voice:Z9")
    assert caught.value.status == 404


async def test_nobody_there_is_status_0() -> None:
    with pytest.raises(HttpError) as caught:
        await get_topic("http://127.0.0.1:9", "main", "queues")
    assert caught.value.status == 0


async def test_page_that_is_not_the_hubs_is_an_error(url: str) -> None:
    with pytest.raises(HttpError) as caught:
        await ask_json(f"{url}/api/enrolments/mine", None, dict)
    assert caught.value.status == 200


async def test_somebody_who_speaks_no_http_is_status_0(url: str) -> None:
    with pytest.raises(HttpError) as caught:
        await ask_json(f"{url}/no-http", None, dict)
    assert caught.value.status == 0
