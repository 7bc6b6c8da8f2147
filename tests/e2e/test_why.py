"""Why somebody waited, and the board as it stood, told to those who ask."""

import re
from collections.abc import Mapping

from playwright.async_api import Browser, Page, expect

from tests.e2e.test_visit import opened
from tests.hall import Hall

QUEUE, COUNTER = "R", "W31"


def do(hall: Hall, name: str, command: Mapping[str, object]) -> dict[str, str]:
    reply = hall.do(f"why-{name}", command, Cookie=hall.cookie("supervisor"))
    assert reply.status == 200, reply.body
    result: dict[str, str] = reply.json["result"]
    return result


def overtaken(hall: Hall) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """An ordinary ticket is called; of two who wait, the care ticket taken last goes first."""
    take = {"type": "take_ticket", "queue_id": QUEUE, "channel": "anonymous"}
    first, mine = do(hall, "first", take), do(hall, "mine", take)
    do(hall, "open", {"type": "open_counter", "counter_id": COUNTER})
    for name in ("call_next", "start_serving", "finish_serving"):
        do(hall, name, {"type": name, "counter_id": COUNTER})
    care = do(hall, "care", {**take, "ticket_class": "care"})
    do(hall, "again", {"type": "call_next", "counter_id": COUNTER})
    return first, mine, care


async def as_supervisor(browser: Browser, hall: Hall, path: str) -> Page:
    page = await opened(browser, hall, path, 1366, 768)
    await page.locator("input").first.fill("supervisor")
    await page.keyboard.press("Tab")
    await page.keyboard.type("demo")
    await page.keyboard.press("Enter")
    return page


async def test_care_ticket_that_went_first_is_named_with_its_rule__CL2(
    browser: Browser, hall: Hall
) -> None:
    first, mine, care = overtaken(hall)
    ops = await as_supervisor(browser, hall, "/ops/why")
    await expect(ops.get_by_label("日期")).to_have_value(re.compile(r"\d{4}-\d\d-\d\d"))
    await ops.get_by_label("号码").fill(mine["number"].lower())
    await ops.keyboard.press("Enter")
    await expect(ops.get_by_text(f"1 张爱心号优先：{care['number']}。")).to_be_visible()
    await expect(ops.get_by_text("CL2", exact=True)).to_be_visible()
    await expect(ops.get_by_text(f"依次先叫：{first['number']}。")).to_be_visible()
    await expect(ops.get_by_text("还没有呼叫")).to_be_visible()
    await ops.get_by_label("号码").fill("Z999")
    await ops.keyboard.press("Enter")
    await expect(ops.get_by_text("没有号码 Z999")).to_be_visible()
    phone = await opened(browser, hall, f"/t/{mine['token']}", 390, 844)
    await phone.get_by_text("为什么等").click()
    await expect(phone.get_by_text(f"1 张爱心号优先：{care['number']}。")).to_be_visible()

    await ops.get_by_role("link", name="回看").click()
    await ops.get_by_label("屏幕").select_option(f"counter_screen:{COUNTER}")
    stage = ops.get_by_role("figure")
    await expect(stage.get_by_text(care["number"])).to_be_visible()
    await expect(stage.get_by_text("不是现在")).to_be_visible()
    # Back to the instant of its call, to before it, and to the visitor who was there until then.
    back = ops.get_by_role("button", name="上一变化")
    await back.click()
    await expect(stage.get_by_text(care["number"])).to_be_visible()
    await back.click()
    await expect(stage.get_by_text(care["number"])).to_be_hidden()
    await back.click()
    await expect(stage.get_by_text(first["number"])).to_be_visible()
    await ops.context.close()
    await phone.context.close()
