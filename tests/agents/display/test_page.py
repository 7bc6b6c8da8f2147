"""What is on a screen, judged by what its page says (SC1, SC2)."""

from datetime import time

import pytest

from backend.core.ids import ScreenState
from display_agent.page import (
    BLANK_AFTER_S,
    Blanking,
    Sight,
    Told,
    address_of,
    digest_of,
    is_page,
    parse_lit,
    parse_screen,
    report_of,
    sight_of,
)

ADDRESS = "http://hub:8000/board/Z1?hall=main"


def told(*, is_open: bool | None = True, is_stale: bool = False, epoch: str | None = "e") -> Told:
    return Told(topic="board:Z1", epoch=epoch, seq=7, is_open=is_open, is_stale=is_stale)


def seen(screen: Told | None) -> Sight:
    return Sight(url=ADDRESS, text="A001 3号窗口 10:42:07", screen=screen)


def test_screen_is_written_with_its_place_or_without() -> None:
    assert parse_screen("kiosk:K1").place is None
    board = parse_screen("board:Z1@1920,0,3840x2160")
    assert (board.screen_id, board.place) == ("board:Z1", (1920, 0, 3840, 2160))


@pytest.mark.parametrize("text", ["Z1", "voice:Z1", "board:", "board:Z1@0,0", "board:Z1@0,0,9x9x9"])
def test_what_is_no_screen_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a screen is written"):
        parse_screen(text)


def test_address_is_of_the_page_and_nothing_in_it_escapes() -> None:
    assert address_of("board:Z1", "http://hub:8000/", "main") == ADDRESS
    assert address_of("pad:W05", "http://hub", "main") == "http://hub/pad/W05?hall=main"
    assert address_of("counter_screen:W0/5", "http://hub", "a b").endswith(
        "/counter-screen/W0%2F5?hall=a%20b"
    )


@pytest.mark.parametrize(
    ("url", "is_it"),
    [
        (ADDRESS, True),
        ("http://hub:8000/board/Z1", True),
        ("http://hub:8000/board/Z2?hall=main", False),
        ("https://elsewhere/board/Z1", False),
        ("chrome-error://chromewebdata/", False),
        ("about:blank", False),
    ],
)
def test_another_page_is_told_apart(url: str, *, is_it: bool) -> None:
    assert is_page(Sight(url=url, text="", screen=None), ADDRESS) is is_it


def test_page_with_a_view_is_lit_one_that_reaches_no_hub_is_stale__SC2() -> None:
    lit = report_of("board:Z1", seen(told()), is_blank=False)
    assert (lit.state, lit.epoch, lit.seq) == (ScreenState.LIT, "e", 7)
    for screen in (told(is_stale=True), told(epoch=None), None):
        assert report_of("board:Z1", seen(screen), is_blank=False).state is ScreenState.STALE
    assert report_of("board:Z1", seen(told()), is_blank=True).state is ScreenState.BLANK


def test_digest_is_of_the_words_whatever_the_time_and_the_line_breaks__SC1() -> None:
    assert digest_of("A001 3号窗口 10:42:07") == digest_of("A001\n3号窗口  9:05")
    assert digest_of("A001") != digest_of("A002")
    half_an_emoji = "\ud83d"
    assert digest_of(half_an_emoji) == digest_of(half_an_emoji) != digest_of("A001")


def test_what_the_page_gives_is_read() -> None:
    screen = {"topic": "board:Z1", "epoch": None, "seq": None, "isOpen": None, "isStale": False}
    found = sight_of({"url": ADDRESS, "text": "x", "screen": screen})
    assert found.screen == Told(
        topic="board:Z1", epoch=None, seq=None, is_open=None, is_stale=False
    )


def test_screen_is_blank_some_time_after_the_day_and_lit_before_the_next__SC2() -> None:
    blanking = Blanking(None)
    assert not blanking.is_due(time(3), 0)  # nothing is known of the hall yet
    blanking.see(told(is_open=False), 100)
    assert not blanking.is_due(time(18), 100 + BLANK_AFTER_S - 1)
    blanking.see(told(is_open=False), 100 + BLANK_AFTER_S)
    assert blanking.is_due(time(18), 100 + BLANK_AFTER_S)
    blanking.see(told(is_stale=True), 200 + BLANK_AFTER_S)  # an old view says nothing of now
    assert blanking.is_due(time(3), 200 + BLANK_AFTER_S)
    blanking.see(told(), 300 + BLANK_AFTER_S)
    assert not blanking.is_due(time(7, 30), 300 + BLANK_AFTER_S)


def test_schedule_stands_above_the_halls_day__SC2() -> None:
    blanking = Blanking(parse_lit("07:00-19:30"))
    blanking.see(told(is_open=False), 0)
    assert not blanking.is_due(time(7), 1e6)
    assert blanking.is_due(time(19, 30), 1e6)
    night = Blanking(parse_lit("20:00-02:00"))
    assert [night.is_due(time(hour), 0) for hour in (21, 1, 2, 12)] == [False, False, True, True]
