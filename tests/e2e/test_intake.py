"""Taking numbers as people do: by card, with an appointment, from the phone."""

import asyncio
import subprocess
import sys
from datetime import UTC, datetime

from playwright.async_api import Browser, Page, expect

from tests.e2e.test_visit import eventually, opened
from tests.hall import ROOT, Hall

CARD, SAME_CARD, NEW_CARD = "04a2b3c4", "0077771716", "04A2B3C5"
READER_GAP_MS = 5
"""Between two keys of a reader that types."""
PERSONS_KNOWN_S = 45
SETTLE_MS = 600
"""A faster second tap counts as half of a double tap."""


def register(hall: Hall, lines: str) -> str:
    """Import these cards as an administrator does; what the command said."""
    path = hall.home / "cards.csv"
    path.write_text(f"card,person,origin\n{lines}")
    variables = hall.variables() | {
        name: hall.given(name) for name in ("DATABASE_URL", "REDIS_URL")
    }
    command = [sys.executable, "-m", "backend", "import-persons", str(path)]
    done = subprocess.run(
        command, env=variables, cwd=ROOT, check=True, capture_output=True, text=True
    )
    return done.stdout


async def swipe(kiosk: Page, uid: str) -> None:
    """What a card reader does: the number and Enter, as fast as a keyboard can."""
    await kiosk.keyboard.type(uid, delay=READER_GAP_MS)
    await kiosk.keyboard.press("Enter")


async def number_on(kiosk: Page) -> str:
    number = kiosk.get_by_text("您的号码").locator("xpath=following::*[1]")
    return (await number.inner_text()).strip()


async def test_card_choice_and_ticket_from_the_printer__TK3_TK4(
    browser: Browser, hall: Hall
) -> None:
    kiosk = await opened(browser, hall, "/kiosk/K1", 1080, 1920)
    before = len(list((hall.home / "paper" / "P1").glob("*.png")))
    await kiosk.get_by_role("button", name="人事处").focus()
    await swipe(kiosk, CARD)  # with the focus on a button, which it must not press
    await expect(kiosk.get_by_text("校园卡已读取")).to_be_visible()
    await expect(kiosk.get_by_text("请选择要办理业务的部门")).to_be_visible()
    assert CARD.upper() not in (await kiosk.content()).upper()
    await kiosk.get_by_role("button", name="人事处").click()
    await kiosk.wait_for_timeout(SETTLE_MS)
    await kiosk.get_by_role("button", name="直接取号").click()
    await expect(kiosk.get_by_text("号票已打印")).to_be_visible()
    papers = hall.home / "paper" / "P1"
    await eventually(lambda: len(list(papers.glob("*.png"))) > before or None)
    await kiosk.get_by_role("button", name="完成").click()
    # The same card from a reader of another make, after the choice this time.
    await kiosk.get_by_role("button", name="人事处").click()
    await swipe(kiosk, SAME_CARD)
    await kiosk.wait_for_timeout(SETTLE_MS)
    await kiosk.get_by_role("button", name="直接取号").click()
    await expect(kiosk.get_by_text("您在这个队列已有号票")).to_be_visible()
    await kiosk.context.close()
    for log in (hall.home / "logs").iterdir():
        text = log.read_bytes().upper()
        assert CARD.upper().encode() not in text
        assert SAME_CARD.encode() not in text


async def test_appointment_code_gives_a_booked_ticket__AP2(browser: Browser, hall: Hall) -> None:
    expected = {
        "type": "add_appointment",
        "appointment_id": "a1",
        "code": "YZ20261123",
        "queue_id": "C",
        "slot_at": datetime.now(UTC).isoformat(),
    }
    assert hall.do("appointment-1", expected, Cookie=hall.cookie("supervisor")).status == 200
    kiosk = await opened(browser, hall, "/kiosk/K2", 1080, 1920)
    await kiosk.get_by_role("button", name="预约签到").click()
    for char in "YZ2026":
        await kiosk.get_by_role("button", name=char, exact=True).click()
    await kiosk.wait_for_timeout(SETTLE_MS)
    await kiosk.get_by_role("button", name="签到取号").click()
    await expect(kiosk.get_by_text("没有找到今天的这个预约")).to_be_visible()
    await swipe(kiosk, "yz20261123")  # the scanner types what stands in the code on the phone
    await expect(kiosk.get_by_text("您的号码")).to_be_visible()
    await expect(kiosk.get_by_text("预约", exact=True)).to_be_visible()
    assert (await number_on(kiosk)).startswith("C")
    await kiosk.context.close()


async def test_phone_takes_a_number_of_a_known_card_and_follows_it__TK3(
    browser: Browser, hall: Hall
) -> None:
    assert "1 cards of 1 persons" in register(hall, f"{NEW_CARD},li,student\n")
    phone = await opened(browser, hall, "/take", 390, 844)
    await phone.get_by_role("button", name="人事处").click()
    await phone.get_by_label("校园卡号").fill("99999999")
    await phone.get_by_role("button", name="取号", exact=True).click()
    await expect(phone.get_by_text("没有登记这个卡号")).to_be_visible()
    await phone.get_by_label("校园卡号").fill(NEW_CARD)
    # The hub learns of the register within half a minute.
    async with asyncio.timeout(PERSONS_KNOWN_S):
        while phone.url.endswith("/take"):
            await phone.get_by_role("button", name="取号", exact=True).click()
            await phone.wait_for_timeout(1000)
    await expect(
        phone.get_by_text("前面还有").or_(phone.get_by_text("下一个就是您"))
    ).to_be_visible()
    await phone.goto(hall.url + "/take")
    await expect(phone.get_by_text("查看进度")).to_be_visible()
    await phone.context.close()
