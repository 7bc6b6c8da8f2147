"""The university's other system: a real server that answers as it is told."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

SECRET = "a secret of ours and theirs"


class HrSystem:
    """What it holds, how it answers, and what it was asked."""

    def __init__(self) -> None:
        self.held: dict[str, list[dict[str, Any]]] = {}
        """By the person's digest."""
        self.answer: tuple[int, dict[str, str], bytes] | None = None
        """In place of what it holds."""
        self.pause = threading.Event()
        """Set: it goes on; until then it does not answer."""
        self.pause.set()
        self.dribbles = False
        """Whether a byte comes every tenth of a second, for ever."""
        self.asked: list[tuple[str, str | None]] = []
        """Addresses and what was shown as proof."""
        system = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                system.respond(self)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hr"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def respond(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append((request.path, request.headers["Authorization"]))
        self.pause.wait(30)
        status, headers, body = self.answer or self._held(request.path)
        try:
            request.send_response(status)
            for name, value in headers.items():
                request.send_header(name, value)
            if not self.dribbles:
                request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)
            while self.dribbles:
                request.wfile.write(b" ")
                time.sleep(0.1)
        except OSError:
            pass  # whoever asked has gone

    def _held(self, path: str) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(path)
        kinds = parse_qs(parts.query)["kinds"][0].split(",")
        digest = parts.path.split("/")[-2]
        if digest not in self.held:
            return 404, {}, b""
        facts = [fact for fact in self.held[digest] if fact["kind"] in kinds]
        return 200, {"Content-Type": "application/json"}, json.dumps({"facts": facts}).encode()


@pytest.fixture
def hr() -> Iterator[HrSystem]:
    system = HrSystem()
    yield system
    system.pause.set()
    system.dribbles = False
    system.server.shutdown()
    system.server.server_close()


def fact(kind: str, level: int = 3, zh: str = "聘至2028年") -> dict[str, Any]:
    return {
        "kind": kind,
        "value": {"zh": zh, "en": "until 2028"},
        "as_of": "2026-11-01",
        "level": level,
    }
