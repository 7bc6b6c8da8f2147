"""One lasting link to a hall's hub: watch topics, do commands."""

import asyncio
import contextlib
import logging
import re
import secrets
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self, assert_never
from urllib.parse import quote, urlsplit

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus, WebSocketException
from websockets.typing import Origin, Subprotocol

from backend.client.errors import RejectedError, UnansweredError
from backend.client.pace import Pace
from backend.client.slot import ShowHead, Slot
from backend.core.commands import Command
from backend.core.ids import CommandId
from backend.wire.close_codes import CLOSE_RULES
from backend.wire.messages import (
    FRAME_MAX,
    RETRY_AFTER_S,
    Do,
    Done,
    ErrorCode,
    Fault,
    Ping,
    Pong,
    Refused,
    Show,
    Unwatch,
    Watch,
)

PENDING_MAX = 10_000
"""Commands under way on one client."""
TOPICS_MAX = 1_000
VIEW_FRAME_MAX = 4 * 1024 * 1024
"""Longest frame taken from a hub, in bytes."""

Answer = Done | Refused | Fault
_Envelope = ShowHead | Done | Refused | Pong | Fault

_ENCODER = msgspec.json.Encoder()
_ENVELOPES = msgspec.json.Decoder(_Envelope)
_PING = _ENCODER.encode(Ping())
_FINAL_CODES = frozenset(rule.code for rule in CLOSE_RULES if not rule.reconnect)
_FINAL_STATUSES = frozenset({401, 403, 404})
"""A handshake answered so is denied for good; 5xx is a hub or proxy being restarted."""

_log = logging.getLogger("yizhan.client")


