"""What the supervisor's page shows."""

from collections import Counter
from zoneinfo import ZoneInfo

from hypothesis import given

from backend.core.commands import (
    CancelTicket,
    PostNotice,
    ReportPrinted,
    StartServing,
    StopIssuing,
    TakeTicket,
)
from backend.core.day import HallDay
from backend.core.errors import Refusal
from backend.core.ids import Channel, PrintOutcome, TicketState
from backend.core.views.ops import ops
from tests.support.plans import K1, P1, W1, W2, Z1, A, B, C
from tests.support.steps import Step, command_of, steps
from tests.support.world import DEVICE, World


def recounted(day: HallDay) -> tuple[dict[str, int], dict[str, int], list[int]]:
    """States, channels and arrivals, from a look at every ticket."""
    zone = ZoneInfo("Asia/Shanghai")
    tickets = day.tickets.values()
    taken = [ticket.issued_at.astimezone(zone) for ticket in tickets]
    slots = Counter(at.hour * 2 + at.minute // 30 for at in taken)
    return (
        Counter(ticket.state for ticket in tickets),
        Counter(ticket.channel for ticket in tickets),
        [slots[slot] for slot in range(48)],
    )


@given(steps)
def test_any_day_is_counted_as_a_look_at_every_ticket_counts_it__I9(day: list[Step]) -> None:
    world = World()
    for step in day:
        command, by = command_of(world, step)
        try:
            world.do(command, by)
        except Refusal:
            continue
    shown = ops(world.day)
    states, channels, arrivals = recounted(world.day)
    assert {s.state: s.tickets for s in shown.figures.by_state if s.tickets} == states
    assert {c.channel: c.tickets for c in shown.figures.by_channel if c.tickets} == channels
    assert list(shown.arrivals) == arrivals
    assert shown.figures.issued == sum(states.values())


def test_wait_is_that_of_visits_that_began() -> None:
    world = World().open(W1)
    world.take(A, count=2)
    world.later(99).call(W1)
    assert ops(world.day).figures.wait_mean_s is None  # called, but nobody has come yet
    world.do(StartServing(counter_id=W1))
    assert ops(world.day).figures.wait_mean_s == 100


def test_counter_shows_who_is_there_and_since_when() -> None:
    world = World().open(W1)
    world.take(A)
    world.later(60).call(W1)
    called_at = world.at
    (zone, _) = ops(world.day).zones
    (first, second) = zone.counters
    assert (first.number, first.ticket_state, first.since) == (
        "A001",
        TicketState.CALLED,
        called_at,
    )
    assert (second.counter_id, second.number, second.since) == (W2, None, None)
    world.later(30).do(StartServing(counter_id=W1))
    assert ops(world.day).zones[0].counters[0].since == world.at


def test_queue_shows_its_oldest_and_why_it_gives_out_no_numbers__TK5() -> None:
    world = World()
    first = world.take(B)
    issued_at = world.at
    world.take(B)
    world.do(StopIssuing(queue_id=B, reason="系统维护"))
    queue = next(q for q in ops(world.day).queues if q.standing.queue_id == B)
    assert (queue.oldest_issued_at, queue.stop_reason, queue.issued) == (issued_at, "系统维护", 2)
    world.do(CancelTicket(ticket_id=first, reason="went home"))
    queue = next(q for q in ops(world.day).queues if q.standing.queue_id == B)
    assert queue.oldest_issued_at == world.at


def test_printer_fails_until_a_paper_comes_out__I11() -> None:
    world = World()
    take = TakeTicket(channel=Channel.ANONYMOUS, queue_id=C, kiosk_id=K1)
    for _ in range(2):
        world.later(1).do(take, DEVICE)
    first, second = world.day.unprinted[P1]
    failed = ReportPrinted(job_id=first, outcome=PrintOutcome.FAILED, detail="paper_out")
    world.do(failed, DEVICE)
    (shown,) = ops(world.day).printers
    assert (shown.is_failing, shown.detail, shown.due) == (True, "paper_out", 1)
    assert shown.kiosk_ids == (K1,)
    world.do(ReportPrinted(job_id=second, outcome=PrintOutcome.PRINTED), DEVICE)
    (shown,) = ops(world.day).printers
    assert (shown.is_failing, shown.due) == (False, 0)


def test_notices_say_where_they_are_shown() -> None:
    world = World()
    world.do(PostNotice(notice_id="N1", zh="全部", en="everywhere"))
    world.later(1).do(PostNotice(notice_id="N2", zh="一区", en="zone 1", zone_id=Z1))
    on_board = PostNotice(
        notice_id="N3", zh="屏幕", en="a board", screen_ids=("board:Z2",), is_pinned=True
    )
    world.later(1).do(on_board)
    notices = ops(world.day).notices
    assert [(n.notice_id, n.zone_ids, n.screen_ids, n.is_pinned) for n in notices] == [
        ("N3", (), ("board:Z2",), True),
        ("N2", (Z1,), (), False),
        ("N1", (), (), False),
    ]
