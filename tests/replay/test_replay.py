"""A recorded day lived again, under its own plan and under others."""

from contextlib import suppress
from datetime import timedelta
from random import Random

import pytest
from msgspec.structs import replace

from backend.core.commands import (
    AddAppointment,
    AssignCounter,
    CallTicket,
    ChangePlan,
    CheckIn,
    CloseCounter,
    CloseDay,
    HoldTicket,
    NextQueue,
    OpenCounter,
    PauseCounter,
    ResumeCounter,
    ResumeIssuing,
    ResumeTicket,
    SendTicket,
    StopIssuing,
)
from backend.core.errors import Refusal
from backend.core.hall_events import DayOpened
from backend.core.ids import CallMode, CounterId, PauseReason, Place, TicketClass
from backend.core.plan import CounterPlan, Plan, RuleNumbers
from backend.core.rules.expression import RuleFault
from backend.replay.report import replay
from backend.store.stream import Commit
from backend.wire.history import DayOutcome, Waits
from tests.bench.days import make_day
from tests.replay.recorded import Recorded
from tests.support.effort import effort
from tests.support.plans import W1, W2, W3, W4, Z1, A, B, C, small_plan
from tests.support.steps import KINDS_MAX, Step, command_of
from tests.support.world import clerk


def all_of(outcome: DayOutcome) -> Waits:
    return outcome.waits[0]


def mean_s(outcome: DayOutcome, ticket_class: TicketClass) -> int:
    waits = next(w for w in outcome.waits if (w.queue_id, w.ticket_class) == (None, ticket_class))
    return waits.mean_s


def with_counter(plan: Plan) -> Plan:
    counter = CounterPlan(counter_id=CounterId("W9"), no=9, zone_id=Z1, queue_ids=(A,))
    return replace(plan, counters=(*plan.counters, counter))


def other_numbers(commits: list[Commit]) -> Plan:
    """The day's own plan with other numbers of the rules."""
    (opened,) = commits[0].events
    assert isinstance(opened, DayOpened)
    return replace(opened.plan, rules=RuleNumbers(care_run_max=5, return_places=10))


def random_day(chance: Random, steps: int = 400) -> Recorded:
    """Whatever anybody may ask for, to the end of the day."""
    world = Recorded()
    for _ in range(steps):
        numbers = [chance.randrange(120) for _ in range(4)]
        command, by = command_of(world, Step(chance.randint(0, KINDS_MAX - 3), *numbers))
        with suppress(Refusal):
            world.do(command, by)
    world.do(CloseDay(force=True))
    return world


def busy_morning(visitors: int = 12) -> Recorded:
    """One counter, visitors who come faster than it serves, and a clerk with pauses between."""
    world = Recorded().open(W1)
    for _ in range(visitors):
        world.take(A)
    for n in range(visitors):
        world.later(5 + n % 3)
        world.visit(W1, come_s=8 + n % 5, serving_s=60 + 10 * (n % 4))
    world.do(CloseDay())
    return world


def test_day_under_its_own_plan_comes_out_as_recorded() -> None:
    report = replay(busy_morning().commits)
    assert report.is_closed
    assert report.tried is None
    assert report.rerun == report.recorded
    assert (report.fidelity.tickets, report.fidelity.mean_error_s) == (12, 0)
    assert report.recorded.done == 12
    while_they_came_s, between_s = 11, 4 * (5 + 6 + 7)
    assert report.recorded.idle_s == while_they_came_s + between_s


def test_everything_a_day_may_hold_comes_out_as_recorded() -> None:
    world = Recorded()
    world.do(OpenCounter(counter_id=W1), clerk("li"))
    gone, late, first, second, third = (world.take(A) for _ in range(5))
    world.later(3).cancel(gone)
    world.later(2).pass_next(W1)
    world.later(4)
    world.call(W1)
    world.start(W1)
    world.later(30).do(HoldTicket(counter_id=W1))
    world.later(3).bring_back(late)
    world.later(2).call(W1)
    world.start(W1)
    world.finish(W1)
    world.later(50).do(ResumeTicket(counter_id=W1, ticket_id=first))
    world.finish(W1)
    world.later(6).do(CallTicket(counter_id=W1, ticket_id=late, reason="was here before"))
    world.start(W1)
    world.later(40).do(NextQueue(counter_id=W1, to_queue_id=C))
    world.do(PauseCounter(counter_id=W1, reason=PauseReason.AWAY))
    world.later(100).do(ResumeCounter(counter_id=W1))
    world.later(1).visit(W1)
    world.do(CloseCounter(counter_id=W1), clerk("li"))
    world.later(60).do(OpenCounter(counter_id=W4), clerk("li"))
    world.later(5).visit(W4)
    world.later(500).do(CloseDay())
    assert {world.state(t).value for t in (late, first, second, third)} == {"done"}
    report = replay(world.commits)
    assert report.fidelity.mean_error_s == 0
    assert report.rerun == report.recorded


