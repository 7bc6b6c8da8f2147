"""Pages of one thing know its hall, where an installation has several."""

from playwright.async_api import Browser, expect

from tests.e2e.conftest import browser, chromium
from tests.two_halls.conftest import BOOKED, Halls

__all__ = ["browser", "chromium"]


async def test_address_of_a_booking_finds_its_hall_and_no_other_tells_one__AP1(
    browser: Browser, halls: Halls
) -> None:
    page, url = await browser.new_page(), halls.hall.url
    await page.goto(f"{url}/booking/{BOOKED['booking_token']}")
    await expect(page.locator(".code")).to_have_attribute("aria-label", BOOKED["booking_code"])
    assert page.url == f"{url}/booking/{BOOKED['booking_token']}?hall=main"
    header = page.get_by_role("banner").get_by_role("link", name="预约")
    await expect(header).to_have_attribute("href", "/book?hall=main")
    for path in ("/booking/token-of-no-booking-anywhere", "/book"):
        await page.goto(url + path)
        await expect(page.get_by_role("heading", name="请选择办事大厅")).to_be_visible()
    await page.close()
