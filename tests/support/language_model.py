"""A hall's language model: a real server that says what it is told to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec

KEY = "sk-a-key-of-ours"


def completion(words: str) -> bytes:
    """The body of an answer with these words."""
    return msgspec.json.encode({"choices": [{"message": {"role": "assistant", "content": words}}]})


class ModelServer:
    """What it answers, and what it was asked."""

    def __init__(self) -> None:
        self.answer: tuple[int, bytes] = (200, completion(""))
        self.goes_on = threading.Event()
        """Until it is set nothing is answered."""
        self.goes_on.set()
        self.asked: list[tuple[str | None, Any]] = []
        """What was shown as proof, and what was sent."""
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                model.respond(self)

            def log_message(self, format: str, *args: object) -> None:
                del format, args

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/v1/chat/completions"

    def respond(self, request: BaseHTTPRequestHandler) -> None:
        """Answer as it is told."""
        body = request.rfile.read(int(request.headers["Content-Length"]))
        self.asked.append((request.headers["Authorization"], msgspec.json.decode(body)))
        self.goes_on.wait(30)
        status, said = self.answer
        try:
            request.send_response(status)
            request.send_header("Location", f"{self.url}/elsewhere")
            request.send_header("Content-Length", str(len(said)))
            request.end_headers()
            request.wfile.write(said)
        except OSError:
            pass  # whoever asked has gone


@contextmanager
def running_model() -> Iterator[ModelServer]:
    """Such a server, until the end."""
    model = ModelServer()
    serving = threading.Thread(target=model.server.serve_forever, args=(0.01,))
    serving.start()
    try:
        yield model
    finally:
        model.goes_on.set()
        model.server.shutdown()
        serving.join()
        model.server.server_close()
