"""Who may ask and see what: denied unless the one table grants it (I18).

Which commands each role may give stands in `core/command_rights.py`, the rest of it here.
A role is granted for a hall, and within it for a department or a queue: `core/grants.py`.
Whether a clerk may act at a particular counter is a rule of its state: `rules/counters.py`.
"""

from collections.abc import Iterable
from enum import StrEnum

from backend.core import commands as c
from backend.core.command_rights import COMMANDS
from backend.core.evaluation import Evaluate
from backend.core.grants import Grant
from backend.core.ids import Channel, TicketClass
from backend.core.stamp import Role


class Family(StrEnum):
    """The part of a topic's name before the colon."""

    BOARD = "board"
    COUNTER = "counter"
    COUNTER_SCREEN = "counter_screen"
    PAD = "pad"
    KIOSK = "kiosk"
    TICKET = "ticket"
    QUEUES = "queues"
    VOICE = "voice"
    PRINTER = "printer"
    OPS = "ops"
    ALERTS = "alerts"
    GREETER = "greeter"
    TAKE = "take"
    OFFERS = "offers"
    CONSULTATION = "consultation"
    """That one consultation has changed; its key is told to who may read it."""
    CONSULTATIONS = "consultations"
    """That some consultation of the hall has changed."""


class Reading(StrEnum):
    """What is read over HTTP: of recorded days, and to look something up."""

    DAYS = "days"
    REPLAY = "replay"
    SCREEN = "screen"
    """A topic as it stood then; only topics that the role may watch now."""
    WHY = "why"
    STAFF = "staff"
    """Who may sign in at the hall."""
    FIND = "find"
    """Today's tickets by their number or by their visitor's card."""
    PLANS = "plans"
    """The versions of the hall's plan."""
    FORECAST = "forecast"
    """How good the forecasts of the days were (WT4)."""
    DEVICES = "devices"
    """Which devices speak for the hall, and which ask to (EN2)."""
    STATISTICS = "statistics"
    """Figures of a period; of what, is told by `rules/disclosure.py` (ST3)."""
    ACCOUNTS = "accounts"
    """Who may sign in, with which grants, and where they are signed in."""
    CASES = "cases"
    """Cases, each by what ties somebody to it (`core/cases/access.py`), and services."""
    FACTS = "facts"
    """What the university holds of the visitor at the own counter (FA1); see FACT_LEVELS."""
    CALENDAR = "calendar"
    """Which days are worked (DL1)."""
    FOLLOW_UPS = "follow_ups"
    """Bad ratings and what came of them (EV3)."""
    BOOKINGS = "bookings"
    """Who is expected when, masked (AP1), and whom the hall cannot keep (AP4)."""
    AUDIT = "audit"
    """Who did what; for auditors alone, who do nothing else."""
    ROSTER = "roster"
    """Who is to sit where, and how that was kept, of the counters of a department (SH2, SH3)."""
    CONSULTATIONS = "consultations"
    """Questions and chats of the own departments and of the hall's desk (CN1)."""
    SHIFTS = "shifts"
    """The own shifts, and those one may swap with (SH4)."""
    MISSES = "misses"
    """What visitors looked for on the website and did not find."""
    GUIDES = "guides"
    """Drafts and versions of the guides of the own departments (DR1)."""
    NOTICES = "notices"
    """Notices that are written ahead, drafts too (NT2)."""
    CATALOGUE = "catalogue"
    """The whole catalogue as a file, and what it lacks (CX1, CX2)."""


class Writing(StrEnum):
    """What is kept of a hall beside its days, over HTTP."""

    PLAN = "plan"
    """A new version of the hall's plan."""
    DEVICE = "device"
    """Letting devices in and sending them away (EN2)."""
    SCREEN = "screen"
    """How the screens are (SC1)."""
    ACCOUNT = "account"
    """Making and ending accounts, their grants, their sessions."""
    CASE = "case"
    """Work on cases, each by what ties somebody to it."""
    ROSTER = "roster"
    """Shifts, leave and swaps of the counters of a department (SH2, SH4)."""
    SWAP = "swap"
    """Asking for swaps of one's own turns, and answering them (SH4)."""
    CALENDAR = "calendar"
    """The table of a year's working days (DL1)."""
    FOLLOW_UP = "follow_up"
    """Calling back, answering, deciding appeals (EV3)."""
    BOOKING = "booking"
    """Calling a booking off for its visitor, with a reason (AP4)."""
    BLOCK = "block"
    """Reading and deciding the appeals of who may not book for no-shows (AP3)."""
    APPEAL = "appeal"
    """Saying that a bad rating is a mistake (EV3)."""
    CONSULTATION = "consultation"
    """Taking, answering, publishing questions; chats (CN1-CN7)."""
    SENSITIVE_WORDS = "sensitive_words"
    """The words that the hall looks at first (TX4)."""
    FORM = "form"
    """The files of forms that guides offer."""
    GUIDE = "guide"
    """Writing drafts of guides (DR1)."""
    REVIEW = "review"
    """Publishing what somebody else wrote, and taking it back (DR2, DR6)."""
    NOTICE = "notice"
    """Writing, publishing and taking down notices (NT2)."""
    CATALOGUE = "catalogue"
    """Taking a whole catalogue from a file at once, which nobody reviews (CX1, DR2)."""
    LINK = "link"
    """Asking for the addresses that guides name (CX2)."""


