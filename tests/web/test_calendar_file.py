"""What is booked as an entry for a phone's calendar: in the hall's zone, once, and leading back."""

from datetime import UTC, date, datetime, timedelta

from backend.core.bookings import BookingState
from backend.core.ids import ServiceId, Text
from backend.site.calendar_file import FOLD_BYTES, calendar_file
from backend.wire.bookings import BookingView


def lines_of(content: bytes) -> list[str]:
    """The unfolded lines; each has its end and is short enough before."""
    assert content.endswith(b"\r\n")
    assert all(len(line) <= FOLD_BYTES for line in content.split(b"\r\n"))
    return content.decode().replace("\r\n ", "").splitlines()


def test_entry_has_the_halls_own_time_in_summer_and_folds_no_character() -> None:
    slot_at = datetime(2026, 7, 6, 7, 30, tzinfo=UTC)
    name = Text(zh="很长的事项名称；含逗号，" * 12, en="A long name; with commas, " * 8)
    view = BookingView(
        token="t" * 32,
        code="ABCDEFGHJK",
        state=BookingState.BOOKED,
        hall_id="main",
        hall_name=name,
        time_zone="Europe/Berlin",
        service_id=ServiceId("HR-01"),
        service_name=name,
        queue_name=name,
        zone_name=name,
        day=date(2026, 7, 6),
        slot_at=slot_at,
        ends_at=slot_at + timedelta(minutes=30),
        held_until=slot_at,
        at=slot_at,
        change_until=slot_at,
        check_in_from=slot_at - timedelta(minutes=30),
        check_in_until=slot_at + timedelta(minutes=15),
        may_change=True,
        is_lost=False,
        reason="",
        bring=[name, name],
        ticket_token=None,
    )
    for language, comma in (("zh", "，"), ("en", "\\,")):
        told = lines_of(calendar_file(view, language, "https://hall.example/booking/t", 3))
        assert "DTSTART;TZID=Europe/Berlin:20260706T093000" in told
        assert "TZOFFSETTO:+0200" in told
        assert comma in next(line for line in told if line.startswith("SUMMARY:"))
        assert "SEQUENCE:3" in told
