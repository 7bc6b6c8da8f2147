"""Sessions in a cookie: what it is like, what it proves, when it ends."""

import asyncio
from hashlib import sha256
from http.cookies import SimpleCookie

import pytest
from redis import Redis

from backend.core.rules.accounts import SESSION_S
from backend.hub.sockets import CHECK_S
from backend.identity import cookie_name
from tests.hall import HALL_ID, Hall
from tests.web.test_sockets import ask, close_code, opened

COOKIE = cookie_name(is_secure=False)
W05 = {"username": "w05", "password": "demo"}


def test_cookie_is_closed_to_scripts_and_other_sites(hall: Hall) -> None:
    reply = hall.ask("POST", "/api/session", W05)
    assert reply.status == 200
    body = reply.json
    rights = body.pop("rights")
    assert body.pop("needs") == []
    assert "watch:counter" in rights
    assert "read:plans" not in rights
    assert body == {
        "username": "w05",
        "role": "clerk",
        "hall_id": "main",
        "name_zh": "5号窗口",
        "name_en": "Clerk 5",
        "counter_id": "W05",
        "grants": [{"role": "clerk", "hall_id": "main", "department_id": "IO", "queue_id": None}],
    }
    cookie = SimpleCookie(reply.headers["Set-Cookie"])[COOKIE]
    assert len(cookie.value) >= 40
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "lax"
    assert cookie["path"] == "/"
    assert cookie["max-age"] == str(SESSION_S)
    assert not cookie["domain"]
    assert not cookie["secure"]  # plain HTTP on the loopback


def test_proxy_that_nobody_trusts_says_nothing_about_https(hall: Hall) -> None:
    reply = hall.ask("POST", "/api/session", W05, X_Forwarded_Proto="https")
    assert not SimpleCookie(reply.headers["Set-Cookie"])[COOKIE]["secure"]


def test_every_sign_in_has_a_secret_of_its_own(hall: Hall) -> None:
    assert hall.cookie("w05") != hall.cookie("w05")


def test_sign_out_ends_the_session_and_no_other(hall: Hall) -> None:
    cookie, other = hall.cookie("w05"), hall.cookie("w05")
    assert hall.ask("GET", "/api/session", Cookie=cookie).json["username"] == "w05"
    reply = hall.ask("DELETE", "/api/session", Cookie=cookie)
    assert reply.status == 204
    assert SimpleCookie(reply.headers["Set-Cookie"])[COOKIE].value == ""
    assert hall.ask("GET", "/api/session", Cookie=cookie).status == 401  # whoever kept it
    assert hall.do("s1", {"type": "open_counter", "counter_id": "W05"}, Cookie=cookie).status == 401
    assert hall.ask("GET", "/api/session", Cookie=other).status == 200
    assert hall.ask("DELETE", "/api/session", Cookie=cookie).status == 204  # once more: no harm


def test_clerk_acts_where_signed_on__CL7(hall: Hall) -> None:
    one, other = hall.cookie("w06"), hall.cookie("w07")
    opened = hall.do("s2", {"type": "open_counter", "counter_id": "W06"}, Cookie=one)
    assert opened.status == 200
    reply = hall.do("s3", {"type": "close_counter", "counter_id": "W06"}, Cookie=other)
    assert (reply.status, reply.json["code"]) == (409, "counter_taken")
    assert hall.do("s4", {"type": "close_counter", "counter_id": "W06"}, Cookie=one).status == 200


def test_five_failures_lock_a_name_whether_it_is_anybodys_or_not__AC1(hall: Hall) -> None:
    for username in ("w10", "nobody-has-this-name"):
        wrong = {"username": username, "password": "guess"}
        answers = [  # that it comes from elsewhere each time is not believed
            hall.ask("POST", "/api/session", wrong, X_Forwarded_For=f"192.0.2.{n}")
            for n in range(8)
        ]
        assert [reply.status for reply in answers] == [401] * 5 + [429] * 3
        assert {reply.json["code"] for reply in answers[5:]} == {"locked"}
        assert 0 < int(answers[-1].headers["Retry-After"] or 0) <= 900
    right = {"username": "w10", "password": "demo"}
    assert hall.ask("POST", "/api/session", right).status == 429
    assert hall.ask("POST", "/api/session", {"username": "w11", "password": "demo"}).status == 200


