"""Signing in at the campus, against a real CAS server and a real OpenID Connect provider."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from backend.sso.oidc import LOGOUT_EVENT
from tests.hall import Hall, free_port, until
from tests.processes.webs import WebProcess
from tests.support.campus import CLIENT_ID, Campus, campus_on, signed_in
from tests.web.test_audited import records

LIMIT_S = 20.0


@dataclass(frozen=True)
class Place:
    """A hall whose staff sign in at a campus."""

    hall: Hall
    url: str
    campus: Campus
    kind: str

    def browser(self) -> httpx.Client:
        return httpx.Client(timeout=30)

    def begin(self, browser: httpx.Client, page: str = "/counter") -> httpx.Response:
        return browser.get(f"{self.url}/api/sso/begin", params={"next": page})

    def back(self, browser: httpx.Client, username: str) -> httpx.URL:
        """The address at the hall that the campus sends the browser to."""
        answer = signed_in(browser, self.begin(browser), username, self.url)
        return answer.url.join(answer.headers["location"])

    def sign_in(self, browser: httpx.Client, username: str) -> httpx.Response:
        return browser.get(self.back(browser, username))


@pytest.fixture(scope="module")
def places(hall: Hall, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Place]]:
    """Two web processes beside the hall's own, and a campus that knows both."""
    with campus_on(tmp_path_factory.mktemp("campus")) as campus:
        settings = {
            "CAS_URL": f"{campus.url}/cas",
            "OIDC_ISSUER": campus.issuer,
            "OIDC_CLIENT_ID": CLIENT_ID,
            "OIDC_CLIENT_SECRET_FILE": str(campus.home / "secret"),
        }
        webs = {
            kind: WebProcess(
                hall=hall, port=free_port(), name=kind, environment=settings | {"SSO": kind}
            )
            for kind in ("oidc", "cas")
        }
        try:
            for web in webs.values():
                web.start(is_awaited=False)
            campus.start(*(web.door.url for web in webs.values()))
            for web in webs.values():
                until(partial(web.door.answers, "/api/ready"), LIMIT_S)
            yield {kind: Place(hall, web.door.url, campus, kind) for kind, web in webs.items()}
        finally:
            for web in webs.values():
                web.stop()


@pytest.fixture
def oidc(places: dict[str, Place]) -> Place:
    return places["oidc"]


@pytest.fixture
def cas(places: dict[str, Place]) -> Place:
    return places["cas"]


@pytest.fixture(params=["oidc", "cas"])
def at(request: pytest.FixtureRequest) -> Place:
    found: Place = request.getfixturevalue(request.param)
    return found


def refused(answer: httpx.Response, code: str, page: str = "/counter") -> None:
    """The browser is sent back to the page, with a code and without a session."""
    assert answer.status_code == 303
    assert answer.headers["location"] == f"{page}#sign-in={code}"
    assert "yizhan_session" not in answer.headers.get("set-cookie", "")


def who(place: Place, browser: httpx.Client) -> Any:
    answer = browser.get(f"{place.url}/api/session")
    return answer.json()["username"] if answer.status_code == 200 else answer.status_code


def test_person_of_the_campus_gets_the_session_of_their_account(at: Place) -> None:
    with at.browser() as browser:
        answer = at.sign_in(browser, "w01")
        assert (answer.status_code, answer.headers["location"]) == (303, "/counter")
        assert who(at, browser) == "w01"
        assert httpx.get(f"{at.url}/api/hello").json()["campus"] is True
        again = at.sign_in(browser, "w01")  # who is signed in at the campus types nothing
        assert again.headers["location"] == "/counter"
    last = records(at.hall)[-1]
    assert (last["who"], last["verb"], last["id"], last["result"]) == (
        "w01",
        "session.begin",
        "campus",
        "done",
    )


def test_person_without_an_account_is_told_so(at: Place) -> None:
    with at.browser() as browser:
        refused(at.sign_in(browser, "stranger"), "sso_unknown")
        assert who(at, browser) == 401
    last = records(at.hall)[-1]
    assert (last["who"], last["verb"], last["result"]) == ("stranger", "session.begin", "denied")


