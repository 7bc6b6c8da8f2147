"""All halls that this process serves."""

import asyncio
from collections.abc import Callable, Iterator

import structlog

from backend.core.ids import HallId
from backend.hub.hall import Hall
from backend.store.directory import Directory
from backend.store.persons import Persons
from backend.store.stream import StoreError

REFRESH_S = 30.0
LOOK_S = 2.0
"""How soon a device that another process let in or sent away is one here."""
RETRY_S = 0.5

log = structlog.get_logger()


class Halls:
    """Runs one `Hall` for each hall of the directory."""

    def __init__(
        self, directory: Directory, persons: Persons, make: Callable[[HallId], Hall]
    ) -> None:
        self.directory = directory
        self._persons = persons
        self._make = make
        self._halls: dict[HallId, Hall] = {}
        self._changes_seen: int | None = None

    def find(self, hall_id: str) -> Hall | None:
        """The hall with this id; None when there is none.

        Raises StoreError: it is not known yet, or its day has not been folded yet.
        """
        hall = self._halls.get(HallId(hall_id))
        if hall is None and self.directory.is_read:
            return None
        if hall is None or not hall.is_ready:
            raise StoreError("the hall is starting")
        return hall

    def __iter__(self) -> Iterator[Hall]:
        """Every hall."""
        return iter(self._halls.values())

    async def run(self) -> None:
        """Keep a hall running for every one listed, for ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                await self._refresh_persons()
                # From reading the directory to making its halls nothing is awaited: else there
                # would seem to be none, and the process would call itself ready.
                try:
                    await self.directory.refresh()
                except StoreError:
                    await asyncio.sleep(RETRY_S)
                    continue
                for entry in self.directory.contents.halls:
                    if entry.hall_id not in self._halls:
                        hall = self._halls[entry.hall_id] = self._make(entry.hall_id)
                        tasks.create_task(hall.run())
                await self._wait_for_change()

    async def _wait_for_change(self) -> None:
        """Until the directory is to be read again: it changed, or REFRESH_S are over."""
        if not self._halls:
            await asyncio.sleep(RETRY_S)
            return
        for _ in range(round(REFRESH_S / LOOK_S)):
            before, self._changes_seen = self._changes_seen, await self._changes()
            if before not in {None, self._changes_seen}:
                return
            await asyncio.sleep(LOOK_S)

    async def _changes(self) -> int | None:
        """How often the directory has changed; what is known of it while Redis is away."""
        try:
            return await self.directory.changes()
        except StoreError:
            return self._changes_seen

    async def _refresh_persons(self) -> None:
        """Learn who holds which card; while that cannot be read, the halls go on without."""
        try:
            await self._persons.refresh()
        except StoreError as error:
            log.warning("persons_unknown", error=str(error))
