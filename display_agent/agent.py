"""The agent's loops: watch the zones, have them speak, tell the hub."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

from msgspec import Struct

from backend.client import Client, RejectedError, UnansweredError
from backend.client.claim import Claim, ClaimLimits
from backend.core.commands import ReportSpeakers, ReportSpoken
from backend.core.ids import AgentId
from backend.core.views.voice import VoiceView
from backend.wire.messages import Done, ErrorCode, Fault, Refused
from display_agent.agenda import Agenda, Outbox, Report
from display_agent.announce import AGE_MAX
from display_agent.announcer import Announcer
from display_agent.led import Led
from display_agent.sound import Loudspeaker
from display_agent.voice import Voices

REJECTED_WAIT_S = 30.0
"""Before a hub that sent us away is tried again: a person must act, and may have."""
REPORT_MAX_S = 10.0
REPORT_AGAIN_S = 1.0
FLUSH_MAX_S = 1.0
"""For the last reports when the agent is stopped."""

CLAIM_LIMITS = ClaimLimits(margin_s=AGE_MAX.total_seconds() + 5.0)
"""What we begin to speak at the last moment of a claim is too old for who gets the zone (VO5)."""

_log = logging.getLogger("yizhan.display.agent")


class Link(Struct, frozen=True, kw_only=True):
    """Which hub, and as whom."""

    url: str
    hall_id: str
    token: str
    name: str


class MakeAnnouncer(Protocol):
    """From a zone's agenda, the hub's clock, and whether the zone may be spoken for now."""

    def __call__(
        self, agenda: Agenda, *, now: Callable[[], datetime], may_speak: Callable[[], bool]
    ) -> Announcer:
        """The zone's announcer."""
        ...


class _Zone(Struct, kw_only=True):
    """A zone that is spoken for once the hub has given it to us (VO10)."""

    announcer: Announcer
    claim: Claim
    standing: ReportSpeakers | None = None
    """What the hub was last told of it, or is being told."""

    def look(self, agent_id: AgentId) -> None:
        """Have the hub told when the zone's calls are heard otherwise than before (VO9)."""
        standing = self.announcer.standing(agent_id)
        if standing != self.standing:
            self.standing = standing
            self.claim.news()


class Agent:
    """Speaks the calls of its zones, and shows those of counters on LED lines."""

    def __init__(
        self,
        link: Link,
        *,
        agent_id: AgentId,
        voices: Voices,
        loudspeakers: Sequence[Loudspeaker],
        leds: Sequence[Led],
    ) -> None:
        """`loudspeakers` are those of the announcers to come, each once."""
        self._link = link
        self._agent_id = agent_id
        self._outbox = Outbox()
        self._zones: list[_Zone] = []
        self._voices = voices
        self._loudspeakers = loudspeakers
        self._leds = leds
        self._client: Client | None = None

    def speak_for(self, zone_id: str, begun: frozenset[str], make: MakeAnnouncer) -> None:
        """Speak a zone's calls too; `begun` are the announcements an earlier run began."""
        agenda = Agenda(zone_id, begun, self._outbox)
        announcer = make(
            agenda, now=self._now, may_speak=lambda: self._is_linked() and claim.is_held
        )
        claim = Claim(
            f"zone {zone_id}",
            self._agent_id,
            partial(announcer.standing, self._agent_id),
            agenda.changed.set,
            CLAIM_LIMITS,
        )
        self._zones.append(_Zone(announcer=announcer, claim=claim))

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; falls silent then, and tells what was cut off."""
        try:
            for loudspeaker in self._loudspeakers:
                loudspeaker.listen(self._look)
                await loudspeaker.open()
            async with asyncio.TaskGroup() as group:
                linked = group.create_task(self._keep_linked(), name="link")
                others = [
                    *(
                        [group.create_task(self._voices.work(), name="voices")]
                        if self._zones
                        else []
                    ),
                    *(
                        group.create_task(loudspeaker.care(), name="loudspeaker")
                        for loudspeaker in self._loudspeakers
                    ),
                    *(
                        group.create_task(led.work(self._is_linked), name=f"led-{led.name}")
                        for led in self._leds
                    ),
                ]
                speaking = [
                    group.create_task(zone.announcer.run(self._look), name="speak")
                    for zone in self._zones
                ]
                await stop.wait()
                for task in (*speaking, *others):
                    task.cancel()
                await asyncio.wait((*speaking, *others))
                await self._flush()
                linked.cancel()
        finally:
            await self._voices.close()
            for loudspeaker in self._loudspeakers:
                await loudspeaker.close()

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
                    for zone in self._zones:
                        group.create_task(self._watch(client, zone), name="watch")
                        group.create_task(zone.claim.run(client), name="claim")
                    for led in self._leds:
                        group.create_task(led.watch(client), name="watch-led")
                    group.create_task(self._tell_reports(client), name="report")
            except* RejectedError as rejected:
                _log.error("the hub sends us away: %s", rejected.exceptions[0])
            self._client = None
            await asyncio.sleep(REJECTED_WAIT_S)

    def _look(self) -> None:
        """A loudspeaker or a voice may be otherwise than before."""
        for zone in self._zones:
            zone.look(self._agent_id)

    async def _watch(self, client: Client, zone: _Zone) -> None:
        """Keep a zone's calls up to date."""
        agenda = zone.announcer.agenda
        while True:
            try:
                async for show in client.watch(f"voice:{agenda.zone_id}"):
                    if not isinstance(show.view, VoiceView):
                        continue
                    is_new_day = show.epoch != agenda.epoch
                    now_s = asyncio.get_running_loop().time()
                    new = agenda.show(show.view.calls, show.epoch, now_s)
                    zone.claim.saw(show.view.agent_id)
                    if is_new_day:
                        zone.claim.news()  # it may know nothing of us
                    self._voices.expect([(call.number, call.counter_no) for call in new])
            except RejectedError as error:
                if error.code is None:
                    raise
                _log.error("zone %s is not shown to us: %s", agenda.zone_id, error)
            await asyncio.sleep(REJECTED_WAIT_S)

    def _is_linked(self) -> bool:
        return self._client is not None and self._client.is_connected

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
    """Report to the hub what became of a call; whether that is settled now."""
    command = ReportSpoken(
        call_id=report.call.call_id, outcome=report.outcome, detail=report.detail
    )
    extra = {
        "zone": report.zone_id,
        "call": command.call_id,
        "outcome": command.outcome,
        "detail": report.detail,
    }
    try:
        answer = await client.do(command, timeout_s=REPORT_MAX_S)
    except UnansweredError as error:
        _log.warning("report is not answered: %s", error, extra=extra)
        return False
    match answer:
        case Done():
            _log.info("reported", extra=extra)
        case Refused(code=code):
            _log.info("report is refused: %s", code, extra=extra)
        case Fault(code=ErrorCode.UNAVAILABLE | ErrorCode.HALL_BUSY | ErrorCode.TOO_MANY_REQUESTS):
            return False
        case Fault(code=code, detail=detail):
            _log.error("report is not taken: %s %s", code, detail, extra=extra)
    return True
