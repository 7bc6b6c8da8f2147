"""A hall in virtual time: the real rules on one side, the real voices on the other.

Nobody sleeps, nothing is random, and what the loudspeakers played is kept as samples.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from backend.core.commands import Command, ReportSpoken
from backend.core.events import CallSpoken, Event
from backend.core.ids import CallId, ZoneId
from backend.core.plan import Plan
from backend.core.stamp import Caller
from backend.core.views.voice import voice
from display_agent import pcm
from display_agent.agenda import Agenda, Outbox
from display_agent.announcer import Announcer
from display_agent.edge import Edge
from display_agent.errors import VoiceError
from display_agent.espeak import Espeak
from display_agent.hours import Hours
from display_agent.record import Record
from display_agent.recordings import Recordings
from display_agent.shelf import Shelf
from display_agent.sound import Loudspeaker
from display_agent.speaker import Speaker
from display_agent.voice import VoiceChoice, Voices
from tests.agents.display.tape import Tape
from tests.sim.loop import VirtualLoop
from tests.support.world import CHIEF, DEVICE, World

T = TypeVar("T")
LOUD = Hours(quiet=None, volumes=((time(0, 0), 1.0),))


class ThreadlessLoop(VirtualLoop):
    """Does at once what others would do in a thread: files are quick, and time is ours."""

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, work: Callable[..., T], *args: Any
    ) -> "asyncio.Future[T]":
        done: asyncio.Future[T] = self.create_future()
        try:
            done.set_result(work(*args))
        except Exception as error:  # noqa: BLE001 — it belongs to whoever waits
            done.set_exception(error)
        return done


async def no_network(text: str, voice: str, rate: str) -> bytes:
    raise VoiceError("there is no network in virtual time")


class VoicedHall:
    """A day, and a display agent's parts for its zones, each with a loudspeaker of its own."""

    def __init__(
        self,
        plan: Plan,
        clips: Path,
        home: Path,
        *,
        hours: Hours = LOUD,
        shared: Mapping[str, str] | None = None,
    ) -> None:
        """`clips` holds words that espeak rendered; `shared` names a zone's loudspeaker."""
        self.world = World(plan)
        self.tapes: dict[str, Tape] = {}
        self.reports: dict[CallId, tuple[CallSpoken, float]] = {}
        """What became of each call, and when it was reported, in seconds of the loop."""
        self._begin_at = self.world.at
        self._outbox = Outbox()
        self._agendas: dict[str, Agenda] = {}
        self._announcers: list[Announcer] = []
        edge = Edge(Shelf(home / "edge", ".mp3"), no_network)
        self._voices = Voices(
            VoiceChoice.CLIPS, Recordings(None), edge, Shelf(clips, ".wav"), Espeak()
        )
        record = Record(home / "begun.jsonl")
        loudspeakers: dict[str, Loudspeaker] = {}
        for zone in plan.zones:
            name = (shared or {}).get(zone.zone_id, zone.zone_id)
            tape = self.tapes.setdefault(name, Tape(name))
            speaker = loudspeakers.setdefault(name, Loudspeaker(opener=tape.opened))
            agenda = self._agendas[zone.zone_id] = Agenda(zone.zone_id, record.keys, self._outbox)
            self._announcers.append(
                Announcer(
                    Speaker(self._voices, speaker, record, None, pcm.chime()),
                    speaker,
                    agenda,
                    hours=hours,
                    timezone=ZoneInfo("Asia/Shanghai"),
                    now=self._now,
                    may_speak=lambda: True,
                )
            )
        self._loudspeakers = list(loudspeakers.values())

    async def live(self, plays: Callable[["VoicedHall"], Any], seconds: float) -> None:
        """Let the agents work while `plays` happens, until so long after the beginning."""
        self._begin_at = self.world.at
        for loudspeaker in self._loudspeakers:
            await loudspeaker.open()
        tasks = [asyncio.create_task(one.run(lambda: None)) for one in self._announcers]
        tasks.append(asyncio.create_task(self._tell()))
        await plays(self)
        await asyncio.sleep(seconds - asyncio.get_running_loop().time())
        for task in tasks:
            task.cancel()
        for task in tasks:
            if not task.cancelled() and task.done() and (error := task.exception()):
                raise error

    async def at(self, seconds: float) -> None:
        """Wait until so long after the beginning."""
        await asyncio.sleep(max(0.0, seconds - asyncio.get_running_loop().time()))

    def do(self, command: Command, by: Caller = CHIEF) -> tuple[Event, ...]:
        """Give a command now, and show every zone what came of it."""
        self.world.at = self._now()
        events = self.world.do(command, by)
        now_s = asyncio.get_running_loop().time()
        for zone_id, agenda in self._agendas.items():
            agenda.show(voice(self.world.day, ZoneId(zone_id)).calls, "e1", now_s)
        return events

    def called_s(self, call_id: CallId) -> float:
        """When a call was made, in seconds of the loop."""
        return (self.world.day.calls[call_id].called_at - self._begin_at).total_seconds()

    def _now(self) -> datetime:
        return self._begin_at + timedelta(seconds=asyncio.get_running_loop().time())

    async def _tell(self) -> None:
        """Stands where the agent's link is."""
        while True:
            await self._outbox.is_filled.wait()
            for report in self._outbox.reports():
                command = ReportSpoken(
                    call_id=report.call.call_id, outcome=report.outcome, detail=report.detail
                )
                (event,) = self.do(command, DEVICE)
                assert isinstance(event, CallSpoken)
                now_s = asyncio.get_running_loop().time()
                self.reports[event.call_id] = event, now_s
                self._outbox.remove(report)


def run_hall(hall: VoicedHall, plays: Callable[[VoicedHall], Any], seconds: float) -> None:
    """Live the hall for so long."""
    with asyncio.Runner(loop_factory=ThreadlessLoop) as runner:
        runner.run(hall.live(plays, seconds))
