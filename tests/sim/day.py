"""One simulated day from its seed: what happened, or why it must not."""

import asyncio
from random import Random

from msgspec import Struct
from msgspec.structs import replace

from backend.core import commands as c
from backend.core.ids import Channel, CommandId
from backend.core.plan import RuleNumbers
from backend.store.stream import Entry
from backend.wire.messages import Done
from tests.sim.loop import run
from tests.sim.people import everybody
from tests.sim.site import Client, Site, virtual_world
from tests.sim.store import CALM, ROUGH
from tests.support.plans import QUICK, small_plan
from tests.support.world import CHIEF, DEVICE

MINUTES = 10.0
RULES = (*[None] * 6, "wait_min + (class == 'care' ? 5 : 0)", "1 / (queue_waiting - 3)")
"""Mostly none of the hall's own (CL5); the last one fails now and then."""
CHECK_S = 60.0
"""Between two checks of everything."""
QUIET_S = 30.0
"""Within this all agree, once nobody does anything."""
TICKS = 4
NIGHT_S = 24 * 3600
AWAY_MAX_S = 5.0
LAG_MAX_S = 20.0
DEAF_MAX_S = 2.0
TAIL_MAX = 25
CUT_OFF_MAX_S = 2.0
JUMPS_S = (240.0, 700.0, 1900.0)
"""A lull, in which the clock goes on and nothing happens."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What a simulated day came to."""

    commits: int
    tickets: int
    answers: int
    lost: int
    """Commits that went with Redis and were not archived."""
    restored: int
    troubles: int


class DayError(Exception):
    """A simulated day broke a rule; the words say how to see it again and what came before."""


def simulate(seed: int, minutes: float = MINUTES) -> Outcome:
    """Live the seed's day, in no time.  Raises DayError."""
    return run(_day(seed, minutes))


async def _day(seed: int, minutes: float) -> Outcome:
    chance = Random(f"{seed}:day")
    weather = CALM if seed % 4 == 0 else ROUGH
    plan = replace(small_plan(_numbers(chance)), rule=chance.choice(RULES))
    site = Site(seed, plan, weather)
    with virtual_world(site):
        story = asyncio.create_task(_story(site, minutes, chance))
        await asyncio.wait([story, site.failed], return_when=asyncio.FIRST_COMPLETED)
        try:
            if site.failed.done():
                site.failed.result()
            story.result()
        except Exception as error:
            raise DayError(report(site, minutes, error)) from error
        finally:
            story.cancel()
            site.failed.cancel()
    judge = site.judge
    books = judge.books.values()
    return Outcome(
        commits=sum(len(book.entries) for book in books),
        tickets=sum(len(book.day.tickets) for book in books),
        answers=judge.answers,
        lost=sum(len(found) for found in judge.lost.values()),
        restored=judge.restored,
        troubles=site.troubles,
    )


def _numbers(chance: Random) -> RuleNumbers:
    """The rules of a hall somewhere, each number within its range."""
    return replace(
        QUICK,
        recalls_max=chance.randint(0, 2),
        recall_gap_s=10,
        undo_s=chance.choice((0, 10, 30)),
        care_run_max=chance.randint(1, 3),
        booked_run_max=chance.randint(1, 3),
        ordinary_first_after_s=chance.choice((600, 1800)),
        return_places=chance.randint(0, 4),
        delay_places=chance.randint(0, 6),
        returns_max=chance.randint(0, 3),
        passed_expires_s=chance.choice((600, 3600)),
        kiosk_gap_s=chance.choice((0, 0, 5)),
        tickets_per_queue_max=chance.randint(1, 3),
    )


async def _story(site: Site, minutes: float, chance: Random) -> None:
    """A day, its end, and the beginning of the next."""
    site.start()
    people = [asyncio.create_task(live()) for live in everybody(site)]
    people += [asyncio.create_task(_trouble(site, chance)), asyncio.create_task(_lulls(site))]
    for task in people:
        task.add_done_callback(lambda done: _died(site, done))
    for _ in range(round(minutes * 60 / CHECK_S)):
        await asyncio.sleep(CHECK_S)
        site.check()
    await _end_people(people)
    await _settle(site)
    chief = Client(site, "closing", CHIEF)
    first = next(iter(site.judge.asked))
    await chief.do(c.CloseDay(force=True))
    assert not site.judge.books[max(site.judge.books)].day.is_open, "DY1: the day does not end"
    site.jumped_s += NIGHT_S
    yesterday = max(site.judge.books)
    await asyncio.sleep(QUIET_S)
    assert max(site.judge.books) > yesterday, "DY1: no day begins"
    kiosk = Client(site, "morning", DEVICE)
    taken = await kiosk.do(c.TakeTicket(channel=Channel.ANONYMOUS, queue_id="A"))
    assert isinstance(taken, Done)
    assert taken.result.number == "A001", "DY1: numbers begin anew"
    await _repeat_of_yesterday(site, first)
    await _settle(site)


