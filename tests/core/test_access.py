"""The whole matrix, written out: what is not in it is denied (I18)."""

import pytest

from backend.core import commands as c
from backend.core.access import Family, Reading, Writing, has, may_do, may_watch
from backend.core.commands import Command
from backend.core.evaluation import Evaluate
from backend.core.ids import (
    Channel,
    PauseReason,
    PrinterState,
    PrintOutcome,
    SpeakerState,
    SpeechOutcome,
    TicketClass,
)
from backend.core.stamp import Role
from tests.support.samples import AT, RECEIPT

ROLES = (
    Role.VISITOR,
    Role.DEVICE,
    Role.CLERK,
    Role.GREETER,
    Role.SUPERVISOR,
    Role.ADMINISTRATOR,
    Role.SYSTEM,
    Role.DEPARTMENT_MANAGER,
    Role.STATISTICS_VIEWER,
    Role.CONTENT_EDITOR,
    Role.AUDITOR,
)

W = "W1"
COMMANDS: tuple[tuple[Command, str], ...] = (
    # visitor, device, clerk, greeter, supervisor, administrator, system
    # department manager, statistics viewer, content editor, auditor
    (c.OpenDay(), "- - - - yes yes yes - - - -"),
    (c.CloseDay(), "- - - - yes yes yes - - - -"),
    (c.CloseDay(force=True), "- - - - yes yes yes - - - -"),
    (c.TakeTicket(channel=Channel.ANONYMOUS, queue_id="A"), "- yes - yes yes yes - - - - -"),
    (c.CancelTicket(ticket_token="t"), "yes - yes yes yes yes - - - - -"),
    (c.CancelTicket(ticket_id="A001"), "- - yes yes yes yes - - - - -"),
    (c.CancelTicket(ticket_id="A001", ticket_token="t"), "- - yes yes yes yes - - - - -"),
    (c.ReturnTicket(ticket_token="t"), "yes yes yes yes yes yes - - - - -"),
    (c.ReturnTicket(ticket_id="A001"), "- yes yes yes yes yes - - - - -"),
    (c.ReturnTicket(ticket_id="A001", ticket_token="t"), "- yes yes yes yes yes - - - - -"),
    (c.OpenCounter(counter_id=W), "- - yes - yes yes - - - - -"),
    (c.CloseCounter(counter_id=W), "- - yes - yes yes - - - - -"),
    (c.PauseCounter(counter_id=W, reason=PauseReason.AWAY), "- - yes - yes yes - - - - -"),
    (c.ResumeCounter(counter_id=W), "- - yes - yes yes - - - - -"),
    (c.CallNext(counter_id=W), "- - yes - yes yes - - - - -"),
    (c.Recall(counter_id=W), "- - yes - yes yes - - - - -"),
    (c.UndoCall(counter_id=W), "- - yes - yes yes - - - - -"),
    (c.StartServing(counter_id=W), "- - yes - yes yes - - - - -"),
    (c.FinishServing(counter_id=W), "- - yes - yes yes - - - - -"),
    (c.PassTicket(counter_id=W), "- - yes - yes yes - - - - -"),
    (c.CallTicket(counter_id=W, ticket_id="A001", reason="r"), "- - yes - yes yes - - - - -"),
    (c.HoldTicket(counter_id=W), "- - yes - yes yes - - - - -"),
    (c.ResumeTicket(counter_id=W, ticket_id="A001"), "- - yes - yes yes - - - - -"),
    (c.TransferTicket(counter_id=W, to_queue_id="B", reason="r"), "- - yes - yes yes - - - - -"),
    (c.NextQueue(counter_id=W, to_queue_id="B"), "- - yes - yes yes - - - - -"),
    (c.DelayTicket(ticket_token="t"), "yes - yes yes yes yes - - - - -"),
    (c.DelayTicket(ticket_id="A001"), "- - yes yes yes yes - - - - -"),
    (c.ReprintTicket(ticket_token="t", kiosk_id="K1"), "- yes yes yes yes yes - - - - -"),
    (Evaluate(ticket_token="t", level=5), "yes - - - - - - - - - -"),
    (Evaluate(counter_id=W, ticket_id="A001", level=5), "- yes - - - - - - - - -"),
    (c.PrintReceipt(ticket_id="A001", receipt=RECEIPT), "- - - - - - yes - - - -"),
    (c.KeepDay(), "- - - - - - yes - - - -"),
    (c.AutoCall(counter_id=W), "- - - - - - yes - - - -"),
    (
        c.TakeTicket(channel=Channel.REMOTE, queue_id="A", card="cafe"),
        "yes yes - yes yes yes - - - - -",
    ),
    (
        c.TakeTicket(
            channel=Channel.REMOTE, queue_id="A", card="cafe", ticket_class=TicketClass.CARE
        ),
        "- yes - yes yes yes - - - - -",
    ),
    (c.CheckIn(code="K7M2P9"), "- yes - yes yes yes - - - - -"),
    (c.CheckIn(appointment_id="B1"), "- - - yes yes yes - - - - -"),
    (c.SendTicket(ticket_id="A001", to_queue_id="B", reason="r"), "- - - yes yes yes - - - - -"),
    (c.OpenCounter(counter_id=W, for_clerk_id="li"), "- - - - yes yes - - - - -"),
    (c.StopAutoCall(counter_id=W), "- - yes - yes yes - - - - -"),
    (c.AssignCounter(counter_id=W, queue_ids=("A",)), "- - - - yes yes - - - - -"),
    (
        c.AddAppointment(appointment_id="B1", code="K7M2P9", queue_id="A", slot_at=AT),
        "- - - - yes yes - - - - -",
    ),
    (c.CancelAppointment(appointment_id="B1"), "- - - - yes yes - - - - -"),
    (c.StopIssuing(), "- - - - yes yes - - - - -"),
    (c.ResumeIssuing(), "- - - - yes yes - - - - -"),
    (c.PostNotice(notice_id="N", zh="z", en="e"), "- - - - yes yes - - - yes -"),
    (
        c.PostNotice(notice_id="M", zh="z", en="e", zone_ids=("Z1",), screen_ids=("board:Z1",)),
        "- - - - yes yes - - - yes -",
    ),
    (c.RemoveNotice(notice_id="N"), "- - - - yes yes - - - yes -"),
    (c.AcknowledgeAlert(alert_id="A"), "- - yes yes yes yes - - - - -"),
    (c.ChangePlan(version=2, reason="r"), "- - - - yes yes - - - - -"),
    (c.ChangeRoster(reason="r"), "- - - - yes yes - - - - -"),
    (c.ReportPrinted(job_id="J", outcome=PrintOutcome.PRINTED), "- yes - - - - - - - - -"),
    (
        c.ReportPrinter(printer_id="P1", agent_id="a", state=PrinterState.READY),
        "- yes - - - - - - - - -",
    ),
    (c.ChangeRoll(printer_id="P1"), "- - - yes yes yes - - - - -"),
    (c.ReportSpoken(call_id="C", outcome=SpeechOutcome.SPOKEN), "- yes - - - - - - - - -"),
    (
        c.ReportSpeakers(zone_id="Z1", agent_id="a", state=SpeakerState.HEARD),
        "- yes - - - - - - - - -",
    ),
)

