"""Who is expected on the days to come, in PostgreSQL (AP2)."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from backend.core.ids import HallId, QueueId
from backend.core.plan import Appointment
from backend.store.database import Database, queries

APPOINTMENTS_MAX = 2000
"""Of one hall on one day: they all travel in the event that opens it."""
_decode = msgspec.json.Decoder(Appointment).decode


class Appointments:
    """The appointments of all halls; every method may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_day(self, hall_id: HallId, day: date) -> tuple[Appointment, ...]:
        """Who is expected on the day."""
        async with self._database.connection() as connection:
            rows = queries.appointments_of(
                connection, hall_id=hall_id, day=day, count=APPOINTMENTS_MAX
            )
            return tuple([_decode(row["body"].encode()) async for row in rows])

    async def counted(
        self, hall_id: HallId, first: date, last: date
    ) -> dict[QueueId, Counter[datetime]]:
        """How many are expected on these days, by queue and time."""
        found: dict[QueueId, Counter[datetime]] = defaultdict(Counter)
        async with self._database.connection() as connection:
            rows = queries.appointments_counted(connection, hall_id=hall_id, first=first, last=last)
            async for row in rows:
                found[row["queue_id"]][row["slot_at"]] = row["expected"]
        return found

    async def put_day(
        self, hall_id: HallId, day: date, appointments: Sequence[Appointment]
    ) -> None:
        """Expect these on the day, and nobody else."""
        async with self._database.connection() as connection:
            await queries.forget_appointments(connection, hall_id=hall_id, day=day)
            await queries.put_appointments(
                connection,
                hall_id=hall_id,
                day=day,
                appointment_ids=[found.appointment_id for found in appointments],
                bodies=[msgspec.json.encode(found).decode() for found in appointments],
            )
