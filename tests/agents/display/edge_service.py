"""A server that speaks the network voice's protocol."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from display_agent import pcm
from tests.agents.display.test_pcm import tone

PIECE = 4_000
"""Bytes of sound in one message."""
_SSML = re.compile(
    r"<voice name='(?P<voice>[^']+)'>.*rate='(?P<rate>[^']+)'[^>]*>(?P<text>[^<]*)<", re.DOTALL
)


class Mood(StrEnum):
    """What the service does when it is asked."""

    WELL = "well"
    FORBIDDEN = "forbidden"
    """403 at the handshake, as when a clock is wrong."""
    BUSY = "busy"
    """503 at the handshake."""
    SILENT = "silent"
    """A turn without any sound."""
    BREAKS = "breaks"
    """The connection is lost in the middle of the sound."""
    HANGS = "hangs"
    """The request is taken, and nothing comes."""
    ENDLESS = "endless"
    """More sound than any sentence has."""
    NOISE = "noise"
    """Something that is no sound."""


class EdgeService:
    """Says every text as a tone, two tenths of a second a sign."""

    def __init__(self) -> None:
        self.mood = Mood.WELL
        self.asked: list[tuple[str, str, str]] = []
        """Voice, rate and text."""
        self.connections = 0
        self.port = 0

    @property
    def address(self) -> str:
        return f"ws://127.0.0.1:{self.port}/edge/v1?TrustedClientToken=t"

    def deny(self, socket: ServerConnection, request: Request) -> Response | None:
        self.connections += 1
        if self.mood is Mood.FORBIDDEN:
            return socket.respond(403, "no")
        return socket.respond(503, "later") if self.mood is Mood.BUSY else None

    async def handle(self, socket: ServerConnection) -> None:
        try:
            config, ssml = await socket.recv(), await socket.recv()
            assert isinstance(config, str)
            assert isinstance(ssml, str)
            assert "Path:speech.config" in config
            assert '"outputFormat":"audio-24khz-48kbitrate-mono-mp3"' in config
            head, _, body = ssml.partition("\r\n\r\n")
            assert "Content-Type:application/ssml+xml" in head
            asked = _SSML.search(body)
            assert asked is not None, body
            name = asked["voice"].rpartition("(")[2].rstrip(")").replace(", ", "-")
            self.asked.append((name, asked["rate"], asked["text"]))
            await self.answer(socket, asked["text"])
        except ConnectionClosed:
            return

    async def answer(self, socket: ServerConnection, text: str) -> None:
        if self.mood is Mood.HANGS:
            await socket.wait_closed()
            return
        await socket.send("X-RequestId:1\r\nPath:turn.start\r\n\r\n{}")
        await socket.send("X-RequestId:1\r\nPath:response\r\n\r\n{}")
        sound = pcm.wav(tone(0.2 * max(1, len(text))))
        if self.mood is Mood.NOISE:
            sound = b"<html>not a sound</html>"
        pieces = [sound[n : n + PIECE] for n in range(0, len(sound), PIECE)]
        if self.mood is Mood.SILENT:
            pieces = []
        for n, piece in enumerate(pieces):
            await socket.send(_audio(piece))
            if self.mood is Mood.BREAKS and n == 1:
                socket.transport.abort()
                return
        if self.mood is Mood.ENDLESS:
            for _ in range(25):
                await socket.send(_audio(bytes(100_000)))
        await socket.send(_audio(b""))
        await socket.send("X-RequestId:1\r\nPath:turn.end\r\n\r\n{}")


def _audio(piece: bytes) -> bytes:
    head = b"X-RequestId:1\r\nContent-Type:audio/mpeg\r\nPath:audio"
    if not piece:  # the service closes the sound with a message without a type
        head = b"X-RequestId:1\r\nPath:audio"
    head += b"\r\n"
    return len(head).to_bytes(2, "big") + head + piece


@asynccontextmanager
async def edge_service() -> AsyncIterator[EdgeService]:
    service = EdgeService()
    server = await serve(
        service.handle, "127.0.0.1", 0, process_request=service.deny, close_timeout=0.2
    )
    service.port = next(iter(server.sockets)).getsockname()[1]
    try:
        yield service
    finally:
        server.close()
        await server.wait_closed()
