"""A hall whose PostgreSQL is behind PgBouncer: set up, signed in, one visit, the archive."""

import pytest

from backend.core.commands import OpenCounter
from backend.wire.messages import Done
from tests.hall import running_hall
from tests.processes.history import check, history_of
from tests.processes.load import COUNTERS, Load, steps
from tests.support.pgbouncer import MissingError, found_pgbouncer, pgbouncer
from tests.support.servers import running_server

ARCHIVED_S = 10.0


async def test_whole_visit_through_pgbouncer_is_archived__I8() -> None:
    try:
        found_pgbouncer()
    except MissingError as error:
        pytest.skip(str(error))
    with (
        running_server("postgres") as server,
        pgbouncer(server.url, server_connections=2) as url,
        running_hall(workers=2, DATABASE_URL=f"{url}/postgres") as hall,
    ):
        load = Load(hall, hall.cookie("supervisor"))
        counter = COUNTERS[0]
        async with (
            history_of(hall) as history,
            load.client("kiosk", is_device=True) as kiosk,
            load.client(counter, is_device=False) as clerk,
        ):
            taken = await load.ticket(kiosk, "ticket")
            await load.do(clerk, counter, "open", OpenCounter(counter_id=counter))
            for command in steps(counter):
                name = type(command).__name__
                assert isinstance(await load.do(clerk, counter, name, command), Done)
            await history.until_archived(ARCHIVED_S)
            entries = await history.archived()
            check(entries, load.answers)
            assert taken.result.number == "H001"
