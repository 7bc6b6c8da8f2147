"""The record of begun announcements (I12)."""

import resource
from pathlib import Path

import pytest

from display_agent import record as module
from display_agent.record import Record


def test_begun_is_known_to_the_next_run__I12(tmp_path: Path) -> None:
    path = tmp_path / "begun.jsonl"
    record = Record(path)
    record.begin("Z1", "C1@t")
    record.begin("Z2", "C2@t")
    assert Record(path).keys == {"C1@t", "C2@t"}


def test_torn_line_is_ignored__I12(tmp_path: Path) -> None:
    path = tmp_path / "begun.jsonl"
    Record(path).begin("Z1", "C1@t")
    with path.open("ab") as file:
        file.write(b'{"zone_id":"Z1","ke')
    record = Record(path)
    record.begin("Z1", "C2@t")
    assert Record(path).keys == {"C1@t", "C2@t"}


def test_line_cut_off_by_a_full_disk_spoils_no_other__I12(tmp_path: Path) -> None:
    path = tmp_path / "begun.jsonl"
    record = Record(path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        with pytest.raises(OSError, match="too large"):
            record.begin("Z1", "C1@t")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    record.begin("Z1", "C2@t")
    record.begin("Z1", "C3@t")
    assert Record(path).keys == {"C1@t", "C2@t", "C3@t"}


def test_file_of_something_else_is_no_obstacle(tmp_path: Path) -> None:
    path = tmp_path / "begun.jsonl"
    path.write_bytes(b'{"zone_id":"\xff","key":"k"}\nnonsense\n')
    assert Record(path).keys == set()


def test_file_stays_small(tmp_path: Path) -> None:
    path = tmp_path / "begun.jsonl"
    record = Record(path)
    for n in range(module.LINES_MAX + 50):
        record.begin("Z1", f"C{n}@t")
    assert len(path.read_bytes().splitlines()) < module.KEPT_MAX + 100
    assert len(record.keys) == module.KEPT_MAX
    assert f"C{module.LINES_MAX + 49}@t" in Record(path).keys
