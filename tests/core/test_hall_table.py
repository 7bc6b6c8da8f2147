"""Commands about the hall as a whole, in every state they can meet: these events or that refusal.

As in `test_decide_table.py`: a row is a command, its cells are situations grouped by what comes
of them, and each situation stands in each row exactly once.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.core import commands as c
from backend.core.commands import Command
from backend.core.errors import RefusalCode
from backend.core.events import CounterAssigned, Event, TicketCalled, TicketTaken
from backend.core.evolve import fold
from backend.core.hall_events import AlertCleared, AlertRaised
from backend.core.ids import (
    AlertId,
    AlertKind,
    CallMode,
    Channel,
    Origin,
    PauseReason,
    PrinterState,
    SpeakerState,
    TicketClass,
    TicketId,
)
from backend.core.plan import Plan, Serving, TimedServing
from backend.core.stamp import Caller, Role
from backend.core.views.board import board
from tests.core import test_decide_table as table
from tests.core.test_decide_table import outcome
from tests.support.plans import K1, W1, W2, Z1, Z2, A, B, small_plan
from tests.support.samples import RECEIPT
from tests.support.world import CHIEF, DEVICE, HUB, MORNING, World, world_with

ALERT = AlertId("20261123-A1")
ASSIGN = c.AssignCounter(counter_id=W1, queue_ids=(A, B))
CODE, LATER = "K7M2P9", MORNING + timedelta(hours=2)
ADD = c.AddAppointment(appointment_id="B1", code=CODE, queue_id=A, slot_at=LATER)
CHECK_IN = c.CheckIn(code=CODE, kiosk_id=K1)
CLAIM = c.ReportPrinter(printer_id="P1", agent_id="one", state=PrinterState.READY)
SPEAK = c.ReportSpeakers(zone_id=Z1, agent_id="one", state=SpeakerState.HEARD)
NOTICE = c.PostNotice(notice_id="N1", zh="今日早关门", en="We close early")


def _world(*commands: Command) -> World:
    world = World()
    for command in commands:
        world.do(command)
    return world


def _closed() -> World:
    return _world(c.CloseDay())


def _alerting(*events: Event) -> World:
    world = _world()
    raised = AlertRaised(
        alert_id=ALERT, kind=AlertKind.QUEUE_LONG, subject_id=A, value=21, raised_at=world.at
    )
    fold(world.day, (raised, *events))
    return world


def _looked_after() -> World:
    world = _alerting()
    world.do(c.AcknowledgeAlert(alert_id=ALERT))
    return world


def _in_time() -> World:
    return _world(ADD).later(2 * 3600 - 600)


def _checked_in() -> World:
    world = _in_time()
    world.do(CHECK_IN, DEVICE)
    return world


SITUATIONS: dict[str, Callable[[], World]] = {
    "never_opened": lambda: World(is_open=False),
    "closed": _closed,
    "quiet": _world,
    "stopped": lambda: _world(c.StopIssuing()),
    "noticed": lambda: _world(NOTICE),
    "alerting": _alerting,
    "looked_after": _looked_after,
    "cleared": lambda: _alerting(AlertCleared(alert_id=ALERT, cleared_at=MORNING)),
    "assigned": lambda: _world(ASSIGN),
    "expecting": lambda: _world(ADD),
    "in_time": _in_time,
    "late": lambda: _world(ADD).later(2 * 3600 + 901),
    "late_stopped": lambda: _world(ADD, c.StopIssuing()).later(2 * 3600 + 901),
    "checked_in": _checked_in,
    "called_off": lambda: _world(ADD, c.CancelAppointment(appointment_id="B1")),
    "claimed": lambda: _world(replace(CLAIM, agent_id="another")),
    "spoken_for": lambda: _world(replace(SPEAK, agent_id="another")),
}
_NO_DAY = {"day_not_open": "never_opened closed"}
_EXPECTING = "expecting in_time late late_stopped"


def _else(given: dict[str, str], otherwise: str) -> dict[str, str]:
    """The row, with the situations it does not name under `otherwise`."""
    named = " ".join(given.values()).split()
    left = [name for name in SITUATIONS if name not in named]
    return given | {otherwise: " ".join((given.get(otherwise, ""), *left)).strip()}


Row = tuple[str, Command, Caller, dict[str, str]]
ROWS: tuple[Row, ...] = (
    ("assign_counter", ASSIGN, CHIEF, _else(_NO_DAY | {"target_same": "assigned"},
     "counter_assigned")),
    ("stop_issuing", c.StopIssuing(queue_id=A), CHIEF,
     _else(_NO_DAY | {"issuing_stopped": "stopped late_stopped"}, "issuing_stopped.")),
    ("resume_issuing", c.ResumeIssuing(queue_id=A), CHIEF,
     _else(_NO_DAY | {"issuing_resumed": "stopped late_stopped"}, "issuing_not_stopped")),
    ("post_notice", NOTICE, CHIEF, _else(_NO_DAY, "notice_posted")),
    ("remove_notice", c.RemoveNotice(notice_id="N1"), CHIEF,
     _else(_NO_DAY | {"notice_removed": "noticed"}, "unknown_notice")),
    ("acknowledge_alert", c.AcknowledgeAlert(alert_id=ALERT), CHIEF,
     _else(_NO_DAY | {"alert_acknowledged.": "alerting", "alert_acknowledged": "looked_after",
                      "alert_cleared": "cleared"}, "unknown_alert")),
    ("add_appointment", ADD, CHIEF,
     _else(_NO_DAY | {"appointment_in_use": f"{_EXPECTING} checked_in called_off"},
           "appointment_added")),
    ("cancel_appointment", c.CancelAppointment(appointment_id="B1"), CHIEF,
     _else(_NO_DAY | {"appointment_cancelled.": _EXPECTING, "appointment_used": "checked_in",
                      "appointment_cancelled": "called_off"}, "unknown_appointment")),
    ("check_in", CHECK_IN, DEVICE,
     _else(_NO_DAY | {"check_in_too_early": "expecting", "ticket_taken": "in_time late",
                      "issuing_stopped": "late_stopped", "appointment_used": "checked_in",
                      "appointment_cancelled": "called_off"}, "unknown_appointment")),
    ("check_in_by_appointment", c.CheckIn(appointment_id="B1"), CHIEF,
     _else(_NO_DAY | {"check_in_too_early": "expecting", "ticket_taken": "in_time late",
                      "issuing_stopped": "late_stopped", "appointment_used": "checked_in",
                      "appointment_cancelled": "called_off"}, "unknown_appointment")),
    ("take_ticket", c.TakeTicket(channel=Channel.ANONYMOUS, queue_id=A), DEVICE,
     _else(_NO_DAY | {"issuing_stopped": "stopped late_stopped"}, "ticket_taken")),
    ("report_printer", CLAIM, DEVICE,
     _else({"unknown_printer": "never_opened", "printer_taken": "claimed"}, "printer_reported")),
    ("report_speakers", SPEAK, DEVICE,
     _else(_NO_DAY | {"zone_taken": "spoken_for"}, "speakers_reported")),
    ("print_receipt", c.PrintReceipt(ticket_id="none", receipt=RECEIPT), HUB,
     _else(_NO_DAY, "unknown_ticket")),
    ("change_roll", c.ChangeRoll(printer_id="P1"), CHIEF,
     _else({"unknown_printer": "never_opened"}, "roll_changed")),
    ("change_plan", c.ChangePlan(version=1, reason="r"), CHIEF, _else(_NO_DAY, "plan_in_force")),
    ("change_roster", c.ChangeRoster(reason="r"), CHIEF, _else(_NO_DAY, "nothing")),
    ("auto_call", c.AutoCall(counter_id=W1), HUB,
     {"nothing": " ".join(SITUATIONS)}),
    ("stop_auto_call", c.StopAutoCall(counter_id=W1), CHIEF, _else(_NO_DAY, "counter_closed")),
    ("keep_day", c.KeepDay(), HUB,
     _else({"alert_cleared.": "alerting looked_after"}, "nothing")),
)  # fmt: skip


def cells() -> Iterator[tuple[str, str, str, Command, Caller]]:
    for name, command, by, expected in ROWS:
        for result, names in expected.items():
            for situation in names.split():
                yield name, situation, result, command, by


@pytest.mark.parametrize(
    ("situation", "result", "command", "by"),
    [cell[1:] for cell in cells()],
    ids=[f"{cell[0]}-{cell[1]}" for cell in cells()],
)
def test_command_in_state_gives_what_the_table_says__TK5_AP2_AL1_CL4(
    situation: str, result: str, command: Command, by: Caller
) -> None:
    assert outcome(SITUATIONS[situation](), command, by) == result


def test_table_has_every_situation_once_in_each_row() -> None:
    for name, _, _, expected in ROWS:
        assert sorted(" ".join(expected.values()).split()) == sorted(SITUATIONS), name


WRONG: tuple[tuple[str, Command], ...] = (
    ("unknown_counter", c.AssignCounter(counter_id="W9", queue_ids=(A,))),
    ("unknown_queue", c.AssignCounter(counter_id=W1, queue_ids=("X",))),
    ("shares_not_one_each", c.AssignCounter(counter_id=W1, queue_ids=(A, A))),
    (
        "shares_not_one_each",
        c.AssignCounter(counter_id=W1, queue_ids=(A, B), mode=CallMode.SHARES, shares=(1,)),
    ),
    ("code_or_appointment", c.CheckIn()),
    ("code_or_appointment", c.CheckIn(code=CODE, appointment_id="B1")),
    ("unknown_queue", c.StopIssuing(queue_id="X")),
    ("unknown_queue", c.ResumeIssuing(queue_id="X")),
    ("unknown_zone", replace(NOTICE, zone_id="Z9")),
    ("unknown_zone", replace(NOTICE, zone_ids=("Z1", "Z9"))),
    ("unknown_screen", replace(NOTICE, screen_ids=("board:Z9",))),
    ("unknown_screen", replace(NOTICE, screen_ids=("pad:W1",))),
    ("time_is_past", replace(NOTICE, until=MORNING)),
    ("queue_or_services", replace(ADD, queue_id=None)),
    ("appointment_of_other_day", replace(ADD, slot_at=LATER + timedelta(days=1))),
    ("unknown_kiosk", replace(CHECK_IN, kiosk_id="K9")),
    ("plan_not_newest", c.ChangePlan(version=2, reason="r")),
    ("unknown_ticket", c.SendTicket(ticket_id="20261123-A009", to_queue_id=B, reason="r")),
    ("card_missing", c.TakeTicket(channel=Channel.REMOTE, queue_id=A)),
    ("card_unknown", c.TakeTicket(channel=Channel.REMOTE, queue_id=A, card="cafe")),
)


@pytest.mark.parametrize(("code", "command"), WRONG)
def test_command_that_makes_no_sense_is_refused(code: str, command: Command) -> None:
    assert outcome(_world(), command, CHIEF) == code


def test_remote_ticket_of_a_known_card_is_taken__TK3() -> None:
    world = _world()
    remote = c.TakeTicket(channel=Channel.REMOTE, queue_id=A, card="cafe")
    (event,) = world.do(remote, origin=Origin.STUDENT)
    assert isinstance(event, TicketTaken)
    assert (event.channel, event.origin) == (Channel.REMOTE, Origin.STUDENT)


def _changed(change: Callable[[Plan], Plan]) -> World:
    """A has had a ticket, W1 has called; the newest plan is another."""
    world = World().open(W1)
    world.take(A)
    world.serve(W1)
    world.plan = replace(change(small_plan()), version=2)
    return world


CHANGE = c.ChangePlan(version=2, reason="r")


def _without_queue(queue_id: str) -> Callable[[Plan], Plan]:
    return lambda plan: replace(
        plan, queues=tuple(q for q in plan.queues if q.queue_id != queue_id)
    )


@pytest.mark.parametrize(
    ("result", "change"),
    [
        ("plan_changed", lambda plan: plan),
        ("plan_changed", _without_queue(B)),
        ("plan_in_use", _without_queue(A)),
        ("plan_in_use", lambda plan: replace(plan, time_zone="Asia/Tokyo")),
        ("plan_in_use", lambda plan: replace(plan, counters=plan.counters[1:])),
        ("plan_changed", lambda plan: replace(plan, counters=plan.counters[:1])),
    ],
)
def test_plan_may_not_take_away_what_today_used__DY2(
    result: str, change: Callable[[Plan], Plan]
) -> None:
    assert outcome(_changed(change), CHANGE, CHIEF) == result


def test_changed_plan_is_in_force_and_old_tickets_are_still_known__DY2() -> None:
    world = _changed(lambda plan: replace(plan, counters=(*plan.counters[:1], plan.counters[2])))
    world.do(CHANGE)
    assert set(world.day.counters) == {W1, "W3"}
    assert W2 in world.day.index.counters
    assert world.day.serving[A] == (W1,)
    world.take(A)
    assert world.number(world.call(W1)) == "A002"


SEND = c.SendTicket(ticket_id="20261123-A001", to_queue_id=B, reason="wrong line")


@pytest.mark.parametrize("situation", table.TICKETS)
def test_waiting_or_passed_ticket_is_sent_to_the_right_line__TR1(situation: str) -> None:
    sent = {"waiting", "passed", "passed_late", "passed_thrice", "directed", "delayed"}
    unknown = {"none": "unknown_ticket"}
    expected = "ticket_sent" if situation in sent else "ticket_not_waiting"
    world = table.TICKETS[situation]()
    result = outcome(world, SEND, CHIEF)
    assert result in {expected, unknown.get(situation), "day_not_open"}


TAKE_A = c.TakeTicket(channel=Channel.CARD, card="cafe", queue_id=A)
TAKE_B = replace(TAKE_A, queue_id=B)
AT_KIOSK = c.TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id=K1)
LIMITS: tuple[tuple[str, dict[str, int], Command, Command], ...] = (
    ("person_in_queue", {"tickets_per_queue_max": 1}, TAKE_A, TAKE_A),
    ("ticket_taken", {"tickets_per_queue_max": 1}, TAKE_A, TAKE_B),
    ("ticket_taken", {"tickets_per_queue_max": 1}, TAKE_A, replace(TAKE_A, card="beef")),
    ("person_tickets_live", {"tickets_live_max": 1}, TAKE_A, TAKE_B),
    ("person_tickets_day", {"tickets_day_max": 1}, TAKE_A, TAKE_B),
    ("kiosk_too_soon", {"kiosk_gap_s": 5}, AT_KIOSK, AT_KIOSK),
    ("ticket_taken", {"kiosk_gap_s": 0}, AT_KIOSK, AT_KIOSK),
    ("ticket_taken", {"kiosk_gap_s": 5}, AT_KIOSK, replace(AT_KIOSK, kiosk_id="K2")),
    ("ticket_taken", {"kiosk_gap_s": 5}, AT_KIOSK, replace(TAKE_A, kiosk_id=K1)),
)


@pytest.mark.parametrize(("result", "numbers", "first", "second"), LIMITS)
def test_person_and_kiosk_take_no_more_than_they_may__TK4(
    result: str, numbers: dict[str, int], first: Command, second: Command
) -> None:
    world = world_with(**numbers)
    world.do(first, DEVICE)
    assert outcome(world.later(4.9), second, DEVICE) == result


def test_staff_who_print_at_a_kiosk_do_not_wait_for_its_visitors__TK4() -> None:
    world = world_with(kiosk_gap_s=5)
    world.do(AT_KIOSK, DEVICE)
    assert outcome(world, AT_KIOSK, Caller(role=Role.GREETER, id="greeter")) == "ticket_taken"


def test_finished_ticket_counts_for_the_day_alone__TK4() -> None:
    world = world_with(tickets_per_queue_max=1, tickets_live_max=1, tickets_day_max=2).open(W1)
    world.do(TAKE_A, DEVICE)
    world.serve(W1)
    world.do(TAKE_A, DEVICE)
    world.serve(W1)
    assert outcome(world, TAKE_A, DEVICE) == "person_tickets_day"


def test_queue_takes_as_many_as_may_wait__TK4() -> None:
    plan = small_plan()
    queues = tuple(replace(queue, waiting_max=2) for queue in plan.queues)
    world = World(replace(plan, queues=queues)).open(W1)
    world.take(A, count=2)
    take = c.TakeTicket(channel=Channel.ANONYMOUS, queue_id=A)
    assert outcome(world, take, CHIEF) == "queue_full"
    world.call(W1)
    assert outcome(world, take, CHIEF) == "ticket_taken"


@pytest.mark.parametrize("channel", [Channel.ANONYMOUS, Channel.CARD])
def test_channel_or_class_that_the_queue_has_off_is_refused__TK3(channel: Channel) -> None:
    plan = small_plan()
    queues = tuple(
        replace(q, channels=(Channel.CARD,), classes=(TicketClass.ORDINARY,)) for q in plan.queues
    )
    world = World(replace(plan, queues=queues))
    command = c.TakeTicket(channel=channel, card="cafe", queue_id=A, ticket_class=TicketClass.CARE)
    code = "class_off" if channel is Channel.CARD else "channel_off"
    assert outcome(world, command, DEVICE) == code


@pytest.mark.parametrize("role", [Role.GREETER, Role.SUPERVISOR, Role.ADMINISTRATOR])
def test_booked_number_without_an_appointment_is_given_by_staff_alone__AP2_TK3(role: Role) -> None:
    booked = c.TakeTicket(
        channel=Channel.ANONYMOUS, queue_id=A, ticket_class=TicketClass.BOOKED, kiosk_id=K1
    )
    assert outcome(_world(), booked, DEVICE) == "class_off"
    assert outcome(_world(), booked, Caller(role=role, id="somebody")) == "ticket_taken"


AUTO = c.AutoCall(counter_id=W1)


def _auto() -> World:
    """W1 calls by itself 10 s after a visit; A001 has just been served and A002 waits."""
    plan = small_plan()
    counters = tuple(replace(counter, auto_call_s=10) for counter in plan.counters)
    world = World(replace(plan, counters=counters)).open(W1)
    world.take(A, count=2)
    world.serve(W1)
    return world


def test_counter_calls_by_itself_after_the_pause__CL11() -> None:
    world = _auto()
    assert outcome(world.later(9.9), AUTO, HUB) == "nothing"
    (event,) = world.later(0.1).do(AUTO, HUB)
    assert isinstance(event, TicketCalled)
    assert (event.is_auto, world.day.tickets[event.ticket_id].number) == (True, "A002")
    assert outcome(world, AUTO, HUB) == "nothing"


@pytest.mark.parametrize(
    "stop",
    [
        c.StopAutoCall(counter_id=W1),
        c.PauseCounter(counter_id=W1, reason=PauseReason.AWAY),
        c.CloseCounter(counter_id=W1),
    ],
)
def test_clerk_stops_the_next_call__CL11(stop: Command) -> None:
    world = _auto()
    world.do(stop)
    assert outcome(world.later(60), AUTO, HUB) == "nothing"
    again = c.StopAutoCall(counter_id=W1)
    assert outcome(world, again, CHIEF) in {"auto_call_not_due", "counter_closed"}


def test_counter_without_anybody_waiting_calls_who_comes_later__CL11() -> None:
    world = _auto()
    world.cancel(TicketId("20261123-A002"))
    assert outcome(world.later(60), AUTO, HUB) == "nothing"
    world.take(A)
    assert outcome(world, AUTO, HUB) == "ticket_called"


def _shared(*shares: int, mode: CallMode = CallMode.SHARES) -> World:
    world = World().open(W1)
    world.do(c.AssignCounter(counter_id=W1, queue_ids=(A, B), mode=mode, shares=shares))
    world.take(B, count=4)
    world.take(A, count=7)
    return world


def test_shares_are_served_in_turns__CL4() -> None:
    numbers = _shared(3, 1).calls(W1, 11)
    assert "".join(number[0] for number in numbers) == "AAABAAABABB"


def test_strict_order_serves_the_first_queue_first__CL4() -> None:
    numbers = _shared(mode=CallMode.STRICT).calls(W1, 11)
    assert "".join(number[0] for number in numbers) == "AAAAAAABBBB"


def test_call_taken_back_gives_the_turn_back__CL4_CL9() -> None:
    world = _shared(1, 1)
    assert world.number(world.call(W1)) == "A001"
    world.undo(W1)
    assert world.calls(W1, 3) == ["A001", "B001", "A002"]


def test_counter_follows_its_timetable_until_somebody_moves_it__CL4() -> None:
    plan = small_plan()
    morning, noon = Serving(queue_ids=(A,)), Serving(queue_ids=(A, B))
    timetable = (
        TimedServing(from_minute=9 * 60 + 30, serving=noon),
        TimedServing(from_minute=10 * 60, serving=morning),
    )
    counters = (replace(plan.counters[0], timetable=timetable), *plan.counters[1:])
    world = World(replace(plan, counters=counters))
    keep = c.KeepDay()
    assert world.do(keep, HUB) == ()
    (event,) = world.later(1800).do(keep, HUB)
    assert isinstance(event, CounterAssigned)
    assert (event.serving, event.from_minute) == (noon, 570)
    assert world.day.serving[B] == (W1, W2, "W3")
    world.do(c.AssignCounter(counter_id=W1, queue_ids=(B,)))
    assert world.do(keep, HUB) == ()
    world.later(1800).do(keep, HUB)
    assert world.counter(W1).serving == morning


def test_notice_is_shown_in_its_zone_until_its_time_is_past() -> None:
    world = World()
    world.do(replace(NOTICE, zone_id="Z1", until=MORNING + timedelta(minutes=5)))
    assert [n.notice_id for n in board(world.day, Z1).notices] == ["N1"]
    assert board(world.day, Z2).notices == ()
    assert world.do(c.KeepDay(), HUB) == ()
    world.later(300).do(c.KeepDay(), HUB)
    assert board(world.day, Z1).notices == ()


def test_booked_visitors_are_called_by_their_slots__AP2() -> None:
    world = World().open(W1)
    for n, minutes in enumerate((30, 10, 20)):
        slot_at = MORNING + timedelta(minutes=minutes)
        code = f"CODE0{n}"
        world.do(replace(ADD, appointment_id=code, code=code, slot_at=slot_at))
        world.do(c.CheckIn(code=code), DEVICE)
    assert world.calls(W1, 3) == ["A002", "A003", "A001"]


def test_late_visitor_gets_an_ordinary_ticket__AP2() -> None:
    world = SITUATIONS["late"]()
    (event,) = world.do(CHECK_IN, DEVICE)
    assert isinstance(event, TicketTaken)
    assert (event.ticket_class, event.slot_at) == (TicketClass.ORDINARY, None)


def test_tables_have_every_command() -> None:
    rows = (*ROWS, *table.COUNTER_ROWS, *table.TICKET_ROWS)
    given = {type(command) for _, command, _, _ in rows} | {c.SendTicket}
    assert given == set(Command.__args__)


def test_every_refusal_code_is_given_somewhere() -> None:
    given = {result for _, _, result, _, _, _ in table.cells()}
    given |= {result for _, _, result, _, _ in cells()}
    given |= {code for code, _ in WRONG + table.WRONG + table.TWICE + table.MOVES}
    given |= {result for result, *_ in LIMITS}
    elsewhere = {
        "ticket_of_other_queue", "plan_in_use", "queue_full", "channel_off", "class_off",
        "auto_call_not_due", "reason_missing", "already_evaluated", "tag_of_other_level",
        "pad_too_late", "evaluation_too_late", "no_printer_near",
    }  # fmt: skip
    assert {code.value for code in RefusalCode} - given == elsewhere
