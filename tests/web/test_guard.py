"""What every answer carries, and which requests of browsers get none."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
from redis import Redis

from tests.hall import HALL_ID, Hall, running_hall
from tests.web.test_sockets import ask, close_code, opened

SITE = "https://hall.example.edu"
OPEN = {"type": "open_counter", "counter_id": "W21"}


@pytest.fixture(scope="module")
def proxied() -> Iterator[Hall]:
    """A hall that believes a proxy on this machine, and takes pages of one site alone."""
    with running_hall(TRUSTED_PROXIES="127.0.0.1", ORIGINS=SITE) as found:
        yield found


@pytest.mark.parametrize("path", ["/", "/ops", "/t/x", "/api/hello", "/api/nowhere", "/nowhere"])
def test_every_answer_keeps_browsers_on_our_side(hall: Hall, path: str) -> None:
    headers = hall.ask("GET", path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    is_page = (headers["Content-Type"] or "").startswith("text/html")
    assert "unsafe" not in policy
    assert "frame-ancestors" in policy
    assert ("default-src 'none'" in policy) is not is_page
    assert not is_page or f"connect-src 'self' ws://127.0.0.1:{hall.port};" in policy
    assert headers["Strict-Transport-Security"] is None  # plain HTTP


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({}, 200),  # a program
        ({"Origin": "{url}", "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}, 403),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),  # a sandbox, a file
        ({"Origin": "http://127.0.0.1:1"}, 403),  # another port of ours
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),  # another site of the domain
    ],
)
def test_write_that_another_site_had_a_browser_send_is_refused(
    hall: Hall, sent: dict[str, str], status: int
) -> None:
    headers = {key: value.format(url=hall.url) for key, value in sent.items()}
    headers |= {"Cookie": hall.cookie("w21")}
    body = {"type": "do", "id": f"g{sorted(sent.items())}"[:60], "command": OPEN}
    reply = hall.ask("POST", f"/api/halls/{HALL_ID}/commands", body, **_named(headers))
    assert (reply.status == 403) is (status == 403), reply.body
    w21 = {"username": "w21", "password": "demo"}
    reply = hall.ask("POST", "/api/session", w21, **_named(headers))
    assert reply.status == status
    assert (reply.headers["Set-Cookie"] is None) is (status == 403)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {key.replace("-", "_"): value for key, value in headers.items()}


def test_only_the_sites_that_are_named_are_taken(proxied: Hall) -> None:
    for origin, status in ((SITE, 200), (proxied.url, 403), (f"{SITE}.evil.example", 403)):
        assert proxied.ask("GET", "/api/hello", Origin=origin).status == status, origin


async def test_socket_takes_pages_of_the_named_site_alone(proxied: Hall) -> None:
    async with opened(proxied, origin=SITE) as socket:
        assert (await ask(socket, {"type": "ping"}))["type"] == "pong"
    for origin in (proxied.url, "null", "http://hall.example.edu", f"{SITE}:8443"):
        async with opened(proxied, origin=origin) as socket:
            assert await close_code(socket) == 4403


async def test_behind_tls_the_cookie_is_for_this_host_alone__AC2(proxied: Hall) -> None:
    body = {"username": "w22", "password": "demo"}
    reply = proxied.ask("POST", "/api/session", body, X_Forwarded_Proto="https")
    cookie = reply.headers["Set-Cookie"] or ""
    assert cookie.startswith("__Host-yizhan_session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert reply.headers["Strict-Transport-Security"].startswith("max-age=")
    shown = cookie.partition(";")[0]
    plain = shown.removeprefix("__Host-")
    tls = {"X-Forwarded-Proto": "https"}
    for sent, status in ((shown, 200), (plain, 401)):
        found = proxied.ask("GET", "/api/session", Cookie=sent, X_Forwarded_Proto="https")
        assert found.status == status
        async with opened(proxied, {"Cookie": sent, **tls}, origin=SITE) as socket:
            answer = await ask(socket, {"type": "watch", "topic": "alerts"})
            assert (answer["type"] == "show") is (status == 200)
    ended = proxied.ask("DELETE", "/api/session", Cookie=shown, X_Forwarded_Proto="https")
    assert "__Host-yizhan_session=" in (ended.headers["Set-Cookie"] or "")


def test_address_is_the_one_that_the_trusted_proxy_saw__AC1(proxied: Hall) -> None:
    wrong = {"username": "nobody", "password": "guess"}
    made_up = "198.51.100.7, 192.0.2.50"  # the client's own words, then what the proxy added
    proxied.ask("POST", "/api/session", wrong, X_Forwarded_For=made_up)
    right = {"username": "w23", "password": "demo"}
    proxied.ask("POST", "/api/session", right, X_Forwarded_For=made_up)
    with Redis.from_url(proxied.given("REDIS_URL")) as redis:
        known = [key.decode() for key in redis.keys("sign_in:known:*")]
    digest = sha256(b"w23\n192.0.2.50").hexdigest()[:32]
    assert f"sign_in:known:{digest}" in known


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("audit?verb=%00", 400),
        ("audit?who=a%00b", 400),
        ("services?q=%00", 400),
        ("days/2026-01-05/tickets?number=A%00", 400),
        ("cases/a%00b", 404),
        ("accounts/a%00b/sessions", 404),
        ("devices/%2500", 404),  # a name like another, with a percent sign
    ],
)
def test_address_with_a_character_that_cannot_be_kept_is_told(
    hall: Hall, path: str, status: int
) -> None:
    name = "auditor" if path.startswith(("audit", "accounts")) else "supervisor"
    method = "DELETE" if path.startswith("devices") else "GET"
    cookie = hall.cookie(name)
    reply = hall.ask(method, f"/api/halls/{HALL_ID}/{path}", Cookie=cookie)
    assert reply.status == status, reply.body
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
