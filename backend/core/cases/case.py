"""The state of one case, and what comes in with a command for it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from backend.core.cases.words import (
    CaseId,
    CaseState,
    MaterialId,
    Outcome,
    Terms,
    TicketRef,
)
from backend.core.ids import DepartmentId, StaffId
from backend.core.plan import Plan
from backend.core.rules.deadlines import Deadline, Excluded
from backend.core.stamp import Caller
from backend.core.workdays import WorkCalendar


class Office(Struct, kw_only=True):
    """An office that was asked."""

    deadline: Deadline
    agrees: bool | None = None
    """None until it has answered."""


class Case(Struct, kw_only=True):
    """One matter; a new one is in no state yet.  Only `evolve` changes it."""

    case_id: CaseId = CaseId("")
    state: CaseState | None = None
    terms: Terms | None = None
    """None before it is opened."""
    ticket: TicketRef | None = None
    """The visit in which it was opened."""
    department_id: DepartmentId = DepartmentId("")
    """Who has it now."""
    staff_id: StaffId | None = None
    handed_in: set[MaterialId] = field(default_factory=set)
    """What is there, on paper or by facts."""
    by_facts: set[MaterialId] = field(default_factory=set)
    """What of that nobody brought (FA1)."""
    promised: dict[MaterialId, date] = field(default_factory=dict)
    """By when what is still to come was promised (CS2)."""
    told: tuple[MaterialId, ...] = ()
    """What the visitor was told at first, in full (CS1)."""
    tell_by: Deadline | None = None
    opened_at: datetime | None = None
    number: str | None = None
    no: int | None = None
    accepted_on: date | None = None
    deadline: Deadline | None = None
    excluded: tuple[Excluded, ...] = ()
    suspended_on: date | None = None
    offices: dict[DepartmentId, Office] = field(default_factory=dict)
    outcome: Outcome | None = None
    person_hash: str | None = None
    """Keyed hash of who it is for; None when not known."""
    visits: set[TicketRef] = field(default_factory=set)
    """The visits in which somebody came for it (CS3)."""

    @property
    def absent(self) -> tuple[MaterialId, ...]:
        """What the service asks for and is neither there nor promised, in the service's order."""
        assert self.terms is not None
        return tuple(
            m.material_id
            for m in self.terms.materials
            if m.is_required
            and m.material_id not in self.handed_in
            and m.material_id not in self.promised
        )


class CaseStamp(Struct, frozen=True, kw_only=True):
    """What the shell brings in with a command for a case."""

    by: Caller
    at: datetime  # UTC, from the hub's clock
    case_id: CaseId
    plan: Plan
    """The hall's newest plan: its clock and its hours."""
    calendar: WorkCalendar
    next_no: int = 0
    """The next free number of the hall and the year of `local_day`; 0 where none can be needed."""
    terms: Terms | None = None
    """Of the service that is asked for, brought along for open_case only; None: there is none."""
    ticket_case_id: CaseId | None = None
    """The live case of the same ticket and service, if there is one; for open_case only."""
    person_hash: str | None = None
    departments: frozenset[DepartmentId] = frozenset()
    """The hall's, brought along for hand_over and ask_offices only."""
    replaceable: frozenset[MaterialId] = frozenset()
    """What a fact may stand for (FA1); brought along for receive_forms only."""
    people: tuple[StaffId, ...] = ()
    """Who works for the department that it is handed to, whoever is at a counter first; brought
    along for hand_over only."""

    @property
    def local_day(self) -> date:
        """The day by the hall's clock."""
        return self.at.astimezone(ZoneInfo(self.plan.time_zone)).date()
