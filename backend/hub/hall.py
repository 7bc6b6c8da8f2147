"""One live hall in this process: its state, its commands and who watches."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime

import structlog
from msgspec.structs import replace

from backend.cards import Cards, Holder
from backend.core.commands import (
    AddAppointment,
    ChangePlan,
    CloseDay,
    Command,
    KeepDay,
    OpenDay,
    TakeTicket,
)
from backend.core.ids import CommandId, HallId, KioskId
from backend.core.plan import Plan
from backend.core.rules.cycle import is_over
from backend.core.rules.day import service_day
from backend.core.stamp import Caller, Role, Stamp
from backend.hub.clock import fresh_id, now, ticket_token
from backend.hub.fanout import Fanout
from backend.hub.follower import Answer, Follower
from backend.hub.transact import Transactor, UnavailableError
from backend.store.stream import DayRef, HallStream, StoreError

TICK_S = 5.0
BEGIN_S = 0.1
"""Between two looks at a day that is not folded or not begun yet."""
RETRY_MIN_S, RETRY_MAX_S = 0.05, 1.0
HUB = Caller(role=Role.SYSTEM, id="hub")

log = structlog.get_logger()


class Hall:
    """Everything the hub keeps of a hall."""

    def __init__(
        self,
        hall_id: HallId,
        stream: HallStream,
        *,
        restore: Callable[[], Awaitable[DayRef | None]],
        plan_in_force: Callable[[], Awaitable[Plan | None]],
        cards: Cards,
        ends_stale_day: bool = False,
    ) -> None:
        """`ends_stale_day`: end a day of an earlier date at the start, whoever waits (demo)."""
        self.hall_id = hall_id
        self.fanout = Fanout()
        self.follower = Follower(stream, restore, self.fanout.touch)
        self.fanout.follow(self.follower)
        self.transactor = Transactor(self.follower)
        self._restore = restore
        self._plan_in_force = plan_in_force
        self._cards = cards
        self._ends_stale_day = ends_stale_day
        self.is_ready = False
        """Whether the day has been folded, and today begun if that was due."""
        self._is_folded = False

    def do(self, id: CommandId, command: Command, by: Caller) -> "asyncio.Future[Answer]":
        """Carry the command out once; the future raises UnavailableError, StoreError."""
        stamp = Stamp(by=by, at=now(), ticket_token=ticket_token())
        if isinstance(command, OpenDay):
            return asyncio.ensure_future(self._open_day(id, command, stamp))
        if isinstance(command, ChangePlan):
            return asyncio.ensure_future(self._change_plan(id, command, stamp))
        if isinstance(command, TakeTicket | AddAppointment) and command.card is not None:
            return self._do_by_card(id, command, command.card, stamp)
        return self.transactor.submit(id, command, stamp)

    def holder(self, card: str) -> Holder:
        """Who holds the card that staff have read."""
        return self._cards.holder(self.hall_id, card, is_reversed=False)

    async def run(self) -> None:
        """Follow the stream, work on commands and keep the day's clock, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self.transactor.run())
            tasks.create_task(self._tick())

    async def _follow(self) -> None:
        """Keep up with the stream through every failure of the store."""
        retry_s = RETRY_MIN_S
        while True:
            try:
                if self._is_folded:
                    await self.follower.follow()
                else:
                    await self.follower.start()
                    self._is_folded = True
                retry_s = RETRY_MIN_S
            except StoreError as error:
                log.warning("store_away", hall_id=self.hall_id, error=str(error))
                await asyncio.sleep(retry_s)
                retry_s = min(retry_s * 2, RETRY_MAX_S)
                if self._is_folded:
                    await self._look_again()

    async def _look_again(self) -> None:
        """After a failure the history may be another: check it before waiting for more."""
        try:
            await self.follower.catch_up()
        except StoreError:
            return

    async def _tick(self) -> None:
        """Do what time alone sets off; every process may, the stream takes it once."""
        while True:
            try:
                if self._is_folded:
                    await self._keep_day()
                    if not self.is_ready:
                        log.info("hall_ready", hall_id=self.hall_id, seq=self.follower.position.seq)
                    self.is_ready = True
            except (StoreError, UnavailableError) as error:
                log.warning("clock_waits", hall_id=self.hall_id, error=str(error))
            is_begun = self.is_ready and self.follower.day.plan is not None
            await asyncio.sleep(TICK_S if is_begun else BEGIN_S)

    async def _keep_day(self) -> None:
        """Do what time sets off; end a day that is over and begin today's (DY1)."""
        day, at = self.follower.day, now()
        if day.is_open:
            await self.do(CommandId(fresh_id()), KeepDay(), HUB)
        is_stale = day.plan is not None and _is_before_today(self, at)
        if is_over(day, at) or (is_stale and day.is_open and self._ends_stale_day):
            await self.do(CommandId(fresh_id()), CloseDay(force=self._ends_stale_day), HUB)
        self._ends_stale_day = False
        is_due = day.plan is None or (is_stale and not self.follower.day.is_open)
        if is_due and await self._plan_in_force() is not None:
            answer = await self.do(CommandId(fresh_id()), OpenDay(), HUB)
            log.info("day_opened", hall_id=self.hall_id, refused=answer.refused)

    def _do_by_card(
        self, id: CommandId, command: TakeTicket | AddAppointment, card: str, stamp: Stamp
    ) -> "asyncio.Future[Answer]":
        """Put the person who holds the card in its place.

        A repeat is known by the card: the person may have become known only after it was asked.
        """
        kiosk_id = command.kiosk_id if isinstance(command, TakeTicket) else None
        kiosk = self.follower.day.index.kiosks.get(KioskId(kiosk_id or ""))
        is_kiosk = stamp.by.role is Role.DEVICE  # staff only print there
        is_reversed = is_kiosk and kiosk is not None and kiosk.reversed_cards
        holder = self._cards.holder(self.hall_id, card, is_reversed=is_reversed)
        asked = replace(command, card=holder.card_hash)
        known = replace(command, card=holder.person_hash)
        return self.transactor.submit(id, known, replace(stamp, origin=holder.origin), asked=asked)

    async def _open_day(self, id: CommandId, command: OpenDay, stamp: Stamp) -> Answer:
        await self._restore()  # a day that is archived must never begin a second time
        plan = await self._plan_in_force()
        if plan is None:
            raise UnavailableError("the hall has no plan yet")
        return await self.transactor.submit(id, command, replace(stamp, plan=plan))

    async def _change_plan(self, id: CommandId, command: ChangePlan, stamp: Stamp) -> Answer:
        plan = await self._plan_in_force()
        if plan is None:
            raise UnavailableError("the hall has no plan yet")
        return await self.transactor.submit(id, command, replace(stamp, plan=plan))


def _is_before_today(hall: Hall, at: datetime) -> bool:
    day = hall.follower.day
    assert day.plan is not None
    assert day.day is not None
    return day.day < service_day(at, day.plan.time_zone)
