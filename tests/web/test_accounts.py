"""Accounts outside the demo: made, changed, ended; their proofs and sessions (AC1-AC4)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pyotp import TOTP
from redis import Redis

from tests.hall import HALL_ID, Hall, Reply, running_hall, until
from tests.web.test_sockets import ask, close_code, opened
from tests.web.test_starting import create_admin, run

PASSWORD = "correct horse battery"
ROOT = f"/api/halls/{HALL_ID}/accounts"
CLERK = {"role": "clerk", "hall_id": HALL_ID}


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """The demo's hall in earnest, with one administrator of all halls, who is new."""
    with running_hall(YIZHAN_DEMO="0") as found:
        assert run(found, "load-demo")[0] == 0
        assert create_admin(found, "root", PASSWORD)[0] == 0
        until(lambda: len(found.ask("GET", "/api/halls").json) == 1, 20.0)
        until(lambda: found.answers("/api/ready"), 20.0)
        yield found


class Phone:
    """Shows codes; each is used once, and the next comes before 30 s are over."""

    def __init__(self, secret: str) -> None:
        self._totp, self._step = TOTP(secret), int(datetime.now(UTC).timestamp()) // 30 - 2

    def code(self) -> str:
        """One of those about now that was not shown yet: there are three."""
        self._step += 1
        return self._totp.generate_otp(self._step)


def sign_in(hall: Hall, username: str, password: str = PASSWORD, code: str = "") -> Reply:
    body = {"username": username, "password": password, "code": code}
    return hall.ask("POST", "/api/session", body)


def cookie_of(reply: Reply) -> str:
    assert reply.status == 200, reply.body
    return (reply.headers["Set-Cookie"] or "").partition(";")[0]


@pytest.fixture(scope="module")
def root(hall: Hall) -> str:
    """The cookie of the administrator, who has set up the second factor."""
    cookie = cookie_of(sign_in(hall, "root"))
    assert hall.ask("GET", "/api/session", Cookie=cookie).json["needs"] == ["second_factor"]
    assert hall.ask("GET", ROOT, Cookie=cookie).status == 401  # good for nothing else
    wrong = hall.ask("POST", "/api/account/second-factor", {"password": "x"}, Cookie=cookie)
    assert (wrong.status, wrong.json["code"]) == (401, "wrong_credentials")
    order = {"password": PASSWORD}
    proposal = hall.ask("POST", "/api/account/second-factor", order, Cookie=cookie).json
    phone = Phone(proposal["secret"])
    no_code = {"code": "x"}
    assert hall.ask("PUT", "/api/account/second-factor", no_code, Cookie=cookie).status == 409
    shown = {"code": phone.code()}
    kept = hall.ask("PUT", "/api/account/second-factor", shown, Cookie=cookie)
    assert len(kept.json["recovery_codes"]) == 10
    assert hall.ask("GET", "/api/session", Cookie=cookie).status == 401  # signed in anew
    found = cookie_of(kept)
    assert hall.ask("GET", "/api/session", Cookie=found).json["needs"] == []

    again = sign_in(hall, "root")
    assert (again.status, again.json["code"]) == (401, "code_needed")
    wrong = sign_in(hall, "root", code=shown["code"])
    assert (wrong.status, wrong.json["code"]) == (401, "wrong_code")  # it was shown already
    code = phone.code()
    assert sign_in(hall, "root", code=code).status == 200
    assert sign_in(hall, "root", code=code).status == 401
    emergency = kept.json["recovery_codes"][0]
    assert sign_in(hall, "root", code=emergency).status == 200
    assert sign_in(hall, "root", code=emergency).status == 401
    assert sign_in(hall, "root", "wrong password here", phone.code()).status == 401
    return found


def make(hall: Hall, root: str, username: str, *grants: dict[str, str]) -> str:
    """The one-time password of a new account."""
    order = {"username": username, "name_zh": "新", "name_en": "New", "grants": grants or (CLERK,)}
    reply = hall.ask("POST", ROOT, order, Cookie=root)
    assert reply.status == 201, reply.body
    return str(reply.json["password"])


def settled(hall: Hall, root: str, username: str, *grants: dict[str, str]) -> str:
    """The cookie of a new account that has chosen its password."""
    once = make(hall, root, username, *grants)
    cookie = cookie_of(sign_in(hall, username, once))
    order = {"password": once, "new_password": PASSWORD}
    return cookie_of(hall.ask("POST", "/api/account/password", order, Cookie=cookie))


