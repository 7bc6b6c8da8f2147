"""The hub's HTTP side for programs: sign in, one command, one view."""

import asyncio
import secrets
from http.client import HTTPException
from http.cookies import SimpleCookie
from typing import Any, TypeVar
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

import msgspec
from msgspec import Struct

from backend.client.errors import HttpError
from backend.core.commands import Command
from backend.core.devices import ScreenReport
from backend.core.ids import CommandId
from backend.wire.messages import Do, Done, Refused, Show

ANSWER_MAX = 4 * 1024 * 1024
"""Longest answer taken, in bytes."""

T = TypeVar("T")

_ENCODER = msgspec.json.Encoder()
_ANSWERS: msgspec.json.Decoder[Done | Refused] = msgspec.json.Decoder(Done | Refused)
_SHOWS = msgspec.json.Decoder(Show)
_DIRECT = build_opener(ProxyHandler({}))


class _Reply(Struct, frozen=True, kw_only=True):
    status: int
    body: bytes
    cookies: tuple[str, ...]
    """Values of the Set-Cookie headers."""


async def sign_in(url: str, username: str, password: str, *, timeout_s: float = 10.0) -> str:
    """The value of a Cookie header that proves who signed in.  Raises HttpError."""
    body = {"username": username, "password": password}
    reply = await _ask(f"{url.rstrip('/')}/api/session", body, _headers(url), timeout_s)
    jar = SimpleCookie()
    for cookie in reply.cookies:
        jar.load(cookie)
    if reply.status >= 300 or not jar:
        raise _problem(reply)
    return "; ".join(f"{key}={morsel.value}" for key, morsel in jar.items())


async def do_http(
    url: str,
    hall_id: str,
    command: Command,
    *,
    id: str | None = None,
    token: str | None = None,
    cookie: str | None = None,
    timeout_s: float = 10.0,
) -> Done | Refused:
    """Have one command carried out; not repeated.  Raises HttpError."""
    message = Do(id=CommandId(id or f"http:{secrets.token_hex(12)}"), command=command)
    address = f"{url.rstrip('/')}/api/halls/{quote(hall_id, safe='')}/commands"
    reply = await _ask(address, message, _headers(url, token, cookie), timeout_s)
    if reply.status not in {200, 201, 409}:
        raise _problem(reply)
    try:
        return _ANSWERS.decode(reply.body)
    except ValueError:
        raise _problem(reply) from None


async def get_topic(
    url: str,
    hall_id: str,
    topic: str,
    *,
    token: str | None = None,
    cookie: str | None = None,
    timeout_s: float = 10.0,
) -> Show:
    """The topic's newest view.  Raises HttpError."""
    path = f"/api/halls/{quote(hall_id, safe='')}/topics/{quote(topic, safe=':')}"
    reply = await _ask(url.rstrip("/") + path, None, _headers(url, token, cookie), timeout_s)
    if reply.status != 200:
        raise _problem(reply)
    return _SHOWS.decode(reply.body)


async def tell_screens(
    url: str,
    hall_id: str,
    screens: tuple[ScreenReport, ...],
    *,
    token: str,
    timeout_s: float = 5.0,
) -> None:
    """Tell how the screens beside this program are (SC1).  Raises HttpError."""
    address = f"{url.rstrip('/')}/api/halls/{quote(hall_id, safe='')}/screens"
    reply = await _ask(address, screens, _headers(url, token), timeout_s)
    if reply.status != 204:
        raise _problem(reply)


async def ask_json(
    address: str,
    body: object,
    kind: "type[T]",
    *,
    token: str | None = None,
    timeout_s: float = 10.0,
) -> "T":
    """The answer of any other route; with a body it is posted.  Raises HttpError."""
    root = "/".join(address.split("/")[:3])
    reply = await _ask(address, body, _headers(root, token), timeout_s)
    if reply.status >= 300:
        raise _problem(reply)
    try:
        return msgspec.json.decode(reply.body, type=kind)
    except ValueError:  # somebody else's page: of a proxy, of a network that wants a password
        raise _problem(reply) from None


def _headers(url: str, token: str | None = None, cookie: str | None = None) -> dict[str, str]:
    headers = {"Accept": "application/json", "Origin": url.rstrip("/")}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    if cookie is not None:
        headers["Cookie"] = cookie
    return headers


async def _ask(address: str, body: object, headers: dict[str, str], timeout_s: float) -> _Reply:
    data = None if body is None else _ENCODER.encode(body)
    if data is not None:
        headers["Content-Type"] = "application/json"
    request = Request(address, data=data, headers=headers)
    return await asyncio.to_thread(_fetch, request, timeout_s)


def _fetch(request: Request, timeout_s: float) -> _Reply:
    answer: Any
    try:
        try:
            with _DIRECT.open(request, timeout=timeout_s) as answer:
                return _reply(answer)
        except HTTPError as answer:  # every status of 300 and up
            with answer:
                return _reply(answer)
    except (URLError, OSError, HTTPException) as error:
        raise HttpError(0, str(error)) from error


def _reply(answer: Any) -> _Reply:
    return _Reply(
        status=answer.status,
        body=answer.read(ANSWER_MAX),
        cookies=tuple(answer.headers.get_all("Set-Cookie") or ()),
    )


def _problem(reply: _Reply) -> HttpError:
    return HttpError(reply.status, reply.body[:500].decode("utf-8", "replace"))
