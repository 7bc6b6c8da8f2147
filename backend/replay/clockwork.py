"""Virtual time: what is due next happens next, decided and folded as in a living hall."""

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush

from backend.core.commands import Command
from backend.core.day import HallDay
from backend.core.decide import decide
from backend.core.errors import Refusal
from backend.core.events import Event
from backend.core.evolve import evolve
from backend.core.ids import Origin, TicketToken
from backend.core.plan import Plan
from backend.core.stamp import Caller, Role, Stamp
from backend.replay.meter import Meter

REPLAYER = Caller(role=Role.SUPERVISOR, id="replay")
_NO_TOKEN = TicketToken("")


class Clockwork:
    """A day that lives; `react` is told of every event after all of its command are folded."""

    def __init__(self, begins_at: datetime, react: Callable[[Event], None]) -> None:
        self.day = HallDay()
        self.meter = Meter()
        self.at = begins_at
        self._react = react
        self._agenda: list[tuple[datetime, int, Callable[[], object]]] = []
        self._entries = 0

    def on(self, at: datetime, act: Callable[[], object]) -> None:
        """Let this happen then; of two at one instant, the one asked for first."""
        self._entries += 1
        heappush(self._agenda, (at, self._entries, act))

    def after(self, seconds: float, act: Callable[[], object]) -> None:
        """Let this happen so much later."""
        self.on(self.at + timedelta(seconds=seconds), act)

    def run(self, until: datetime) -> None:
        """Let everything happen that is due until then, which is now afterwards."""
        while self._agenda and self._agenda[0][0] <= until:
            self.at, _, act = heappop(self._agenda)
            act()
        self.at = until

    def do(
        self,
        command: Command,
        by: Caller = REPLAYER,
        *,
        ticket_token: TicketToken = _NO_TOKEN,
        origin: Origin | None = None,
        plan: Plan | None = None,
    ) -> str | None:
        """Carry the command out with what its stamp is to bring; the code of its refusal."""
        stamp = Stamp(by=by, at=self.at, ticket_token=ticket_token, origin=origin, plan=plan)
        try:
            events = decide(self.day, command, stamp)
        except Refusal as refusal:
            return refusal.code
        for event in events:
            self.fold(event)
        for event in events:
            self._react(event)
        return None

    def fold(self, event: Event) -> None:
        """Change the day by an event that needs no decision."""
        evolve(self.day, event)
        self.meter.see(self.day, event, self.at)
