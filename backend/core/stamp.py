"""Who asked, when, from where, and the chance and plan that come with it."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from backend.core.day import Ticket
from backend.core.devices import Beat
from backend.core.history import DayLessons
from backend.core.ids import Origin, StaffId, TicketToken
from backend.core.plan import Appointment, Plan
from backend.core.shifts import Shift


class Role(StrEnum):
    """What a caller is allowed to be; `core/access.py` says what each may do."""

    VISITOR = "visitor"
    DEVICE = "device"
    CLERK = "clerk"
    GREETER = "greeter"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    DEPARTMENT_MANAGER = "department_manager"
    STATISTICS_VIEWER = "statistics_viewer"
    CONTENT_EDITOR = "content_editor"
    AUDITOR = "auditor"
    SYSTEM = "system"
    """The hub itself: its clock and its opening of the day."""


class Caller(Struct, frozen=True, kw_only=True):
    """Who speaks on a connection; set by the hub from a session or token, never by the client."""

    role: Role
    id: str
    """Staff user name, device name, or `visitor` / `system`."""


class Visit(Struct, frozen=True, kw_only=True):
    """What a visitor may say something of (EV2)."""

    day: date
    as_of: date
    """The hall's day when it was looked up: what was said on the days before that is known."""
    ticket: Ticket | None
    """As it stood at the end of its day; None when that is too long ago to be looked up."""
    is_evaluated: bool
    """Whether something was said of it before the day `as_of`."""


class Stamp(Struct, frozen=True, kw_only=True):
    """What the shell brings in with a command."""

    by: Caller
    at: datetime  # UTC, from the hub's clock
    ticket_token: TicketToken
    """Fresh randomness of 128 bits or more, used if the command takes a ticket."""
    plan: Plan | None = None
    """The newest plan, brought along for open_day and change_plan only."""
    appointments: tuple[Appointment, ...] = ()
    """Who is expected today, brought along for open_day only."""
    shifts: tuple[Shift, ...] = ()
    """Who is to sit where today, brought along for open_day and change_roster only (SH1)."""
    lessons: tuple[DayLessons, ...] = ()
    """What past days taught, oldest first; brought along for open_day only (WT1)."""
    beats: tuple[Beat, ...] | None = None
    """What was last heard of each screen, brought along for keep_day only; None while that is not
    known (SC1)."""
    origin: Origin | None = None
    """Where the person of the command's card comes from; None when the card is not known."""
    sent_from: str | None = None
    """Which network address evaluates, as a keyed hash that is good for a day (EV4)."""
    past_visit: Visit | None = None
    """Whose token came with evaluate when it is of no ticket of today (EV2)."""

    @property
    def clerk_id(self) -> StaffId | None:
        """The clerk who asks; None for everybody else."""
        return StaffId(self.by.id) if self.by.role is Role.CLERK else None
