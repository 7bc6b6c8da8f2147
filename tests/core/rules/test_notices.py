"""Words on boards and kiosks: whom they reach, and in which order (NT1)."""

from backend.core.commands import PostNotice
from backend.core.ids import ScreenId
from backend.core.rules.notices import notices_at
from backend.core.views.board import board
from backend.core.views.kiosk import kiosk
from backend.core.views.queues import queues
from tests.support.plans import K1, K2, Z1, Z2
from tests.support.world import World


def posted(*commands: PostNotice) -> World:
    """A day with these notices, a second apart."""
    world = World()
    for command in commands:
        world.later(1).do(command)
    return world


def notice(notice_id: str, **more: object) -> PostNotice:
    return PostNotice(notice_id=notice_id, zh="话", en="words", **more)  # type: ignore[arg-type]


def test_notice_of_zones_is_on_their_boards_and_kiosks_alone__NT1() -> None:
    day = posted(notice("both", zone_ids=(Z1, Z2)), notice("one", zone_ids=(Z2,))).day
    assert [n.notice_id for n in board(day, Z1).notices] == ["both"]
    assert [n.notice_id for n in board(day, Z2).notices] == ["one", "both"]
    assert [n.notice_id for n in kiosk(day, K1).notices] == ["both"]
    assert queues(day).notices == ()


def test_notice_of_a_screen_is_on_that_screen_alone__NT1() -> None:
    on_board, on_kiosk = (notice(one, screen_ids=(one,)) for one in ("board:Z1", "kiosk:K2"))
    day = posted(on_board, on_kiosk).day
    assert [n.notice_id for n in board(day, Z1).notices] == ["board:Z1"]
    assert board(day, Z2).notices == ()
    assert kiosk(day, K1).notices == ()
    assert [n.notice_id for n in kiosk(day, K2).notices] == ["kiosk:K2"]
    assert queues(day).notices == ()


def test_notice_of_a_zone_and_a_screen_elsewhere_is_in_both__NT1() -> None:
    day = posted(notice("N", zone_id=Z1, screen_ids=("board:Z2",))).day
    assert [n.notice_id for n in notices_at(day, Z1)] == ["N"]
    assert [n.notice_id for n in notices_at(day, Z2, ScreenId("board:Z2"))] == ["N"]
    assert notices_at(day, Z2, ScreenId("kiosk:K9")) == ()


def test_pinned_notice_stands_before_newer_ones__NT1() -> None:
    world = posted(notice("old"), notice("pinned", is_pinned=True), notice("new"))
    assert [n.notice_id for n in board(world.day, Z1).notices] == ["pinned", "new", "old"]
    world.later(1).do(notice("pinned"))
    assert [n.notice_id for n in board(world.day, Z1).notices] == ["pinned", "new", "old"]
    world.later(1).do(notice("old"))
    assert [n.notice_id for n in board(world.day, Z1).notices] == ["old", "pinned", "new"]
