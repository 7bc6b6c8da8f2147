"""How good the forecasts of a day were, for supervisors (WT4)."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from backend.core.history import Outcomes, QueueLesson
from backend.core.ids import QueueId
from backend.core.rules.forecast import together


class Accuracy(Struct, frozen=True, kw_only=True):
    """Predictions beside what came of them; means are None without any."""

    predicted: int
    wait_s: float | None
    """Mean wait."""
    error_s: float | None
    """Mean of median - wait, without its sign."""
    bias_s: float | None
    """Mean of median - wait: above 0, visitors were told too much."""
    coverage: float | None
    """Share of the waits that lay in their range."""


class QueueAccuracy(Struct, frozen=True, kw_only=True):
    """A queue's predictions."""

    queue_id: QueueId
    accuracy: Accuracy


class DayAccuracy(Struct, frozen=True, kw_only=True):
    """A day's predictions, of the hall and of each queue."""

    day: date
    hall: Accuracy
    queues: tuple[QueueAccuracy, ...]


def day_accuracy(day: date, lessons: Sequence[QueueLesson]) -> DayAccuracy:
    """How good a day's forecasts were, from what it taught."""
    return DayAccuracy(
        day=day,
        hall=accuracy(together(lesson.outcomes for lesson in lessons)),
        queues=tuple(
            QueueAccuracy(queue_id=lesson.queue_id, accuracy=accuracy(lesson.outcomes))
            for lesson in lessons
        ),
    )


def accuracy(outcomes: Outcomes) -> Accuracy:
    """The means of outcomes."""
    count = outcomes.predicted

    def mean(total: float) -> float | None:
        return total / count if count else None

    return Accuracy(
        predicted=count,
        wait_s=mean(outcomes.waited_s),
        error_s=mean(outcomes.error_s),
        bias_s=mean(outcomes.bias_s),
        coverage=mean(count - outcomes.missed),
    )