TOPICS: tuple[tuple[Family, str], ...] = (
    # visitor, device, clerk, greeter, supervisor, administrator, system
    # department manager, statistics viewer, content editor, auditor
    (Family.BOARD, "yes yes yes yes yes yes - yes yes yes yes"),
    (Family.COUNTER, "- - yes - yes yes - - - - -"),
    (Family.COUNTER_SCREEN, "yes yes yes yes yes yes - yes yes yes yes"),
    (Family.PAD, "- yes - - yes yes - - - - -"),
    (Family.KIOSK, "yes yes yes yes yes yes - yes yes yes yes"),
    (Family.TICKET, "yes yes yes yes yes yes - yes yes yes yes"),
    (Family.QUEUES, "yes yes yes yes yes yes - yes yes yes yes"),
    (Family.TAKE, "yes yes yes yes yes yes - yes yes yes yes"),
    (Family.VOICE, "- yes - - yes yes - - - - -"),
    (Family.OPS, "- - - - yes yes - - - - -"),
    (Family.ALERTS, "- - yes yes yes yes - - - - -"),
    (Family.GREETER, "- - - yes yes yes - - - - -"),
    (Family.OFFERS, "- - yes - yes yes - - - - -"),
    (Family.PRINTER, "- yes - - - - - - - - -"),
    (Family.CONSULTATION, "yes yes yes yes yes yes - yes yes yes yes"),
    (Family.CONSULTATIONS, "- - yes - yes yes - yes - - -"),
)