def changed(hall: Hall, root: str, username: str, **more: Any) -> Reply:
    order = {"name_zh": "新", "name_en": "New", "grants": [CLERK], "is_active": True} | more
    return hall.ask("PUT", f"{ROOT}/{username}", order, Cookie=root)


def test_new_account_chooses_its_password_before_anything_else__AC1(hall: Hall, root: str) -> None:
    once = make(hall, root, "li")
    signed_in = sign_in(hall, "li", once)
    cookie = cookie_of(signed_in)
    assert (signed_in.json["needs"], signed_in.json["rights"]) == (["password"], [])
    view = f"/api/halls/{HALL_ID}/topics/counter:W01"
    assert hall.ask("GET", view, Cookie=cookie).status == 401
    for new in ("too short", once, "li", "x" * 300):
        order = {"password": once, "new_password": new}
        reply = hall.ask("POST", "/api/account/password", order, Cookie=cookie)
        assert reply.status == 422, new
    wrong = {"password": "not this one at all", "new_password": PASSWORD}
    assert hall.ask("POST", "/api/account/password", wrong, Cookie=cookie).status == 401
    order = {"password": once, "new_password": PASSWORD}
    found = hall.ask("POST", "/api/account/password", order, Cookie=cookie)
    assert "watch:counter" in found.json["rights"]
    assert hall.ask("GET", "/api/session", Cookie=cookie).status == 401
    assert hall.ask("GET", view, Cookie=cookie_of(found)).status in {200, 503}
    assert sign_in(hall, "li", once).status == 401
    assert sign_in(hall, "li").status == 200


async def test_open_socket_ends_when_the_grants_change__AC2_I18(hall: Hall, root: str) -> None:
    cookie = settled(hall, root, "wang")
    async with opened(hall, {"Cookie": cookie}) as socket:
        assert (await ask(socket, {"type": "watch", "topic": "alerts"})).get("code") is None
        assert changed(hall, root, "wang", grants=[CLERK | {"queue_id": "A"}]).status == 200
        assert await close_code(socket) == 4401
    assert hall.ask("GET", "/api/session", Cookie=cookie).status == 401


async def test_open_socket_ends_when_its_session_is_ended_by_whoever_may__AC2(
    hall: Hall, root: str
) -> None:
    first = settled(hall, root, "zhao")
    second, third = cookie_of(sign_in(hall, "zhao")), cookie_of(sign_in(hall, "zhao"))
    lines = hall.ask("GET", "/api/account/sessions", Cookie=second).json
    assert [line["is_mine"] for line in lines] == [False, True, False]  # newest first
    async with (
        opened(hall, {"Cookie": first}) as one,
        opened(hall, {"Cookie": third}) as other,
        opened(hall, {"Cookie": second}) as stays,
    ):
        own = f"/api/account/sessions/{lines[2]['id']}"
        assert hall.ask("DELETE", own, Cookie=second).status == 204
        assert hall.ask("DELETE", own, Cookie=second).status == 404
        of_all = hall.ask("GET", f"{ROOT}/zhao/sessions", Cookie=root).json
        assert [line["id"] for line in of_all] == [lines[0]["id"], lines[1]["id"]]
        ended = hall.ask("DELETE", f"{ROOT}/zhao/sessions/{lines[0]['id']}", Cookie=root)
        assert ended.status == 204
        assert await close_code(one) == 4401
        assert await close_code(other) == 4401
        assert (await ask(stays, {"type": "ping"}))["type"] == "pong"


@pytest.mark.parametrize("act", ["disable", "reset", "sessions"])
def test_whatever_ends_an_account_ends_its_sessions__AC2(hall: Hall, root: str, act: str) -> None:
    username = f"sun-{act}"
    cookie = settled(hall, root, username)
    if act == "disable":
        assert changed(hall, root, username, is_active=False).json["is_active"] is False
        assert sign_in(hall, username).status == 401
    elif act == "reset":
        reply = hall.ask("POST", f"{ROOT}/{username}/password", {}, Cookie=root)
        assert sign_in(hall, username).status == 401
        assert sign_in(hall, username, reply.json["password"]).json["needs"] == ["password"]
    else:
        (line,) = hall.ask("GET", f"{ROOT}/{username}/sessions", Cookie=root).json
        hall.ask("DELETE", f"{ROOT}/{username}/sessions/{line['id']}", Cookie=root)
    assert hall.ask("GET", "/api/session", Cookie=cookie).status == 401


