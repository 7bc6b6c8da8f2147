"""Days, auto-calls and a clock that is put, over whole hubs whose clock only the test moves."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from msgspec.structs import replace

from backend.core import commands as c
from backend.core.commands import Command
from backend.core.day import HallDay
from backend.core.errors import RefusalCode
from backend.core.events import Event, TicketCalled
from backend.core.hall_events import AlertRaised, DayClosed, DayOpened
from backend.core.ids import TicketState
from backend.core.plan import Plan, Span, SpecialDay, WeekdayHours
from backend.hub import keeper
from backend.hub.clock import HallClock
from backend.hub.follower import Answer
from backend.hub.hall import Hall
from backend.store.memory_stream import MemoryStream
from backend.store.stream import START
from tests.hub.stage import SUPERVISOR, done, eventually, new_hall, running, take
from tests.support.plans import QUICK, W1, A, small_plan

SATURDAY = datetime(2026, 10, 24, tzinfo=UTC)
"""Berlin puts its clocks back on the Sunday, at one o'clock UTC."""
OFFICE = (Span(opens=9 * 60, closes=17 * 60),)


class Time:
    """The clock on the wall of every hub; `put_s` is how wrong somebody has set it."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.put_s = 0.0

    def hall(self, stream: MemoryStream, plan: Plan) -> Hall:
        """A hub of a hall by this clock."""
        return new_hall(stream, plan, self.clock())

    def clock(self) -> HallClock:
        """A hub's clock that goes by this one."""
        return HallClock(self.wall, self.real_s)

    def wall(self) -> datetime:
        """What it shows."""
        return self.at + timedelta(seconds=self.put_s)

    def real_s(self) -> float:
        """Seconds that nobody can put."""
        return self.at.timestamp()

    async def go(self, seconds: float, *halls: Hall) -> None:
        """Go on, and let every hub look at its clock until nothing comes of it any more."""
        self.at += timedelta(seconds=seconds)
        for hall in halls:
            hall.keeper.look()
        position = None
        while position != [hall.follower.position for hall in halls]:
            position = [hall.follower.position for hall in halls]
            for _ in range(30):
                await asyncio.sleep(0)


class Ids:
    """Commands with ids of their own."""

    def __init__(self, hall: Hall, name: str = "test") -> None:
        self.hall = hall
        self.name = name
        self.given = 0

    async def do(self, *commands: Command) -> list[Answer]:
        """The answers of the commands, one after another."""
        found = []
        for command in commands:
            self.given += 1
            command_id = f"{self.name}-{self.given}"
            found.append(await done(self.hall, command_id, command, SUPERVISOR))
        return found


def with_hours(time_zone: str, *special_days: SpecialDay) -> Plan:
    hours = tuple(WeekdayHours(weekday=weekday, spans=OFFICE) for weekday in range(1, 8))
    return replace(small_plan(), time_zone=time_zone, hours=hours, special_days=special_days)


def with_auto_call() -> Plan:
    """Each counter calls by itself 10 s after a visit."""
    plan = small_plan()
    return replace(plan, counters=tuple(replace(x, auto_call_s=10) for x in plan.counters))


async def events_of(stream: MemoryStream) -> list[Event]:
    """Everything that happened, oldest first."""
    days = [await stream.read(ref, START, 10_000) for ref in await stream.days()]
    return [event for entries in days for entry in entries for event in entry.commit.events]


async def diary(stream: MemoryStream) -> list[str]:
    """When each day was opened and closed, by UTC."""
    found = []
    for event in await events_of(stream):
        if isinstance(event, DayOpened):
            found.append(f"{event.day:%d} from {event.opened_at:%d %H:%M}")
        elif isinstance(event, DayClosed):
            found[-1] += f" to {event.closed_at:%d %H:%M}"
    return found


async def test_halls_of_three_time_zones_open_and_close_by_their_own_clocks__DY1() -> None:
    time = Time(SATURDAY)
    zones = ("Asia/Shanghai", "Europe/Berlin", "Pacific/Kiritimati")
    streams = [MemoryStream() for _ in zones]
    halls = [time.hall(s, with_hours(z)) for s, z in zip(streams, zones, strict=True)]
    tasks = [asyncio.create_task(hall.run()) for hall in halls]
    try:
        for _ in range(3 * 24 * 4):
            await time.go(900, *halls)
    finally:
        for task in tasks:
            task.cancel()
    shanghai, berlin, kiritimati = [await diary(stream) for stream in streams]
    assert shanghai == [
        "24 from 24 00:15 to 24 09:00",
        "25 from 25 00:00 to 25 09:00",
        "26 from 26 00:00 to 26 09:00",
        "27 from 27 00:00",
    ]
    assert berlin == [
        "24 from 24 06:00 to 24 15:00",
        "25 from 25 07:00 to 25 16:00",
        "26 from 26 07:00 to 26 16:00",
    ]
    assert kiritimati == [
        "24 from 24 00:15 to 24 03:00",
        "25 from 24 18:00 to 25 03:00",
        "26 from 25 18:00 to 26 03:00",
        "27 from 26 18:00",
    ]


