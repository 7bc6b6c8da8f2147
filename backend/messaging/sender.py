"""Sends what the outbox has, in as many processes as there are, each attempt in one of them."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from prometheus_client import CollectorRegistry, Counter

from backend.core.ids import HallId
from backend.core.messages import ContactKind, MessageKind, Outcome
from backend.core.rules.messages import Quiet, Step, after_attempt, quiet_until
from backend.messaging.attempt import Attempt, Sender
from backend.messaging.seal import Seal, SealError
from backend.store.outbox import Letter, Outbox
from backend.store.stream import StoreError

TICK_S = 1.0
ATTEMPT_S = 30.0
"""Far below the lease: whoever takes longer is no longer the one that sends."""
LINES = 16
"""Attempts at once, of different contacts."""
NOTES_MAX = 30
"""Times that an outcome is tried to be kept: together less than what is left of the lease."""
SWEEP_EVERY = timedelta(minutes=5)

registry = CollectorRegistry()
_attempts = Counter(
    "yizhan_message_attempts",
    "Attempts to tell somebody",
    ["kind", "outcome"],
    registry=registry,
)
log = structlog.get_logger()


class Sending:
    """The sender's work."""

    def __init__(
        self,
        outbox: Outbox,
        senders: Mapping[ContactKind, Sender],
        seal: Seal,
        zones: Callable[[], Awaitable[dict[HallId, str]]],
        *,
        now: Callable[[], datetime],
        quiet: Quiet,
    ) -> None:
        """`zones`: the halls' clocks."""
        self._outbox, self._senders, self._seal = outbox, senders, seal
        self._read_zones, self._now, self._quiet = zones, now, quiet
        self._zones: dict[HallId, ZoneInfo] = {}
        self._swept_at: datetime | None = None
        self._lines = asyncio.Semaphore(LINES)

    async def run(self) -> None:
        """Send for ever, through every failure of the store and of whoever is told."""
        while True:
            try:
                while await self.send():
                    pass
            except StoreError as error:
                log.warning("sender_waits", error=str(error))
            except Exception:
                log.exception("sender_failed")
            await asyncio.sleep(TICK_S)

    async def send(self) -> int:
        """Make every attempt that is due; how many it were.  Raises StoreError."""
        at = self._now()
        await self._sweep(at)
        await self._outbox.spread(at)
        letters = await self._outbox.claim(at, self._quiet_until)
        async with asyncio.TaskGroup() as tasks:
            for letter in letters:
                tasks.create_task(self._attempt(letter))
        return len(letters)

    async def _attempt(self, letter: Letter) -> None:
        async with self._lines:
            attempt = await self._made(letter)
        at = self._now()
        step = after_attempt(
            attempt.outcome,
            letter.kind,
            attempts=letter.no,
            unknown=letter.unknown + (attempt.outcome is Outcome.UNKNOWN),
            at=at,
            expires_at=letter.message.expires_at,
            chance=random.random(),
        )
        _attempts.labels(letter.kind.value, attempt.outcome.value).inc()
        if attempt.outcome is not Outcome.SENT:
            log.warning(
                "message_not_sent",
                message_id=letter.message_id,
                kind=letter.kind,
                attempt=letter.no,
                detail=attempt.detail,
                state=step.state,
            )
        await self._noted(letter, attempt, step, at)

    async def _made(self, letter: Letter) -> Attempt:
        sender = self._senders.get(letter.kind)
        if sender is None:
            return Attempt(outcome=Outcome.AWAY, detail="not set up")
        try:
            reach = self._seal.open(letter.contact_id, letter.sealed)
        except SealError:
            return Attempt(outcome=Outcome.REFUSED, detail="sealed under another key")
        try:
            async with asyncio.timeout(ATTEMPT_S):
                return await sender.send(letter, reach)
        except TimeoutError:
            return Attempt(outcome=Outcome.UNKNOWN, detail="took too long")

    async def _noted(self, letter: Letter, attempt: Attempt, step: Step, at: datetime) -> None:
        """Keep the outcome, also through a short absence of the store: else it is sent again."""
        for left in reversed(range(NOTES_MAX)):
            try:
                await self._outbox.note(letter, attempt.outcome, attempt.detail, step, at)
                return
            except StoreError as error:
                log.warning("outcome_not_kept", message_id=letter.message_id, error=str(error))
                await asyncio.sleep(TICK_S if left else 0)

    def _quiet_until(self, hall_id: HallId, kind: MessageKind) -> datetime | None:
        zone = self._zones.get(hall_id)
        return quiet_until(kind, self._now(), zone, self._quiet) if zone is not None else None

    async def _sweep(self, at: datetime) -> None:
        """What is looked at now and then: the halls' clocks, and what is kept no longer."""
        if self._swept_at is None or at - self._swept_at > SWEEP_EVERY:
            found = await self._read_zones()
            self._zones = {hall_id: ZoneInfo(name) for hall_id, name in found.items()}
            await self._outbox.forget(at)
            self._swept_at = at
