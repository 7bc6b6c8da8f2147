"""The demo hall's windows are manned while its guides say that they are open."""

from backend.core.rosters.words import Half
from backend.demo import catalogue, roster


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def test_half_hours_end_when_the_guides_say_that_the_windows_close__AP1() -> None:
    spans = ["–".join(_clock(minute) for minute in roster.HOURS.span(half)) for half in Half]
    assert catalogue.HOURS.zh.endswith("、".join(spans))
    assert catalogue.HOURS.en.endswith(" and ".join(spans))
