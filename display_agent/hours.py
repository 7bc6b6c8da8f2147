"""How loud it may be at which time of day; pure (VO7)."""

from datetime import time

from msgspec import Struct


class Hours(Struct, frozen=True, kw_only=True):
    """Volume by time of day, and the hours without any sound."""

    quiet: tuple[time, time] | None
    """From, until; over midnight when `from` is the later one."""
    volumes: tuple[tuple[time, float], ...]
    """From each time on, 0 to 1; before the first one the last one of the day before holds."""

    def is_quiet(self, local: time) -> bool:
        """Whether nothing may be heard at this local time."""
        if self.quiet is None:
            return False
        begin, end = self.quiet
        if begin <= end:
            return begin <= local < end
        return local >= begin or local < end

    def volume(self, local: time) -> float:
        """The volume at this local time, 0 to 1."""
        now = self.volumes[-1][1]
        for begin, volume in self.volumes:
            if begin <= local:
                now = volume
        return now


def parse_hours(quiet: str | None, volume: str) -> Hours:
    """Read `22:00-07:00` and `0.8` or `07:00=0.8,12:00=0.4`.  Raises ValueError."""
    if "=" not in volume:
        return Hours(quiet=_parse_quiet(quiet), volumes=((time(0, 0), _parse_volume(volume)),))
    steps = [step.partition("=") for step in volume.split(",")]
    volumes = sorted((time.fromisoformat(at.strip()), _parse_volume(v)) for at, _, v in steps)
    return Hours(quiet=_parse_quiet(quiet), volumes=tuple(volumes))


def _parse_quiet(quiet: str | None) -> tuple[time, time] | None:
    if not quiet:
        return None
    begin, dash, end = quiet.partition("-")
    if not dash:
        raise ValueError(f"quiet hours are written 22:00-07:00, not {quiet}")
    return time.fromisoformat(begin.strip()), time.fromisoformat(end.strip())


def _parse_volume(text: str) -> float:
    volume = float(text)
    if not 0.0 <= volume <= 1.0:
        raise ValueError(f"a volume is between 0 and 1, not {text}")
    return volume
