"""A new kiosk shows a code, a supervisor enters it, and the kiosk opens; until it is sent away."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Page, expect
from pyotp import TOTP

from backend.demo.hall import demo_plan
from tests.e2e.test_visit import opened
from tests.hall import Hall, running_hall
from tests.web.test_starting import PASSWORD, create_admin, run

HALL_NAME = demo_plan().name.zh


@pytest.fixture(scope="module")
def new_hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    """A hall as it is set up outside the demo: a plan, an account, no device."""
    plan: Path = tmp_path_factory.mktemp("plan") / "plan.json"
    plan.write_bytes(msgspec.json.encode(demo_plan()))
    with running_hall(YIZHAN_DEMO="0") as hall:
        assert run(hall, "create-hall", str(plan), "--reason", "first")[0] == 0
        assert create_admin(hall, "li", PASSWORD)[0] == 0
        yield hall


async def shown_code(kiosk: Page) -> str:
    await expect(kiosk.get_by_text("这台设备还没有登记")).to_be_visible()
    code = kiosk.locator(".code:not(.none)")
    await expect(code).to_have_text(re.compile(r"^\w{3}\s*\w{3}$"))
    return "".join((await code.inner_text()).split())


async def set_up_factor(ops: Page) -> None:
    """As every administrator does at the first sign-in (AC3)."""
    await ops.get_by_role("textbox", name="当前密码").fill(PASSWORD)
    await ops.keyboard.press("Enter")
    secret = "".join((await ops.locator(".secret").inner_text()).split())
    await ops.get_by_role("textbox", name="手机上显示的 6 位数字").fill(TOTP(secret).now())
    await ops.keyboard.press("Enter")
    await expect(ops.get_by_role("heading", name="请保存恢复码")).to_be_visible()
    await ops.get_by_role("button", name="已保存，继续").click()


async def test_kiosk_is_let_in_by_its_code_and_sent_away__EN1_EN2(
    browser: Browser, new_hall: Hall
) -> None:
    kiosk = await opened(browser, new_hall, "/kiosk/K1", 1080, 1920)
    code = await shown_code(kiosk)

    ops = await opened(browser, new_hall, "/ops/devices", 1366, 768)
    await ops.locator("input").first.fill("li")
    await ops.locator("input").last.fill(PASSWORD)
    await ops.keyboard.press("Enter")
    await set_up_factor(ops)
    await expect(ops.get_by_text("还没有登记任何设备")).to_be_visible()
    field = ops.get_by_role("textbox", name="登记码")
    await field.fill("ZZZZZZ")
    await ops.keyboard.press("Enter")
    await expect(ops.get_by_text("没有设备显示这个登记码")).to_be_visible()
    await field.fill(f"{code[:3].lower()} {code[3:].lower()}")
    await ops.keyboard.press("Enter")
    await expect(ops.get_by_role("checkbox", name="K1")).to_be_checked()
    await expect(ops.get_by_role("checkbox", name="K2")).not_to_be_checked()
    await expect(ops.get_by_role("textbox", name="名称")).to_have_value("K1")
    await ops.keyboard.press("Enter")
    await expect(ops.get_by_text("已登记 K1")).to_be_visible()

    await expect(kiosk.get_by_text(HALL_NAME).first).to_be_visible(timeout=15_000)
    await kiosk.reload()
    await expect(kiosk.get_by_text(HALL_NAME).first).to_be_visible()

    await ops.get_by_role("row", name="K1").get_by_role("button", name="注销").click()
    await ops.get_by_role("dialog").get_by_role("button", name="注销").click()
    await expect(ops.get_by_text("已注销 K1")).to_be_visible()
    assert await shown_code(kiosk) != code
