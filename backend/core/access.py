"""Who may ask and see what: denied unless the one table grants it (I18).

Whether a clerk may act at a particular counter is a rule of its state: `rules/counters.py`.
"""

from enum import StrEnum

from backend.core.commands import (
    AbandonPassed,
    CallNext,
    CallTicket,
    CancelTicket,
    CloseCounter,
    CloseDay,
    Command,
    DelayTicket,
    FinishServing,
    HoldTicket,
    NextQueue,
    OpenCounter,
    OpenDay,
    PassTicket,
    PauseCounter,
    Recall,
    ReportPrinted,
    ReportSpoken,
    ReprintTicket,
    ResumeCounter,
    ResumeTicket,
    ReturnTicket,
    StartServing,
    TakeTicket,
    TransferTicket,
    UndoCall,
)
from backend.core.stamp import Role


class Family(StrEnum):
    """The part of a topic's name before the colon."""

    BOARD = "board"
    COUNTER = "counter"
    COUNTER_SCREEN = "counter_screen"
    KIOSK = "kiosk"
    TICKET = "ticket"
    QUEUES = "queues"
    VOICE = "voice"
    PRINTER = "printer"


class Reading(StrEnum):
    """What is read of recorded days, over HTTP."""

    DAYS = "days"
    REPLAY = "replay"
    SCREEN = "screen"
    """A topic as it stood then; only topics that the role may watch now."""
    WHY = "why"


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
    }
)
_HALL: frozenset[type] = _DESK | {TakeTicket, OpenDay, CloseDay}

COMMANDS: dict[Role, frozenset[type]] = {
    Role.VISITOR: frozenset({CancelTicket, ReturnTicket, DelayTicket}),
    Role.DEVICE: frozenset({TakeTicket, ReturnTicket, ReprintTicket, ReportPrinted, ReportSpoken}),
    Role.CLERK: _DESK,
    Role.SUPERVISOR: _HALL,
    Role.ADMINISTRATOR: _HALL,
    Role.SYSTEM: frozenset({OpenDay, CloseDay, AbandonPassed}),
}
"""Which commands each role may give."""

_PUBLIC = frozenset(
    {Family.BOARD, Family.COUNTER_SCREEN, Family.KIOSK, Family.TICKET, Family.QUEUES}
)

TOPICS: dict[Role, frozenset[Family]] = {
    Role.VISITOR: _PUBLIC,
    Role.DEVICE: _PUBLIC | {Family.VOICE, Family.PRINTER},
    Role.CLERK: _PUBLIC | {Family.COUNTER},
    Role.SUPERVISOR: frozenset(Family) - {Family.PRINTER},
    Role.ADMINISTRATOR: frozenset(Family) - {Family.PRINTER},
    Role.SYSTEM: frozenset(),
}
"""Which topics each role may watch; papers carry visitors' tokens and go to devices only."""

_STAFF = frozenset({Reading.WHY})

READINGS: dict[Role, frozenset[Reading]] = {
    Role.VISITOR: frozenset(),
    Role.DEVICE: frozenset(),
    Role.CLERK: _STAFF,
    Role.SUPERVISOR: frozenset(Reading),
    Role.ADMINISTRATOR: frozenset(Reading),
    Role.SYSTEM: frozenset(),
}
"""What each role may read of recorded days; a visitor reads the own ticket, by its token."""


def may_do(role: Role, command: Command) -> bool:
    """Whether the role may give the command; a visitor names a ticket by its token alone."""
    if type(command) not in COMMANDS[role]:
        return False
    if role is Role.VISITOR and isinstance(command, CancelTicket | ReturnTicket | DelayTicket):
        return command.ticket_id is None
    return True


def may_watch(role: Role, family: Family) -> bool:
    """Whether the role may watch topics of the family."""
    return family in TOPICS[role]


def may_read(role: Role, reading: Reading) -> bool:
    """Whether the role may read this of recorded days."""
    return reading in READINGS[role]
