"""Why a ticket waited: what was before it, who went first and by which rule."""

from datetime import timedelta

from msgspec.structs import replace

from backend.core.commands import (
    AddAppointment,
    CallTicket,
    CheckIn,
    DelayTicket,
    HoldTicket,
    NextQueue,
    ResumeTicket,
    SendTicket,
    TakeTicket,
    TransferTicket,
)
from backend.core.ids import Channel, Place, TicketClass, TicketId
from backend.replay.why import account
from backend.wire.why import (
    Account,
    Cause,
    Moment,
    WhyBehind,
    WhyCalled,
    WhyInTurn,
    WhyLeft,
    WhyMoment,
    WhyMoved,
    WhyOvertaken,
    WhyTaken,
)
from tests.replay.recorded import Recorded
from tests.support.plans import W1, W2, W3, A, B, small_plan


def of(world: Recorded, ticket_id: TicketId, *, for_visitor: bool = False) -> Account:
    found = account(world.commits, ticket_id, for_visitor=for_visitor)
    assert found is not None
    return found


def overtaken(found: Account) -> list[tuple[Cause, str, tuple[str, ...]]]:
    lines = [line for line in found.lines if isinstance(line, WhyOvertaken)]
    return [(line.cause, line.rule, line.numbers) for line in lines]


def test_day_without_the_ticket_has_no_account() -> None:
    assert account(Recorded().commits, TicketId("20261123-A001")) is None


def test_ticket_tells_who_was_before_it__WT3() -> None:
    world = Recorded().open(W1, W2)
    world.take(A, count=2)
    gone = world.take(A)
    mine = world.take(A)
    world.take(A)
    world.cancel(gone)
    for _ in range(2):
        world.visit(W1)
    world.later(5).visit(W2)
    found = of(world, mine)
    taken, left, in_turn, called, serving, done = found.lines
    assert isinstance(taken, WhyTaken)
    assert (taken.ahead, taken.open_counters) == (3, 2)
    assert isinstance(left, WhyLeft)
    assert left.numbers == ("A003",)
    assert isinstance(in_turn, WhyInTurn)
    assert in_turn.numbers == ("A001", "A002")
    assert isinstance(called, WhyCalled)
    assert (called.counter_no, called.waited_s, called.rule) == (2, 146, "CL1")
    assert isinstance(serving, WhyMoment)
    assert isinstance(done, WhyMoment)
    assert (serving.moment, done.moment) == (Moment.SERVING, Moment.DONE)
    assert (found.waited_s, found.state) == (146, "done")
    assert found.wait_max_s is not None
    assert [queue.letter for queue in found.queues] == ["A"]


def test_care_and_booked_tickets_go_first__CL2() -> None:
    world = Recorded().open(W1)
    mine = world.take(A)
    world.take(A, TicketClass.CARE, count=2)
    world.take(A, TicketClass.BOOKED)
    for _ in range(4):
        world.visit(W1)
    causes = overtaken(of(world, mine))
    assert causes == [(Cause.CARE, "CL2", ("A002", "A003")), (Cause.BOOKED, "CL2", ("A004",))]


def test_ordinary_ticket_has_its_turn_before_care__CL2() -> None:
    world = Recorded().open(W1)
    world.take(A, TicketClass.CARE, count=2)
    mine = world.take(A, TicketClass.CARE)
    world.take(A)
    for _ in range(4):
        world.visit(W1)
    assert overtaken(of(world, mine)) == [(Cause.TURN, "CL2", ("A004",))]


def test_chosen_ticket_is_told_with_its_reason_to_staff_alone__CL10() -> None:
    world = Recorded().open(W1)
    mine = world.take(A)
    other = world.take(A)
    world.do(CallTicket(counter_id=W1, ticket_id=other, reason="Li has a train"))
    world.start(W1)
    world.finish(W1)
    world.visit(W1)
    line = of(world, mine).lines[1]
    assert isinstance(line, WhyOvertaken)
    assert (line.cause, line.rule, line.reasons) == (Cause.CHOSEN, "CL10", ("Li has a train",))
    public = of(world, mine, for_visitor=True).lines[1]
    assert isinstance(public, WhyOvertaken)
    assert public.reasons == ()
    for is_public, reason in ((False, "Li has a train"), (True, "")):
        called = of(world, other, for_visitor=is_public).lines[1]
        assert isinstance(called, WhyCalled)
        assert (called.rule, called.reason) == ("CL10", reason)


