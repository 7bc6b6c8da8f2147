"""Where a window is: a picture of the hall, drawn from the zones and counters of its plan.

A plan knows which counters a zone has and no places, so this shows order, not distance: zones side
by side as they are listed, counters by number.
"""

from collections.abc import Collection

from msgspec import Struct

from backend.core.ids import CounterId, Text, ZoneId
from backend.core.plan import Plan

COLUMNS = 2
IN_A_ROW = 5
CELL, GAP, HEAD, PAD = 26, 6, 24, 8
"""Units of the drawing: about a pixel on a phone."""
ZONE_WIDTH = IN_A_ROW * (CELL + GAP) - GAP + 2 * PAD
LABEL_MAX = 12


class Spot(Struct, frozen=True, kw_only=True):
    """A counter in the picture."""

    x: int
    y: int
    no: int
    is_here: bool
    """Whether one is served there."""


class Area(Struct, frozen=True, kw_only=True):
    """A zone in the picture."""

    x: int
    y: int
    width: int
    height: int
    label: Text
    is_here: bool
    spots: tuple[Spot, ...]


class HallMap(Struct, frozen=True, kw_only=True):
    """The picture, in units of its own."""

    width: int
    height: int
    areas: tuple[Area, ...]


def hall_map(plan: Plan, zone_id: ZoneId, counter_ids: Collection[CounterId]) -> HallMap:
    """All zones, with those counters marked."""
    areas: list[Area] = []
    top = 0
    for first in range(0, len(plan.zones), COLUMNS):
        row = plan.zones[first : first + COLUMNS]
        counts = [sum(c.zone_id == zone.zone_id for c in plan.counters) for zone in row]
        lines = max(1, *(-(-count // IN_A_ROW) for count in counts))
        height = HEAD + lines * (CELL + GAP) - GAP + 2 * PAD
        for column, zone in enumerate(row):
            x = column * (ZONE_WIDTH + GAP)
            counters = sorted(
                (c for c in plan.counters if c.zone_id == zone.zone_id), key=lambda c: c.no
            )
            spots = tuple(
                Spot(
                    x=x + PAD + (n % IN_A_ROW) * (CELL + GAP),
                    y=top + HEAD + PAD + (n // IN_A_ROW) * (CELL + GAP),
                    no=counter.no,
                    is_here=counter.counter_id in counter_ids,
                )
                for n, counter in enumerate(counters)
            )
            areas.append(
                Area(
                    x=x,
                    y=top,
                    width=ZONE_WIDTH,
                    height=height,
                    label=_label(zone.name),
                    is_here=zone.zone_id == zone_id,
                    spots=spots,
                )
            )
        top += height + GAP
    width = min(COLUMNS, max(1, len(plan.zones))) * (ZONE_WIDTH + GAP) - GAP
    return HallMap(width=width, height=max(0, top - GAP), areas=tuple(areas))


def _label(name: Text) -> Text:
    """The beginning of a zone's name, up to a gap: `一号厅`, `Hall 1`."""
    return Text(zh=_short(name.zh.partition(" ")[0]), en=_short(name.en.partition(" · ")[0]))


def _short(words: str) -> str:
    return words if len(words) <= LABEL_MAX else f"{words[: LABEL_MAX - 1]}…"
