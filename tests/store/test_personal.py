"""How near to a person each column is, told by its comment, and by docs/personal-data.md."""

import re
import sys
from pathlib import Path

import asyncpg

from backend.store.database import Database, migrate
from tests.hall import ROOT
from tests.support.servers import Server, database_url, running_server

DOCUMENT = ROOT / "docs" / "personal-data.md"
BEGIN, END = "<!-- begin of the columns -->", "<!-- end of the columns -->"
COMMENT = re.compile(r"personal:([1-4]) (.+)")
COLUMNS = """
SELECT c.relname AS table, a.attname AS column, col_description(c.oid, a.attnum) AS comment
FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
    AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum
"""


async def columns(url: str) -> list[tuple[str, str, str]]:
    connection = await asyncpg.connect(url)
    try:
        return [(row[0], row[1], row[2] or "") for row in await connection.fetch(COLUMNS)]
    finally:
        await connection.close()


def told(found: list[tuple[str, str, str]]) -> str:
    """The columns as a table of Markdown: a line for each table and level."""
    lines: dict[tuple[str, str, str], list[str]] = {}
    for table, column, comment in found:
        match = COMMENT.fullmatch(comment)
        assert match is not None
        lines.setdefault((table, match[1], match[2]), []).append(column)
    rows = [
        f"| {table} | {level} | {', '.join(names)} | {why} |"
        for (table, level, why), names in sorted(lines.items())
    ]
    return "\n".join(["| table | level | columns | what |", "| --- | --- | --- | --- |", *rows])


async def test_every_column_says_how_near_to_a_person_it_is__I19(
    postgres: Server, template: str
) -> None:
    """A migration that makes a column says so: COMMENT ON COLUMN t.c IS 'personal:3 why'."""
    found = await columns(database_url(postgres.url, template))
    untold = [f"{table}.{column}" for table, column, c in found if not COMMENT.fullmatch(c)]
    assert untold == []


async def test_document_has_the_columns_as_they_are__I19(postgres: Server, template: str) -> None:
    """`python -m tests.store.test_personal` writes it anew."""
    found = await columns(database_url(postgres.url, template))
    _, _, rest = DOCUMENT.read_text().partition(BEGIN)
    assert rest.partition(END)[0].strip() == told(found)


async def test_no_column_is_for_a_number_or_name_of_a_visitor__I19(
    postgres: Server, template: str
) -> None:
    """What a queue needs of cards and persons is keyed hashes; telephones it needs not at all."""
    found = await columns(database_url(postgres.url, template))
    named = [
        f"{table}.{column}"
        for table, column, _ in found
        if re.search("phone|mobile|email|id_card|birth|address", column)
    ]
    assert named == []


async def _written(url: str) -> str:
    database = Database(url)
    await migrate(database)
    await database.close()
    return told(await columns(url))


def _write(path: Path, table: str) -> None:
    head, _, rest = path.read_text().partition(BEGIN)
    path.write_text(f"{head}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}")


if __name__ == "__main__":
    import asyncio

    with running_server("postgres") as server:
        _write(DOCUMENT, asyncio.run(_written(server.url)))
    sys.exit(0)