_PUBLIC = frozenset(
    {
        Family.BOARD,
        Family.COUNTER_SCREEN,
        Family.KIOSK,
        Family.TICKET,
        Family.QUEUES,
        Family.TAKE,
        Family.CONSULTATION,
    }
)

TOPICS: dict[Role, frozenset[Family]] = {
    Role.VISITOR: _PUBLIC,
    Role.DEVICE: _PUBLIC | {Family.VOICE, Family.PRINTER, Family.PAD},
    Role.CLERK: _PUBLIC | {Family.COUNTER, Family.ALERTS, Family.OFFERS, Family.CONSULTATIONS},
    Role.GREETER: _PUBLIC | {Family.GREETER, Family.ALERTS},
    Role.SUPERVISOR: frozenset(Family) - {Family.PRINTER},
    Role.ADMINISTRATOR: frozenset(Family) - {Family.PRINTER},
    Role.DEPARTMENT_MANAGER: _PUBLIC | {Family.CONSULTATIONS},
    Role.STATISTICS_VIEWER: _PUBLIC,
    Role.CONTENT_EDITOR: _PUBLIC,
    Role.AUDITOR: _PUBLIC,
    Role.SYSTEM: frozenset(),
}
"""Which topics each role may watch; papers carry visitors' tokens and go to devices only."""

_HALL_READINGS = frozenset(
    {
        Reading.DAYS,
        Reading.REPLAY,
        Reading.SCREEN,
        Reading.WHY,
        Reading.STAFF,
        Reading.FIND,
        Reading.PLANS,
        Reading.FORECAST,
        Reading.DEVICES,
        Reading.CASES,
        Reading.ROSTER,
        Reading.CALENDAR,
        Reading.FOLLOW_UPS,
        Reading.BOOKINGS,
        Reading.STATISTICS,
        Reading.CONSULTATIONS,
        Reading.MISSES,
        Reading.GUIDES,
        Reading.NOTICES,
        Reading.CATALOGUE,
    }
)

_OFFICE_READINGS = frozenset(
    {
        Reading.CASES,
        Reading.FACTS,
        Reading.CALENDAR,
        Reading.STATISTICS,
        Reading.CONSULTATIONS,
    }
)

READINGS: dict[Role, frozenset[Reading]] = {
    Role.VISITOR: frozenset(),
    Role.DEVICE: frozenset(),
    Role.CLERK: _OFFICE_READINGS | {Reading.WHY, Reading.SHIFTS},
    Role.GREETER: frozenset({Reading.WHY, Reading.FIND, Reading.BOOKINGS}),
    Role.SUPERVISOR: _HALL_READINGS | {Reading.FACTS},
    Role.ADMINISTRATOR: _HALL_READINGS | {Reading.ACCOUNTS},
    Role.DEPARTMENT_MANAGER: _OFFICE_READINGS
    | {Reading.ROSTER, Reading.FOLLOW_UPS, Reading.GUIDES},
    Role.STATISTICS_VIEWER: frozenset({Reading.DAYS, Reading.FORECAST, Reading.STATISTICS}),
    Role.CONTENT_EDITOR: frozenset(
        {Reading.MISSES, Reading.GUIDES, Reading.NOTICES, Reading.CATALOGUE}
    ),
    Role.AUDITOR: frozenset(
        {
            Reading.AUDIT,
            Reading.DAYS,
            Reading.PLANS,
            Reading.DEVICES,
            Reading.STAFF,
            Reading.ACCOUNTS,
        }
    ),
    Role.SYSTEM: frozenset(),
}
"""What each role may read over HTTP; a visitor reads the own ticket, by its token."""

