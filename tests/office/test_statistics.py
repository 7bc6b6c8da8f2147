"""Statistics over HTTP: who is told what, exports, and what is behind a figure (ST1-ST3)."""

import asyncio
import csv
from datetime import date
from io import BytesIO, StringIO
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest
from msgspec.structs import replace

from backend.core.figures import Unit
from backend.demo.hall import HALL_ID
from backend.office.sheets import BREAKS, FORMULAS, Column, Format, Sheet, written
from backend.recorder.counting import count_hall
from backend.store.counts import Counts
from backend.store.database import Database
from backend.store.followups import FollowUps
from backend.store.measures.listed import MEASURES
from backend.store.plans import Plans
from tests.bench_year.load import doses, lived, store
from tests.hall import Hall
from tests.office.desk import headers
from tests.web.test_problems import problem

ROOT = "/api/halls/main/statistics"
DOSES = list(doses(accepted=160, days_max=2))
FIRST, LAST = DOSES[0].day, DOSES[-1].day


@pytest.fixture(scope="module")
def counted(hall: Hall) -> Hall:
    """The hall with two days of January, counted."""
    asyncio.run(_load(hall.stores()["DATABASE_URL"]))
    return hall


async def _load(url: str) -> None:
    for one in DOSES:
        dose = replace(one, first_no=one.first_no + 50_000)  # the demo has cases of its own
        life, cases = lived(dose, 1, LAST)
        await store(url, dose.day, life.commits, cases)
    database = Database(url)
    await count_hall(HALL_ID, Counts(database), Plans(database), FollowUps(database))
    await database.close()


def ask(hall: Hall, username: str, path: str = "", **query: Any) -> Any:
    asked = {"measures": "issued", "from": FIRST, "to": LAST} | query
    return hall.ask(
        "GET", f"{ROOT}{path}?{urlencode(asked, doseq=True)}", **headers(hall, username)
    )


def test_supervisor_is_told_every_measure_by_every_dimension__ST1(counted: Hall) -> None:
    guide = ask(counted, "supervisor", "/guide").json
    assert [measure["measure_id"] for measure in guide["measures"]] == list(MEASURES)
    everything = ",".join(MEASURES)
    for dimension in sorted({d for measure in guide["measures"] for d in measure["dimensions"]}):
        reply = ask(counted, "supervisor", measures=everything, by=dimension)
        assert reply.status == 200, reply.body
        assert reply.json["rows"], dimension
    total = reply.json["total"]["cells"]
    assert total[0]["n"] > 100
    assert reply.json["days"] | {"counted_at": None} == {
        "frozen": 2,
        "corrected": 0,
        "live": None,
        "counted_at": None,
    }


def test_manager_is_told_of_the_own_department_alone__I18(counted: Hall) -> None:
    reply = ask(counted, "manager", measures="issued,accepted,busy_rate", by="department")
    assert [row["keys"] for row in reply.json["rows"]] == [["HR"]]
    whole = ask(counted, "supervisor", by="department").json["rows"]
    (own,) = [row for row in whole if row["keys"] == ["HR"]]
    assert reply.json["total"]["cells"][0]["n"] == own["cells"][0]["n"] > 0
    others = ask(counted, "manager", only="department:FN").json["total"]["cells"]
    assert others[0]["n"] == 0
    behind = ask(counted, "manager", "/behind").json
    assert len(behind) == own["cells"][0]["n"]
    assert ask(counted, "manager", "/behind", only="department:FN").json == []
    spans = ask(counted, "manager", "/spans", day=FIRST).json
    assert {span["counter_id"] for span in spans} == {"W02", "W03"}


def test_clerk_is_told_of_the_own_visits_alone__EV4(counted: Hall) -> None:
    reply = ask(counted, "w05", measures="served", by="clerk")
    assert [row["keys"] for row in reply.json["rows"]] == [["w05"]]
    assert ask(counted, "w05", only="clerk:w06").json["total"]["cells"][0]["n"] == 0
    problem(ask(counted, "w05", "/behind"), 403, "forbidden")
    spans = ask(counted, "w05", "/spans", day=FIRST).json
    assert {(span["clerk_id"], span["ticket_id"]) for span in spans} == {("w05", None)}


def test_few_ratings_are_kept_back_from_viewer_and_clerk__ST3(counted: Hall) -> None:
    for username in ("statistics", "w05"):
        rows = ask(counted, username, measures="served", by="service").json["rows"]
        cells = [row["cells"][0] for row in rows]
        assert any(cell["is_kept_back"] for cell in cells)
        assert all(
            cell["value"] is None and cell["n"] == 0 for cell in cells if cell["is_kept_back"]
        )
        assert not any(0 < cell["n"] < 5 for cell in cells)


def test_statistics_are_nobody_elses__I18(counted: Hall) -> None:
    for username in ("greeter", "editor", "auditor"):
        problem(ask(counted, username), 403, "forbidden")
    problem(
        counted.ask("GET", f"{ROOT}?measures=issued&from={FIRST}&to={LAST}"), 401, "unauthenticated"
    )


