"""What a migration may not do while the hall is at work (ops/upgrade.md)."""

import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "backend" / "store" / "migrations"
UNDER_LOAD = "0030"
"""From this number on; those before came with the hall closed."""
FILES = sorted(path for path in FOLDER.glob("*.sql") if path.name >= UNDER_LOAD)
COMMENT = re.compile(r"--[^\n]*")
MADE = re.compile(r"\bCREATE TABLE (?:IF NOT EXISTS )?(\w+)", re.IGNORECASE)
ON = r"(\w+)"
COLUMN = rf"\bALTER TABLE (?:ONLY )?{ON}[^;]*?\b"
FORBIDDEN = {
    "builds an index, and nobody writes meanwhile": (
        rf"\bCREATE (?:UNIQUE )?INDEX (?!IF NOT EXISTS)[^;]*?\bON {ON}"
    ),
    "adds a column that old processes do not fill": (
        COLUMN + r"ADD (?:COLUMN )?(?!CONSTRAINT)(?:(?!\bDEFAULT\b)[^;,])*\bNOT NULL"
        r"(?!(?:(?!\bDEFAULT\b)[^;,])*\bDEFAULT\b)"
    ),
    "writes every row anew": COLUMN
    + r"(?:TYPE\b|SET (?:UN)?LOGGED|GENERATED|DEFAULT (?:random|gen_random_uuid|clock_))",
    "reads every row with the table locked": COLUMN
    + r"(?:SET NOT NULL|ADD (?:CONSTRAINT|CHECK|UNIQUE|PRIMARY|FOREIGN)(?![^;]*NOT VALID))",
    "takes away what old processes use": rf"{COLUMN}(?:DROP|RENAME)\b|\bDROP TABLE {ON}",
    "changes every row": rf"\bUPDATE {ON} SET\b(?![^;]*\bWHERE\b)",
    "locks by hand": rf"\b(?:LOCK|CLUSTER|TRUNCATE|VACUUM)(?: TABLE| FULL)? {ON}",
}


def faults(sql: str) -> list[str]:
    """Why a file cannot be applied under load; it may do anything to tables that it makes."""
    text = " ".join(COMMENT.sub("", sql).split())
    own = set(MADE.findall(text))
    return [
        why
        for why, pattern in FORBIDDEN.items()
        for found in re.finditer(pattern, text, re.IGNORECASE)
        if own.isdisjoint(found.groups())
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_migration_lets_the_hall_go_on(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX commits_by ON commits (by);",
        "CREATE UNIQUE INDEX commits_by ON commits (by);",
        "ALTER TABLE cases ADD COLUMN n integer NOT NULL;",
        "ALTER TABLE cases ADD COLUMN m integer, ADD COLUMN n integer NOT NULL;",
        "ALTER TABLE cases ALTER COLUMN n TYPE bigint;",
        "ALTER TABLE cases ADD COLUMN n uuid DEFAULT gen_random_uuid();",
        "ALTER TABLE cases ALTER COLUMN n SET NOT NULL;",
        "ALTER TABLE cases ADD CONSTRAINT few CHECK (n < 9);",
        "ALTER TABLE cases DROP COLUMN n;",
        "ALTER TABLE cases RENAME COLUMN n TO m;",
        "DROP TABLE cases;",
        "UPDATE cases SET n = 1;",
        "LOCK TABLE cases;",
        "TRUNCATE cases;",
    ],
)
def test_migration_that_stops_the_hall_is_found(sql: str) -> None:
    assert len(faults(f"CREATE TABLE mine (n integer);\n-- why\n{sql}")) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "ALTER TABLE cases ADD COLUMN n integer NOT NULL DEFAULT 0;",
        "ALTER TABLE cases ADD COLUMN n integer DEFAULT 0 NOT NULL, ADD COLUMN m text;",
        "ALTER TABLE cases ADD CONSTRAINT few CHECK (n < 9) NOT VALID;",
        "CREATE INDEX IF NOT EXISTS commits_by ON commits (by);",
        "CREATE TABLE mine (n integer NOT NULL); CREATE INDEX mine_n ON mine (n);",
        "UPDATE cases SET n = 1 WHERE case_id = 'x';",
    ],
)
def test_migration_that_adds_is_let_through(sql: str) -> None:
    assert faults(sql) == []