def test_passed_ticket_that_a_clerk_chooses_went_first__CL10() -> None:
    world = Recorded().open(W1)
    passed = world.take(A)
    world.pass_next(W1)
    mine = world.take(A)
    world.do(CallTicket(counter_id=W1, ticket_id=passed, reason="back again"))
    world.undo(W1)
    world.do(CallTicket(counter_id=W1, ticket_id=passed, reason="back again"))
    world.start(W1)
    world.finish(W1)
    world.visit(W1)
    assert overtaken(of(world, mine)) == [(Cause.CHOSEN, "CL10", ("A001",))]


def test_return_tells_who_went_first_because_of_it__PS2() -> None:
    world = Recorded().open(W1)
    mine = world.take(A)
    world.pass_next(W1)
    world.take(A, count=4)
    world.bring_back(mine)
    world.later(1)
    for _ in range(5):
        world.visit(W1)
    found = of(world, mine)
    assert overtaken(found) == [(Cause.OWN_RETURN, "PS2", ("A002", "A003", "A004"))]
    behind = [line for line in found.lines if isinstance(line, WhyBehind)]
    assert [(line.places, line.is_return) for line in behind] == [(3, True)]
    assert found.waited_s == 0
    moments = [line.moment for line in found.lines if isinstance(line, WhyMoment)]
    assert moments[:3] == [Moment.RECALLED, Moment.RECALLED, Moment.PASSED]


def test_one_who_came_back_went_first__PS2() -> None:
    world = Recorded().open(W1)
    back = world.take(A)
    world.pass_next(W1)
    mine = world.take(A, count=3)
    world.bring_back(back)
    world.take(A)
    world.later(1)
    for _ in range(5):
        world.visit(W1)
    assert overtaken(of(world, world.day.tokens[world.ticket(mine).token])) == []
    late = next(t for t in world.day.tickets.values() if t.number == "A005")
    found = of(world, late.ticket_id)
    in_turn = [line for line in found.lines if isinstance(line, WhyInTurn)]
    assert in_turn[0].numbers == ("A002", "A003", "A004", "A001")


def test_delay_tells_who_went_first_because_of_it__TK6() -> None:
    world = Recorded().open(W1)
    mine = world.take(A)
    world.take(A, count=2)
    world.do(DelayTicket(ticket_id=mine))
    for _ in range(3):
        world.visit(W1)
    assert overtaken(of(world, mine)) == [(Cause.OWN_DELAY, "TK6", ("A002", "A003"))]


def test_transfer_tells_where_to_and_who_went_first__TR1() -> None:
    world = Recorded().open(W1, W3)
    mine = world.take(A)
    world.take(B, count=2)
    world.call(W1)
    world.start(W1)
    onward = TransferTicket(counter_id=W1, to_queue_id=B, place=Place.TAIL, reason="another office")
    world.do(onward)
    for _ in range(3):
        world.visit(W3)
    found = of(world, mine)
    assert overtaken(found) == [(Cause.OWN_MOVE, "TR1", ("B001", "B002"))]
    (moved,) = [line for line in found.lines if isinstance(line, WhyMoved)]
    assert (moved.queue_id, moved.by_issue, moved.reason) == (B, False, "another office")
    assert [queue.letter for queue in found.queues] == ["A", "B"]


def test_one_who_came_over_by_time_of_issue_went_first__TK7() -> None:
    world = Recorded().open(W1, W3)
    first = world.take(A)
    mine = world.take(B)
    world.call(W1)
    world.start(W1)
    world.do(NextQueue(counter_id=W1, to_queue_id=B))
    for _ in range(2):
        world.visit(W3)
    assert overtaken(of(world, mine)) == [(Cause.CAME_OVER, "TR1", ("A001",))]
    assert of(world, first).waited_s is not None


