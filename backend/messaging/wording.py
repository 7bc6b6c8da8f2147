"""A message as it is read outside the page (pure): plain, HTML, and short for a group."""

from html import escape

from backend.core.ids import Text
from backend.core.messages import Language, Message

OTHER = {Language.ZH: Language.EN, Language.EN: Language.ZH}
OPEN = Text(zh="查看详情", en="Open the page")
STOP = Text(
    zh="不想再收到这些邮件，点此停止",
    en="To receive no more of these, stop them here",
)


def words(text: Text, language: Language) -> str:
    """The text in this language."""
    return text.zh if language is Language.ZH else text.en


def plain(message: Message, language: Language, url: str, stop_url: str | None) -> str:
    """In the chosen language, and below it in the other one."""
    parts = []
    for one in (language, OTHER[language]):
        lines = [words(message.title, one), "", words(message.text, one)]
        if url:
            lines += ["", f"{words(OPEN, one)}: {url}"]
        if stop_url is not None:
            lines += ["", f"{words(STOP, one)}: {stop_url}"]
        parts.append("\n".join(lines))
    return "\n\n--\n\n".join(parts) + "\n"


def html(message: Message, language: Language, url: str, stop_url: str | None) -> str:
    """The same with headings and links; everything in it is escaped."""
    parts = []
    for one in (language, OTHER[language]):
        text = escape(words(message.text, one)).replace("\n", "<br>")
        tag = "zh-CN" if one is Language.ZH else "en"
        part = f'<div lang="{tag}"><h2>{escape(words(message.title, one))}</h2><p>{text}</p>'
        if url:
            part += f'<p><a href="{escape(url)}">{words(OPEN, one)}</a></p>'
        if stop_url is not None:
            part += f'<p><small><a href="{escape(stop_url)}">{words(STOP, one)}</a></small></p>'
        parts.append(f"{part}</div>")
    return f"<!doctype html><html><body>{'<hr>'.join(parts)}</body></html>"


def short(message: Message, language: Language, url: str, bytes_max: int) -> str:
    """In the chosen language alone, for a group; cut where it is too long, the link never."""
    end = f"\n{url}" if url else ""
    text = f"{words(message.title, language)}\n{words(message.text, language)}"
    room = bytes_max - len(end.encode())
    return text.encode()[:room].decode(errors="ignore") + end


def one_line(text: str) -> str:
    """Without anything that could begin another header."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
