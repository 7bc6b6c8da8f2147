"""A booking as an entry for a phone's calendar (RFC 5545)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.wire.bookings import BookingView

FOLD_BYTES = 75
"""RFC 5545, 3.1: a line has at most so many octets, without its end."""
REMIND = timedelta(hours=1)
WORDS = {
    "zh": {
        "summary": "{service}（预约办理）",
        "code": "预约码：{code}",
        "check_in": "{early}–{late} 在取号机签到取号；迟到仍可取普通号。",
        "bring": "请带：{bring}",
        "joint": "、",
        "page": "查看、改约、取消：{page}",
    },
    "en": {
        "summary": "{service} (booked)",
        "code": "Code: {code}",
        "check_in": "Check in at a kiosk from {early} to {late}; later you still get a number.",
        "bring": "Bring: {bring}",
        "joint": "; ",
        "page": "See, change or cancel: {page}",
    },
}


def calendar_file(view: BookingView, language: str, page: str, revision: int) -> bytes:
    """The file, with the hall's own time zone in it: phones elsewhere show their own time.

    `language`: zh or en.  `page`: the booking's address.  `revision`: of one that was changed, so
    that it takes the place of the entry before (RFC 5545, 3.8.7.4).
    """
    words = WORDS[language]
    zone = ZoneInfo(view.time_zone)
    begins, ends = view.slot_at.astimezone(zone), view.ends_at.astimezone(zone)
    hall = getattr(view.hall_name, language)
    about = [
        words["code"].format(code=view.code),
        words["check_in"].format(
            early=_clock(view.check_in_from, zone), late=_clock(view.check_in_until, zone)
        ),
    ]
    if view.bring:
        names = words["joint"].join(getattr(name, language) for name in view.bring)
        about.append(words["bring"].format(bring=names))
    about.append(words["page"].format(page=page))
    summary = words["summary"].format(service=getattr(view.service_name, language))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Yizhan//Booking//EN",
        "METHOD:PUBLISH",
        *_zone(view.time_zone, begins),
        "BEGIN:VEVENT",
        f"UID:{view.code}@{view.hall_id}.yizhan",
        f"SEQUENCE:{revision}",
        f"DTSTAMP:{view.at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID={view.time_zone}:{begins:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={view.time_zone}:{ends:%Y%m%dT%H%M%S}",
        f"SUMMARY:{_text(summary)}",
        f"LOCATION:{_text(f'{hall} {getattr(view.zone_name, language)}')}",
        f"DESCRIPTION:{_text(chr(10).join(about))}",
        f"URL:{page}",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(summary)}",
        f"TRIGGER:-PT{REMIND // timedelta(minutes=1)}M",
        "END:VALARM",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _zone(name: str, at: datetime) -> list[str]:
    """The zone as it is at that time, which is all that the one entry needs of it."""
    offset = f"{at:%z}"
    return [
        "BEGIN:VTIMEZONE",
        f"TZID:{name}",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        f"TZOFFSETFROM:{offset}",
        f"TZOFFSETTO:{offset}",
        f"TZNAME:{at.tzname()}",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


def _clock(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%H:%M}"


def _text(text: str) -> str:
    """Text as a property may have it (RFC 5545, 3.3.11)."""
    for plain, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        text = text.replace(plain, escaped)
    return text


def _folded(line: str) -> bytes:
    """The line in pieces that are short enough, none of which cuts a character."""
    pieces, piece = [], b""
    for character in line:
        encoded = character.encode()
        if len(piece) + len(encoded) > FOLD_BYTES:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
