"""A notice's text as HTML for the website and as one line for boards (NT3).

Plain text and Markdown go one way: a parser that knows nothing but what is enabled here.  What it
does not know stays as it was typed and is escaped: raw HTML, images, entities, tables, code.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

TAGS = frozenset({"p", "br", "strong", "em", "ul", "ol", "li", "h2", "h3", "h4", "a"})
"""All that may come out; `a` with `href` and `rel`, `ol` with `start`, no other attribute."""
NESTING_MAX = 3
"""Lists within lists; deeper ones are nobody's, and cost the reader's program more than us."""
LINE_MAX = 200
"""Characters of the line on boards, as the day takes them."""
_LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s]", re.IGNORECASE)
_HEADINGS = {"h1": "h2", "h2": "h3"}
"""The page's own heading is the first; what is below the third level is `h4`."""


def rendered(text: str, *, is_markdown: bool) -> str:
    """The text, cleaned before, as HTML of TAGS alone."""
    parser = _parser(is_markdown)
    tokens = parser.parse(text)
    is_link = True
    for token in _all(tokens):
        if token.type == "link_open":
            href = str(token.attrs["href"])
            is_link = _LINK.match(href) is not None  # `[words]()` leads nowhere
            token.attrs, token.hidden = {"href": href, "rel": "noopener"}, not is_link
        elif token.type == "link_close":
            token.hidden = not is_link
        elif token.type in {"heading_open", "heading_close"}:
            token.tag = _HEADINGS.get(token.tag, "h4")
    html: str = parser.renderer.render(tokens, parser.options, {})
    return html


def is_too_nested(text: str) -> bool:
    """Whether its lists lie deeper within each other than anybody reads."""
    lists = {"bullet_list_open": 1, "ordered_list_open": 1}
    lists |= {"bullet_list_close": -1, "ordered_list_close": -1}
    depth = 0
    for token in _parser(True).parse(text):
        depth += lists.get(token.type, 0)
        if depth > NESTING_MAX:
            return True
    return False


def plain(text: str, *, is_markdown: bool) -> str:
    """The words alone, in one line."""
    pieces = (_words(token) for token in _all(_parser(is_markdown).parse(text)))
    return " ".join("".join(pieces).split())


def board_line(title: str, text: str, joint: str) -> str:
    """The title and the plain text in one line of at most LINE_MAX characters (NT3)."""
    line = f"{title}{joint}{text}" if text else title
    return line if len(line) <= LINE_MAX else f"{line[: LINE_MAX - 1].rstrip()}…"


def _words(token: "Token") -> str:
    if token.type == "text":
        return token.content
    is_gap = token.block or token.type in {"softbreak", "hardbreak"}
    return " " if is_gap else ""


def _all(tokens: "Iterable[Token]") -> "Iterator[Token]":
    for token in tokens:
        yield token
        yield from token.children or ()


@cache
def _parser(is_markdown: bool) -> "MarkdownIt":
    from markdown_it import MarkdownIt  # noqa: PLC0415 (60 ms that most processes need not spend)

    parser = MarkdownIt("zero", {"breaks": True}).enable("newline")
    if is_markdown:
        parser.enable(["heading", "list", "emphasis", "link", "escape"])
        parser.validateLink = lambda url: _LINK.match(url) is not None  # type: ignore[method-assign]
    return parser