@pytest.mark.parametrize(
    "query",
    [
        {"measures": "nothing"},
        {"measures": ""},
        {"by": "issued_at"},
        {"by": "queue,queue"},
        {"by": "queue,class,day"},
        {"from": LAST, "to": FIRST},
        {"from": "1999-01-01"},
        {"from": "2020-01-01"},
        {"from": "yesterday"},
        {"only": "queue"},
        {"only": "number:A001"},
        {"only": "queue:\0"},
        {"measures": "issued" * 1000},
    ],
)
def test_question_that_makes_no_sense_is_refused(counted: Hall, query: dict[str, Any]) -> None:
    reply = ask(counted, "supervisor", **query)
    if query == {"only": "queue"}:  # of what has no queue
        assert reply.json["total"]["cells"][0]["n"] == 0
    else:
        assert reply.status == 400, reply.body


@pytest.mark.parametrize("text", ["'; DROP TABLE counted_days; --", "$1", "%s", "{", "\\", "💥"])
def test_what_comes_from_outside_is_never_sql(counted: Hall, text: str) -> None:
    assert ask(counted, "supervisor", only=f"queue:{text}").json["total"]["cells"][0]["n"] == 0
    assert ask(counted, "supervisor", by=text).status == 400
    assert ask(counted, "supervisor", measures=text).status == 400
    assert ask(counted, "supervisor").json["total"]["cells"][0]["n"] > 0


def test_unknown_hall_is_not_found(counted: Hall) -> None:
    path = f"/api/halls/none/statistics?measures=issued&from={FIRST}&to={LAST}"
    problem(counted.ask("GET", path, **headers(counted, "supervisor")), 404, "unknown_hall")


# --- Files ---


def test_csv_has_the_same_rows__ST1(counted: Hall) -> None:
    query = {"measures": "issued,wait_mean,satisfied_rate", "by": "queue"}
    told = ask(counted, "supervisor", **query).json
    reply = ask(counted, "supervisor", "/export", format="csv", language="en", **query)
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="statistics-' in reply.headers["Content-Disposition"]
    lines = list(csv.reader(StringIO(reply.body.decode("utf-8-sig"))))
    top = next(n for n, line in enumerate(lines) if line[0] == "Queue")
    rows = lines[top + 1 :]
    assert len(rows) == len(told["rows"]) + 1
    for line, row in zip(rows, [*told["rows"], told["total"]], strict=True):
        values = [text for cell in row["cells"] for text in (_text(cell["value"]), str(cell["n"]))]
        assert [float(v) if v != "—" else v for v in line[1:]] == [
            float(v) if v != "—" else v for v in values
        ]
    assert rows[-1][0] == "Total"


def _text(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def test_excel_has_numbers_and_dates__ST1(counted: Hall) -> None:
    reply = ask(counted, "supervisor", "/export", by="day", measures="issued,wait_mean")
    cells, _ = _cells(reply.body)
    first = next(row for row in cells if len(row) == 5 and row[0][0] is None)
    assert [kind for kind, _ in first] == [None] * 5  # all of them numbers: a date is one
    told = ask(counted, "supervisor", by="day", measures="issued,wait_mean").json["rows"][0]
    assert float(first[1][1]) == told["cells"][0]["value"]
    assert date(1899, 12, 30).toordinal() + int(float(first[0][1])) == FIRST.toordinal()


@pytest.mark.parametrize("beginning", [*FORMULAS, *BREAKS, " =", "\u3000="])
@pytest.mark.parametrize("form", Format)
def test_words_are_never_a_formula(beginning: str, form: Format) -> None:
    evil = f'{beginning}HYPERLINK("http://evil","x")'
    columns = (Column(title=evil), Column(title="n", unit=Unit.COUNT))
    sheet = Sheet(title=evil, notes=(evil,), columns=columns, rows=((evil, evil), (evil, -1)))
    body = written(sheet, form)
    if form is Format.CSV:
        lines = list(csv.reader(StringIO(body.decode("utf-8-sig"))))
        for cell in (cell for row in lines for cell in row if cell != "-1"):
            assert not cell.startswith(BREAKS)
            assert not cell.lstrip().startswith(FORMULAS)
        assert lines[-1][1] == "-1"
    else:
        cells, text = _cells(body)
        assert "<f>" not in text
        assert cells[-1][0][0] == "s"
        assert cells[-1][1] == (None, "-1")


def _cells(body: bytes) -> tuple[list[list[tuple[str | None, str]]], str]:
    """The rows of the first sheet: each cell's type (None: a number) and text."""
    text = ZipFile(BytesIO(body)).read("xl/worksheets/sheet1.xml").decode()
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    rows = ElementTree.fromstring(text).iter(f"{space}row")
    return [
        [(cell.get("t"), "".join(cell.itertext())) for cell in row.iter(f"{space}c")]
        for row in rows
    ], text
