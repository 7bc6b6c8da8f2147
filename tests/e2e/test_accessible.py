"""axe-core finds nothing serious on the pages that visitors use, in either language."""

import pytest
from playwright.async_api import Browser, expect

from backend.core.commands import CallNext, FinishServing, OpenCounter, StartServing
from tests.e2e.test_visit import opened
from tests.hall import ROOT, Hall
from tests.processes.load import Load

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
FINDINGS = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ['violations'] })
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`)
}"""
COUNTER = "W16"


@pytest.fixture(scope="module")
async def token(hall: Hall) -> str:
    """Of a visit that has just ended: pad and phone ask how it was."""
    load = Load(hall, hall.cookie("supervisor"))
    async with load.client("axe-kiosk", is_device=True) as kiosk:
        ticket = (await load.ticket(kiosk, "axe-taken")).result
    async with load.client("axe-desk", is_device=False) as desk:
        for step in (OpenCounter, CallNext, StartServing, FinishServing):
            await load.do(desk, "desk", f"axe-{step.__name__}", step(counter_id=COUNTER))
    return str(ticket.token)


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("/board/Z3", (1920, 1080)),
        (f"/counter-screen/{COUNTER}", (1024, 600)),
        ("/kiosk/K3", (1080, 1920)),
        (f"/pad/{COUNTER}", (1280, 800)),
        ("/t/{token}", (390, 844)),
        ("/take", (390, 844)),
    ],
)
async def test_page_has_nothing_serious_against_its_use_by_anybody(
    browser: Browser, hall: Hall, token: str, path: str, size: tuple[int, int]
) -> None:
    page = await opened(browser, hall, path.format(token=token), *size)
    await page.evaluate(AXE.read_text(encoding="utf-8"))
    await expect(page.locator("main")).to_be_visible()
    await page.wait_for_timeout(700)  # what comes in slowly has no contrast yet
    assert await page.evaluate(FINDINGS) == []
    english = page.get_by_role("button", name="EN", exact=True)
    if await english.count():
        await english.click()
        assert await page.evaluate(FINDINGS) == []
    await page.context.close()
