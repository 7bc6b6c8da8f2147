"""Boards in each layout: readable from 15 m, still, and honest after a break."""

import pytest
from playwright.async_api import Browser, expect

from backend.core.commands import CallNext, OpenCounter
from tests.e2e.test_visit import opened
from tests.hall import Hall
from tests.processes.load import Load

PANEL_MM = {(1920, 1080): 685.0, (3840, 2160): 685.0, (1080, 1920): 1218.0}
"""Height of a picture 55 inches across."""
FIGURE_MM = 15_000 / 200
"""Height of figures that are read from 15 m."""
FIGURE_PX = """() => {
  const figures = document.querySelector('.newest .figures')
  const style = getComputedStyle(figures)
  const pen = document.createElement('canvas').getContext('2d')
  pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
  return pen.measureText('0').actualBoundingBoxAscent
}"""
STILL = "() => document.getAnimations().every((one) => one.playState !== 'running')"
FITS = """() => document.documentElement.scrollWidth <= innerWidth
  && document.documentElement.scrollHeight <= innerHeight"""


@pytest.fixture(scope="module")
async def called(hall: Hall) -> str:
    """The number called last in zone 3."""
    load = Load(hall, hall.cookie("supervisor"))
    async with load.client("board-kiosk", is_device=True) as kiosk:
        ticket = (await load.ticket(kiosk, "board-taken")).result
    async with load.client("board-desk", is_device=False) as desk:
        await load.do(desk, "desk", "board-open", OpenCounter(counter_id="W16"))
        await load.do(desk, "desk", "board-call", CallNext(counter_id="W16"))
    return str(ticket.number)


QUERIES = ("", "?layout=calls", "?beside=Z1")


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("size", PANEL_MM, ids=str)
async def test_board_of_any_size_is_read_from_15_m_and_does_not_blink(
    browser: Browser, hall: Hall, called: str, query: str, size: tuple[int, int]
) -> None:
    board = await opened(browser, hall, f"/board/Z3{query}", *size)
    await expect(board.locator(".newest").get_by_text(called)).to_be_visible()
    figure_px = float(await board.evaluate(FIGURE_PX))
    assert figure_px * PANEL_MM[size] / size[1] >= FIGURE_MM
    await board.wait_for_function(STILL)  # a call comes in once; nothing on a board goes on moving
    assert await board.evaluate(FITS)
    await expect(board.locator(".queues")).to_have_count(0 if query else 1)
    await board.context.close()
