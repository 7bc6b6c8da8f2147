"""Boards in each layout: readable from 15 m, still, and honest after a break."""

import pytest
from playwright.async_api import Browser, expect

from backend.core.commands import CallNext, FinishServing, OpenCounter, PostNotice, StartServing
from tests.e2e.proxy import Proxy
from tests.e2e.test_sleep import BANNER
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
BACKOFF_S = 5
"""The longest that a page waits before it tries again."""
STILL = "() => document.getAnimations().every((one) => one.playState !== 'running')"
MOVES = """
  window.begun = 0
  window.again = 0
  addEventListener('animationstart', () => window.begun++, true)
  addEventListener('animationiteration', () => window.again++, true)
"""
FITS = """() => document.documentElement.scrollWidth <= innerWidth
  && document.documentElement.scrollHeight <= innerHeight
  && [...document.querySelectorAll('.queue, .list .call')]
    .every((row) => row.scrollHeight <= row.clientHeight)"""


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


async def test_call_comes_in_once_and_stands_still_where_motion_is_unwanted(
    browser: Browser, hall: Hall
) -> None:
    """Three flashes in a second may harm; one call is one movement."""
    load = Load(hall, hall.cookie("supervisor"))
    boards = []
    for motion in ("no-preference", "reduce"):
        context = await browser.new_context(
            viewport={"width": 1920, "height": 1080},
            reduced_motion=motion,
        )
        await context.add_init_script(MOVES)
        board = await context.new_page()
        await board.goto(f"{hall.url}/board/Z3")
        await expect(board.locator("main")).to_be_visible()
        boards.append(board)
    lively, still = boards
    await lively.wait_for_function(STILL)
    await lively.evaluate("() => { window.begun = 0 }")
    async with load.client("moved-kiosk", is_device=True) as kiosk:
        number = str((await load.ticket(kiosk, "moved-taken")).result.number)
    async with load.client("moved-desk", is_device=False) as desk:
        for step in (OpenCounter, CallNext):
            await load.do(desk, "desk", f"moved-{step.__name__}", step(counter_id="W20"))
        for board in boards:
            await expect(board.locator(".newest").get_by_text(number)).to_be_visible()
        assert await still.evaluate("() => document.getAnimations().length") == 0
        await lively.wait_for_function(STILL)
        assert await lively.evaluate("() => [window.begun <= 1, window.again]") == [True, 0]
        for end in (StartServing, FinishServing):
            await load.do(desk, "desk", f"moved-{end.__name__}", end(counter_id="W20"))
    for board in boards:
        await board.context.close()


BREAK_S = 300
STALE_S = 10


async def test_board_without_network_for_five_minutes_says_so_and_marks_what_it_missed__I10(
    browser: Browser, hall: Hall
) -> None:
    """The board lives five minutes while the hall lives some seconds."""
    load = Load(hall, hall.cookie("supervisor"))
    proxy = Proxy(hall.port)
    await proxy.mend()
    async with load.client("break-kiosk", is_device=True) as kiosk:
        before, during = [(await load.ticket(kiosk, f"break-{n}")).result.number for n in range(2)]
    async with load.client("break-desk", is_device=False) as desk:

        async def call(counter_id: str) -> None:
            for step in (OpenCounter, CallNext):
                command_id = f"break-{step.__name__}-{counter_id}"
                await load.do(desk, "desk", command_id, step(counter_id=counter_id))

        await call("W18")
        url = f"http://127.0.0.1:{proxy.port}"
        board = await opened(browser, hall, "/board/Z3", 1920, 1080, is_driven=True, url=url)
        await expect(board.get_by_text(str(before)).first).to_be_visible()
        await proxy.cut()
        await board.clock.fast_forward(STALE_S * 1000)
        await expect(board.get_by_text(BANNER)).to_be_visible()
        await expect(board.get_by_text(str(before)).first).to_be_visible()  # never a blank page
        await board.clock.fast_forward((BREAK_S - STALE_S) * 1000)
        await call("W19")
        await expect(board.get_by_text(str(during))).to_have_count(0)
        await proxy.mend()
        await board.clock.fast_forward(BACKOFF_S * 1000)
        await expect(board.locator(".newest").get_by_text(str(during))).to_be_visible()
        await expect(board.get_by_text(BANNER)).to_have_count(0)
        await expect(board.locator(".newest").get_by_text("中断时呼叫")).to_be_visible()
        await expect(board.get_by_text("补显")).to_have_count(0)  # what was called before
        await board.clock.fast_forward(60_000)
        await expect(board.get_by_text("中断时呼叫")).to_have_count(0)
        for counter_id in ("W18", "W19"):
            for step in (StartServing, FinishServing):
                command_id = f"break-{step.__name__}-{counter_id}"
                await load.do(desk, "desk", command_id, step(counter_id=counter_id))
    await board.context.close()
    await proxy.cut()


async def test_longest_notice_on_half_a_screen_leaves_every_call_whole(
    browser: Browser, hall: Hall
) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    async with load.client("notice-kiosk", is_device=True) as kiosk:
        for n in range(8):
            await load.ticket(kiosk, f"notice-taken-{n}")
    steps = (OpenCounter, *(CallNext, StartServing, FinishServing) * 8)
    notice = PostNotice(notice_id="LONG", zh="设备检修" * 50, en="Maintenance " * 16)
    async with load.client("notice-desk", is_device=False) as desk:
        for n, step in enumerate(steps):
            await load.do(desk, "desk", f"notice-{n}", step(counter_id="W17"))
        await load.do(desk, "desk", "notice-post", notice)
    board = await opened(browser, hall, "/board/Z3?beside=Z1", 1920, 1080)
    await expect(board.locator(".band").first).to_be_visible()
    await expect(board.locator(".list .call:visible")).not_to_have_count(0)
    assert await board.evaluate(FITS)
    await board.context.close()
