"""Every command in every state: exactly these events, or exactly this refusal.

A row is a command, its cells are the situations, grouped by what comes of them; each situation
stands in each row exactly once.  What a cell means is read off the situations' names and the
builders below.
"""

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace

from backend.core import commands as c
from backend.core.commands import Command
from backend.core.decide import decide
from backend.core.errors import Refusal, RefusalCode
from backend.core.evaluation import Evaluate
from backend.core.ids import (
    Channel,
    PauseReason,
    PrinterState,
    PrintOutcome,
    SpeakerState,
    SpeechOutcome,
)
from backend.core.stamp import Caller
from tests.support.plans import K1, K2, W1, W2, Z1, A, B, C
from tests.support.world import CHIEF, DEVICE, HUB, VISITOR, World, clerk

LI = clerk("li")

# --- Situations of counter W1, where clerk li is signed on if anybody is ---


def _desk() -> World:
    """Li signed on at W1; nobody waits."""
    world = World()
    world.do(c.OpenCounter(counter_id=W1), LI)
    return world


def _called(seconds: float = 5) -> World:
    """A001, with a paper, was called to W1; A002 waits."""
    world = _desk()
    world.do(c.TakeTicket(channel=Channel.ANONYMOUS, queue_id=A, kiosk_id=K1))
    world.take(A)
    world.call(W1)
    return world.later(seconds)


def _never_opened() -> World:
    return World(is_open=False)


def _closed() -> World:
    world = _called()
    world.do(c.CloseDay(force=True))
    return world


def _off() -> World:
    world = World()
    world.take(A)
    return world


def _waiting() -> World:
    world = _desk()
    world.take(A)
    return world


def _passing() -> World:
    """Both recalls of A001 made."""
    world = _called(0)
    for _ in range(2):
        world.later(20).do(c.Recall(counter_id=W1))
    return world.later(30)


def _serving() -> World:
    world = _called()
    world.do(c.StartServing(counter_id=W1))
    return world.later(60)


def _paused() -> World:
    world = _waiting()
    world.do(c.PauseCounter(counter_id=W1, reason=PauseReason.AWAY))
    return world


def _taken() -> World:
    world = World()
    world.take(A)
    world.do(c.OpenCounter(counter_id=W1), clerk("wang"))
    return world


def _unmanned() -> World:
    world = World().open(W1)
    world.take(A)
    return world


def _elsewhere() -> World:
    world = World()
    world.take(A)
    world.do(c.OpenCounter(counter_id=W2), LI)
    return world


SITUATIONS: dict[str, Callable[[], World]] = {
    "never_opened": _never_opened,
    "closed": _closed,
    "off": _off,
    "elsewhere": _elsewhere,
    "taken": _taken,
    "unmanned": _unmanned,
    "idle": _desk,
    "waiting": _waiting,
    "paused": _paused,
    "called": _called,
    "called_late": lambda: _called(20),
    "passing": _passing,
    "serving": _serving,
}

_NO_DAY = {"day_not_open": "never_opened closed"}
_NOT_AT_DESK = _NO_DAY | {
    "counter_closed": "off elsewhere",
    "counter_taken": "taken unmanned",
}
_NOBODY = _NOT_AT_DESK | {"counter_idle": "idle waiting paused"}
_WITHOUT_PAPER = "off elsewhere taken unmanned idle waiting paused"

Row = tuple[str, Command, Caller, dict[str, str]]

