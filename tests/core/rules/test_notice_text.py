"""Markdown that anybody might paste: what comes out has a few tags and nothing else (NT3)."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.core.rules.notice_text import (
    LINE_MAX,
    NESTING_MAX,
    TAGS,
    board_line,
    is_too_nested,
    plain,
    rendered,
)

ATTRIBUTES = {"a": {"href", "rel"}, "ol": {"start"}}
ADDRESS = re.compile(r"(https?://|mailto:|tel:)", re.IGNORECASE)
VOID = {"br"}
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript:alert(1))",
    "[x](java\\script:alert(1))",
    "[x](%6Aavascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox)",
    "[x](file:///etc/passwd)",
    "[x](//evil.example)",
    "[x](/api/session)",
    "[x]()",
    "[x](<>)",
    '[x](https://a.example "title" onclick=x)',
    '[x](https://a.example" onmouseover="alert(1))',
    "[x](<https://a.example onclick=alert(1)>)",
    "[x](https://a.example/?a=<script>)",
    "![x](javascript:alert(1))",
    "![x](https://a.example/x.png)",
    "<https://a.example>",
    "<javascript:alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
    "[x][a]\n\n[a]: data:text/html,x",
    "```html\n<script>\n```",
    "    <script>",
    "`<script>`",
    "| a | b |\n| - | - |\n| <b> | c |",
    "<!-- x -->",
    "<![CDATA[ x ]]>",
    "&lt;script&gt; &#60;script&#62; &colon; &NewLine;",
    "# <h1>\n\n<svg/onload=alert(1)>",
    "**<b onclick=x>**",
    "[**x**](https://a.example/**y**)",
    "[[x](https://a.example)](javascript:alert(1))",
    "\\<script\\>",
    "a\u202eb\u2066c\u200bd\u0000e",
    "- " * 500 + "x",
    "1. " * 500 + "x",
    "> " * 500 + "x",
    "*" * 10_000,
    "[" * 5_000 + "](" * 2_500,
    "_a" * 5_000,
    "\n".join(" " * n + "- x" for n in range(0, 200, 2)),
    "x" * 10_000,
    "[x](" + "https://a.example/" + "y" * 9_000 + ")",
)


class Tags(HTMLParser):
    """What is opened, with its attributes; fails where it is not closed in its order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(decl)

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def assert_harmless(html: str) -> None:
    for tag, attributes in Tags(html).found:
        assert tag in TAGS, html[:500]
        assert attributes.keys() <= ATTRIBUTES.get(tag, set()), html[:500]
        if tag == "a":
            assert attributes["rel"] == "noopener"
            assert ADDRESS.match(attributes["href"]), html[:500]
        if tag == "ol":
            assert attributes.get("start", "1").isdigit()


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_comes_out_with_allowed_tags_alone__NT3(text: str) -> None:
    for is_markdown in (True, False):
        assert_harmless(rendered(text, is_markdown=is_markdown))
        assert "\n" not in plain(text, is_markdown=is_markdown)


@given(st.text(alphabet="ab *_-+#[]()<>&\"'\\`!:/.\n\t1jav1script中", max_size=300))
def test_any_text_comes_out_with_allowed_tags_alone__NT3(text: str) -> None:
    assert_harmless(rendered(text, is_markdown=True))
    assert_harmless(rendered(f"[x]({text})", is_markdown=True))


def test_markdown_becomes_what_it_means__NT3() -> None:
    text = (
        "# 停电通知\n\n周三**全天**停电，\n请*改日*再来。\n\n- 一号厅\n  - 东侧\n- 二号厅\n\n"
        "3. 三\n\n##### 小\n\n[网上办](https://a.example/?a=1&b=2) [电话](tel:+861234)"
    )
    assert rendered(text, is_markdown=True) == (
        "<h2>停电通知</h2>\n"
        "<p>周三<strong>全天</strong>停电，<br>\n请<em>改日</em>再来。</p>\n"
        "<ul>\n<li>一号厅\n<ul>\n<li>东侧</li>\n</ul>\n</li>\n<li>二号厅</li>\n</ul>\n"
        '<ol start="3">\n<li>三</li>\n</ol>\n'
        "<h4>小</h4>\n"
        '<p><a href="https://a.example/?a=1&amp;b=2" rel="noopener">网上办</a>'
        ' <a href="tel:+861234" rel="noopener">电话</a></p>\n'
    )
    assert plain(text, is_markdown=True) == (
        "停电通知 周三全天停电， 请改日再来。 一号厅 东侧 二号厅 三 小 网上办 电话"
    )


def test_plain_text_keeps_its_signs_lines_and_paragraphs__NT3() -> None:
    text = "# 5 * 3 * 2\n- <b>\n\n**x** [y](https://a.example)"
    assert rendered(text, is_markdown=False) == (
        "<p># 5 * 3 * 2<br>\n- &lt;b&gt;</p>\n<p>**x** [y](https://a.example)</p>\n"
    )
    assert plain(text, is_markdown=False) == "# 5 * 3 * 2 - <b> **x** [y](https://a.example)"


def test_lists_deeper_than_anybody_reads_are_told__NT3() -> None:
    def nested(depth: int) -> str:
        return "\n".join("  " * n + "- x" for n in range(depth))

    assert not is_too_nested(nested(NESTING_MAX))
    assert is_too_nested(nested(NESTING_MAX + 1))
    assert is_too_nested("- " * 100 + "x")
    assert not is_too_nested("\n".join(["- x"] * 200))


def test_line_of_a_board_is_cut_where_it_is_too_long__NT3() -> None:
    assert board_line("停电", "", "：") == "停电"
    assert board_line("停电", "周三", "：") == "停电：周三"
    cut = board_line("停电", "电" * 500, "：")
    assert len(cut) == LINE_MAX
    assert cut.endswith("电…")
