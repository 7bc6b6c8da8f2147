"""A day that keeps its commits, as the archive would."""

from datetime import datetime

from backend.core.commands import (
    Command,
    FinishServing,
    OpenDay,
    StartServing,
)
from backend.core.events import Event
from backend.core.ids import CommandId, CounterId, Origin, TicketId
from backend.core.plan import Plan
from backend.core.stamp import Caller
from backend.store.stream import Commit
from tests.support.world import CHIEF, HUB, MORNING, World


class Recorded(World):
    """A hall's day and what the archive has of it."""

    def __init__(self, plan: Plan | None = None, at: datetime = MORNING) -> None:
        self.commits: list[Commit] = []
        super().__init__(plan, is_open=False, at=at)
        # A re-run meets a change of the plan with others waiting: it may refuse to lose parts.
        self.loses_parts = False
        self.do(OpenDay(), HUB)

    def do(
        self, command: Command, by: Caller = CHIEF, origin: Origin | None = None
    ) -> tuple[Event, ...]:
        """Decide, fold and keep; a refusal is raised."""
        events = super().do(command, by, origin)
        commit_id = CommandId(f"recorded:{len(self.commits)}")
        self.commits.append(Commit(id=commit_id, by=by, at=self.at, events=events))
        return events

    def start(self, counter_id: CounterId, come_s: float = 10) -> None:
        """The called visitor comes."""
        self.later(come_s).do(StartServing(counter_id=counter_id))

    def finish(self, counter_id: CounterId, serving_s: float = 60) -> None:
        """The visitor is done."""
        self.later(serving_s).do(FinishServing(counter_id=counter_id))

    def visit(self, counter_id: CounterId, come_s: float = 10, serving_s: float = 60) -> TicketId:
        """One visit from call to end."""
        ticket_id = self.call(counter_id)
        self.start(counter_id, come_s)
        self.finish(counter_id, serving_s)
        return ticket_id
