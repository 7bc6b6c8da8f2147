"""The cases' page beside the acts: files, an address for every case, daily digests."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser, FilePayload, Page, expect

from backend.core.ids import DepartmentId
from backend.store.case_lists import CaseLists
from backend.store.database import Database
from backend.wire.cases import CaseDigest, CaseLine
from tests.e2e.test_accessible import looked_at
from tests.e2e.test_cases import serve, signed_in, take
from tests.e2e.test_visit import at_the_desk, press_until
from tests.hall import HALL_ID, Hall
from tests.office.desk import ACCEPT, ALL_HR_04, ROOT, START, cmd, done, headers, open_case
from tests.office.test_files import PDF, PNG, upload

TOLD_ON = date(2026, 11, 20)


def file(name: str, content: bytes, kind: str = "application/pdf") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


@pytest.fixture(scope="module")
def case(hall: Hall) -> dict[str, Any]:
    """A case of the personnel office in process."""
    chief = headers(hall, "supervisor")
    found: dict[str, Any] = done(hall, chief, open_case("HR-04"), ALL_HR_04, ACCEPT, START)
    return found


@pytest.fixture
async def page(browser: Browser, hall: Hall, case: dict[str, Any]) -> AsyncIterator[Page]:
    """The case as its address shows it to the supervisor."""
    found = await signed_in(browser, hall, f"/ops/cases?case={case['case_id']}", "supervisor")
    await expect(found.get_by_role("article").get_by_text(case["number"]).first).to_be_visible()
    yield found
    await found.context.close()


async def test_files_are_chosen_sent_opened_and_removed_by_keyboard(
    hall: Hall, page: Page, case: dict[str, Any]
) -> None:
    files = page.get_by_role("region", name="附件")
    choose = files.get_by_label("为“").first
    await choose.focus()
    await expect(choose).to_be_focused()
    await choose.set_input_files([file("申请.pdf", PDF), file("照片.png", PNG, "image/png")])
    await expect(files.get_by_role("link")).to_have_text(["申请.pdf", "照片.png"])
    await looked_at(page)
    async with page.expect_download() as told:
        await files.get_by_role("link", name="申请.pdf").press("Enter")
    kept = await (await told.value).path()
    assert kept.read_bytes() == PDF
    assert (await told.value).suggested_filename == "申请.pdf"

    await files.get_by_role("button", name="删除 照片.png").press("Enter")
    await files.get_by_role("button", name="确定删除").press("Enter")
    await expect(files.get_by_role("link")).to_have_text(["申请.pdf"])
    stored = hall.ask("GET", f"{ROOT}/{case['case_id']}", **headers(hall, "supervisor")).json
    assert [one["name"] for one in stored["files"]] == ["申请.pdf"]


async def test_file_that_is_not_taken_is_told_of_in_words(page: Page) -> None:
    files = page.get_by_role("region", name="附件")
    choose = files.get_by_label("为“").first
    await choose.set_input_files(
        [
            file("页.html", b"<html>", "text/html"),
            file("空.pdf", b""),
            file("大.pdf", PDF + b"\0" * (10 * 1024 * 1024)),
            file("假.pdf", b"MZ\x90 no PDF"),
            file("真.pdf", PDF + b"true"),
        ]
    )
    await expect(files.get_by_role("link", name="真.pdf")).to_be_visible()
    for words in (
        "“页.html”不是 PDF、PNG 或 JPEG",
        "“空.pdf”是空的",
        "“大.pdf”超过 10 MB",
        "“假.pdf”不是 PDF、PNG 或 JPEG",
    ):
        await expect(files.get_by_text(words)).to_be_visible()
    await page.route("**/files?*", lambda route: route.abort())
    await choose.set_input_files([file("断.pdf", PDF + b"cut")])
    await expect(files.get_by_text("“断.pdf”没有送到，请再选一次；不会重复。")).to_be_visible()


async def test_file_is_dropped_on_its_material_and_nothing_beside_it_leaves_the_page(
    page: Page,
) -> None:
    files = page.get_by_role("region", name="附件")
    drop = """(target) => {
        const data = new DataTransfer()
        data.items.add(new File(['%PDF-1.7 dropped'], '拖.pdf', { type: 'application/pdf' }))
        const event = new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true })
        return target.dispatchEvent(event)
    }"""
    assert await page.get_by_role("heading", name="经过").evaluate(drop) is False
    await expect(files.get_by_role("link", name="拖.pdf")).to_have_count(0)
    await files.get_by_role("group").first.evaluate(drop)
    await expect(files.get_by_role("link", name="拖.pdf")).to_be_visible()


async def test_office_that_is_asked_reads_files_and_others_do_not_see_the_case__I18(
    browser: Browser, hall: Hall, case: dict[str, Any]
) -> None:
    chief = headers(hall, "supervisor")
    file_id = upload(hall, chief, case["case_id"], PDF + b"asked", "意见.pdf").json["file_id"]
    address = f"/ops/cases?case={case['case_id']}"
    library = await signed_in(browser, hall, address, "w30")
    await expect(library.get_by_text("没有这个办件")).to_be_visible()
    given = await library.request.get(f"{hall.url}{ROOT}/{case['case_id']}/files/{file_id}")
    assert given.status == 404
    offices = [{"department_id": "LI", "limit_days": 2}]
    done(hall, chief, cmd("ask_offices", offices=offices), case_id=case["case_id"])
    await library.reload()
    files = library.get_by_role("region", name="附件")
    await expect(files.get_by_role("link", name="意见.pdf")).to_be_visible()
    await expect(files.get_by_role("button")).to_have_count(0)
    await expect(files.locator("input")).to_have_count(0)
    await library.context.close()


async def test_every_case_has_an_address_that_the_way_back_follows(
    hall: Hall, page: Page, case: dict[str, Any]
) -> None:
    other = done(hall, headers(hall, "supervisor"), open_case("HR-04"), ALL_HR_04, ACCEPT)
    sheet = page.get_by_role("article")
    await page.get_by_role("textbox", name="办件号").fill(other["number"])
    await page.keyboard.press("Enter")
    await expect(sheet.get_by_text(other["number"]).first).to_be_visible()
    assert page.url.endswith(f"/ops/cases?case={other['case_id']}")
    await page.go_back()
    await expect(sheet.get_by_text(case["number"]).first).to_be_visible()
    await page.get_by_role("button", name="‹ 各部门办件").click()
    await expect(page.get_by_role("heading", name="各部门办件")).to_be_visible()
    assert page.url.endswith("/ops/cases")
    await page.go_back()
    await expect(sheet.get_by_text(case["number"]).first).to_be_visible()
    await page.goto(f"{hall.url}/ops/cases?case=none")
    await expect(page.get_by_text("没有这个办件")).to_be_visible()
    await looked_at(page)


async def put_digest(hall: Hall, line: dict[str, Any]) -> None:
    """What the keeper tells on the morning of a working day."""
    told = msgspec.convert(line, CaseLine, strict=False)
    digest = CaseDigest(
        department_id=told.department_id,
        name=told.department_name,
        amber=(),
        red=(told,),
        overdue=(),
    )
    database = Database(hall.given("DATABASE_URL"))
    at = datetime(2026, 11, 20, tzinfo=UTC)
    body = msgspec.json.encode(digest)
    await CaseLists(database).put_digest(HALL_ID, TOLD_ON, DepartmentId("HR"), body, at)
    await database.close()


async def test_digest_of_a_day_leads_to_its_cases__DL1(
    hall: Hall, page: Page, case: dict[str, Any]
) -> None:
    lines = hall.ask("GET", f"{ROOT}?kind=open", **headers(hall, "supervisor")).json["cases"]
    await put_digest(hall, next(one for one in lines if one["case_id"] == case["case_id"]))
    await page.goto(f"{hall.url}/ops/cases?digest={TOLD_ON}")
    digests = page.get_by_role("region", name="每日提醒")
    await expect(digests.get_by_role("heading", name="人事处")).to_be_visible()
    await expect(digests.get_by_text("即将到期")).to_be_visible()
    await looked_at(page)
    await digests.get_by_role("link", name=case["number"]).press("Enter")
    await expect(page.get_by_role("article").get_by_text(case["number"]).first).to_be_visible()
    await page.go_back()
    await expect(digests.get_by_role("link", name=case["number"])).to_be_visible()
    await page.goto(f"{hall.url}/ops/cases?digest=1999-01-01")
    await expect(page.get_by_text("这一天没有提醒")).to_be_visible()


PRESS_AT_ONCE = """() => new MutationObserver((_, self) => {
    const button = document.querySelector('form button[type=submit]')
    if (!button?.innerText.includes('办结')) return
    self.disconnect()
    button.click()
}).observe(document.body, { subtree: true, childList: true, characterData: true })"""


async def test_step_that_a_fact_changes_is_read_before_it_is_taken__FA1(
    browser: Browser, hall: Hall
) -> None:
    """Whoever presses in the moment in which a fact comes had read another step."""
    desk = await at_the_desk(browser, hall, 2)
    take(hall, "fact-step", "HR-01")
    await serve(desk, "B")
    comes = asyncio.Event()

    async def facts(route: Any) -> None:
        await comes.wait()
        name = {"zh": "人事系统", "en": "Personnel system"}
        fact = {
            "kind_id": "contract",
            "name": name,
            "source": name,
            "value": {"zh": "在职", "en": "employed"},
            "as_of": "2026-11-01",
            "materials": ["m1"],
        }
        await route.fulfill(json={"facts": [fact], "away": []})

    await desk.route("**/cases/facts?*", facts)
    await desk.keyboard.press("d")
    await expect(desk.get_by_role("button", name="一次性告知所缺材料")).to_be_visible()
    await desk.evaluate(PRESS_AT_ONCE)
    comes.set()
    await expect(desk.get_by_text("下一步变成了")).to_be_visible()
    await press_until(desk, "Enter", desk.get_by_text("已办结，办件号"))
    await desk.context.close()