async def _repeat_of_yesterday(site: Site, id: CommandId) -> None:
    """Who repeats what was asked on the day before gets the answer of then (I7)."""
    command, by = site.judge.asked[id]
    await Client(site, "late", by).repeat(id, command)


async def _end_people(people: "list[asyncio.Task[None]]") -> None:
    for task in people:
        task.cancel()
    await asyncio.gather(*people, return_exceptions=True)


def _died(site: Site, task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        site.fail(error)


async def _trouble(site: Site, chance: Random) -> None:
    """Now and then a process dies, a store is away, or comes back without its tail."""
    while True:
        await asyncio.sleep(chance.expovariate(1 / site.weather.pause_s))
        site.troubles += 1
        match chance.randrange(6):
            case 0 | 1:
                chance.choice(site.hubs).crash(chance.randrange(12))
            case 2:
                site.recorder.crash()
            case 3:
                site.archive_away()
                await asyncio.sleep(chance.random() * AWAY_MAX_S)
                site.archive.is_away = False
            case _:
                await _stream_away(site, chance)


async def _stream_away(site: Site, chance: Random) -> None:
    """Redis is gone for a while; half of the times it lacks its last commits afterwards.

    Half of the times the archive lags behind, so that there is something to lose for good.
    Where it has replicas it lacks just what they had not, and goes on as one of them.
    """
    if chance.random() < 0.5:
        site.archive_away()
        await asyncio.sleep(chance.random() * LAG_MAX_S)
    door = chance.choice(site.hubs).door
    door.is_deaf = True  # so that one may lack just what Redis is going to lose
    await asyncio.sleep(chance.random() * DEAF_MAX_S)
    if site.stream.is_replicated:
        site.say("the replicas are cut off")
        site.stream.is_cut_off = True
        await asyncio.sleep(chance.random() * CUT_OFF_MAX_S)
    site.say("Redis is away")
    site.stream.go_away()
    door.is_deaf = False
    await asyncio.sleep(chance.random() * AWAY_MAX_S)
    if chance.random() < 0.5:
        entries = site.judge.books[max(site.judge.books)].entries
        is_all = chance.random() < 0.2
        left = max(1, len(entries) - chance.randint(1, TAIL_MAX))
        behind = [n for n in site.read() if 0 < n < len(entries)]
        if behind:  # at worst just what somebody has not read, who then cannot tell
            left = min(behind)
        site.lose_tail(0 if is_all else min(left, len(entries)))
    site.archive.is_away = False  # before Redis: a hub goes on without it after a restart
    await asyncio.sleep(chance.random() * AWAY_MAX_S)
    site.stream.is_cut_off = False
    site.stream.come_back()


async def _lulls(site: Site) -> None:
    """Twice in a while nobody is there for long: the clock goes on at once."""
    chance = site.chance("lulls")
    while True:
        await asyncio.sleep(chance.expovariate(1 / 200.0))
        site.jumped_s += chance.choice(JUMPS_S)


async def _settle(site: Site) -> None:
    """Once nobody does anything, all agree: hubs, archive and screens (I8, I10)."""
    site.stream.is_cut_off = site.archive.is_away = False
    if site.stream.is_away:
        site.stream.come_back()
    for hub in site.hubs:
        hub.door.is_deaf = False
    await asyncio.sleep(QUIET_S)
    for _ in range(TICKS):  # the hubs' own clock may have given up somebody just now
        if not (differs := _differs(site)):
            break
        await asyncio.sleep(1.0)
    assert not differs, f"I8: {differs} is not as the history"
    for hub in site.hubs:
        for line in hub.lines:
            line.check(hub.day)
    site.check()


def _differs(site: Site) -> str:
    """What is not as the history of the latest day; nothing when all agree."""
    day = max(site.judge.books)
    book = site.judge.books[day]
    parts = {hub.name: hub.day == book.day for hub in site.hubs}
    parts["the stream"] = site.stream.entries(day) == book.entries
    parts["the archive"] = site.archive.entries(day) == book.entries
    parts["what was archived"] = not book.owed
    return ", ".join(name for name, agrees in parts.items() if not agrees)


def report(site: Site, minutes: float, error: BaseException) -> str:
    """How to see it again, what broke, and the last that happened."""
    lines = [
        f"seed {site.seed}: {error!r}",
        f"again: make sim SEEDS=1 FROM={site.seed} MINUTES={minutes:g}",
    ]
    for at_s, words in site.words:
        lines.append(f"  {at_s:9.3f} s  {_line(words)}")
    return "\n".join(lines)


def _line(words: object) -> str:
    if not isinstance(words, Entry):
        return str(words)
    commit = words.commit
    what = commit.refused or ", ".join(_event(event) for event in commit.events)
    return f"{words.position.seq} {commit.id} by {commit.by.id}: {what}"


def _event(event: object) -> str:
    names = ("ticket_id", "counter_id", "ticket_class", "places", "reason", "queue_id")
    about = [str(getattr(event, name)) for name in names if getattr(event, name, None)]
    return f"{type(event).__name__}({' '.join(about)})"