def test_another_counter_shortens_the_waits() -> None:
    world = busy_morning()
    report = replay(world.commits, with_counter(world.plan))
    assert report.tried is not None
    assert report.tried.done == 12
    assert all_of(report.tried).mean_s < 0.7 * all_of(report.rerun).mean_s


def test_counter_that_the_plan_lacks_serves_nobody() -> None:
    world = busy_morning()
    counters = tuple(c for c in world.plan.counters if c.counter_id != W1)
    report = replay(world.commits, replace(world.plan, counters=counters))
    assert report.tried is not None
    assert (report.tried.done, report.tried.expired) == (0, 12)


def test_queue_that_the_plan_lacks_turns_visitors_away() -> None:
    world = busy_morning()
    world.plan = small_plan()
    kept = tuple(q for q in world.plan.queues if q.queue_id != A)
    counters = tuple(
        replace(c, queue_ids=tuple(q for q in c.queue_ids if q != A)) for c in world.plan.counters
    )
    services = tuple(s for s in world.plan.services if s.queue_id != A)
    plan = replace(world.plan, queues=kept, counters=counters, services=services)
    report = replay(world.commits, plan)
    assert report.tried is not None
    assert report.tried.taken == 0
    (away,) = report.tried.turned_away
    assert (away.code, away.visitors) == ("unknown_queue", 12)


def test_longer_care_runs_let_care_wait_less__CL2() -> None:
    world = Recorded(small_plan(RuleNumbers(care_run_max=1))).open(W1)
    for n in range(20):
        world.take(A, TicketClass.CARE if n >= 10 else TicketClass.ORDINARY)
    for _ in range(20):
        world.later(1).visit(W1)
    report = replay(world.commits, small_plan(RuleNumbers(care_run_max=5)))
    assert report.tried is not None
    assert report.fidelity.mean_error_s == 0
    assert mean_s(report.tried, TicketClass.CARE) < mean_s(report.rerun, TicketClass.CARE)
    assert mean_s(report.tried, TicketClass.ORDINARY) > mean_s(report.rerun, TicketClass.ORDINARY)


def test_more_recalls_take_a_passed_visitor_longer__CL6() -> None:
    world = Recorded().open(W1)
    world.take(A, count=2)
    world.pass_next(W1)
    world.visit(W1)
    plan = small_plan(RuleNumbers(recalls_max=5))
    report = replay(world.commits, plan)
    assert report.tried is not None
    assert report.tried.passes == report.recorded.passes == 1
    assert all_of(report.tried).max_s == all_of(report.recorded).max_s + 60


def test_visitor_who_left_before_a_call_is_served_for_the_mean_time() -> None:
    world = Recorded().open(W1)
    world.take(A, count=3)
    left = world.take(A)
    world.visit(W1, serving_s=100)
    world.visit(W1, serving_s=100)
    world.cancel(left)
    world.visit(W1, serving_s=100)
    report = replay(world.commits, with_counter(world.plan))
    assert report.tried is not None
    assert (report.rerun.cancelled, report.tried.cancelled) == (1, 0)
    assert report.tried.done == 4


def test_overtakings_are_counted_by_the_first_call() -> None:
    world = Recorded().open(W1)
    world.take(A)
    world.take(A, TicketClass.CARE, count=2)
    world.take(B)
    for _ in range(3):
        world.visit(W1)
    world.open(W3)
    world.visit(W3)
    outcome = replay(world.commits).recorded
    assert (outcome.overtakers, outcome.overtaken_max) == (2, 2)


def test_slots_show_how_the_day_went() -> None:
    world = Recorded().open(W1)
    world.take(A, count=4)
    world.later(1000)
    world.visit(W1)
    first, second = replay(world.commits).recorded.slots
    assert (first.taken, first.waiting, first.mean_s) == (4, 0, 1003)
    assert (second.taken, second.waiting, second.mean_s) == (0, 4, None)