async def test_no_day_on_a_holiday__DY1() -> None:
    holiday = SpecialDay(day=datetime(2026, 10, 25).date(), spans=())  # noqa: DTZ001
    time, stream = Time(SATURDAY), MemoryStream()
    hall = time.hall(stream, with_hours("Asia/Shanghai", holiday))
    async with running(hall):
        for _ in range(3 * 24):
            await time.go(3600, hall)
    assert await diary(stream) == [
        "24 from 24 00:00 to 24 09:00",
        "26 from 26 00:00 to 26 09:00",
        "27 from 27 00:00",
    ]


async def test_forgotten_ticket_does_not_take_tomorrow_away__DY1_I13() -> None:
    time, stream = Time(SATURDAY), MemoryStream()
    halls = [time.hall(stream, with_hours("Asia/Shanghai")) for _ in range(2)]
    async with running(*halls):
        await Ids(halls[0]).do(take(A))
        await time.go(23 * 3600, *halls)
        assert halls[0].follower.day.is_open
        (ticket,) = halls[0].follower.day.tickets.values()
        await time.go(3600, *halls)
        assert not halls[0].follower.day.tickets
        assert halls[0].follower.day.is_open  # the new one, however many hubs ended the old one
    assert await diary(stream) == ["24 from 24 00:00 to 25 00:00", "25 from 25 00:00"]
    assert ticket.state is TicketState.EXPIRED


async def test_day_crosses_a_restart__DY1() -> None:
    time, stream = Time(SATURDAY), MemoryStream()
    plan = with_hours("Asia/Shanghai")
    first = time.hall(stream, plan)
    async with running(first):
        await Ids(first).do(take(A))
    time.at += timedelta(hours=3)
    second = time.hall(stream, plan)
    async with running(second):
        (ticket,) = second.follower.day.tickets.values()
        await Ids(second, "again").do(
            c.CancelTicket(ticket_id=ticket.ticket_id, reason="went home")
        )
        await time.go(6 * 3600, second)
    assert await diary(stream) == ["24 from 24 00:00 to 24 09:00"]


async def test_idle_hall_writes_nothing__DY1() -> None:
    time, stream = Time(SATURDAY), MemoryStream()
    halls = [time.hall(stream, small_plan()) for _ in range(2)]
    async with running(*halls):
        await eventually(lambda: all(hall.is_ready for hall in halls))
        await time.go(0, *halls)
        begun = [hall.follower.position for hall in halls]
        for _ in range(20):
            await time.go(5, *halls)
        assert [hall.follower.position for hall in halls] == begun


VISIT = (
    c.CallNext(counter_id=W1),
    c.StartServing(counter_id=W1),
    c.FinishServing(counter_id=W1),
)


async def test_counter_calls_by_itself_once_however_many_hubs_there_are__CL11_CL8() -> None:
    time, stream = Time(SATURDAY), MemoryStream()
    halls = [time.hall(stream, with_auto_call()) for _ in range(3)]
    async with running(*halls):
        await Ids(halls[0]).do(c.OpenCounter(counter_id=W1), take(A), take(A), take(A), *VISIT)
        await time.go(9.9, *halls)
        assert halls[0].follower.day.counters[W1].ticket_id is None
        await time.go(0.1, *halls)
        called = [e for e in await events_of(stream) if isinstance(e, TicketCalled)]
        assert [event.is_auto for event in called] == [False, True]
        await time.go(60, *halls)
        called = [e for e in await events_of(stream) if isinstance(e, TicketCalled)]
        assert len(called) == 2


async def test_counter_calls_by_itself_when_it_is_due_and_not_at_the_next_tick__CL11() -> None:
    """On real time: the pause is one second, the hub's clock looks every five."""
    plan = with_auto_call()
    plan = replace(plan, counters=tuple(replace(x, auto_call_s=1) for x in plan.counters))
    hall = new_hall(MemoryStream(), plan)
    async with running(hall):
        await eventually(lambda: hall.is_ready)
        await Ids(hall).do(c.OpenCounter(counter_id=W1), take(A), take(A), *VISIT)
        counter = hall.follower.day.counters[W1]
        free_at = counter.free_at
        async with asyncio.timeout(3):
            while counter.ticket_id is None:
                await asyncio.sleep(0.01)
    assert counter.ticket_id is not None
    called_at = hall.follower.day.tickets[counter.ticket_id].called_at
    assert called_at is not None
    assert free_at is not None
    assert 1.0 <= (called_at - free_at).total_seconds() < 1.5


