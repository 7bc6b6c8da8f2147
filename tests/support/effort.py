"""How much work something is, whatever else the machine does: the calls that Python makes."""

import sys
from collections.abc import Callable
from types import FrameType


def effort(act: Callable[[], object]) -> int:
    """Calls of functions while `act` runs, those written in C among them."""
    calls = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(before)
    return calls
