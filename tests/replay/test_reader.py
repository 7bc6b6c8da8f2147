"""The line to the history process: its faults are the store's, and it is started anew."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import pytest

from backend.core.ids import HallId, TicketId
from backend.replay import reader
from backend.replay.questions import AskWhy
from backend.replay.reader import WAITING_MAX, Reader
from backend.store.stream import StoreError

QUESTION = AskWhy(
    hall_id=HallId("main"), day=date(2026, 11, 23), ticket_id=TicketId("x"), for_visitor=False
)


@pytest.fixture
async def nowhere(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Reader]:
    """A reader whose process reaches neither database."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:1")
    found = Reader()
    yield found
    await found.close()


async def test_stores_that_are_away_are_told_and_the_process_stays(nowhere: Reader) -> None:
    for _ in range(2):
        reply = await nowhere.ask(QUESTION)
        assert (reply.status, reply.code) == (503, "unavailable")


async def test_process_that_cannot_start_is_a_fault_of_the_store(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    found = Reader()
    with pytest.raises(StoreError):
        await found.ask(QUESTION)


async def test_process_that_was_killed_is_started_anew(nowhere: Reader) -> None:
    await nowhere.ask(QUESTION)
    await nowhere.close()
    assert (await nowhere.ask(QUESTION)).status == 503


async def test_answer_that_takes_too_long_is_given_up(
    nowhere: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasty = Reader(answer_s=0.01)
    with pytest.raises(StoreError, match="no answer within"):
        await hasty.ask(QUESTION)
    assert not hasty.is_busy


async def test_question_given_up_leaves_no_answer_for_the_next(nowhere: Reader) -> None:
    await nowhere.ask(QUESTION)
    first = asyncio.create_task(nowhere.ask(QUESTION))
    while not nowhere.is_busy:
        await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    assert (await nowhere.ask(QUESTION)).code == "unavailable"


async def test_more_questions_than_may_wait_are_turned_away(nowhere: Reader) -> None:
    asked = [asyncio.create_task(nowhere.ask(QUESTION)) for _ in range(WAITING_MAX + 1)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(each) for each in found].count(StoreError) == 1


async def test_process_that_nobody_asks_ends(
    nowhere: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "IDLE_S", 0.05)
    await nowhere.ask(QUESTION)
    process = nowhere._process
    assert process is not None
    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert (await nowhere.ask(QUESTION)).status == 503
