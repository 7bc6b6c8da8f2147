"""A connection after its handshake: it gives frames to a session and writes what it is given.

No task, queue or timer belongs to it.  A frame goes straight to the socket; what the socket does
not take is left to the transport, which says when it is drained.  Until then answers wait in a
bounded list, and of the topics only their names: the newest view is asked for when there is room.
So a client that never reads costs a few hundred bytes beside the kernel's buffer, whatever is
sent to it.
"""

import asyncio
import os
import socket
from typing import Any

from backend.core.views.topics import Topic
from backend.hub import figures
from backend.hub.ending import end
from backend.hub.frames import (
    NO_CODE,
    FrameFault,
    FrameReader,
    Opcode,
    close_code_of,
    close_frame,
    frame_of,
)
from backend.hub.limits import MESSAGE_MAX, NOTSENT_MAX, STALLED_MS
from backend.hub.ring import Shown
from backend.hub.session import FloodingError, Session, encode
from backend.hub.sockets import Sockets
from backend.wire.close_codes import CloseCode
from backend.wire.messages import ServerMessage

PING = frame_of(b"", Opcode.PING)


class Peer(asyncio.Protocol):
    """One connection; `Session` says what its messages mean."""

    __slots__ = (
        "_answers",
        "_behind",
        "_connections",
        "_is_plain",
        "_reader",
        "_sockets",
        "blocked_at",
        "is_alive",
        "is_leaving",
        "number",
        "session",
        "transport",
    )

    def __init__(
        self, transport: asyncio.Transport, connections: set[Any], sockets: Sockets
    ) -> None:
        """With TLS in the process bytes must pass the transport; else they go past it."""
        self.transport = transport
        self._connections = connections
        self._sockets = sockets
        self._reader: FrameReader | None = None
        """What a message has begun with; None between messages."""
        self._answers: list[bytes] | None = None
        self._behind: dict[Topic, None] | None = None
        """What waits for room: mostly nothing, and ten thousand empty containers are a megabyte."""
        self.blocked_at: float | None = None
        """When the socket took no more; None while it does."""
        self.is_alive = True
        """Whether anything was heard since the last ping."""
        self.is_leaving = False
        """Whether only the answers to what was asked before are still waited for."""
        self.session: Session | None = None
        found: socket.socket = transport.get_extra_info("socket")
        _tune(found)
        self.number = found.fileno()
        self._is_plain = transport.get_extra_info("ssl_object") is None
        # The transport's buffer is empty whenever we are not blocked: only then may we go past it.
        # That of TLS would call itself full with nothing in it; below it lies one of 64 KiB.
        transport.set_write_buffer_limits(high=0 if self._is_plain else 1, low=0)

    def begin(self, session: Session, answer: bytes, early: bytes) -> None:
        """Answer the handshake and go on with what came behind it."""
        self.session = session
        self._connections.add(self)
        self.transport.set_protocol(self)
        self._write(answer)
        self._settle()
        if early:
            self.data_received(early)

    # --- what the session and the fan-out say ---

    def answer(self, message: ServerMessage) -> None:
        """Send the message, with all others of this turn of the loop."""
        if self.session is None:
            return  # it asked, and left
        self._answer(frame_of(encode(message)))
        if self.is_leaving and not self.session.in_flight:
            self.close(CloseCode.RESTARTING)

    @property
    def answers(self) -> int:
        """How many answers wait to be sent."""
        return len(self._answers or ())

    def show(self, topic: Topic, shown: Shown) -> None:
        """Send the view, after the answers so far; or the newest one when there is room again."""
        self.flush()
        if self.blocked_at is None:
            self._write(shown.frame)
        elif self._behind is None:
            self._behind = {topic: None}
        elif topic in self._behind:
            figures.views_coalesced.inc()
        else:
            self._behind[topic] = None

    def finish(self, rest: bytes) -> None:
        """Leave to the transport what the socket did not take of a frame."""
        self.transport.write(rest)

    def forget(self, topic: Topic) -> None:
        """Do not send what is left of a topic."""
        if self._behind is not None:
            self._behind.pop(topic, None)

    def flush(self) -> None:
        """Send the answers that wait."""
        if self._answers is not None and self.blocked_at is None:
            frames, self._answers = self._answers, None
            self._write(b"".join(frames))
            self._settle()

    def ping(self) -> None:
        """Ask whether the client is still there; one that did not answer the last time is gone."""
        if self.blocked_at is not None:
            return  # the patience with it is limited anyway
        if not self.is_alive:
            self.transport.abort()
            return
        self.is_alive = False
        self._write(PING)

    def close(self, code: int) -> None:
        """Say why, and end."""
        if self.transport.is_closing() or self.session is None:
            return
        self.flush()
        self._leave()
        self.transport.write(close_frame(code))
        end(self.transport, self._connections, self._reader or FrameReader(MESSAGE_MAX))

    def abort(self) -> None:
        """End at once: whoever does not read would not read why."""
        self.transport.abort()

    def shutdown(self) -> None:
        """The server stops: what was asked is answered yet, then the client goes to another.

        The server waits for that a few seconds; whoever has no answer then repeats its command.
        """
        if self.session is not None and self.session.in_flight:
            self.is_leaving = True
        else:
            self.close(CloseCode.RESTARTING)

    # --- what the transport says ---

    def data_received(self, data: bytes) -> None:
        """Take frames; the first that breaks the protocol ends the connection."""
        self.is_alive = True
        reader = self._reader = self._reader or FrameReader(MESSAGE_MAX)
        try:
            for message in reader.feed(data):
                match message.opcode:
                    case Opcode.TEXT | Opcode.BINARY if self.is_leaving:
                        pass  # asked too late: it is repeated elsewhere
                    case Opcode.TEXT if self.session is not None:
                        self.session.receive(message.payload)
                    case Opcode.PING if self.session is not None and self.session.count():
                        self._answer(frame_of(message.payload, Opcode.PONG))
                    case Opcode.PONG if self.session is not None:
                        self.session.count()
                    case Opcode.BINARY if self.session is not None:
                        self.session.receive(message.payload, is_text=False)
                    case Opcode.CLOSE:
                        self._agree(close_code_of(message.payload))
                    case _:
                        pass
                if self.session is None:
                    return
        except FrameFault as fault:
            self.close(fault.code)
        except FloodingError:
            self.close(CloseCode.FLOODING)
        if reader.is_between_messages:
            self._reader = None

    def pause_writing(self) -> None:
        """The socket takes no more for now."""
        self.blocked_at = self._sockets.now()
        self._sockets.blocked.add(self)
        self._settle()

    def resume_writing(self) -> None:
        """There is room again: answers first, then each view that was missed, as it is now."""
        self.blocked_at = None
        self._sockets.blocked.discard(self)
        if self.session is None:
            return
        self.flush()
        while self._behind and self.blocked_at is None:
            topic = next(iter(self._behind))
            del self._behind[topic]
            shown = self.session.newest(topic)
            if shown is not None:
                self._write(shown.frame)
        self._settle()

    def eof_received(self) -> None:
        """The client is done; the transport closes by itself."""

    def connection_lost(self, exc: Exception | None) -> None:
        """Leave everything, before the descriptor belongs to somebody else."""
        self._is_plain = False
        self._leave()

    def _answer(self, frame: bytes) -> None:
        if self._answers is None:
            self._answers = []
            self._settle()
            if self.blocked_at is None:
                self._sockets.flush_soon(self)
        self._answers.append(frame)

    def _agree(self, code: int) -> None:
        """Answer the client's close frame with the same code."""
        self.flush()
        self._leave()
        self.transport.write(close_frame(code if code != NO_CODE else CloseCode.NORMAL))
        self.transport.close()

    def _leave(self) -> None:
        session, self.session = self.session, None
        if session is not None:
            session.close()
            self._sockets.leave(self, session.by.role, session.address)
        self._connections.discard(self)
        self._answers = self._behind = None
        self._settle()

    def _settle(self) -> None:
        """Say whether a frame may go straight to the socket: nothing is due before it."""
        is_clear = self.blocked_at is None and self._answers is None and self.session is not None
        if is_clear and self._is_plain:
            self._sockets.straight.add(self.number)
        else:
            self._sockets.straight.discard(self.number)

    def _write(self, frames: bytes) -> None:
        """Write past the transport; it buffers what the socket does not take, and tells."""
        sent = 0
        if self._is_plain:
            try:
                sent = os.write(self.number, frames)
            except (BlockingIOError, InterruptedError):
                sent = 0
            except OSError:
                self.transport.abort()
                return
            if sent == len(frames):
                return
        self.transport.write(frames[sent:] if sent else frames)


def _tune(found: Any) -> None:
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for option, value in (("TCP_NOTSENT_LOWAT", NOTSENT_MAX), ("TCP_USER_TIMEOUT", STALLED_MS)):
        if hasattr(socket, option):
            found.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
