"""One connection to Redis for a whole process: every hall's stream goes through it.

Commands of one turn of the loop leave in one write; answers come in the order of the commands.
What is published arrives on the same connection, so whoever reads it in this order has heard of
every append that came before the answer to his own command.
"""

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from hashlib import sha1
from typing import Any, Protocol, cast

import hiredis
import structlog
from msgspec import Struct

from backend.store.redis_url import Address
from backend.store.stream import StoreError

COMMAND_TIMEOUT_S = 2.5
CONNECT_TIMEOUT_S = 2.5
PENDING_MAX = 20_000
"""Commands without an answer; more are turned away at once."""
LONG_ANSWERS_MAX = 16
"""Of half a megabyte each; servers cut listeners off at 32 MB (client-output-buffer-limit)."""
LOOK_S = 4.0
"""The longest that a listener goes without looking by itself: published messages can be lost."""
LOOK_TICKS = 16
"""The listeners look in so many groups, one after another, and not all at once."""
ALONE_S = 1.0
"""How long a primary that no replica follows is asked on: it may have been replaced unawares."""
LASTING_MS = 1000
"""How long replicas are waited for, by everybody on the connection."""
ELSEWHERE = ("READONLY", "MOVED", "LOADING", "MASTERDOWN", "CLUSTERDOWN")
"""What a server says that is not, or not yet, the one to ask."""

_NOTHING = object()

log = structlog.get_logger()

Command = tuple[str | bytes | int, ...]


class ElsewhereError(StoreError):
    """Another server is the one to ask, or this one a little later; the connection ends with it."""


class AloneError(StoreError):
    """The primary takes nothing, since too few replicas follow it: nothing was stored."""


class NoScriptError(StoreError):
    """The server has lost its scripts, or never had them."""


class Script(Struct, frozen=True):
    """A Lua script; the server knows it by its digest once it has run it."""

    text: str

    @property
    def digest(self) -> str:
        """What the server calls it."""
        return sha1(self.text.encode(), usedforsecurity=False).hexdigest()


class Listener(Protocol):
    """Who hears what is published on a channel."""

    def hear(self, message: bytes) -> None:
        """Take a message; the connection's own order."""
        ...

    def doubt(self) -> None:
        """Messages may have been missed: look."""
        ...


