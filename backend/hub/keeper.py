"""What time alone sets off in a hall: its days, what is due in them, calls without a click."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from zlib import crc32

import structlog

from backend.core.commands import AutoCall, CloseDay, Command, KeepDay, OpenDay
from backend.core.ids import HallId
from backend.core.plan import Plan
from backend.core.rules.auto import auto_calls
from backend.core.rules.cycle import is_due
from backend.core.rules.day import service_day
from backend.hub.follower import Answer, Follower
from backend.hub.transact import UnavailableError
from backend.store.stream import StoreError

TICK_S = 5.0
PLAN_KNOWN = timedelta(seconds=60)
"""How long a plan is taken for the newest while the hall is closed."""
BEGIN_S = 0.1
"""Between two looks at a hall whose state is not folded, or that has no plan yet."""
AUTO_GAP_S = 0.25
"""Between two rounds of calls, so that one that cannot be made is not tried without end."""

log = structlog.get_logger()


class Keeper:
    """The clock of one hall in this process; every process has one, the stream takes it once."""

    def __init__(
        self,
        hall_id: HallId,
        follower: Follower,
        do: Callable[[Command], Awaitable[Answer]],
        now: Callable[[], datetime],
        plan_in_force: Callable[[], Awaitable[Plan | None]],
        *,
        ends_stale_day: bool,
    ) -> None:
        """`ends_stale_day`: end a day of an earlier date at the start, whoever waits (demo)."""
        self._hall_id = hall_id
        self._follower = follower
        self._do = do
        self._now = now
        self._plan_in_force = plan_in_force
        self._ends_stale_day = ends_stale_day
        self._wake = asyncio.Event()
        self._kept_at: datetime | None = None
        self._plan: Plan | None = None
        self._plan_at: datetime | None = None
        """When the newest plan was asked for last."""
        self._is_planned = False
        self.is_ready = False
        """Whether the day has been folded, and today begun if that was due."""

    def look(self) -> None:
        """Look again now: something may have become due."""
        self._wake.set()

    def changed(self) -> None:
        """Look again if a counter may call by itself sooner than was known (CL11)."""
        plan = self._follower.day.plan
        if plan is not None and any(c.auto_call_s is not None for c in plan.counters):
            self._wake.set()

    async def run(self) -> None:
        """Keep the hall, for ever; the follower has folded its day."""
        while True:
            self._wake.clear()
            rest_s = BEGIN_S
            try:
                rest_s = await self._round()
            except (StoreError, UnavailableError) as error:
                log.warning("clock_waits", hall_id=self._hall_id, error=str(error))
                rest_s = TICK_S if self.is_ready else BEGIN_S
            except Exception:  # a mistake in one rule must not end everything else of the hall
                log.exception("clock_failed", hall_id=self._hall_id)
                rest_s = TICK_S
            with suppress(TimeoutError):
                async with asyncio.timeout(rest_s):
                    await self._wake.wait()

    async def _round(self) -> float:
        """Do what is due; return in how many seconds something may be due next."""
        at = self._now()
        left_s = TICK_S - (at - self._kept_at).total_seconds() if self._kept_at is not None else 0.0
        if left_s <= 0 or not self._is_planned:
            self._kept_at = at
            await self._keep_day(at)
            left_s = TICK_S if self._is_planned else BEGIN_S
            if not self.is_ready:
                seq = self._follower.position.seq
                log.info("hall_ready", hall_id=self._hall_id, seq=seq)
                # Halls begin together; a thousand that also look together would hold the others up.
                early_s = TICK_S * (crc32(self._hall_id.encode()) % 1000) / 1000
                self._kept_at = at - timedelta(seconds=early_s)
                left_s -= early_s
            self.is_ready = True
        return min(left_s, await self._call())

    async def _call(self) -> float:
        """Call where a counter's pause is over; return in how many seconds the next one's is."""
        at = self._now()
        due = [counter_id for due_at, counter_id in auto_calls(self._follower.day) if due_at <= at]
        for counter_id in due:
            await self._do(AutoCall(counter_id=counter_id))
        coming = auto_calls(self._follower.day)
        if not coming:
            return TICK_S
        soonest_s = (coming[0][0] - self._now()).total_seconds()
        return max(soonest_s, AUTO_GAP_S if due else 0.0)

    async def _newest_plan(self, at: datetime) -> Plan | None:
        """The hall's newest plan, or the one before while no day is due by that one.

        Most halls are closed most of the time, and none of them need ask every few seconds.
        """
        plan, asked_at = self._plan, self._plan_at
        is_fresh = asked_at is not None and timedelta(0) <= at - asked_at < PLAN_KNOWN
        if plan is None or not is_fresh or is_due(self._follower.day, plan, at):
            self._plan, self._plan_at = await self._plan_in_force(), at
        return self._plan

    async def _keep_day(self, at: datetime) -> None:
        """Keep the open day; begin today's when it is due, and end what is left before it (DY1)."""
        day = self._follower.day
        if day.is_open:
            await self._do(KeepDay())
        ends_now, self._ends_stale_day = self._ends_stale_day, False
        if day.plan is not None and day.day is not None:
            self._is_planned = True
            if service_day(at, day.plan.time_zone) <= day.day:
                return
        if ends_now and day.is_open:
            await self._do(CloseDay(force=True, day=day.day))
        plan = await self._newest_plan(at)
        self._is_planned, day = plan is not None, self._follower.day
        if plan is None or not is_due(day, plan, at):
            return
        if day.is_open:
            await self._do(CloseDay(force=True, day=day.day))
        answer = await self._do(OpenDay())
        log.info("day_opened", hall_id=self._hall_id, refused=answer.refused)
