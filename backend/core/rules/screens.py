"""How the hall's screens are, and which are not heard any more (SC1, SC2)."""

from collections.abc import Iterator

from backend.core.day import HallDay
from backend.core.hall_events import ScreenReported
from backend.core.ids import CounterId, KioskId, ScreenId, ScreenState, ZoneId
from backend.core.stamp import Stamp

SILENT_S = 20.0
"""A screen that is not heard for longer is silent; the agents tell every 5 s."""
FORGOTTEN_S = 3 * 86_400.0
"""One that is silent for so long was taken away: it troubles nobody on the next day."""


def screens_kept(day: HallDay, stamp: Stamp) -> Iterator[ScreenReported]:
    """Each screen that is otherwise than the day knows; none while nobody knows the beats.

    Of what agents tell every few seconds only the changes become part of the day.
    """
    if stamp.beats is None:
        return
    for beat in stamp.beats:
        screen_id = ScreenId(beat.screen_id)
        silent_s = (stamp.at - beat.heard_at).total_seconds()
        if not _is_of_hall(day, screen_id) or silent_s > FORGOTTEN_S:
            continue
        is_silent = silent_s > SILENT_S
        state = ScreenState.SILENT if is_silent else beat.state
        detail = "" if is_silent else beat.detail
        before = day.screens.get(screen_id)
        if before is None or (before.state, before.detail) != (state, detail):
            is_same_state = before is not None and before.state is state
            yield ScreenReported(
                screen_id=screen_id,
                state=state,
                detail=detail,
                since=before.since if before is not None and is_same_state else beat.heard_at,
                reported_at=stamp.at,
            )


def _is_of_hall(day: HallDay, screen_id: ScreenId) -> bool:
    """Whether the plan has what the screen shows."""
    family, _, key = screen_id.partition(":")
    match family:
        case "board":
            return ZoneId(key) in day.index.zones
        case "counter_screen" | "pad":
            return CounterId(key) in day.index.counters
        case _:
            return KioskId(key) in day.index.kiosks
