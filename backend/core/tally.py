"""Counts of a day's tickets, kept beside them."""

from msgspec import Struct, field

from backend.core.ids import Channel, TicketState

SLOT_MIN = 30
SLOTS = 24 * 60 // SLOT_MIN


class Tally(Struct, kw_only=True):
    """Index of the tickets: what would cost a look at each of them (I9)."""

    channels: dict[Channel, int] = field(default_factory=dict)
    """Tickets by the way they were taken."""
    arrivals: dict[int, int] = field(default_factory=dict)
    """Tickets by the half hour of the day, on the hall's clock, in which they were taken."""
    ended: dict[TicketState, int] = field(default_factory=dict)
    """Tickets by their final state."""
    waits: int = 0
    """Visits that began: the first of each ticket that was never sent on."""
    waited_s: float = 0.0
    """Seconds from issue to the call that those visits began with, together."""
    ratings: int = 0
    """What was said of this day's visits."""
    satisfied: int = 0
    """Of these, levels 5 and 4."""
    usual: tuple[int, ...] = ()
    """What past days had in place of `arrivals`; empty when none is known."""

    def copy(self) -> "Tally":
        """A tally that can be changed without changing this one."""
        return Tally(
            channels=dict(self.channels),
            arrivals=dict(self.arrivals),
            ended=dict(self.ended),
            waits=self.waits,
            waited_s=self.waited_s,
            ratings=self.ratings,
            satisfied=self.satisfied,
            usual=self.usual,
        )
