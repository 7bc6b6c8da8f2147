import pytest

from backend.core.commands import (
    CancelTicket,
    CloseDay,
    KeepDay,
    OpenDay,
    ReturnTicket,
    TakeTicket,
)
from backend.core.errors import RefusalCode
from backend.core.events import TicketAbandoned, TicketReturned, TicketTaken
from backend.core.ids import Channel, TicketClass, TicketState
from backend.core.rules.order import ahead_of
from backend.core.rules.tickets import number_of
from backend.core.stamp import Caller
from tests.support.plans import K1, P1, W1, W2, A, B, C
from tests.support.world import CHIEF, DEVICE, HUB, VISITOR, World, world_with

CARE, BOOKED, ORDINARY = TicketClass.CARE, TicketClass.BOOKED, TicketClass.ORDINARY


def taken(world: World, command: TakeTicket, by: Caller = DEVICE) -> TicketTaken:
    (event,) = world.do(command, by)
    assert isinstance(event, TicketTaken)
    return event


def waiting(world: World) -> list[str]:
    """The numbers that wait in queue A's ordinary lane."""
    return world.numbers(world.queue(A).ordinary)


@pytest.mark.parametrize(
    ("issued", "number"),
    [(1, "A001"), (42, "A042"), (999, "A999"), (1000, "A1000"), (9999, "A9999")],
)
def test_number_has_three_digits_and_four_after_999__TK1(issued: int, number: str) -> None:
    assert number_of("A", issued) == number


def test_thousandth_ticket_has_four_digits__TK1() -> None:
    world = World()
    last = world.take(A, count=1000)
    assert (world.number(last), last) == ("A1000", "20261123-A1000")


def test_each_queue_numbers_for_itself__TK1() -> None:
    world = World()
    assert [world.number(world.take(q)) for q in (A, B, C, A)] == ["A001", "B001", "C001", "A002"]


def test_next_day_numbers_from_001_again__TK1() -> None:
    world = World()
    world.take(A, count=3)
    world.do(CloseDay())
    world.later(24 * 3600)
    world.do(OpenDay(), HUB)
    again = world.take(A)
    assert (world.number(again), again) == ("A001", "20261124-A001")


def test_numbers_of_cancelled_and_served_tickets_are_not_used_again__TK2() -> None:
    world = World().open(W1)
    world.cancel(world.take(A))
    world.take(A)
    world.serve(W1)
    world.take(A)
    numbers = [ticket.number for ticket in world.day.tickets.values()]
    assert numbers == ["A001", "A002", "A003"]


def test_refused_take_leaves_no_gap__TK2() -> None:
    world = World()
    world.take(A)
    refused = TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id="K9")
    assert world.code(refused) is RefusalCode.UNKNOWN_KIOSK
    assert world.number(world.take(A)) == "A002"


def test_card_is_kept_as_it_was_hashed__TK3() -> None:
    event = taken(World(), TakeTicket(channel=Channel.CARD, queue_id=A, card="f" * 64))
    assert (event.channel, event.person_hash) == (Channel.CARD, "f" * 64)


def test_card_channel_without_card_is_refused__TK3() -> None:
    command = TakeTicket(channel=Channel.CARD, queue_id=A)
    assert World().code(command) is RefusalCode.CARD_MISSING


def test_anonymous_ticket_keeps_no_card__TK3_I19() -> None:
    event = taken(World(), TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, card="f" * 64))
    assert event.person_hash is None


def test_appointment_is_checked_in_and_not_taken__TK3_AP2() -> None:
    command = TakeTicket(channel=Channel.APPOINTMENT, queue_id=A, card="f" * 64)
    assert World().code(command) is RefusalCode.CHANNEL_OFF


def test_services_lead_to_their_queue__TK7() -> None:
    event = taken(World(), TakeTicket(channel=Channel.ANONYMOUS, service_ids=("S1", "S2")))
    assert (event.queue_id, event.service_ids) == (A, ("S1", "S2"))


@pytest.mark.parametrize(
    ("queue_id", "service_ids", "code"),
    [
        (None, (), RefusalCode.QUEUE_OR_SERVICES),
        ("A", ("S1",), RefusalCode.QUEUE_OR_SERVICES),
        ("X", (), RefusalCode.UNKNOWN_QUEUE),
        (None, ("S1", "S9"), RefusalCode.UNKNOWN_SERVICE),
        (None, ("S1", "S3"), RefusalCode.SERVICES_OF_SEVERAL_QUEUES),
    ],
)
def test_queue_that_cannot_be_told_is_refused__TK7(
    queue_id: str | None, service_ids: tuple[str, ...], code: RefusalCode
) -> None:
    command = TakeTicket(channel=Channel.ANONYMOUS, queue_id=queue_id, service_ids=service_ids)
    assert World().code(command) is code


