from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backend.core.ids import PrinterState
from printer_agent.roll import Roll, RollFile, changed, printed, seen, tickets_left

READY, LOW, OUT = PrinterState.READY, PrinterState.PAPER_LOW, PrinterState.PAPER_OUT
OPEN = PrinterState.COVER_OPEN
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def after(roll: Roll, *steps: PrinterState | float) -> Roll:
    """The roll after states seen and millimetres printed."""
    for step in steps:
        roll = seen(roll, step) if isinstance(step, PrinterState) else printed(roll, step)
    return roll


def test_nobody_knows_how_much_is_left_at_first__PR3() -> None:
    assert tickets_left(after(Roll(), READY, 120.0), None) is None
    assert tickets_left(after(Roll(), READY, 120.0), 50_000) is None


def test_new_roll_of_known_length_is_counted_down__PR3() -> None:
    roll = changed(Roll(), NOON)
    assert tickets_left(roll, 12_000) == 100
    assert tickets_left(after(roll, *[120.0] * 40), 12_000) == 60
    assert tickets_left(after(roll, *[120.0] * 101), 12_000) == 0


def test_count_follows_the_length_of_the_papers__PR3() -> None:
    roll = after(changed(Roll(), NOON), *[60.0] * 500)
    left = tickets_left(roll, 60_000)
    assert left is not None
    assert 490 <= left <= 505


def test_length_of_a_roll_is_learned_from_its_end__PR3() -> None:
    roll = after(changed(Roll(), NOON), *[100.0] * 80, OUT)
    assert tickets_left(roll, None) == 0
    roll = after(roll, READY)
    assert roll.whole_mm == 8000
    assert tickets_left(roll, None) == int(8000 / roll.ticket_mm)


def test_rest_after_the_sensor_is_learned_even_of_a_roll_not_seen_new__PR3() -> None:
    roll = after(Roll(), 100.0, LOW, *[100.0] * 20, OUT, READY)
    assert (roll.low_mm, roll.whole_mm) == (2000, None)
    roll = after(roll, *[100.0] * 300, LOW)
    left = tickets_left(roll, None)
    assert left is not None
    assert 19 <= left <= 20


def test_sensor_at_its_edge_makes_no_new_roll__PR3() -> None:
    roll = after(changed(Roll(), NOON), 5000.0, LOW, READY, LOW, READY)
    assert roll.printed_mm == 5000


def test_roll_changed_before_its_end_is_new__PR3() -> None:
    roll = after(changed(Roll(), NOON), 5000.0, LOW, OPEN, READY)
    assert roll.printed_mm == 0
    assert roll.whole_mm is None


def test_cover_opened_for_another_reason_leaves_the_roll__PR3() -> None:
    assert after(changed(Roll(), NOON), 5000.0, OPEN, READY).printed_mm == 5000
    assert after(changed(Roll(), NOON), 5000.0, LOW, OPEN, LOW).printed_mm == 5000


def test_leftover_of_a_roll_is_not_taken_for_a_new_one__PR3() -> None:
    roll = after(changed(Roll(), NOON), 5000.0, LOW, 500.0, OUT, LOW)
    assert not roll.is_whole
    assert tickets_left(roll, None) == int(500 / roll.ticket_mm)


def test_staffs_word_counts_once__PR3() -> None:
    roll = printed(changed(Roll(), NOON), 500.0)
    assert changed(roll, NOON) is roll
    assert changed(roll, None) is roll
    assert changed(roll, NOON + timedelta(hours=1)).printed_mm == 0


def test_count_goes_on_after_a_restart__PR3(tmp_path: Path) -> None:
    path = tmp_path / "P1.roll"
    first = RollFile(path, 12_000)
    first.changed(NOON)
    first.printed(120.0)
    assert RollFile(path, 12_000).tickets_left == first.tickets_left == 99


@pytest.mark.parametrize("data", [b"{", b"\xff\xfe", b'{"changed_at":"\xff"}'])
def test_file_that_cannot_be_read_is_a_roll_nobody_knows__PR3(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "P1.roll"
    path.write_bytes(data)
    assert RollFile(path, 12_000).tickets_left is None
