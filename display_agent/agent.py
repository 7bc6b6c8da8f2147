"""The agent's loops: watch the zones, speak one call at a time, tell the hub."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.client import Client, RejectedError, UnansweredError
from backend.core.commands import ReportSpoken
from backend.core.ids import SpeechOutcome
from backend.core.views.voice import VoiceView
from backend.wire.messages import Done, ErrorCode, Fault, Refused
from display_agent import pcm
from display_agent.agenda import Agenda, Outbox, Report, Task
from display_agent.announce import INTERRUPTED
from display_agent.hours import Hours
from display_agent.sound import Loudspeaker
from display_agent.speaker import Speaker
from display_agent.voice import Voices

REJECTED_WAIT_S = 30.0
"""Before a hub that sent us away is tried again: a person must act, and may have."""
REPORT_MAX_S = 10.0
REPORT_AGAIN_S = 1.0
FLUSH_MAX_S = 1.0
"""For the last reports when the agent is stopped."""
LINK_CHECK_S = 0.2

_log = logging.getLogger("yizhan.display.agent")


class Link(Struct, frozen=True, kw_only=True):
    """Which hub, and as whom."""

    url: str
    hall_id: str
    token: str
    name: str


class Agent:
    """Speaks the calls of its zones through one loudspeaker."""

    def __init__(
        self,
        link: Link,
        zone_ids: Sequence[str],
        *,
        speaker: Speaker,
        voices: Voices,
        loudspeaker: Loudspeaker,
        begun: frozenset[str],
        hours: Hours,
        timezone: ZoneInfo,
    ) -> None:
        """`begun` are the announcements an earlier run began; `timezone` is for `hours`."""
        self._link = link
        self._outbox = Outbox()
        self._agendas = [Agenda(zone_id, begun, self._outbox) for zone_id in zone_ids]
        self._speaker = speaker
        self._voices = voices
        self._loudspeaker = loudspeaker
        self._hours = hours
        self._timezone = timezone
        self._client: Client | None = None

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; falls silent then, and tells what was cut off."""
        try:
            await asyncio.to_thread(pcm.chime)  # computed once; no call is to wait for that
            await self._loudspeaker.open()
            async with asyncio.TaskGroup() as group:
                linked = group.create_task(self._keep_linked(), name="link")
                others = [
                    group.create_task(self._voices.work(), name="voices"),
                    group.create_task(self._loudspeaker.care(), name="loudspeaker"),
                ]
                speaking = [
                    group.create_task(self._speak(agenda), name=f"speak-{agenda.zone_id}")
                    for agenda in self._agendas
                ]
                await stop.wait()
                for task in (*speaking, *others):
                    task.cancel()
                await asyncio.wait(speaking)
                await self._flush()
                linked.cancel()
        finally:
            await self._voices.close()
            await self._loudspeaker.close()

    async def _keep_linked(self) -> None:
        """One client after another; a client ends only when the hub sends it away."""
        link = self._link
        while True:
            try:
                async with (
                    Client(link.url, link.hall_id, token=link.token, name=link.name) as client,
                    asyncio.TaskGroup() as group,
                ):
                    self._client = client
                    for agenda in self._agendas:
                        group.create_task(
                            self._watch(client, agenda), name=f"watch-{agenda.zone_id}"
                        )
                    group.create_task(self._tell_reports(client), name="report")
            except* RejectedError as rejected:
                _log.error("the hub sends us away: %s", rejected.exceptions[0])
            self._client = None
            await asyncio.sleep(REJECTED_WAIT_S)

    async def _watch(self, client: Client, agenda: Agenda) -> None:
        """Keep a zone's calls up to date."""
        while True:
            try:
                async for show in client.watch(f"voice:{agenda.zone_id}"):
                    if isinstance(show.view, VoiceView):
                        new = agenda.show(show.view.calls)
                        self._voices.expect([(call.number, call.counter_no) for call in new])
            except RejectedError as error:
                if error.code is None:
                    raise
                _log.error("zone %s is not shown to us: %s", agenda.zone_id, error)
            await asyncio.sleep(REJECTED_WAIT_S)

    async def _speak(self, agenda: Agenda) -> None:
        """One announcement of a zone after another."""
        while True:
            if self._client is None or not self._client.is_connected:
                # Without the hub nobody knows whether a visitor is still awaited (I12).
                await asyncio.sleep(LINK_CHECK_S)
                continue
            agenda.changed.clear()
            now = self._now()
            if not agenda.has_task(now, is_quiet=self._hours.is_quiet(self._local(now))):
                await agenda.changed.wait()
                continue
            async with self._loudspeaker.turn():
                now = self._now()  # it may have been a long wait
                task = agenda.next_task(
                    now,
                    is_quiet=self._hours.is_quiet(self._local(now)),
                    others=self._loudspeaker.waiting,
                )
                if task is not None:
                    await self._announce(agenda, task, now)

    async def _announce(self, agenda: Agenda, task: Task, now: datetime) -> None:
        call = task.speak.call
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

    def _now(self) -> datetime:
        return self._client.server_now() if self._client is not None else datetime.now(UTC)

    async def _tell_reports(self, client: Client) -> None:
        """Tell the hub what became of each call, again until it knows."""
        while True:
            await self._outbox.is_filled.wait()
            reports = self._outbox.reports()
            settled = await asyncio.gather(*(_tell(client, report) for report in reports))
            for report, is_settled in zip(reports, settled, strict=True):
                if is_settled:
                    self._outbox.remove(report)
            if not all(settled):
                await asyncio.sleep(REPORT_AGAIN_S)

    async def _flush(self) -> None:
        """Let the last reports through, if they go through quickly."""
        try:
            async with asyncio.timeout(FLUSH_MAX_S):
                while self._outbox.reports():  # noqa: ASYNC110 — only at the end, for a moment
                    await asyncio.sleep(0.02)
        except TimeoutError:
            _log.warning("%d calls were not reported", len(self._outbox.reports()))


async def _tell(client: Client, report: Report) -> bool:
    """Report one call; whether that is settled now."""
    call_id = report.call.call_id
    extra = {"zone": report.zone_id, "outcome": report.outcome, "detail": report.detail}
    command = ReportSpoken(call_id=call_id, outcome=report.outcome, detail=report.detail)
    try:
        answer = await client.do(command, timeout_s=REPORT_MAX_S)
    except UnansweredError as error:
        _log.warning("the report on %s is not answered: %s", call_id, error, extra=extra)
        return False
    match answer:
        case Done():
            _log.info("reported %s", call_id, extra=extra)
        case Refused(code=code):
            _log.info("the report on %s is refused: %s", call_id, code, extra=extra)
        case Fault(code=ErrorCode.UNAVAILABLE | ErrorCode.HALL_BUSY | ErrorCode.TOO_MANY_REQUESTS):
            return False
        case Fault(code=code, detail=detail):
            _log.error("the report on %s is not taken: %s %s", call_id, code, detail, extra=extra)
    return True
