from pathlib import Path

import pytest

from backend.core.ids import JobId, PrintOutcome
from printer_agent.spool import KEPT_MAX, Spool, SpoolBusyError, lock
from printer_agent.stage import Stage

A, B = JobId("20261123-A001-1"), JobId("20261123-A002-1")


def test_stages_survive_a_restart__I11(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for job_id in (A, B):
        spool.take(job_id)
    spool.begin(B)
    again = Spool(tmp_path)
    assert [record.job_id for record in again.at(Stage.TAKEN)] == [A]
    assert [record.job_id for record in again.at(Stage.SENDING)] == [B]
    again.settle(B, PrintOutcome.PRINTED, "paper low")
    last = Spool(tmp_path).get(B)
    assert last is not None
    assert (last.stage, last.outcome, last.detail) == (
        Stage.CONFIRMED,
        PrintOutcome.PRINTED,
        "paper low",
    )


def test_job_goes_to_the_device_once__I11(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.take(A)
    spool.begin(A)
    with pytest.raises(AssertionError):
        spool.begin(A)


def test_unreported_are_told_oldest_first_until_reported(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for job_id in (B, A):
        spool.take(job_id)
        spool.begin(job_id)
        spool.settle(job_id, PrintOutcome.PRINTED, "")
    assert [record.job_id for record in Spool(tmp_path).unreported()] == [B, A]
    spool.reported(B)
    assert [record.job_id for record in Spool(tmp_path).unreported()] == [A]


def test_only_reported_records_are_pruned(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.take(A)
    for turn in range(KEPT_MAX + 5):
        job_id = JobId(f"job-{turn}")
        spool.take(job_id)
        spool.begin(job_id)
        spool.settle(job_id, PrintOutcome.PRINTED, "")
        spool.reported(job_id)
    assert spool.get(JobId("job-0")) is None
    assert spool.get(JobId("job-5")) is not None
    assert len(list(tmp_path.iterdir())) == KEPT_MAX + 1
    assert Spool(tmp_path).get(A) is not None


def test_half_written_record_leaves_the_old_one(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.take(A)
    file = next(tmp_path.glob("*.json"))
    file.with_suffix(".tmp").write_bytes(b'{"job_id":')
    again = Spool(tmp_path).get(A)
    assert again is not None
    assert again.stage is Stage.TAKEN
    assert not list(tmp_path.glob("*.tmp"))


@pytest.mark.parametrize("data", [b"\x00" * 40, b"", b'{"job_id":"\xff","turn":1}'])
def test_unreadable_record_counts_as_interrupted__I11(tmp_path: Path, data: bytes) -> None:
    Spool(tmp_path).take(A)
    next(tmp_path.glob("*.json")).write_bytes(data)
    (tmp_path / "somebody's.tmp").mkdir()
    spool = Spool(tmp_path)
    record = spool.get(A)
    assert record is not None
    assert record.stage is Stage.SENDING
    assert spool.get(B) is None
    spool.settle(A, PrintOutcome.UNKNOWN, "interrupted")
    assert [found.job_id for found in Spool(tmp_path).unreported()] == [A]


def test_forgotten_job_leaves_no_file(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.take(A)
    spool.forget(A)
    assert list(tmp_path.iterdir()) == []


def test_id_cannot_name_another_directory(tmp_path: Path) -> None:
    inner = tmp_path / "spool"
    Spool(inner).take(JobId("../../evil\x00/" + "x" * 500))
    assert [path.name for path in tmp_path.iterdir()] == ["spool"]
    assert len(list(inner.iterdir())) == 1


def test_full_disk_changes_nothing_before_the_body(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    spool.take(A)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fdatasync", full)
    with pytest.raises(OSError, match="No space"):
        spool.begin(A)
    record = spool.get(A)
    assert record is not None
    assert record.stage is Stage.TAKEN


def test_two_agents_cannot_share_a_spool__I11(tmp_path: Path) -> None:
    with lock(tmp_path), pytest.raises(SpoolBusyError):
        lock(tmp_path)
    lock(tmp_path).close()