def test_one_sent_to_this_counter_alone_went_first__TR1() -> None:
    world = Recorded().open(W1, W2)
    mine = world.take(A)
    sent = world.take(A)
    world.do(CallTicket(counter_id=W2, ticket_id=sent, reason="by mistake"))
    world.start(W2)
    world.do(TransferTicket(counter_id=W2, to_counter_id=W1, reason="knows it"))
    world.take(A, TicketClass.CARE)  # first of the queue, but taken after the one sent here
    for _ in range(3):
        world.visit(W1)
    assert overtaken(of(world, mine)) == [
        (Cause.CHOSEN, "CL10", ("A002",)),
        (Cause.DIRECTED, "TR1", ("A002",)),
        (Cause.CARE, "CL2", ("A003",)),
    ]


def test_ticket_sent_to_one_counter_is_called_by_that_rule__TR1() -> None:
    world = Recorded()
    world.open(W1, W2)
    from_open = world.take(A)
    world.call(W2)
    world.start(W2)
    world.do(TransferTicket(counter_id=W2, to_counter_id=W1, reason="knows it"))
    world.take(A)
    world.later(1).visit(W1)
    lines = of(world, from_open).lines
    calls = [line for line in lines if isinstance(line, WhyCalled)]
    assert [call.rule for call in calls] == ["CL1", "TR1"]
    (moved,) = [line for line in lines if isinstance(line, WhyMoved)]
    assert (moved.counter_no, moved.to_clerk) == (1, False)


def test_hold_is_told_and_undone_call_counts_for_nothing__CL9_HO1() -> None:
    world = Recorded().open(W1)
    mine = world.take(A)
    world.later(10).call(W1)
    world.later(5).undo(W1)
    world.later(5).call(W1)
    world.start(W1)
    world.later(5).do(HoldTicket(counter_id=W1))
    world.later(5).do(ResumeTicket(counter_id=W1, ticket_id=mine))
    world.finish(W1)
    found = of(world, mine)
    assert found.waited_s == 20
    kinds = [line.moment for line in found.lines if isinstance(line, WhyMoment)]
    assert kinds == [Moment.UNDONE, Moment.SERVING, Moment.HELD, Moment.RESUMED, Moment.DONE]


def test_calls_taken_back_let_nobody_go_first__CL9() -> None:
    world = Recorded(small_plan()).open(W1)
    mine = world.take(A)
    world.take(A, TicketClass.CARE)
    world.call(W1)
    world.undo(W1)
    assert overtaken(of(world, mine)) == []


def test_halls_own_rule_is_named_where_it_decided__CL5() -> None:
    world = Recorded(replace(small_plan(), rule='channel == "card" ? 1000 : wait_min')).open(W1)
    mine = world.take(A)
    card = TakeTicket(channel=Channel.CARD, card="cafe", queue_id=A)
    world.do(card)
    for _ in range(2):
        world.later(5).visit(W1)
    found = of(world, mine)
    assert overtaken(found) == [(Cause.HALL_RULE, "CL5", ("A002",))]
    assert [line.rule for line in found.lines if isinstance(line, WhyCalled)] == ["CL5"]


def test_ticket_booked_for_an_earlier_hour_went_first__AP2() -> None:
    world = Recorded().open(W1)
    for code, minutes in (("LATER1", 10), ("EARLY1", 5)):
        at = world.at + timedelta(minutes=minutes)
        world.do(AddAppointment(appointment_id=code, code=code, queue_id=A, slot_at=at))
        world.do(CheckIn(code=code))
    for _ in range(2):
        world.later(5).visit(W1)
    mine = next(ticket for ticket in world.day.tickets.values() if ticket.number == "A001")
    assert overtaken(of(world, mine.ticket_id)) == [(Cause.SLOT, "AP2", ("A002",))]


def test_ticket_sent_to_another_line_tells_both__TR1() -> None:
    world = Recorded().open(W1, W3)
    mine = world.take(B)
    sent = world.take(A)
    world.do(SendTicket(ticket_id=sent, to_queue_id=B, place=Place.TAIL, reason="wrong line"))
    for _ in range(2):
        world.later(5).visit(W3)
    found = of(world, sent, for_visitor=True)
    (moved,) = [line for line in found.lines if isinstance(line, WhyMoved)]
    assert (moved.queue_id, moved.by_issue, moved.reason) == (B, False, "")
    assert [queue.letter for queue in found.queues] == ["A", "B"]
    in_turn = [line for line in found.lines if isinstance(line, WhyInTurn)]
    assert [line.numbers for line in in_turn] == [("B001",)]
    assert overtaken(of(world, mine)) == []
