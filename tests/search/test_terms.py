import pytest

from backend.search.query import units
from backend.search.sound import alike, is_pinyin, syllables
from backend.search.terms import folded, runs, stem


def test_text_is_folded_to_one_width_and_case() -> None:
    assert folded("ＶＰＮ Café\u200b") == "vpn cafe"


def test_words_that_every_question_has_are_left_out() -> None:
    assert runs("请问怎么补办校园卡？") == ["补办校园卡"]
    assert runs("How do I replace my campus card?") == ["replace", "campus", "card"]


def parts(query: str, known: set[str]) -> list[set[str]]:
    """The pairs that each unit of a query is of, as written."""
    written = (unit.readings[0].terms for unit in units(query, known, []))
    return [{term[1:] for term in terms if term[0] == "w" and len(term) == 3} for terms in written]


def test_characters_of_any_question_are_cut_out_unless_a_guide_has_the_word() -> None:
    assert parts("我在职的证明呢", set()) == [set(), {"证明"}]
    assert parts("我在职的证明呢", {"w在职"}) == [{"在职"}, {"证明"}]


@pytest.mark.parametrize(("written", "meant"), [("補辦學生證", "补办学生证"), ("戶囗", "户口")])
def test_script_does_not_matter(written: str, meant: str) -> None:
    assert folded(written) == meant


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
