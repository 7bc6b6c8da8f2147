"""What every request about cases stands on: catalogue, calendar, plan and people of a hall."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from backend.casework import Casework
from backend.catalogue.guide import Catalogue, Department, Guide, Question
from backend.core.access import Right, Writing, departments_with, has
from backend.core.cases.access import Desk
from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.told import OF_USE, Names, told
from backend.core.cases.words import CaseId, MaterialId, TicketRef
from backend.core.day import HallDay
from backend.core.grants import Grant, grants_in
from backend.core.ids import DepartmentId, HallId, ServiceId, StaffId, Text, TicketId
from backend.core.messages import Message, MessageKind, case_subject
from backend.core.plan import Plan
from backend.core.rules.day import service_day
from backend.core.stamp import Caller, Role
from backend.core.workdays import WorkCalendar
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, granted_in_part
from backend.identity import Asker, Identity
from backend.store.calendars import Calendars
from backend.store.case_lists import CaseLists
from backend.store.cases import CaseCommit, Cases
from backend.store.catalogue import Catalogues, HallCatalogue
from backend.store.database import Database
from backend.store.files import Files
from backend.store.lasting import Lasting
from backend.store.plans import Plans
from backend.store.staff import Staff, StaffMember
from backend.store.stream import StoreError

if TYPE_CHECKING:
    from backend.search.index import Index

KNOWN_S = 5.0
"""How old what is known may be while PostgreSQL answers; a due date that was counted by an old
calendar is moved later."""
WORKING = frozenset({Role.CLERK, Role.DEPARTMENT_MANAGER})
"""Roles of those who work for a department: whom a case is handed to."""


class Known(Struct, frozen=True, kw_only=True, dict=True):
    """What cases of a hall are decided and shown by."""

    plan: Plan
    calendar: WorkCalendar
    catalogue: HallCatalogue
    today: date
    """By the hall's clock."""
    members: Mapping[str, StaffMember]
    """Who may sign in at the hall, by user name."""

    @cached_property
    def guides(self) -> dict[ServiceId, Guide]:
        """The services offered today."""
        return self.catalogue.guides_on(self.today)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The questions about the hall itself."""
        return self.catalogue.questions_on(self.today)

    @cached_property
    def departments(self) -> dict[DepartmentId, Department]:
        """The departments of today."""
        return self.catalogue.departments_on(self.today)

    @cached_property
    def departments_of_queue(self) -> dict[str, frozenset[DepartmentId]]:
        """Whose services each queue is for."""
        found: dict[str, frozenset[DepartmentId]] = {}
        for service in self.plan.services:
            guide = self.guides.get(service.service_id)
            if guide is not None:
                before = found.get(service.queue_id, frozenset())
                found[service.queue_id] = before | {guide.department_id}
        return found

    def department_name(self, department_id: DepartmentId) -> Text:
        """Its name; the id of one that is gone."""
        found = self.departments.get(department_id)
        return found.name if found is not None else Text(zh=department_id, en=department_id)

    def service_name(self, service_id: ServiceId) -> Text:
        """Its name, also when it is no longer offered."""
        found = self.catalogue.service_names.get(service_id)
        return found if found is not None else Text(zh=service_id, en=service_id)

    def material_name(self, service_id: ServiceId, material_id: MaterialId) -> Text:
        """What it was called last; its id where it never had a name."""
        found = self.catalogue.material_names.get((service_id, material_id))
        return found if found is not None else Text(zh=material_id, en=material_id)

    def person_name(self, username: str | None) -> Text | None:
        """The name of an account of the hall."""
        member = self.members.get(username or "")
        return Text(zh=member.name_zh, en=member.name_en) if member is not None else None

    def departments_of(
        self, grants: Iterable[Grant], right: Right
    ) -> frozenset[DepartmentId] | None:
        """The departments for which the grants have the right; None: all of the hall.

        Who has it for a queue has it for those whose services the queue is for.
        """
        grants = tuple(grants)
        named = departments_with(grants, right)
        if named is None:
            return None
        of_queues = (
            self.departments_of_queue.get(grant.queue_id, frozenset[DepartmentId]())
            for grant in grants
            if grant.queue_id is not None and has(grant.role, right)
        )
        return frozenset(DepartmentId(d) for d in named).union(*of_queues)

    def people_of(self, department_id: DepartmentId) -> list[StaffMember]:
        """Who works for the department, by user name; who looks after the hall does not."""
        found: list[StaffMember] = []
        for member in self.members.values():
            grants = [g for g in grants_in(member.grants, self.plan.hall_id) if g.role in WORKING]
            departments = self.departments_of(grants, Writing.CASE)
            if grants and (departments is None or department_id in departments):
                found.append(member)
        return found


class At(Struct, frozen=True, kw_only=True):
    """Somebody at work on cases of a hall."""

    hall: Hall
    by: Caller
    grants: tuple[Grant, ...]
    """Of this hall."""
    desk: Desk
    known: Known


class CaseDesk:
    """Cases of every hall, as one process works on them; methods may raise StoreError."""

    def __init__(self, database: Database, files: Path, halls: Halls, identity: Identity) -> None:
        """`files`: the folder of the files' bytes."""
        self.files = Files(database, files)
        self._halls = halls
        self._identity = identity
        self.cases = Cases(database)
        self.lists = CaseLists(database)
        self.casework = Casework(self.cases, self._news)
        self.calendars = Calendars(database)
        self.catalogues = Catalogues(database)
        self._plans = Plans(database)
        self._staff = Staff(database)
        self._known = Lasting[HallId, Known](KNOWN_S)
        self._indexes: dict[HallId, tuple[HallCatalogue, date, Index]] = {}
        self._indexing = asyncio.Lock()
        self.calendar_changed = asyncio.Event()
        """Set when a year's table was put here: open cases are to follow it."""

    async def at(self, request: AnyRequest, hall_id: str, right: Right) -> At:
        """Who asks, and for what of the hall they have the right; a problem when for nothing."""
        hall, asker = await granted_in_part(request, hall_id, right, self._halls, self._identity)
        known = await self.known(hall)
        desk = desk_of(asker, right, hall.follower.day, known)
        return At(hall=hall, by=asker.by, grants=tuple(asker.grants), desk=desk, known=known)

    async def known(self, hall: Hall) -> Known:
        """What is known of the hall; guides are read also while PostgreSQL is away."""
        return await self._known.get(hall.hall_id, lambda: self._read(hall))

    async def index(self, hall_id: HallId, known: Known) -> "Index":
        """What services are searched by; made in a thread when it is first asked for."""
        async with self._indexing:
            catalogue, day, found = self._indexes.get(hall_id, (None, None, None))
            if found is None or catalogue is not known.catalogue or day != known.today:
                from backend.search.index import Index  # noqa: PLC0415 (0.3 s and 20 MB)

                guides = Catalogue(guides=tuple(known.guides.values()))
                found = await asyncio.to_thread(Index, guides)
                self._indexes[hall_id] = (known.catalogue, known.today, found)
        return found

    def forget(self) -> None:
        """Read anew when next asked."""
        self._known.forget()

    async def stamp(self, hall: Hall, by: Caller, case_id: CaseId) -> CaseStamp:
        """What comes in with a command, but for what only one kind of command needs."""
        known = await self.known(hall)
        return CaseStamp(
            by=by,
            at=hall.now(),
            case_id=case_id,
            plan=known.plan,
            calendar=known.calendar,
            departments=frozenset(known.departments),
        )

    def _news(self, stamp: CaseStamp, case: Case, commit: CaseCommit) -> Message | None:
        """What the visitor is told of a commit (NO1)."""
        known = self._known.last(stamp.plan.hall_id)
        assert known is not None  # the stamp was made of it
        assert case.terms is not None
        terms = case.terms
        names = Names(
            service=known.service_name(terms.service_id),
            material=lambda material_id: known.material_name(terms.service_id, material_id),
        )
        news = told(case, commit.events, names)
        if news is None:
            return None
        return Message(
            hall_id=stamp.plan.hall_id,
            key=f"{case_subject(case.case_id)}/{commit.id}",
            kind=MessageKind.CASE,
            title=news.title,
            text=news.text,
            subject=case_subject(case.case_id),
            person_hash=case.person_hash,
            put_at=commit.at,
            expires_at=commit.at + OF_USE,
        )

    async def _read(self, hall: Hall) -> Known:
        plan = await self._plans.newest(hall.hall_id)
        if plan is None:
            raise StoreError(f"hall {hall.hall_id} has no plan yet")
        at = hall.now()
        await self.catalogues.refresh(at.date() - timedelta(days=1))  # in any zone of the world
        return Known(
            plan=plan,
            calendar=await self.calendars.calendar(),
            catalogue=self.catalogues.of(hall.hall_id),
            today=service_day(at, plan.time_zone),
            members={m.username: m for m in await self._staff.members(hall.hall_id)},
        )


def desk_of(asker: Asker, right: Right, day: HallDay, known: Known) -> Desk:
    """Where somebody is: whom they work for, and whose visitor is at their counter."""
    staff_id = StaffId(asker.by.id)
    counter = next((c for c in day.counters.values() if c.clerk_id == staff_id), None)
    ticket = day.tickets.get(counter.ticket_id or TicketId("")) if counter is not None else None
    return Desk(
        staff_id=staff_id,
        departments=known.departments_of(asker.grants, right),
        ticket=(
            TicketRef(day=day.day, ticket_id=ticket.ticket_id)
            if ticket is not None and day.day is not None
            else None
        ),
        person_hash=ticket.person_hash if ticket is not None else None,
    )
