"""What is due in a zone, what became of it, and what is still to be reported."""

import asyncio
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from backend.core.ids import SpeechOutcome
from backend.core.views.voice import VoiceCall
from display_agent.announce import Settle, Speak, is_awaited, is_waiting, key_of, next_action

SETTLED_MAX = 200
"""Calls remembered per zone as dealt with; a view holds 40."""
REPORTS_MAX = 500
"""Reports waiting for the hub; the oldest are given up, the hub then shows the call as due."""


class Report(Struct, frozen=True, kw_only=True):
    """What the hub is to be told about a call."""

    zone_id: str
    call: VoiceCall
    outcome: SpeechOutcome
    detail: str


class Outbox:
    """Reports that the hub has not confirmed yet."""

    def __init__(self) -> None:
        self._reports: OrderedDict[str, Report] = OrderedDict()
        self.is_filled = asyncio.Event()

    def put(self, report: Report) -> None:
        """Have the hub told."""
        self._reports[key_of(report.call)] = report
        while len(self._reports) > REPORTS_MAX:
            self._reports.popitem(last=False)
        self.is_filled.set()

    def reports(self) -> list[Report]:
        """What the hub does not know yet, oldest first."""
        return list(self._reports.values())

    def remove(self, report: Report) -> None:
        """The hub knows."""
        self._reports.pop(key_of(report.call), None)
        if not self._reports:
            self.is_filled.clear()


class Task(Struct, frozen=True, kw_only=True):
    """An announcement to be made now."""

    zone_id: str
    speak: Speak
    arrived_s: float
    """On the loop's clock: when the call was first seen."""


class Agenda:
    """One zone's calls as the hub last showed them, and what was done about them."""

    def __init__(self, zone_id: str, begun: frozenset[str], outbox: Outbox) -> None:
        """`begun` are the announcements that an earlier run of the program began."""
        self.zone_id = zone_id
        self._begun = begun
        self._outbox = outbox
        self._calls: Sequence[VoiceCall] = ()
        self._arrived_s: dict[str, float] = {}
        self._settled: OrderedDict[str, Report | None] = OrderedDict()
        self.epoch: str | None = None
        """Of the view shown last."""
        self.changed = asyncio.Event()

    def show(self, calls: Sequence[VoiceCall], epoch: str, now_s: float) -> list[VoiceCall]:
        """Take the newest view; returns the calls that the one before did not have.

        A hub that was brought back may have lost reports: those are made again.  `now_s` is on the
        loop's clock.
        """
        if epoch != self.epoch:
            self.epoch = epoch
            for call in calls:
                report = self._settled.get(key_of(call))
                if report is not None:
                    self._outbox.put(report)
        new = [call for call in calls if key_of(call) not in self._arrived_s]
        self._arrived_s = {
            key: self._arrived_s.get(key, now_s) for key in (key_of(call) for call in calls)
        }
        self._calls = calls
        self.changed.set()
        return new

    def next_task(self, now: datetime, *, is_quiet: bool, others: int = 0) -> Task | None:
        """The announcement to be made now, from now on counted as dealt with.

        What is not to be spoken is reported on the way.  `others` wait for the loudspeaker.
        """
        speak = self._next(now, is_quiet, others)
        if speak is None:
            return None
        arrived_s = self._arrived_s[key_of(speak.call)]
        self._settle(speak.call, None)
        return Task(zone_id=self.zone_id, speak=speak, arrived_s=arrived_s)

    def has_task(self, now: datetime, *, is_quiet: bool) -> bool:
        """Whether an announcement is to be made; what is not to be spoken is reported."""
        return self._next(now, is_quiet, 0) is not None

    def is_awaited(self, task: Task) -> bool:
        """Whether the visitor being announced is still to come (I12)."""
        return is_awaited(task.speak.call, self._calls)

    def goes_on(self, task: Task, now: datetime) -> bool:
        """Whether the announcement under way is still to be repeated.

        Not when its visitor is no longer awaited (I12), and not when others wait (VO3).
        """
        return self.is_awaited(task) and not is_waiting(
            self._calls, now, settled=self._settled, begun=self._begun
        )

    def report(self, call: VoiceCall, outcome: SpeechOutcome, detail: str) -> None:
        """Have the hub told what became of a call."""
        report = Report(zone_id=self.zone_id, call=call, outcome=outcome, detail=detail)
        self._settle(call, report)
        self._outbox.put(report)

    def _next(self, now: datetime, is_quiet: bool, others: int) -> Speak | None:
        while True:
            action = next_action(
                self._calls,
                now,
                settled=self._settled,
                begun=self._begun,
                is_quiet=is_quiet,
                others=others,
            )
            if not isinstance(action, Settle):
                return action
            self.report(action.call, action.outcome, action.detail)

    def _settle(self, call: VoiceCall, report: Report | None) -> None:
        """Count the call as dealt with; without a report it is being spoken."""
        self._settled[key_of(call)] = report
        while len(self._settled) > SETTLED_MAX:
            self._settled.popitem(last=False)
