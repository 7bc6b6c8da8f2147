"""One effect and one answer for every command, whatever the store and other hubs do (I7)."""

import asyncio
import random
from collections import Counter as Tally
from contextlib import suppress

import pytest

from backend.core.commands import (
    CallNext,
    CancelTicket,
    Command,
    FinishServing,
    OpenCounter,
    StartServing,
)
from backend.core.day import HallDay
from backend.core.decide import decide
from backend.core.errors import RefusalCode
from backend.core.events import Event, TicketCalled, TicketTaken
from backend.core.ids import CommandId
from backend.core.stamp import Stamp
from backend.hub import transact
from backend.hub.follower import Answer
from backend.hub.transact import WAITING_MAX, IdInUseError, UnavailableError
from backend.wire.messages import Do, Done, ErrorCode, Fault, Refused
from tests.hub.stage import (
    DEVICE,
    LIMIT_S,
    SUPERVISOR,
    VISITOR,
    FaultyStream,
    Line,
    commits_of,
    done,
    eventually,
    new_hall,
    one_hall,
    open_day,
    running,
    take,
)


def message(id: str) -> Do:
    return Do(id=CommandId(id), command=take())


async def numbers(stream: FaultyStream) -> list[str]:
    commits = await commits_of(stream)
    return [e.number for c in commits for e in c.events if isinstance(e, TicketTaken)]


async def outcomes(answers: list["asyncio.Future[Answer]"]) -> list[Answer | BaseException]:
    async with asyncio.timeout(LIMIT_S):
        return await asyncio.gather(*answers, return_exceptions=True)


async def test_same_id_in_one_batch_has_one_effect__I7() -> None:
    async with one_hall() as (hall, stream):
        one, other = Line(hall, DEVICE), Line(hall, DEVICE)
        one.send(message("t1"))  # the same command over two connections, then once more
        other.send(message("t1"))
        other.send(message("t1"))
        await eventually(lambda: other.outbox.answers == 2)
        answers = await one.take() + await other.take()
        assert len(answers) == 3
        assert all(answer == answers[0] for answer in answers)
        assert isinstance(answers[0], Done)
        assert await numbers(stream) == ["B001"]
        assert hall.transactor.batches == 1


async def test_same_id_later_and_elsewhere_has_one_effect__I7() -> None:
    stream = FaultyStream()
    await open_day(stream)
    first, second = new_hall(stream), new_hall(stream)
    async with running(first, second):
        answer = await done(first, "t1", take())
        assert await done(first, "t1", take()) == answer
        assert await done(second, "t1", take(), by=SUPERVISOR) == answer
        with pytest.raises(IdInUseError):
            await done(second, "t1", take("C"))
        late = new_hall(stream)  # a process that starts afterwards
        async with running(late):
            assert await done(late, "t1", take()) == answer
        assert await numbers(stream) == ["B001"]


async def test_refused_command_stays_refused__I7() -> None:
    async with one_hall() as (hall, stream):
        call = CallNext(counter_id="W02")
        await done(hall, "open", OpenCounter(counter_id="W02"), SUPERVISOR)
        refused = await done(hall, "c1", call, SUPERVISOR)  # nobody waits
        assert refused.refused is RefusalCode.QUEUE_EMPTY
        await done(hall, "t1", take("B"))
        line = Line(hall, SUPERVISOR)
        answer = await line.ask(Do(id=CommandId("c1"), command=call))  # now somebody does
        assert answer == Refused(id=CommandId("c1"), code=RefusalCode.QUEUE_EMPTY)
        commits = await commits_of(stream)
        assert [commit.id for commit in commits] == ["opening", "open", "c1", "t1"]
        assert not any(isinstance(e, TicketCalled) for c in commits for e in c.events)


async def test_two_hubs_on_one_stream_agree__I2_I3_I8_CL8() -> None:
    seed = random.randrange(1 << 32)
    print(f"seed {seed}")
    chance = random.Random(seed)
    stream = FaultyStream()
    await open_day(stream)
    halls = new_hall(stream), new_hall(stream)
    counters = [f"W{n:02d}" for n in range(1, 9)]
    async with running(*halls):
        for counter in counters:
            await done(halls[0], f"open-{counter}", OpenCounter(counter_id=counter), SUPERVISOR)
        answers: list[asyncio.Future[Answer]] = []
        for n in range(500):  # to either hub: a ticket, or a counter's next step
            hall = chance.choice(halls)
            counter = chance.choice(counters)
            steps: list[Command] = [
                CallNext(counter_id=counter),
                StartServing(counter_id=counter),
                FinishServing(counter_id=counter),
            ]
            command = take(chance.choice("ABC")) if n % 2 else chance.choice(steps)
            answers.append(hall.do(CommandId(f"c{n}"), command, SUPERVISOR))
            if not chance.randrange(4):
                await asyncio.sleep(0)
        found = await outcomes(answers)
        assert not [answer for answer in found if isinstance(answer, BaseException)]
        await eventually(lambda: halls[0].follower.position == halls[1].follower.position)
        assert halls[0].follower.day == halls[1].follower.day
    conflicts = sum(hall.transactor.conflicts for hall in halls)
    print(f"{conflicts} conflicts in {stream.appends} appends")
    assert conflicts > 0
    issued = await numbers(stream)
    assert len(issued) == len(set(issued)) == 250
    commits = await commits_of(stream)
    assert len(commits) == len({commit.id for commit in commits})
    called = Tally(e.ticket_id for c in commits for e in c.events if isinstance(e, TicketCalled))
    assert called
    assert set(called.values()) == {1}


