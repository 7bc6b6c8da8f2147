import unicodedata
from datetime import UTC, datetime

import pytest
from msgspec import to_builtins

from backend.core.ids import KioskId, TicketClass, TicketToken
from backend.core.paper import NoteSize, PaperKind, PaperPart, plain_part
from backend.paper.layout import (
    Code,
    Detail,
    Heading,
    Issue,
    Line,
    Note,
    Number,
    Queue,
    Reprint,
    Standing,
    layout,
)
from backend.paper.wording import clean, counter_runs, local_time, missed_words, wait_words
from backend.paper.wrapping import wrap
from tests.agents.printer.samples import PUBLIC_URL, job, longest_job, text

NASTY = "A\x1b@\x1dV\x42\x00\r\n\x10\x14\x08\x7f\x9b\u202e\u200b\ufeff\U000e0041B\ud800"


def test_layout_has_all_that_the_rules_ask_for() -> None:
    parts = layout(job(ticket_class=TicketClass.CARE), PUBLIC_URL)
    heading, queue, number, standing, counters, services, code, issue = parts
    assert isinstance(heading, Heading)
    assert heading.hall.zh == "行政服务办事大厅"
    assert isinstance(queue, Queue)
    assert queue.mark == text("爱心", "Care")
    assert number == Number(number="E023")
    assert isinstance(standing, Standing)
    assert (standing.ahead.figure, standing.wait.figure) == ("12", "15–25")
    assert isinstance(counters, Detail)
    assert counters.figure == "8–10"
    assert isinstance(services, Detail)
    assert services.lines[0].zh == "本科生在读证明、成绩单"
    assert isinstance(code, Code)
    assert code.url == f"{PUBLIC_URL}/t/k3Jx9Qw2Zt7Lm5Vb8NE023"
    assert code.notice.zh == "过号顺延3位，最多返回2次"
    assert isinstance(issue, Issue)
    assert (issue.day, issue.time, issue.kiosk) == ("2026-11-23", "09:41", "K1")


@pytest.mark.parametrize(
    ("ticket_class", "zh"), [("ordinary", None), ("booked", "预约"), ("care", "爱心")]
)
def test_class_is_marked(ticket_class: str, zh: str | None) -> None:
    queue = layout(job(ticket_class=TicketClass(ticket_class)), PUBLIC_URL)[1]
    assert isinstance(queue, Queue)
    assert (queue.mark.zh if queue.mark else None) == zh


@pytest.mark.parametrize(("copy", "n"), [(1, 1), (12, 12), (10**9, 999)])
def test_reprint_is_marked_below_the_heading__I11(copy: int, n: int) -> None:
    mark = layout(job(copy=copy), PUBLIC_URL)[1]
    assert mark == Reprint(mark=text(f"补打 {n}", f"Reprint {n}"))


def test_first_paper_has_no_mark_of_a_reprint__I11() -> None:
    assert not [part for part in layout(job(), PUBLIC_URL) if isinstance(part, Reprint)]


@pytest.mark.parametrize(
    ("low_s", "high_s", "figure", "zh"),
    [
        (0, 300, "5", "分钟内"),
        (0, 600, "10", "分钟内"),
        (0, 0, "5", "分钟内"),
        (900, 1500, "15–25", "分钟"),
        (901, 1201, "15–25", "分钟"),
        (600, 600, "10", "分钟"),
        (2700, 3600, "45–60", "分钟"),
        (2700, 5400, "45", "分钟以上"),
        (3600, 7200, "1", "小时以上"),
        (36000, 72000, "1", "小时以上"),
        (None, None, "", "暂无窗口开放"),
    ],
)
def test_wait_is_a_range_in_steps_of_five__WT2(
    low_s: int | None, high_s: int | None, figure: str, zh: str
) -> None:
    found, unit = wait_words(low_s, high_s)
    assert (found, unit.zh) == (figure, zh)


@pytest.mark.parametrize(
    ("nos", "words"),
    [((), ""), ((5,), "5"), ((4, 5, 7), "4, 5, 7"), ((10, 8, 9, 8), "8–10")],
)
def test_counters_are_joined_to_runs(nos: tuple[int, ...], words: str) -> None:
    assert counter_runs(nos) == words


def test_many_counters_end_in_an_ellipsis() -> None:
    assert counter_runs(tuple(range(1, 100, 2))) == "1, 3, 5, 7, 9, 11, …"


@pytest.mark.parametrize(
    ("places", "returns", "zh", "en"),
    [
        (3, 2, "过号顺延3位，最多返回2次", "Missed call: 3 places back, at most twice."),
        (1, 1, "过号顺延1位，最多返回1次", "Missed call: 1 place back, at most once."),
        (0, 3, "过号不顺延，最多返回3次", "Missed call: keep your place, at most 3 times."),
        (3, 0, "过号作废", "Void once your call is missed."),
    ],
)
def test_notice_tells_the_rule_in_force__PS2(places: int, returns: int, zh: str, en: str) -> None:
    assert missed_words(places, returns) == text(zh, en)


