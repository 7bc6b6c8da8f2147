"""Every command in every state of a case: exactly this state after it, or exactly this refusal."""

import pytest

from backend.core.cases import commands as c
from backend.core.cases.case import Case
from backend.core.cases.commands import CaseCommand
from backend.core.cases.decide import decide_on
from backend.core.cases.refusals import CaseRefusal, CaseRefusalCode
from backend.core.cases.words import CaseState, OfficeLimit
from tests.support.cases import (
    ARCHIVES,
    CASE,
    DELIVER,
    FINANCE,
    FORM,
    GRANT,
    IMMEDIATE,
    NOTIFY,
    PHOTO,
    REFUSE,
    SUSPEND,
    WITHDRAW,
    CaseWorld,
    case_in,
)

S = CaseState
ASK = c.AskOffices(offices=(OfficeLimit(department_id=ARCHIVES, limit_days=3),))
OWN = {state: state for state in S}
"""A command that leaves each state as it is."""

ROWS: dict[str, tuple[CaseCommand, dict[CaseState, CaseState | str]]] = {
    "open": (c.OpenCase(service_id="S1"), dict.fromkeys(S, "case_already_open")),
    "receive": (c.ReceiveForms(handed_in=(FORM,)), {S.DRAFT: S.FORM_CHECK}),
    "ask": (
        c.AskCorrection(materials=(PHOTO,)),
        {S.FORM_CHECK: S.CORRECTION_ASKED, S.CORRECTED: S.CORRECTION_ASKED},
    ),
    "supply": (
        c.SupplyMaterials(handed_in=(PHOTO,)),
        {
            S.FORM_CHECK: S.FORM_CHECK,
            S.CORRECTION_ASKED: S.CORRECTED,
            S.ACCEPTED: S.ACCEPTED,
            S.IN_PROCESS: S.IN_PROCESS,
            S.SUSPENDED: S.SUSPENDED,
        },
    ),
    "accept": (c.AcceptCase(), {S.FORM_CHECK: S.ACCEPTED, S.CORRECTED: S.ACCEPTED}),
    "start": (c.StartProcess(), {S.ACCEPTED: S.IN_PROCESS}),
    "suspend": (SUSPEND, {S.IN_PROCESS: S.SUSPENDED}),
    "resume": (c.ResumeCase(), {S.SUSPENDED: S.IN_PROCESS}),
    "hand over": (
        c.HandOver(department_id=FINANCE, reason="theirs"),
        {
            s: s
            for s in (
                S.FORM_CHECK,
                S.CORRECTION_ASKED,
                S.CORRECTED,
                S.ACCEPTED,
                S.IN_PROCESS,
                S.SUSPENDED,
            )
        },
    ),
    "ask offices": (ASK, {S.IN_PROCESS: S.IN_PROCESS}),
    "answer": (
        c.AnswerForOffice(department_id=ARCHIVES, agrees=True),
        {S.IN_PROCESS: "office_not_asked", S.SUSPENDED: "office_not_asked"},
    ),
    "grant": (
        GRANT,
        {S.FORM_CHECK: "case_deferred", S.CORRECTED: "case_deferred", S.IN_PROCESS: S.DECIDED},
    ),
    "refuse": (
        REFUSE,
        {S.FORM_CHECK: "case_deferred", S.CORRECTED: "case_deferred", S.IN_PROCESS: S.DECIDED},
    ),
    "notify": (NOTIFY, {S.DECIDED: S.NOTIFIED}),
    "deliver": (DELIVER, {S.NOTIFIED: S.DELIVERED}),
    "close": (c.CloseCase(), {S.DELIVERED: S.CLOSED}),
    "withdraw": (
        WITHDRAW,
        dict.fromkeys(
            (
                S.DRAFT,
                S.FORM_CHECK,
                S.CORRECTION_ASKED,
                S.CORRECTED,
                S.ACCEPTED,
                S.IN_PROCESS,
                S.SUSPENDED,
            ),
            S.WITHDRAWN,
        ),
    ),
    "keep": (c.KeepCase(), dict(OWN)),
}
IMMEDIATE_ROWS: dict[str, dict[CaseState, CaseState | str]] = {
    "accept": {S.FORM_CHECK: "case_immediate", S.CORRECTED: "case_immediate"},
    "grant": {S.FORM_CHECK: S.DECIDED, S.CORRECTED: S.DECIDED},
    "refuse": {S.FORM_CHECK: S.DECIDED, S.CORRECTED: S.DECIDED},
}
"""Where a case that is decided in one visit differs."""
CELLS = [(row, state) for row in ROWS for state in S]
CHECKED = (S.DRAFT, S.FORM_CHECK, S.CORRECTION_ASKED, S.CORRECTED, S.WITHDRAWN)


def outcome(world: CaseWorld, command: CaseCommand) -> CaseState | str:
    before = repr(world.case)
    try:
        events = decide_on(world.case, command, world.stamp)
    except CaseRefusal as refusal:
        assert repr(world.case) == before, "a refused command changed the case"
        return refusal.code.value
    assert repr(world.case) == before, "decide changed the case"
    assert bool(events) == (not isinstance(command, c.KeepCase))
    world.do(command)
    assert world.case.state is not None
    return world.case.state


def test_table_has_every_command() -> None:
    assert {type(command) for command, _ in ROWS.values()} == set(CaseCommand.__args__)


@pytest.mark.parametrize(("row", "state"), CELLS)
def test_command_in_state_does_what_the_table_says__I6(row: str, state: CaseState) -> None:
    command, cells = ROWS[row]
    assert outcome(case_in(state), command) == cells.get(state, f"case_{state}")


@pytest.mark.parametrize(("row", "state"), [cell for cell in CELLS if cell[1] in CHECKED])
def test_immediate_case_does_what_the_table_says__I6(row: str, state: CaseState) -> None:
    command, cells = ROWS[row]
    expected = (cells | IMMEDIATE_ROWS.get(row, {})).get(state, f"case_{state}")
    assert outcome(case_in(state, IMMEDIATE), command) == expected


@pytest.mark.parametrize("row", ROWS)
def test_case_that_is_not_open_only_opens__I6(row: str) -> None:
    command, _ = ROWS[row]
    stamp = CaseWorld().stamp
    if row == "open":
        (event,) = decide_on(Case(), command, stamp)
        assert event.case_id == CASE  # type: ignore[union-attr]
        return
    with pytest.raises(CaseRefusal, match="unknown_case"):
        decide_on(Case(), command, stamp)


def test_every_state_has_a_refusal_of_its_name() -> None:
    assert {f"case_{state}" for state in S} <= set(CaseRefusalCode)
