"""Names and closed vocabularies of cases, and what a service asks for."""

from datetime import date
from enum import StrEnum
from typing import Annotated, NewType

from msgspec import Meta, Struct

from backend.core.ids import DepartmentId, Name, ServiceId, TicketId

CaseId = NewType("CaseId", str)
MaterialId = NewType("MaterialId", str)

MATERIALS_MAX = 50
OFFICES_MAX = 10
LIMIT_DAYS_MAX = 250
"""About a year of working days."""

LimitDays = Annotated[int, Meta(ge=1, le=LIMIT_DAYS_MAX)]
Materials = Annotated[tuple[Name, ...], Meta(max_length=MATERIALS_MAX)]


class CaseState(StrEnum):
    """The states of a case; the last two are final."""

    DRAFT = "draft"
    FORM_CHECK = "form_check"
    CORRECTION_ASKED = "correction_asked"
    CORRECTED = "corrected"
    ACCEPTED = "accepted"
    IN_PROCESS = "in_process"
    SUSPENDED = "suspended"
    DECIDED = "decided"
    NOTIFIED = "notified"
    DELIVERED = "delivered"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class ServiceKind(StrEnum):
    """Whether a matter is done while the visitor waits (即办件) or later (承诺件)."""

    IMMEDIATE = "immediate"
    DEFERRED = "deferred"


class SuspendReason(StrEnum):
    """Why the clock of a case stands still; none of it is the office's own delay."""

    HEARING = "hearing"
    INSPECTION = "inspection"
    EXPERT_REVIEW = "expert_review"
    PUBLIC_NOTICE = "public_notice"
    VISITOR = "visitor"
    """The visitor asked for it, or has to do something first."""


class Outcome(StrEnum):
    """What was decided."""

    GRANTED = "granted"
    REFUSED = "refused"


class Way(StrEnum):
    """How words or a result reach the visitor."""

    COUNTER = "counter"
    PHONE = "phone"
    POST = "post"
    ONLINE = "online"


class Material(Struct, frozen=True, kw_only=True):
    """A paper or fact that a service asks for."""

    material_id: MaterialId
    is_tolerable: bool = False
    """Whether it may follow later (容缺受理, CS2)."""
    is_required: bool = True
    """One that only some bring is kept when it comes, and never missed."""


class Terms(Struct, frozen=True, kw_only=True):
    """What a service promised and asked for when the case was opened, and what counts for it."""

    service_id: ServiceId
    department_id: DepartmentId
    kind: ServiceKind
    limit_days: LimitDays = 1
    """Of an immediate one too: it counts if the case is accepted by silence."""
    materials: tuple[Material, ...] = ()


class TicketRef(Struct, frozen=True, kw_only=True):
    """The ticket of a visit: each stands for one coming of the visitor (CS3)."""

    day: date
    ticket_id: TicketId


class Promise(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A material that follows (CS2)."""

    material_id: Name
    by_day: date


class OfficeLimit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An office that is asked, and in how many working days it is to answer."""

    department_id: Name
    limit_days: LimitDays
