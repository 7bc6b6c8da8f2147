"""Days of queues that nobody stood in: for a run without measured ones, and for the tests."""

import csv
import random
from typing import TextIO

from tests.bench_wait.data import QueueDay, Reading

SEED = 20261123
OFFICES = 2
QUEUES = 4
DAYS = 12
OPENS, CLOSES = 480, 960
"""Minutes of the day."""
READ_EVERY_MIN = 5
FIRST_COUNTER_OFF = 720
"""When one of the counters goes to lunch, for an hour."""
ARRIVALS = (1.4, 1.2, 1.1, 1.0, 0.9, 0.9, 0.8, 0.4)
"""Visitors by hour of opening, against what the counters can serve."""


LEFT_SHARE_MAX = 0.4
LEFT_MIN = 200
"""Of those who wait so many minutes everyone would be gone; no more than the share are."""


def made_up(seed: int = SEED) -> list[QueueDay]:
    """Two offices' days of four queues each, in the order of their dates."""
    chance = random.Random(seed)
    handling = [
        (f"office {office + 1}", f"queue {queue + 1}", chance.uniform(4, 15), chance.randint(1, 4))
        for office in range(OFFICES)
        for queue in range(QUEUES)
    ]
    return [
        QueueDay(office, queue, f"2026-03-{date + 1:02}", _day(chance, minutes, counters))
        for date in range(DAYS)
        for office, queue, minutes, counters in handling
    ]


def write(days: list[QueueDay], file: TextIO) -> None:
    """The days in the form that is read."""
    rows = csv.writer(file)
    rows.writerow(COLUMNS)
    for day in days:
        for r in day.readings:
            facts = (int(r.minute), r.called, r.waiting, r.counters)
            rows.writerow((day.office, day.queue, day.queue, day.day, *facts))


COLUMNS = (
    "office",
    "queue_id",
    "queue_name",
    "date",
    "minute_of_day",
    "last_called_number",
    "waiting",
    "open_counters_reported",
)


def _day(chance: random.Random, handling_min: float, counters: int) -> tuple[Reading, ...]:
    """A day minute by minute: who comes waits for a counter that is done and not at lunch.

    Who waited long may be gone when called, which costs the counter a minute.
    """
    speed = chance.lognormvariate(0, 0.1)
    demand = chance.lognormvariate(0, 0.15)
    free_at = [float(OPENS)] * counters
    came: list[int] = []
    called = 0
    readings = []
    for minute in range(OPENS, CLOSES + 1):
        hour = min((minute - OPENS) // 60, len(ARRIVALS) - 1)
        expected = demand * ARRIVALS[hour] * counters / handling_min
        came += [minute] * sum(chance.random() < expected / 4 for _ in range(4))
        is_lunch = FIRST_COUNTER_OFF <= minute < FIRST_COUNTER_OFF + 60 and counters > 1
        for counter in range(is_lunch, counters):
            if free_at[counter] <= minute and called < len(came):
                waited = minute - came[called]
                is_gone = chance.random() < min(waited / LEFT_MIN, LEFT_SHARE_MAX)
                busy = 1 if is_gone else chance.gammavariate(2, handling_min * speed / 2)
                free_at[counter] = minute + busy
                called += 1
        if minute % READ_EVERY_MIN == 0:
            readings.append(Reading(minute, called, len(came) - called, counters - is_lunch))
    return tuple(readings)
