"""Who may do what with one case: by what ties somebody to it (I18).

Whether a role has to do with cases at all stands in `core/access.py`.
"""

from enum import StrEnum

from msgspec import Struct

from backend.core.cases.case import Case
from backend.core.cases.commands import (
    AcceptCase,
    AnswerForOffice,
    AskCorrection,
    AskOffices,
    CaseCommand,
    CloseCase,
    DecideCase,
    DeliverResult,
    HandOver,
    KeepCase,
    NotifyVisitor,
    OpenCase,
    ReceiveForms,
    ResumeCase,
    StartProcess,
    SupplyMaterials,
    SuspendCase,
    WithdrawCase,
)
from backend.core.cases.words import CaseState, ServiceKind, TicketRef
from backend.core.ids import DepartmentId, StaffId


class Tie(StrEnum):
    """What somebody has to do with a case."""

    OFFICE = "office"
    """Works for the department that has it, or has it by name."""
    ASKED = "asked"
    """Works for an office that is asked beside it (CS5)."""
    COUNTER = "counter"
    """Has its visitor at the own counter, or took it in there."""


class Desk(Struct, frozen=True, kw_only=True):
    """Somebody who works on cases, where they are now."""

    staff_id: StaffId
    departments: frozenset[DepartmentId] | None
    """Whom they work for; None: for all of the hall."""
    ticket: TicketRef | None = None
    """The visit at their counter."""
    person_hash: str | None = None
    """Of its visitor."""


_INTAKE: frozenset[type] = frozenset(
    {
        OpenCase,
        ReceiveForms,
        AskCorrection,
        SupplyMaterials,
        AcceptCase,
        DecideCase,
        HandOver,
        NotifyVisitor,
        DeliverResult,
        CloseCase,
        WithdrawCase,
    }
)
COMMANDS: dict[Tie, frozenset[type]] = {
    Tie.OFFICE: _INTAKE | {StartProcess, SuspendCase, ResumeCase, AskOffices, AnswerForOffice},
    Tie.ASKED: frozenset({AnswerForOffice}),
    Tie.COUNTER: _INTAKE,
}
"""Which commands each tie allows; the clock's own, keep_case, is nobody's."""
assert not any(KeepCase in commands for commands in COMMANDS.values())


def ties(case: Case, desk: Desk, opened_by: str | None) -> frozenset[Tie]:
    """What ties somebody to a case; nothing: it does not exist for them."""
    found: set[Tie] = set()
    is_theirs = case.staff_id == desk.staff_id or _works_for(desk, case.department_id)
    if is_theirs:
        found.add(Tie.OFFICE)
    if any(_works_for(desk, department_id) for department_id in case.offices):
        found.add(Tie.ASKED)
    is_there = desk.ticket is not None and desk.ticket in case.visits
    is_known = desk.person_hash is not None and desk.person_hash == case.person_hash
    if is_there or is_known or opened_by == desk.staff_id:
        found.add(Tie.COUNTER)
    return frozenset(found)


def may_ask(desk: Desk, tied: frozenset[Tie], case: Case, command: CaseCommand) -> bool:
    """Whether somebody with these ties may give the command.

    At a counter only what is done in one visit is decided; an office's answer is given by
    somebody who works for it.
    """
    allowed = {tie for tie in tied if type(command) in COMMANDS[tie]}
    if isinstance(command, DecideCase) and allowed == {Tie.COUNTER}:
        return case.terms is not None and case.terms.kind is ServiceKind.IMMEDIATE
    if isinstance(command, AnswerForOffice):
        return bool(allowed) and _works_for(desk, DepartmentId(command.department_id))
    return bool(allowed)


def may_open(desk: Desk, department_id: DepartmentId, command: OpenCase) -> bool:
    """Whether somebody may begin a case: for the visitor who is there, or for their department."""
    if command.ticket is not None and command.ticket == desk.ticket:
        return True
    return _works_for(desk, department_id) and (command.ticket is None or desk.departments is None)


def may_put_files(case: Case, tied: frozenset[Tie]) -> bool:
    """Whether somebody with these ties may put files to the case, and take them away."""
    return not is_over(case) and not tied.isdisjoint({Tie.OFFICE, Tie.COUNTER})


def is_over(case: Case) -> bool:
    """Whether nothing is added to the case any more."""
    return case.state in {CaseState.CLOSED, CaseState.WITHDRAWN}


def _works_for(desk: Desk, department_id: DepartmentId) -> bool:
    return desk.departments is None or department_id in desk.departments
