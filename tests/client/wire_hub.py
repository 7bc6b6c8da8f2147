"""A small hub for tests: a real WebSocket server that speaks the wire and does as it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from backend.core.commands import ReportSpeakers
from backend.core.ids import AgentId, CommandId, ZoneId
from backend.core.result import Result
from backend.core.views.voice import VoiceCall, VoiceView
from backend.wire.messages import (
    ClientMessage,
    Do,
    Done,
    Fault,
    Ping,
    Pong,
    Refused,
    ServerMessage,
    Show,
    Unwatch,
    Watch,
)

MESSAGES: msgspec.json.Decoder[ClientMessage] = msgspec.json.Decoder(ClientMessage)
Rule = Callable[[Do], Done | Refused | Fault | None]


def done(message: Do, seq: int = 1) -> Done:
    return Done(id=message.id, seq=seq, result=Result())


def voice_show(
    seq: int, *calls: VoiceCall, zone: str = "Z1", epoch: str = "e1", topic: str | None = None
) -> Show:
    view = VoiceView(zone_id=ZoneId(zone), agent_id=None, calls=calls)
    return Show(topic=topic or f"voice:{zone}", epoch=epoch, seq=seq, view=view)


class WireHub:
    """Records what clients sent; answers pings, watches and commands unless told otherwise."""

    def __init__(self) -> None:
        self.sockets: list[ServerConnection] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.watches: list[str] = []
        self.unwatches: list[str] = []
        self.dos: list[Do] = []
        self.shows: dict[str, Show | Fault] = {}
        self.rule: Rule = done
        self.agent_ids: dict[str, AgentId] = {}
        """Whose the zones are: who told last has them (VO10)."""
        self.answers_pings = True
        self.clock_ahead = timedelta(0)
        self.close_with: int | None = None
        self.deny_with: int | None = None
        self.port = 0
        self.changed = asyncio.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def until(self, claim: Callable[[], bool], timeout_s: float = 5.0) -> None:
        async with asyncio.timeout(timeout_s):
            while not claim():
                self.changed.clear()
                await self.changed.wait()

    async def show(self, show: Show) -> None:
        self.shows[show.topic] = show
        for socket in self.sockets:
            await self.send(socket, show)

    async def send(self, socket: ServerConnection, message: ServerMessage) -> None:
        if isinstance(message, Show) and isinstance(message.view, VoiceView):
            agent_id = self.agent_ids.get(message.view.zone_id)
            message = replace(message, view=replace(message.view, agent_id=agent_id))
        await socket.send(msgspec.json.encode(message), text=True)

    async def drop(self, code: int | None = None) -> None:
        """Break every connection: with a close code, or without a word."""
        sockets, self.sockets = self.sockets, []
        for socket in sockets:
            if code is None:
                socket.transport.abort()
            else:
                await socket.close(code)

    async def handle(self, socket: ServerConnection) -> None:
        if self.close_with is not None:
            await socket.close(self.close_with)
            return
        request = socket.request
        assert request is not None
        self.paths.append(request.path)
        self.headers.append({key.lower(): value for key, value in request.headers.raw_items()})
        self.sockets.append(socket)
        self.changed.set()
        try:
            async for frame in socket:
                await self.take(socket, MESSAGES.decode(frame))
                self.changed.set()
        except ConnectionClosed:
            pass
        finally:
            if socket in self.sockets:
                self.sockets.remove(socket)
            self.changed.set()

    async def take(self, socket: ServerConnection, message: ClientMessage) -> None:
        match message:
            case Ping():
                if self.answers_pings:
                    await self.send(socket, Pong(at=datetime.now(UTC) + self.clock_ahead))
            case Watch(topic=topic):
                self.watches.append(topic)
                if topic in self.shows:
                    await self.send(socket, self.shows[topic])
            case Unwatch(topic=topic):
                self.unwatches.append(topic)
            case Do():
                self.dos.append(message)
                answer = self.rule(message)
                if isinstance(message.command, ReportSpeakers) and isinstance(answer, Done):
                    self.agent_ids[message.command.zone_id] = AgentId(message.command.agent_id)
                if answer is not None:
                    await self.send(socket, answer)

    def deny(self, socket: ServerConnection, request: Request) -> Response | None:
        if self.deny_with is None:
            return None
        return socket.respond(self.deny_with, "no")

    async def start(self, port: int = 0) -> Server:
        server = await serve(
            self.handle, "127.0.0.1", port, process_request=self.deny, close_timeout=0.2
        )
        self.port = next(iter(server.sockets)).getsockname()[1]
        return server


@asynccontextmanager
async def wire_hub() -> AsyncIterator[WireHub]:
    hub = WireHub()
    server = await hub.start()
    try:
        yield hub
    finally:
        server.close()
        await server.wait_closed()


def ids(hub: WireHub) -> list[CommandId]:
    return [message.id for message in hub.dos]
