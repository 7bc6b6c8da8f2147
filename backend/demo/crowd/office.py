"""What all simulated people know: the hall, its services, and the course of every visit."""

import asyncio
from importlib.resources import files
from random import Random

import msgspec
from msgspec import Struct

from backend.core.ids import CounterId, QueueId
from backend.core.plan import Plan
from backend.core.views.counter import DeskTicket
from backend.demo.hall import demo_plan

HUMAN_COUNTER_IDS = frozenset({CounterId("W01"), CounterId("W02"), CounterId("W03")})
SERVICE_MINUTE_S = 3.4
"""Seconds of the demo that stand for one minute at a window."""
SERVING_MIN_S, SERVING_MAX_S = 10.0, 60.0
PAUSE_SHARE = 0.03
"""Of the visits, after which the clerk pauses."""


class Demand(Struct, frozen=True, kw_only=True):
    """A service as hall.json has it: how often it is asked for and how long it takes."""

    id: str
    zh: str
    avg_minutes: float
    service_cv: float
    """Standard deviation of the time at the window, as a share of its mean."""
    demand_weight: float


class Seat(Struct, frozen=True, kw_only=True):
    """A counter as hall.json has it."""

    id: str
    open_by_default: bool


class Source(Struct, frozen=True, kw_only=True):
    """What the crowd reads of hall.json beyond the plan."""

    services: tuple[Demand, ...]
    counters: tuple[Seat, ...]


class Visit(Struct, frozen=True, kw_only=True):
    """What a visitor and the clerk will do once the ticket is called."""

    calls_missed: int
    """Calls and recalls that the visitor does not follow; one more than there are: never comes."""
    walk_s: float
    serving_s: float
    is_followed_by_pause: bool


class Office(Struct, frozen=True, kw_only=True):
    """What all simulated people know."""

    url: str
    seed: int
    speed: float
    """How many times faster than the visible pace they act; the hub's own gaps stay."""
    plan: Plan
    demands: dict[QueueId, tuple[Demand, ...]]
    counter_ids: tuple[CounterId, ...]
    """Where simulated clerks sit."""

    async def sleep(self, duration_s: float) -> None:
        """Let time pass at the pace of the crowd."""
        await asyncio.sleep(max(0.0, duration_s) / self.speed)

    def visit(self, ticket: DeskTicket) -> Visit:
        """The course of the ticket's visit: the same whenever it is asked."""
        chance = Random(f"{self.seed}:{ticket.ticket_id}:{ticket.returns}")
        names = {name.zh for name in ticket.service_names}
        matters = [d for d in self.demands[ticket.queue_id] if d.zh in names]
        matter = chance.choice(matters or self.demands[ticket.queue_id])
        calls = self.plan.rules.recalls_max + 1
        return Visit(
            calls_missed=chance.choices([0, 1, 2, calls], [88, 5, 2, 5])[0],
            walk_s=chance.uniform(3.0, 8.0),
            serving_s=_serving_s(chance, matter),
            is_followed_by_pause=chance.random() < PAUSE_SHARE,
        )


def _serving_s(chance: Random, demand: Demand) -> float:
    """A time at the window, gamma distributed with the service's mean and variation."""
    shape = 1.0 / demand.service_cv**2
    drawn_s = chance.gammavariate(shape, demand.avg_minutes * SERVICE_MINUTE_S / shape)
    return min(SERVING_MAX_S, max(SERVING_MIN_S, drawn_s))


def open_office(url: str, seed: int, speed: float) -> Office:
    """The demo hall as the crowd sees it."""
    text = files("backend.demo").joinpath("hall.json").read_text(encoding="utf-8")
    source = msgspec.json.decode(text, type=Source)
    plan = demo_plan()
    of = {demand.id: demand for demand in source.services}
    return Office(
        url=url,
        seed=seed,
        speed=speed,
        plan=plan,
        demands={
            q.queue_id: tuple(of[s.service_id] for s in plan.services if s.queue_id == q.queue_id)
            for q in plan.queues
        },
        counter_ids=tuple(
            CounterId(seat.id)
            for seat in source.counters
            if seat.open_by_default and seat.id not in HUMAN_COUNTER_IDS
        ),
    )
