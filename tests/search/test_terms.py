import pytest

from backend.search.sound import alike, is_pinyin, syllables
from backend.search.terms import folded, runs, stem


def test_text_is_folded_to_one_width_and_case() -> None:
    assert folded("ＶＰＮ Café\u200b") == "vpn cafe"


def test_words_that_every_question_has_are_left_out() -> None:
    assert runs("请问怎么补办校园卡呢？") == ["补", "校园卡"]
    assert runs("How do I replace my campus card?") == ["replace", "campus", "card"]


@pytest.mark.parametrize(
    ("left", "right"), [("zheng", "zen"), ("shi", "si"), ("chong", "con"), ("lv", "lu")]
)
def test_sounds_that_are_confused_are_alike(left: str, right: str) -> None:
    assert alike(left) == right


def test_reading_of_a_character_depends_on_its_word() -> None:
    assert syllables("银行") == ("yin", "han")
    assert syllables("行李") == ("xin", "li")


@pytest.mark.parametrize("word", ["xuesheng", "zhuanzhuanye", "hukou"])
def test_pinyin_is_known(word: str) -> None:
    assert is_pinyin(word)


@pytest.mark.parametrize("word", ["zfgjj", "stamp", "wifi1"])
def test_what_is_no_pinyin_is_known(word: str) -> None:
    assert not is_pinyin(word)


def test_endings_of_a_word_do_not_matter() -> None:
    assert len({stem(word) for word in ("register", "registering", "registered", "registers")}) == 1