COUNTER_ROWS: tuple[Row, ...] = (
    (
        "open_counter",
        c.OpenCounter(counter_id=W1),
        LI,
        _NO_DAY
        | {
            "counter_opened": "off unmanned",
            "clerk_elsewhere": "elsewhere",
            "counter_taken": "taken",
            "counter_already_open": ("idle waiting paused called called_late passing serving"),
        },
    ),
    (
        "close_counter",
        c.CloseCounter(counter_id=W1),
        LI,
        _NOT_AT_DESK
        | {
            "counter_closed.": "idle waiting paused",
            "counter_busy": "called called_late passing serving",
        },
    ),
    (
        "pause_counter",
        c.PauseCounter(counter_id=W1, reason=PauseReason.FAULT),
        LI,
        _NOT_AT_DESK
        | {
            "counter_paused.": "idle waiting",
            "counter_paused": "paused",
            "counter_busy": "called called_late passing serving",
        },
    ),
    (
        "resume_counter",
        c.ResumeCounter(counter_id=W1),
        LI,
        _NOT_AT_DESK
        | {
            "counter_resumed": "paused",
            "counter_not_paused": "idle waiting called called_late passing serving",
        },
    ),
    (
        "call_next",
        c.CallNext(counter_id=W1),
        LI,
        _NOT_AT_DESK
        | {
            "queue_empty": "idle",
            "ticket_called": "waiting",
            "counter_paused": "paused",
            "counter_busy": "called called_late passing serving",
        },
    ),
    (
        "recall",
        c.Recall(counter_id=W1),
        LI,
        _NOBODY
        | {
            "recall_too_soon": "called",
            "ticket_recalled": "called_late",
            "recalls_used_up": "passing",
            "ticket_not_called": "serving",
        },
    ),
    (
        "undo_call",
        c.UndoCall(counter_id=W1),
        LI,
        _NOBODY
        | {
            "call_undone": "called",
            "undo_too_late": "called_late passing",
            "ticket_not_called": "serving",
        },
    ),
    (
        "start_serving",
        c.StartServing(counter_id=W1),
        LI,
        _NOBODY
        | {
            "serving_started": "called called_late passing",
            "ticket_not_called": "serving",
        },
    ),
    (
        "finish_serving",
        c.FinishServing(counter_id=W1),
        LI,
        _NOBODY
        | {
            "ticket_not_serving": "called called_late passing",
            "serving_finished": "serving",
        },
    ),
    (
        "pass_ticket",
        c.PassTicket(counter_id=W1),
        LI,
        _NOBODY
        | {
            "recalls_left": "called called_late",
            "ticket_passed": "passing",
            "ticket_not_called": "serving",
        },
    ),
    (
        "call_ticket",
        c.CallTicket(counter_id=W1, ticket_id="20261123-A001", reason="urgent"),
        LI,
        _NOT_AT_DESK
        | {
            "unknown_ticket": "idle",
            "ticket_called": "waiting",
            "counter_paused": "paused",
            "counter_busy": "called called_late passing serving",
        },
    ),
    (
        "hold_ticket",
        c.HoldTicket(counter_id=W1),
        LI,
        _NOBODY
        | {
            "ticket_not_serving": "called called_late passing",
            "ticket_held": "serving",
        },
    ),
    (
        "resume_ticket",
        c.ResumeTicket(counter_id=W1, ticket_id="20261123-A001"),
        LI,
        _NOT_AT_DESK
        | {
            "unknown_ticket": "idle",
            "ticket_not_held": "waiting paused",
            "counter_busy": "called called_late passing serving",
        },
    ),
    (
        "transfer_ticket",
        c.TransferTicket(counter_id=W1, to_queue_id=B, reason="wrong line"),
        LI,
        _NOBODY
        | {
            "ticket_not_serving": "called called_late passing",
            "ticket_transferred": "serving",
        },
    ),
    (
        "next_queue",
        c.NextQueue(counter_id=W1, to_queue_id=B),
        LI,
        _NOBODY
        | {
            "ticket_not_serving": "called called_late passing",
            "ticket_transferred": "serving",
        },
    ),
    (
        "call_next of a supervisor",
        c.CallNext(counter_id=W1),
        CHIEF,
        _NO_DAY
        | {
            "counter_closed": "off elsewhere",
            "queue_empty": "idle",
            "ticket_called": "taken unmanned waiting",
            "counter_paused": "paused",
            "counter_busy": "called called_late passing serving",
        },
    ),
    (
        "take_ticket",
        c.TakeTicket(channel=Channel.ANONYMOUS, queue_id=A),
        CHIEF,
        _NO_DAY
        | {
            "ticket_taken": (
                "off elsewhere taken unmanned idle waiting paused called called_late passing"
                " serving"
            )
        },
    ),
    (
        "keep_day",
        c.KeepDay(),
        HUB,
        {
            "nothing": (
                "never_opened closed off elsewhere taken unmanned idle waiting paused called"
                " called_late passing serving"
            )
        },
    ),
    (
        "report_printed",
        c.ReportPrinted(job_id="20261123-A001-1", outcome=PrintOutcome.PRINTED),
        HUB,
        {
            "unknown_job": f"never_opened {_WITHOUT_PAPER}",
            "ticket_printed": "closed called called_late passing serving",
        },
    ),
    (
        "report_spoken",
        c.ReportSpoken(call_id="20261123-C1", outcome=SpeechOutcome.SPOKEN),
        HUB,
        {
            "unknown_call": f"never_opened {_WITHOUT_PAPER}",
            "call_spoken": "closed called called_late passing serving",
        },
    ),
    (
        "report_speakers",
        c.ReportSpeakers(zone_id=Z1, agent_id="one", state=SpeakerState.HEARD, detail="alsa"),
        HUB,
        _NO_DAY
        | {
            "speakers_reported": (
                "off elsewhere taken unmanned idle waiting paused called called_late passing"
                " serving"
            )
        },
    ),
    (
        "open_day",
        c.OpenDay(),
        HUB,
        {
            "day_opened": "never_opened",
            "day_already_closed": "closed",
            "day_already_open": (
                "off elsewhere taken unmanned idle waiting paused called called_late passing"
                " serving"
            ),
        },
    ),
    (
        "close_day",
        c.CloseDay(),
        CHIEF,
        _NO_DAY
        | {
            "counters_busy": "called called_late passing serving",
            "ticket_expired day_closed": "off",
            "ticket_expired counter_closed day_closed": "elsewhere taken unmanned waiting paused",
            "counter_closed day_closed": "idle",
        },
    ),
    (
        "close_day by force",
        c.CloseDay(force=True),
        CHIEF,
        _NO_DAY
        | {
            "ticket_expired day_closed": "off",
            "ticket_expired counter_closed day_closed": "elsewhere taken unmanned waiting paused",
            "counter_closed day_closed": "idle",
            "call_undone ticket_expired ticket_expired counter_closed day_closed": (
                "called called_late passing"
            ),
            "serving_finished ticket_expired counter_closed day_closed": "serving",
        },
    ),
)

