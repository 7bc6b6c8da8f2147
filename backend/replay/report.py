"""A recorded day beside its re-runs: the report of `replay`."""

from collections import Counter
from collections.abc import Iterable

from msgspec.structs import replace

from backend.core.plan import Plan
from backend.core.rules.expression import compiled
from backend.replay.meter import fidelity
from backend.replay.record import read_record
from backend.replay.rerun import Rerun
from backend.store.stream import Commit
from backend.wire.history import QueueName, ReplayReport


def replay(
    commits: Iterable[Commit], plan: Plan | None = None, rule: str | None = None
) -> ReplayReport:
    """The day re-run under its own plan, and under another plan or rule (CL5) if one is given.

    Raises RecordError: the commits are no day; RuleFault: the rule cannot be used.
    """
    record = read_record(commits)
    opened = record.opened
    if rule is not None:
        plan = replace(plan or opened.plan, rule=rule)
    if plan is not None and plan.rule is not None:
        compiled(plan.rule)
    again = Rerun(record, None)
    rerun = again.play()
    return ReplayReport(
        hall_id=opened.hall_id,
        day=opened.day,
        is_closed=record.is_closed,
        queues=_queues(
            opened.plan, *(act.plan for act in record.acts if act.plan), plan or opened.plan
        ),
        recorded=record.meter.outcome(record.day, Counter()),
        rerun=rerun,
        tried=Rerun(record, plan).play() if plan is not None else None,
        fidelity=fidelity(record.meter, again.clock.meter),
    )


def _queues(*plans: Plan | None) -> tuple[QueueName, ...]:
    found = {
        queue.queue_id: QueueName(queue_id=queue.queue_id, letter=queue.letter, name=queue.name)
        for plan in plans
        if plan is not None
        for queue in plan.queues
    }
    return tuple(found.values())