READINGS: tuple[tuple[Reading, str], ...] = (
    # visitor, device, clerk, greeter, supervisor, administrator, system
    # department manager, statistics viewer, content editor, auditor
    (Reading.DAYS, "- - - - yes yes - - yes - yes"),
    (Reading.REPLAY, "- - - - yes yes - - - - -"),
    (Reading.SCREEN, "- - - - yes yes - - - - -"),
    (Reading.WHY, "- - yes yes yes yes - - - - -"),
    (Reading.STAFF, "- - - - yes yes - - - - yes"),
    (Reading.FIND, "- - - yes yes yes - - - - -"),
    (Reading.PLANS, "- - - - yes yes - - - - yes"),
    (Reading.FORECAST, "- - - - yes yes - - yes - -"),
    (Reading.ACCOUNTS, "- - - - - yes - - - - yes"),
    (Reading.DEVICES, "- - - - yes yes - - - - yes"),
    (Reading.CASES, "- - yes - yes yes - yes - - -"),
    (Reading.FACTS, "- - yes - yes - - yes - - -"),
    (Reading.AUDIT, "- - - - - - - - - - yes"),
    (Reading.ROSTER, "- - - - yes yes - yes - - -"),
    (Reading.SHIFTS, "- - yes - - - - - - - -"),
    (Reading.CALENDAR, "- - yes - yes yes - yes - - -"),
    (Reading.FOLLOW_UPS, "- - - - yes yes - yes - - -"),
    (Reading.BOOKINGS, "- - - yes yes yes - - - - -"),
    (Reading.STATISTICS, "- - yes - yes yes - yes yes - -"),
    (Reading.MISSES, "- - - - yes yes - - - yes -"),
    (Reading.GUIDES, "- - - - yes yes - yes - yes -"),
    (Reading.NOTICES, "- - - - yes yes - - - yes -"),
    (Reading.CATALOGUE, "- - - - yes yes - - - yes -"),
    (Reading.CONSULTATIONS, "- - yes - yes yes - yes - - -"),
)

WRITINGS: tuple[tuple[Writing, str], ...] = (
    (Writing.PLAN, "- - - - yes yes - - - - -"),
    (Writing.DEVICE, "- - - - yes yes - - - - -"),
    (Writing.ACCOUNT, "- - - - - yes - - - - -"),
    (Writing.CASE, "- - yes - yes yes - yes - - -"),
    (Writing.ROSTER, "- - - - yes yes - yes - - -"),
    (Writing.SWAP, "- - yes - - - - - - - -"),
    (Writing.CALENDAR, "- - - - yes yes - - - - -"),
    (Writing.FOLLOW_UP, "- - - - yes yes - - - - -"),
    (Writing.BOOKING, "- - - yes yes yes - - - - -"),
    (Writing.BLOCK, "- - - - yes yes - - - - -"),
    (Writing.APPEAL, "- - - - - - - yes - - -"),
    (Writing.CONSULTATION, "- - yes - yes yes - yes - - -"),
    (Writing.SENSITIVE_WORDS, "- - - - yes yes - - - - -"),
    (Writing.FORM, "- - - - yes yes - - - yes -"),
    (Writing.GUIDE, "- - - - yes yes - - - yes -"),
    (Writing.REVIEW, "- - - - yes yes - yes - yes -"),
    (Writing.NOTICE, "- - - - yes yes - - - yes -"),
    (Writing.CATALOGUE, "- - - - - yes - - - - -"),
    (Writing.LINK, "- - - - - yes - - - yes -"),
    (Writing.SCREEN, "- yes - - - - - - - - -"),
)


def _row(words: str) -> dict[Role, bool]:
    cells = words.split()
    assert set(cells) <= {"yes", "-"}
    return {role: cell == "yes" for role, cell in zip(ROLES, cells, strict=True)}


@pytest.mark.parametrize(("command", "words"), COMMANDS)
def test_role_may_give_what_the_table_grants__I18(command: Command, words: str) -> None:
    assert {role: may_do(role, command) for role in ROLES} == _row(words)


@pytest.mark.parametrize(("family", "words"), TOPICS)
def test_role_may_watch_what_the_table_grants__I18(family: Family, words: str) -> None:
    assert {role: may_watch(role, family) for role in ROLES} == _row(words)


@pytest.mark.parametrize(("reading", "words"), READINGS)
def test_role_may_read_what_the_table_grants__I18(reading: Reading, words: str) -> None:
    assert {role: has(role, reading) for role in ROLES} == _row(words)


@pytest.mark.parametrize(("writing", "words"), WRITINGS)
def test_role_may_write_what_the_table_grants__I18(writing: Writing, words: str) -> None:
    assert {role: has(role, writing) for role in ROLES} == _row(words)


def test_table_has_every_role_command_and_family__I18() -> None:
    assert set(ROLES) == set(Role)
    assert {type(command) for command, _ in COMMANDS} == set(Command.__args__)
    assert {family for family, _ in TOPICS} == set(Family)
    assert {reading for reading, _ in READINGS} == set(Reading)
    assert {writing for writing, _ in WRITINGS} == set(Writing)
