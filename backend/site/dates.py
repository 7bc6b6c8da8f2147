"""Dates in words, in both languages."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from backend.core.ids import Text

_WEEKDAYS = (
    Text(zh="周一", en="Mon"),
    Text(zh="周二", en="Tue"),
    Text(zh="周三", en="Wed"),
    Text(zh="周四", en="Thu"),
    Text(zh="周五", en="Fri"),
    Text(zh="周六", en="Sat"),
    Text(zh="周日", en="Sun"),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_text(day: date) -> Text:
    """A day that is near: `11月23日（周一）`, `Mon 23 Nov`."""
    weekday, month = _WEEKDAYS[day.weekday()], _MONTHS[day.month - 1]
    return Text(
        zh=f"{day.month}月{day.day}日（{weekday.zh}）", en=f"{weekday.en} {day.day} {month}"
    )


def time_text(at: datetime, time_zone: str) -> Text:
    """An instant that is near, in a hall: `11月23日（周一） 08:30`, `Mon 23 Nov, 08:30`."""
    local = at.astimezone(ZoneInfo(time_zone))
    day = day_text(local.date())
    return Text(zh=f"{day.zh} {local:%H:%M}", en=f"{day.en}, {local:%H:%M}")


def full_day_text(day: date) -> Text:
    """A day with its year: `2026年1月1日`, `1 Jan 2026`."""
    return Text(
        zh=f"{day.year}年{day.month}月{day.day}日",
        en=f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
    )


def month_text(day: date) -> Text:
    """The month of a day: `2026年11月`, `Nov 2026`."""
    return Text(zh=f"{day.year}年{day.month}月", en=f"{_MONTHS[day.month - 1]} {day.year}")
