"""What may be done with a case next, found by trying it: the rules are asked, not repeated."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from backend.core.cases import commands as c
from backend.core.cases.access import Desk, Tie, may_ask
from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.commands import CaseCommand
from backend.core.cases.decide import decide_on
from backend.core.cases.refusals import CaseRefusal, CaseRefusalCode
from backend.core.cases.words import OfficeLimit, Outcome, SuspendReason, Way
from backend.core.ids import DepartmentId, StaffId

ANYWHERE = DepartmentId("*")
ANYBODY = StaffId("*")
"""Where and whom a hand-over is tried with; no department and no account has such a name."""
NOT_NOW = "case_"
"""How the codes begin that say: it is not this command's turn."""


class Act(Struct, frozen=True, kw_only=True):
    """Something that may be done now, or could be but for an obstacle."""

    command: str
    """The tag of the command."""
    outcome: Outcome | None
    """Of decide_case."""
    department_id: DepartmentId | None
    """Of answer_for_office."""
    obstacle: CaseRefusalCode | None
    """Why it would be refused as things are; None: it may be done."""


def acts_of(case: Case, desk: Desk, tied: frozenset[Tie], stamp: CaseStamp) -> tuple[Act, ...]:
    """What somebody with these ties may do next, in the order of a case's life."""
    stamp = replace(stamp, next_no=1, departments=frozenset({ANYWHERE}), people=(ANYBODY,))
    found: list[Act] = []
    for command in _tries(case):
        if not may_ask(desk, tied, case, command):
            continue
        obstacle = _obstacle(case, command, stamp)
        if obstacle is None or not obstacle.startswith(NOT_NOW):
            found.append(_act(command, obstacle))
    return tuple(found)


def _obstacle(case: Case, command: CaseCommand, stamp: CaseStamp) -> CaseRefusalCode | None:
    try:
        decide_on(case, command, stamp)
    except CaseRefusal as refusal:
        return refusal.code
    return None


def _act(command: CaseCommand, obstacle: CaseRefusalCode | None) -> Act:
    return Act(
        command=str(command.__struct_config__.tag),
        outcome=command.outcome if isinstance(command, c.DecideCase) else None,
        department_id=(
            DepartmentId(command.department_id) if isinstance(command, c.AnswerForOffice) else None
        ),
        obstacle=obstacle,
    )


def _tries(case: Case) -> Iterator[CaseCommand]:
    """One command of each kind, as harmless as it can be, for a case that is open."""
    assert case.terms is not None
    all_materials = tuple(m.material_id for m in case.terms.materials)
    to_come = tuple(m for m in all_materials if m not in case.handed_in)
    yield c.ReceiveForms()
    yield c.AskCorrection(materials=case.absent or case.told or all_materials)
    yield c.SupplyMaterials(handed_in=to_come or all_materials)
    yield c.AcceptCase()
    yield c.StartProcess()
    yield c.SuspendCase(reason=SuspendReason.VISITOR)
    yield c.ResumeCase()
    yield c.HandOver(department_id=ANYWHERE, staff_id=ANYBODY, reason="-")
    yield c.AskOffices(offices=(OfficeLimit(department_id=ANYWHERE, limit_days=1),))
    for department_id, office in case.offices.items():
        if office.agrees is None:
            yield c.AnswerForOffice(department_id=department_id, agrees=True)
    yield c.DecideCase(outcome=Outcome.GRANTED)
    yield c.DecideCase(outcome=Outcome.REFUSED, reason="-")
    yield c.NotifyVisitor(way=Way.COUNTER)
    yield c.DeliverResult(way=Way.COUNTER)
    yield c.CloseCase()
    yield c.WithdrawCase(reason="-")
