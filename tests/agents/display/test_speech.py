"""The words of an announcement (VO1)."""

import pytest

from display_agent.speech import (
    PAUSE,
    VOCABULARY,
    chinese,
    chinese_number,
    english,
    english_number,
    likely_next,
)


def test_sentences_are_those_of_the_rule__VO1() -> None:
    assert chinese("A023", 5).text == "请，A 零二三 号，到 五 号窗口"
    assert english("A023", 5).text == "Ticket A zero two three, window five, please."


def test_number_is_read_digit_by_digit_and_window_as_a_number__VO1() -> None:
    assert chinese("B1070", 12).text == "请，B 一零七零 号，到 十二 号窗口"
    assert english("B1070", 12).text == "Ticket B one zero seven zero, window twelve, please."
    assert chinese("C222", 2).text == "请，C 二二二 号，到 二 号窗口"


@pytest.mark.parametrize(
    ("number", "zh", "en"),
    [
        (1, "一", "one"),
        (2, "二", "two"),
        (10, "十", "ten"),
        (11, "十一", "eleven"),
        (12, "十二", "twelve"),
        (19, "十九", "nineteen"),
        (20, "二十", "twenty"),
        (22, "二十二", "twenty-two"),
        (31, "三十一", "thirty-one"),
        (99, "九十九", "ninety-nine"),
        (100, "一百", "one hundred"),
        (105, "一百零五", "one hundred five"),
        (112, "一百一十二", "one hundred twelve"),
        (230, "二百三十", "two hundred thirty"),
    ],
)
def test_window_numbers__VO1(number: int, zh: str, en: str) -> None:
    assert chinese_number(number) == zh
    assert english_number(number) == en


def read_back(zh: str) -> int:
    """The number under a hundred that Chinese words say."""
    tens, ten, ones = zh.rpartition("十")
    digits = "零一二三四五六七八九"
    one = digits.index(ones) if ones else 0
    return ((digits.index(tens) if tens else 1) * 10 if ten else 0) + one


def test_every_window_from_1_to_99_reads_back__VO1() -> None:
    assert [read_back(chinese_number(n)) for n in range(1, 100)] == list(range(1, 100))
    assert len({english_number(n) for n in range(1, 100)}) == 99


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_window_without_words_is_an_error(number: int) -> None:
    with pytest.raises(ValueError, match="no words"):
        chinese("A001", number)


def test_clips_say_the_same_as_the_sentence__VO1() -> None:
    for no in range(1, 100):
        for number in ("A023", "Z1987"):
            for words in (chinese(number, no), english(number, no)):
                said = [VOCABULARY[clip][1] for clip in words.clips if clip != PAUSE]
                wanted = words.text.replace(".", "").replace("-", " ")
                joint = "".join(said).lower()
                plain = wanted.replace("，", "").replace(",", "").replace(" ", "").lower()
                assert joint == plain
                languages = {VOCABULARY[clip][0] for clip in words.clips if clip != PAUSE}
                assert languages == {words.language}


def test_segments_make_the_sentence() -> None:
    assert "".join(chinese("A023", 5).segments) == chinese("A023", 5).text
    assert " ".join(english("A023", 5).segments) == english("A023", 5).text


def test_next_numbers_are_foreseen() -> None:
    assert likely_next("A023")[:2] == ("A024", "A025")
    assert likely_next("A998")[:2] == ("A999", "A1000")