@pytest.mark.parametrize("is_stored", [False, True])
async def test_broken_append_has_one_effect_and_an_answer__I1_I7(is_stored: bool) -> None:
    async with one_hall() as (hall, stream):
        if is_stored:
            stream.fails_after_append = 2
        else:
            stream.fails_before_append = 2
        answers = [hall.do(CommandId(f"t{n}"), take(), DEVICE) for n in range(3)]
        found = [answer for answer in await outcomes(answers) if isinstance(answer, Answer)]
        assert [answer.result.number for answer in found] == ["B001", "B002", "B003"]
        assert await numbers(stream) == ["B001", "B002", "B003"]
        assert (await done(hall, "t1", take())).result.number == "B002"


async def test_store_away_too_long_is_unavailable_and_the_repeat_works__I7_I20(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transact, "STORE_PATIENCE_S", 0.2)
    async with one_hall() as (hall, stream):
        stream.is_away = True
        line = Line(hall, DEVICE)
        fault = await line.ask(message("t1"))
        assert isinstance(fault, Fault)
        assert (fault.code, fault.id) == (ErrorCode.UNAVAILABLE, "t1")
        stream.is_away = False
        answer = await line.ask(message("t1"))
        assert isinstance(answer, Done)
        assert await numbers(stream) == ["B001"]


async def test_stored_but_given_up_command_has_one_effect__I1_I7(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transact, "STORE_PATIENCE_S", 0.2)
    async with one_hall() as (hall, stream):
        stream.fails_after_append = 1
        answer = hall.do(CommandId("t1"), take(), DEVICE)
        await eventually(lambda: stream.fails_after_append == 0)
        stream.is_away = True
        with pytest.raises(UnavailableError):
            await answer
        stream.is_away = False
        assert (await done(hall, "t1", take())).result.number == "B001"
        assert await numbers(stream) == ["B001"]


async def test_hanging_store_is_answered_within_patience__I20(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(transact, "STORE_PATIENCE_S", 0.2)
    async with one_hall() as (hall, stream):
        stream.gate = asyncio.Event()  # the append neither happens nor fails
        first = hall.do(CommandId("t1"), take(), DEVICE)
        await eventually(lambda: stream.appends == 2)
        second = hall.do(CommandId("t2"), take(), DEVICE)  # behind the first
        found = await outcomes([first, second])
        assert [type(answer) for answer in found] == [UnavailableError, UnavailableError]
        stream.gate.set()
        assert (await done(hall, "t2", take())).result.number == "B002"
        assert (await done(hall, "t1", take())).result.number == "B001"
        assert await numbers(stream) == ["B001", "B002"]


async def test_bug_in_a_rule_fails_its_command_only__I7(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(day: HallDay, command: object, stamp: Stamp) -> tuple[Event, ...]:
        if isinstance(command, CallNext):
            raise ZeroDivisionError
        return decide(day, command, stamp)  # type: ignore[arg-type]

    monkeypatch.setattr(transact, "decide", broken)
    async with one_hall() as (hall, stream):
        ticket = hall.do(CommandId("t1"), take(), DEVICE)
        call = hall.do(CommandId("c1"), CallNext(counter_id="W02"), SUPERVISOR)
        more = hall.do(CommandId("t2"), take(), DEVICE)
        found = await outcomes([ticket, call, more])
        assert [type(answer) for answer in found] == [Answer, UnavailableError, Answer]
        assert hall.transactor.batches == 1
        assert await numbers(stream) == ["B001", "B002"]


async def test_too_many_waiting_commands_are_turned_away() -> None:
    async with one_hall() as (hall, stream):
        stream.gate = asyncio.Event()
        first = hall.do(CommandId("first"), take(), DEVICE)
        await eventually(lambda: stream.appends == 2)  # it is under way, the others wait
        waiting = [hall.do(CommandId(f"t{n}"), take(), DEVICE) for n in range(WAITING_MAX)]
        with pytest.raises(UnavailableError):
            await hall.do(CommandId("more"), take(), DEVICE)
        stream.gate.set()
        found = await outcomes([first, *waiting])
        assert all(isinstance(answer, Answer) for answer in found)
        assert len(await numbers(stream)) == WAITING_MAX + 1


async def test_client_that_left_and_comes_back_has_one_effect__I7() -> None:
    async with one_hall() as (hall, stream):
        answer = hall.do(CommandId("t1"), take(), DEVICE)
        answer.cancel()  # an HTTP client that hung up
        with suppress(asyncio.CancelledError):
            await answer
        again = await done(hall, "t1", take())
        assert again.result.number == "B001"
        assert await numbers(stream) == ["B001"]


async def test_visitors_refusal_leaves_no_entry__I7() -> None:
    async with one_hall() as (hall, stream):
        cancel = CancelTicket(ticket_token="guessed")
        before = len(await commits_of(stream))
        for n in range(5):
            answer = await done(hall, f"v{n}", cancel, VISITOR)
            assert answer.refused is RefusalCode.UNKNOWN_TICKET
        assert len(await commits_of(stream)) == before
        await done(hall, "v0", take())  # an id that a visitor tried is not spoilt by it
        assert await numbers(stream) == ["B001"]


async def test_id_of_a_ticket_gives_its_token_to_nobody_else__I19() -> None:
    async with one_hall() as (hall, _):
        taken = await done(hall, "t1", take())
        with pytest.raises(IdInUseError):
            await done(hall, "t1", CancelTicket(ticket_token="x"), VISITOR)
        line = Line(hall, VISITOR)
        answer = await line.ask(Do(id=CommandId("t1"), command=CancelTicket(ticket_token="x")))
        assert isinstance(answer, Fault)
        assert answer.code is ErrorCode.ID_IN_USE
        assert str(taken.result.token) not in answer.detail
