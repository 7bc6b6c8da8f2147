"""Who comes and who works in a simulated hall: each a task that gives commands to some hub."""

import asyncio
from collections.abc import Callable, Coroutine
from random import Random

from backend.core import commands as c
from backend.core.commands import Command
from backend.core.day import HallDay, Ticket
from backend.core.ids import (
    Channel,
    CounterId,
    PauseReason,
    Place,
    PrintOutcome,
    SpeakerState,
    SpeechOutcome,
    TicketClass,
    TicketState,
    TicketToken,
)
from backend.core.stamp import Caller
from backend.wire.messages import Done
from tests.sim.site import Client, Site
from tests.support.plans import K1, K2, P1, W1, W2, W3, W4, A, B, C
from tests.support.steps import CALLERS, KINDS_MAX, Step, command_of
from tests.support.world import DEVICE, HUB, VISITOR, World, clerk

DESKS = {W1: "li", W2: "wang", W3: "zhao", W4: "sun"}
QUEUES, SERVICES = (A, A, B, C), ("S1", "S2", "S3", "S4")
CLASSES = (*[TicketClass.ORDINARY] * 5, TicketClass.CARE)
ARRIVAL_S = 7.0
"""Mean time between two visitors at a kiosk."""
HANDLING_S = 12.0
PHONES = 3
ODD_S = 6.0
"""Mean time between two things that nobody expects."""
REPEATED = 0.05
"""Of the answers: asked for once more, by the same id, at any hub."""


class Person:
    """A client with a habit, which `live` is."""

    def __init__(self, site: Site, name: str, by: Caller, topics: tuple[str, ...] = ()) -> None:
        self.site = site
        self.client = Client(site, name, by, topics)
        self.chance: Random = site.chance(f"{name}:habit")

    async def live(self) -> None:
        """What the person does all day."""
        raise NotImplementedError

    async def give(self, command: Command) -> bool:
        """Give a command, now and then an old one once more; whether this one was done."""
        answer = await self.client.do(command)
        if self.chance.random() < REPEATED:
            old_id, old = self.chance.choice(self.client.given)
            await self.client.repeat(old_id, old)
        return isinstance(answer, Done)

    async def pause(self, mean_s: float) -> None:
        """Let some time pass."""
        await asyncio.sleep(self.chance.expovariate(1 / mean_s))


class Kiosk(Person):
    """Visitors come to it one after another; some of them have a phone."""

    phones: "list[Phone]"
    kiosk_id: str = K1

    async def live(self) -> None:
        chance = self.chance
        while True:
            await self.pause(ARRIVAL_S)
            is_card = chance.random() < 0.2
            by_service = chance.random() < 0.2
            answer = await self.client.do(
                c.TakeTicket(
                    channel=Channel.CARD if is_card else Channel.ANONYMOUS,
                    card=f"card{chance.randrange(50):04d}" if is_card else None,
                    queue_id=None if by_service else chance.choice(QUEUES),
                    service_ids=(chance.choice(SERVICES),) if by_service else (),
                    ticket_class=chance.choice(CLASSES),
                    kiosk_id=self.kiosk_id,
                )
            )
            if isinstance(answer, Done) and chance.random() < 0.5:
                chance.choice(self.phones).follow(TicketToken(str(answer.result.token)))


class Phone(Person):
    """Several visitors' phones; they cancel, are late, come back."""

    def follow(self, token: TicketToken) -> None:
        """One more visitor looks at this phone."""
        self._tokens.append(token)

    def __init__(self, site: Site, name: str) -> None:
        super().__init__(site, name, VISITOR, ("queues",))
        self._tokens: list[TicketToken] = []

    async def live(self) -> None:
        while True:
            await self.pause(8.0)
            if self._tokens:
                await self._look(self.chance.choice(self._tokens[-8:]))

    async def _look(self, token: TicketToken) -> None:
        day = self.client.day
        ticket_id = day.tokens.get(token)
        if ticket_id is None:
            return
        match day.tickets[ticket_id].state:
            case TicketState.PASSED:
                await self.give(c.ReturnTicket(ticket_token=token))
            case TicketState.WAITING if self.chance.random() < 0.3:
                await self.give(c.DelayTicket(ticket_token=token))
            case TicketState.WAITING if self.chance.random() < 0.1:
                await self.give(c.CancelTicket(ticket_token=token))
            case _:
                pass