FACT_LEVELS: dict[Role, int] = {Role.CLERK: 3, Role.DEPARTMENT_MANAGER: 4, Role.SUPERVISOR: 2}
"""How near to a person a fact may be that each role is shown (FA1), as docs/personal-data.md has
the levels; whom it does not name is shown none."""

_HALL_WRITINGS = frozenset(
    {
        Writing.PLAN,
        Writing.DEVICE,
        Writing.CASE,
        Writing.ROSTER,
        Writing.CALENDAR,
        Writing.FOLLOW_UP,
        Writing.BOOKING,
        Writing.BLOCK,
        Writing.CONSULTATION,
        Writing.SENSITIVE_WORDS,
        Writing.FORM,
        Writing.GUIDE,
        Writing.REVIEW,
        Writing.NOTICE,
    }
)

WRITINGS: dict[Role, frozenset[Writing]] = {
    Role.VISITOR: frozenset(),
    Role.DEVICE: frozenset({Writing.SCREEN}),
    Role.CLERK: frozenset({Writing.CASE, Writing.SWAP, Writing.CONSULTATION}),
    Role.GREETER: frozenset({Writing.BOOKING}),
    Role.SUPERVISOR: _HALL_WRITINGS,
    Role.ADMINISTRATOR: _HALL_WRITINGS | {Writing.ACCOUNT, Writing.CATALOGUE, Writing.LINK},
    Role.DEPARTMENT_MANAGER: frozenset(
        {Writing.CASE, Writing.ROSTER, Writing.APPEAL, Writing.CONSULTATION, Writing.REVIEW}
    ),
    Role.STATISTICS_VIEWER: frozenset(),
    Role.CONTENT_EDITOR: frozenset(
        {Writing.FORM, Writing.GUIDE, Writing.REVIEW, Writing.NOTICE, Writing.LINK}
    ),
    Role.AUDITOR: frozenset(),
    Role.SYSTEM: frozenset(),
}
"""What each role may write over HTTP."""

Right = Reading | Writing


def may_do(role: Role, command: c.Command) -> bool:
    """Whether the role may give the command.

    A visitor names a ticket by its token alone and takes one remotely, as anybody; a clerk signs
    nobody else on; a device checks in nobody without the code, and is no visitor's phone (EV2).
    """
    if type(command) not in COMMANDS[role]:
        return False
    if role is Role.VISITOR and isinstance(command, c.TakeTicket):
        is_remote = command.channel is Channel.REMOTE and command.kiosk_id is None
        return is_remote and command.ticket_class is TicketClass.ORDINARY
    if role is Role.DEVICE and isinstance(command, c.CheckIn):
        return command.appointment_id is None
    if isinstance(command, Evaluate):
        return (role is Role.VISITOR) == (command.counter_id is None)
    if role is Role.CLERK and isinstance(command, c.OpenCounter):
        return command.for_clerk_id is None
    if role is Role.VISITOR and isinstance(
        command, c.CancelTicket | c.ReturnTicket | c.DelayTicket
    ):
        return command.ticket_id is None
    return True


def may_watch(role: Role, family: Family) -> bool:
    """Whether the role may watch topics of the family."""
    return family in TOPICS[role]


def has(role: Role, right: Right) -> bool:
    """Whether the role has the right, somewhere."""
    return right in READINGS[role] if isinstance(right, Reading) else right in WRITINGS[role]


def is_granted(
    grants: Iterable[Grant],
    right: Right,
    *,
    department_id: str | None = None,
    queue_id: str | None = None,
) -> bool:
    """Whether any of the grants, all of this hall, has the right to this.

    What is of no department and no queue is the whole hall's: only grants without limits have it.
    """
    return any(has(g.role, right) and g.covers(department_id, queue_id) for g in grants)


def departments_with(grants: Iterable[Grant], right: Right) -> frozenset[str] | None:
    """The departments for which the grants have the right; None: for all of the hall.

    What is granted for one queue is granted for no department.
    """
    found = [g.department_id for g in grants if g.queue_id is None and has(g.role, right)]
    named = frozenset(department_id for department_id in found if department_id is not None)
    return None if len(named) < len(set(found)) else named


def rights_of(grants: Iterable[Grant]) -> tuple[str, ...]:
    """What the grants allow somewhere, in words for a page that shows what one may: `read:plans`.

    What a page does not show is denied all the same by whoever is asked for it.
    """
    roles = {grant.role for grant in grants}
    found = {f"watch:{family}" for role in roles for family in TOPICS[role]}
    found |= {f"read:{reading}" for role in roles for reading in READINGS[role]}
    found |= {f"write:{writing}" for role in roles for writing in WRITINGS[role]}
    return tuple(sorted(found))
