"""What is booked as an entry for a phone's calendar: in the hall's zone, once, and leading back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from backend.core.bookings import BookingState
from backend.core.ids import ServiceId, Text
from backend.site.calendar_file import FOLD_BYTES, calendar_file
from backend.wire.bookings import BookingView
from tests.hall import HALL_ID, Hall, Reply, until
from tests.office.test_rosters import done, week_of

COUNTER = "W16"
BOOKABLE = f"/api/halls/{HALL_ID}/bookable"


def lines_of(content: bytes) -> list[str]:
    """The unfolded lines; each has its end and is short enough before."""
    assert content.endswith(b"\r\n")
    assert all(len(line) <= FOLD_BYTES for line in content.split(b"\r\n"))
    return content.decode().replace("\r\n ", "").splitlines()


def entry_of(hall: Hall, token: str, **headers: str) -> Reply:
    return hall.ask("GET", f"/api/bookings/{token}/calendar.ics?language=en", **headers)


def test_entry_leads_to_its_booking_and_is_replaced_by_that_of_the_change__AP1(hall: Hall) -> None:
    shifts = week_of(COUNTER, COUNTER.lower())
    done(hall, "supervisor", "set_week", counter_ids=[COUNTER], shifts=shifts, reason="test")
    until(lambda: bool(hall.ask("GET", BOOKABLE).json["services"]), 30.0)
    service_id = hall.ask("GET", BOOKABLE).json["services"][0]["service_id"]
    free = hall.ask("GET", f"{BOOKABLE}/{service_id}").json["days"]
    first, other = (slot["slot_at"] for day in free for slot in day["slots"][:2] if day is free[0])

    def order(path: str, id: str, **command: object) -> Any:
        reply = hall.ask("POST", path, {"id": id, "command": command})
        assert reply.status == 200, reply.body
        return reply.json

    held = order(
        f"/api/halls/{HALL_ID}/bookings",
        "ics-hold",
        type="hold_place",
        service_id=service_id,
        slot_at=first,
    )
    token = held["token"]
    assert entry_of(hall, token).json["code"] == "not_booked"
    order(f"/api/bookings/{token}", "ics-book", type="confirm_booking", card="DEMO0005")
    told = lines_of(entry_of(hall, token, Host="elsewhere.example").body)
    page = f"{hall.url}/en/booking/{token}"
    assert f"URL:{page}" in told
    assert f"UID:{held['code']}@{HALL_ID}.yizhan" in told
    assert "SEQUENCE:0" in told
    assert b"book-" in hall.ask("GET", page.removeprefix(hall.url)).body  # the script of the page
    order(f"/api/bookings/{token}", "ics-change", type="change_booking", slot_at=other)
    changed = lines_of(entry_of(hall, token).body)
    assert f"UID:{held['code']}@{HALL_ID}.yizhan" in changed
    assert "SEQUENCE:1" in changed
    order(f"/api/bookings/{token}", "ics-cancel", type="cancel_booking")
    reply = entry_of(hall, token)
    assert (reply.status, reply.json["code"]) == (409, "not_booked")


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
        bring=[name, name],
        ticket_token=None,
    )
    for language, comma in (("zh", "，"), ("en", "\\,")):
        told = lines_of(calendar_file(view, language, "https://hall.example/booking/t", 3))
        assert "DTSTART;TZID=Europe/Berlin:20260706T093000" in told
        assert "TZOFFSETTO:+0200" in told
        assert comma in next(line for line in told if line.startswith("SUMMARY:"))
        assert "SEQUENCE:3" in told
