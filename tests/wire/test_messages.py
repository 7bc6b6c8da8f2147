import msgspec
import pytest
from msgspec import inspect

from backend.core import commands as c
from backend.core.commands import Command
from backend.core.errors import RefusalCode
from backend.core.ids import SERVICES_MAX, Channel, CommandId, TicketClass
from backend.core.result import Result
from backend.wire.messages import (
    ClientMessage,
    Do,
    Done,
    ErrorCode,
    Fault,
    Ping,
    Pong,
    Refused,
    ServerMessage,
    Unwatch,
    Watch,
)
from tests.support.samples import AT

decode = msgspec.json.Decoder(ClientMessage).decode
decode_answer = msgspec.json.Decoder(ServerMessage).decode
ID = CommandId("0194-a")

COMMANDS = {
    "open_day": "{}",
    "close_day": '{"force":true}',
    "take_ticket": '{"channel":"anonymous","queue_id":"A"}',
    "cancel_ticket": '{"ticket_token":"t"}',
    "return_ticket": '{"ticket_id":"A001"}',
    "evaluate": '{"ticket_token":"t","level":5,"tags":["quick"]}',
    "delay_ticket": '{"ticket_token":"t","places":5}',
    "reprint_ticket": '{"ticket_id":"A001","kiosk_id":"K1"}',
    "open_counter": '{"counter_id":"W1"}',
    "close_counter": '{"counter_id":"W1"}',
    "pause_counter": '{"counter_id":"W1","reason":"lunch"}',
    "resume_counter": '{"counter_id":"W1"}',
    "call_next": '{"counter_id":"W1"}',
    "call_ticket": '{"counter_id":"W1","ticket_id":"A001","reason":"a train"}',
    "recall": '{"counter_id":"W1"}',
    "undo_call": '{"counter_id":"W1"}',
    "start_serving": '{"counter_id":"W1"}',
    "finish_serving": '{"counter_id":"W1"}',
    "hold_ticket": '{"counter_id":"W1"}',
    "resume_ticket": '{"counter_id":"W1","ticket_id":"A001"}',
    "transfer_ticket": '{"counter_id":"W1","to_queue_id":"B","place":"tail","reason":"wrong line"}',
    "next_queue": '{"counter_id":"W1","to_queue_id":"B"}',
    "pass_ticket": '{"counter_id":"W1"}',
    "keep_day": "{}",
    "change_plan": '{"version":2,"reason":"one more window"}',
    "change_roster": '{"reason":"somebody is ill"}',
    "check_in": '{"code":"K7M2P9","kiosk_id":"K1"}',
    "add_appointment": (
        '{"appointment_id":"B1","code":"K7M2P9","queue_id":"A","slot_at":"2026-11-23T02:00:00Z"}'
    ),
    "cancel_appointment": '{"appointment_id":"B1"}',
    "send_ticket": '{"ticket_id":"A001","to_queue_id":"B","reason":"wrong line"}',
    "stop_auto_call": '{"counter_id":"W1"}',
    "auto_call": '{"counter_id":"W1"}',
    "assign_counter": '{"counter_id":"W1","queue_ids":["A","B"],"mode":"shares","shares":[3,1]}',
    "stop_issuing": '{"queue_id":"A","reason":"system down"}',
    "resume_issuing": "{}",
    "post_notice": '{"notice_id":"N1","zh":"今日早关门","en":"We close early"}',
    "remove_notice": '{"notice_id":"N1"}',
    "acknowledge_alert": '{"alert_id":"20261123-A1"}',
    "report_printed": '{"job_id":"J","outcome":"unknown"}',
    "report_printer": '{"printer_id":"P1","agent_id":"a5","state":"gone","tickets_left":9}',
    "change_roll": '{"printer_id":"P1"}',
    "print_receipt": '{"ticket_id":"A001","receipt":{"kind":"missing","number":null,'
    '"service_name":{"zh":"一","en":"one"},"department_name":{"zh":"一","en":"one"},'
    '"due_day":null,"is_provisional":false,"missing":[],"track_path":"/track/x"}}',
    "report_speakers": '{"zone_id":"Z1","agent_id":"d1","state":"silent","detail":"no sound"}',
    "report_spoken": '{"call_id":"C","outcome":"skipped","detail":"too old"}',
}
"""Each command with the least that it needs, or so; the names are the contract."""


def do(body: str, id: str = "0194-a") -> str:
    return f'{{"type":"do","id":"{id}","command":{body}}}'


def command(name: str, fields: str) -> str:
    return fields.replace("{", f'{{"type":"{name}",', 1).replace(",}", "}")


@pytest.mark.parametrize("name", COMMANDS)
def test_command_is_decoded_by_its_name_and_goes_back_the_same(name: str) -> None:
    message = decode(do(command(name, COMMANDS[name])))
    assert isinstance(message, Do)
    assert message.command.__struct_config__.tag == name
    assert decode(msgspec.json.encode(message)) == message


