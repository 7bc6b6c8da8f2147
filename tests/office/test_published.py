"""The page of published figures says what statistics say, to anybody (ST4)."""

import asyncio
import re
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from backend.demo.hall import HALL_ID
from backend.recorder.counting import count_hall
from backend.site.published import COUNTED, SAID, first_of, said_until_of
from backend.store.counts import Counts
from backend.store.database import Database
from backend.store.followups import FollowUps
from backend.store.plans import Plans
from tests.bench_year.life import SHANGHAI
from tests.bench_year.load import Dose, lived, store
from tests.hall import Hall, until
from tests.office.desk import headers

CELL = re.compile(r"<td>(.*?)</td>")


@pytest.fixture(scope="module")
def today(hall: Hall) -> date:
    """Today, in a hall that has days behind it."""
    found = datetime.now(SHANGHAI).date()
    asyncio.run(_load(hall.stores()["DATABASE_URL"], found))
    return found


async def _load(url: str, today: date) -> None:
    for weeks, cases in ((1, 14), (9, 11), (14, 3)):
        day = today - timedelta(weeks=weeks)
        dose = Dose(day=day, visitors=cases + 2, first_no=60_000 + 100 * weeks, cases=cases)
        life, found = lived(dose, 5, today)
        await store(url, day, life.commits, found)
    database = Database(url)
    await count_hall(HALL_ID, Counts(database), Plans(database), FollowUps(database))
    await database.close()


def asked(hall: Hall, today: date, *measure_ids: str, last: date) -> dict[str, Any]:
    """What a viewer of statistics is told of the same months, by month.

    Nothing of a measure of which the departments' table keeps the total back.
    """
    months, departments = (
        hall.ask(
            "GET",
            "/api/halls/main/statistics?"
            + urlencode(
                {
                    "measures": ",".join(measure_ids),
                    "by": by,
                    "from": str(first_of(today)),
                    "to": str(last),
                }
            ),
            **headers(hall, "statistics"),
        ).json
        for by in ("month", "department")
    )
    for row in months["rows"]:
        for cell, total in zip(row["cells"], departments["total"]["cells"], strict=True):
            cell["is_kept_back"] |= total["is_kept_back"]
    return months  # type: ignore[no-any-return]


def in_words(cell: dict[str, Any] | None, *, is_share: bool) -> str:
    if cell is None:
        return "—" if is_share else "0"
    if cell["is_kept_back"]:
        return '<span class="withheld">withheld</span>'
    if is_share:
        value, n = cell["value"], cell["n"]
        return "—" if value is None else f"{value:.2f}% <small>n = {n:,}</small>"
    return f"{cell['n']:,}"


def test_page_tells_what_statistics_tell__ST4(hall: Hall, today: date) -> None:
    def is_same() -> bool:  # other tests take cases, which are counted by the minute
        page = hall.ask("GET", "/en/figures").body.decode()
        counted = asked(hall, today, *COUNTED, last=today)
        said = asked(hall, today, SAID, last=said_until_of(today))
        rows = {row["keys"][0]: row["cells"] for row in counted["rows"]}
        ratings = {row["keys"][0]: row["cells"] for row in said["rows"]}
        table = page[page.index('<table class="counted">') :]
        lines = re.findall("<tr>.*?</tr>", table[: table.index("</tbody>")], re.DOTALL)[1:]
        month, own = today, []
        for _ in lines:
            key = f"{month:%Y-%m}"
            cells = [*rows.get(key, [None] * len(COUNTED)), *ratings.get(key, [None])]
            shares = [measure_id.endswith("_rate") for measure_id in (*COUNTED, SAID)]
            own.append([in_words(c, is_share=s) for c, s in zip(cells, shares, strict=True)])
            month = month.replace(day=1) - timedelta(days=1)
        assert len(lines) == 12
        return own == [CELL.findall(line) for line in lines]

    until(is_same, 60)


def test_page_is_told_to_anybody_in_both_languages__ST4(hall: Hall, today: date) -> None:
    chinese = hall.ask("GET", "/figures")
    assert chinese.status == 200
    page = chinese.body.decode()
    for words in (
        "服务数据",
        "受理量",
        "满意率",
        "近 12 个月",
        "不公布",
        f"{today.year}年{today.month}月",
    ):
        assert words in page, words
    assert "<script" not in page
    english = hall.ask("GET", "/en/figures").body.decode()
    for words in ("Cases accepted", "Satisfied", "The last 12 months", "withheld", "Counted until"):
        assert words in english, words
    for path in ("/", "/services"):
        assert 'href="/figures"' in hall.ask("GET", path).body.decode()
    assert "/figures</loc>" in hall.ask("GET", "/sitemap.xml").body.decode()
