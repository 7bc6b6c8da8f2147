"""What every request about consultations stands on, and who is told of a change."""

import asyncio
import hmac
import time
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import uuid4

import structlog

from backend.catalogue.guide import Question
from backend.consulting import Consulted, consult
from backend.core.access import Family
from backend.core.consultations.commands import (
    ConsultationCommand,
    HandOverConsultation,
    KeepConsultation,
)
from backend.core.consultations.consultation import Consultation, ConsultationStamp
from backend.core.consultations.decide import NOBODY_COMES, SETTLED
from backend.core.consultations.events import MadeFrequent, QuestionAnswered
from backend.core.consultations.told import answered
from backend.core.consultations.words import ConsultationId, ConsultationRefusal
from backend.core.ids import CommandId, DepartmentId, HallId, StaffId, Text
from backend.core.stamp import Caller, Role
from backend.core.views.topics import Topic
from backend.hub.clock import now
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.office.case_desk import CaseDesk, Known
from backend.store.catalogue import Catalogues, Entered
from backend.store.consultations import ConsultationEntry, Consultations
from backend.store.database import Database
from backend.store.outbox import put
from backend.store.stream import StoreError

LOOK_S = 0.5
"""How soon this process hears of what another did, while somebody watches for it."""
LOOK_BACK_S = 15.0
"""Longer than any transaction takes: none slips between two looks."""
KEEP_S = 15.0
KEPT_AT_ONCE = 200
HUB = Caller(role=Role.SYSTEM, id="system")

log = structlog.get_logger()


def ask_path(token: str) -> str:
    """The page of the consultation with this secret."""
    return f"/ask/{token}"


class ConsultDesk:
    """Consultations of every hall, as one process works on them; methods may raise StoreError."""

    def __init__(self, database: Database, case_desk: CaseDesk, halls: Halls, key: bytes) -> None:
        """`key`: the installation's, which makes secrets that nobody guesses."""
        self.case_desk = case_desk
        self.consultations = Consultations(database)
        self._catalogues = Catalogues(database)
        self._halls = halls
        self._key = key
        self._seen: dict[tuple[HallId, ConsultationId], int] = {}
        self._mark = 0

    def token_of(self, hall_id: HallId, command_id: CommandId) -> str:
        """The secret of the consultation that this command begins: always the same one."""
        return self._keyed(f"token/{hall_id}/{command_id}")

    def id_of(self, token: str) -> ConsultationId:
        """The consultation with this secret; no secret can be found from it."""
        return ConsultationId(sha256(token.encode()).hexdigest()[:24])

    def topic_of(self, consultation_id: ConsultationId) -> Topic:
        """The topic that says when it has changed; its name is told to who may read it."""
        return Topic(Family.CONSULTATION, self._keyed(f"topic/{consultation_id}"))

    async def do(
        self,
        hall: Hall,
        id: ConsultationId,
        command_id: CommandId,
        command: ConsultationCommand,
        by: Caller,
        *,
        visitor: str | None = None,
    ) -> Consulted:
        """Carry a command out, once, and tell who watches; `visitor`: who is signed in as one.

        Raises ConsultationRefusal, TextRefusal, IdInUseError, StoreError.
        """
        known = await self.case_desk.known(hall)
        stamp = ConsultationStamp(
            by=by,
            at=hall.now(),
            consultation_id=id,
            plan=known.plan,
            calendar=known.calendar,
            departments=frozenset(known.departments),
            services={s: guide.department_id for s, guide in known.guides.items()},
            people=_people(known, command),
            sensitive=(await self.consultations.sensitive_words(hall.hall_id)).words,
            phones=_phones(known),
            person_hash=visitor,
        )
        beside = partial(self._beside, known, stamp)
        done = await consult(self.consultations, command_id, command, stamp, beside)
        if done.is_new:
            self._tell(hall.hall_id, id, done.entries[-1].seq)
        return done

    async def _beside(
        self,
        known: Known,
        stamp: ConsultationStamp,
        connection: Any,
        found: Consultation,
        entries: list[ConsultationEntry],
    ) -> None:
        """What a change brings with it: a frequent question of a guide (CN7), news (NO1)."""
        hall_id, commit = known.plan.hall_id, entries[-1].commit
        for event in commit.events:
            if isinstance(event, MadeFrequent):
                question = Question(
                    asked=Text(zh=event.asked, en=event.asked_en),
                    answer=Text(zh=event.answer, en=event.answer_en),
                )
                entry = Entered(valid_from=known.today, author=commit.by.id)
                await self._catalogues.add_question(
                    connection, hall_id, event.service_id, question, entry
                )
            elif isinstance(event, QuestionAnswered):
                about = found.service_id
                service = known.service_name(about) if about is not None else None
                path = ask_path(self.token_of(hall_id, entries[0].commit.id))
                await put(connection, answered(found, stamp, commit.id, service, path))

    async def read(self, hall: Hall, id: ConsultationId) -> list[ConsultationEntry]:
        """Everything that happened to one, oldest first."""
        return await self.consultations.read(hall.hall_id, id)

    async def run(self) -> None:
        """Hear of what other processes did, and do what the clock brings; for ever."""
        kept_at = 0.0
        while True:
            await asyncio.sleep(LOOK_S)
            try:
                if any(hall.fanout.has_announced for hall in self._halls):
                    for hall_id, consultation_id, seq in await self.consultations.changed(
                        LOOK_BACK_S
                    ):
                        self._tell(hall_id, consultation_id, seq)
                elif self._seen:
                    self._seen.clear()
                if time.monotonic() - kept_at > KEEP_S:
                    kept_at = time.monotonic()
                    await self._keep()
            except StoreError as error:
                log.warning("consultations_not_kept", error=str(error))
            except Exception:
                log.exception("consultations_not_kept")

    async def _keep(self) -> None:
        at = now()
        due = await self.consultations.to_keep(
            chats_before=at - NOBODY_COMES, answered_before=at - SETTLED, count=KEPT_AT_ONCE
        )
        for hall_id, consultation_id in due:
            hall = self._halls.find(hall_id)
            if hall is not None and hall.is_ready:
                try:
                    await self.do(
                        hall, consultation_id, CommandId(uuid4().hex), KeepConsultation(), HUB
                    )
                except ConsultationRefusal:
                    continue

    def _tell(self, hall_id: HallId, id: ConsultationId, seq: int) -> None:
        if self._seen.get((hall_id, id), 0) >= seq:
            return
        self._seen[hall_id, id] = seq
        self._mark += 1
        hall = self._halls.find(hall_id)
        if hall is not None:
            hall.fanout.announce(self.topic_of(id), seq)
            hall.fanout.announce(Topic(Family.CONSULTATIONS, ""), self._mark)

    def _keyed(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), sha256).hexdigest()[:32]


def _people(known: Known, command: ConsultationCommand) -> tuple[StaffId, ...]:
    """Who may be named: who works for the department, or, for the hall's desk, for any."""
    if not isinstance(command, HandOverConsultation):
        return ()
    ids = (
        (DepartmentId(command.department_id),)
        if command.department_id is not None
        else tuple(known.departments)
    )
    return tuple(StaffId(m.username) for d in ids for m in known.people_of(d))


def _phones(known: Known) -> tuple[str, ...]:
    """The numbers that the hall's guides and departments make known."""
    guides = (guide.phone for guide in known.guides.values())
    found = {*guides, *(one.phone for one in known.departments.values())}
    return tuple(sorted(phone for phone in found if phone))
