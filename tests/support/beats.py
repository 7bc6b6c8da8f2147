"""The beats of a hall's screens, kept in memory."""

from backend.core.devices import Beat


class MemoryBeats:
    """`BeatStore` without a store."""

    def __init__(self) -> None:
        self._beats: dict[str, Beat] = {}

    async def keep(self, beats: tuple[Beat, ...]) -> None:
        """See BeatStore."""
        self._beats |= {beat.screen_id: beat for beat in beats}

    async def newest(self) -> tuple[Beat, ...]:
        """See BeatStore."""
        return tuple(self._beats.values())
