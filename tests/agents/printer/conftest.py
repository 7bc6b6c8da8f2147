import os
from pathlib import Path

import pytest

from backend.paper.fonts import DEBIAN_DIR, MODULE_DIR, Fonts, find_fonts

ROOT = Path(__file__).parent.parent.parent.parent


def _font_dirs() -> list[Path]:
    """Every place on this machine that has a typeface we know."""
    named = os.environ.get("YIZHAN_FONT_DIR")
    places = [DEBIAN_DIR, ROOT / MODULE_DIR, *([Path(named)] if named else [])]
    marks = ("NotoSansCJK-Bold.ttc", "400.css")
    return [place for place in places if any((place / mark).exists() for mark in marks)]


@pytest.fixture(scope="session", params=_font_dirs(), ids=lambda place: place.name)
def fonts(request: pytest.FixtureRequest) -> Fonts:
    """Each typeface in turn; pytest marks the tests as skipped where there is none."""
    found = find_fonts(request.param, ROOT)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def any_fonts() -> Fonts | None:
    """The typeface that the agent itself would take."""
    return find_fonts(next(iter(_font_dirs()), None), ROOT)
