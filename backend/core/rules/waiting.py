"""The wait estimate (WT1, WT2)."""

from backend.core.day import HallDay
from backend.core.ids import CounterState, QueueId

STEP_S = 300
LOW, HIGH = 0.7, 1.4
"""The range around the point estimate, until measured history gives a better one."""


def open_counters(day: HallDay, queue_id: QueueId) -> int:
    """How many counters serve the queue now; a paused one comes back and counts."""
    serving = day.serving.get(queue_id, ())
    return sum(day.counters[counter_id].state is not CounterState.OFF for counter_id in serving)


def wait_range(day: HallDay, queue_id: QueueId, ahead: int) -> tuple[int | None, int | None]:
    """Shortest and longest wait in seconds, in 5-minute steps; None while no counter is open.

    Without history a call takes mean handling time ÷ open counters (WT1).
    """
    counters = open_counters(day, queue_id)
    if not counters:
        return (None, None)
    mean_s = day.index.queues[queue_id].mean_handling_s
    estimate_s = ahead * mean_s / counters
    low = int(estimate_s * LOW // STEP_S) * STEP_S
    high = (int(estimate_s * HIGH // STEP_S) + 1) * STEP_S
    return (low, high)