async def test_round_that_fails_ends_neither_the_hall_nor_the_clock__DY1(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def failing(_day: HallDay) -> object:
        raise KeyError("C")

    time, stream = Time(SATURDAY), MemoryStream()
    hall = time.hall(stream, with_auto_call())
    async with running(hall):
        await Ids(hall).do(c.OpenCounter(counter_id=W1), take(A), take(A), *VISIT)
        monkeypatch.setattr(keeper, "auto_calls", failing)
        await time.go(20, hall)
        assert (await Ids(hall, "more").do(take(A)))[0].refused is None
        assert hall.follower.day.counters[W1].ticket_id is None
        monkeypatch.undo()
        await time.go(20, hall)
        assert hall.follower.day.counters[W1].ticket_id is not None


async def test_clerk_who_stops_the_next_call_is_left_alone__CL11() -> None:
    time, stream = Time(SATURDAY), MemoryStream()
    hall = time.hall(stream, with_auto_call())
    async with running(hall):
        await Ids(hall).do(c.OpenCounter(counter_id=W1), take(A), take(A), *VISIT)
        await time.go(5, hall)
        await done(hall, "stop", c.StopAutoCall(counter_id=W1), SUPERVISOR)
        await time.go(600, hall)
        assert hall.follower.day.counters[W1].ticket_id is None


@pytest.mark.parametrize("put_s", [3600.0, -3600.0])
async def test_clock_put_by_an_hour_leaves_calls_and_waits_as_they_are__CL6_CL9_PS1_AL1(
    put_s: float,
) -> None:
    """Ten minutes later it is put right again; nothing may look an hour old or stand still."""
    time, stream = Time(SATURDAY), MemoryStream()
    hall = time.hall(stream, small_plan(replace(QUICK, recalls_max=1)))
    async with running(hall):
        ids = Ids(hall)
        await ids.do(c.OpenCounter(counter_id=W1), take(A), take(A), take(A))
        await time.go(10, hall)
        await ids.do(c.CallNext(counter_id=W1))
        time.put_s = put_s
        await time.go(5, hall)
        (undone,) = await ids.do(c.UndoCall(counter_id=W1))
        assert undone.refused is None  # within ten seconds, whatever the clock says
        await ids.do(c.CallNext(counter_id=W1))
        await time.go(10, hall)
        (early,) = await ids.do(c.Recall(counter_id=W1))
        assert early.refused is RefusalCode.RECALL_TOO_SOON
        await time.go(15, hall)
        (recalled, passed) = await ids.do(c.Recall(counter_id=W1), c.PassTicket(counter_id=W1))
        assert (recalled.refused, passed.refused) == (None, None)
        await ids.do(c.CallNext(counter_id=W1), c.StartServing(counter_id=W1))
        await time.go(560, hall)
        time.put_s = 0
        await time.go(600, hall)
        await ids.do(c.FinishServing(counter_id=W1))
        day = hall.follower.day
        assert day.counters[W1].served_s == pytest.approx(1160, rel=0.1)
        assert len(day.passed) == 1  # not given up before its hour is over
        events = await events_of(stream)
        assert not any(isinstance(event, AlertRaised) for event in events)
        assert day.at is not None
        assert abs((day.at - time.at).total_seconds()) < 5


async def test_hub_that_started_while_the_clock_was_wrong_takes_the_others_with_it__DY1() -> None:
    """The stamps of both go on second by second, from where the one that is ahead stands."""
    time, stream = Time(SATURDAY), MemoryStream()
    right = time.hall(stream, small_plan())
    async with running(right):
        await eventually(lambda: right.is_ready)
        time.put_s = 3600
        wrong = time.hall(stream, small_plan())
        async with running(wrong):
            await time.go(5, right, wrong)
            time.put_s = 0
            asked = [Ids(hall, name) for hall, name in ((wrong, "w"), (right, "r"))]
            for _ in range(10):
                for ids in asked:
                    await ids.do(take(A))
                    await time.go(10, right, wrong)
            tickets = list(right.follower.day.tickets.values())
    issued = [ticket.issued_at for ticket in tickets]
    gaps_s = [(after - before).total_seconds() for before, after in pairwise(issued)]
    assert len(issued) == 20
    assert gaps_s == pytest.approx([9.0] * 19)  # a tenth slower, until all agree again
    assert (issued[0] - SATURDAY).total_seconds() > 3600
