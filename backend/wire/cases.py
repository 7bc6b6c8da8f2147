"""Cases over HTTP: what desks ask and see of them."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.cases.acts import Act
from backend.core.cases.commands import CaseCommand
from backend.core.cases.events import CaseEvent
from backend.core.cases.refusals import CaseRefusalCode
from backend.core.cases.words import CaseId, CaseState, MaterialId, Outcome, ServiceKind, TicketRef
from backend.core.ids import (
    CommandId,
    CounterId,
    DepartmentId,
    KioskId,
    Name,
    ServiceId,
    StaffId,
    Text,
)
from backend.core.rules.deadlines import Urgency
from backend.core.stamp import Role
from backend.wire.messages import MessageId

STEPS_MAX = 10
"""Commands in one request: from opening an immediate case to closing it takes six."""


class CaseDo(Struct, frozen=True, kw_only=True, tag="do", forbid_unknown_fields=True):
    """Carry commands for one case out, one after another, each once; stop at the first refusal."""

    id: MessageId
    case_id: Name | None = None
    """None with open_case first: the id makes the case's own, so that a repeat opens no other."""
    commands: Annotated[tuple[CaseCommand, ...], Meta(min_length=1, max_length=STEPS_MAX)]


class CaseMaterial(Struct, frozen=True, kw_only=True):
    """A material that the case's service asks for."""

    material_id: MaterialId
    name: Text
    is_tolerable: bool
    """Whether it may be promised (CS2)."""
    is_handed_in: bool
    is_by_facts: bool
    """Whether nobody brought it, since the university holds it (FA1)."""
    promised_by: date | None
    """By when it was promised, while it is to come (CS2)."""
    is_told: bool
    """Whether the visitor was told that it is missing or wrong (CS1)."""
    takes_files: bool
    """Whether a file may be uploaded for it."""


class Due(Struct, frozen=True, kw_only=True):
    """A limit in working days (DL1)."""

    limit_days: int
    due_day: date
    due_at: datetime
    is_provisional: bool
    """Whether it rests on a year that is not announced yet."""
    urgency: Urgency | None
    """None once it does not matter any more."""


class CaseOffice(Struct, frozen=True, kw_only=True):
    """An office that was asked (CS5)."""

    department_id: DepartmentId
    name: Text
    due: Due
    agrees: bool | None
    """None until it has answered."""


class CaseHappening(Struct, frozen=True, kw_only=True):
    """Something that happened to a case."""

    seq: int
    at: datetime
    by_id: str
    by_role: Role
    by_name: Text | None
    """None when there is no such account any more, and of the hall itself."""
    event: CaseEvent


class CaseFile(Struct, frozen=True, kw_only=True):
    """A file of a case, or where it lies elsewhere."""

    file_id: str
    material_id: MaterialId | None
    name: str
    media_type: str | None
    """None of a reference."""
    size: int | None
    """Bytes; None of a reference."""
    reference: str | None
    """Where it lies, if not here."""
    by_id: str
    at: datetime


class CaseView(Struct, frozen=True, kw_only=True):
    """All of a case that a desk shows."""

    case_id: CaseId
    seq: int
    number: str | None
    """None until it is accepted."""
    state: CaseState
    kind: ServiceKind
    service_id: ServiceId
    service_name: Text
    department_id: DepartmentId
    """Who has it."""
    department_name: Text
    staff_id: StaffId | None
    staff_name: Text | None
    ticket: TicketRef | None
    """The visit in which it was opened."""
    visits: int
    """With how many tickets somebody came for it (CS3)."""
    opened_at: datetime
    materials: tuple[CaseMaterial, ...]
    """In the service's order."""
    tell_by: datetime | None
    """Until when the visitor is to be told what is missing; None when that is done or not due yet
    (CS1)."""
    accepted_on: date | None
    due: Due | None
    suspended_on: date | None
    offices: tuple[CaseOffice, ...]
    outcome: Outcome | None
    acts: tuple[Act, ...]
    """What the person who asks may do next."""
    files: tuple[CaseFile, ...]
    may_put_files: bool
    """Whether the person who asks may put files to it, and take them away."""
    history: tuple[CaseHappening, ...]
    """Oldest first."""
    track_path: str
    """Where the visitor follows it, below the hall's public address."""


class CaseDone(Struct, frozen=True, kw_only=True, tag="done"):
    """Every command of the request is stored."""

    id: CommandId
    case: CaseView


class CaseRefused(Struct, frozen=True, kw_only=True, tag="refused"):
    """A rule said no to a command; those before it are stored, those after it were not tried."""

    id: CommandId
    code: CaseRefusalCode
    refused_no: int
    """Which command of the request, from 0."""
    case: CaseView | None
    """As it stands; None when there is none."""


class ReceiptOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A paper about a case: its receipt, or what is still to be brought (CS1, CS4)."""

    id: MessageId
    ticket_id: Name | None = None
    """Of the visitor; None: who is at the own counter."""


class ReceiptDue(Struct, frozen=True, kw_only=True):
    """Where a paper comes out."""

    kiosk_id: KioskId
    """The kiosk with the printer."""


class CaseLine(Struct, frozen=True, kw_only=True):
    """A case in a list."""

    case_id: CaseId
    number: str | None
    state: CaseState
    service_id: ServiceId
    service_name: Text
    department_id: DepartmentId
    department_name: Text
    staff_id: StaffId | None
    staff_name: Text | None
    opened_at: datetime
    tell_by: datetime | None
    due_day: date | None
    due_at: datetime | None
    is_provisional: bool
    urgency: Urgency | None
    outcome: Outcome | None
    visits: int


class CasePage(Struct, frozen=True, kw_only=True):
    """A part of a list of cases."""

    cases: tuple[CaseLine, ...]
    """What is due first before the others."""
    next: str | None
    """What to ask the next part with; None: this is the end."""


class DepartmentCounts(Struct, frozen=True, kw_only=True):
    """How much a department has to do."""

    department_id: DepartmentId
    name: Text
    open: int
    amber: int
    red: int
    overdue: int
    to_tell: int
    to_deliver: int


class CasePerson(Struct, frozen=True, kw_only=True):
    """Somebody to whom a case may be handed."""

    staff_id: StaffId
    name: Text
    counter_id: CounterId | None
    """Where they are signed on now; None: at no counter."""
    counter_no: int | None


class CaseTarget(Struct, frozen=True, kw_only=True):
    """A department to which a case may be handed, and who is there (CS5)."""

    department_id: DepartmentId
    name: Text
    people: tuple[CasePerson, ...]
    """Whoever is at a counter first; nobody: it cannot be handed there."""


class ServiceMaterial(Struct, frozen=True, kw_only=True):
    """Something that a service asks for."""

    material_id: MaterialId
    name: Text
    is_required: bool
    is_tolerable: bool
    copies: int
    source: Text | None
    """Where one gets it; None where everybody has it."""
    takes_files: bool


class ServiceView(Struct, frozen=True, kw_only=True):
    """A service as a desk shows it: what it needs, promises and costs."""

    service_id: ServiceId
    name: Text
    department_id: DepartmentId
    department_name: Text
    kind: ServiceKind
    limit_days: int
    """Working days; 0 is on the spot."""
    summary: Text
    conditions: tuple[Text, ...]
    materials: tuple[ServiceMaterial, ...]
    steps: tuple[Text, ...]
    fee: Text
    result: Text
    place: Text
    hours: Text
    is_mine: bool
    """Whether the department is one of those that the person who asks works for."""


class FactShown(Struct, frozen=True, kw_only=True):
    """Something that the university holds of the visitor at the counter (FA1)."""

    kind_id: str
    name: Text
    source: Text
    """Which of its systems says so."""
    value: Text
    as_of: date
    materials: tuple[MaterialId, ...]
    """What of the service nobody has to bring for it."""


class ServiceFacts(Struct, frozen=True, kw_only=True):
    """What is held of the visitor that stands for materials of a service (FA1)."""

    facts: tuple[FactShown, ...]
    away: tuple[Text, ...]
    """The systems that did not answer; what they hold is asked for on paper."""


class CalendarEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A day that differs from Monday to Friday."""

    day: date
    is_working: bool
    name: Annotated[str, Meta(max_length=40)]


class CalendarYear(Struct, frozen=True, kw_only=True):
    """Which days of a year are worked (DL1)."""

    year: int
    is_announced: bool
    """Otherwise Monday to Friday are supposed, and what touches the year is provisional."""
    days: tuple[CalendarEntry, ...]


class CalendarOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole table of a year."""

    days: Annotated[tuple[CalendarEntry, ...], Meta(max_length=366)]


class CaseDigest(Struct, frozen=True, kw_only=True):
    """What a department was told of its cases and questions on a working day."""

    department_id: DepartmentId
    name: Text
    amber: tuple[CaseLine, ...]
    red: tuple[CaseLine, ...]
    overdue: tuple[CaseLine, ...]
    overdue_questions: int = 0
    """Of visitors, not answered in time (CN1)."""


class CaseDigests(Struct, frozen=True, kw_only=True):
    """The digests of a day."""

    day: date
    digests: tuple[CaseDigest, ...]
    days: tuple[date, ...]
    """Of which there are digests, newest first."""


class TrackStep(Struct, frozen=True, kw_only=True):
    """Something that happened, as whoever has the receipt may see it."""

    at: datetime
    state: CaseState


class TrackPromise(Struct, frozen=True, kw_only=True):
    """A material that may follow (CS2)."""

    name: Text
    by_day: date


class TrackView(Struct, frozen=True, kw_only=True):
    """How a case stands, for whoever has its secret; no name and no remark stands in it (I19)."""

    hall_name: Text
    time_zone: str
    number: str | None
    service_name: Text
    department_name: Text
    state: CaseState
    kind: ServiceKind
    place: Text | None
    """Where one asks about it; None for a service that is no longer offered."""
    hours: Text | None
    phone: str
    due_day: date | None
    is_provisional: bool
    is_late: bool
    outcome: Outcome | None
    missing: tuple[Text, ...]
    """What the visitor was told to bring, and is not there yet."""
    promised: tuple[TrackPromise, ...]
    steps: tuple[TrackStep, ...]