class Link:
    """The way to one server; connects when first asked, and again after every break.

    Every method that asks the server may raise StoreError.
    """

    def __init__(self, find: Callable[[], Awaitable[Address]], *, replicas: int = 0) -> None:
        """`find` is awaited before each attempt to connect; it may raise StoreError.

        `replicas`: how many must have what is written before that is answered.
        """
        self.replicas = replicas
        self.name = secrets.token_hex(6)
        """Ours, among all that use the server."""
        self.long_answers = asyncio.Semaphore(LONG_ANSWERS_MAX)
        """For commands whose answers are long: a server cuts off who lets too much pile up."""
        self._find = find
        self._connection: _Connection | None = None
        self._connecting: asyncio.Task[_Connection] | None = None
        self._listeners: dict[bytes, Listener] = {}
        self._lap: Iterator[Listener] = iter(())
        self._tick: asyncio.TimerHandle | None = None

    async def call(self, *command: str | bytes | int) -> Any:
        """What the server answers to one command."""
        return await (self._ready() or await self._connected()).call(command)

    async def call_all(self, commands: list[Command]) -> list[Any]:
        """What the server answers to each; they leave together."""
        connection = self._ready() or await self._connected()
        return list(await asyncio.gather(*[connection.call(command) for command in commands]))

    async def run(
        self, script: Script, keys: Sequence[str], args: Sequence[str | bytes | int]
    ) -> Any:
        """What a script returns."""
        connection = self._ready() or await self._connected()
        return await connection.run(script, keys, args)

    async def write(
        self, script: Script, keys: Sequence[str], args: Sequence[str | bytes | int]
    ) -> Any:
        """What a script returns, once what it wrote is on as many replicas as are asked for.

        Raises StoreError also when it is written, but on too few of them in time.
        """
        connection = self._ready() or await self._connected()
        found = await connection.run(script, keys, args)
        if self.replicas and await connection.lasting(self.replicas) < self.replicas:
            error = AloneError("what was written is on too few replicas")
            connection.lose(error)
            raise error
        return found

    def listen(self, channel: str, listener: Listener) -> None:
        """Let `listener` hear all that is published on a (sharded) channel from now on.

        It is told to look whenever it may have missed something: when the connection broke and
        when it is there again, and every LOOK_S.
        """
        name = channel.encode()
        assert name not in self._listeners, channel
        self._listeners[name] = listener
        if (connection := self._ready()) is not None:
            connection.subscribe(name)
        if self._tick is None:
            self._look_round()

    async def aclose(self) -> None:
        """End the connection; whoever waits for an answer gets a StoreError."""
        if self._tick is not None:
            self._tick.cancel()
        if self._connecting is not None:
            self._connecting.cancel()
            await asyncio.wait([self._connecting])
        if (connection := self._connection) is not None:
            self._connection = None
            connection.lose(StoreError("the link is closed"))

    def _ready(self) -> "_Connection | None":
        connection = self._connection
        return connection if connection is not None and not connection.is_lost else None

    async def _connected(self) -> "_Connection":
        """The connection: made anew if there is none, once for all who ask meanwhile."""
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.create_task(self._connect(), name="link")
            self._connecting.add_done_callback(lambda task: task.cancelled() or task.exception())
        return await asyncio.shield(self._connecting)

    async def _connect(self) -> "_Connection":
        self._connection = None
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                address = await self._find()
                connection = await _open(address, self._heard, self._broke)
        except (OSError, TimeoutError) as error:
            raise StoreError(str(error) or "the store cannot be reached") from error
        if connection.is_lost:
            raise StoreError("the store closed the connection")
        self._connection = connection
        # Before anybody asks anything: whoever looks from now on misses nothing.
        for name in self._listeners:
            connection.subscribe(name)
        self._doubt()
        return connection

    def _heard(self, channel: bytes, message: bytes) -> None:
        self._listeners[channel].hear(message)

    def _broke(self, error: StoreError) -> None:
        if self._connection is not None:  # and not one that was never let in
            log.warning("link_broken", error=str(error))
            self._doubt()

    def _doubt(self) -> None:
        for listener in self._listeners.values():
            listener.doubt()

    def _look_round(self) -> None:
        """Let the next group look by itself: one timer for all."""
        for _ in range(-(-len(self._listeners) // LOOK_TICKS)):
            listener = next(self._lap, None)
            if listener is None:
                self._lap = iter(list(self._listeners.values()))
                break
            listener.doubt()
        loop = asyncio.get_running_loop()
        self._tick = loop.call_later(LOOK_S / LOOK_TICKS, self._look_round)


class _Pending(Struct, eq=False, gc=False):
    answer: "asyncio.Future[Any] | None"
    """None: nobody waits for it."""
    sent_s: float


class _Connection(asyncio.Protocol):
    """One connection: commands out in the order they come, answers matched in that order."""

    def __init__(
        self,
        on_message: Callable[[bytes, bytes], None],
        on_lost: Callable[[StoreError], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_message = on_message
        self._on_lost = on_lost
        self._reader = hiredis.Reader(notEnoughData=_NOTHING)
        self._pending: deque[_Pending] = deque()
        self._unsent: list[bytes] = []
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._lasting: asyncio.Future[Any] | None = None
        self._made_s = self._loop.time()
        self.is_lost = False

    async def run(
        self, script: Script, keys: Sequence[str], args: Sequence[str | bytes | int]
    ) -> Any:
        """What a script returns."""
        try:
            return await self.call(("EVALSHA", script.digest, len(keys), *keys, *args))
        except NoScriptError:
            return await self.call(("EVAL", script.text, len(keys), *keys, *args))

    async def lasting(self, replicas: int) -> int:
        """How many replicas have all that was written here, if not enough then after LASTING_MS.

        Another connection could not tell: a server counts for each what that one has written.
        Who asks in the same turn of the loop shares one question, for nothing is answered
        meanwhile.
        """
        if self._lasting is None:
            self._lasting = self.call(("WAIT", replicas, LASTING_MS))
        found: int = await asyncio.shield(self._lasting)
        return found

    def call(self, command: Command) -> "asyncio.Future[Any]":
        """Send a command; the future raises StoreError."""
        answer: asyncio.Future[Any] = self._loop.create_future()
        if self.is_lost or len(self._pending) >= PENDING_MAX:
            why = "the connection is lost" if self.is_lost else "too many commands wait"
            answer.set_exception(StoreError(why))
        else:
            self._send(command, answer)
        return answer

    def subscribe(self, channel: bytes) -> None:
        """Have what is published on a channel sent here."""
        self._send(("SSUBSCRIBE", channel), None)

    def lose(self, error: StoreError) -> None:
        """Give the connection up: of what is under way nobody knows whether it happened."""
        if self.is_lost:
            return
        self.is_lost = True
        if self._timer is not None:
            self._timer.cancel()
        if self._transport is not None:
            self._transport.abort()
        self._unsent.clear()
        while self._pending:
            answer = self._pending.popleft().answer
            if answer is not None and not answer.done():
                answer.set_exception(type(error)(str(error)))
        self._on_lost(error)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See Protocol."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """See Protocol."""
        self.lose(StoreError(str(exc) if exc else "the store closed the connection"))

    def data_received(self, data: bytes) -> None:
        """See Protocol."""
        self._reader.feed(data)
        try:
            while not self.is_lost and (found := self._reader.gets()) is not _NOTHING:
                if type(found) is hiredis.PushNotification:
                    self._take_push(found)
                else:
                    self._take_answer(found)
        except hiredis.ProtocolError as error:
            self.lose(StoreError(f"the store does not speak RESP: {error}"))

    def _send(self, command: Command, answer: "asyncio.Future[Any] | None") -> None:
        self._pending.append(_Pending(answer, self._loop.time()))
        if not self._unsent:
            self._loop.call_soon(self._flush)
        self._unsent.append(hiredis.pack_command(command))  # type: ignore[arg-type]  # of any length
        if self._timer is None:
            self._timer = self._loop.call_later(COMMAND_TIMEOUT_S, self._look_at_oldest)

    def _flush(self) -> None:
        self._lasting = None
        if self._transport is not None and self._unsent:
            self._transport.write(b"".join(self._unsent))
            self._unsent.clear()

    def _take_push(self, found: list[Any]) -> None:
        match found[0]:
            case b"smessage":
                self._on_message(found[1], found[2])
            case b"ssubscribe":  # the answer to SSUBSCRIBE; a refusal would be an ordinary one
                self._take_answer(None)
            case b"sunsubscribe":  # we never ask for it: the channel's slot has left this server
                self.lose(ElsewhereError("a channel has moved"))

    def _take_answer(self, found: Any) -> None:
        answer = self._pending.popleft().answer
        if not isinstance(found, hiredis.ReplyError):
            if answer is not None and not answer.done():
                answer.set_result(found)
            return
        error = _error_of(str(found))
        if answer is not None and not answer.done():
            answer.set_exception(error)
        is_elsewhere = isinstance(error, ElsewhereError) or (
            isinstance(error, AloneError) and self._loop.time() - self._made_s > ALONE_S
        )
        if answer is None or is_elsewhere:
            self.lose(error)

    def _look_at_oldest(self) -> None:
        """Give up a server that owes an answer for too long: one timer for all commands."""
        self._timer = None
        if not self._pending:
            return
        left_s = self._pending[0].sent_s + COMMAND_TIMEOUT_S - self._loop.time()
        if left_s > 0:
            self._timer = self._loop.call_later(left_s, self._look_at_oldest)
        else:
            self.lose(StoreError("the store does not answer"))


async def _open(
    address: Address,
    on_message: Callable[[bytes, bytes], None],
    on_lost: Callable[[StoreError], None],
) -> _Connection:
    """A connection that the server has let in.  Raises StoreError, OSError."""
    loop = asyncio.get_running_loop()

    def make() -> _Connection:
        return _Connection(on_message, on_lost)

    if address.path:
        _, connection = await loop.create_unix_connection(make, address.path)
    else:
        _, connection = await loop.create_connection(
            make, address.host, address.port, ssl=address.tls
        )
    hello: Command = ("HELLO", 3)
    if address.password:
        hello = (*hello, "AUTH", address.username, address.password)
    try:
        asked = [connection.call(hello), connection.call(("SELECT", address.db))]
        told, _ = await asyncio.gather(*asked)
        if told[b"role"] != b"master":
            raise ElsewhereError("this server is a replica")
    except BaseException as error:
        connection.lose(StoreError(str(error)))
        raise
    return connection


def _error_of(words: str) -> StoreError:
    code = words.partition(" ")[0]
    if code in ELSEWHERE:
        return ElsewhereError(words)
    if code == "NOREPLICAS":
        return AloneError(words)
    return NoScriptError(words) if code == "NOSCRIPT" else StoreError(words)
