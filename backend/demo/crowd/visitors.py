"""Visitors: as many as keep each queue near a length that rises and falls."""

import asyncio
import math
from contextlib import aclosing
from random import Random

import structlog

from backend.client import Client, RejectedError, UnansweredError
from backend.core.commands import CancelTicket, ReturnTicket, TakeTicket
from backend.core.ids import Channel, QueueId, TicketClass, TicketState
from backend.core.views.queues import QueuesView
from backend.core.views.ticket import TicketView
from backend.demo.crowd.act import act
from backend.demo.crowd.office import SERVICE_MINUTE_S, Office
from backend.demo.hall import DEVICE_TOKEN, HALL_ID
from backend.wire.messages import Done

BETWEEN_VISITS_S = 9.0
"""From one visitor's end to the next one's beginning: a breath, the call, the walk."""
WAVE_S = 480.0
"""From one rush of a queue to its next."""
CARE_SHARE, CARD_SHARE, TWO_SERVICES_SHARE = 0.06, 0.6, 0.1
PRINT_SHARE = 0.1
"""Only some tickets are printed, so that the folder of papers grows slowly."""
PHONE_SHARE, CANCEL_SHARE = 0.4, 0.08
PHONES_MAX = 60
"""Visitors with a phone at a time: their hub takes no more messages at once after a reconnect."""
VISITS_MAX = 200
TICK_S = 0.5
COME_BACK_S = 2.0
FINAL = frozenset(
    {TicketState.DONE, TicketState.CANCELLED, TicketState.ABANDONED, TicketState.EXPIRED}
)

log = structlog.get_logger()


async def visitors(office: Office) -> None:
    """Let visitors come for ever, whatever happens to the hub."""
    while True:
        try:
            kiosks = Client(office.url, HALL_ID, token=DEVICE_TOKEN, name="crowd-kiosks")
            phones = Client(office.url, HALL_ID, name="crowd-phones")
            async with kiosks, phones:
                await Street(office, kiosks, phones).run()
        except* (RejectedError, UnansweredError) as errors:
            log.info("visitors_come_back", why=str(errors.exceptions[0]))
            await asyncio.sleep(COME_BACK_S)


def visitors_a_second(office: Office, queue_id: QueueId, waiting: int, wave: float) -> float:
    """As many as are served, more or fewer as the queue is short or long for its wave (-1 to 1).

    Nobody comes to a queue that is four over its length of the moment, so that it stays bounded
    even if nobody is there to call.
    """
    serving = [c for c in office.plan.counters if queue_id in c.queue_ids]
    ours = sum(c.counter_id in office.counter_ids for c in serving)
    length = 6.0 + 6.0 * wave if ours else 5.0 + 2.0 * wave
    pull = min(3.0, max(0.0, 1.0 + (length - waiting) / 4.0))
    demand = office.demands[queue_id]
    weight = sum(d.demand_weight for d in demand)
    mean_s = sum(d.avg_minutes * d.demand_weight for d in demand) / weight * SERVICE_MINUTE_S
    return max(1, ours) / (mean_s + BETWEEN_VISITS_S) * pull


class Street:
    """Where visitors come from: as many as keep each queue near a length that rises and falls."""

    def __init__(self, office: Office, kiosks: Client, phones: Client) -> None:
        self._office = office
        self._kiosks = kiosks
        self._phones = phones
        self._chance = Random(f"{office.seed}:street")
        self._waiting: dict[QueueId, int] = {}
        self._visits: set[asyncio.Task[None]] = set()
        self._phases = {queue_id: self._chance.random() for queue_id in office.demands}

    async def run(self) -> None:
        """Send visitors until cancelled.  Raises an ExceptionGroup with the client's errors."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._watch())
            began_s = asyncio.get_running_loop().time()
            while True:
                await self._office.sleep(TICK_S)
                if not self._kiosks.is_connected or len(self._visits) > VISITS_MAX:
                    continue
                waves = (asyncio.get_running_loop().time() - began_s) * self._office.speed / WAVE_S
                for queue_id, waiting in self._waiting.items():
                    wave = math.sin(2.0 * math.pi * (waves + self._phases[queue_id]))
                    rate = visitors_a_second(self._office, queue_id, waiting, wave)
                    if self._chance.random() < TICK_S * rate:
                        visit = tasks.create_task(self._come(queue_id))
                        self._visits.add(visit)
                        visit.add_done_callback(self._visits.discard)

    async def _watch(self) -> None:
        async for show in self._kiosks.watch("queues"):
            assert isinstance(show.view, QueuesView)
            queues = show.view.queues if show.view.is_open else ()
            self._waiting = {q.queue_id: q.waiting for q in queues}

    async def _come(self, queue_id: QueueId) -> None:
        """One visitor: take a ticket, and perhaps follow it on a phone."""
        chance = self._chance
        demand = self._office.demands[queue_id]
        count = 2 if chance.random() < TWO_SERVICES_SHARE else 1
        matters = chance.choices(demand, [d.demand_weight for d in demand], k=count)
        has_card = chance.random() < CARD_SHARE
        has_phone = chance.random() < PHONE_SHARE and len(self._visits) <= PHONES_MAX
        gives_up_s = chance.uniform(20.0, 120.0) if chance.random() < CANCEL_SHARE else None
        answer = await act(
            self._kiosks,
            TakeTicket(
                channel=Channel.CARD if has_card else Channel.ANONYMOUS,
                card=f"2026{chance.randrange(10**6):06d}" if has_card else None,
                service_ids=tuple(dict.fromkeys(d.id for d in matters)),
                ticket_class=(
                    TicketClass.CARE if chance.random() < CARE_SHARE else TicketClass.ORDINARY
                ),
                kiosk_id=chance.choice(self._office.plan.kiosks).kiosk_id,
                print=chance.random() < PRINT_SHARE,
            ),
        )
        token = answer.result.token if isinstance(answer, Done) else None
        if not isinstance(token, str) or not has_phone:
            return
        if gives_up_s is not None:
            await self._office.sleep(gives_up_s)
            await act(self._phones, CancelTicket(ticket_token=token))
        else:
            await self._follow(token)

    async def _follow(self, token: str) -> None:
        """Watch the ticket to its end; come back when it was passed."""
        try:
            async with aclosing(self._phones.watch(f"ticket:{token}")) as shows:
                async for show in shows:
                    assert isinstance(show.view, TicketView)
                    if show.view.state in FINAL:
                        return
                    if show.view.can_return:
                        await self._office.sleep(10.0)
                        await act(self._phones, ReturnTicket(ticket_token=token))
        except RejectedError as error:
            if error.code is None:  # not only the topic, as when a new day has begun
                raise
