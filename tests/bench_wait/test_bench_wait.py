import gzip
from io import StringIO
from pathlib import Path

import pytest
from msgspec.structs import replace

from backend.core.history import QueueHistory
from backend.core.ids import QueueId
from tests.bench_wait import estimators
from tests.bench_wait.__main__ import ESTIMATORS, main
from tests.bench_wait.choose import range_table
from tests.bench_wait.data import (
    Question,
    QueueDay,
    Reading,
    numbered,
    questions,
    read,
    read_file,
    stretches,
)
from tests.bench_wait.estimators import Estimate
from tests.bench_wait.made_up import COLUMNS, made_up, write
from tests.bench_wait.measure import Answer, answers, score


def readings(*facts: tuple[float, int, int]) -> tuple[Reading, ...]:
    """Readings of minute, called number and people waiting, with two counters."""
    return numbered([Reading(minute, called, waiting, 2) for minute, called, waiting in facts])


def day(*facts: tuple[float, int, int]) -> QueueDay:
    return QueueDay("office", "queue", "2026-03-02", readings(*facts))


def test_wait_ends_where_the_called_number_reaches_the_last_one_waiting() -> None:
    found = questions(day((500, 10, 4), (505, 12, 0), (515, 17, 0)))
    assert found == [Question(index=0, calls=4, wait_min=9)]  # 505 + 2/5 of 10 min


def test_wait_that_the_day_does_not_show_is_not_asked() -> None:
    assert questions(day((500, 10, 4), (505, 13, 0))) == []


def test_misread_number_is_left_out() -> None:
    found = readings((500, 10, 1), (505, 0, 1), (510, 11, 1))
    assert [(reading.minute, reading.numbering) for reading in found] == [(500, 0), (510, 0)]


def test_numbers_that_begin_again_answer_nothing_from_before() -> None:
    facts = ((500, 98, 3), (505, 2, 1), *((510 + 5 * i, 3 + i, 0) for i in range(6)))
    begun_again = day(*facts)
    assert questions(begun_again) == [Question(index=1, calls=1, wait_min=5)]
    assert [stretch.calls for stretch in stretches(begun_again.readings)] == [1]


def test_long_gap_and_empty_queue_teach_no_pace() -> None:
    found = readings((500, 1, 2), (505, 2, 0), (510, 3, 2), (600, 20, 1), (605, 21, 0))
    assert [stretch.minute for stretch in stretches(found)] == [500, 600]


def test_rows_without_numbers_are_skipped_and_no_counters_are_none() -> None:
    rows = [
        ",".join(COLUMNS),
        "o,q,Q,2026-03-02,505,2,,1",
        "o,q,Q,2026-03-02,500,1,2,",
        "o,q,Q,2026-03-02,510,3,1,2",
    ]
    (found,) = read(StringIO("\n".join(rows)))
    assert found.readings == (Reading(500, 1, 2, 0), Reading(510, 3, 1, 2))


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "columns are missing: queue_id, date"),
        (b"queue_id,date,minute_of_day,waiting\n", "columns are missing: last_called_number"),
        (b"queue_id,date,minute_of_day,waiting,last_called_number\n", "has no row"),
        (b"\x1f\x8bnot gzip at all", "is no CSV file"),
        (b"\xff\xfe\x00", "is no CSV file"),
    ],
)
def test_file_of_another_form_is_refused_with_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, why: str
) -> None:
    (tmp_path / "days.csv").write_bytes(content)
    with pytest.raises(SystemExit):
        main([str(tmp_path / "days.csv")])
    assert why in capsys.readouterr().err


@pytest.mark.parametrize("kept", [1, 9])
def test_one_day_or_one_office_alone_is_measured(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kept: int
) -> None:
    days = [found for found in made_up() if found.office == "office 1"][: 4 * kept]
    path = tmp_path / "gzip_without_the_name"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as file:
        write(days, file)
    assert main([str(path), "--choose"]) == 0
    printed = capsys.readouterr().out
    assert ("nothing to compare" if kept == 1 else "Leaving one office out asks for") in printed


def test_columns_nobody_needs_may_be_absent() -> None:
    rows = ["queue_id,date,minute_of_day,last_called_number,waiting", "q,2026-03-02,500,1,2"]
    (found,) = read(StringIO("\n".join(rows)))
    assert (found.office, found.readings) == ("", (Reading(500, 1, 2, 0),))


def test_made_up_days_are_the_same_each_time_and_survive_a_file(tmp_path: Path) -> None:
    days = made_up()
    assert days == made_up()
    assert days != made_up(seed=1)
    with gzip.open(tmp_path / "days.csv.gz", "wt", encoding="utf-8", newline="") as file:
        write(days, file)
    assert read_file(tmp_path / "days.csv.gz") == days


@pytest.mark.parametrize("name", ESTIMATORS)
def test_answers_do_not_depend_on_what_comes_later(name: str) -> None:
    days = [found for found in made_up() if found.queue == "queue 2"][:8]
    *earlier, last = days
    cut = next(q.index for q in questions(last) if q.index > 20)
    later = [replace(r, called=r.called + 5, counters=9) for r in last.readings[cut + 1 :]]
    changed = replace(last, readings=(*last.readings[: cut + 1], *later))
    begin = ESTIMATORS[name]
    seen = last.readings[: cut + 1]
    known = QueueHistory(queue_id=QueueId("queue 2"))
    assert begin(earlier, known)(seen) == begin(earlier, known)(changed.readings[: cut + 1])
    whole, with_change = answers(days, begin), answers([*earlier, changed], begin)
    asked = sum(len(questions(found)) for found in earlier)
    assert [a.estimate for a in whole[:asked]] == [a.estimate for a in with_change[:asked]]


def test_forecast_is_better_than_mean_gap_on_made_up_days__WT1() -> None:
    days = made_up()
    base = score([a for a in answers(days, estimators.mean_gap) if not a.is_first_day])
    own = score([a for a in answers(days, estimators.shipped) if not a.is_first_day])
    assert own.error_mean < base.error_mean
    assert own.coverage == pytest.approx(0.8, abs=0.08)


def test_score_counts_errors_and_ranges() -> None:
    found = [
        Answer("o", False, 1, 10.0, Estimate(12.0, 8.0, 16.0)),
        Answer("o", False, 1, 10.0, Estimate(6.0, 4.0, 8.0)),
    ]
    own = score(found)
    assert (own.error_mean, own.bias, own.coverage, own.width) == (3, -1, 0.5, 6)


def test_range_table_holds_the_middle_of_the_ratios() -> None:
    found = [
        Answer("o", False, calls, 1.0 + i, Estimate(50.0))
        for calls in (1, 2, 4, 8, 16, 32, 64)
        for i in range(100)
    ]
    low, high = range_table(found)
    assert len(low) == len(high) == 7
    assert all(a < b for a, b in zip(low, high, strict=True))


def test_whole_run_prints_its_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "days.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        write(made_up(), file)
    assert main([str(path)]) == 0
    printed = capsys.readouterr().out
    assert "days.csv: 2 offices, 8 queues, 96 days of a queue." in printed
    assert all(name in printed for name in ESTIMATORS)
    assert "Range holds" in printed
