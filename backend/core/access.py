"""Who may ask and see what: denied unless the one table grants it (I18).

Whether a clerk may act at a particular counter is a rule of its state: `rules/counters.py`.
"""

from enum import StrEnum

from backend.core.commands import (
    AcknowledgeAlert,
    AddAppointment,
    AssignCounter,
    AutoCall,
    CallNext,
    CallTicket,
    CancelAppointment,
    CancelTicket,
    ChangePlan,
    ChangeRoll,
    CheckIn,
    CloseCounter,
    CloseDay,
    Command,
    DelayTicket,
    FinishServing,
    HoldTicket,
    KeepDay,
    NextQueue,
    OpenCounter,
    OpenDay,
    PassTicket,
    PauseCounter,
    PostNotice,
    Recall,
    RemoveNotice,
    ReportPrinted,
    ReportPrinter,
    ReportSpeakers,
    ReportSpoken,
    ReprintTicket,
    ResumeCounter,
    ResumeIssuing,
    ResumeTicket,
    ReturnTicket,
    SendTicket,
    StartServing,
    StopAutoCall,
    StopIssuing,
    TakeTicket,
    TransferTicket,
    UndoCall,
)
from backend.core.evaluation import Evaluate
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


class Writing(StrEnum):
    """What is kept of a hall beside its days, over HTTP."""

    PLAN = "plan"
    """A new version of the hall's plan."""
    DEVICE = "device"
    """Letting devices in and sending them away (EN2)."""
    SCREEN = "screen"
    """How the screens are (SC1)."""


_DESK: frozenset[type] = frozenset(
    {
        OpenCounter,
        CloseCounter,
        PauseCounter,
        ResumeCounter,
        CallNext,
        Recall,
        UndoCall,
        StartServing,
        FinishServing,
        CallTicket,
        HoldTicket,
        ResumeTicket,
        TransferTicket,
        NextQueue,
        PassTicket,
        ReturnTicket,
        DelayTicket,
        ReprintTicket,
        CancelTicket,
        StopAutoCall,
        AcknowledgeAlert,
    }
)
_GREETING: frozenset[type] = frozenset(
    {
        TakeTicket,
        CheckIn,
        CancelTicket,
        ReturnTicket,
        DelayTicket,
        SendTicket,
        ReprintTicket,
        ChangeRoll,
        AcknowledgeAlert,
    }
)
_HALL: frozenset[type] = (
    _DESK
    | _GREETING
    | {
        OpenDay,
        CloseDay,
        ChangePlan,
        AddAppointment,
        CancelAppointment,
        AssignCounter,
        StopIssuing,
        ResumeIssuing,
        PostNotice,
        RemoveNotice,
    }
)

COMMANDS: dict[Role, frozenset[type]] = {
    Role.VISITOR: frozenset({TakeTicket, CancelTicket, ReturnTicket, DelayTicket, Evaluate}),
    Role.DEVICE: frozenset(
        {
            TakeTicket,
            CheckIn,
            ReturnTicket,
            ReprintTicket,
            Evaluate,
            ReportPrinted,
            ReportPrinter,
            ReportSpeakers,
            ReportSpoken,
        }
    ),
    Role.CLERK: _DESK,
    Role.GREETER: _GREETING,
    Role.SUPERVISOR: _HALL,
    Role.ADMINISTRATOR: _HALL,
    Role.SYSTEM: frozenset({OpenDay, CloseDay, KeepDay, AutoCall}),
}
"""Which commands each role may give."""

_PUBLIC = frozenset(
    {
        Family.BOARD,
        Family.COUNTER_SCREEN,
        Family.KIOSK,
        Family.TICKET,
        Family.QUEUES,
        Family.TAKE,
    }
)

TOPICS: dict[Role, frozenset[Family]] = {
    Role.VISITOR: _PUBLIC,
    Role.DEVICE: _PUBLIC | {Family.VOICE, Family.PRINTER, Family.PAD},
    Role.CLERK: _PUBLIC | {Family.COUNTER, Family.ALERTS},
    Role.GREETER: _PUBLIC | {Family.GREETER, Family.ALERTS},
    Role.SUPERVISOR: frozenset(Family) - {Family.PRINTER},
    Role.ADMINISTRATOR: frozenset(Family) - {Family.PRINTER},
    Role.SYSTEM: frozenset(),
}
"""Which topics each role may watch; papers carry visitors' tokens and go to devices only."""

READINGS: dict[Role, frozenset[Reading]] = {
    Role.VISITOR: frozenset(),
    Role.DEVICE: frozenset(),
    Role.CLERK: frozenset({Reading.WHY}),
    Role.GREETER: frozenset({Reading.WHY, Reading.FIND}),
    Role.SUPERVISOR: frozenset(Reading),
    Role.ADMINISTRATOR: frozenset(Reading),
    Role.SYSTEM: frozenset(),
}
"""What each role may read over HTTP; a visitor reads the own ticket, by its token."""

WRITINGS: dict[Role, frozenset[Writing]] = {
    Role.VISITOR: frozenset(),
    Role.DEVICE: frozenset({Writing.SCREEN}),
    Role.CLERK: frozenset(),
    Role.GREETER: frozenset(),
    Role.SUPERVISOR: frozenset(Writing) - {Writing.SCREEN},
    Role.ADMINISTRATOR: frozenset(Writing) - {Writing.SCREEN},
    Role.SYSTEM: frozenset(),
}
"""What each role may write over HTTP."""


def may_do(role: Role, command: Command) -> bool:
    """Whether the role may give the command.

    A visitor names a ticket by its token alone and takes one remotely, as anybody; a clerk signs
    nobody else on; a device checks in nobody without the code, and is no visitor's phone (EV2).
    """
    if type(command) not in COMMANDS[role]:
        return False
    if role is Role.VISITOR and isinstance(command, TakeTicket):
        is_remote = command.channel is Channel.REMOTE and command.kiosk_id is None
        return is_remote and command.ticket_class is TicketClass.ORDINARY
    if role is Role.DEVICE and isinstance(command, CheckIn):
        return command.appointment_id is None
    if isinstance(command, Evaluate):
        return (role is Role.VISITOR) == (command.counter_id is None)
    if role is Role.CLERK and isinstance(command, OpenCounter):
        return command.for_clerk_id is None
    if role is Role.VISITOR and isinstance(command, CancelTicket | ReturnTicket | DelayTicket):
        return command.ticket_id is None
    return True


def may_watch(role: Role, family: Family) -> bool:
    """Whether the role may watch topics of the family."""
    return family in TOPICS[role]


def may_read(role: Role, reading: Reading) -> bool:
    """Whether the role may read this."""
    return reading in READINGS[role]


def may_write(role: Role, writing: Writing) -> bool:
    """Whether the role may write this."""
    return writing in WRITINGS[role]
