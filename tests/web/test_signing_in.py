"""Sessions in a cookie: what it is like, what it proves, when it ends."""

from http.cookies import SimpleCookie

from backend.identity import COOKIE
from backend.store.staff import SESSION_S
from tests.hall import Hall

W05 = {"username": "w05", "password": "demo"}


def test_cookie_is_closed_to_scripts_and_other_sites(hall: Hall) -> None:
    reply = hall.ask("POST", "/api/session", W05)
    assert reply.status == 200
    body = reply.json
    rights = body.pop("rights")
    assert "watch:counter" in rights
    assert "read:plans" not in rights
    assert body == {
        "username": "w05",
        "role": "clerk",
        "hall_id": "main",
        "name_zh": "5号窗口",
        "name_en": "Clerk 5",
        "counter_id": "W05",
        "grants": [{"role": "clerk", "hall_id": "main", "department_id": None, "queue_id": None}],
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


def test_wrong_passwords_are_slowed_down_for_one_name_alone(hall: Hall) -> None:
    wrong = {"username": "w10", "password": "guess"}
    answers = [  # that it comes from elsewhere each time is not believed
        hall.ask("POST", "/api/session", wrong, X_Forwarded_For=f"192.0.2.{n}").status
        for n in range(30)
    ]
    assert answers[:20] == [401] * 20
    assert answers[-1] == 429
    assert hall.ask("POST", "/api/session", wrong | {"password": "demo"}).status == 429
    assert hall.ask("POST", "/api/session", {"username": "w11", "password": "demo"}).status == 200
