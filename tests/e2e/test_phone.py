"""The phone page: a visit of another day is rated, and news come by sound and notification."""

from datetime import timedelta

from playwright.async_api import Browser, Page, expect

from backend.core.commands import CallNext, CloseDay, FinishServing, OpenCounter, StartServing
from backend.core.ids import CounterId, HallId, QueueId
from backend.core.rules.day import service_day
from backend.demo.hall import demo_plan
from backend.hub.clock import now
from backend.store.archive import Archive
from backend.store.database import Database
from tests.e2e.test_visit import PATIENCE_S, opened
from tests.hall import HALL_ID, Hall, until
from tests.processes.load import Load
from tests.replay.recorded import Recorded
from tests.support.commits import entries
from tests.support.world import HUB

PHONE = (390, 844)
COUNTER, QUEUE = CounterId("W16"), QueueId("H")
LISTENING = """
  window.tones = 0
  window.asked = 0
  const { start } = OscillatorNode.prototype
  OscillatorNode.prototype.start = function (...given) {
    window.tones++
    return start.apply(this, given)
  }
  const { requestPermission } = Notification
  Notification.requestPermission = (...given) => {
    window.asked++
    return requestPermission.apply(Notification, given)
  }
  window.notified = []
  const { showNotification } = ServiceWorkerRegistration.prototype
  ServiceWorkerRegistration.prototype.showNotification = async function (...given) {
    await showNotification.apply(this, given)
    window.notified.push(given[0])
  }
"""


async def past_visit(hall: Hall, days_ago: int) -> tuple[str, str]:
    """Somebody was served that many days ago, as the archive has it: number and token."""
    plan = demo_plan()
    world = Recorded(plan, at=now() - timedelta(days=days_ago)).open(COUNTER)
    world.tokens = 1000 * days_ago  # the tokens of each day are others
    ticket = world.ticket(world.take(QUEUE))
    world.visit(COUNTER)
    world.do(CloseDay(), HUB)
    database = Database(hall.given("DATABASE_URL"))
    day = service_day(world.at, plan.time_zone)
    await Archive(database).write(HallId(HALL_ID), day, entries(world.commits))
    await database.close()
    return ticket.number, ticket.token


async def test_visit_is_rated_from_the_phone_on_the_fifth_day_and_not_on_the_sixth__EV2(
    browser: Browser, hall: Hall
) -> None:
    number, token = await past_visit(hall, days_ago=4)
    # The hall's own day has just begun: until the archive knows of it, the answer is to wait.
    until(lambda: hall.ask("GET", f"/api/tickets/{token}/visit").status == 200, PATIENCE_S)
    phone = await opened(browser, hall, f"/t/{token}", *PHONE)
    await expect(phone.get_by_text(number)).to_be_visible()
    await phone.get_by_role("radio", name="满意", exact=True).check()
    await phone.get_by_role("button", name="提交评价").click()
    await expect(phone.get_by_text("您的评价：满意")).to_be_visible()
    await phone.reload()
    await expect(phone.get_by_text("您的评价：满意")).to_be_visible()
    _, token = await past_visit(hall, days_ago=5)
    await phone.goto(f"{hall.url}/t/{token}")
    await expect(phone.get_by_text("没有找到这张号票")).to_be_visible()
    await phone.context.close()


async def tones_of(phone: Page, count: int) -> None:
    """Wait until so many tones have begun."""
    await phone.wait_for_function("(count) => window.tones >= count", arg=count)
    assert await phone.evaluate("window.tones") == count


async def notified(phone: Page, words: str) -> None:
    """Wait until the browser has taken a notification with these words.

    `getNotifications` is not asked: Chromium forgets one that it stored and does not show yet.
    """
    found = "(words) => window.notified.some((title) => title.includes(words))"
    await phone.wait_for_function(found, arg=words)


async def test_news_come_by_sound_and_notification_for_who_turns_them_on(
    browser: Browser, hall: Hall
) -> None:
    load = Load(hall, hall.cookie("supervisor"))
    async with load.client("phone-kiosk", is_device=True) as kiosk:
        for n in range(3):
            await load.ticket(kiosk, f"phone-before-{n}")
        ticket = (await load.ticket(kiosk, "phone-taken")).result
    context = await browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    await context.add_init_script(LISTENING)
    phone = await context.new_page()
    await phone.goto(f"{hall.url}/t/{ticket.token}")
    await phone.get_by_text("用声音和通知提醒我").click()
    sound, notification = (phone.get_by_role("switch", name=name) for name in ("声音", "通知"))
    await expect(sound).not_to_be_checked()
    await sound.click()
    await expect(sound).to_be_checked()
    await tones_of(phone, 2)  # so that one hears how loud it is
    assert await phone.evaluate("window.asked") == 0
    await context.grant_permissions(["notifications"])
    await notification.click()
    await expect(notification).to_be_checked()
    assert await phone.evaluate("window.asked") == 1
    async with load.client("phone-desk", is_device=False) as desk:
        await load.do(desk, "desk", "phone-open", OpenCounter(counter_id=COUNTER))

        async def call(n: int) -> None:
            await load.do(desk, "desk", f"phone-call-{n}", CallNext(counter_id=COUNTER))

        async def serve(n: int) -> None:
            for step in (StartServing, FinishServing):
                await load.do(desk, "desk", f"phone-{step.__name__}-{n}", step(counter_id=COUNTER))

        await call(0)
        await tones_of(phone, 4)  # two ahead
        await notified(phone, "马上轮到您")
        await serve(0)
        await phone.reload()  # what was turned on is remembered
        await expect(phone.get_by_text("前面还有")).to_be_visible()
        await phone.get_by_text("前面还有").click()  # no page may make a sound before
        for n in (1, 2):
            await call(n)
            await serve(n)
        assert await phone.evaluate("window.asked") == 0
        await call(3)
        await tones_of(phone, 6)
        await notified(phone, "请到 16 号窗口")
        await serve(3)
    await context.close()
