"""The order of calls under a hall's own rule (CL5)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core.access import Family
from backend.core.commands import CallNext, DelayTicket, StartServing, TransferTicket
from backend.core.events import TicketCalled
from backend.core.hall_events import AlertCleared, AlertRaised
from backend.core.ids import AlertKind, ChosenBy, Place, TicketClass
from backend.core.plan import RuleNumbers
from backend.core.rules import scores
from backend.core.rules.expression import Facts, Rule, score
from backend.core.rules.order import Lines, ahead_of, queue_order
from backend.core.views.ticket import TicketView
from backend.core.views.topics import Topic, view_of
from tests.support.plans import W1, W2, A, B, small_plan
from tests.support.steps import Step, command_of, steps
from tests.support.world import World

CARE, BOOKED, ORDINARY = TicketClass.CARE, TicketClass.BOOKED, TicketClass.ORDINARY
LETTERS = {"c": CARE, "b": BOOKED, "o": ORDINARY}

FAILS = "wait_min > 60 && returns < 0 ? 1 : 1 / (queue_waiting - 6)"
"""Good for the examples, and no number when six wait."""


def ruled(rule: str | None, classes: str = "") -> World:
    """A hall with this rule, and tickets of queue A by the first letter of their class."""
    world = World(replace(small_plan(RuleNumbers()), rule=rule)).open(W1)
    for letter in classes:
        world.take(A, LETTERS[letter])
    return world


def test_longest_waiting_goes_first_whatever_its_class__CL5() -> None:
    assert ruled("wait_min", "ocbco").calls(W1, 5) == ["A001", "A002", "A003", "A004", "A005"]


def test_highest_score_goes_first__CL5() -> None:
    assert ruled("class == 'care' ? 2 : class == 'booked' ? 1 : 0", "obcoc").calls(W1, 5) == [
        *("A003", "A005", "A002", "A001", "A004")
    ]


def test_care_counts_as_some_minutes_of_waiting__CL5() -> None:
    world = ruled("wait_min + (class == 'care' ? 10 : 0)", "o").later(700)
    world.take(A)
    world.take(A, CARE)
    assert world.calls(W1, 3) == ["A001", "A003", "A002"]


def test_equal_scores_go_by_the_order_of_issue_across_queues__CL5() -> None:
    world = ruled("7").open(W2)
    for queue_id in (B, A, B, A):
        world.take(queue_id)
    assert world.calls(W2, 4) == ["B001", "A001", "B002", "A002"]


def test_rule_looks_at_the_queue_and_the_hour_of_the_hall__CL5() -> None:
    world = ruled("queue == 'B' && hour == 9 ? 1 : 0").open(W2)
    world.take(A)
    world.take(B)
    assert [world.number(world.serve(W2, seconds=3600))] == ["B001"]
    world.take(B)
    assert world.calls(W2, 2) == ["A001", "B002"]


def test_returned_ticket_stands_its_places_behind_its_class__CL5_PS2() -> None:
    world = ruled("wait_min", "ooooo")
    passed = world.pass_next(W1)
    world.bring_back(passed)
    assert world.calls(W1, 5) == ["A002", "A003", "A004", "A001", "A005"]


def test_delayed_ticket_lets_the_others_go_first__CL5_TK6() -> None:
    world = ruled("wait_min", "ooo")
    ticket_id = next(iter(world.day.tickets))
    world.do(DelayTicket(ticket_id=ticket_id, places=1))
    assert world.calls(W1, 3) == ["A002", "A001", "A003"]


def test_directed_ticket_is_scored_among_the_others__CL5_TR1() -> None:
    world = ruled("class == 'care' ? 1 : 0", "oc").open(W2)
    ticket_id = world.call(W1)
    world.do(StartServing(counter_id=W1))
    world.take(B)
    world.do(
        TransferTicket(counter_id=W1, to_counter_id=W2, place=Place.KEEP, reason="a matter of W2")
    )
    assert world.ticket(ticket_id).only is not None
    assert world.calls(W2, 3) == ["A002", "A001", "B001"]


def test_call_says_that_the_rule_chose__CL5() -> None:
    (event,) = ruled("wait_min", "o").do(CallNext(counter_id=W1))
    assert isinstance(event, TicketCalled)
    assert event.by is ChosenBy.RULE


def test_failing_rule_leaves_the_call_to_the_default_order_and_raises_one_alert__CL5() -> None:
    world = ruled(FAILS, "oocooo")
    called, raised = world.do(CallNext(counter_id=W1))
    assert isinstance(called, TicketCalled)
    assert (world.number(called.ticket_id), called.by) == ("A003", ChosenBy.FALLBACK)
    assert isinstance(raised, AlertRaised)
    assert raised.kind is AlertKind.RULE_FAILED
    world.undo(W1)
    assert len(world.do(CallNext(counter_id=W1))) == 1


def test_alert_ends_with_the_first_call_by_the_rule__CL5_AL1() -> None:
    world = ruled(FAILS, "oocooo").open(W2)
    world.call(W1)
    called, cleared = world.do(CallNext(counter_id=W2))
    assert isinstance(called, TicketCalled)
    assert called.by is ChosenBy.RULE
    assert isinstance(cleared, AlertCleared)


def test_rule_that_this_version_cannot_read_never_blocks_a_call__CL5() -> None:
    world = ruled("no such fact", "oc")
    assert world.calls(W1, 2) == ["A002", "A001"]


rules = st.tuples(
    st.sampled_from(["wait_min", "-wait_min", "0", "wait_min * wait_min", "hour * 60"]),
    st.sampled_from(["class == 'care'", "channel == 'card'", "returns > 0", "wait_min > 20"]),
    st.sampled_from(["delays", "transfers - 3", "60", "-2.5", "slot_min"]),
    st.sampled_from(["queue == 'A'", "'S1' in services", "origin == 'student'", "weekday == 1"]),
).map(lambda part: f"{part[0]} + ({part[1]} ? {part[2]} : 0) - ({part[3]} ? 9 : 1)")


@given(rules, st.text("cbo", max_size=9), st.integers(0, 7200))
def test_every_ticket_is_called_once_as_predicted_and_by_score__CL5_I1_WT3(
    rule: str, classes: str, pause_s: int
) -> None:
    world = ruled(rule, classes).later(pause_s)
    order = list(queue_order(world.day, world.queue(A), world.at))
    assert sorted(order) == sorted(world.day.tickets)
    assert [ahead_of(world.day, world.ticket(t), world.at) for t in order] == [*range(len(order))]
    assert world.calls(W1, len(order)) == world.numbers(order)


@given(rules, st.text("cbo", max_size=9), st.sampled_from(TicketClass))
def test_ahead_of_a_new_ticket_is_what_its_phone_then_shows__CL5_WT3(
    rule: str, classes: str, ticket_class: TicketClass
) -> None:
    world = ruled(rule, classes)
    ticket = world.ticket(world.take(A, ticket_class))
    assert ahead_of(world.day, ticket, world.at) == ticket.ahead


@given(steps)
def test_rule_that_always_fails_is_the_default_order__CL5(day: list[Step]) -> None:
    failing, plain = ruled("no such fact"), ruled(None)
    for step in day:
        for world in (failing, plain):
            command, by = command_of(world, step)
            if world.code(command, by) is None:
                world.do(command, by)
    states = [[t.state for t in world.day.tickets.values()] for world in (failing, plain)]
    assert states[0] == states[1]
    called = [
        [(e.ticket_id, e.counter_id) for e in world.events if isinstance(e, TicketCalled)]
        for world in (failing, plain)
    ]
    assert called[0] == called[1]


def test_all_phones_of_a_line_are_shown_with_one_ordering_of_it__CL5(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = ruled("wait_min", "oco" * 20)
    scored: list[Facts] = []

    def counting(rule: Rule, facts: Facts) -> float:
        scored.append(facts)
        return score(rule, facts)

    monkeypatch.setattr(scores, "score", counting)
    lines = Lines(world.day)
    shown = [view_of(world.day, Topic(Family.TICKET, t), lines) for t in world.day.tokens]
    assert [view.ahead for view in shown if isinstance(view, TicketView)] == list(range(60))
    assert len(scored) == 60
