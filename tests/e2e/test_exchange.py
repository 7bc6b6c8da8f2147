"""A catalogue is brought in on a page: shown first, then taken (CX1); gaps are listed (CX2)."""

import json
from typing import Any

from playwright.async_api import Browser, FilePayload, expect

from tests.e2e.test_accessible import looked_at
from tests.e2e.test_visit import opened
from tests.hall import Hall

SLOW_MS = 30_000
"""A file is read and compared on a busy machine."""


def payload(raw: Any) -> FilePayload:
    content = json.dumps(raw).encode()
    return {"name": "catalogue.json", "mimeType": "application/json", "buffer": content}


async def test_catalogue_is_shown_then_taken_and_its_gaps_are_listed__CX1(
    browser: Browser, hall: Hall
) -> None:
    who = {"Cookie": hall.cookie("admin")}
    raw = hall.ask("GET", "/api/halls/main/catalogue/export?format=json", **who).json
    guide = next(one for one in raw["services"] if one["service_id"] == "PO-04")
    page = await opened(browser, hall, "/ops/content?section=exchange", 1366, 768)
    await page.locator("input").first.fill("admin")
    await page.locator("input").last.fill("demo")
    await page.keyboard.press("Enter")
    chosen, check = (
        page.locator("input[type=file]"),
        page.get_by_role("button", name="看看会改什么"),
    )
    await check.click()
    await expect(page.get_by_text("请先选择文件")).to_be_visible()

    await chosen.set_input_files(payload(raw | {"services": [guide | {"trips": "many"}]}))
    await check.click()
    await expect(page.get_by_text("文件有 1 处问题")).to_be_visible(timeout=SLOW_MS)
    await expect(page.get_by_text("services[0].trips")).to_be_visible()

    guide["fee"] = {"zh": "见 /services/NOPE", "en": ""}
    await chosen.set_input_files(payload(raw))
    await check.click()
    await expect(page.get_by_text("会改 1 项")).to_be_visible(timeout=SLOW_MS)
    await expect(page.get_by_role("cell", name="费用 中文")).to_be_visible()
    await looked_at(page)

    raw["services"].append(guide | {"service_id": "PO-90", "trips": 1, "counter_ids": ["W99"]})
    await chosen.set_input_files(payload(raw))
    await check.click()
    await expect(page.get_by_text("没有这个窗口：W99")).to_be_visible(timeout=SLOW_MS)
    await expect(page.get_by_role("button", name="确定")).to_be_disabled()
    await page.get_by_role("checkbox", name="我看过了").check()
    await looked_at(page)
    await page.get_by_role("button", name="确定").click()
    await expect(page.get_by_text("已导入：新增 1 项，修改 1 项")).to_be_visible(timeout=SLOW_MS)
    again = hall.ask("GET", "/api/halls/main/catalogue/export?format=json", **who).json
    assert again == raw

    await page.get_by_role("button", name="缺漏与坏链").click()
    row = page.get_by_role("row").filter(has_text="PO-04")
    await expect(row.filter(has_text="链接到不存在的服务 NOPE")).to_be_visible(timeout=SLOW_MS)
    missing = row.filter(has_text="缺英文")
    await expect(missing.get_by_role("cell", name="费用")).to_be_visible()
    guide_page = missing.get_by_role("link", name="PO-04")
    await expect(guide_page).to_have_attribute("href", "?section=guides&service=PO-04")
    unserved = page.get_by_role("row").filter(has_text="PO-90")
    await expect(unserved.filter(has_text="没有这个窗口")).to_be_visible()
    await looked_at(page)

    await unserved.get_by_role("button", name="放进方案").click()  # no number can be taken for it
    await expect(page.get_by_text("请选一个队列").first).to_be_visible(timeout=SLOW_MS)
    await expect(page.locator("select").last).to_be_focused()
    await expect(page.get_by_role("button", name="保存为新版本")).to_be_disabled()
    await looked_at(page)
    await page.context.close()