# --- Situations of ticket A001 ---


def _ticket_passed() -> World:
    world = World().open(W1)
    world.take(A)
    world.pass_next(W1)
    return world


def _ticket_passed_thrice() -> World:
    world = _ticket_passed()
    for _ in range(2):
        world.bring_back(next(iter(world.day.passed)))
        world.pass_next(W1)
    return world


def _ticket_held() -> World:
    world = _serving()
    world.do(c.HoldTicket(counter_id=W1))
    return world


def _ticket_directed() -> World:
    """A001 waits for counter W2 alone."""
    world = _serving().open(W2)
    world.do(c.TransferTicket(counter_id=W1, to_counter_id=W2, reason="their case"))
    return world


def _ticket_delayed() -> World:
    world = _waiting()
    world.take(A, count=3)
    world.do(c.DelayTicket(ticket_id=_ID))
    return world


def _ticket_done() -> World:
    world = _serving()
    world.do(c.FinishServing(counter_id=W1))
    return world


def _ticket_cancelled() -> World:
    world = World()
    world.cancel(world.take(A))
    return world


def _ticket_abandoned() -> World:
    world = _ticket_passed().later(3600)
    world.do(c.KeepDay(), HUB)
    return world


_ID = "20261123-A001"

TICKETS: dict[str, Callable[[], World]] = {
    "none": World,
    "waiting": _waiting,
    "called": _called,
    "serving": _serving,
    "held": _ticket_held,
    "directed": _ticket_directed,
    "delayed": _ticket_delayed,
    "passed": _ticket_passed,
    "passed_late": lambda: _ticket_passed().later(3600),
    "passed_thrice": _ticket_passed_thrice,
    "done": _ticket_done,
    "cancelled": _ticket_cancelled,
    "abandoned": _ticket_abandoned,
    "expired": _closed,
}

