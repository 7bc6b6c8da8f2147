"""The words and figures of a ticket, cleaned and bounded (pure)."""

import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from backend.core.ids import Text

NAME_ZH_MAX = 40
NAME_EN_MAX = 90
COUNTER_RUNS_MAX = 6
"""Longest list of counters: six parts such as 1–4, 7, 9–12; the rest becomes an ellipsis."""
STEP_S = 300
HOUR_S = 3600
WEEKDAYS = (
    ("周一", "Mon"),
    ("周二", "Tue"),
    ("周三", "Wed"),
    ("周四", "Thu"),
    ("周五", "Fri"),
    ("周六", "Sat"),
    ("周日", "Sun"),
)


def clean(text: str, chars_max: int) -> str:
    """`text` on one line, at most `chars_max` long, ending in an ellipsis where it was cut.

    Control, format, private and unassigned characters become spaces: a name may carry
    neither a printer command nor a change of writing direction onto paper.
    """
    # Bounded before it is looked at: what comes over the wire has no limit of its own.
    head = unicodedata.normalize("NFC", text[: 4 * chars_max])
    line = " ".join("".join(c if c.isprintable() else " " for c in head).split())
    return line if len(line) <= chars_max else line[: chars_max - 1].rstrip() + "…"


def clean_name(name: Text) -> Text:
    """A name of the plan as it may stand on paper."""
    return Text(zh=clean(name.zh, NAME_ZH_MAX), en=clean(name.en, NAME_EN_MAX))


def counter_runs(counter_nos: tuple[int, ...]) -> str:
    """Counter numbers, three or more neighbours joined: `1–4, 7`; empty for none."""
    runs: list[tuple[int, int]] = []
    for no in sorted(set(counter_nos)):
        if runs and no == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], no)
        else:
            runs.append((no, no))
    words: list[str] = []
    for first, last in runs:
        words += (
            [f"{first}–{last}"] if last - first > 1 else [str(n) for n in range(first, last + 1)]
        )
    if len(words) > COUNTER_RUNS_MAX:
        words = [*words[:COUNTER_RUNS_MAX], "…"]
    return ", ".join(words)


def wait_words(wait_min_s: int | None, wait_max_s: int | None) -> tuple[str, Text]:
    """The wait as a figure and its unit, in 5-minute steps (WT2).

    The figure is empty while no counter is open.  The screens say the same words:
    frontend/src/shared/words, `wait`.
    """
    if wait_min_s is None or wait_max_s is None:
        return ("", Text(zh="暂无窗口开放", en="No window open"))
    low = max(wait_min_s, 0) // STEP_S * 5
    high = max(-(-wait_max_s // STEP_S) * 5, low, 5)
    if low >= 60:
        return ("1", Text(zh="小时以上", en="hour or more"))
    if high > 60:
        return (str(max(low, 5)), Text(zh="分钟以上", en="min or more"))
    if low == 0:
        return (str(high), Text(zh="分钟内", en="min or less"))
    figure = str(low) if low == high else f"{low}–{high}"
    return (figure, Text(zh="分钟", en="min"))


def missed_words(return_places: int, returns_max: int) -> Text:
    """What a visitor who misses the call may do (PS2).

    The count is of returns: the call missed after the last of them makes the ticket void.
    """
    if returns_max == 0:
        return Text(zh="过号作废", en="Void once your call is missed.")
    times = {1: "once", 2: "twice"}.get(returns_max, f"{returns_max} times")
    back_zh, back_en = f"最多返回{returns_max}次", f"at most {times}."
    if return_places == 0:
        return Text(zh=f"过号不顺延，{back_zh}", en=f"Missed call: keep your place, {back_en}")
    places = "1 place" if return_places == 1 else f"{return_places} places"
    return Text(
        zh=f"过号顺延{return_places}位，{back_zh}",
        en=f"Missed call: {places} back, {back_en}",
    )


def local_time(at: datetime, time_zone: str) -> tuple[str, str, Text]:
    """Day, time of day and weekday in the hall's time zone.

    A zone this machine does not know is shown as UTC and says so: a ticket that tells its
    zone is better than none.
    """
    try:
        local = at.astimezone(ZoneInfo(time_zone))
        suffix = ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        local = at
        suffix = " UTC"
    zh, en = WEEKDAYS[local.weekday()]
    return (f"{local:%Y-%m-%d}", f"{local:%H:%M}{suffix}", Text(zh=zh, en=en))
