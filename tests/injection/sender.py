"""Goes through a chain of writes with a text, and looks that it is given back."""

import re
import unicodedata
from collections.abc import Iterator
from functools import reduce
from hashlib import sha256
from itertools import count
from typing import Any

from tests.hall import DEVICE_TOKEN, Hall, Reply, until
from tests.injection.corpus import assert_told, words_in
from tests.injection.fields import placed_in
from tests.injection.writes import Write

ARCHIVED_S = 20.0
BREAKS = re.compile("\r\n|[\r\n\u0085\u2028\u2029\v\f]")
READERS = {"device", "greeter", "w02", "w30", "manager", ""}
"""Who writes what a supervisor reads."""
_numbers = count(1)
Things = dict[str, Any]


def fresh_id() -> str:
    return f"hostile-{next(_numbers)}"


def plain_words() -> str:
    """Letters that were not sent before: the same words from everywhere are soon too many."""
    return "plain " + "".join(chr(ord("a") + int(digit)) for digit in str(next(_numbers)))


class Sender:
    """Sends as whoever it is; each request has an address of its own."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self._cookies: dict[str, str] = {}

    def send(self, who: str, method: str, path: str, body: Any = None) -> Reply:
        n = next(_numbers)
        shown = {"X-Forwarded-For": f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"}
        if who == "device":
            shown["Authorization"] = f"Bearer {DEVICE_TOKEN}"
        elif who:
            if who not in self._cookies:
                self._cookies[who] = self.hall.cookie(who)
            shown["Cookie"] = self._cookies[who]
        reply = self.hall.ask(method, path, body, **shown)
        assert reply.status < 500, (method, path, body, reply.body)
        return reply


def filled(value: Any, text: str, things: Things) -> Any:
    """The value with the text, and with what there is, in their places."""
    match value:
        case dict():
            return {name: filled(one, text, things) for name, one in value.items()}
        case list() | tuple():
            return [filled(one, text, things) for one in value]
        case "$":
            return text
        case "%":
            return fresh_id()
        case str() if re.fullmatch(r"\{\w+\}", value):
            return things[value[1:-1]]
        case str() if value.startswith("/"):
            return value.format(**things)
    return value


def has_text(write: Write) -> bool:
    return any(placed_in(write.body, "$"))


def as_kept(text: str) -> set[str]:
    """As written, or composed and with plain spaces (TX1)."""
    lines = BREAKS.split(unicodedata.normalize("NFC", text))
    return {text, "\n".join(" ".join(line.split()) for line in lines).strip()}


def take_in(reply: Reply, write: Write, things: Things) -> None:
    for name, place in write.gives:
        steps = (int(step) if step.isdigit() else step for step in place.split("/"))
        things[name] = reduce(lambda value, step: value[step], steps, reply.json)
        if name == "token":
            secret = things[name].encode()
            things["question_id"] = sha256(secret).hexdigest()[:24]


def shown_at(sender: Sender, who: str, address: str) -> Iterator[str]:
    """Every text that an address gives, on all its pages."""
    seen = 0
    while True:
        reply = sender.send(who, "GET", f"{address}?skip={seen}" if seen else address)
        assert reply.status == 200, (address, reply.body)
        yield from words_in(reply.json)
        if not (isinstance(reply.json, dict) and reply.json.get("has_more")):
            return
        seen += len(reply.json["found"])


def check_back(sender: Sender, write: Write, things: Things, text: str, reply: Reply) -> None:
    if not write.back:
        assert as_kept(text) & set(words_in(reply.json)), (write.path, text, reply.body)
    for back in (write.back, write.also):
        if back.startswith("/"):
            reader = "supervisor" if write.who in READERS else write.who
            shown = shown_at(sender, reader, filled(back, text, things))
            assert as_kept(text) & set(shown), (back, text)


def go(sender: Sender, write: Write, things: Things, text: str) -> str | None:
    """The id of the message if the text was kept; where it was refused the chain goes on."""
    body = filled(write.body, text, things)
    path = filled(write.path, text, things)

    def send() -> Reply:
        return sender.send(write.who, write.method, path, body)

    if write.is_awaited:
        until(lambda: send().status == 200, ARCHIVED_S)
    reply, kept = send(), None
    if has_text(write) and reply.status < 300:
        take_in(reply, write, things)
        check_back(sender, write, things, text, reply)
        return str(body["id"]) if isinstance(body, dict) and "id" in body else ""
    if has_text(write):
        assert_told(reply)
        body = filled(write.body, plain_words(), things)
        reply = send()
    assert reply.status < 300, (write, reply.body)
    take_in(reply, write, things)
    return kept