_CANCEL = {
    "unknown_ticket": "none",
    "ticket_cancelled": "waiting directed delayed passed passed_late passed_thrice",
    "ticket_not_waiting": "called serving held done cancelled abandoned",
    "day_not_open": "expired",
}
_RETURN = {
    "unknown_ticket": "none",
    "ticket_returned": "passed passed_late",
    "returns_used_up": "passed_thrice",
    "ticket_not_passed": ("waiting called serving held directed delayed done cancelled abandoned"),
    "day_not_open": "expired",
}
_DELAY = {
    "unknown_ticket": "none",
    "ticket_delayed": "waiting",
    "delays_used_up": "delayed",
    "ticket_not_waiting": (
        "called serving held directed passed passed_late passed_thrice done cancelled abandoned"
    ),
    "day_not_open": "expired",
}
_REPRINT = {
    "unknown_ticket": "none",
    "ticket_reprinted": (
        "waiting called serving held directed delayed passed passed_late passed_thrice done"
        " cancelled abandoned"
    ),
    "day_not_open": "expired",
}
_TOKEN = "of A001"

TICKET_ROWS: tuple[Row, ...] = (
    ("cancel_ticket by staff", c.CancelTicket(ticket_id=_ID, reason="went home"), CHIEF, _CANCEL),
    ("cancel_ticket by its token", c.CancelTicket(ticket_token=_TOKEN), VISITOR, _CANCEL),
    ("return_ticket by staff", c.ReturnTicket(ticket_id=_ID), CHIEF, _RETURN),
    ("return_ticket by its token", c.ReturnTicket(ticket_token=_TOKEN), VISITOR, _RETURN),
    ("delay_ticket by staff", c.DelayTicket(ticket_id=_ID), CHIEF, _DELAY),
    ("delay_ticket by its token", c.DelayTicket(ticket_token=_TOKEN), VISITOR, _DELAY),
    ("reprint_ticket", c.ReprintTicket(ticket_id=_ID, kiosk_id=K1), CHIEF, _REPRINT),
    (
        "evaluate by its token",
        Evaluate(ticket_token=_TOKEN, level=4),
        VISITOR,
        {
            "unknown_ticket": "none",
            "visit_evaluated": "done",
            "visit_not_over": (
                "waiting called serving held directed delayed passed passed_late passed_thrice"
                " cancelled abandoned expired"
            ),
        },
    ),
    (
        "evaluate on the pad",
        Evaluate(counter_id=W1, ticket_id=_ID, level=4),
        DEVICE,
        {
            "unknown_ticket": "none waiting delayed directed cancelled expired",
            "visit_evaluated": "done",
            "visit_not_over": ("called serving held passed passed_late passed_thrice abandoned"),
        },
    ),
    (
        "keep_day",
        c.KeepDay(),
        HUB,
        {
            "ticket_abandoned": "passed_late",
            "nothing": (
                "none waiting called serving held directed delayed passed passed_thrice done"
                " cancelled abandoned expired"
            ),
        },
    ),
)

# --- What is wrong with the command itself, whatever the state ---

_ANONYMOUS = Channel.ANONYMOUS
WRONG: tuple[tuple[str, Command], ...] = (
    ("queue_or_services", c.TakeTicket(channel=_ANONYMOUS)),
    ("unknown_queue", c.TakeTicket(channel=_ANONYMOUS, queue_id="X")),
    ("unknown_service", c.TakeTicket(channel=_ANONYMOUS, service_ids=("S9",))),
    ("services_of_several_queues", c.TakeTicket(channel=_ANONYMOUS, service_ids=("S1", "S3"))),
    ("unknown_kiosk", c.TakeTicket(channel=_ANONYMOUS, queue_id=A, kiosk_id="K9")),
    ("card_missing", c.TakeTicket(channel=Channel.CARD, queue_id=A)),
    ("unknown_counter", c.CallNext(counter_id="W9")),
    ("unknown_counter", c.OpenCounter(counter_id="W9")),
    ("ticket_or_token", c.CancelTicket()),
    ("ticket_or_token", c.ReturnTicket(ticket_id=_ID, ticket_token=_TOKEN)),
    ("unknown_ticket", c.CancelTicket(ticket_id="20261123-Z999")),
    ("unknown_ticket", c.ReturnTicket(ticket_token="guessed")),
    ("ticket_or_token", c.DelayTicket()),
    ("ticket_or_pad", Evaluate(level=5)),
    ("ticket_or_pad", Evaluate(level=5, counter_id=W1)),
    ("ticket_or_pad", Evaluate(level=5, counter_id=W1, ticket_id=_ID, ticket_token=_TOKEN)),
    ("unknown_ticket", Evaluate(level=5, ticket_token="guessed")),
    ("unknown_job", c.ReportPrinted(job_id="J", outcome=PrintOutcome.UNKNOWN)),
    (
        "unknown_printer",
        c.ReportPrinter(printer_id="P9", agent_id="a", state=PrinterState.READY),
    ),
    ("unknown_printer", c.ChangeRoll(printer_id="P9")),
    ("unknown_call", c.ReportSpoken(call_id="C", outcome=SpeechOutcome.FAILED)),
    ("unknown_zone", c.ReportSpeakers(zone_id="Z9", agent_id="one", state=SpeakerState.HEARD)),
)