@pytest.mark.parametrize(
    ("low_s", "high_s", "en"),
    [
        (0, 300, "5 min or less"),
        (900, 1500, "15–25 min"),
        (2700, 5400, "45 min or more"),
        (3600, 7200, "1 hour or more"),
        (None, None, "No window open"),
    ],
)
def test_wait_in_english_is_what_the_screens_say__WT2(
    low_s: int | None, high_s: int | None, en: str
) -> None:
    figure, unit = wait_words(low_s, high_s)
    assert f"{figure} {unit.en}".strip() == en


@pytest.mark.parametrize(("nos", "en"), [((5,), "Window"), ((5, 5), "Window"), ((4, 5), "Windows")])
def test_counters_are_called_windows_as_on_the_screens(nos: tuple[int, ...], en: str) -> None:
    counters = layout(job(counter_nos=nos), PUBLIC_URL)[4]
    assert isinstance(counters, Detail)
    assert counters.label == text("办理窗口", en)


def test_time_is_the_halls_own() -> None:
    at = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)
    assert local_time(at, "Asia/Shanghai")[:2] == ("2026-11-24", "00:05")
    assert local_time(at, "Asia/Shanghai")[2] == text("周二", "Tue")


@pytest.mark.parametrize("zone", ["No/Such", "", "../../etc/passwd", "\x00"])
def test_unknown_time_zone_is_told_as_utc(zone: str) -> None:
    at = datetime(2026, 11, 23, 16, 5, tzinfo=UTC)
    assert local_time(at, zone)[:2] == ("2026-11-23", "16:05 UTC")


def test_names_carry_no_control_characters_and_have_a_length() -> None:
    nasty = text(NASTY * 100, NASTY * 100)
    parts = layout(
        job(
            number=NASTY,
            hall_name=nasty,
            zone_name=nasty,
            queue_name=nasty,
            service_names=(nasty,) * 4,
            kiosk_id=KioskId(NASTY),
            token=TicketToken("a\x1b/../\n"),
        ),
        PUBLIC_URL + NASTY[:1],
    )
    for words in _strings(to_builtins(parts)):
        assert len(words) <= 200
        kinds = {unicodedata.category(char) for char in words}
        assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}, words


def test_token_is_quoted_into_the_address() -> None:
    code = layout(job(token=TicketToken("a/b?c\n")), PUBLIC_URL)[-2]
    assert isinstance(code, Code)
    assert code.url == f"{PUBLIC_URL}/t/a%2Fb%3Fc%0A"


def test_address_too_long_for_a_code_is_left_out() -> None:
    code = layout(job(token=TicketToken("a" * 300)), PUBLIC_URL)[-2]
    assert isinstance(code, Code)
    assert code.url is None


def test_no_more_services_than_there_is_room_for() -> None:
    services = layout(longest_job(), PUBLIC_URL)[6]
    assert isinstance(services, Detail)
    assert len(services.lines) == 2
    assert services.remark == text("等共10项", "10 services in all")


def test_cut_text_ends_in_an_ellipsis() -> None:
    assert clean("一二三四五", 4) == "一二三…"
    assert clean("  a \n b\t", 10) == "a b"


@pytest.mark.parametrize(
    ("words", "width", "lines"),
    [
        ("过号顺延3位，最多返回2次", 18, ("过号顺延3位，", "最多返回2次")),
        ("Office of International Affairs", 21, ("Office of", "International Affairs")),
        ("一二三四五六七八九十", 8, ("一二三四", "五六七…")),
        ("abcdefghijklmnop", 6, ("abcdef", "ghi...")),
        ("", 6, ()),
    ],
)
def test_lines_break_where_a_reader_would(words: str, width: int, lines: tuple[str, ...]) -> None:
    def width_of(text: str) -> int:
        return sum(1 if char.isascii() else 2 for char in text)

    found = wrap(words, width, 2, width_of)
    assert found == lines
    assert all(width_of(line) <= width for line in found)


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [found for key in value if key != "type" for found in _strings(value[key])]
    if isinstance(value, list | tuple):
        return [found for item in value for found in _strings(item)]
    return []


def parts_of(*kinds: PaperKind) -> tuple[PaperPart, ...]:
    return tuple(plain_part(kind) for kind in kinds)


def test_parts_stand_in_the_order_of_the_plan__PR4() -> None:
    paper = parts_of(PaperKind.NUMBER, PaperKind.LINE, PaperKind.QUEUE, PaperKind.HALL)
    kinds = [type(element) for element in layout(job(), PUBLIC_URL, paper)]
    assert kinds == [Number, Line, Queue, Heading]


def test_reprint_is_marked_whatever_the_plan_says__PR4_I11() -> None:
    paper = parts_of(PaperKind.NUMBER, PaperKind.QUEUE)
    assert isinstance(layout(job(copy=1), PUBLIC_URL, paper)[0], Reprint)


def test_notes_are_cleaned_and_bounded__PR4() -> None:
    note = PaperPart(kind=PaperKind.NOTE, text=text(NASTY, "x" * 5000), size=NoteSize.LARGE)
    (element,) = layout(job(), PUBLIC_URL, (note,))
    assert isinstance(element, Note)
    assert element.size is NoteSize.LARGE
    assert not any(unicodedata.category(c).startswith("C") for c in element.words.zh)
    assert len(element.words.en) <= 90
