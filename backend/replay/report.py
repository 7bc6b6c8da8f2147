"""A recorded day beside its re-runs: the report of `replay`."""

from collections import Counter
from collections.abc import Iterable

from backend.core.plan import Plan
from backend.replay.meter import fidelity
from backend.replay.record import Record, read_record
from backend.replay.rerun import Rerun
from backend.store.stream import Commit
from backend.wire.history import QueueName, ReplayReport


def replay(commits: Iterable[Commit], plan: Plan | None = None) -> ReplayReport:
    """The day re-run under its own plan, and under `plan` if one is given.

    Raises RecordError: the commits are no day.
    """
    record = read_record(commits)
    opened = record.opened
    again = _lived(record, opened.plan)
    tried = _lived(record, plan) if plan is not None else None
    return ReplayReport(
        hall_id=opened.hall_id,
        day=opened.day,
        is_closed=record.is_closed,
        queues=_queues(opened.plan, plan or opened.plan),
        recorded=record.meter.outcome(record.day, Counter()),
        rerun=again.meter.outcome(again.day, again.turned_away),
        tried=tried.meter.outcome(tried.day, tried.turned_away) if tried is not None else None,
        fidelity=fidelity(record.meter, again.meter),
    )


def _lived(record: Record, plan: Plan) -> Rerun:
    rerun = Rerun(record, plan)
    rerun.play()
    return rerun


def _queues(*plans: Plan) -> tuple[QueueName, ...]:
    found = {
        queue.queue_id: QueueName(queue_id=queue.queue_id, letter=queue.letter, name=queue.name)
        for plan in plans
        for queue in plan.queues
    }
    return tuple(found.values())