def test_kiosk_ticket_asks_for_its_paper__I11() -> None:
    event = taken(World(), TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id=K1))
    assert (event.kiosk_id, event.printer_id, event.job_id) == (K1, P1, "20261123-A001-1")


@pytest.mark.parametrize(
    "command",
    [
        TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id=K1, print=False),
        TakeTicket(channel=Channel.ANONYMOUS, queue_id=A),
    ],
    ids=["not wanted", "no kiosk"],
)
def test_ticket_without_paper_has_no_job__I11(command: TakeTicket) -> None:
    event = taken(World(), command)
    assert (event.printer_id, event.job_id) == (None, None)


@pytest.mark.parametrize("ticket_class", list(TicketClass))
@pytest.mark.parametrize("called_before", [0, 1, 2, 3])
def test_new_ticket_knows_how_many_are_ahead__WT3(
    ticket_class: TicketClass, called_before: int
) -> None:
    world = World().open(W1)
    for each in (CARE, ORDINARY, CARE, BOOKED, CARE, ORDINARY, BOOKED):
        world.take(A, each)
    world.calls(W1, called_before)
    event = taken(
        world,
        TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, ticket_class=ticket_class),
        CHIEF,
    )
    assert event.ahead == ahead_of(world.day, world.ticket(event.ticket_id), world.at)
    called = world.calls(W1, event.ahead + 1)
    assert called[-1] == event.number


def test_waiting_ticket_leaves_its_lane_when_cancelled__TK6() -> None:
    world = World()
    first = world.take(A)
    world.take(A)
    world.do(CancelTicket(ticket_token=world.ticket(first).token), VISITOR)
    assert (world.state(first), waiting(world)) == (TicketState.CANCELLED, ["A002"])


def test_passed_ticket_may_be_cancelled__TK6() -> None:
    world = World().open(W1)
    world.take(A)
    passed = world.pass_next(W1)
    world.do(CancelTicket(ticket_id=passed, reason="went home"))
    assert world.state(passed) is TicketState.CANCELLED
    assert not world.day.passed


@pytest.mark.parametrize("command", [CancelTicket, ReturnTicket])
def test_ticket_is_named_by_either_id_or_token__TK6(
    command: type[CancelTicket] | type[ReturnTicket],
) -> None:
    world = World()
    ticket = world.ticket(world.take(A))
    both = command(ticket_id=ticket.ticket_id, ticket_token=ticket.token)
    assert world.code(command()) is RefusalCode.TICKET_OR_TOKEN
    assert world.code(both) is RefusalCode.TICKET_OR_TOKEN
    assert world.code(command(ticket_id="20261123-A999")) is RefusalCode.UNKNOWN_TICKET
    assert world.code(command(ticket_token="guessed")) is RefusalCode.UNKNOWN_TICKET


@pytest.mark.parametrize(("others", "ahead"), [(0, 0), (1, 1), (2, 2), (3, 3), (4, 3), (9, 3)])
def test_returned_ticket_waits_behind_three_or_at_the_end__PS2_I14(others: int, ahead: int) -> None:
    world = World().open(W1)
    world.take(A)
    passed = world.pass_next(W1)
    if others:
        world.take(A, count=others)
    world.bring_back(passed)
    assert waiting(world).index("A001") == ahead
    world.calls(W1, ahead)
    assert world.call(W1) == passed


@pytest.mark.parametrize(("places", "ahead"), [(0, 0), (1, 1), (5, 5), (10, 6)])
def test_number_of_places_is_the_halls__PS2(places: int, ahead: int) -> None:
    world = world_with(return_places=places).open(W1)
    world.take(A)
    passed = world.pass_next(W1)
    world.take(A, count=6)
    world.bring_back(passed)
    assert waiting(world).index("A001") == ahead


def test_tickets_taken_later_wait_behind_the_returned_one__PS2() -> None:
    world = World().open(W1)
    world.take(A)
    passed = world.pass_next(W1)
    world.bring_back(passed)
    world.take(A, count=2)
    assert waiting(world) == ["A001", "A002", "A003"]