TWICE: tuple[tuple[str, Command], ...] = (
    (
        "job_already_reported",
        c.ReportPrinted(job_id="20261123-A001-1", outcome=PrintOutcome.PRINTED),
    ),
    ("call_already_reported", c.ReportSpoken(call_id="20261123-C1", outcome=SpeechOutcome.SPOKEN)),
)


BY_TOKEN = (c.CancelTicket, c.ReturnTicket, c.DelayTicket, Evaluate)


def outcome(world: World, command: Command, by: Caller) -> str:
    """The refusal's code; or the events' tags, a single one of a code's name with a dot."""
    if isinstance(command, BY_TOKEN) and command.ticket_token == _TOKEN:
        command = replace(command, ticket_token=next(iter(world.day.tokens), "guessed"))
    try:
        events = decide(world.day, command, world.stamp(by))
    except Refusal as refusal:
        return refusal.code.value
    tags = [str(event.__struct_config__.tag) for event in events]
    if not tags:
        return "nothing"
    if len(tags) == 1 and tags[0] in {code.value for code in RefusalCode}:
        return f"{tags[0]}."
    return " ".join(tags)


def cells() -> Iterator[tuple[str, str, str, Callable[[], World], Command, Caller]]:
    for situations, rows in ((SITUATIONS, COUNTER_ROWS), (TICKETS, TICKET_ROWS)):
        for name, command, by, expected in rows:
            for result, names in expected.items():
                for situation in names.split():
                    yield name, situation, result, situations[situation], command, by


@pytest.mark.parametrize(
    ("result", "build", "command", "by"),
    [cell[2:] for cell in cells()],
    ids=[f"{cell[0]}-{cell[1]}" for cell in cells()],
)
def test_command_in_state_gives_what_the_table_says__CO1_I6(
    result: str, build: Callable[[], World], command: Command, by: Caller
) -> None:
    assert outcome(build(), command, by) == result


@pytest.mark.parametrize(
    ("situations", "rows"), [(SITUATIONS, COUNTER_ROWS), (TICKETS, TICKET_ROWS)]
)
def test_table_has_every_situation_once_in_each_row(
    situations: dict[str, Callable[[], World]], rows: tuple[Row, ...]
) -> None:
    for name, _, _, expected in rows:
        named = " ".join(expected.values()).split()
        assert sorted(named) == sorted(situations), name


@pytest.mark.parametrize(("code", "command"), WRONG)
@pytest.mark.parametrize("situation", ["idle", "called", "serving"])
def test_command_that_names_what_is_not_there_is_refused__I6(
    code: str, command: Command, situation: str
) -> None:
    assert outcome(SITUATIONS[situation](), command, CHIEF) == code


@pytest.mark.parametrize(("code", "command"), TWICE)
def test_report_is_taken_once__I11_I12(code: str, command: Command) -> None:
    world = _called()
    world.do(command, HUB)
    assert outcome(world, command, HUB) == code


