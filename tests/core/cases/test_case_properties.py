"""Random lives of a case: only the arrows of RULES.md, nothing lost, due by the calendar."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core.cases import commands as c
from backend.core.cases.case import Case
from backend.core.cases.commands import CaseCommand
from backend.core.cases.decide import decide_on
from backend.core.cases.events import CaseResumed, CaseSuspended
from backend.core.cases.evolve import fold_case
from backend.core.cases.refusals import CaseRefusal
from backend.core.cases.words import CaseState, OfficeLimit, Promise, ServiceKind, Terms
from backend.core.workdays import ANNOUNCED, CalendarDay, WorkCalendar, calendar_of
from tests.support.cases import (
    ALL,
    ARCHIVES,
    DEFERRED,
    DELIVER,
    FINANCE,
    FORM,
    GRANT,
    IMMEDIATE,
    NOTIFY,
    PHOTO,
    PROOF,
    REFUSE,
    SUSPEND,
    WITHDRAW,
    CaseWorld,
    case_in,
)

S = CaseState
ARROWS = {
    S.DRAFT: {S.FORM_CHECK, S.WITHDRAWN},
    S.FORM_CHECK: {S.CORRECTION_ASKED, S.ACCEPTED, S.WITHDRAWN},
    S.CORRECTION_ASKED: {S.CORRECTED, S.WITHDRAWN},
    S.CORRECTED: {S.CORRECTION_ASKED, S.ACCEPTED, S.WITHDRAWN},
    S.ACCEPTED: {S.IN_PROCESS, S.WITHDRAWN},
    S.IN_PROCESS: {S.SUSPENDED, S.DECIDED, S.WITHDRAWN},
    S.SUSPENDED: {S.IN_PROCESS, S.WITHDRAWN},
    S.DECIDED: {S.NOTIFIED},
    S.NOTIFIED: {S.DELIVERED},
    S.DELIVERED: {S.CLOSED},
    S.CLOSED: set(),
    S.WITHDRAWN: set(),
}
IN_ONE_VISIT = {S.FORM_CHECK: {S.DECIDED}, S.CORRECTED: {S.DECIDED}}
FOUNDING_DAY = CalendarDay(day=date(2026, 11, 11), is_working=False)
CALENDARS = (
    WorkCalendar(),
    calendar_of(ANNOUNCED),
    calendar_of(ANNOUNCED | {2026: (*ANNOUNCED[2026], FOUNDING_DAY), 2027: ()}),
)

materials = st.lists(st.sampled_from(ALL), unique=True).map(tuple)
promised = st.sampled_from([(), (Promise(material_id=PROOF, by_day=date(2026, 11, 20)),)])
offices = st.lists(
    st.builds(
        OfficeLimit,
        department_id=st.sampled_from([ARCHIVES, FINANCE]),
        limit_days=st.integers(1, 9),
    ),
    min_size=1,
    max_size=2,
).map(tuple)
COMMANDS: st.SearchStrategy[CaseCommand] = st.one_of(
    st.builds(c.ReceiveForms, handed_in=materials, promised=promised),
    st.builds(c.AskCorrection, materials=materials.filter(bool)),
    st.builds(c.SupplyMaterials, handed_in=materials, promised=promised),
    st.builds(c.AskOffices, offices=offices),
    st.builds(
        c.AnswerForOffice, department_id=st.sampled_from([ARCHIVES, FINANCE]), agrees=st.booleans()
    ),
    st.builds(c.HandOver, department_id=st.sampled_from([ARCHIVES, FINANCE]), reason=st.just("it")),
    st.sampled_from(
        [
            c.ReceiveForms(handed_in=ALL),
            c.AskCorrection(materials=(PHOTO,)),
            c.SupplyMaterials(handed_in=(FORM, PHOTO)),
            c.AcceptCase(),
            c.StartProcess(),
            SUSPEND,
            c.ResumeCase(),
            GRANT,
            REFUSE,
            NOTIFY,
            DELIVER,
            c.CloseCase(),
            WITHDRAW,
            c.KeepCase(),
        ]
    ),
)
STEPS = st.lists(
    st.tuples(COMMANDS, st.sampled_from([0, 0, 0, 1, 2, 5]), st.sampled_from([None, 0, 1, 2])),
    max_size=40,
)


def counted(world: CaseWorld, after: date, limit_days: int) -> date:
    """The due day, counted on the fingers from what the case's events say of the clock."""
    stopped: set[date] = set()
    since: date | None = None
    for event in world.events:
        if isinstance(event, CaseSuspended):
            since = event.suspended_on
        if isinstance(event, CaseResumed):
            assert since is not None
            through = event.excluded.through
            stopped |= {since + timedelta(days=n + 1) for n in range((through - since).days)}
    day, left = after, limit_days
    while left:
        day += timedelta(days=1)
        left -= world.stamp.calendar.is_working(day) and day not in stopped
    return day


def check_due(world: CaseWorld) -> None:
    """After the clock's command, every limit is what the calendar of now gives (I16)."""
    case = world.case
    if case.state not in {S.ACCEPTED, S.IN_PROCESS, S.SUSPENDED}:
        return
    world.do(c.KeepCase())
    assert case.deadline is not None
    assert case.terms is not None
    for limit in (
        case.deadline,
        *(office.deadline for office in case.offices.values() if office.agrees is None),
    ):
        assert limit.due_day == counted(world, limit.after, limit.limit_days)
    assert case.deadline.limit_days == case.terms.limit_days


STARTS = [(DEFERRED, state) for state in S] + [
    (IMMEDIATE, state) for state in (S.DRAFT, S.FORM_CHECK, S.CORRECTION_ASKED, S.CORRECTED)
]


@given(start=st.sampled_from(STARTS), steps=STEPS)
def test_random_life_keeps_to_the_arrows_and_loses_nothing__I6_I16(
    start: tuple[Terms, CaseState], steps: list[tuple[CaseCommand, int, int | None]]
) -> None:
    world = case_in(start[1], start[0])
    is_immediate = start[0].kind is ServiceKind.IMMEDIATE
    number = world.case.number
    for command, days, calendar in steps:
        world.later(days)
        if calendar is not None:
            world.stamp = replace(world.stamp, calendar=CALENDARS[calendar])
        before, content = world.case.state, repr(world.case)
        assert before is not None
        try:
            events = decide_on(world.case, command, world.stamp)
        except CaseRefusal:
            assert repr(world.case) == content
            continue
        world.do(command)
        after = world.case.state
        allowed = ARROWS[before] | (IN_ONE_VISIT.get(before, set()) if is_immediate else set())
        assert after is before or after in allowed
        assert ARROWS[before] or not events, "a final case changed"
        assert number is None or world.case.number == number, "an accepted case lost its number"
        number = world.case.number
        assert (number is not None) or after not in set(S) - {
            S.DRAFT,
            S.FORM_CHECK,
            S.CORRECTION_ASKED,
            S.CORRECTED,
            S.WITHDRAWN,
        }
        check_due(world)
    assert fold_case(Case(), world.events) == world.case
