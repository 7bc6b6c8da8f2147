"""Robots of WeCom and DingTalk groups on loopback, which answer as the vendors' do.

They check the key, or token, time and signature, count 20 messages a minute, and break off or say
nothing when they are told to.
"""

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.support.samples import AT

WECOM_KEY = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
TOKEN, SECRET = "66ff" * 16, "SEC" + "a1b2" * 16
A_MINUTE = 20
HOUR_MS = 3600 * 1000
WECOM_MAX = 2048


class Robots:
    """What was said in the groups, and how they answer."""

    def __init__(self) -> None:
        self.wecom: list[str] = []
        self.dingtalk: list[str] = []
        self.errcode: int | None = None
        """In place of an answer of their own."""
        self.status = 200
        self.drops = False
        """Whether they take the words and break off."""
        self.now_ms = round(AT.timestamp() * 1000)
        self.counted: dict[str, int] = {}
        """In this minute; a test clears it."""
        robots = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                robots.respond(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def respond(self, request: BaseHTTPRequestHandler) -> None:
        body = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        parts = urlsplit(request.path)
        words = {name: values[0] for name, values in parse_qs(parts.query).items()}
        is_wecom = parts.path.startswith("/wecom")
        errcode = self.errcode
        if errcode is None:
            errcode = self._at_wecom(words, body) if is_wecom else self._at_dingtalk(words, body)
        if self.drops:
            request.close_connection = True
            return
        answer = json.dumps({"errcode": errcode, "errmsg": "as they say"}).encode()
        request.send_response(self.status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(answer)))
        request.end_headers()
        request.wfile.write(answer)

    def _at_wecom(self, words: dict[str, str], body: dict[str, Any]) -> int:
        if words.get("key") != WECOM_KEY:
            return 93000
        if body.get("msgtype") != "text" or len(body["text"]["content"].encode()) > WECOM_MAX:
            return 40058
        if self._is_too_much("wecom"):
            return 45009
        self.wecom.append(body["text"]["content"])
        return 0

    def _at_dingtalk(self, words: dict[str, str], body: dict[str, Any]) -> int:
        if words.get("access_token") != TOKEN:
            return 300001
        stamp = words.get("timestamp", "0")
        signed = hmac.digest(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), sha256)
        is_right = words.get("sign") == base64.b64encode(signed).decode()
        if not is_right or abs(int(stamp) - self.now_ms) > HOUR_MS:
            return 310000
        if self._is_too_much("dingtalk"):
            return 130101
        self.dingtalk.append(body["text"]["content"])
        return 0

    def _is_too_much(self, robot: str) -> bool:
        self.counted[robot] = self.counted.get(robot, 0) + 1
        return self.counted[robot] > A_MINUTE


@contextmanager
def robots_on() -> Iterator[Robots]:
    """The robots, as long as they are needed."""
    robots = Robots()
    try:
        yield robots
    finally:
        robots.server.shutdown()
        robots.server.server_close()