def test_every_command_has_a_name_on_the_wire() -> None:
    assert {kind.__struct_config__.tag for kind in Command.__args__} == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_field_nobody_knows_is_refused(name: str) -> None:
    fields = COMMANDS[name].replace("{", '{"colour":"red",', 1)
    with pytest.raises(msgspec.ValidationError, match="colour"):
        decode(do(command(name, fields)))


@pytest.mark.parametrize(
    "frame",
    [
        '{"type":"watch","topic":"board:Z1"}',
        '{"type":"unwatch","topic":"board:Z1"}',
        '{"type":"ping"}',
    ],
)
def test_other_messages_refuse_unknown_fields_too(frame: str) -> None:
    assert isinstance(decode(frame), Watch | Unwatch | Ping)
    with pytest.raises(msgspec.ValidationError):
        decode(frame.replace("{", '{"colour":"red",', 1))


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "null",
        "[]",
        "{}",
        '{"type":"shout"}',
        '{"type":"watch"}',
        '{"type":"watch","topic":""}',
        '{"type":"watch","topic":"' + "x" * 101 + '"}',
        '{"type":"watch","topic":1}',
        do("null"),
        do("{}"),
        do('{"type":"call_next"}'),
        do('{"type":"dance","counter_id":"W1"}'),
        do('{"type":"call_next","counter_id":""}'),
        do('{"type":"call_next","counter_id":"' + "W" * 65 + '"}'),
        do('{"type":"call_next","counter_id":["W1"]}'),
        do('{"type":"pause_counter","counter_id":"W1","reason":"tired"}'),
        do('{"type":"take_ticket","channel":"pigeon","queue_id":"A"}'),
        do('{"type":"take_ticket","channel":"card","queue_id":"A","card":"123"}'),
        do('{"type":"take_ticket","channel":"card","queue_id":"A","card":"' + "1" * 65 + '"}'),
        do(
            '{"type":"take_ticket","channel":"card","service_ids":['
            + ",".join(['"S"'] * (SERVICES_MAX + 1))
            + "]}"
        ),
        do(
            '{"type":"report_spoken","call_id":"C","outcome":"spoken","detail":"' + "x" * 201 + '"}'
        ),
        do('{"type":"ping"}'),
    ],
)
def test_frame_of_no_messages_form_is_refused(frame: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode(frame)


@pytest.mark.parametrize("id", ["", "x" * 65, "a b", "a\\nb", "a/b", "号", "0194-a\\n"])
def test_id_that_could_do_harm_in_a_log_or_key_is_refused__I7(id: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        decode(do('{"type":"open_day"}', id))


@pytest.mark.parametrize("id", ["x", "x" * 64, "0194f1c2-7b1a-7000-8000-0123456789ab", "a.b:c_d"])
def test_id_of_the_usual_forms_is_taken__I7(id: str) -> None:
    message = decode(do('{"type":"open_day"}', id))
    assert isinstance(message, Do)
    assert message.id == id


def test_defaults_of_a_ticket_are_ordinary_and_printed__TK3() -> None:
    message = decode(do(command("take_ticket", COMMANDS["take_ticket"])))
    assert isinstance(message, Do)
    assert message.command == c.TakeTicket(
        channel=Channel.ANONYMOUS, queue_id="A", ticket_class=TicketClass.ORDINARY, print=True
    )


@pytest.mark.parametrize(
    ("message", "frame"),
    [
        (
            Done(id=ID, seq=7, result=Result()),
            '{"type":"done","id":"0194-a","seq":7,"result":{}}',
        ),
        (
            Refused(id=ID, code=RefusalCode.QUEUE_EMPTY),
            '{"type":"refused","id":"0194-a","code":"queue_empty"}',
        ),
        (Pong(at=AT), '{"type":"pong","at":"2026-11-23T01:02:03.456789Z"}'),
        (
            Fault(code=ErrorCode.MALFORMED, detail="no such type", id=None, topic=None),
            '{"type":"error","code":"malformed","detail":"no such type","id":null,"topic":null}',
        ),
    ],
)
def test_answer_is_sent_as_the_contract_says(message: ServerMessage, frame: str) -> None:
    assert msgspec.json.encode(message).decode() == frame
    assert decode_answer(frame) == message


def test_codes_are_told_by_words_that_a_program_can_hold() -> None:
    codes = [code.value for code in (*RefusalCode, *ErrorCode)]
    assert all(code.isascii() and code == code.lower() and " " not in code for code in codes)
    assert len(set(codes)) == len(codes)


def test_messages_are_told_apart_by_type() -> None:
    for union in (ClientMessage, ServerMessage):
        kind = inspect.type_info(union)
        assert isinstance(kind, inspect.UnionType)
        for part in kind.types:
            assert isinstance(part, inspect.StructType)
            assert part.tag_field == "type"
