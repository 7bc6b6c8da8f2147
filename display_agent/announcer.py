"""A zone's loop: one announcement after another, in a turn of its loudspeaker."""

import asyncio
from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from backend.core.commands import ReportSpeakers
from backend.core.ids import AgentId, SpeakerState, SpeechOutcome
from display_agent.agenda import Agenda, Task
from display_agent.announce import INTERRUPTED
from display_agent.hours import Hours
from display_agent.sound import Loudspeaker
from display_agent.speaker import Speaker

CHECK_S = 0.2
DETAIL_MAX = 200


class Announcer:
    """Speaks the calls of one zone."""

    def __init__(
        self,
        speaker: Speaker,
        loudspeaker: Loudspeaker,
        agenda: Agenda,
        *,
        hours: Hours,
        timezone: ZoneInfo,
        now: Callable[[], datetime],
        may_speak: Callable[[], bool],
    ) -> None:
        """`now` is the hub's clock; `timezone` is for `hours`.

        `may_speak`: whether there is a link to the hub, and the zone is ours (VO10).
        """
        self.agenda = agenda
        self._speaker = speaker
        self._loudspeaker = loudspeaker
        self._hours = hours
        self._timezone = timezone
        self._now = now
        self._may_speak = may_speak

    def standing(self, agent_id: AgentId) -> ReportSpeakers | None:
        """Whether the zone's calls are heard, and by which voice (VO9).

        None before the hub has told of the zone.
        """
        if self.agenda.epoch is None:
            return None
        state, detail = self._loudspeaker.state, self._loudspeaker.detail
        if self._speaker.problem:
            state, detail = SpeakerState.SILENT, self._speaker.problem
        return ReportSpeakers(
            zone_id=self.agenda.zone_id,
            agent_id=agent_id,
            state=state,
            voice=self._speaker.voice,
            detail=detail[:DETAIL_MAX],
        )

    async def run(self, announced: Callable[[], None]) -> None:
        """Speak until cancelled; `announced` is called after each announcement."""
        agenda = self.agenda
        while True:
            if not self._may_speak():
                # Without the hub nobody knows whether a visitor is still awaited (I12).
                await asyncio.sleep(CHECK_S)
                continue
            agenda.changed.clear()
            now = self._now()
            if not agenda.has_task(now, is_quiet=self._hours.is_quiet(self._local(now))):
                await agenda.changed.wait()
                continue
            async with self._loudspeaker.turn():
                if not self._may_speak():  # it may have been a long wait
                    continue
                now = self._now()
                task = agenda.next_task(
                    now,
                    is_quiet=self._hours.is_quiet(self._local(now)),
                    others=self._loudspeaker.waiting,
                )
                if task is not None:
                    await self._announce(task, now)
                    announced()

    async def _announce(self, task: Task, now: datetime) -> None:
        agenda, call = self.agenda, task.speak.call
        try:
            outcome = await self._speaker.announce(
                task,
                volume=self._hours.volume(self._local(now)),
                now=now,
                is_awaited=lambda: agenda.is_awaited(task),
                goes_on=lambda: (
                    self._loudspeaker.waiting == 0 and agenda.goes_on(task, self._now())
                ),
            )
        except asyncio.CancelledError:
            agenda.report(call, SpeechOutcome.SPOKEN, INTERRUPTED)
            raise
        agenda.report(call, outcome.outcome, outcome.detail)

    def _local(self, now: datetime) -> time:
        return now.astimezone(self._timezone).time()
