"""What was read last is good for a while when the store is away, and read once for all who ask."""

import asyncio

import pytest

from backend.store.lasting import Lasting
from backend.store.stream import StoreError


class Shelf:
    """Something to read, which counts how often it was, and may be away or slow."""

    def __init__(self) -> None:
        self.times = 0
        self.is_away = False
        self.is_open = asyncio.Event()
        self.is_open.set()

    async def read(self) -> int:
        """How many times it was read."""
        self.times += 1
        found = self.times
        await self.is_open.wait()
        if self.is_away:
            raise StoreError("away")
        return found


async def test_reading_is_shared_and_kept_until_it_is_old() -> None:
    shelf, kept = Shelf(), Lasting[str, int](age_s=3600.0)
    found = await asyncio.gather(*(kept.get("main", shelf.read) for _ in range(50)))
    assert set(found) == {1}
    assert await kept.get("main", shelf.read) == 1
    assert await kept.get("other", shelf.read) == 2


async def test_store_that_is_away_leaves_what_was_read_last() -> None:
    shelf, kept = Shelf(), Lasting[str, int](age_s=-1.0)
    shelf.is_away = True
    with pytest.raises(StoreError):
        await kept.get("main", shelf.read)
    shelf.is_away = False
    assert await kept.get("main", shelf.read) == 2
    shelf.is_away = True
    assert await kept.get("main", shelf.read) == 2
    shelf.is_away = False
    assert await kept.get("main", shelf.read) == 4


async def test_store_that_hangs_is_waited_for_once_and_believed_when_it_answers() -> None:
    shelf, kept = Shelf(), Lasting[str, int](age_s=-1.0)
    assert await kept.get("main", shelf.read) == 1
    shelf.is_open.clear()
    assert [await kept.get("main", shelf.read) for _ in range(100)] == [1] * 100
    assert shelf.times == 2
    shelf.is_open.set()
    await asyncio.sleep(0)
    assert await kept.get("main", shelf.read) in {2, 3}


async def test_reading_that_began_before_it_was_forgotten_is_not_kept() -> None:
    shelf, kept = Shelf(), Lasting[str, int](age_s=3600.0)
    shelf.is_open.clear()
    before = asyncio.ensure_future(kept.get("main", shelf.read))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    kept.forget()
    after = asyncio.ensure_future(kept.get("main", shelf.read))
    await asyncio.sleep(0)
    shelf.is_open.set()
    assert (await before, await after) == (1, 2)
    assert await kept.get("main", shelf.read) == 2


async def test_what_is_forgotten_is_read_anew_or_fails() -> None:
    shelf, kept = Shelf(), Lasting[str, int](age_s=3600.0)
    assert kept.last("main") is None
    assert await kept.get("main", shelf.read) == 1
    kept.forget()
    assert kept.last("main") == 1
    shelf.is_away = True
    with pytest.raises(StoreError):
        await kept.get("main", shelf.read)
    shelf.is_away = False
    assert await kept.get("main", shelf.read) == 3


async def test_bug_of_the_reader_is_not_hidden() -> None:
    kept = Lasting[str, int](age_s=-1.0)
    shelf = Shelf()
    assert await kept.get("main", shelf.read) == 1

    async def broken() -> int:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await kept.get("main", broken)
