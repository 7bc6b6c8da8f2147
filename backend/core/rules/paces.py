"""What a day teaches the days to come: its queues' paces, and how good its forecasts were."""

from backend.core.day import HallDay
from backend.core.history import Forecast, Outcomes, QueueLesson
from backend.core.ids import QueueId
from backend.core.rules.forecast import cells_of

Outcome = tuple[Forecast, float]
"""What was predicted, and the wait in seconds that came."""


def lessons_of(day: HallDay) -> tuple[QueueLesson, ...]:
    """What the day teaches of each queue (WT1, WT4).

    Whoever waits at the end of it teaches nothing: nobody serves any more.
    """
    outcomes = outcomes_of(day)
    return tuple(
        QueueLesson(
            queue_id=queue_id, cells=cells_of(queue.pace.cells), outcomes=outcomes[queue_id]
        )
        for queue_id, queue in day.queues.items()
        if queue.pace.cells
    )


def outcomes_of(day: HallDay) -> dict[QueueId, Outcomes]:
    """What became of the day's predictions, by the queue they were made for (WT4).

    A wait ends with the first call; those that ended otherwise, and those of visitors who let
    others go first or were sent elsewhere meanwhile, tell nothing of a forecast.
    """
    found: dict[QueueId, list[Outcome]] = {queue_id: [] for queue_id in day.queues}
    for ticket in day.tickets.values():
        said = ticket.prediction
        if said is not None and said.call_id is not None:
            wait = day.calls[said.call_id].called_at - ticket.issued_at
            outcome = (said.forecast, wait.total_seconds())
            found.setdefault(said.queue_id, []).append(outcome)
    return {queue_id: _together(outcomes) for queue_id, outcomes in found.items()}


def _together(outcomes: list[Outcome]) -> Outcomes:
    return Outcomes(
        predicted=len(outcomes),
        missed=sum(not said.low_s <= wait_s <= said.high_s for said, wait_s in outcomes),
        longer=sum(wait_s > said.median_s for said, wait_s in outcomes),
        waited_s=round(sum((wait_s for _, wait_s in outcomes), 0.0), 1),
        error_s=round(sum((abs(said.median_s - wait_s) for said, wait_s in outcomes), 0.0), 1),
        bias_s=round(sum((said.median_s - wait_s for said, wait_s in outcomes), 0.0), 1),
    )
