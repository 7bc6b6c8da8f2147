"""How screens are, and which are not heard (SC1, SC2)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.core.commands import KeepDay
from backend.core.decide import decide
from backend.core.devices import Beat
from backend.core.events import Event
from backend.core.evolve import fold
from backend.core.hall_events import ScreenReported
from backend.core.ids import AlertKind, ScreenState
from backend.core.rules.screens import FORGOTTEN_S, SILENT_S
from backend.core.views.ops import ops
from tests.support.plans import K1, W1, Z1
from tests.support.world import HUB, World

BOARD = f"board:{Z1}"


def beat(world: World, screen_id: str = BOARD, state: ScreenState = ScreenState.LIT) -> Beat:
    return Beat(screen_id=screen_id, state=state, heard_at=world.at)


def keep(world: World, *beats: Beat, seconds: float = 0) -> tuple[Event, ...]:
    """What the hub's clock finds so much later, with these beats known."""
    world.at += timedelta(seconds=seconds)
    events = decide(world.day, KeepDay(), replace(world.stamp(HUB), beats=beats))
    fold(world.day, events)
    return events


def standing(world: World) -> set[tuple[AlertKind, str]]:
    return set(world.day.standing)


def test_screen_that_goes_on_as_before_leaves_no_trace__SC1() -> None:
    world = World()
    (first,) = keep(world, beat(world))
    assert isinstance(first, ScreenReported)
    assert (first.screen_id, first.state) == (BOARD, ScreenState.LIT)
    assert keep(world, beat(world), seconds=5) == ()
    assert keep(world, beat(world), seconds=SILENT_S) == ()


def test_screen_is_silent_after_20_s_alerts_at_once_and_is_cleared_when_heard__SC1_AL1() -> None:
    world = World()
    last = beat(world)
    keep(world, last)
    assert keep(world, last, seconds=SILENT_S) == ()
    keep(world, last, seconds=1)
    assert standing(world) == {(AlertKind.SCREEN_SILENT, BOARD)}
    (shown,) = ops(world.day).screens
    assert (shown.state, shown.since) == (ScreenState.SILENT, last.heard_at)
    (alert,) = ops(world.day).alerts
    assert (alert.name.en, alert.value) == ("Board of zone Z1 (en)", 21)
    keep(world, beat(world))
    assert standing(world) == set()
    assert ops(world.day).screens[0].state is ScreenState.LIT


def test_screen_that_is_dark_alerts_until_it_is_lit__SC2_AL1() -> None:
    world = World()
    keep(world, replace(beat(world, state=ScreenState.DARK), detail="no display"))
    assert standing(world) == set()  # for how many seconds: for none yet
    keep(world, replace(beat(world, state=ScreenState.DARK), detail="no display"), seconds=5)
    assert standing(world) == {(AlertKind.SCREEN_DARK, BOARD)}
    assert ops(world.day).screens[0].detail == "no display"
    keep(world, beat(world))
    assert standing(world) == set()


@pytest.mark.parametrize("state", [ScreenState.BLANK, ScreenState.STALE])
def test_screen_that_is_blank_or_says_that_it_is_stale_alerts_nobody__SC2(
    state: ScreenState,
) -> None:
    world = World()
    keep(world, beat(world, state=state))
    world.at += timedelta(seconds=600)
    keep(world, beat(world, state=state))
    assert standing(world) == set()
    assert ops(world.day).screens[0].state is state


def test_nothing_is_said_of_screens_while_their_beats_are_unknown__SC1() -> None:
    world = World()
    last = beat(world)
    keep(world, last)
    keep(world, last, seconds=30)
    assert standing(world) == {(AlertKind.SCREEN_SILENT, BOARD)}
    world.later(5)  # the clock of a hub that cannot read them
    assert standing(world) == {(AlertKind.SCREEN_SILENT, BOARD)}


def test_screen_that_died_overnight_is_known_in_the_morning_and_forgotten_after_days__SC1() -> None:
    world = World()
    last = beat(world)
    keep(world, last, seconds=3600)
    assert standing(world) == {(AlertKind.SCREEN_SILENT, BOARD)}
    next_day = World()
    old = replace(last, heard_at=next_day.at - timedelta(seconds=FORGOTTEN_S + 1))
    assert keep(next_day, old) == ()


def test_screens_of_what_the_hall_has_not_are_passed_over__SC1() -> None:
    world = World()
    gone = [beat(world, f"{family}:X9") for family in ("board", "counter_screen", "kiosk", "pad")]
    assert keep(world, *gone) == ()
    there = [
        beat(world, f"counter_screen:{W1}"),
        beat(world, f"kiosk:{K1}"),
        beat(world, f"pad:{W1}"),
    ]
    assert len(keep(world, *there)) == 3
    names = [screen.name.en for screen in ops(world.day).screens]
    assert names == ["Screen of window 1", f"Screen of kiosk {K1}", "Pad of window 1"]
