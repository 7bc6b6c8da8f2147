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


def asked(hall: Hall, today: date, *measure_ids: str, last: date) -> dict[str, list[Any]]:
    """What a supervisor, who is told all, is told of the same months."""
    asked_for = {
        "measures": ",".join(measure_ids),
        "by": "month",
        "from": str(first_of(today)),
        "to": str(last),
    }
    path = "/api/halls/main/statistics?" + urlencode(asked_for)
    months = hall.ask("GET", path, **headers(hall, "supervisor")).json
    return {row["keys"][0]: row["cells"] for row in months["rows"]}


WITHHELD = '<span class="withheld">withheld</span>'


def in_words(cell: dict[str, Any] | None, *, is_share: bool) -> str:
    if cell is None:
        return "—" if is_share else "0"
    if is_share:
        value, n = cell["value"], cell["n"]
        return "—" if value is None else f"{value:.2f}% <small>n = {n:,}</small>"
    return f"{cell['n']:,}"


def test_page_tells_what_statistics_tell_or_withholds_the_month__ST4(
    hall: Hall, today: date
) -> None:
    def is_same() -> bool:  # other tests take cases, which are counted by the minute
        page = hall.ask("GET", "/en/figures").body.decode()
        counted = asked(hall, today, *COUNTED, last=today)
        said = asked(hall, today, *SAID, last=said_until_of(today))
        table = page[page.index('<table class="counted">') :]
        lines = re.findall("<tr>.*?</tr>", table[: table.index("</tbody>")], re.DOTALL)[1:]
        assert len(lines) == 12
        month, same, withheld = today, True, 0
        for line in lines:
            key = f"{month:%Y-%m}"
            full = [*counted.get(key, [None] * len(COUNTED)), *said.get(key, [None] * len(SAID))]
            own = CELL.findall(line)
            for n, (told, cell) in enumerate(zip(own, full, strict=True)):
                share = (*COUNTED, *SAID)[n].endswith("_rate")
                is_absent = cell is None and n >= len(COUNTED)
                words = "—" if is_absent else in_words(cell, is_share=share)
                same &= told in (WITHHELD, words)
                withheld += told == WITHHELD
            month = month.replace(day=1) - timedelta(days=1)
        return same and 0 < withheld < 12 * 6

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
