"""Let estimators answer the questions of every day, in the order of the days."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from backend.core.history import Outcomes, QueueHistory, QueueLesson
from backend.core.ids import QueueId
from backend.core.rules.forecast import Cells, cells_of, tally, teach
from tests.bench_wait.data import QueueDay, questions, stretches
from tests.bench_wait.estimators import Estimate, Estimator


class Answer(Struct, frozen=True):
    """What was estimated, and what came."""

    office: str
    is_first_day: bool
    """No earlier day of the queue was known."""
    calls: int
    wait: float
    """Minutes, as they came."""
    estimate: Estimate


class Score(Struct, frozen=True):
    """How well an estimator did; minutes."""

    count: int
    mean_wait: float
    error_mean: float
    error_median: float
    error_p90: float
    bias: float
    """Mean of estimate - wait."""
    coverage: float | None
    """Share of the waits within the range; None without ranges."""
    width: float | None
    """Mean of the ranges' widths."""


def answers(days: Sequence[QueueDay], estimator: Estimator) -> list[Answer]:
    """The answers to all questions; an answer depends on nothing that came after it."""
    past: defaultdict[tuple[str, str], list[QueueDay]] = defaultdict(list)
    taught: defaultdict[str, list[Sequence[QueueLesson]]] = defaultdict(list)
    by_date: defaultdict[tuple[str, str], list[QueueDay]] = defaultdict(list)
    for day in days:
        by_date[day.day, day.office].append(day)
    found: list[Answer] = []
    for (_, office), of_hall in sorted(by_date.items()):
        histories = {history.queue_id: history for history in teach(taught[office])}
        lessons = []
        for day in of_hall:
            queue_id = QueueId(day.queue)
            known = histories.get(queue_id, QueueHistory(queue_id=queue_id))
            answered = _day(day, past[office, day.queue], estimator, known)
            past[office, day.queue].append(day)
            lessons.append(_lesson(day, answered))
            found += answered
        taught[office].append(lessons)
    return found


def _day(
    day: QueueDay, past: Sequence[QueueDay], estimator: Estimator, known: QueueHistory
) -> list[Answer]:
    asked = questions(day)
    if not asked:
        return []
    ask = estimator(past, known)
    return [
        Answer(
            day.office,
            not past,
            question.calls,
            question.wait_min,
            ask(day.readings[: question.index + 1]),
        )
        for question in asked
    ]


def _lesson(day: QueueDay, answered: Sequence[Answer]) -> QueueLesson:
    """What a hall would have learnt from the day."""
    cells: Cells = {}
    for stretch in stretches(day.readings):
        tally(cells, stretch)
    outcomes = Outcomes(
        predicted=len(answered),
        missed=sum(not is_within(answer) for answer in answered),
        longer=sum(answer.wait > answer.estimate.wait for answer in answered),
    )
    return QueueLesson(queue_id=QueueId(day.queue), cells=cells_of(cells), outcomes=outcomes)


def is_within(answer: Answer) -> bool:
    """Whether the wait that came lies in the range that was given, if one was."""
    low, high = answer.estimate.low, answer.estimate.high
    return low is None or high is None or low <= answer.wait <= high


def score(found: Sequence[Answer]) -> Score:
    """The figures of at least one answer."""
    waits = np.array([answer.wait for answer in found])
    errors = np.array([answer.estimate.wait for answer in found]) - waits
    widths = [
        answer.estimate.high - answer.estimate.low
        for answer in found
        if answer.estimate.low is not None and answer.estimate.high is not None
    ]
    return Score(
        count=len(found),
        mean_wait=float(waits.mean()),
        error_mean=float(np.abs(errors).mean()),
        error_median=float(np.median(np.abs(errors))),
        error_p90=float(np.quantile(np.abs(errors), 0.9)),
        bias=float(errors.mean()),
        coverage=float(np.mean([is_within(answer) for answer in found])) if widths else None,
        width=float(np.mean(widths)) if widths else None,
    )
