"""`python -m backend audit …` beside a running hall (I18)."""

import asyncio
import getpass
import re
import subprocess
import sys
from pathlib import Path

import asyncpg
import msgspec

from backend.store.audit import AuditRecord, record_hash
from tests.hall import ROOT, Hall


def audit(hall: Hall, *words: str) -> tuple[int, str, str]:
    found = subprocess.run(
        [sys.executable, "-m", "backend", "audit", *words],
        env=hall.variables(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return found.returncode, found.stdout, found.stderr


def forge(hall: Hall, statement: str) -> None:
    """By the owner of the database, without its triggers."""

    async def run() -> None:
        url = hall.given("DATABASE_URL").replace("//yizhan@", "//postgres@")
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(f"SET session_replication_role = replica; {statement}")
        finally:
            await connection.close()

    asyncio.run(run())


def test_audit_is_verified_and_its_end_is_told__I18(hall: Hall) -> None:
    hall.cookie("w01")
    code, words, _ = audit(hall, "verify")
    assert code == 0
    noted = re.search(r"The end, to be noted elsewhere: (\d+:[0-9a-f]{64})", words)
    assert noted is not None
    seq = noted[1].partition(":")[0]
    forge(hall, f"UPDATE audit SET who = who || 'x' WHERE seq = {seq}")
    code, _, words = audit(hall, "verify", "--noted", noted[1])
    assert (code, words.strip()) == (1, f"Record {seq}: it was changed.")
    forge(hall, f"UPDATE audit SET who = left(who, -1) WHERE seq = {seq}")


def test_audit_is_exported_and_nothing_is_cut_that_is_not_old__I18(hall: Hall) -> None:
    hall.cookie("w02")
    code, words, _ = audit(hall, "cut")
    assert (code, words.split()[0]) == (0, "0")
    code, words, _ = audit(hall, "export", "--from", "2020-01-01")
    assert code == 0
    found = [msgspec.json.decode(line, type=AuditRecord) for line in words.splitlines()]
    assert all(record.hash == record_hash(record) for record in found)
    assert ("w02", "session.begin") in {(record.who, record.verb) for record in found}


IMPORTS = {
    "cards.import": (["import-persons"], "card,person,origin\n04A2B3C4,zhao,guest\n"),
    "calendar.import": (["import-calendar"], "date,is_working,name\n2031-01-01,false,元旦\n"),
    "appointments.import": (["import-appointments", "--hall", "main", "--day", "2031-01-02"], ""),
}


def test_import_at_the_machine_leaves_a_record__I18(hall: Hall, tmp_path: Path) -> None:
    """Who replaced a register, on which day, is told like any act."""
    for verb, (words, text) in IMPORTS.items():
        file = tmp_path / verb
        file.write_text(text, "utf-8")
        command = [sys.executable, "-m", "backend", *words, str(file)]
        done = subprocess.run(
            command, env=hall.variables(), cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        code, told, _ = audit(hall, "export", "--from", "2020-01-01")
        assert code == 0
        records = [msgspec.json.decode(line, type=AuditRecord) for line in told.splitlines()]
        (record,) = [record for record in records if record.verb == verb]
        assert (record.device, record.who) == ("command line", getpass.getuser())