def test_owner_signs_in_from_the_usual_place_while_strangers_are_locked_out__AC1(
    hall: Hall,
) -> None:
    hall.cookie("w12")  # from here
    redis = Redis.from_url(hall.given("REDIS_URL"))
    with redis:
        for _ in range(6):  # as if from elsewhere
            redis.incr(f"sign_in:failures:{sha256(b'w12').hexdigest()[:32]}:*")
    assert hall.ask("POST", "/api/session", {"username": "w12", "password": "demo"}).status == 200


def test_session_lives_on_while_somebody_is_at_the_page__AC2(hall: Hall) -> None:
    cookie = hall.cookie("w13")
    digest = sha256(cookie.partition("=")[2].encode()).hexdigest()
    with Redis.from_url(hall.given("REDIS_URL")) as redis:
        redis.expire(f"session:{digest}", 60)
        assert hall.ask("GET", "/api/session", Cookie=cookie).status == 200
        assert hall.ask("GET", f"/api/halls/{HALL_ID}/topics/counter:W13", Cookie=cookie).status
        assert redis.ttl(f"session:{digest}") <= 60  # looking is no act
        assert hall.ask("PUT", "/api/session", Cookie=cookie).status == 204
        assert redis.ttl(f"session:{digest}") > 60
        redis.delete(f"session:{digest}")  # as it is when nobody was there for too long
    assert hall.ask("PUT", "/api/session", Cookie=cookie).status == 401
    assert hall.do("s5", {"type": "open_counter", "counter_id": "W13"}, Cookie=cookie).status == 401


@pytest.mark.parametrize(
    "cookie", ["", "x", "yizhan_session=" + "A" * 43, "__Host-yizhan_session=x", "a=b; =; ;"]
)
def test_forged_cookie_is_nobodys__AC2(hall: Hall, cookie: str) -> None:
    assert hall.ask("GET", "/api/session", Cookie=cookie).status == 401
    assert hall.ask("GET", f"/api/halls/{HALL_ID}/staff", Cookie=cookie).status == 401


def test_cookie_of_tls_does_not_count_without_it__AC2(hall: Hall) -> None:
    value = hall.cookie("w14").partition("=")[2]
    reply = hall.ask("GET", "/api/session", Cookie=f"__Host-yizhan_session={value}")
    assert reply.status == 401


async def test_socket_ends_with_a_session_that_ran_out_and_a_forged_one_is_a_visitors__AC2(
    hall: Hall,
) -> None:
    watch = {"type": "watch", "topic": "alerts"}
    cookie = hall.cookie("w15")
    forged = cookie[:-1] + ("A" if cookie[-1] != "A" else "B")
    async with opened(hall, {"Cookie": forged}) as socket:
        assert (await ask(socket, watch))["code"] == "unauthenticated"
    async with opened(hall, {"Cookie": cookie}) as socket:
        assert (await ask(socket, watch))["type"] == "show"
        digest = sha256(cookie.partition("=")[2].encode()).hexdigest()
        with Redis.from_url(hall.given("REDIS_URL")) as redis:
            redis.delete(f"session:{digest}")
        assert await close_code(socket) == 4401


async def test_commands_over_the_socket_keep_the_session__AC2(
    hall: Hall,
) -> None:
    cookie = hall.cookie("w16")
    key = f"session:{sha256(cookie.partition('=')[2].encode()).hexdigest()}"
    with Redis.from_url(hall.given("REDIS_URL")) as redis:
        async with opened(hall, {"Cookie": cookie}) as socket:
            redis.expire(key, 100)
            command = {"type": "call_next", "counter_id": "W16"}
            await ask(socket, {"type": "do", "id": "s16", "command": command})
            async with asyncio.timeout(2 * CHECK_S):
                while int(redis.ttl(key)) <= 100:
                    await asyncio.sleep(0.1)
