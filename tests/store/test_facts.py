"""Registers of facts: imported as a whole, read by person (FA1)."""

import io
from datetime import date

import pytest

from backend.cards import person_digest
from backend.core.ids import Text
from backend.csv_lines import RegisterError
from backend.facts.connector import Fact, FactsError
from backend.facts.table import TableConnector
from backend.import_facts import FactRegister, import_facts
from backend.store.database import Database
from backend.store.facts import FactsImported, FactTable

KEY = b"k" * 32
LI, WANG = person_digest(KEY, "li"), person_digest(KEY, "wang")
KINDS = frozenset({"contract", "degree"})
HEAD = "person,kind,zh,en,level,as_of\n"
CONTRACT = Fact(
    kind_id="contract",
    value=Text(zh="聘至2028年", en="until 2028"),
    as_of=date(2026, 11, 1),
    level=3,
)


def register(text: str) -> FactRegister:
    return FactRegister(io.BytesIO(text.encode()), KEY, KINDS)


async def imported(database: Database, text: str, of: str = "hr") -> FactsImported:
    return await import_facts(FactTable(database), register(HEAD + text), of)


async def test_imported_fact_is_found_by_the_persons_digest__FA1(database: Database) -> None:
    counts = await imported(database, "LI,contract,聘至2028年,until 2028,3,2026-11-01\n")
    assert (counts.facts, counts.persons) == (1, 1)
    connector = TableConnector("hr", FactTable(database))
    assert await connector.fetch(LI, ["contract", "degree"]) == [CONTRACT]
    assert await connector.fetch(LI, ["degree"]) == []
    assert await connector.fetch(WANG, ["contract"]) == []
    assert await TableConnector("other", FactTable(database)).fetch(LI, ["contract"]) == []


async def test_import_takes_the_place_of_the_one_before__FA1(database: Database) -> None:
    await imported(database, "li,contract,甲,a,3,2026-11-01\n", of="other")
    await imported(database, "li,contract,甲,a,3,2026-11-01\n")
    await imported(database, "wang,degree,乙,b,2,2026-11-01\n")
    connector = TableConnector("hr", FactTable(database))
    assert await connector.fetch(LI, KINDS) == []
    assert [one.kind_id for one in await connector.fetch(WANG, KINDS)] == ["degree"]
    assert len(await TableConnector("other", FactTable(database)).fetch(LI, KINDS)) == 1


async def test_bad_lines_are_told_by_number_and_left_out__FA1(database: Database) -> None:
    bad = register(
        HEAD + "li,contract,甲,a,3,2026-11-01\n"
        ",contract,甲,a,3,2026-11-01\n"
        "li,salary,甲,a,3,2026-11-01\n"
        "li,degree,,a,3,2026-11-01\n"
        "li,degree,甲,a,5,2026-11-01\n"
        "li,degree,甲,a,3,2026-02-30\n"
        "li,degree\n"
        "LI,contract,乙,b,3,2026-11-01\n"
        f"wang,degree,{'x' * 201},b,3,2026-11-01\n"
    )
    counts = await import_facts(FactTable(database), bad, "hr")
    assert (counts.facts, counts.persons) == (1, 1)
    assert [no for no, _ in bad.bad] == [3, 4, 5, 6, 7, 8, 9, 10]
    assert "li" not in {word for _, what in bad.bad for word in what.split()}
    connector = TableConnector("hr", FactTable(database))
    assert [one.value.zh for one in await connector.fetch(LI, KINDS)] == ["甲"]


async def test_file_that_is_no_register_changes_nothing__FA1(database: Database) -> None:
    await imported(database, "li,contract,甲,a,3,2026-11-01\n")
    for text in ("", "person,kind\nli,contract\n", HEAD, HEAD + "li\n"):
        with pytest.raises(RegisterError):
            await import_facts(FactTable(database), register(text), "hr")
    assert len(await TableConnector("hr", FactTable(database)).fetch(LI, KINDS)) == 1


async def test_database_that_is_away_is_a_connector_that_is__FA1() -> None:
    nowhere = TableConnector("hr", FactTable(Database("postgresql://127.0.0.1:1/none")))
    with pytest.raises(FactsError, match="database"):
        await nowhere.fetch(LI, KINDS)
