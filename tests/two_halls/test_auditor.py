"""An auditor of one hall reads and exports the records of that hall alone (I18)."""

import csv
import io
from typing import Any

import msgspec
import pytest

from tests.two_halls.conftest import EAST, Halls

ROOTS = {"m-auditor": "/api/halls/main/audit", "e-auditor": f"/api/halls/{EAST}/audit"}


@pytest.fixture(scope="module")
def acts(halls: Halls) -> None:
    """Something that staff of each hall did."""
    for who, hall_id in (("supervisor", "main"), ("e-chief", EAST), ("e-clerk", EAST)):
        halls.hall.ask("GET", f"/api/halls/{hall_id}/plans", **halls.who(who))
        halls.hall.ask("DELETE", f"/api/halls/{hall_id}/devices/x-{who}", **halls.who(who))


@pytest.mark.parametrize(("who", "hall_id"), [("m-auditor", "main"), ("e-auditor", EAST)])
@pytest.mark.usefixtures("acts")
def test_auditor_of_one_hall_reads_and_exports_its_records_alone__I18(
    halls: Halls, who: str, hall_id: str
) -> None:
    root, cookie = ROOTS[who], halls.who(who)
    read: list[Any] = []
    query = ""
    while True:
        page: Any = halls.hall.ask("GET", f"{root}{query}", **cookie).json
        read += page["records"]
        if page["next"] is None:
            break
        query = f"?before_seq={page['next']}"
    table = halls.hall.ask("GET", f"{root}/export", **cookie).body.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table)))
    lines = halls.hall.ask("GET", f"{root}/export?form=jsonl", **cookie).body.splitlines()
    records = [msgspec.json.decode(line) for line in lines]
    for found in (read, rows, records):
        assert {record["hall_id"] for record in found} == {hall_id}
        assert len(found) > 5
    ids = {record["id"] for record in read}
    theirs, others = (
        ("x-supervisor", "x-e-chief")
        if hall_id == "main"
        else (
            "x-e-chief",
            "x-supervisor",
        )
    )
    assert theirs in ids
    assert others not in ids


@pytest.mark.usefixtures("acts")
def test_auditor_of_one_hall_finds_nothing_of_the_other__I18(halls: Halls) -> None:
    for who, root in ROOTS.items():
        other = "supervisor" if who == "e-auditor" else "e-chief"
        found = halls.hall.ask("GET", f"{root}?who={other}", **halls.who(who)).json
        assert found["records"] == []
        (foreign,) = set(ROOTS.values()) - {root}
        for path in (foreign, f"{foreign}/export"):
            reply = halls.hall.ask("GET", path, **halls.who(who))
            assert reply.status in {401, 403}, reply.body
            assert b"x-" not in reply.body
