"""What each screen shows in the situations that matter most."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from unicodedata import east_asian_width

import pytest
from msgspec.structs import replace

from backend.core import commands as c
from backend.core.commands import (
    CallNext,
    CloseDay,
    KeepDay,
    PauseCounter,
    PostNotice,
    Recall,
    ReportPrinted,
    ReportSpoken,
    ResumeIssuing,
    StartServing,
    StopIssuing,
    TakeTicket,
)
from backend.core.events import TicketTaken
from backend.core.ids import (
    Channel,
    CounterState,
    PauseReason,
    PrintOutcome,
    SpeechOutcome,
    StopCause,
    TicketClass,
    TicketState,
)
from backend.core.plan import Plan, Span, SpecialDay, WeekdayHours
from backend.core.views.board import board
from backend.core.views.counter import counter
from backend.core.views.counter_screen import counter_screen
from backend.core.views.kiosk import kiosk
from backend.core.views.printer import printer
from backend.core.views.queues import queues
from backend.core.views.take import take
from backend.core.views.ticket import ticket
from backend.core.views.voice import voice
from tests.support.plans import K1, K2, P1, W1, W2, W3, W4, Z1, Z2, A, B, C, small_plan
from tests.support.world import DEVICE, HUB, World

TAKE = TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id=K1)


def called() -> World:
    """A001 called to W1, A002 waits."""
    world = World().open(W1)
    world.take(A, count=2)
    world.call(W1)
    return world


def test_board_shows_the_last_eight_calls_newest_first__VO4() -> None:
    world = World().open(W1)
    world.take(A, count=10)
    world.calls(W1, 10)
    numbers = [call.number for call in board(world.day, Z1).calls]
    assert numbers == [f"A{n:03d}" for n in range(10, 2, -1)]


def test_board_shows_each_ticket_once_as_of_its_last_recall__CL6() -> None:
    world = called().later(20)
    world.do(Recall(counter_id=W1))
    (call,) = board(world.day, Z1).calls
    assert (call.call_id, call.repeat, call.called_at) == ("20261123-C2", 1, world.at)
    assert call.is_live


def test_board_shows_no_call_that_was_taken_back__CL9() -> None:
    world = called()
    world.undo(W1)
    assert board(world.day, Z1).calls == ()


def test_call_is_live_until_the_visitor_has_come__VO5() -> None:
    world = called()
    world.do(StartServing(counter_id=W1))
    (call,) = board(world.day, Z1).calls
    assert not call.is_live


def test_board_shows_calls_and_counters_of_its_own_zone() -> None:
    world = World().open(W3, W4)
    world.take(B)
    world.call(W3)
    assert board(world.day, Z1).calls == ()
    assert [call.number for call in board(world.day, Z2).calls] == ["B001"]
    assert [line.counter_no for line in board(world.day, Z1).counters] == [1, 2]


def test_board_shows_every_queue_that_is_served_in_its_zone() -> None:
    world = World()
    assert [queue.queue_id for queue in board(world.day, Z1).queues] == [A, B]
    assert [queue.queue_id for queue in board(world.day, Z2).queues] == [B, C]


def test_board_says_what_a_newcomer_has_to_expect__WT2_I9() -> None:
    world = World().open(W1, W2)
    world.take(A, count=10)
    (standing, _) = board(world.day, Z1).queues
    assert (standing.waiting, standing.open_counters) == (10, 2)
    assert (standing.wait_min_s, standing.wait_max_s) == (600, 2100)


def test_paused_counter_is_shown_with_its_reason__CO1() -> None:
    world = World().open(W1)
    world.do(PauseCounter(counter_id=W1, reason=PauseReason.TRAINING))
    line = board(world.day, Z1).counters[0]
    assert (line.state, line.pause_reason) == (CounterState.PAUSED, PauseReason.TRAINING)


def test_desk_tells_what_may_be_done_and_from_when__CL6_CL9_PS1() -> None:
    world = called()
    called_at = world.at
    at_desk = counter(world.day, W1).ticket
    assert at_desk is not None
    assert (at_desk.recalls_left, at_desk.is_pass_allowed) == (2, False)
    assert at_desk.recall_from == called_at + timedelta(seconds=20)
    assert at_desk.undo_until == called_at + timedelta(seconds=10)
    for _ in range(2):
        world.later(20).do(Recall(counter_id=W1))
    at_desk = counter(world.day, W1).ticket
    assert at_desk is not None
    assert (at_desk.recalls_left, at_desk.is_pass_allowed) == (0, True)
    assert at_desk.recall_from == world.at + timedelta(seconds=20)


def test_desk_lists_the_next_five_in_the_order_it_would_call_them__CL1_CL4() -> None:
    world = World().open(W2)
    for queue_id, ticket_class in (
        (B, TicketClass.ORDINARY),
        (A, TicketClass.ORDINARY),
        (A, TicketClass.CARE),
        (B, TicketClass.BOOKED),
        (B, TicketClass.ORDINARY),
        (A, TicketClass.CARE),
        (A, TicketClass.CARE),
    ):
        world.take(queue_id, ticket_class)
    predicted = [line.number for line in counter(world.day, W2).next]
    assert predicted == world.calls(W2, 5)


def test_desk_counts_its_queues_and_knows_the_oldest__I9() -> None:
    world = World()
    world.take(A)
    oldest = world.at
    world.take(A, TicketClass.CARE)
    world.take(A, TicketClass.BOOKED)
    (line,) = counter(world.day, W1).queues
    assert (line.waiting, line.care, line.booked) == (3, 1, 1)
    assert line.oldest_issued_at == oldest


def test_desk_lists_passed_tickets_of_its_queues_newest_first__PS2() -> None:
    world = World().open(W1, W2, W4)
    world.take(A, count=2)
    world.take(C)
    first, second = world.pass_next(W1), world.pass_next(W2)
    world.pass_next(W4)
    world.bring_back(first)
    world.pass_next(W1)
    lines = counter(world.day, W1).passed
    assert [(line.ticket_id, line.returns_left) for line in lines] == [(first, 1), (second, 2)]


def test_desk_counts_what_it_served__I9() -> None:
    world = World().open(W1)
    assert counter(world.day, W1).served_mean_s is None
    world.take(A, count=2)
    world.serve(W1, seconds=60)
    world.serve(W1, seconds=121)
    view = counter(world.day, W1)
    assert (view.served, view.served_mean_s) == (2, 90)


@pytest.mark.parametrize(
    ("prepare", "line"),
    [
        (lambda _: None, "未开放"),
        (lambda w: w.open(W1), "1号窗口 请稍候"),
        (
            lambda w: w.open(W1).do(PauseCounter(counter_id=W1, reason=PauseReason.AWAY)),
            "暂停服务",
        ),
        (lambda w: w.open(W1).do(CallNext(counter_id=W1)), "A001→1号窗口"),
    ],
)
def test_sign_says_so_on_sixteen_columns__CO1(
    prepare: Callable[[World], object], line: str
) -> None:
    world = World()
    world.take(A)
    prepare(world)
    view = counter_screen(world.day, W1)
    assert view.led_line == line
    assert sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in line) <= 16


def test_sign_says_whether_the_number_is_called_or_served__CO1() -> None:
    world = called()
    assert counter_screen(world.day, W1).ticket_state is TicketState.CALLED
    world.do(StartServing(counter_id=W1))
    assert counter_screen(world.day, W1).ticket_state is TicketState.SERVING


def test_kiosk_offers_every_queue_its_own_zone_first__TK3() -> None:
    view = kiosk(World().day, K1)
    assert [queue.standing.queue_id for queue in view.queues] == [A, B, C]
    assert [len(queue.services) for queue in view.queues] == [2, 1, 1]


def test_phone_is_offered_the_queues_that_may_be_taken_from_afar__TK3() -> None:
    plan = small_plan()
    first, *others = plan.queues
    off = replace(first, channels=(Channel.CARD, Channel.ANONYMOUS))
    world = World(replace(plan, queues=(off, *others)))
    assert [queue.standing.queue_id for queue in take(world.day).queues] == [B, C]
    assert [queue.standing.queue_id for queue in take(World().day).queues] == [A, B, C]


def test_kiosk_follows_its_last_papers__I11() -> None:
    world = World()
    for _ in range(7):
        world.do(TAKE, DEVICE)
    world.do(ReportPrinted(job_id="20261123-A007-1", outcome=PrintOutcome.PRINTED), DEVICE)
    jobs = kiosk(world.day, K1).jobs
    assert [job.job_id for job in jobs] == [f"20261123-A00{n}-1" for n in (7, 6, 5, 4, 3)]
    assert [job.outcome for job in jobs] == [PrintOutcome.PRINTED, None, None, None, None]


@pytest.mark.parametrize(
    ("outcome", "is_failing"),
    [(PrintOutcome.PRINTED, False), (PrintOutcome.FAILED, True), (PrintOutcome.UNKNOWN, True)],
)
def test_kiosk_warns_while_the_last_paper_did_not_come_out__I11(
    outcome: PrintOutcome, is_failing: bool
) -> None:
    world = World()
    assert not kiosk(world.day, K1).is_printer_failing
    for _ in range(2):
        world.do(TAKE, DEVICE)
    world.do(ReportPrinted(job_id="20261123-A001-1", outcome=outcome), DEVICE)
    assert kiosk(world.day, K1).is_printer_failing is is_failing
    world.do(ReportPrinted(job_id="20261123-A002-1", outcome=PrintOutcome.PRINTED), DEVICE)
    assert not kiosk(world.day, K1).is_printer_failing


def test_printer_has_every_unreported_paper_oldest_first__I11() -> None:
    world = World().open(W1)
    for _ in range(3):
        world.do(TAKE, DEVICE)
    world.do(ReportPrinted(job_id="20261123-A002-1", outcome=PrintOutcome.FAILED), DEVICE)
    jobs = printer(world.day, P1).jobs
    assert [job.number for job in jobs] == ["A001", "A003"]
    assert (jobs[1].ahead, jobs[1].counter_nos) == (2, (1, 2))


def test_paper_says_what_was_so_when_it_was_asked_for__WT4() -> None:
    world = World().open(W1)
    world.take(A)
    world.do(TAKE, DEVICE)
    world.serve(W1)
    (job,) = printer(world.day, P1).jobs
    assert (job.ahead, job.wait_min_s, job.wait_max_s) == (1, 0, 1200)


def test_voice_has_the_unreported_calls_of_its_zone_in_their_order__VO4_I12() -> None:
    world = World().open(W1, W2, W4)
    world.take(A, count=3)
    world.take(C)
    for counter_id in (W2, W4, W1):
        world.call(counter_id)
    calls = voice(world.day, Z1).calls
    assert [(call.number, call.counter_no) for call in calls] == [("A001", 2), ("A002", 1)]
    world.do(ReportSpoken(call_id=calls[0].call_id, outcome=SpeechOutcome.SPOKEN), DEVICE)
    assert [call.number for call in voice(world.day, Z1).calls] == ["A002"]


def test_voice_tells_which_calls_nobody_awaits_any_more__VO5_I12() -> None:
    world = called().later(20)
    world.do(Recall(counter_id=W1))
    assert [(c.repeat, c.is_live) for c in voice(world.day, Z1).calls] == [(0, True), (1, True)]
    world.do(StartServing(counter_id=W1))
    assert [(c.repeat, c.is_live) for c in voice(world.day, Z1).calls] == [(0, False), (1, False)]


def test_voice_keeps_the_oldest_forty_calls_and_every_call_has_its_turn__VO4() -> None:
    world = World().open(W1)
    world.take(A, count=45)
    world.calls(W1, 45)
    for first in range(1, 46):
        calls = voice(world.day, Z1).calls
        numbers = [f"A{n:03d}" for n in range(first, 46)][:40]
        assert [call.number for call in calls] == numbers
        world.do(ReportSpoken(call_id=calls[0].call_id, outcome=SpeechOutcome.SKIPPED), DEVICE)
    assert voice(world.day, Z1).calls == ()


def test_phone_counts_down_and_names_the_counter__WT3() -> None:
    world = World().open(W1)
    world.take(A)
    token = world.ticket(world.take(A)).token
    view = ticket(world.day, token)
    assert (view.ahead, view.waiting, view.counter_no) == (1, 2, None)
    assert (view.wait_min_s, view.wait_max_s) == (0, 1200)
    world.serve(W1)
    assert ticket(world.day, token).ahead == 0
    world.call(W1)
    view = ticket(world.day, token)
    assert (view.state, view.ahead, view.counter_no) == (TicketState.CALLED, None, 1)
    assert (view.wait_min_s, view.can_cancel, view.can_return) == (None, False, False)


def test_phone_offers_return_and_cancel_only_when_they_are_allowed__PS2_TK6() -> None:
    world = World().open(W1)
    passed = world.take(A)
    token = world.ticket(passed).token
    for returns_left in (2, 1):
        world.pass_next(W1)
        view = ticket(world.day, token)
        assert (view.returns_left, view.can_return, view.can_cancel) == (returns_left, True, True)
        world.bring_back(passed)
    world.pass_next(W1)
    view = ticket(world.day, token)
    assert (view.returns_left, view.can_return, view.can_cancel) == (0, False, True)
    world.do(CloseDay())
    view = ticket(world.day, token)
    assert (view.state, view.can_return, view.can_cancel) == (TicketState.ABANDONED, False, False)


def test_overview_counts_the_whole_hall__I9() -> None:
    world = World().open(W1, W4)
    world.take(A, count=2)
    world.take(C)
    world.call(W4)
    view = queues(world.day)
    assert (view.waiting, view.open_counters) == (2, 2)
    assert [len(zone.counters) for zone in view.zones] == [2, 2]
    assert [zone.kiosk_ids for zone in view.zones] == [(K1,), (K2,)]


def test_every_screen_says_when_the_day_is_closed__DY1() -> None:
    world = World()
    world.do(CloseDay())
    views = (board(world.day, Z1), kiosk(world.day, K1), queues(world.day))
    assert not any(view.is_open for view in views)
    assert not counter(world.day, W1).is_day_open


def _with_hours() -> Plan:
    """The small hall, open on weekdays from 9:00 to 17:00."""
    spans = (Span(opens=9 * 60, closes=17 * 60),)
    hours = tuple(WeekdayHours(weekday=n, spans=spans) for n in range(1, 6))
    holiday = SpecialDay(day=date(2026, 11, 24), spans=())
    return replace(small_plan(), hours=hours, special_days=(holiday,))


def test_kiosk_and_phone_say_when_the_hall_serves_again__TK5_DY1() -> None:
    world = World(_with_hours())
    assert kiosk(world.day, K1).opens_next_at is None
    world.do(StopIssuing(queue_id=A))
    assert kiosk(world.day, K1).opens_next_at is None  # by staff: they may go on at any time
    world.do(ResumeIssuing(queue_id=A))
    world.at = datetime(2026, 11, 23, 8, 50, tzinfo=UTC)  # 16:50 in the hall
    world.do(KeepDay(), HUB)
    after_the_holiday = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
    assert kiosk(world.day, K1).queues[0].standing.stop is StopCause.CLOSING
    assert kiosk(world.day, K1).opens_next_at == after_the_holiday
    assert take(world.day).opens_next_at == after_the_holiday
    world.do(CloseDay())
    assert kiosk(world.day, K1).opens_next_at == after_the_holiday


def test_hall_without_hours_cannot_say_when_it_serves_again__DY1() -> None:
    world = World()
    world.do(CloseDay())
    assert kiosk(world.day, K1).opens_next_at is None


def test_kiosk_shows_the_papers_of_its_own_printer__I10_I11() -> None:
    """A ticket taken at K2, which has no printer, is printed at K1."""
    world = World()
    (taken,) = world.do(c.TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id=K2), DEVICE)
    assert isinstance(taken, TicketTaken)
    world.do(c.ReprintTicket(ticket_id=taken.ticket_id, kiosk_id=K1))
    assert kiosk(world.day, K2).jobs == ()
    assert [job.outcome for job in kiosk(world.day, K1).jobs] == [None]


def test_phone_shows_the_notices_of_its_zone_alone() -> None:
    world = World()
    in_zone_1, in_zone_2 = (world.day.tickets[world.take(queue_id)].token for queue_id in (A, C))
    world.do(PostNotice(notice_id="N1", zh="全部", en="everywhere"))
    world.do(PostNotice(notice_id="N2", zh="一区", en="zone 1", zone_id=Z1))
    assert [n.notice_id for n in ticket(world.day, in_zone_1).notices] == ["N2", "N1"]
    assert [n.notice_id for n in ticket(world.day, in_zone_2).notices] == ["N1"]