def test_local_account_gets_in_all_the_same(at: Place) -> None:
    words = {"username": "admin", "password": "demo"}
    assert httpx.post(f"{at.url}/api/session", json=words).status_code == 200


def test_address_that_was_used_proves_nothing_again(at: Place) -> None:
    with at.browser() as browser:
        address = at.back(browser, "w01")
        assert browser.get(address).headers["location"] == "/counter"
        refused(browser.get(address), "sso_expired", "/ops")


def test_proof_of_one_sign_in_does_not_count_for_another(at: Place) -> None:
    """A ticket or code that somebody got hold of, sent along with a sign-in of one's own."""
    word = "ticket" if at.kind == "cas" else "code"
    with at.browser() as victim, at.browser() as thief:
        stolen = at.back(victim, "supervisor").params[word]
        mine = at.back(thief, "w01")
        refused(thief.get(mine.copy_set_param(word, stolen)), "sso_unproven")
        assert who(at, thief) == 401


def test_sign_in_counts_in_the_browser_that_began_it_only(at: Place) -> None:
    with at.browser() as thief, at.browser() as victim:
        address = at.back(thief, "w01")
        refused(victim.get(address), "sso_expired")
        assert who(at, victim) == 401


@pytest.mark.parametrize("change", ["state=" + "x" * 43, "state=", None])
def test_unknown_state_proves_nothing(at: Place, change: str | None) -> None:
    with at.browser() as browser:
        address = at.back(browser, "w01")
        name, _, value = (change or "").partition("=")
        address = address.copy_set_param(name, value) if change else address.copy_with(query=b"")
        refused(browser.get(address), "sso_expired", "/ops")


@pytest.mark.parametrize("proof", ["ST-nobody-has-this", "", "<x>&"])
def test_made_up_proof_proves_nothing(at: Place, proof: str) -> None:
    word = "ticket" if at.kind == "cas" else "code"
    with at.browser() as browser:
        address = at.back(browser, "w01").copy_set_param(word, proof)
        refused(browser.get(address), "sso_unproven")


def test_campus_that_says_no_is_told(oidc: Place) -> None:
    with oidc.browser() as browser:
        state = oidc.back(browser, "w01").params["state"]
        address = f"{oidc.url}/api/sso/back"
        answer = browser.get(address, params={"state": state, "error": "access_denied"})
        refused(answer, "sso_cancelled")


@pytest.mark.parametrize("page", ["https://elsewhere.example", "//elsewhere.example", "/\\x", "x"])
def test_nobody_is_sent_to_another_site(cas: Place, page: str) -> None:
    with cas.browser() as browser:
        answer = signed_in(browser, cas.begin(browser, page), "w01", cas.url)
        assert browser.get(answer.headers["location"]).headers["location"] == "/ops"


def test_what_is_sent_to_the_provider_binds_the_answer(oidc: Place) -> None:
    with oidc.browser() as browser:
        one, two = (parse_qs(urlsplit(oidc.begin(browser).headers["location"]).query) for _ in "12")
    for words in (one, two):
        assert words["response_type"] == ["code"]
        assert words["code_challenge_method"] == ["S256"]
        assert len(words["code_challenge"][0]) == 43
    for name in ("state", "nonce", "code_challenge"):
        assert one[name] != two[name]


def test_sign_out_at_the_cas_server_ends_the_session(cas: Place) -> None:
    with cas.browser() as browser:
        cas.sign_in(browser, "w01")
        assert who(cas, browser) == "w01"
        assert browser.get(f"{cas.campus.url}/cas/logout").status_code in {200, 302}
        until(lambda: who(cas, browser) == 401, LIMIT_S)


