"""Sessions that are over, foreign, made up, or of accounts that are gone (I18, AC2)."""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

from redis import Redis

from backend.store.directory import token_hash
from tests.hall import Hall
from tests.two_halls.conftest import EAST, Halls
from tests.web.test_sockets import ask, close_code, opened

GUARDED = ("accounts", "plans", "cases", "devices", "audit", "topics/ops")
"""What nobody sees who is a visitor in the hall."""


def of_nobody(hall: Hall, cookie: str, hall_id: str) -> bool:
    """Whether whoever shows this cookie has the rights of a visitor, on every way in."""
    found = []
    for path in GUARDED:
        reply = hall.ask("GET", f"/api/halls/{hall_id}/{path}", Cookie=cookie)
        found.append((reply.status, reply.json["code"]))
    return set(found) == {(401, "unauthenticated")}


def secret_of(cookie: str) -> str:
    return cookie.partition("=")[2]


def expire(hall: Hall, cookie: str) -> None:
    """Let the session run out, as Redis does when its time is over."""
    with Redis.from_url(hall.given("REDIS_URL")) as redis:
        assert redis.pexpire(f"session:{token_hash(secret_of(cookie))}", 1)


def sign_out(hall: Hall, cookie: str) -> None:
    assert hall.ask("DELETE", "/api/session", Cookie=cookie).status == 204


ENDS: dict[str, Callable[[Hall, str], None]] = {"expired": expire, "signed out": sign_out}


async def test_session_that_is_over_is_a_visitors_and_its_open_socket_ends__AC2(
    halls: Halls,
) -> None:
    hall = halls.hall
    cookies = {end: hall.cookie("w07") for end in ENDS}
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(opened(hall, {"Cookie": cookie}))
            for cookie in cookies.values()
        ]
        for socket in sockets:
            assert (await ask(socket, {"type": "watch", "topic": "alerts"}))["type"] == "show"
        for end, cookie in cookies.items():
            ENDS[end](hall, cookie)
        assert await asyncio.gather(*map(close_code, sockets)) == [4401] * len(ENDS)
    for cookie in cookies.values():
        assert hall.ask("GET", "/api/session", Cookie=cookie).status == 401
        assert of_nobody(hall, cookie, "main")
        async with opened(hall, {"Cookie": cookie}) as socket:
            answer = await ask(socket, {"type": "watch", "topic": "alerts"})
            assert answer["code"] == "unauthenticated"


async def test_session_of_one_hall_has_no_rights_in_the_other__I18(halls: Halls) -> None:
    hall = halls.hall
    for who, home, away in (("e-chief", EAST, "main"), ("supervisor", "main", EAST)):
        cookie = halls.who(who)["Cookie"]
        assert hall.ask("GET", f"/api/halls/{home}/plans", Cookie=cookie).status == 200
        assert of_nobody(hall, cookie, away)
        async with opened(hall, {"Cookie": cookie}, hall_id=home) as socket:
            assert (await ask(socket, {"type": "watch", "topic": "ops"}))["type"] == "show"
        async with opened(hall, {"Cookie": cookie}, hall_id=away) as socket:
            assert (await ask(socket, {"type": "watch", "topic": "ops"}))[
                "code"
            ] == "unauthenticated"
            stop = {"type": "do", "id": f"foreign-{who}", "command": {"type": "close_day"}}
            assert (await ask(socket, stop))["code"] == "unauthenticated"
        order = {"type": "do", "id": f"foreign-{who}-http", "command": {"type": "close_day"}}
        reply = hall.ask("POST", f"/api/halls/{away}/commands", order, Cookie=cookie)
        assert (reply.status, reply.json["code"]) == (401, "unauthenticated")


async def test_forged_session_is_a_visitors__AC2(halls: Halls) -> None:
    hall = halls.hall
    cookie = halls.who("supervisor")["Cookie"]
    name, _, secret = cookie.partition("=")
    other = "A" if secret[-1] != "A" else "B"
    forged = (
        f"{name}={'A' * 43}",
        f"{name}={secret[:-1]}{other}",
        f"{name}={secret[1:]}",
        f"{name}={secret}{secret}",
        f"{name}={secret.swapcase()}",
        f"{name}={token_hash(secret)}",  # what Redis has is worth nothing
        f"{name}=session:{secret}",
        f"{name}=*",
        f"{name}=",
        f"{name}={'A' * 4000}",
        f"__Host-{name}={secret}",  # this hall speaks plain HTTP: it gave no such cookie
        f"{name.upper()}={secret}",
        f"x{name}={secret}",
    )
    for one in forged:
        assert hall.ask("GET", "/api/session", Cookie=one).status == 401, one
        assert of_nobody(hall, one, "main"), one
    for one in forged:
        async with opened(hall, {"Cookie": one}) as socket:
            answer = await ask(socket, {"type": "watch", "topic": "ops"})
            assert answer["code"] == "unauthenticated", one
    assert hall.ask("GET", "/api/session", Cookie=cookie).status == 200


async def test_session_of_an_account_that_is_taken_away_ends_everywhere__AC2(
    halls: Halls,
) -> None:
    """Closed, given another password, or granted less."""
    hall, admin = halls.hall, halls.who("admin")
    cookies = {username: hall.cookie(username) for username in ("w08", "w09", "w10")}
    clerk = {"role": "clerk", "hall_id": "main"}
    names = {"name_zh": "x", "name_en": "x"}
    acts: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("PUT", "w08", names | {"grants": [clerk], "is_active": False}),
        ("POST", "w09/password", {}),
        ("PUT", "w10", names | {"grants": [clerk | {"queue_id": "B"}], "is_active": True}),
    )
    async with AsyncExitStack() as stack:
        sockets = [
            await stack.enter_async_context(opened(hall, {"Cookie": cookie}))
            for cookie in cookies.values()
        ]
        for socket in sockets:
            assert (await ask(socket, {"type": "watch", "topic": "alerts"}))["type"] == "show"
        for method, path, order in acts:
            reply = hall.ask(method, f"/api/halls/main/accounts/{path}", order, **admin)
            assert reply.status == 200, reply.body
        assert await asyncio.gather(*map(close_code, sockets)) == [4401] * len(acts)
    for cookie in cookies.values():
        assert hall.ask("GET", "/api/session", Cookie=cookie).status == 401
        assert of_nobody(hall, cookie, "main")


def test_cookie_without_tls_says_no_more_than_it_can_hold__AC2(halls: Halls) -> None:
    reply = halls.hall.ask("POST", "/api/session", {"username": "w11", "password": "demo"})
    cookie = reply.headers["Set-Cookie"] or ""
    assert cookie.startswith("yizhan_session=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "Domain" not in cookie
