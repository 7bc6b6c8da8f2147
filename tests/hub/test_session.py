"""What a connection may send, what comes back, and what it cannot do."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from backend.core.commands import CallNext, Command, OpenCounter
from backend.core.ids import CommandId
from backend.core.stamp import Caller
from backend.hub.hall import Hall
from backend.hub.limits import FLOOD_GRACE, IN_FLIGHT_MAX, RATES, TOPICS_MAX
from backend.hub.session import FloodingError
from backend.wire.messages import (
    FRAME_MAX,
    Do,
    Done,
    ErrorCode,
    Fault,
    Ping,
    Pong,
    Refused,
    Show,
    Unwatch,
    Watch,
)
from tests.hub.stage import (
    DEVICE,
    SUPERVISOR,
    VISITOR,
    FaultyStream,
    Line,
    clerk,
    commits_of,
    done,
    eventually,
    one_hall,
    take,
)

CLERK = clerk("W02")


@pytest.fixture
async def stage() -> AsyncIterator[tuple[Hall, FaultyStream]]:
    async with one_hall() as found:
        yield found


def do(id: str, command: Command) -> Do:
    return Do(id=CommandId(id), command=command)


@pytest.mark.parametrize(
    "frame",
    [
        "nonsense",
        "",
        "[]",
        "null",
        '{"type":"do"',
        b'{"type":"ping"}\xff',
        '{"type":"dance"}',
        '{"id":"c1","command":{"type":"call_next","counter_id":"W02"}}',
        '{"type":"ping","extra":1}',
        '{"type":"watch"}',
        '{"type":"watch","topic":""}',
        '{"type":"watch","topic":7}',
        '{"type":"do","id":"c1","command":{"type":"call_nxt","counter_id":"W02"}}',
        '{"type":"do","id":"c1","command":{"type":"call_next","counter":"W02"}}',
        '{"type":"do","id":"c1","command":{"type":"call_next","counter_id":"W02","by":"boss"}}',
        '{"type":"do","id":"c1","by":"boss","command":{"type":"call_next","counter_id":"W02"}}',
        '{"type":"do","id":"","command":{"type":"call_next","counter_id":"W02"}}',
        '{"type":"do","id":"a b","command":{"type":"call_next","counter_id":"W02"}}',
        '{"type":"do","id":"c1\\n","command":{"type":"call_next","counter_id":"W02"}}',
        f'{{"type":"do","id":"{"x" * 65}","command":{{"type":"call_next","counter_id":"W02"}}}}',
        '{"type":"do","id":"c1","command":{"type":"call_next","counter_id":"W02\\u0000"}}',
        '{"type":"do","id":5,"command":{"type":"call_next","counter_id":"W02"}}',
    ],
)
async def test_malformed_frame_changes_nothing(
    stage: tuple[Hall, FaultyStream], frame: str | bytes
) -> None:
    hall, stream = stage
    before = len(await commits_of(stream))
    line = Line(hall, CLERK)
    fault = await line.ask(frame)  # any of the frames above
    assert isinstance(fault, Fault)
    assert fault.code is ErrorCode.MALFORMED
    assert isinstance(await line.ask(Ping()), Pong)  # the connection lives
    assert len(await commits_of(stream)) == before


async def test_malformed_command_is_told_its_id(stage: tuple[Hall, FaultyStream]) -> None:
    line = Line(stage[0], CLERK)
    fault = await line.ask('{"type":"do","id":"c1","command":{"type":"nothing"}}')
    assert isinstance(fault, Fault)
    assert fault.id == "c1"
    fault = await line.ask('{"type":"watch","topic":"board:Z1","more":1}')
    assert isinstance(fault, Fault)
    assert fault.topic == "board:Z1"


@pytest.mark.parametrize("character", [" ", "号"])
async def test_frame_over_the_limit_is_too_large(
    stage: tuple[Hall, FaultyStream], character: str
) -> None:
    line = Line(stage[0], CLERK)
    size = len(character.encode())
    padding = character * ((FRAME_MAX - 20) // size)
    frame = f'{{"type":"{padding}"}}'
    frame += " " * (FRAME_MAX - len(frame.encode()))
    fault = await line.ask(frame)  # exactly at the limit: read, and of no known type
    assert isinstance(fault, Fault)
    assert fault.code is ErrorCode.MALFORMED
    fault = await line.ask(frame + " ")  # one byte more: not read at all
    assert isinstance(fault, Fault)
    assert fault.code is ErrorCode.TOO_LARGE
    assert isinstance(await line.ask(Ping()), Pong)


async def test_flood_is_turned_away_then_ended(stage: tuple[Hall, FaultyStream]) -> None:
    line = Line(stage[0], VISITOR)
    rate, burst = RATES[VISITOR.role]
    for _ in range(int(burst)):  # as many pings in one instant as a visitor may send
        assert isinstance(await line.ask(Ping()), Pong)
    for n in range(FLOOD_GRACE):  # then warnings, which name the command they are about
        fault = await line.ask(do(f"c{n}", take()))
        assert isinstance(fault, Fault)
        assert fault.code is ErrorCode.TOO_MANY_REQUESTS
        assert fault.id == f"c{n}"
    with pytest.raises(FloodingError):
        line.send(Ping())
    line.at_s += 1.0  # who slows down is heard again
    for _ in range(int(rate)):
        assert isinstance(await line.ask(Ping()), Pong)
    fault = await line.ask(Ping())
    assert isinstance(fault, Fault)


@pytest.mark.parametrize(
    "topic",
    ["board:Z9", "board", "board:", "queues:B", "nonsense:1", "ticket:nobody's", "Board:Z1"],
)
async def test_unknown_topic_is_named(stage: tuple[Hall, FaultyStream], topic: str) -> None:
    line = Line(stage[0], SUPERVISOR)
    fault = await line.ask(Watch(topic=topic))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.topic) == (ErrorCode.UNKNOWN_TOPIC, topic)
    line.send(Unwatch(topic=topic))  # says nothing
    assert isinstance(await line.ask(Ping()), Pong)


@pytest.mark.parametrize(
    ("by", "topic", "code"),
    [
        (VISITOR, "counter:W02", ErrorCode.UNAUTHENTICATED),
        (VISITOR, "printer:P1", ErrorCode.UNAUTHENTICATED),
        (VISITOR, "voice:Z1", ErrorCode.UNAUTHENTICATED),
        (CLERK, "voice:Z1", ErrorCode.FORBIDDEN),
        (CLERK, "printer:P1", ErrorCode.FORBIDDEN),
        (SUPERVISOR, "printer:P1", ErrorCode.FORBIDDEN),
        (DEVICE, "counter:W02", ErrorCode.FORBIDDEN),
    ],
)
async def test_topic_of_others_is_denied__I18(
    stage: tuple[Hall, FaultyStream], by: Caller, topic: str, code: ErrorCode
) -> None:
    hall, _ = stage
    line = Line(hall, by)
    fault = await line.ask(Watch(topic=topic))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.topic) == (code, topic)
    await done(hall, "t1", take())  # something happens; the line is shown none of it
    assert isinstance(await line.ask(Ping()), Pong)


@pytest.mark.parametrize(
    ("by", "command", "code"),
    [
        (VISITOR, take(), ErrorCode.UNAUTHENTICATED),
        (VISITOR, CallNext(counter_id="W02"), ErrorCode.UNAUTHENTICATED),
        (DEVICE, CallNext(counter_id="W02"), ErrorCode.FORBIDDEN),
        (DEVICE, OpenCounter(counter_id="W02"), ErrorCode.FORBIDDEN),
        (CLERK, take(), ErrorCode.FORBIDDEN),
    ],
)
async def test_command_of_others_is_denied__I18(
    stage: tuple[Hall, FaultyStream], by: Caller, command: Command, code: ErrorCode
) -> None:
    hall, stream = stage
    before = len(await commits_of(stream))
    line = Line(hall, by)
    fault = await line.ask(do("c1", command))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.id) == (code, "c1")
    assert isinstance(await line.ask(Ping()), Pong)
    assert len(await commits_of(stream)) == before


async def test_rule_refuses_with_its_own_code__CL7(stage: tuple[Hall, FaultyStream]) -> None:
    line = Line(stage[0], CLERK)
    assert await line.ask(do("c1", CallNext(counter_id="W02"))) == Refused(
        id=CommandId("c1"),
        code="counter_closed",  # type: ignore[arg-type]
    )
    assert isinstance(await line.ask(do("c2", OpenCounter(counter_id="W02"))), Done)


async def test_too_many_topics_are_denied(stage: tuple[Hall, FaultyStream]) -> None:
    hall, _ = stage
    answers = [await done(hall, f"t{n}", take()) for n in range(TOPICS_MAX + 1)]
    topics = [f"ticket:{answer.result.token}" for answer in answers]
    line = Line(hall, SUPERVISOR)
    for topic in topics[:-1]:
        assert isinstance(await line.ask(Watch(topic=topic)), Show)
    fault = await line.ask(Watch(topic=topics[-1]))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.topic) == (ErrorCode.TOO_MANY_TOPICS, topics[-1])
    assert isinstance(await line.ask(Watch(topic=topics[0])), Show)  # watched already
    line.send(Unwatch(topic=topics[0]))
    assert isinstance(await line.ask(Watch(topic=topics[-1])), Show)  # in its place
    assert hall.fanout.topics == TOPICS_MAX
    line.session.close()
    assert hall.fanout.topics == 0


async def test_too_many_unanswered_commands_are_denied(stage: tuple[Hall, FaultyStream]) -> None:
    hall, stream = stage
    stream.gate = asyncio.Event()  # the store takes its time
    line = Line(hall, DEVICE)
    for n in range(IN_FLIGHT_MAX):
        line.send(do(f"t{n}", take()))
    fault = await line.ask(do("more", take()))
    assert isinstance(fault, Fault)
    assert (fault.code, fault.id) == (ErrorCode.TOO_MANY_REQUESTS, "more")
    stream.gate.set()
    await eventually(lambda: line.outbox.answers == IN_FLIGHT_MAX)
    answers = await line.take()
    assert [answer.id for answer in answers if isinstance(answer, Done)] == [
        f"t{n}" for n in range(IN_FLIGHT_MAX)
    ]
    assert isinstance(await line.ask(do("more", take())), Done)


async def test_slow_reader_gets_newest_view_after_answers__I10(
    stage: tuple[Hall, FaultyStream],
) -> None:
    hall, stream = stage
    line = Line(hall, DEVICE)
    line.send(Watch(topic="kiosk:K1"))
    for n in range(5):  # nothing is read meanwhile
        await done(hall, f"t{n}", take())
    line.send(do("t9", take("C")))
    line.send(Ping())
    await eventually(lambda: line.outbox.answers == 2)
    pong, answer, show = await line.take()
    assert isinstance(pong, Pong)
    assert isinstance(answer, Done)
    assert isinstance(show, Show)
    assert show.seq == answer.seq == len(await commits_of(stream))


async def test_closed_session_is_shown_nothing(stage: tuple[Hall, FaultyStream]) -> None:
    hall, _ = stage
    line = Line(hall, DEVICE)
    assert isinstance(await line.ask(Watch(topic="board:Z1")), Show)
    line.send(Watch(topic="kiosk:K1"))
    line.send(Unwatch(topic="kiosk:K1"))  # what was not read yet is dropped too
    line.session.close()
    await done(hall, "t1", take())
    assert isinstance(await line.ask(Ping()), Pong)