def test_return_is_three_back_even_before_an_earlier_return__PS2_I14() -> None:
    world = World().open(W1)
    world.take(A, count=2)
    first, second = world.pass_next(W1), world.pass_next(W1)
    world.take(A, count=5)
    world.bring_back(second)
    world.bring_back(first)
    assert waiting(world) == ["A003", "A004", "A005", "A001", "A002", "A006", "A007"]


def test_forty_returns_in_a_row_each_stand_behind_three__PS2_I14() -> None:
    world = world_with(recalls_max=0).open(W1)
    world.take(A, count=40)
    passed = [world.pass_next(W1) for _ in range(40)]
    world.take(A, count=5)
    for ticket_id in passed:
        world.bring_back(ticket_id)
        assert world.queue(A).ordinary.index(ticket_id) == 3


def test_returned_ticket_keeps_number_and_issue_time_and_forgets_the_call__PS2() -> None:
    world = World().open(W1)
    world.take(A)
    issued_at = world.at
    passed = world.pass_next(W1)
    (event,) = world.do(ReturnTicket(ticket_token=world.ticket(passed).token), VISITOR)
    assert event == TicketReturned(ticket_id=passed, places=3, returned_at=world.at)
    ticket = world.ticket(passed)
    assert (ticket.number, ticket.issued_at, ticket.returns) == ("A001", issued_at, 1)
    assert (ticket.counter_id, ticket.called_at, ticket.passed_at) == (None, None, None)
    assert (ticket.recalls, ticket.recalled_at) == (0, None)


def test_third_return_is_refused__PS2_I14() -> None:
    world = World().open(W1)
    ticket_id = world.take(A)
    for _ in range(2):
        assert world.pass_next(W1) == ticket_id
        world.bring_back(ticket_id)
    world.pass_next(W1)
    assert world.code(ReturnTicket(ticket_id=ticket_id)) is RefusalCode.RETURNS_USED_UP


def test_hall_without_returns_refuses_the_first__PS2() -> None:
    world = world_with(returns_max=0).open(W1)
    world.take(A)
    passed = world.pass_next(W1)
    assert world.code(ReturnTicket(ticket_id=passed)) is RefusalCode.RETURNS_USED_UP


def test_passed_ticket_is_abandoned_after_60_minutes_not_before__PS3() -> None:
    world = World().open(W1)
    world.take(A)
    passed = world.pass_next(W1)
    world.later(3599)
    assert world.do(KeepDay(), HUB) == ()
    world.later(1)
    (event,) = world.do(KeepDay(), HUB)
    assert event == TicketAbandoned(ticket_id=passed, abandoned_at=world.at)
    assert world.state(passed) is TicketState.ABANDONED
    assert world.code(ReturnTicket(ticket_id=passed)) is RefusalCode.TICKET_NOT_PASSED


def test_only_those_whose_time_is_over_are_abandoned__PS3() -> None:
    world = World().open(W1, W2)
    world.take(A)
    world.take(B)
    early = world.pass_next(W1)
    world.later(1800)
    late = world.pass_next(W2)
    world.later(1800)
    assert world.do(KeepDay(), HUB) == (TicketAbandoned(ticket_id=early, abandoned_at=world.at),)
    assert world.state(late) is TicketState.PASSED


def test_returned_ticket_is_not_abandoned__PS3() -> None:
    world = World().open(W1)
    world.take(A)
    world.bring_back(world.pass_next(W1))
    world.later(7200)
    assert not any(isinstance(e, TicketAbandoned) for e in world.do(KeepDay(), HUB))


def test_time_counts_from_the_last_passing__PS3() -> None:
    world = World().open(W1)
    ticket_id = world.take(A)
    world.pass_next(W1)
    world.later(3000)
    world.bring_back(ticket_id)
    world.pass_next(W1)
    world.later(3000)
    assert world.do(KeepDay(), HUB) == ()


def test_closing_abandons_the_passed__PS3_I13() -> None:
    world = World().open(W1)
    world.take(A)
    passed = world.pass_next(W1)
    world.do(CloseDay())
    assert world.state(passed) is TicketState.ABANDONED
    assert world.do(KeepDay(), HUB) == ()


def test_day_without_passed_tickets_has_nothing_to_abandon__PS3() -> None:
    assert World().do(KeepDay(), HUB) == ()
    assert World(is_open=False).do(KeepDay(), HUB) == ()
