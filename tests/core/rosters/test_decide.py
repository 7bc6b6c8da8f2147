"""Every command for a roster: what it does, or why not (SH2, SH4)."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.rosters import commands as c
from backend.core.rosters.commands import RosterCommand
from backend.core.rosters.days import roster_on
from backend.core.rosters.decide import RosterStamp, decide_roster
from backend.core.rosters.refusals import RosterRefusal
from backend.core.rosters.rights import counters_of
from backend.core.rosters.roster import Roster, fold_roster
from backend.core.rosters.words import Half, Hours, SwapState, Turn, WeekShift
from backend.core.workdays import WorkCalendar

MONDAY = date(2026, 11, 23)
TUESDAY = MONDAY + timedelta(days=1)
AT = datetime.fromisoformat("2026-11-23T01:00:00+00:00")
STAFF = ("li", "wang", "zhao", "sun")


def stamp(by: str = "manager", id: str = "id", today: date = MONDAY) -> RosterStamp:
    return RosterStamp(
        by=by,
        at=AT,
        local_day=today,
        command_id=id,
        calendar=WorkCalendar(),
        counter_ids=frozenset({"W1", "W2"}),
        staff_ids=frozenset(STAFF),
    )


def shift(counter_id: str, *persons: str, weekday: int = 1, half: Half = Half.MORNING) -> WeekShift:
    return WeekShift(counter_id=counter_id, weekday=weekday, half=half, persons=persons)


def turn(counter_id: str = "W1", day: date = MONDAY, half: Half = Half.MORNING) -> Turn:
    return Turn(day=day, counter_id=counter_id, half=half)


WEEK = (shift("W1", "li", "wang"), shift("W2", "zhao"), shift("W2", "zhao", weekday=2))


def rostered() -> Roster:
    """On Monday mornings li at W1, wang after her, and zhao at W2; on Tuesdays zhao at W2."""
    roster = Roster()
    do(roster, c.SetWeek(counter_ids=("W1", "W2"), shifts=WEEK, reason="term"))
    return roster


def do(roster: Roster, command: RosterCommand, by: str = "manager", id: str = "id") -> None:
    fold_roster(roster, decide_roster(roster, command, stamp(by, id)))


def code(roster: Roster, command: RosterCommand, by: str = "manager", **more: Any) -> str | None:
    """Why the command is refused; None when it is not."""
    try:
        decide_roster(roster, command, stamp(by, **more))
    except RosterRefusal as refusal:
        return refusal.code.value
    return None


def who(roster: Roster, counter_id: str, day: date = MONDAY) -> tuple[str, ...]:
    return roster_on(roster, WorkCalendar(), day).persons(counter_id, Half.MORNING)


def week(*shifts: WeekShift, named: tuple[str, ...] = ("W1",)) -> c.SetWeek:
    return c.SetWeek(counter_ids=named, shifts=shifts, reason="r")


def day(*persons: str, at: Turn | None = None) -> c.SetDay:
    return c.SetDay(turn=at or turn(), persons=persons, reason="r")


def leave(staff_id: str = "li", first: date = MONDAY, days: int = 1) -> c.GrantLeave:
    last = first + timedelta(days=days - 1)
    return c.GrantLeave(staff_id=staff_id, first=first, last=last, reason="r")


REFUSED: tuple[tuple[str, RosterCommand], ...] = (
    ("unknown_counter", week(named=("W9",))),
    ("counter_not_named", week(shift("W2", "li"))),
    ("shift_twice", week(shift("W1", "li"), shift("W1", "wang"))),
    ("person_twice", week(shift("W1", "li", "li"))),
    ("unknown_staff", week(shift("W1", "nobody"))),
    ("person_at_two_counters", week(shift("W1", "zhao"))),
    ("hours_not_in_order", c.SetHours(hours=Hours(morning_ends=820), reason="r")),
    ("day_is_past", day("li", at=turn(day=MONDAY - timedelta(days=1)))),
    ("day_too_far", day("li", at=turn(day=MONDAY + timedelta(days=401)))),
    ("unknown_counter", day("li", at=turn("W9"))),
    ("unknown_staff", day("nobody")),
    ("person_twice", day("li", "li")),
    ("person_at_two_counters", day("zhao")),
    ("unknown_staff", leave("nobody")),
    ("days_not_in_order", leave(days=0)),
    ("day_is_past", leave(first=MONDAY - timedelta(days=9))),
    ("leave_too_long", leave(days=401)),
    ("unknown_leave", c.CancelLeave(leave_id="none", reason="r")),
)


@pytest.mark.parametrize(("expected", "command"), REFUSED)
def test_command_that_makes_no_sense_is_refused__SH2(expected: str, command: RosterCommand) -> None:
    assert code(rostered(), command) == expected


def test_week_of_a_counter_replaces_its_own_alone__SH2() -> None:
    roster = rostered()
    do(roster, week(shift("W1", "sun")))
    assert (who(roster, "W1"), who(roster, "W2")) == (("sun",), ("zhao",))
    do(roster, week())
    assert who(roster, "W1") == ()


def test_day_of_its_own_is_set_and_taken_back__SH2() -> None:
    roster = rostered()
    do(roster, day("sun", "li"))
    assert who(roster, "W1") == ("sun", "li")
    do(roster, day())
    assert who(roster, "W1") == ()
    do(roster, c.SetDay(turn=turn(), persons=None, reason="r"))
    assert who(roster, "W1") == ("li", "wang")


def test_leave_is_granted_and_cancelled__SH2() -> None:
    roster = rostered()
    do(roster, leave(days=3), id="L1")
    assert roster_on(roster, WorkCalendar(), TUESDAY).is_away("li", Half.AFTERNOON)
    do(roster, c.CancelLeave(leave_id="L1", reason="r"))
    assert not roster_on(roster, WorkCalendar(), MONDAY).is_away("li", Half.MORNING)


def test_rights_needed_are_those_of_the_counters__SH2_I18() -> None:
    roster = asked()
    assert counters_of(roster, week(named=("W1", "W2"))) == frozenset({"W1", "W2"})
    assert counters_of(roster, day("li")) == frozenset({"W1"})
    assert counters_of(roster, leave("li")) == frozenset({"W1"})
    assert counters_of(roster, leave("sun")) is None
    assert counters_of(roster, c.SetHours(hours=Hours(), reason="r")) is None
    assert counters_of(roster, c.JudgeSwap(swap_id="S", approves=True)) == frozenset({"W1", "W2"})
    assert counters_of(roster, ASK) == frozenset()


# --- Swaps: li gives her Monday at W1 to zhao for zhao's Tuesday at W2 ---

ASK = c.AskSwap(other_id="zhao", turn=turn(), in_return=turn("W2", TUESDAY), reason="dentist")
AGREE, DECLINE = (c.AnswerSwap(swap_id="S", agrees=agrees) for agrees in (True, False))
WITHDRAW = c.WithdrawSwap(swap_id="S")
APPROVE, REJECT = (c.JudgeSwap(swap_id="S", approves=approves) for approves in (True, False))
GIVEN = {"li": ASK, "zhao": AGREE, "manager": APPROVE}


def asked(*then: tuple[RosterCommand, str]) -> Roster:
    """After li has asked, and what came then.  On Mondays zhao is not at W2, but free."""
    roster = Roster()
    shifts = (shift("W1", "li", "wang"), shift("W2", "zhao", weekday=2))
    do(roster, c.SetWeek(counter_ids=("W1", "W2"), shifts=shifts, reason="term"))
    do(roster, ASK, "li", "S")
    for command, by in then:
        do(roster, command, by)
    return roster


STATES: dict[SwapState, tuple[tuple[RosterCommand, str], ...]] = {
    SwapState.ASKED: (),
    SwapState.AGREED: ((AGREE, "zhao"),),
    SwapState.DECLINED: ((DECLINE, "zhao"),),
    SwapState.WITHDRAWN: ((WITHDRAW, "li"),),
    SwapState.APPROVED: ((AGREE, "zhao"), (APPROVE, "manager")),
    SwapState.REJECTED: ((AGREE, "zhao"), (REJECT, "manager")),
}
TABLE: tuple[tuple[RosterCommand, str, dict[SwapState, SwapState], str], ...] = (
    (AGREE, "zhao", {SwapState.ASKED: SwapState.AGREED}, "swap_not_asked"),
    (DECLINE, "zhao", {SwapState.ASKED: SwapState.DECLINED}, "swap_not_asked"),
    (
        WITHDRAW,
        "li",
        {SwapState.ASKED: SwapState.WITHDRAWN, SwapState.AGREED: SwapState.WITHDRAWN},
        "swap_is_over",
    ),
    (APPROVE, "manager", {SwapState.AGREED: SwapState.APPROVED}, "swap_not_agreed"),
    (REJECT, "manager", {SwapState.AGREED: SwapState.REJECTED}, "swap_not_agreed"),
)


@pytest.mark.parametrize("state", SwapState)
@pytest.mark.parametrize(("command", "by", "arrows", "otherwise"), TABLE)
def test_swap_in_every_state__SH4(
    command: RosterCommand,
    by: str,
    arrows: dict[SwapState, SwapState],
    otherwise: str,
    state: SwapState,
) -> None:
    roster = asked(*STATES[state])
    assert roster.swaps["S"].state is state
    if state in arrows:
        do(roster, command, by)
        assert roster.swaps["S"].state is arrows[state]
    else:
        assert code(roster, command, by) == otherwise


def test_approved_swap_puts_each_in_the_others_place__SH4() -> None:
    roster = asked(*STATES[SwapState.APPROVED])
    assert who(roster, "W1") == ("zhao", "wang")
    assert who(roster, "W2", TUESDAY) == ("li",)


@pytest.mark.parametrize("state", [s for s in SwapState if s is not SwapState.APPROVED])
def test_swap_that_is_not_approved_moves_nobody__SH4(state: SwapState) -> None:
    roster = asked(*STATES[state])
    assert (who(roster, "W1"), who(roster, "W2", TUESDAY)) == (("li", "wang"), ("zhao",))


@pytest.mark.parametrize(
    ("expected", "by", "changes"),
    [
        ("unknown_staff", "li", {"other_id": "nobody"}),
        ("swap_with_oneself", "li", {"other_id": "li"}),
        ("not_your_shift", "sun", {}),
        ("not_their_shift", "li", {"other_id": "sun"}),
        ("already_in_shift", "li", {"other_id": "wang", "in_return": None}),
        ("day_is_past", "li", {"turn": turn(day=MONDAY - timedelta(days=7))}),
        ("person_at_two_counters", "li", {"in_return": None}),
    ],
)
def test_swap_that_cannot_be_is_not_asked__SH4(
    expected: str, by: str, changes: dict[str, Any]
) -> None:
    fields = {name: getattr(ASK, name) for name in ASK.__struct_fields__} | changes
    assert code(rostered(), c.AskSwap(**fields), by) == expected


def test_swap_is_asked_once__SH4() -> None:
    assert code(asked(), ASK, "li") == "swap_already_asked"


def test_only_those_concerned_answer_and_withdraw__SH4() -> None:
    roster = asked()
    assert code(roster, AGREE, "wang") == "not_your_swap"
    assert code(roster, WITHDRAW, "zhao") == "not_your_swap"
    assert code(roster, c.WithdrawSwap(swap_id="none"), "li") == "unknown_swap"


def test_swap_is_judged_by_how_the_roster_stands_then__SH4() -> None:
    roster = asked((AGREE, "zhao"))
    do(roster, c.SetDay(turn=turn(), persons=("sun",), reason="r"))
    assert code(roster, APPROVE) == "not_your_shift"
    assert code(roster, REJECT) is None


def test_swap_whose_day_is_past_is_not_approved__SH4() -> None:
    assert code(asked((AGREE, "zhao")), APPROVE, today=TUESDAY) == "day_is_past"


COMMANDS = (*(leave(name) for name in STAFF), day("sun"), day("li", "zhao"), day(), ASK, AGREE,
            DECLINE, WITHDRAW, APPROVE, REJECT, week(shift("W1", "wang")), week())  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(COMMANDS), st.sampled_from((*STAFF, "manager")))))
def test_nobody_is_ever_expected_at_two_counters__SH2_SH4(
    steps: list[tuple[RosterCommand, str]],
) -> None:
    roster = rostered()
    for n, (command, by) in enumerate(steps):
        try:
            do(roster, command, by, "S" if isinstance(command, c.AskSwap) else f"id{n}")
        except RosterRefusal:
            continue
        for on in (roster_on(roster, WorkCalendar(), d) for d in (MONDAY, TUESDAY)):
            first = [on.persons(t.counter_id, t.half)[0] for t in on.turns()]
            assert len(set(first)) == len(first)
