"""The way back to a client, without a socket."""

import asyncio

from backend.core.views.topics import Topic
from backend.hub.ring import Shown
from backend.hub.session import encode
from backend.wire.messages import ServerMessage


class Outbox:
    """What a connection would send: every answer, and the newest view of each topic."""

    def __init__(self) -> None:
        self._answers: list[bytes] = []
        self._views: dict[Topic, bytes] = {}
        self._filled = asyncio.Event()

    @property
    def answers(self) -> int:
        return len(self._answers)

    def answer(self, message: ServerMessage) -> None:
        self._answers.append(encode(message))
        self._filled.set()

    @property
    def number(self) -> int:
        """Of no socket."""
        return -id(self)

    def finish(self, rest: bytes) -> None:
        """Never: no frame is begun past it."""
        raise AssertionError(rest)

    def show(self, topic: Topic, shown: Shown) -> None:
        self._views[topic] = shown.message
        self._filled.set()

    def forget(self, topic: Topic) -> None:
        self._views.pop(topic, None)

    async def take(self) -> list[bytes]:
        """Answers first; waits until there is something."""
        await self._filled.wait()
        self._filled.clear()
        messages = [*self._answers, *self._views.values()]
        self._answers.clear()
        self._views.clear()
        return messages
