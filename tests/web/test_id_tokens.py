"""Which ID tokens prove who somebody is (OpenID Connect Core 1.0, 3.1.3.7)."""

import json
import time
from typing import Any

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from backend.settings import OidcSettings, SettingsError, read_settings
from backend.sso.oidc import Oidc
from backend.sso.proof import Asked, SsoCode, SsoError

ISSUER, CLIENT, SECRET = "https://id.example", "yizhan", "x" * 32
SETTINGS = OidcSettings(
    issuer=ISSUER, client_id=CLIENT, client_secret=SECRET, username_claim="preferred_username"
)
ASKED = Asked(state="s", nonce="n", verifier="v", browser="b", next="/ops")
KEY, OTHER = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
SIGNED: dict[str, Any] = {"alg": "RS256"}


def claims(**change: Any) -> dict[str, Any]:
    now = int(time.time())
    own: dict[str, Any] = {"iss": ISSUER, "aud": CLIENT, "sub": "7", "nonce": "n", "iat": now}
    own |= {"exp": now + 300, "preferred_username": "w01", "sid": "a"}
    return {name: value for name, value in (own | change).items() if value is not None}


class Provider:
    """Answers as a provider does, with the tokens and keys that a test gives it."""

    def __init__(self, token: object, *, keys: tuple[RSAKey, ...] = (KEY,), **more: Any) -> None:
        self.token, self.keys, self.more = token, keys, more
        self.asked: list[str] = []

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if request.url.path == "/.well-known/openid-configuration":
            told = {
                "issuer": ISSUER,
                "authorization_endpoint": f"{ISSUER}/begin",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/keys",
                "userinfo_endpoint": f"{ISSUER}/who",
            }
            return httpx.Response(200, json=told | self.more.get("published", {}))
        if request.url.path == "/keys":
            keys = self.keys[:1] if self.asked.count("/keys") == 1 else self.keys[-1:]
            return httpx.Response(200, json=KeySet(list(keys)).as_dict(private=False))
        if request.url.path == "/who":
            return httpx.Response(200, json=self.more["who"])
        assert b"code_verifier=v" in request.content
        return httpx.Response(self.more.get("status", 200), json={"id_token": self.token})

    async def prove(self) -> Any:
        http = httpx.AsyncClient(transport=httpx.MockTransport(self.answer))
        return await Oidc(SETTINGS, http, "https://hall.example/back").prove({"code": "c"}, ASKED)


async def refused(provider: Provider, code: SsoCode = SsoCode.UNPROVEN) -> None:
    with pytest.raises(SsoError) as found:
        await provider.prove()
    assert found.value.code is code


async def test_token_of_the_provider_for_us_proves_it() -> None:
    proven = await Provider(jwt.encode(SIGNED, claims(), KEY)).prove()
    assert (proven.username, proven.marks) == ("w01", ("sub:7", "sid:a"))


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another"},
        {"aud": None},
        {"iss": "https://another.example"},
        {"iss": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"azp": "another", "aud": [CLIENT, "another"]},
        {"preferred_username": None, "sub": "7"},
        {"preferred_username": ["w01"]},
        {"preferred_username": ""},
    ],
)
async def test_token_that_is_not_for_this_sign_in_proves_nothing(change: dict[str, Any]) -> None:
    token = jwt.encode(SIGNED, claims(**change), KEY)
    await refused(Provider(token, who={"sub": "another", "preferred_username": "w01"}))


@pytest.mark.parametrize("kind", ["foreign", "shared secret", "none", "changed", "no token", "{}"])
async def test_token_that_the_provider_did_not_sign_proves_nothing(kind: str) -> None:
    good = jwt.encode(SIGNED, claims(), KEY)
    head, body, signature = good.split(".")
    tokens: dict[str, object] = {
        "foreign": jwt.encode(SIGNED, claims(), OTHER),
        "shared secret": jwt.encode({"alg": "HS256"}, claims(), OctKey.import_key(SECRET)),
        "none": "eyJhbGciOiJub25lIn0." + body + ".",
        "changed": f"{head}.{body[:-4]}AAAA.{signature}",
        "no token": None,
        "{}": json.dumps({}),
    }
    await refused(Provider(tokens[kind]))


async def test_key_that_the_provider_took_since_is_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("backend.sso.oidc.KEYS_RENEWED_S", -1.0)
    provider = Provider(jwt.encode(SIGNED, claims(), OTHER), keys=(KEY, OTHER))
    assert (await provider.prove()).username == "w01"
    assert provider.asked.count("/keys") == 2


async def test_name_may_come_from_the_userinfo_of_the_same_subject() -> None:
    token = jwt.encode(SIGNED, claims(preferred_username=None), KEY)
    found = await Provider(token, who={"sub": "7", "preferred_username": "w02"}).prove()
    assert found.username == "w02"


async def test_provider_that_fails_or_is_another_is_told() -> None:
    token = jwt.encode(SIGNED, claims(), KEY)
    await refused(Provider(token, status=500), SsoCode.AWAY)
    await refused(Provider(token, status=400))
    await refused(Provider(token, published={"issuer": "https://another.example"}))
    await refused(Provider(token, published={"jwks_uri": None}), SsoCode.AWAY)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SSO": "saml"}, "set it to oidc or cas"),
        ({"SSO": "cas"}, "needs CAS_URL"),
        ({"SSO": "cas", "CAS_URL": "http://cas.example/cas"}, "begins with https"),
        ({"SSO": "cas", "CAS_URL": "ftp://127.0.0.1"}, "begins with https"),
        ({"SSO": "oidc", "OIDC_CLIENT_SECRET_FILE": "/nowhere"}, "No such file"),
        ({"SSO": "oidc"}, "needs OIDC_CLIENT_SECRET_FILE"),
    ],
)
def test_setting_that_cannot_be_is_told(environment: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        read_settings(environment)
