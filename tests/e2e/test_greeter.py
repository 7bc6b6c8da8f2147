"""The greeter's desk as people use it: take, find, send on, check in, bring back."""

from datetime import UTC, datetime
from itertools import count

from playwright.async_api import Browser, Page, expect

from tests.e2e.test_visit import eventually, opened
from tests.hall import Hall

CARD = "F4B2C3D4"
READER_GAP_MS = 5
"""Between two keys of a reader that types."""
TABLET = (1024, 768)
PASSING_S = 90
"""Two recalls, 20 s apart (CL6)."""


async def at_the_door(browser: Browser, hall: Hall) -> Page:
    """Sign the greeter in; tickets come out at kiosk K1."""
    desk = await opened(browser, hall, "/greeter", *TABLET)
    await expect(desk.locator("input").first).to_be_focused()
    await desk.keyboard.type("greeter")
    await desk.keyboard.press("Tab")
    await desk.keyboard.type("demo")
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_role("heading", name="导办台")).to_be_visible()
    await desk.get_by_label("号票").select_option("K1")
    return desk


async def taken(desk: Page) -> str:
    """The number that the desk shows as just taken."""
    await expect(desk.get_by_text("已取号")).to_be_visible()
    return (await desk.locator(".issued .figures").inner_text()).strip()


async def test_care_ticket_is_printed_found_and_sent_on__TR1(browser: Browser, hall: Hall) -> None:
    before = len(list((hall.home / "paper" / "P1").glob("*.png")))
    desk = await at_the_door(browser, hall)
    await desk.get_by_role("button", name="外事处").click()
    await desk.get_by_role("button", name="爱心号").click()
    await desk.get_by_role("button", name="取号 C").click()
    number = await taken(desk)
    await expect(desk.get_by_text("K1 已出票")).to_be_visible()
    papers = hall.home / "paper" / "P1"
    await eventually(lambda: len(list(papers.glob("*.png"))) > before or None)

    await desk.keyboard.press("/")
    await desk.keyboard.type(number[1:].lstrip("0"))
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("爱心", exact=True)).to_be_visible()
    await desk.get_by_role("button", name="换队列").click()
    await desk.get_by_text("D 校医院").click()
    await desk.get_by_role("button", name="换队列", exact=False).last.click()
    await expect(desk.get_by_text("请给出原因")).to_be_visible()
    await desk.get_by_text("取错队列").click()
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text(f"{number} 已换到 D 校医院")).to_be_visible()
    await expect(desk.locator(".ticket .facts")).to_contain_text("校医院")
    await desk.get_by_role("button", name="撤销").click()
    await expect(desk.get_by_text(f"{number} 已换回 C 外事处")).to_be_visible()
    await expect(desk.locator(".ticket .facts")).to_contain_text("外事处")
    await desk.get_by_role("button", name="为什么等").click()
    await expect(desk.get_by_text("理由：取错队列")).to_be_visible()
    await desk.context.close()


async def test_card_finds_its_ticket_and_stands_nowhere__I19(browser: Browser, hall: Hall) -> None:
    desk = await at_the_door(browser, hall)
    await desk.keyboard.type(CARD, delay=READER_GAP_MS)
    await desk.keyboard.press("Enter")
    await expect(desk.get_by_text("这张卡今天没有取过号")).to_be_visible()
    await desk.get_by_label("号票").select_option("screen")
    await desk.get_by_role("button", name="继续教育管理处").click()
    await desk.get_by_role("button", name="取号 G").click()
    number = await taken(desk)
    await expect(desk.get_by_role("img", name="请办事人用手机扫码")).to_be_visible()
    await desk.get_by_role("button", name="下一位").click()
    await desk.keyboard.type(CARD, delay=READER_GAP_MS)
    await desk.keyboard.press("Enter")
    await expect(desk.locator(".ticket .figures")).to_have_text(number)
    assert CARD not in (await desk.content()).upper()
    await desk.context.close()


async def test_expected_visitor_is_checked_in_from_the_list__AP2(
    browser: Browser, hall: Hall
) -> None:
    expected = {
        "type": "add_appointment",
        "appointment_id": "door-1",
        "code": "DOOR20261123",
        "queue_id": "N",
        "slot_at": datetime.now(UTC).isoformat(),
    }
    assert hall.do("door-1", expected, Cookie=hall.cookie("supervisor")).status == 200
    desk = await at_the_door(browser, hall)
    await desk.keyboard.press("i")
    await expect(desk.get_by_text("码尾 123")).to_be_visible()
    await desk.get_by_role("button", name="码尾 123").click()
    assert (await taken(desk)).startswith("N")
    await expect(desk.get_by_text("今天没有等待签到的预约")).to_be_visible()
    await desk.context.close()


async def test_passed_visitor_is_brought_back__PS2(browser: Browser, hall: Hall) -> None:
    chief = {"Cookie": hall.cookie("supervisor")}
    take = {"type": "take_ticket", "queue_id": "R", "channel": "anonymous"}
    number = hall.do("back-1", take).json["result"]["number"]
    counter_id = "W31"
    for n, name in enumerate(("open_counter", "call_next")):
        reply = hall.do(f"back-{name}-{n}", {"type": name, "counter_id": counter_id}, **chief)
        assert reply.status == 200, reply.body
    desk = await at_the_door(browser, hall)
    turns = count()

    def is_passed() -> bool | None:
        """Recall as often as the rules want, as soon as they let one, then pass."""
        turn = next(turns)
        for name in ("recall", "pass_ticket"):
            command = {"type": name, "counter_id": counter_id}
            reply = hall.do(f"back-{name}-{turn}", command, **chief)
        return reply.status == 200 or None

    await eventually(is_passed, PASSING_S)
    await desk.keyboard.press("o")
    await desk.get_by_role("button", name=f"让 {number} 返回队列").click()
    await expect(desk.get_by_text(f"{number} 已返回队列")).to_be_visible()
    await expect(desk.get_by_text("没有过号的办事人")).to_be_visible()
    hall.do("back-close", {"type": "close_counter", "counter_id": counter_id}, **chief)
    await desk.context.close()
