"""Notices are found by title and text, and only by what they are about (NT4)."""

from datetime import UTC, datetime

import pytest

from backend.core.ids import NoticeId, StaffId, Text
from backend.core.notices import NoticeContent, WrittenNotice
from backend.site.notice_search import SCORE_MIN, index_of


def notice(name: str, title: Text, text: Text) -> WrittenNotice:
    content = NoticeContent(title=title, text=text, is_markdown=True)
    at = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    return WrittenNotice(
        notice_id=NoticeId(name),
        revision=1,
        content=content,
        is_published=True,
        by=StaffId("editor"),
        at=at,
    )


WATER = notice(
    "water",
    Text(zh="大厅周三停水通知", en="No water on Wednesday"),
    Text(
        zh="因管道检修，**周三** 13:00 起停水。饮水机暂停使用。",
        en="The pipes are repaired. The drinking fountains are off.",
    ),
)
MOVE = notice(
    "move",
    Text(zh="公积金窗口搬迁", en="The housing fund window moves"),
    Text(
        zh="自下周起，公积金业务到二楼东侧办理。",
        en="From next week it is upstairs, on the east side.",
    ),
)
INDEX = index_of([WATER, MOVE])


def found(query: str) -> list[str]:
    return [hit.item_id for hit in INDEX.find(query) if hit.score >= SCORE_MIN]


@pytest.mark.parametrize(
    ("query", "notice_id"),
    [
        ("停水", "water"),
        ("tingshui", "water"),
        ("饮水机", "water"),
        ("drinking fountain", "water"),
        ("no water wednesday", "water"),
        ("公积金窗口", "move"),
        ("二楼东侧", "move"),
        ("gongjijin", "move"),
        ("housing fund", "move"),
        ("upstairs", "move"),
    ],
)
def test_notice_is_found_by_its_title_and_by_its_text__NT4(query: str, notice_id: str) -> None:
    assert found(query) == [notice_id]


@pytest.mark.parametrize(
    "query", ["校园卡丢了怎么补办", "学生证补办", "visa", "transcript", "怎么办", "tsg", "xuefei"]
)
def test_notice_about_something_else_is_not_found__NT4(query: str) -> None:
    assert found(query) == []