MOVES: tuple[tuple[str, Command], ...] = (
    ("target_not_one", c.TransferTicket(counter_id=W1, reason="r")),
    ("target_not_one", c.TransferTicket(counter_id=W1, to_queue_id=B, to_clerk_id="x", reason="r")),
    ("target_same", c.TransferTicket(counter_id=W1, to_queue_id=A, reason="r")),
    ("target_same", c.TransferTicket(counter_id=W1, to_counter_id=W1, reason="r")),
    ("target_same", c.TransferTicket(counter_id=W1, to_clerk_id="li", reason="r")),
    ("clerk_not_signed_on", c.TransferTicket(counter_id=W1, to_clerk_id="nobody", reason="r")),
    ("counter_closed", c.TransferTicket(counter_id=W1, to_counter_id=W2, reason="r")),
    ("target_same", c.NextQueue(counter_id=W1, to_queue_id=A)),
    ("unknown_queue", c.TransferTicket(counter_id=W1, to_queue_id="X", reason="r")),
    ("unknown_queue", c.NextQueue(counter_id=W1, to_queue_id="X")),
    ("unknown_counter", c.TransferTicket(counter_id=W1, to_counter_id="W9", reason="r")),
    ("unknown_kiosk", c.ReprintTicket(ticket_id=_ID, kiosk_id="K9")),
    ("kiosk_without_printer", c.ReprintTicket(ticket_id=_ID, kiosk_id=K2)),
)


@pytest.mark.parametrize(("code", "command"), MOVES)
def test_move_that_leads_nowhere_is_refused__TR1(code: str, command: Command) -> None:
    assert outcome(_serving(), command, CHIEF) == code


def test_clerk_may_not_choose_or_resume_a_ticket_of_a_queue_not_served__CL10() -> None:
    world = World()
    world.do(c.OpenCounter(counter_id=W1), LI)
    other = world.take(C)
    choose = c.CallTicket(counter_id=W1, ticket_id=other, reason="r")
    assert outcome(world, choose, LI) == "ticket_of_other_queue"
    assert outcome(world, choose, CHIEF) == "ticket_called"


def _acts(ticket_id: str) -> list[Command]:
    return [
        c.CancelTicket(ticket_id=ticket_id, reason="went home"),
        c.ReturnTicket(ticket_id=ticket_id),
        c.DelayTicket(ticket_id=ticket_id),
        c.ReprintTicket(ticket_id=ticket_id, kiosk_id=K1),
    ]


def test_clerk_acts_only_for_tickets_that_the_own_counter_serves__CO1() -> None:
    world = World()
    own, other = world.take(A), world.take(C)
    refused = {outcome(world, command, LI) for command in _acts(own)}
    assert refused == {"counter_closed"}  # signed on nowhere
    world.do(c.OpenCounter(counter_id=W1), LI)
    refused = {outcome(world, command, LI) for command in _acts(other)}
    assert refused == {"ticket_of_other_queue"}
    given = [outcome(world, command, LI) for command in _acts(own)]
    assert given == ["ticket_cancelled", "ticket_not_passed", "ticket_delayed", "ticket_reprinted"]
    anywhere = [outcome(world, command, CHIEF) for command in _acts(other)]
    assert anywhere == given


@pytest.mark.parametrize("reason", ["", "  "])
def test_staff_say_why_they_cancel_and_visitors_need_not__CO1(reason: str) -> None:
    world = World()
    ticket_id = world.take(A)
    by_staff = c.CancelTicket(ticket_id=ticket_id, reason=reason)
    assert outcome(world, by_staff, CHIEF) == "reason_missing"
    by_visitor = c.CancelTicket(ticket_token=world.ticket(ticket_id).token, reason=reason)
    assert outcome(world, by_visitor, VISITOR) == "ticket_cancelled"


def test_clerk_takes_over_a_counter_opened_for_nobody_with_its_visitor__CO1() -> None:
    world = World().open(W1)
    world.take(A)
    ticket_id = world.call(W1)
    start = c.StartServing(counter_id=W1)
    assert outcome(world, start, LI) == "counter_taken"
    world.do(c.OpenCounter(counter_id=W1), LI)
    assert (world.counter(W1).clerk_id, world.counter(W1).ticket_id) == ("li", ticket_id)
    assert outcome(world, start, LI) == "serving_started"
    assert outcome(world, c.OpenCounter(counter_id=W1), clerk("wang")) == "counter_taken"
    assert outcome(world, c.OpenCounter(counter_id=W1), CHIEF) == "counter_already_open"
