"""What is taken from the public, what of it is shown, and what somebody looks at first."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backend.core.rules.public_text import (
    LINE,
    MASK,
    MESSAGE,
    NAME,
    TextCode,
    TextLimits,
    TextRefusal,
    cleaned,
    is_bank_card,
    is_identity_number,
    masked,
    sensitive_in,
)

IDENTITY = "11010519491231002X"
"""The example of GB 11643."""
BANK = "6222021234567890128"


def refused(text: str, limits: TextLimits = MESSAGE) -> TextCode:
    with pytest.raises(TextRefusal) as caught:
        cleaned(text, limits)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", TextCode.EMPTY),
        (" \n\u3000\t ", TextCode.EMPTY),
        ("a\x00b", TextCode.CONTROL),
        ("a\x1b[31m", TextCode.CONTROL),
        ("a\x7f", TextCode.CONTROL),
        ("\ud800", TextCode.CONTROL),
        ("a\uffff", TextCode.CONTROL),
        ("a\U0001fffe", TextCode.CONTROL),
        ("\ue000", TextCode.CONTROL),
        ("abc\u202efdp.exe", TextCode.BIDI),
        ("\u2066a\u2069", TextCode.BIDI),
        ("a\u200f", TextCode.BIDI),
        ("a\u200bb", TextCode.INVISIBLE),
        ("\ufeffabc", TextCode.INVISIBLE),
        ("so\u00adft", TextCode.INVISIBLE),
        ("敏\u200d感", TextCode.INVISIBLE),
        ("a\u200cb", TextCode.INVISIBLE),
        ("👍\u200d", TextCode.INVISIBLE),
        ("👍\ufe0f\ufe0f\ufe0f", TextCode.INVISIBLE),
        ("ㅤ", TextCode.INVISIBLE),
        ("\u2800", TextCode.INVISIBLE),
        ("a\U000e0041\U000e0042", TextCode.INVISIBLE),
        ("e" + "\u0301" * 5, TextCode.STACKED),
        ("x" * 1001, TextCode.TOO_LONG),
        ("x" * 10_000, TextCode.TOO_LONG),
        ("😀" * 900, TextCode.TOO_LONG),
        ("x" * 201, TextCode.TOO_LONG),
        ("a\n" * 41 + "b", TextCode.TOO_MANY_LINES),
        ("http://a.b www.c.d x.com ｈｔｔｐ://e.f", TextCode.TOO_MANY_LINKS),
    ],
)
def test_text_that_deceives_or_is_too_much_is_refused__TX1(text: str, code: TextCode) -> None:
    assert refused(text) is code


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("  你好，　世界 ", "你好， 世界"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("e\u0301", "é"),
        ("tab\there", "tab here"),
        ("👩\u200d💻 👍🏽 ❤️ 🇨🇳 1️⃣", "👩\u200d💻 👍🏽 ❤️ 🇨🇳 1️⃣"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", None),
        ("<script>alert(1)</script>", None),
        ("ئۇيغۇر བོད་ཡིག Tiếng Việt", None),
    ],
)
def test_ordinary_text_of_any_script_is_taken__TX1(text: str, taken: str | None) -> None:
    assert cleaned(text, MESSAGE) == (text if taken is None else taken)


def test_name_of_ten_thousand_characters_is_refused__TX2() -> None:
    assert refused("王" * 10_000, NAME) is TextCode.TOO_LONG
    assert refused("王\n五", NAME) is TextCode.TOO_MANY_LINES
    assert refused("见 www.example.edu", LINE) is TextCode.TOO_MANY_LINKS
    assert cleaned("王" * 60, NAME) == "王" * 60


@given(st.text(max_size=80))
@example("a\u0344\u0344")
def test_what_is_taken_is_taken_again_unchanged_within_its_limits__TX2(text: str) -> None:
    try:
        once = cleaned(text, NAME)
    except TextRefusal:
        return
    assert cleaned(once, NAME) == once
    assert unicodedata.is_normalized("NFC", once)
    assert 0 < len(once) <= NAME.chars
    assert len(once.encode()) <= NAME.bytes
    assert "\n" not in once


@pytest.mark.parametrize(
    "secret",
    [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "+86 138 0013 8000",
        "１３８００１３８０００",
        "一三八零零一三八零零零",
        "1 3 8 0 0 1 3 8 0 0 0",
        "①③⑧⓪⓪①③⑧⓪⓪⓪",
        "壹叁捌零零壹叁捌零零零",
        "138\n0013\n8000",
        "138*0013*8000",
        "138(0013)8000",
        "138。0013。8000",
        "+852 9123 4567",
        "010-62345678",
        "(021)65432100",
        IDENTITY,
        "110105 19491231 002x",
        "110105194912310021",
        BANK,
        "6222 0212 3456 7890 128",
        "2023010001",
        "li.ming@example.edu.cn",
        "ｌｉ＠example．edu．cn",
        "li＠example。edu。cn",
        "E12345678",
        "EA1234567",
        "1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣",
        "13800\n138000",
        "0571 8795 1234",
        "(415) 555-2671",
        "110101 19900307 888x",
        "li.ming [at] example.com",
        "li.ming(at)example[dot]com",
        "li.ming at example dot com",
    ],
)
@pytest.mark.parametrize("around", ["{}", "我的是{}，谢谢", "call {} please"])
def test_what_reaches_or_names_a_person_is_masked__TX3(secret: str, around: str) -> None:
    assert masked(around.format(secret)) == around.format(MASK)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("学号：20230101", f"学号：{MASK}"),
        ("我的微信 liming_95 谢谢", f"我的微信 {MASK} 谢谢"),
        ("我的微信号是 zhang_san_abc，加我", f"我的微信号是 {MASK}，加我"),
        ("wx: zhangsan88", f"wx: {MASK}"),
        ("WeChat ID: zhangsan_abc", f"WeChat ID: {MASK}"),
        ("电话62345678", f"电话{MASK}"),
        ("phone 6234-5678", f"phone {MASK}"),
        ("Student ID is a20231", f"Student ID is {MASK}"),
    ],
)
def test_number_that_its_words_tell_is_masked__TX3(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23 09:30 到 2026-11-24 17:00",
        "受理编号 2026-000123",
        "二〇二六年十一月二十三日，第一百二十三号",
        "要 3 份复印件，费用 1500 元，20261123",
        "A023 W12 到 12 号窗口，100% @ 9:00",
        "校园卡怎么补办",
        "微信怎么绑定",
        "微信号怎么改，WeChat pay and WeChat group",
        "手机号换了怎么办，电话打不通，phone number changed",
        "窗口 1、3、5、7，费用 150，2000、3000 元；1500: 2000: 3000",
        "打电话 12345 或 110",
        "my passport expired",
        "look at www.example.edu.cn, at the dot of the i",
        "见 (2026) 123-1 号文件",
    ],
)
def test_days_case_numbers_and_amounts_are_shown__TX3(text: str) -> None:
    assert masked(text) == text


def test_phones_that_the_hall_makes_known_stay__TX3() -> None:
    text = "请拨 010-62345678，电话 62345679，或 13800138000"
    known = {"010-6234 5678", "62345679"}
    assert masked(text, known) == f"请拨 010-62345678，电话 62345679，或 {MASK}"


@given(st.text(alphabet="0123456789 -.xX@abcom一二零１２+()电话微信", max_size=60))
def test_masking_again_changes_nothing__TX3(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.text(alphabet="你好，。ab \n", max_size=20),
    st.text(alphabet="你好，。ab \n", max_size=20),
)
def test_no_phone_is_left_in_any_words__TX3(phone: str, before: str, after: str) -> None:
    assert phone not in masked(before + phone + after)


@given(st.from_regex(r"[1-9][0-9]{16}", fullmatch=True))
def test_identity_number_with_another_last_character_is_none__TX3(first: str) -> None:
    assert sum(is_identity_number(first + last) for last in "0123456789X") == 1


def test_checks_are_those_of_the_standards__TX3() -> None:
    assert is_identity_number(IDENTITY)
    assert is_identity_number(IDENTITY.lower())
    assert not is_identity_number("110105194912310021")
    assert is_bank_card("4111111111111111")
    assert not is_bank_card("4111111111111112")


@pytest.mark.parametrize(
    "text",
    [
        "这里有敏感词吗",
        "敏 感 词",
        "敏-感*词",
        "敏\u200b感\u200b词",
        "敏\n感、词",
        "ＢＡＤ",
        "b.a.d",
        "Bad!",
        "bád",
        "𝐛𝐚𝐝",
    ],
)
def test_sensitive_word_is_found_through_tricks__TX4(text: str) -> None:
    assert sensitive_in(text, ["敏感词", "bad"])


@pytest.mark.parametrize("text", ["badge", "forbade", "敏锐的感觉和词语", "", "b-adge"])
def test_letters_of_other_words_are_no_sensitive_word__TX4(text: str) -> None:
    assert sensitive_in(text, ["敏感词", "bad", "", " - "]) == ()


@given(st.text(alphabet="甲乙丙丁", min_size=2, max_size=6), st.data())
def test_signs_between_the_letters_hide_no_word__TX4(word: str, data: st.DataObject) -> None:
    gaps = data.draw(
        st.lists(
            st.sampled_from(["", " ", "*", "\u200b", "　", "\n"]),
            min_size=len(word),
            max_size=len(word),
        )
    )
    text = "".join(letter + gap for letter, gap in zip(word, gaps, strict=True))
    assert sensitive_in(f"前{text}后", [word]) == (word,)