class Clerk(Person):
    """Works at one counter as a clerk does, mostly."""

    def __init__(self, site: Site, counter_id: CounterId, name: str) -> None:
        super().__init__(site, name, clerk(name), (f"counter:{counter_id}",))
        self.counter_id = counter_id

    async def live(self) -> None:
        await self.pause(2.0)
        await self.client.connect()
        while True:
            await self.pause(1.0)
            day = self.client.day
            counter = day.counters.get(self.counter_id)
            if counter is None:
                await self.pause(1.0)
            elif not counter.is_open:
                await self.give(c.OpenCounter(counter_id=self.counter_id))
                await self.pause(2.0)
            elif counter.ticket_id is not None:
                await self._with(day, day.tickets[counter.ticket_id])
            elif counter.paused_reason is not None:
                await self.pause(20.0)
                await self.give(c.ResumeCounter(counter_id=self.counter_id))
            else:
                await self._idle(day)

    async def _idle(self, day: HallDay) -> None:
        counter_id, luck = self.counter_id, self.chance.random()
        chosen = [*day.passed] + [t for q in day.queues.values() for t in q.ordinary[-1:]]
        if luck < 0.02:
            reason = self.chance.choice(list(PauseReason))
            await self.give(c.PauseCounter(counter_id=counter_id, reason=reason))
        elif luck < 0.03:
            await self.give(c.CloseCounter(counter_id=counter_id))
        elif luck < 0.2 and day.held:
            held = self.chance.choice(list(day.held))
            await self.give(c.ResumeTicket(counter_id=counter_id, ticket_id=held))
        elif luck < 0.25 and chosen:
            ticket_id = self.chance.choice(chosen)
            await self.give(
                c.CallTicket(counter_id=counter_id, ticket_id=ticket_id, reason="a train to catch")
            )
        elif not await self.give(c.CallNext(counter_id=counter_id)):
            await self.pause(4.0)

    async def _with(self, day: HallDay, ticket: Ticket) -> None:
        counter_id, luck, rules = self.counter_id, self.chance.random(), day.rules
        if ticket.state is TicketState.SERVING:
            await self.pause(HANDLING_S)
            await self.give(self._after_serving(luck))
        elif luck < 0.1:
            await self.give(c.UndoCall(counter_id=counter_id))
        elif luck < 0.75:
            await self.pause(3.0)
            await self.give(c.StartServing(counter_id=counter_id))
        elif ticket.recalls < rules.recalls_max:
            await asyncio.sleep(rules.recall_gap_s)
            await self.give(c.Recall(counter_id=counter_id))
        else:
            await self.give(c.PassTicket(counter_id=counter_id))

    def _after_serving(self, luck: float) -> Command:
        counter_id, chance = self.counter_id, self.chance
        if luck < 0.7:
            return c.FinishServing(counter_id=counter_id)
        if luck < 0.8:
            return c.HoldTicket(counter_id=counter_id)
        if luck < 0.85:
            return c.NextQueue(counter_id=counter_id, to_queue_id=chance.choice(QUEUES))
        reason = "not mine"
        match chance.randrange(3):
            case 0:
                queue_id, place = chance.choice(QUEUES), chance.choice(list(Place))
                return c.TransferTicket(
                    counter_id=counter_id, to_queue_id=queue_id, place=place, reason=reason
                )
            case 1:
                to = chance.choice(list(DESKS))
                return c.TransferTicket(counter_id=counter_id, to_counter_id=to, reason=reason)
            case _:
                name = chance.choice(list(DESKS.values()))
                return c.TransferTicket(counter_id=counter_id, to_clerk_id=name, reason=reason)


class Device(Person):
    """A printer's and a voice's program: reports what was asked of it."""

    async def live(self) -> None:
        await self.client.connect()
        while True:
            await self.pause(3.0)
            day = self.client.day
            for job_id in list(day.unprinted.get(P1, ()))[:2]:
                outcome = self.chance.choice(list(PrintOutcome))
                await self.give(c.ReportPrinted(job_id=job_id, outcome=outcome))
            zone_id = self.chance.choice(list(day.index.zones)) if day.index.zones else "none"
            state = self.chance.choice(list(SpeakerState))
            await self.give(
                c.ReportSpeakers(zone_id=zone_id, agent_id="voice", state=state, voice="edge")
            )
            for call_ids in list(day.unspoken.values()):
                for call_id in list(call_ids)[:2]:
                    outcomes = list(SpeechOutcome)
                    await self.give(
                        c.ReportSpoken(call_id=call_id, outcome=self.chance.choice(outcomes))
                    )


class Stranger:
    """Anybody who asks for anything, also for what makes no sense."""

    def __init__(self, site: Site) -> None:
        self._people = [
            Person(site, f"odd{n}-{by.id}", by)
            for n, by in enumerate(dict.fromkeys(CALLERS))
            if by is not HUB
        ]
        self._site, self._chance = site, site.chance("odd")
        self._world = World(is_open=False)
        self._world.loses_parts = False  # the others go to the places they know

    async def live(self) -> None:
        """Ask, at times."""
        by_caller = {person.client.by: person for person in self._people}
        chance = self._chance
        while True:
            await asyncio.sleep(chance.expovariate(1 / ODD_S))
            numbers = [chance.randrange(120) for _ in range(4)]
            step = Step(chance.randint(0, KINDS_MAX - 3), *numbers)
            person = self._people[chance.randrange(len(self._people))]
            await person.client.connect()
            self._world.day, self._world.at = person.client.day, self._site.now()
            self._world.plan = self._site.plan
            if self._world.day.plan is None:
                continue
            command, by = command_of(self._world, step)
            self._site.plan, self._site.shifts = self._world.plan, self._world.shifts
            await by_caller.get(by, person).give(command)


def everybody(site: Site) -> list[Callable[[], Coroutine[None, None, None]]]:
    """All who are in the hall; each lives until the day is over."""
    phones = [Phone(site, f"phone{n}") for n in range(1, PHONES + 1)]
    kiosks = [Kiosk(site, name, DEVICE, (f"kiosk:{name}",)) for name in (K1, K2)]
    for kiosk, kiosk_id in zip(kiosks, (K1, K2), strict=True):
        kiosk.phones, kiosk.kiosk_id = phones, kiosk_id
    clerks = [Clerk(site, counter_id, name) for counter_id, name in DESKS.items()]
    devices = Device(site, "devices", DEVICE, ("board:Z1",))
    people: list[Person | Stranger] = [*kiosks, *phones, *clerks, devices, Stranger(site)]
    return [person.live for person in people]
