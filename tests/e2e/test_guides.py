"""Guides in /ops: one writes, another reviews and publishes, and takes back."""

import re

from playwright.async_api import Browser, Locator, Page, expect

from tests.e2e.test_accessible import looked_at
from tests.e2e.test_cases import signed_in
from tests.hall import Hall, until
from tests.office.desk import headers

GUIDES = "/ops/content?section=guides"
SERVICE = "SC-05"
PAGE = f"/services/{SERVICE}"
FEE, ENGLISH = "七元七角七分", "Seven yuan and something"
SHOWN_S = 30.0


def row(page: Page, service_id: str) -> Locator:
    return page.get_by_role("row").filter(has_text=service_id)


def field(page: Page, path: str, language: str = "中文") -> Locator:
    return page.locator(f"[id='guide{path}']").get_by_role("textbox", name=re.compile(language))


async def saved(page: Page) -> None:
    await page.keyboard.press("Control+s")
    await expect(page.get_by_text("已保存")).to_be_visible()


async def test_guide_is_written_by_one_published_by_another_and_taken_back__DR2__DR6(
    browser: Browser, hall: Hall
) -> None:
    seen: dict[bool, set[str]] = {True: set(), False: set()}

    def says_so() -> bool:
        """Whether visitors read the new fee; each text of the page has a tag of its own."""
        reply = hall.ask("GET", PAGE)
        is_new = FEE in reply.body.decode()
        seen[is_new].add(reply.headers["ETag"])
        assert not seen[True] & seen[False]
        return is_new

    assert not says_so()
    editor = await signed_in(browser, hall, GUIDES, "editor")
    await row(editor, SERVICE).get_by_role("button", name="修改").click()
    await field(editor, "/fee").fill(FEE)
    await field(editor, "/fee", "英文").fill("")
    await expect(editor.get_by_text("缺英文").first).to_be_visible()
    preview = editor.frame_locator("iframe")
    await expect(preview.get_by_text(FEE).first).to_be_visible()
    await looked_at(editor)
    await editor.reload()
    await expect(field(editor, "/fee")).to_have_value(FEE)
    await field(editor, "/fee", "英文").fill(ENGLISH)
    await saved(editor)
    await editor.get_by_role("tab", name="对比").click()
    await expect(editor.locator("ins").first).to_have_text(re.compile(FEE))
    await looked_at(editor)
    await editor.get_by_role("button", name="提交审核").click()
    await expect(editor.get_by_text("自己改过的草稿要由别人审核")).to_be_visible()
    assert not says_so()

    admin = await signed_in(browser, hall, GUIDES, "admin")
    await row(admin, SERVICE).get_by_role("button", name="打开草稿").click()
    await admin.get_by_role("button", name="公布", exact=True).click()
    await expect(admin.get_by_text("这份草稿已经公布")).to_be_visible()
    until(says_so, SHOWN_S)
    await admin.get_by_role("button", name="返回列表").click()
    await row(admin, SERVICE).get_by_role("button", name="历史版本").click()
    await expect(admin.locator("ins").first).to_have_text(re.compile(FEE))
    await looked_at(admin)
    await admin.get_by_role("button", name="恢复为这一版").click()
    await admin.get_by_role("dialog").get_by_role("textbox", name="原因").fill("费用写错了")
    await admin.get_by_role("dialog").get_by_role("button", name="确定").click()
    await expect(admin.get_by_text("第 3 版").first).to_be_visible()
    until(lambda: not says_so(), SHOWN_S)
    for page in (editor, admin):
        await page.context.close()


async def test_two_who_write_at_once_are_told_and_lose_nothing__DR1(
    browser: Browser, hall: Hall
) -> None:
    editor = await signed_in(browser, hall, GUIDES, "editor")
    await row(editor, "LI-04").get_by_role("button", name="修改").click()
    await field(editor, "/fee").fill("编辑写的费用")
    await field(editor, "/hours").fill("编辑写的时间")
    other = await signed_in(browser, hall, GUIDES, "admin")
    await row(other, "LI-04").get_by_role("button", name="打开草稿").click()
    await field(other, "/fee").fill("别人写的费用")
    await field(other, "/place").fill("别人写的地点")
    await saved(other)

    await editor.context.set_offline(True)
    await editor.keyboard.press("Control+s")
    await expect(editor.get_by_text("打的字已留在本机")).to_be_visible()
    await editor.context.set_offline(False)
    await editor.keyboard.press("Control+s")
    await expect(editor.get_by_text("别人也改了「费用」")).to_be_visible()
    await expect(editor.get_by_text("已并入：地点")).to_be_visible()
    await expect(field(editor, "/fee")).to_have_value("编辑写的费用")
    await expect(field(editor, "/place")).to_have_value("别人写的地点")
    await looked_at(editor)
    await editor.get_by_role("button", name="用对方的").click()
    await saved(editor)
    drafts = hall.ask("GET", "/api/halls/main/guides", **headers(hall, "editor")).json["guides"]
    (draft_id,) = (one["draft"]["draft_id"] for one in drafts if one["service_id"] == "LI-04")
    path = f"/api/halls/main/drafts/{draft_id}"
    guide = hall.ask("GET", path, **headers(hall, "editor")).json["guide"]
    assert [guide[part]["zh"] for part in ("fee", "hours", "place")] == [
        *("别人写的费用", "编辑写的时间", "别人写的地点"),
    ]
    for page in (editor, other):
        await page.context.close()


async def test_list_is_changed_by_keyboard_and_what_was_taken_out_comes_back(
    browser: Browser, hall: Hall
) -> None:
    page = await signed_in(browser, hall, GUIDES, "editor")
    await row(page, "FN-05").get_by_role("button", name="修改").click()
    steps = page.locator("#part-steps")
    first, second = field(page, "/steps/0"), field(page, "/steps/1")
    words = [await first.input_value(), await second.input_value()]
    await steps.get_by_role("button", name="第 2 项上移").focus()
    await page.keyboard.press("Enter")
    await expect(first).to_have_value(words[1])
    await expect(steps.get_by_role("button", name="第 1 项上移")).to_be_focused()
    await steps.get_by_role("button", name="删去第 1 项").press("Enter")
    await expect(first).to_have_value(words[0])
    await page.keyboard.press("Enter")  # the button that puts it back has the focus
    await expect(first).to_have_value(words[1])
    await steps.get_by_role("button", name="加一步").press("Enter")
    await page.keyboard.type("最后一步")
    await saved(page)
    await page.reload()
    await expect(steps.get_by_role("textbox").nth(-2)).to_have_value("最后一步")
    await page.context.close()