def test_waits_are_given_by_queue_and_class() -> None:
    world = Recorded().open(W2)
    world.take(A, count=10)
    world.take(B, TicketClass.CARE)
    for _ in range(11):
        world.visit(W2, come_s=0, serving_s=0)
        world.later(10)
    found = {(w.queue_id, w.ticket_class): w for w in replay(world.commits).recorded.waits}
    ordinary = found[A, TicketClass.ORDINARY]
    assert (ordinary.called, ordinary.max_s, ordinary.p90_s) == (10, 91, 82)
    assert ordinary.mean_s == 50  # 10, 19, … 91
    assert found[B, None].called == found[None, TicketClass.CARE].called == 1
    assert all_of(replay(world.commits).recorded).called == 11


def test_day_that_is_not_closed_is_re_run_as_far_as_it_is() -> None:
    world = Recorded().open(W1)
    world.take(A, count=3)
    world.visit(W1)
    world.call(W1)
    report = replay(world.commits)
    assert not report.is_closed
    assert (report.recorded.done, report.recorded.unfinished) == (1, 2)
    assert report.rerun.done == 1


def test_same_record_gives_the_same_report() -> None:
    commits = make_day(3000)
    assert replay(commits, other_numbers(commits)) == replay(commits, other_numbers(commits))


def test_longer_day_is_re_run_with_work_in_proportion() -> None:
    day, longer = make_day(3000), make_day(9000)
    work = effort(lambda: replay(day, other_numbers(day)))
    more = effort(lambda: replay(longer, other_numbers(longer)))
    assert more / work < 1.2 * len(longer) / len(day)


def test_random_days_re_run_without_a_visitor_lost__I13() -> None:
    for seed in range(20):
        world = random_day(Random(seed))
        report = replay(world.commits, with_counter(world.plan))
        for outcome in (report.recorded, report.rerun, report.tried):
            assert outcome is not None
            ends = outcome.done + outcome.abandoned + outcome.cancelled + outcome.expired
            assert (ends, outcome.unfinished) == (outcome.taken, 0), seed
            turned_away = sum(one.visitors for one in outcome.turned_away)  # TK5 may say so
            assert outcome.taken + turned_away == report.recorded.taken


def test_what_staff_asked_of_the_hall_is_asked_again__TK5_CL4_AP2_DY2() -> None:
    world = Recorded().open(W1)
    at = world.at + timedelta(minutes=5)
    expected = AddAppointment(appointment_id="P1", code="ABC123", queue_id=A, slot_at=at)
    world.do(expected)
    world.take(A)
    late = world.take(B)
    world.do(CheckIn(code="ABC123"))
    world.do(SendTicket(ticket_id=late, to_queue_id=C, place=Place.TAIL, reason="another line"))
    world.do(StopIssuing(queue_id=A, reason="full"))
    world.later(5).do(ResumeIssuing(queue_id=A))
    world.take(A)
    world.do(AssignCounter(counter_id=W1, queue_ids=(C, A), mode=CallMode.STRICT))
    world.plan = replace(world.plan, version=2, rules=RuleNumbers(recalls_max=0))
    world.do(ChangePlan(version=2, reason="no recalls"))
    world.later(3)
    for _ in range(3):
        world.visit(W1)
        world.later(2)
    world.pass_next(W1)
    world.later(9).do(CloseDay())
    report = replay(world.commits)
    assert report.recorded.passes == report.recorded.abandoned == 1
    assert report.rerun == report.recorded
    assert report.fidelity.mean_error_s == 0


def test_plan_that_calls_by_itself_leaves_clerks_less_rest__CL11() -> None:
    world = Recorded().open(W1)
    world.take(A, count=5)
    for _ in range(5):
        world.later(60).visit(W1)
    counters = tuple(replace(counter, auto_call_s=5) for counter in world.plan.counters)
    report = replay(world.commits, replace(world.plan, counters=counters))
    assert report.tried is not None
    assert all_of(report.tried).max_s == all_of(report.rerun).max_s - 4 * 55


def test_rule_that_cannot_be_used_is_told_with_its_place__CL5() -> None:
    world = busy_morning()
    with pytest.raises(RuleFault, match=r"line 1, column 1: .*wait_min"):
        replay(world.commits, rule="wait_mn * 2")