class Client:
    """Keeps one connection up and hides its losses.

    Watched topics are watched again and unanswered commands repeated with their id after
    every reconnect.  Memory is bounded: one view per topic, a limited number of commands.
    """

    def __init__(
        self,
        url: str,
        hall_id: str,
        *,
        token: str | None = None,
        cookie: str | None = None,
        name: str = "client",
        pace: Pace | None = None,
    ) -> None:
        """`url` is the hub's http(s) address; `cookie` is what `sign_in` returned.

        `name` shows in command ids and thereby in events: say which program and where.
        """
        self._url = socket_url(url, hall_id)
        self._headers = _headers(name, token, cookie)
        self._origin = Origin(url.rstrip("/")) if cookie is not None else None
        self._pace = pace or Pace()
        self._id_stem = f"{re.sub('[^A-Za-z0-9_.-]', '-', name)[:24]}:{secrets.token_hex(8)}"
        self._ids_given = 0
        self._slots: dict[str, Slot] = {}
        self._pending: dict[CommandId, tuple[bytes, list[asyncio.Future[Answer]]]] = {}
        self._socket: ClientConnection | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._ended: RejectedError | UnansweredError | None = None
        self._pinged_s = 0.0
        self._heard_s = 0.0
        self._clock: tuple[datetime, float] | None = None

    async def __aenter__(self) -> Self:
        """Begin connecting; does not wait for the hub."""
        self._keeper = asyncio.create_task(self._run(), name="client-keeper")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the link; whoever still watches or waits gets an error."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.wait([self._keeper])
        self._end(self._ended or UnansweredError("the client was closed"))

    @property
    def is_connected(self) -> bool:
        """Whether the hub has answered on the present connection."""
        return self._up.is_set() and self._ended is None

    def server_now(self) -> datetime:
        """The hub's clock in UTC, counted on from its last pong; before the first, our own."""
        if self._clock is None:
            return datetime.now(UTC)  # noqa: TID251 — no better clock is known yet
        at, heard_s = self._clock
        return at + timedelta(seconds=_now_s() - heard_s)

    async def connected(self, timeout_s: float | None = None) -> None:
        """Return once the hub answers.  Raises UnansweredError after `timeout_s`, RejectedError."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._up.wait()
        except TimeoutError:
            raise UnansweredError(f"no answer from {self._url} in {timeout_s} s") from None
        self._check_ended()

    async def watch(self, topic: str) -> AsyncGenerator[Show, None]:
        """The topic's newest view, now and whenever it changes, for ever and across reconnects.

        Views that came while the caller was busy are left out but for the newest.
        Raises RejectedError when the hub will not show the topic or not have the client.
        """
        self._check_ended()
        slot = self._slots.get(topic)
        if slot is None or slot.fault is not None:
            if len(self._slots) >= TOPICS_MAX:
                raise RejectedError("too many topics on one client", code=ErrorCode.TOO_MANY_TOPICS)
            slot = self._slots[topic] = Slot(topic)
            await self._send(_watch_frame(topic))
        slot.watchers += 1
        seen = 0
        try:
            while True:
                while slot.version == seen:
                    self._check_ended()
                    if slot.fault is not None:
                        reason = f"{topic}: {slot.fault.code}: {slot.fault.detail}"
                        raise RejectedError(reason, code=slot.fault.code)
                    await slot.change()
                seen = slot.version
                yield slot.show()
        finally:
            slot.watchers -= 1
            if slot.watchers == 0 and self._slots.get(topic) is slot:
                del self._slots[topic]
                if slot.fault is None:
                    await self._send(_ENCODER.encode(Unwatch(topic=topic)))

    async def do(self, command: Command, id: str | None = None, timeout_s: float = 30.0) -> Answer:
        """Have a command carried out once, however often the link breaks (I7).

        Repeated with the same id until the hub has answered; a hub that cannot just now
        (RETRY_AFTER_S) is asked again, and its fault returned only when the time is over.
        Raises UnansweredError after `timeout_s`, RejectedError when the hub closed for good.
        """
        command_id = CommandId(id) if id is not None else self._next_id()
        frame = _ENCODER.encode(Do(id=command_id, command=command))
        if len(frame) > FRAME_MAX:
            raise ValueError(f"a command of {len(frame)} bytes is over the limit of {FRAME_MAX}")
        fault: Fault | None = None
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    answer = await self._ask(command_id, frame)
                    if not isinstance(answer, Fault) or answer.code not in RETRY_AFTER_S:
                        return answer
                    fault = answer
                    await asyncio.sleep(self._pace.repeat_s(answer.code))
        except TimeoutError:
            if fault is not None:
                return fault
            raise UnansweredError(f"{command_id}: no answer in {timeout_s} s") from None

    async def _ask(self, command_id: CommandId, frame: bytes) -> Answer:
        """Send once now and once after every reconnect, until one answer comes."""
        self._check_ended()
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        entry = self._pending.get(command_id)
        if entry is None:
            if len(self._pending) >= PENDING_MAX:
                raise UnansweredError(f"{PENDING_MAX} commands are under way already")
            entry = self._pending[command_id] = (frame, [])
        waiters = entry[1]
        waiters.append(future)
        try:
            await self._send(frame)
            return await future
        finally:
            waiters.remove(future)
            if not waiters and self._pending.get(command_id) is entry:
                del self._pending[command_id]

    def _next_id(self) -> CommandId:
        self._ids_given += 1
        return CommandId(f"{self._id_stem}:{self._ids_given}")

    def _check_ended(self) -> None:
        match self._ended:
            case None:
                return
            case RejectedError() as error:
                raise RejectedError(str(error), close_code=error.close_code, code=error.code)
            case UnansweredError() as error:
                raise UnansweredError(str(error))

    def _end(self, error: RejectedError | UnansweredError) -> None:
        """Tell everybody who waits that nothing more will come."""
        self._ended = error
        for _, waiters in self._pending.values():
            for future in waiters:
                if not future.done():
                    future.set_exception(error)
        for slot in self._slots.values():
            slot.wake()
        if isinstance(error, RejectedError):
            self._up.set()  # lets `connected` see the reason at once

    async def _run(self) -> None:
        """Keep the link; should our own reasoning fail, nobody is left waiting for it."""
        try:
            await self._keep()
        except Exception as error:  # noqa: BLE001 — the outermost loop
            _log.exception("the client broke")
            self._end(UnansweredError(f"the client broke: {error!r}"))

    async def _keep(self) -> None:
        """Connect, serve, and come back, until cancelled or rejected."""
        failures = 0
        while True:
            try:
                socket = await self._open()
                try:
                    await self._serve(socket)
                finally:
                    if self._up.is_set():
                        failures = 0
                    self._up.clear()
                    self._socket = None
                    await socket.close()
            except ConnectionClosed as closed:
                code = closed.rcvd.code if closed.rcvd is not None else None
                if code in _FINAL_CODES:
                    reason = closed.rcvd.reason if closed.rcvd is not None else ""
                    self._end(RejectedError(f"closed with {code} {reason}", close_code=code))
                    return
                _log.info("link to %s lost, close code %s", self._url, code)
            except InvalidStatus as denied:
                status = denied.response.status_code
                if status in _FINAL_STATUSES:
                    self._end(RejectedError(f"handshake denied with {status}", close_code=status))
                    return
                _log.info("no link to %s: HTTP %s", self._url, status)
            except (OSError, TimeoutError, EOFError, WebSocketException) as error:
                _log.info("no link to %s: %s", self._url, error)
            await asyncio.sleep(self._pace.backoff_s(failures))
            failures += 1

    async def _open(self) -> ClientConnection:
        return await connect(
            self._url,
            origin=self._origin,
            subprotocols=[Subprotocol("yizhan.v1")],
            additional_headers=self._headers,
            user_agent_header=None,
            compression=None,  # views are small and a hall's network is near
            proxy=None,
            open_timeout=self._pace.open_max_s,
            close_timeout=self._pace.close_max_s,
            ping_interval=None,  # the wire's own ping also shows that the hub's task is alive
            max_size=VIEW_FRAME_MAX,
        )

    async def _serve(self, socket: ClientConnection) -> None:
        """Receive from one connection until it breaks."""
        self._socket = socket
        self._heard_s = self._pinged_s = _now_s()
        again = [_PING, *map(_watch_frame, self._slots)]
        again += [frame for frame, _ in self._pending.values()]
        # Sending what is to be repeated must not keep us from receiving: a hub that cannot get
        # rid of its answers reads no more, and both sides would wait for each other.
        talk = asyncio.create_task(self._talk(socket, again), name="client-talk")
        try:
            while True:
                frame = await socket.recv(decode=False)
                self._heard_s = _now_s()
                try:
                    self._take(_ENVELOPES.decode(frame), frame)
                except msgspec.DecodeError as error:  # a newer hub's message; not ours to judge
                    _log.warning("unreadable message: %s", error)
        finally:
            talk.cancel()

    async def _talk(self, socket: ClientConnection, again: list[bytes]) -> None:
        """Send what the last connection left open, then ping; give a silent connection up."""
        pace = self._pace
        with contextlib.suppress(ConnectionClosed):  # the receiver sees it too, and the reason
            silence = asyncio.create_task(self._watch_silence(socket), name="client-silence")
            try:
                for frame in again:
                    await socket.send(frame, text=True)
                while True:
                    await asyncio.sleep(pace.ping_s)
                    self._pinged_s = _now_s()
                    await socket.send(_PING, text=True)
                    for slot in [slot for slot in self._slots.values() if slot.is_unheard]:
                        slot.is_unheard = False
                        await socket.send(_watch_frame(slot.topic), text=True)
            finally:
                silence.cancel()

    async def _watch_silence(self, socket: ClientConnection) -> None:
        """Cut the connection once nothing was heard for too long; a send may hang meanwhile."""
        limit_s = self._pace.silence_max_s
        while (left_s := self._heard_s + limit_s - _now_s()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(left_s)  # an Event would cost a call for every message
        _log.info("link to %s silent for %s s", self._url, limit_s)
        socket.transport.abort()

    async def _send(self, frame: bytes) -> None:
        """Send if there is a connection; else the next one repeats what still matters."""
        socket = self._socket
        if socket is not None:
            with contextlib.suppress(ConnectionClosed):
                await socket.send(frame, text=True)

    def _take(self, message: _Envelope, frame: bytes) -> None:
        match message:
            case ShowHead():
                slot = self._slots.get(message.topic)
                if slot is not None:
                    slot.put(message, frame)
            case Done() | Refused():
                self._answer(message.id, message)
            case Pong():
                # The clock was read about half a round trip ago.
                half_s = (self._heard_s - self._pinged_s) / 2
                self._clock = (message.at.astimezone(UTC), self._heard_s - half_s)
                self._up.set()
            case Fault():
                if message.id is not None:
                    self._answer(message.id, message)
                elif message.topic is not None and message.topic in self._slots:
                    self._slots[message.topic].deny(message)
                else:
                    _log.warning("the hub reports %s: %s", message.code, message.detail)
            case _:
                assert_never(message)

    def _answer(self, command_id: CommandId, answer: Answer) -> None:
        _, waiters = self._pending.get(command_id, (b"", []))
        for future in waiters:
            if not future.done():  # a repeat is answered twice
                future.set_result(answer)


def socket_url(url: str, hall_id: str) -> str:
    """The WebSocket address of a hall on the hub at an http(s) address."""
    parts = urlsplit(url)
    schemes = {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss"}
    if parts.scheme not in schemes or not parts.netloc:
        raise ValueError(f"not an http address: {url}")
    path = f"{parts.path.rstrip('/')}/ws/{quote(hall_id, safe='')}"
    return f"{schemes[parts.scheme]}://{parts.netloc}{path}"


def _headers(name: str, token: str | None, cookie: str | None) -> dict[str, str]:
    headers = {"User-Agent": f"yizhan-client ({name})"}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if cookie is not None:
        headers["Cookie"] = cookie
    return headers


def _watch_frame(topic: str) -> bytes:
    return _ENCODER.encode(Watch(topic=topic))


def _now_s() -> float:
    return asyncio.get_running_loop().time()
