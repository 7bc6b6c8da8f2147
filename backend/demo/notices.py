"""Notices of the demo hall: what holds always, and what happens this week and the next.

Those with times are written anew for each week, so that a hall of any age has some that show;
what was of earlier weeks is over and listed as such.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.core.ids import CommandId, NoticeId, NoticePlaces, StaffId, Text
from backend.core.notices import NoticeContent, PublishNotice, WrittenNotice
from backend.core.rules.written_notices import NoticeGround, decide_notice
from backend.demo.hall import HALL_ID, demo_plan
from backend.store.database import Database
from backend.store.notices import Notices

EDITOR = StaffId("editor")
WEEK = timedelta(days=7)


class DemoNotice(Struct, frozen=True, kw_only=True):
    """A notice, with the week in which it shows, counted from this one; None: in every week."""

    name: str
    week: int | None
    title: Text
    text: Text
    is_markdown: bool = False
    is_pinned: bool = False
    in_hall: bool = True
    zone_ids: NoticePlaces = ()

    def content(self, monday: date) -> NoticeContent:
        """As its editor wrote it; `monday`: of this week."""
        begins_at, until = None, None
        if self.week is not None:
            zone = ZoneInfo(demo_plan().time_zone)
            begins_at = datetime.combine(monday, time(), zone) + self.week * WEEK
            until = begins_at + WEEK
        return NoticeContent(
            title=self.title,
            text=self.text,
            is_markdown=self.is_markdown,
            begins_at=begins_at,
            until=until,
            in_hall=self.in_hall,
            zone_ids=self.zone_ids,
            is_pinned=self.is_pinned,
        )


NOTICES = (
    DemoNotice(
        name="upgrade",
        week=0,
        title=Text(
            zh="本周五 16:30 起系统升级", en="The systems are upgraded this Friday from 16:30"
        ),
        text=Text(
            zh="要当天办结的事项，请在 **16:00 前**取号。\n\n"
            "- 暂停两小时：现场收件、自助打印。\n- 照常：办事指南、网上预约、进度查询，"
            "电话 [8103](tel:8103)。",
            en="If it has to be done that day, take a number **before 16:00**.\n\n"
            "- Not for two hours: papers, printing.\n"
            "- As usual: this website, telephone [8103](tel:8103).",
        ),
        is_markdown=True,
        is_pinned=True,
    ),
    DemoNotice(
        name="invoices",
        week=0,
        title=Text(
            zh="本周报销较多，请先整理好票据",
            en="Many claims this week: please sort your invoices first",
        ),
        text=Text(
            zh="票据按日期粘贴、金额合计写在首页的，计划财务处窗口优先受理。周二、周四上午人最少。",
            en="Those sorted by date, with the sum on the first page, are taken first. "
            "Tuesday and Thursday mornings are quiet.",
        ),
        zone_ids=("Z3",),
    ),
    DemoNotice(
        name="register",
        week=1,
        title=Text(zh="本周集中受理户口迁移", en="Household registration transfers this week"),
        text=Text(
            zh="四号厅安全保卫处加开一个窗口。请带身份证和录取通知书或毕业证书。",
            en="Hall 4 opens one window more. Please bring your identity card, and your "
            "admission letter or graduation certificate.",
        ),
        zone_ids=("Z4",),
    ),
    DemoNotice(
        name="care",
        week=None,
        in_hall=False,  # kiosks have a button for it
        title=Text(
            zh="老年人、孕妇和残障人士可走爱心通道",
            en="Elderly, pregnant and disabled visitors are served first",
        ),
        text=Text(
            zh="取号时选“爱心取号”，或告诉门口的导办员，我们陪您办。",
            en="Choose a care ticket at the kiosk, or tell the greeter at the door, "
            "who will go with you.",
        ),
    ),
)


async def load_notices(database: Database, at: datetime) -> None:
    """Publish what of them is not published yet; safe to repeat."""
    today = at.astimezone(ZoneInfo(demo_plan().time_zone)).date()
    monday = today - timedelta(days=today.weekday())
    for one in NOTICES:
        await _publish(Notices(database), one, monday, at)


async def _publish(notices: Notices, one: DemoNotice, monday: date, at: datetime) -> None:
    week = "" if one.week is None else f"-{monday + one.week * WEEK}"
    notice_id = NoticeId(f"demo-{one.name}{week}")

    def publish(found: WrittenNotice | None, running: int) -> WrittenNotice:
        ground = NoticeGround(
            notice_id=notice_id, plan=demo_plan(), by=EDITOR, at=at, running=running
        )
        return decide_notice(found, 0, PublishNotice(content=one.content(monday)), ground)

    await notices.change(
        HALL_ID, notice_id, publish, command_id=CommandId(notice_id), mark="", at=at
    )
