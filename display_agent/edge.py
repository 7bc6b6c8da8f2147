"""The best voice: a neural one over the network, always through a cache on disk."""

import asyncio
import contextlib
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterable

from display_agent.errors import VoiceError
from display_agent.shelf import Shelf
from display_agent.speech import Language, Phrase, Tempo

FETCH_MAX_S = 8.0
"""For one phrase; in a network that swallows packets the library itself waits longer."""
REST_FIRST_S = 60.0
REST_MAX_S = 900.0
"""After failures in a row the service is left alone, up to so long."""
WANTED_MAX = 600
"""Phrases to be rendered when there is time; the most urgent ones are kept."""
BYTES_MAX = 2 * 1024 * 1024
BETWEEN_S = 0.3
"""Between two phrases rendered in advance: the service is free of charge, and not ours."""

REFRESH_S = 90 * 24 * 3600.0
"""A phrase rendered longer ago is rendered anew when there is time: the voices get better."""

_VOICES = {Language.ZH: "zh-CN-XiaoxiaoNeural", Language.EN: "en-US-AriaNeural"}
_RATES = {Tempo.NORMAL: "+0%", Tempo.FAST: "+30%"}

_log = logging.getLogger("yizhan.display.edge")

Fetch = Callable[[str, str, str], Awaitable[bytes]]
"""Text, voice and rate to an mp3 file."""


def edge_fetch(proxy: str | None) -> Fetch:
    """The network call itself."""

    async def fetch(text: str, voice: str, rate: str) -> bytes:
        # Imported late: it brings aiohttp, which an agent without network has no use for.
        from edge_tts import Communicate  # noqa: PLC0415

        speaking = Communicate(
            text, voice, rate=rate, proxy=proxy, connect_timeout=2, receive_timeout=5
        )
        sound = bytearray()
        async with contextlib.aclosing(speaking.stream()) as chunks:
            async for chunk in chunks:
                if chunk["type"] == "audio":
                    sound += chunk["data"]
                if len(sound) > BYTES_MAX:
                    raise VoiceError("endless answer")
        # A connection that breaks looks to the library like an end; only a turn's end is counted.
        if speaking.state["cumulative_audio_bytes"] != len(sound):
            raise VoiceError("the answer broke off")
        return bytes(sound)

    return fetch


class Edge:
    """Renders phrases in advance, and one that is needed now if it comes in time."""

    def __init__(
        self, shelf: Shelf, fetch: Fetch, *, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._shelf = shelf
        self._fetch = fetch
        self._now_s = now_s
        self._failures = 0
        self._rest_until_s = 0.0
        self._under_way: dict[Phrase, asyncio.Task[bytes]] = {}
        self._wanted: OrderedDict[Phrase, None] = OrderedDict()
        self._wake = asyncio.Event()

    @property
    def is_resting(self) -> bool:
        """Whether the service failed a little while ago and is left alone."""
        return self._now_s() < self._rest_until_s

    def cached(self, phrase: Phrase) -> bytes | None:
        """Samples of a phrase that was rendered before."""
        return self._shelf.get(phrase)

    async def say(self, phrase: Phrase) -> bytes:
        """Samples of a phrase, from the cache or the network.  Raises VoiceError.

        A caller that stops waiting does not stop the fetch: the phrase is there next time.
        """
        sound = self._shelf.get(phrase)
        if sound is not None:
            return sound
        if self.is_resting:
            raise VoiceError("edge: resting after failures")
        return await self.fetched(phrase)

    def want(self, phrases: Iterable[Phrase]) -> None:
        """Have these rendered when there is time, the first one first, before older wishes."""
        for phrase in reversed(list(phrases)):
            if not self._shelf.has(phrase, REFRESH_S):
                self._wanted[phrase] = None
                self._wanted.move_to_end(phrase, last=False)
        while len(self._wanted) > WANTED_MAX:
            self._wanted.popitem()
        if self._wanted:
            self._wake.set()

    async def work(self) -> None:
        """Render what is wanted, one at a time, until cancelled."""
        while True:
            if not self._wanted:
                self._wake.clear()
                await self._wake.wait()
            rest_s = self._rest_until_s - self._now_s()
            if rest_s > 0:
                await asyncio.sleep(rest_s)
                continue
            phrase, _ = self._wanted.popitem(last=False)
            try:
                await self.fetched(phrase)
            except VoiceError:
                if self.is_resting:  # not the phrase's fault
                    self.want([phrase])
            await asyncio.sleep(BETWEEN_S)

    async def close(self) -> None:
        """Give up what is under way."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def fetched(self, phrase: Phrase) -> bytes:
        """Samples of a phrase from the network; two who want the same ask once."""
        task = self._under_way.get(phrase)
        if task is None:
            task = asyncio.create_task(self._render(phrase), name="edge-render")
            self._under_way[phrase] = task
            task.add_done_callback(lambda done: self._forget(phrase, done))
        return await asyncio.shield(task)

    async def _render(self, phrase: Phrase) -> bytes:
        try:
            async with asyncio.timeout(FETCH_MAX_S):
                data = await self._fetch(
                    phrase.text, _VOICES[phrase.language], _RATES[phrase.tempo]
                )
            sound = self._shelf.put(phrase, data)
        except Exception as error:  # the library's errors share no base class
            self._failed(error)
            raise VoiceError(f"edge: {_why(error)}") from error
        self._failures = 0
        return sound

    def _failed(self, error: Exception) -> None:
        rest_s = min(REST_MAX_S, REST_FIRST_S * 2.0 ** min(self._failures, 10))
        if not self.is_resting:  # of several at once only the first counts
            self._failures += 1
            self._rest_until_s = self._now_s() + rest_s
            _log.warning("edge-tts failed and rests for %d s: %s", rest_s, _why(error))

    def _forget(self, phrase: Phrase, done: asyncio.Task[bytes]) -> None:
        self._under_way.pop(phrase, None)
        if not done.cancelled():
            done.exception()  # seen here when nobody waits any more


def _why(error: Exception) -> str:
    """What went wrong, in few words: the library's own name every object that took part."""
    cause = getattr(error, "os_error", error)
    return getattr(cause, "strerror", None) or str(error) or type(error).__name__
