"""Two versions of the hall on one port and one store, and what an old one makes of the unknown.

The next version is this checkout with another VERSION, one more field in a view and one more,
with a default, in an event.
"""

import asyncio
import json
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from msgspec import Struct

from backend.core.ids import CommandId, HallId
from backend.store.stream import Commit, DayRef
from backend.web.pages import VERSION
from tests.hall import HALL_ID, ROOT, Hall, free_port, running_hall
from tests.processes.history import History, check, history_of, until
from tests.processes.load import Load, working
from tests.processes.webs import WebProcess, web_process

RECOVERY_S = 10.0
STOP_MAX_S = 5.0
NEXT = "9.9.9"
CHANGES = (
    ("web/pages.py", 'VERSION = "', f'VERSION = "{NEXT}"  # "'),
    ("core/views/queues.py", "    is_open: bool\n", "    is_open: bool\n    is_next: bool\n"),
    ("core/views/queues.py", "is_open=day.is_open,", "is_open=day.is_open, is_next=True,"),
    (
        "core/events.py",
        "    origin: Origin | None = None\n    appointment_id",
        '    origin: Origin | None = None\n    told_by: str = "next"\n    appointment_id',
    ),
)


class EventOfTomorrow(Struct, frozen=True, tag="event_of_tomorrow"):
    """What this version has no word for."""


@pytest.fixture(scope="module")
def next_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of the next version, as far as its web process needs one."""
    root = tmp_path_factory.mktemp("next")
    for part in ("backend", "frontend/src/shared/site"):  # whose words the website has too
        shutil.copytree(ROOT / part, root / part, ignore=shutil.ignore_patterns("*.pyc"))
    for name, old, new in CHANGES:
        path = root / "backend" / name
        text = path.read_text()
        assert text.count(old) == 1, f"{name} has changed: {old!r}"
        path.write_text(text.replace(old, new))
    return root


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    with running_hall() as found:
        yield found


@contextmanager
def sharing(hall: Hall, port: int, name: str, code: Path = ROOT) -> Iterator[WebProcess]:
    with web_process(hall, "--reuse-port", port=port, name=name, code=code) as found:
        yield found


async def test_upgrade_one_process_after_the_other__I1_I2_I7_I8_I10(
    hall: Hall, next_version: Path
) -> None:
    port = free_port()
    with sharing(hall, port, "old-1") as first, sharing(hall, port, "old-2") as second:
        load = Load(hall, hall.cookie("supervisor"), url=first.door.url)
        served_by: list[set[str]] = []
        async with history_of(hall) as history:
            async with working(load, kiosks=4, every_s=0.1, screens=9):
                await load.until_all_are_served(RECOVERY_S)
                for old in (first, second):
                    old.code = next_version
                    took_s = await old.restart(signal.SIGTERM)
                    print(f"{old.name} ended in {took_s:.1f} s")
                    assert took_s < STOP_MAX_S
                    for _ in range(5):
                        await load.until_all_are_served(RECOVERY_S)
                    served_by.append(await asyncio.to_thread(versions, port))
                await load.until_screens_agree(RECOVERY_S)
            print(f"slowest answer {max(load.latencies_s):.2f} s")
            assert served_by == [{VERSION, NEXT}, {NEXT}]
            check(await history.streamed(), load.answers)
            told = await told_by(history)
            assert told == {"", "next"}  # both have written, and each has read the other
        for web in (first, second):
            assert "Traceback" not in web.log


async def test_old_process_stops_at_an_event_it_does_not_know__I8(hall: Hall) -> None:
    """It folds nothing that it might misread, and the recorder archives nothing either."""
    async with history_of(hall) as history:
        with web_process(hall, name="old-3") as old:
            await history.until_archived(RECOVERY_S)
            await append_unknown(history)

            async def has_ended() -> bool:
                assert old.process is not None
                return old.process.poll() is not None

            async def has_recorder_ended() -> bool:
                return "recorder ended" in hall.words

            await until(has_ended, RECOVERY_S)
            await until(has_recorder_ended, RECOVERY_S)
        assert "halls_failed" in old.log
        assert "event_of_tomorrow" in old.log
        ref = await history.ref()
        end = await history.archive.end(HallId(HALL_ID), ref.day)
        assert end.seq == await history.redis.xlen(key_of(ref)) - 1


def versions(port: int) -> set[str]:
    """Who answers on the port."""
    found = set[str]()
    for _ in range(20):
        with urlopen(f"http://127.0.0.1:{port}/api/hello") as response:
            found.add(json.load(response)["version"])
    return found


async def told_by(history: History) -> set[str]:
    """Which versions have given out tickets, by the field that only one of them writes."""
    rows: Any = await history.redis.xrange(key_of(await history.ref()))
    events = [e for _, fields in rows for e in json.loads(fields[b"body"]).get("events", ())]
    return {e.get("told_by", "") for e in events if e["type"] == "ticket_taken"}


async def append_unknown(history: History) -> None:
    """Have a commit in the stream as a later version may write it."""
    *_, last = await history.streamed()
    event: Any = EventOfTomorrow()
    commit = Commit(id=CommandId("tomorrow"), by=last.commit.by, at=last.commit.at, events=(event,))
    await history.stream.append(await history.ref(), last.position, [commit])


def key_of(ref: DayRef) -> str:
    return f"{{{HALL_ID}}}:day:{ref.day}"
