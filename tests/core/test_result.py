import msgspec
import pytest

from backend.core.commands import CallNext, TakeTicket
from backend.core.events import Event, TicketCalled
from backend.core.ids import CallId, Channel, TicketClass, TicketId
from backend.core.result import Result, result_of
from tests.support.plans import W1, A
from tests.support.samples import AT, COUNTER, EVENTS
from tests.support.world import World


def test_taken_ticket_is_told_with_its_token_and_wait__WT2() -> None:
    world = World().open(W1)
    world.take(A, count=3)
    events = world.do(
        TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, ticket_class=TicketClass.ORDINARY)
    )
    ticket = world.ticket(TicketId("20261123-A004"))
    assert result_of(events) == Result(
        ticket_id=ticket.ticket_id,
        number="A004",
        token=ticket.token,
        queue_id=A,
        ticket_class=TicketClass.ORDINARY,
        ahead=3,
        wait_min_s=300,
        wait_max_s=1800,
    )


def test_wait_that_nobody_can_tell_is_null_not_absent__WT1() -> None:
    world = World()
    result = result_of(world.do(TakeTicket(channel=Channel.ANONYMOUS, queue_id=A)))
    sent = msgspec.json.decode(msgspec.json.encode(result))
    assert (sent["wait_min_s"], sent["wait_max_s"]) == (None, None)


@pytest.mark.parametrize("number", ["A001", "A1000"])
def test_called_ticket_is_told_by_id_and_number__CL1(number: str) -> None:
    event = TicketCalled(
        ticket_id=TicketId(f"20261123-{number}"),
        counter_id=COUNTER,
        call_id=CallId("20261123-C1"),
        called_at=AT,
    )
    assert result_of((event,)) == Result(ticket_id=event.ticket_id, number=number)


def test_result_of_a_call_says_what_the_day_says__CL1() -> None:
    world = World().open(W1)
    world.take(A)
    result = result_of(world.do(CallNext(counter_id=W1)))
    assert (result.ticket_id, result.number) == ("20261123-A001", "A001")


@pytest.mark.parametrize(
    "event",
    [event for event in EVENTS if type(event).__name__ not in {"TicketTaken", "TicketCalled"}],
)
def test_other_events_tell_nothing__I7(event: Event) -> None:
    assert msgspec.json.encode(result_of((event,))) == b"{}"
    assert msgspec.json.encode(result_of(())) == b"{}"
