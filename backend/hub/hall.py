"""One live hall in this process: its state, its commands and who watches."""

import asyncio
from collections.abc import Awaitable, Callable, Container
from datetime import date, datetime

import structlog
from msgspec.structs import replace

from backend.cards import Cards, Holder
from backend.core.commands import (
    AddAppointment,
    ChangePlan,
    ChangeRoster,
    Command,
    KeepDay,
    OpenDay,
    TakeTicket,
)
from backend.core.evaluation import Evaluate
from backend.core.history import DayLessons
from backend.core.ids import CommandId, HallId, KioskId, TicketToken
from backend.core.plan import Appointment, Plan
from backend.core.rules.day import service_day
from backend.core.shifts import Shift
from backend.core.stamp import Caller, Role, Stamp, Visit
from backend.core.views.topics import Touched
from backend.hub.beats import Screens
from backend.hub.clock import HallClock, fresh_id, ticket_token
from backend.hub.fanout import Fanout
from backend.hub.follower import Answer, Follower
from backend.hub.keeper import Keeper
from backend.hub.transact import Transactor, UnavailableError
from backend.hub.way import Way
from backend.store.audit import Act
from backend.store.stream import DayRef, HallStream, StoreError

LESSONS_S = 10.0
"""How long a day waits for what past days taught; it opens without, and forecasts worse all day.
A thousand halls that open at one instant wait for each other that long."""
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
        lessons: Callable[[], Awaitable[tuple[DayLessons, ...]]],
        expected: Callable[[date], Awaitable[tuple[Appointment, ...]]],
        past_visit: Callable[[TicketToken, date, date], Awaitable[Visit | None]],
        rostered: Callable[[Plan, date], Awaitable[tuple[Shift, ...]]],
        screens: Screens,
        straight: Container[int] = (),
        audit_soon: Callable[[Act], None] = lambda _act: None,
        ends_stale_day: bool = False,
        clock: HallClock | None = None,
    ) -> None:
        """`past_visit`: of a ticket's token, with the hall's day and today's date.

        `straight`: sockets that take a frame at once (`hub/ring.py`).

        `audit_soon`: keeps a record of what was denied on a socket.
        `ends_stale_day`: end a day of an earlier date at the start, whoever waits (demo).
        """
        self.hall_id = hall_id
        self.audit_soon = audit_soon
        self._way = Way(hall_id)
        self.fanout = Fanout(straight)
        self.follower = Follower(stream, restore, self._on_change)
        self.fanout.follow(self.follower)
        self.transactor = Transactor(self.follower)
        self._restore = restore
        self._plan_in_force = plan_in_force
        self._cards = cards
        self.screens = screens
        self.lessons = lessons
        """What the last days taught that are closed and archived, oldest first."""
        self._expected = expected
        self._past_visit = past_visit
        self._rostered = rostered
        self._clock = clock or HallClock()
        self.keeper = Keeper(
            hall_id,
            self.follower,
            lambda command: self.do(CommandId(fresh_id()), command, HUB),
            self.now,
            plan_in_force,
            ends_stale_day=ends_stale_day,
        )
        self._is_folded = asyncio.Event()

    @property
    def is_ready(self) -> bool:
        """Whether the day has been folded, and today begun if that was due."""
        return self.keeper.is_ready

    def now(self) -> datetime:
        """The hall's time."""
        day = self.follower.day
        return self._clock.now(day.at if day.is_open else None)

    def do(
        self, id: CommandId, command: Command, by: Caller, address: str = ""
    ) -> "asyncio.Future[Answer]":
        """Carry the command out once; the future raises UnavailableError, StoreError.

        `address`: of the client; empty when not known.
        """
        tell_answer = self._way.begin(id, command, by)
        answer = self._do(id, command, by, address)
        answer.add_done_callback(tell_answer)
        return answer

    def _do(
        self, id: CommandId, command: Command, by: Caller, address: str
    ) -> "asyncio.Future[Answer]":
        stamp = Stamp(by=by, at=self.now(), ticket_token=ticket_token())
        if isinstance(command, OpenDay):
            return asyncio.ensure_future(self._open_day(id, command, stamp))
        if isinstance(command, KeepDay):
            return asyncio.ensure_future(self._keep_day(id, command, stamp))
        if isinstance(command, ChangePlan):
            return asyncio.ensure_future(self._change_plan(id, command, stamp))
        if isinstance(command, Evaluate) and command.ticket_token is not None:
            if address and self.follower.day.day is not None:
                sender = self._cards.sender(self.hall_id, self.follower.day.day, address)
                stamp = replace(stamp, sent_from=sender)
            token = TicketToken(command.ticket_token)
            if token not in self.follower.day.tokens:
                return asyncio.ensure_future(self._evaluate_past(id, command, token, stamp))
        if isinstance(command, ChangeRoster):
            return asyncio.ensure_future(self._change_roster(id, command, stamp))
        if isinstance(command, TakeTicket | AddAppointment) and command.card is not None:
            return self._do_by_card(id, command, command.card, stamp)
        return self.transactor.submit(id, command, stamp)

    def expect(self, id: CommandId, appointment: Appointment) -> "asyncio.Future[Answer]":
        """Expect a visitor who booked for the open day; the person is known by hash (AP2).

        The future raises UnavailableError, StoreError.
        """
        services = self.follower.day.index.services
        service_ids = tuple(s for s in appointment.service_ids if s in services)
        command = AddAppointment(
            appointment_id=appointment.appointment_id,
            code=appointment.code,
            queue_id=None if service_ids else appointment.queue_id,
            service_ids=service_ids,
            slot_at=appointment.slot_at,
            card=appointment.person_hash,
        )
        stamp = Stamp(by=HUB, at=self.now(), ticket_token=ticket_token(), origin=appointment.origin)
        return self.transactor.submit(id, command, stamp)

    def holder(self, card: str) -> Holder:
        """Who holds the card that staff have read."""
        return self._cards.holder(self.hall_id, card, is_reversed=False)

    async def run(self) -> None:
        """Follow the stream, work on commands and keep the day's clock, for ever."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._follow())
            tasks.create_task(self.transactor.run())
            tasks.create_task(self._keep())

    async def _keep(self) -> None:
        """Keep the day's clock once there is a day to keep."""
        await self._is_folded.wait()
        await self.keeper.run()

    def _on_change(self, touched: Touched) -> None:
        self.fanout.touch(touched)
        self.keeper.changed()
        self.now()  # another process's clock may be ahead: count on from its stamp

    async def _follow(self) -> None:
        """Keep up with the stream through every failure of the store."""
        retry_s = RETRY_MIN_S
        while True:
            try:
                if self._is_folded.is_set():
                    await self.follower.follow()
                else:
                    await self.follower.start()
                    self._is_folded.set()
                retry_s = RETRY_MIN_S
            except StoreError as error:
                log.warning("store_away", hall_id=self.hall_id, error=str(error))
                await asyncio.sleep(retry_s)
                retry_s = min(retry_s * 2, RETRY_MAX_S)
                if self._is_folded.is_set():
                    await self._look_again()

    async def _look_again(self) -> None:
        """After a failure the history may be another: check it before waiting for more."""
        try:
            await self.follower.catch_up()
        except StoreError:
            return

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
        today = service_day(stamp.at, plan.time_zone)
        stamp = replace(
            stamp,
            plan=plan,
            lessons=await self._past_lessons(),
            appointments=await self._expected(today),
            shifts=await self._rostered(plan, today),
        )
        return await self.transactor.submit(id, command, stamp)

    async def _evaluate_past(
        self, id: CommandId, command: Evaluate, token: TicketToken, stamp: Stamp
    ) -> Answer:
        day = self.follower.day
        if day.plan is not None and day.day is not None:
            today = service_day(stamp.at, day.plan.time_zone)
            visit = await self._past_visit(token, day.day, today)
            stamp = replace(stamp, past_visit=visit)
        return await self.transactor.submit(id, command, stamp)

    async def _keep_day(self, id: CommandId, command: KeepDay, stamp: Stamp) -> Answer:
        beats = await self.screens.known(is_any_in_day=bool(self.follower.day.screens))
        return await self.transactor.submit(id, command, replace(stamp, beats=beats))

    async def _past_lessons(self) -> tuple[DayLessons, ...]:
        try:
            async with asyncio.timeout(LESSONS_S):
                return await self.lessons()
        except (StoreError, TimeoutError) as error:
            log.warning("day_opens_without_history", hall_id=self.hall_id, error=str(error))
            return ()

    async def _change_plan(self, id: CommandId, command: ChangePlan, stamp: Stamp) -> Answer:
        plan = await self._plan_in_force()
        if plan is None:
            raise UnavailableError("the hall has no plan yet")
        return await self.transactor.submit(id, command, replace(stamp, plan=plan))

    async def _change_roster(self, id: CommandId, command: ChangeRoster, stamp: Stamp) -> Answer:
        day = self.follower.day
        if day.plan is not None and day.day is not None:
            stamp = replace(stamp, shifts=await self._rostered(day.plan, day.day))
        return await self.transactor.submit(id, command, stamp)