def test_administrator_of_a_hall_gives_no_more_than_that_hall__AC4(hall: Hall, root: str) -> None:
    here = {"role": "administrator", "hall_id": HALL_ID}
    once = make(hall, root, "qian", here)
    cookie = cookie_of(sign_in(hall, "qian", once))
    order = {"password": once, "new_password": PASSWORD}
    found = hall.ask("POST", "/api/account/password", order, Cookie=cookie)
    assert found.json["needs"] == ["second_factor"]
    cookie = cookie_of(found)
    proof = {"password": PASSWORD}
    secret = hall.ask("POST", "/api/account/second-factor", proof, Cookie=cookie).json["secret"]
    code = {"code": Phone(secret).code()}
    cookie = cookie_of(hall.ask("PUT", "/api/account/second-factor", code, Cookie=cookie))

    lines = {line["username"]: line for line in hall.ask("GET", ROOT, Cookie=cookie).json}
    assert not lines["root"]["may_change"]
    assert not lines["qian"]["may_change"]  # nobody shuts themselves out
    assert lines["w01"]["may_change"]
    everywhere = {"role": "administrator"}
    new = {"username": "zhou", "name_zh": "周", "name_en": "Zhou"}
    for grants in ([everywhere], [CLERK, everywhere]):
        assert hall.ask("POST", ROOT, new | {"grants": grants}, Cookie=cookie).status == 403
        assert changed(hall, cookie, "w01", grants=grants).status == 403
    for username in ("root", "qian"):
        assert changed(hall, cookie, username).status == 403
        reset = hall.ask("POST", f"{ROOT}/{username}/password", {}, Cookie=cookie)
        assert reset.status == 403
    assert hall.ask("DELETE", f"{ROOT}/qian/second-factor", Cookie=root).status == 204
    assert hall.ask("GET", "/api/session", Cookie=cookie).status == 401


@pytest.mark.parametrize(
    "grants",
    [
        [],
        [CLERK, CLERK],
        [{"role": "visitor"}],
        [{"role": "device"}],
        [{"role": "system"}],
        [{"role": "king"}],
        [CLERK | {"hall_id": "elsewhere"}],
        [{"role": "supervisor", "hall_id": HALL_ID, "queue_id": "A"}],
        [CLERK | {"more": 1}],
    ],
)
def test_grant_that_means_nothing_is_refused__AC4(
    hall: Hall, root: str, grants: list[object]
) -> None:
    new = {"username": "zheng", "name_zh": "郑", "name_en": "Zheng", "grants": grants}
    assert hall.ask("POST", ROOT, new, Cookie=root).status == 422


@pytest.mark.parametrize("username", ["", "A", "a b", "a/b", "a\u0000", "x" * 65, "-a", "a\n"])
def test_user_name_is_plain__AC4(hall: Hall, root: str, username: str) -> None:
    new = {"username": username, "name_zh": "郑", "name_en": "Zheng", "grants": [CLERK]}
    assert hall.ask("POST", ROOT, new, Cookie=root).status == 422


def test_account_that_is_not_there_or_taken_is_told__AC4(hall: Hall, root: str) -> None:
    assert changed(hall, root, "nobody").status == 404
    assert hall.ask("GET", f"{ROOT}/nobody/sessions", Cookie=root).status == 404
    assert hall.ask("GET", f"{ROOT}/a%00b/sessions", Cookie=root).status == 404
    new = {"username": "w01", "name_zh": "郑", "name_en": "Zheng", "grants": [CLERK]}
    reply = hall.ask("POST", ROOT, new, Cookie=root)
    assert (reply.status, reply.json["code"]) == (409, "username_in_use")


def test_who_sits_at_the_machine_lets_a_locked_out_administrator_in__AC1(
    hall: Hall, root: str
) -> None:
    cookie = settled(hall, root, "shi", CLERK)
    with Redis.from_url(hall.given("REDIS_URL")) as redis:
        redis.delete(*redis.keys("sign_in:known:*"))
    assert [sign_in(hall, "shi", f"wrong guess {n}").status for n in range(6)] == [401] * 5 + [429]
    assert run(hall, "reset-account", "nobody", typed=f"{PASSWORD}\n")[0] == 1
    code, words = run(hall, "reset-account", "shi", typed="another good one\n")
    assert (code, words) == (0, "shi may sign in now.\n")
    assert sign_in(hall, "shi", "another good one").json["needs"] == []
    assert hall.ask("GET", "/api/session", Cookie=cookie).status == 401
