"""What is stored is for ever: it never changes unnoticed, and old readers read on.

`golden/<tag>.json` holds one commit for each event, byte for byte as it is stored.  A new event
gets a new file; a file that exists is changed only for a new field with a default, and then the
old one stays beside it under another name, since it must decode for ever.
"""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from redis.asyncio import Redis

from backend.core.day import HallDay
from backend.core.events import Event
from backend.core.evolve import fold
from backend.core.ids import HallId
from backend.store.archive import Archive
from backend.store.database import Database
from backend.store.link import Link
from backend.store.redis_stream import RedisStream
from backend.store.stream import START, Commit
from tests.support.commits import MONDAY, commit, entries, refusal
from tests.support.plans import W1, A
from tests.support.samples import EVENTS
from tests.support.world import World

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = {str(event.__struct_config__.tag): commit("0194-golden", event) for event in EVENTS}
SAMPLES["refused"] = refusal("0194-golden")
SAMPLES["marked"] = replace(commit("0194-golden"), mark="9f86d081884c7d65")

decode = msgspec.json.Decoder(Commit).decode


def test_there_is_a_sample_of_every_event() -> None:
    assert {type(event) for event in EVENTS} == set(Event.__args__)


@pytest.mark.parametrize("tag", SAMPLES)
def test_commit_is_stored_as_ever(tag: str) -> None:
    stored = (GOLDEN / f"{tag}.json").read_bytes().rstrip(b"\n")
    assert msgspec.json.encode(SAMPLES[tag]) == stored
    assert decode(stored) == SAMPLES[tag]


def test_every_file_that_was_ever_stored_decodes() -> None:
    paths = sorted(GOLDEN.glob("*.json"))
    assert {path.stem for path in paths} >= set(SAMPLES)
    for path in paths:
        assert decode(path.read_bytes())


@pytest.mark.parametrize("event", EVENTS)
def test_event_is_tagged_by_its_name(event: Event) -> None:
    words = [f"_{sign.lower()}" if sign.isupper() else sign for sign in type(event).__name__]
    assert event.__struct_config__.tag == "".join(words).removeprefix("_")


@pytest.mark.parametrize("tag", [tag for tag in SAMPLES if tag != "refused"])
def test_field_of_a_newer_writer_is_passed_over(tag: str) -> None:
    newer = msgspec.json.decode(msgspec.json.encode(SAMPLES[tag]))
    newer["written_by"] = "a newer version"
    newer["events"][0]["mood"] = "fine"
    assert decode(msgspec.json.encode(newer)) == SAMPLES[tag]


def unknown_event() -> bytes:
    newer = msgspec.json.decode(msgspec.json.encode(SAMPLES["ticket_called"]))
    newer["events"][0]["type"] = "ticket_teleported"
    return msgspec.json.encode(newer)


def test_event_of_a_newer_writer_stops_the_reader() -> None:
    with pytest.raises(msgspec.ValidationError, match="ticket_teleported"):
        decode(unknown_event())


async def test_unknown_event_stops_the_reader_of_redis(redis: Redis, link: Link) -> None:
    """Not as a StoreError, which would be tried again for ever."""
    stream = RedisStream(link, HallId("hall"))
    await stream.append(MONDAY, START, [commit("a")])
    key = "{hall}:day:2026-11-23"
    await redis.xadd(key, {"id": "b", "body": unknown_event()}, id="2-0")
    with pytest.raises(msgspec.ValidationError):
        await stream.read(MONDAY, START, 10)
    await stream.announce(MONDAY, None)
    with pytest.raises(msgspec.ValidationError):
        await stream.wait(MONDAY, lambda: START, 1)


async def test_whole_day_comes_back_from_both_stores__I8(link: Link, database: Database) -> None:
    world = World().open(W1)
    world.take(A, count=5)
    world.pass_next(W1)
    world.serve(W1)
    world.call(W1)
    world.undo(W1)
    stored = entries([commit(f"c{n}", event) for n, event in enumerate(world.events)])
    stream = RedisStream(link, HallId("hall"))
    await stream.append(MONDAY, START, [entry.commit for entry in stored])
    found = await stream.read(MONDAY, START, 1000)
    archive = Archive(database)
    await archive.write(HallId("hall"), MONDAY.day, found)
    archived = await archive.read(HallId("hall"), MONDAY.day, START, 1000)
    assert found == archived == stored
    events = [event for entry in archived for event in entry.commit.events]
    assert fold(HallDay(), events) == world.day