def logout_token(place: Place, subject: str, **change: Any) -> str:
    now = int(time.time())
    claims = {
        "iss": place.campus.issuer,
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 60,
        "jti": "1",
        "sub": subject,
        "events": {LOGOUT_EVENT: {}},
    }
    key = change.pop("key", place.campus.key)
    header = {"alg": "RS256", "kid": place.campus.key.thumbprint()}
    return jwt.encode(header, {k: v for k, v in (claims | change).items() if v is not None}, key)


def test_logout_token_of_the_provider_ends_the_session(oidc: Place) -> None:
    """The toolkit sends none: what the specification says is made here with its key."""
    back = f"{oidc.url}/api/sso/back"
    with oidc.browser() as browser:
        oidc.sign_in(browser, "w01")
        stranger = RSAKey.generate_key(2048, private=True)
        changes: tuple[dict[str, Any], ...] = (
            {"key": stranger},
            {"aud": "somebody else"},
            {"iss": "https://elsewhere.example"},
            {"exp": 1},
            {"events": {}},
            {"nonce": "x"},
            {"sub": None},
        )
        for change in changes:
            token = logout_token(oidc, "1", **change)
            answer = httpx.post(back, data={"logout_token": token})
            assert (answer.status_code, answer.json()["code"]) == (400, "sso_unproven"), change
        for body in (b"", b"logout_token=x", b"logout_token=" + b"x" * 100_000, b"\xff"):
            assert httpx.post(back, content=body).status_code in {400, 413}
        assert who(oidc, browser) == "w01"
        answer = httpx.post(back, data={"logout_token": logout_token(oidc, "1")})
        assert answer.status_code == 200
        assert who(oidc, browser) == 401


def test_logout_token_of_the_provider_ends_a_visitors_session__VA1(oidc: Place) -> None:
    with oidc.browser() as browser:
        asked = {"visitor": "true", "next": "/me"}
        begin = browser.get(f"{oidc.url}/api/sso/begin", params=asked)
        back = signed_in(browser, begin, "w01", oidc.url)
        browser.get(back.url.join(back.headers["location"]))
        assert browser.get(f"{oidc.url}/api/me").json()["username"] == "w01"
        other = logout_token(oidc, "2")
        assert httpx.post(f"{oidc.url}/api/sso/back", data={"logout_token": other}).is_success
        assert browser.get(f"{oidc.url}/api/me").status_code == 200
        own = logout_token(oidc, "1")
        assert httpx.post(f"{oidc.url}/api/sso/back", data={"logout_token": own}).is_success
        assert browser.get(f"{oidc.url}/api/me").status_code == 401


def test_hall_without_a_campus_has_no_such_door(hall: Hall) -> None:
    assert hall.ask("GET", "/api/hello").json["campus"] is False
    assert hall.ask("GET", "/api/sso/begin").status == 404
    assert hall.ask("GET", "/api/sso/back?state=x").status == 404
    assert hall.ask("POST", "/api/sso/back", b"x").status == 404


def test_campus_that_is_away_is_told_and_local_accounts_get_in(oidc: Place, cas: Place) -> None:
    """The last one here: the campus stays away."""
    with oidc.browser() as browser:
        addresses = [at.back(browser, "w01") for at in (oidc, cas)]
    oidc.campus.stop()
    for at, address in zip((oidc, cas), addresses, strict=True):
        with at.browser() as browser:
            refused(browser.get(address), "sso_expired")  # no longer where it began
    with oidc.browser() as browser:
        began = oidc.begin(browser)  # what the provider publishes is known for an hour
        state = parse_qs(urlsplit(began.headers["location"]).query)["state"][0]
        back = f"{oidc.url}/api/sso/back"
        refused(browser.get(back, params={"state": state, "code": "x"}), "sso_away")
    with cas.browser() as browser:
        service = parse_qs(urlsplit(cas.begin(browser).headers["location"]).query)["service"][0]
        address = httpx.URL(service).copy_set_param("ticket", "ST-1")
        refused(browser.get(address), "sso_away")
    words = {"username": "w01", "password": "demo"}
    assert httpx.post(f"{oidc.url}/api/session", json=words).status_code == 200
