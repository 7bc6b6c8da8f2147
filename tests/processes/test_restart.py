"""The same hall stopped and started again, with and without its stream."""

import shutil
from collections.abc import Iterator

import pytest

from backend.core.commands import CallNext, OpenCounter
from backend.core.stamp import Role
from backend.wire.messages import Refused
from tests.hall import Hall, running_hall
from tests.processes.history import check, history_of
from tests.processes.load import Load

ARCHIVE_S = 20.0
TICKETS = 1200
"""More than one batch of the archive, so that two processes restore it hand in hand."""


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with running_hall(workers=2) as found:
        yield found


async def test_same_command_before_and_after_a_restart_has_one_effect__I7(hall: Hall) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    call = CallNext(counter_id="W16")
    async with (
        load.client("one", is_device=True) as one,
        load.client("other", is_device=True) as other,
        load.client("desk", is_device=False) as desk,
    ):
        ticket = await load.ticket(one, "twice")
        assert ticket.result.number == "H001"
        assert await load.ticket(other, "twice") == ticket  # over another socket
        await load.do(desk, "desk", "open", OpenCounter(counter_id="W16"))
        called = await load.do(desk, "desk", "call", call)
        refused = await load.do(desk, "desk", "refused", call)  # one is at the counter already
        assert refused == Refused(id=refused.id, code="counter_busy")  # type: ignore[arg-type]

    assert hall.stop() == 0
    hall.start()

    async with (
        history_of(hall) as history,
        load.client("one", is_device=True) as one,
        load.client("desk", is_device=False) as desk,  # the session has outlived the restart
    ):
        assert await load.ticket(one, "twice") == ticket
        assert await load.do(desk, "desk", "call", call) == called
        assert await load.do(desk, "desk", "refused", call) == refused
        assert (await load.ticket(one, "new")).result.number == "H002"
        entries = await history.streamed()
        ours = [entry.commit.id for entry in entries if entry.commit.by.role is not Role.SYSTEM]
        assert ours == ["twice", "open", "call", "refused", "new"]
        check(entries, load.answers)


async def test_day_without_its_stream_is_rebuilt_from_the_archive__I1_I8(hall: Hall) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    async with history_of(hall) as history, load.client("kiosk", is_device=True) as kiosk:
        for n in range(TICKETS):
            await load.ticket(kiosk, f"many-{n}", "A")
        await history.until_archived(ARCHIVE_S)
        before, entries = await history.ref(), await history.streamed()
    assert hall.stop() == 0
    shutil.rmtree(hall.home / "valkey")
    hall.start()
    async with history_of(hall) as history, load.client("kiosk", is_device=True) as kiosk:
        after = await history.ref()
        assert after.day == before.day
        assert after.epoch != before.epoch
        rebuilt = await history.streamed()
        assert rebuilt[: len(entries)] == entries
        since = rebuilt[len(entries) :]  # the hub's clock goes on: it may have raised an alert
        assert all(entry.commit.by.role is Role.SYSTEM for entry in since)
        ticket = await load.ticket(kiosk, "next", "A")
        assert (ticket.seq > len(rebuilt), ticket.result.number) == (True, f"A{TICKETS + 1}")
        await load.ticket(kiosk, "many-7", "A")  # checked against the archive below
        await history.until_archived(ARCHIVE_S)
        check(await history.archived(), load.answers)
    print(f"{len(entries)} commits rebuilt")
