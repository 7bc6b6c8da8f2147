"""What visitors say of their visits: on the pad beside the window, and on the phone."""

from playwright.async_api import Browser, Page, expect

from backend.core.commands import CallNext, FinishServing, OpenCounter, StartServing
from tests.e2e.test_visit import opened
from tests.hall import Hall
from tests.processes.load import Load

COUNTER, NO = "W16", 16


async def served(load: Load, name: str) -> tuple[str, str]:
    """Serve one more visitor at the counter; return number and token."""
    async with load.client(f"{name}-kiosk", is_device=True) as kiosk:
        ticket = (await load.ticket(kiosk, f"{name}-taken")).result
    async with load.client(f"{name}-desk", is_device=False) as desk:
        for step in (OpenCounter, CallNext, StartServing, FinishServing):
            await load.do(desk, name, f"{name}-{step.__name__}", step(counter_id=COUNTER))
    return str(ticket.number), str(ticket.token)


async def said(page: Page) -> None:
    await expect(page.get_by_text("谢谢您的评价")).to_be_visible()


async def test_visitor_rates_on_the_pad_and_the_next_on_the_phone__EV1_EV2(
    browser: Browser, hall: Hall
) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    pad = await opened(browser, hall, f"/pad/{COUNTER}", 1280, 800)
    await expect(pad.get_by_text(str(NO), exact=True)).to_be_visible()
    number, token = await served(load, "rated-on-pad")
    await expect(pad.get_by_text(f"{number} 已办结")).to_be_visible()
    phone = await opened(browser, hall, f"/t/{token}", 390, 844)
    await expect(phone.get_by_text("您对本次服务满意吗？")).to_be_visible()
    await pad.get_by_role("button", name="EN").click()
    await pad.get_by_role("radio", name="Good", exact=True).check()
    await pad.get_by_role("button", name="Quick").click()
    await pad.get_by_role("textbox").fill("nothing of this stays here")
    await pad.get_by_role("button", name="Send").click()
    await expect(pad.get_by_text("Thank you")).to_be_visible()
    await expect(phone.get_by_text("您的评价：满意")).to_be_visible()
    await expect(pad.get_by_text("请稍候")).to_be_visible()  # in Chinese again
    assert "nothing of this" not in await pad.content()

    number, token = await served(load, "rated-by-phone")
    await phone.goto(f"{hall.url}/t/{token}")
    await phone.get_by_role("radio", name="非常不满意").check()
    await phone.get_by_role("button", name="问题未解决").click()
    await phone.get_by_role("button", name="提交评价").click()
    await said(phone)
    await expect(pad.get_by_text("请稍候")).to_be_visible()
    for page in (pad, phone):
        await page.context.close()


async def test_pad_is_used_by_keys_alone__EV2(browser: Browser, hall: Hall) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    pad = await opened(browser, hall, f"/pad/{COUNTER}", 800, 1280)
    number, _ = await served(load, "rated-by-keys")
    await expect(pad.get_by_text(f"{number} 已办结")).to_be_visible()
    await pad.keyboard.press("3")
    await expect(pad.get_by_role("radio", name="基本满意", exact=True)).to_be_checked()
    await pad.get_by_role("button", name="提交评价").focus()
    await pad.keyboard.press("Enter")
    await said(pad)
    await pad.context.close()
