"""The state of one consultation, and what comes in with a command for it."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from backend.core.consultations.events import AnswerPublished, FrequentProposed
from backend.core.consultations.words import (
    ConsultationId,
    ConsultationKind,
    ConsultationState,
    SaidLine,
)
from backend.core.ids import DepartmentId, ServiceId, StaffId
from backend.core.plan import Plan
from backend.core.rules.deadlines import Deadline
from backend.core.stamp import Caller
from backend.core.workdays import WorkCalendar


class Consultation(Struct, kw_only=True):
    """One consultation; a new one is in no state yet.  Only `evolve` changes it."""

    consultation_id: ConsultationId = ConsultationId("")
    state: ConsultationState | None = None
    kind: ConsultationKind = ConsultationKind.QUESTION
    is_public: bool = False
    service_id: ServiceId | None = None
    department_id: DepartmentId | None = None
    """Who has it now; None: the hall's desk."""
    staff_id: StaffId | None = None
    lines: list[SaidLine] = field(default_factory=list)
    """Everything said, oldest first."""
    deadline: Deadline | None = None
    person_hash: str | None = None
    asked_at: datetime | None = None
    last_at: datetime | None = None
    """When something was said, taken or handed over last."""
    has_asked_again: bool = False
    published: AnswerPublished | None = None
    proposed: FrequentProposed | None = None
    """What waits for a second person (CN7)."""
    frequent_in: ServiceId | None = None
    is_helpful: bool | None = None

    @property
    def is_held(self) -> bool:
        """Whether a line of it has a word that the hall looks at first (TX4)."""
        return any(line.is_held for line in self.lines)


class ConsultationStamp(Struct, frozen=True, kw_only=True):
    """What the shell brings in with a command for a consultation."""

    by: Caller
    """A visitor, somebody of the staff, or the system."""
    at: datetime  # UTC, from the hub's clock
    consultation_id: ConsultationId
    plan: Plan
    calendar: WorkCalendar
    departments: frozenset[DepartmentId] = frozenset()
    services: Mapping[ServiceId, DepartmentId] = {}
    """Those that are offered, and whose they are."""
    people: tuple[StaffId, ...] = ()
    """Who works for the department that it is handed to; brought along for hand_over only."""
    sensitive: tuple[str, ...] = ()
    """Words that the hall looks at first (TX4)."""
    phones: tuple[str, ...] = ()
    """Those that the hall itself makes known: they stay in what is published (TX3)."""
    person_hash: str | None = None

    @property
    def local_day(self) -> date:
        """The day by the hall's clock."""
        return self.at.astimezone(ZoneInfo(self.plan.time_zone)).date()
