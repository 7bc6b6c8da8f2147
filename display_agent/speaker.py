"""Makes one announcement: chime, words, repeats."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from backend.core.ids import SpeechOutcome
from display_agent import pcm
from display_agent.agenda import Task
from display_agent.announce import NOT_CALLED, Form, key_of
from display_agent.errors import SoundError, VoiceError
from display_agent.record import Record
from display_agent.sound import NULL_DEVICE, Loudspeaker, Played
from display_agent.speech import Tempo, Words, chinese, english
from display_agent.transcript import Spoken, Transcript
from display_agent.voice import Rendered, Voices

GAP_S = 0.4
"""Between the chime, the sentences and their repeats."""

_log = logging.getLogger("yizhan.display.speaker")


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of an announcement."""

    outcome: SpeechOutcome
    detail: str


class Speaker:
    """Puts voices and loudspeaker together."""

    def __init__(
        self,
        voices: Voices,
        loudspeaker: Loudspeaker,
        record: Record,
        transcript: Transcript | None,
        chime: bytes,
    ) -> None:
        self._voices = voices
        self._loudspeaker = loudspeaker
        self._record = record
        self._transcript = transcript
        self._chime = chime
        self._loud_chime = (1.0, chime)
        """The volume it was last played at, and its samples at that."""
        self.voice = ""
        """Which voice spoke last; empty before one did."""
        self.problem = ""
        """Why the last announcement was not heard; empty when it was."""

    async def announce(
        self,
        task: Task,
        *,
        volume: float,
        now: datetime,
        is_awaited: Callable[[], bool],
        goes_on: Callable[[], bool],
    ) -> Outcome:
        """Speak a call; `is_awaited` is asked before its words, `goes_on` before each repeat.

        The chime begins at once; the words are rendered while it sounds.
        """
        call = task.speak.call
        try:
            zh = chinese(call.number, call.counter_no)
            en = english(call.number, call.counter_no)
        except ValueError as error:
            return Outcome(outcome=SpeechOutcome.FAILED, detail=str(error)[:200])
        try:
            await asyncio.to_thread(self._record.begin, task.zone_id, key_of(call))
        except OSError as error:  # a full disk is no reason for silence
            _log.error("%s may be heard twice after a crash: %s", call.call_id, error)
        try:
            spoken, sound = await self._speak(
                task, (zh, en), volume=volume, now=now, is_awaited=is_awaited, goes_on=goes_on
            )
        except _NotAwaited:
            return Outcome(outcome=SpeechOutcome.SKIPPED, detail=NOT_CALLED)
        except (VoiceError, SoundError) as error:
            _log.error("%s could not be spoken: %s", call.call_id, error)
            self.problem = str(error)
            return Outcome(outcome=SpeechOutcome.FAILED, detail=str(error)[:200])
        self.voice, self.problem = spoken.voice, ""
        await self._keep(spoken, sound)
        detail = NULL_DEVICE if spoken.device == NULL_DEVICE else ""
        return Outcome(outcome=SpeechOutcome.SPOKEN, detail=detail)

    async def _speak(
        self,
        task: Task,
        words: tuple[Words, Words],
        *,
        volume: float,
        now: datetime,
        is_awaited: Callable[[], bool],
        goes_on: Callable[[], bool],
    ) -> tuple[Spoken, bytes]:
        """Play one piece after another; returns what was heard."""
        call, form = task.speak.call, task.speak.form
        zh, en = words
        asked_s = asyncio.get_running_loop().time()
        tempo = Tempo.FAST if form is Form.FAST else Tempo.NORMAL
        rendering = [asyncio.create_task(self._render(zh, tempo, volume))]
        if form is Form.FULL:
            rendering.append(asyncio.create_task(self._render(en, tempo, volume)))
        said = _Said(self._loudspeaker)
        zh_times, is_english = 1, False
        try:
            await said.say(self._chime_at(volume))
            rendered = await rendering[0]
            if not is_awaited():
                raise _NotAwaited
            await said.say(rendered.sound)
            if form is Form.FULL and goes_on():
                await said.say(rendered.sound)
                zh_times = 2
                if goes_on():
                    is_english = await self._say_english(said, rendering[1])
        finally:
            for part in rendering:
                part.cancel()
            await asyncio.gather(*rendering, return_exceptions=True)
        first = said.played[0]
        spoken = Spoken(
            call_id=call.call_id,
            zone=task.zone_id,
            number=call.number,
            counter_no=call.counter_no,
            form=form,
            zh=zh.text,
            zh_times=zh_times,
            en=en.text if is_english else None,
            voice=rendered.voice,
            device=first.device,
            started_at=now + timedelta(seconds=first.began_s - asked_s),
            seconds=round(pcm.seconds(said.sound), 3),
            first_sound_ms=round((first.began_s - task.arrived_s) * 1000, 1),
        )
        return spoken, said.sound

    def _chime_at(self, volume: float) -> bytes:
        """The chime, worked out once for each volume: a call's first sound waits for it."""
        if self._loud_chime[0] != volume:
            self._loud_chime = volume, pcm.scaled(self._chime, volume)
        return self._loud_chime[1]

    async def _render(self, words: Words, tempo: Tempo, volume: float) -> Rendered:
        rendered = await self._voices.render(words, tempo)
        if volume == 1.0:
            return rendered
        sound = await asyncio.to_thread(pcm.scaled, rendered.sound, volume)
        return Rendered(sound=sound, voice=rendered.voice)

    async def _say_english(self, said: "_Said", rendering: "asyncio.Task[Rendered]") -> bool:
        """A missing English sentence does not make the call unspoken."""
        try:
            await said.say((await rendering).sound)
        except VoiceError as error:
            _log.warning("no English: %s", error)
            return False
        return True

    async def _keep(self, spoken: Spoken, sound: bytes) -> None:
        _log.info(
            "spoken %s %s to window %d",
            spoken.call_id,
            spoken.number,
            spoken.counter_no,
            extra={
                "zone": spoken.zone,
                "form": spoken.form,
                "voice": spoken.voice,
                "device": spoken.device,
                "seconds": spoken.seconds,
                "first_sound_ms": spoken.first_sound_ms,
            },
        )
        if self._transcript is not None:
            try:
                await asyncio.to_thread(self._transcript.write, spoken, sound)
            except OSError as error:
                _log.error("the transcript cannot be written: %s", error)


class _NotAwaited(Exception):
    """The visitor came, or the call was undone, while the chime sounded (I12)."""


class _Said:
    """Plays piece after piece and keeps what was heard."""

    def __init__(self, loudspeaker: Loudspeaker) -> None:
        self._loudspeaker = loudspeaker
        self._heard: list[bytes] = []
        self.played: list[Played] = []

    @property
    def sound(self) -> bytes:
        return b"".join(self._heard)

    async def say(self, sound: bytes) -> None:
        if self._heard:
            sound = pcm.silence(GAP_S) + sound
        self.played.append(await self._loudspeaker.play(sound))
        self._heard.append(sound)
