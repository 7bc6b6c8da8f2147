"""What is due in each zone, what became of it, and what is still to be reported."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from backend.core.ids import SpeechOutcome
from backend.core.views.voice import VoiceCall
from display_agent.announce import Settle, Speak, is_awaited, is_waiting, key_of, next_action

SETTLED_MAX = 500
"""Calls remembered per zone as dealt with; a view holds 40."""
REPORTS_MAX = 500
"""Reports waiting for the hub; the oldest are given up, the hub then shows the call as due."""


class Report(Struct, frozen=True, kw_only=True):
    """What the hub is to be told about a call."""

    zone_id: str
    call: VoiceCall
    outcome: SpeechOutcome
    detail: str


class Task(Struct, frozen=True, kw_only=True):
    """An announcement to be made now."""

    zone_id: str
    speak: Speak
    arrived_s: float
    """On `time.monotonic`: when the call was first seen."""


class Zone:
    """One zone's calls as the hub last showed them."""

    def __init__(self, zone_id: str) -> None:
        self.zone_id = zone_id
        self.calls: Sequence[VoiceCall] = ()
        self.settled: OrderedDict[str, None] = OrderedDict()
        self.arrived_s: dict[str, float] = {}

    def settle(self, call: VoiceCall) -> None:
        """Remember that the call is dealt with, or being so."""
        self.settled[key_of(call)] = None
        while len(self.settled) > SETTLED_MAX:
            self.settled.popitem(last=False)


class Agenda:
    """All zones of one loudspeaker: they take turns, the oldest call first."""

    def __init__(self, zone_ids: Sequence[str], begun: frozenset[str]) -> None:
        """`begun` are the announcements that an earlier run of the program began."""
        self._zones = {zone_id: Zone(zone_id) for zone_id in zone_ids}
        self._begun = begun
        self._reports: OrderedDict[str, Report] = OrderedDict()
        self.changed = asyncio.Event()
        self.to_report = asyncio.Event()

    def show(self, zone_id: str, calls: Sequence[VoiceCall]) -> list[VoiceCall]:
        """Take a zone's newest view; returns the calls not seen before."""
        zone = self._zones[zone_id]
        zone.calls = calls
        now_s = time.monotonic()
        keys = [key_of(call) for call in calls]
        new = [call for call, key in zip(calls, keys, strict=True) if key not in zone.arrived_s]
        zone.arrived_s = {key: zone.arrived_s.get(key, now_s) for key in keys}
        self.changed.set()
        return new

    def next_task(self, now: datetime, *, is_quiet: bool) -> Task | None:
        """The announcement to be made now; what is not to be spoken is reported on the way."""
        tasks = [
            task
            for zone in self._zones.values()
            if (task := self._next_of(zone, now, is_quiet)) is not None
        ]
        if not tasks:
            return None
        task = min(tasks, key=lambda task: task.speak.call.called_at)
        self._zones[task.zone_id].settle(task.speak.call)
        return task

    def is_awaited(self, task: Task) -> bool:
        """Whether the visitor being announced is still to come (I12)."""
        return is_awaited(task.speak.call, self._zones[task.zone_id].calls)

    def goes_on(self, task: Task, now: datetime) -> bool:
        """Whether the announcement under way is still to be repeated.

        Not when its visitor is no longer awaited (I12), and not when others wait for the
        loudspeaker (VO3).
        """
        return self.is_awaited(task) and not any(
            is_waiting(zone.calls, now, settled=zone.settled, begun=self._begun)
            for zone in self._zones.values()
        )

    def report(self, report: Report) -> None:
        """Have the hub told."""
        self._reports[key_of(report.call)] = report
        while len(self._reports) > REPORTS_MAX:
            self._reports.popitem(last=False)
        self.to_report.set()

    def reports(self) -> list[Report]:
        """What the hub was not told yet, oldest first."""
        return list(self._reports.values())

    def reported(self, report: Report) -> None:
        """The hub knows."""
        self._reports.pop(key_of(report.call), None)
        if not self._reports:
            self.to_report.clear()

    def _next_of(self, zone: Zone, now: datetime, is_quiet: bool) -> Task | None:
        while True:
            action = next_action(
                zone.calls, now, settled=zone.settled, begun=self._begun, is_quiet=is_quiet
            )
            match action:
                case None:
                    return None
                case Speak():
                    arrived_s = zone.arrived_s[key_of(action.call)]
                    return Task(zone_id=zone.zone_id, speak=action, arrived_s=arrived_s)
                case Settle():
                    zone.settle(action.call)
                    self.report(
                        Report(
                            zone_id=zone.zone_id,
                            call=action.call,
                            outcome=action.outcome,
                            detail=action.detail,
                        )
                    )
