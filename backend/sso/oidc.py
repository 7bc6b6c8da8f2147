"""OpenID Connect: code flow with PKCE, state and nonce; back-channel logout.

Sources: OpenID Connect Core 1.0 (3.1.3.7 has the checks), Discovery 1.0, Back-Channel Logout 1.0,
RFC 7636 (PKCE).
"""

import base64
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

import httpx
import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from msgspec import Struct

from backend.settings import OidcSettings
from backend.sso.proof import Asked, Proven, SsoCode, SsoError

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""With keys that only the provider has; never `none`, never one made of our own secret."""
LEEWAY_S = 60
KNOWN_S = 3600.0
"""How old what the provider publishes may be."""
KEYS_RENEWED_S = 30.0
"""An unknown key is looked for at most so often."""
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
ANSWER_MAX = 256 * 1024


class Provider(Struct, frozen=True, kw_only=True):
    """What the provider publishes of itself (Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None


class Oidc:
    """Sign-in by OpenID Connect."""

    def __init__(self, settings: OidcSettings, http: httpx.AsyncClient, back: str) -> None:
        """`back`: where the provider sends people back to."""
        self._settings, self._http, self._back = settings, http, back
        self._provider: tuple[float, Provider] | None = None
        self._keys: tuple[float, KeySet] | None = None

    async def address(self, asked: Asked) -> str:
        """Where to send somebody who is to sign in.  Raises SsoError: the provider is away."""
        provider = await self._published()
        challenge = sha256(asked.verifier.encode()).digest()
        words = {
            "response_type": "code",
            "client_id": self._settings.client_id,
            "redirect_uri": self._back,
            "scope": "openid profile",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        join = "&" if "?" in provider.authorization_endpoint else "?"
        return f"{provider.authorization_endpoint}{join}{urlencode(words)}"

    async def prove(self, told: Mapping[str, str], asked: Asked) -> Proven:
        """Who came back.  Raises SsoError."""
        if "error" in told:
            raise SsoError(SsoCode.CANCELLED, f"the provider says {told['error'][:100]}")
        provider = await self._published()
        form = {
            "grant_type": "authorization_code",
            "code": told.get("code", ""),
            "redirect_uri": self._back,
            "code_verifier": asked.verifier,
        }
        secret = (self._settings.client_id, self._settings.client_secret)
        found = await self._json("POST", provider.token_endpoint, data=form, auth=secret)
        claims = await self._claims(found.get("id_token"), nonce=asked.nonce)
        own = self._settings
        wanted = [c for c in (own.username_claim, own.person_claim, own.card_claim) if c]
        told_of: Mapping[str, Any] = claims
        if any(c not in claims for c in wanted) and provider.userinfo_endpoint is not None:
            bearer = {"Authorization": f"Bearer {found.get('access_token')}"}
            more = await self._json("GET", provider.userinfo_endpoint, headers=bearer)
            # Core 1.0, 5.3.2: of another subject it counts for nothing.
            told_of = more | claims if more.get("sub") == claims["sub"] else claims
        name = _word(told_of, own.username_claim)
        if not name:
            raise SsoError(SsoCode.UNPROVEN, f"no claim {own.username_claim}")
        return Proven(
            username=name,
            person=_word(told_of, own.person_claim),
            card=_word(told_of, own.card_claim),
            marks=_marks(claims),
        )

    async def ended(self, form: Mapping[str, str]) -> tuple[str, ...]:
        """Which sign-ins the provider says are over.  Raises SsoError."""
        claims = await self._claims(form.get("logout_token"), nonce=None)
        is_logout = LOGOUT_EVENT in (claims.get("events") or {})
        if not is_logout or "nonce" in claims or not _marks(claims):
            raise SsoError(SsoCode.UNPROVEN, "it is no logout token")
        # With a session's id it is that one's end alone.
        return _marks(claims)[-1:]

    async def _claims(self, token: object, *, nonce: str | None) -> dict[str, Any]:
        """The claims of a token of the provider for us that is in force."""
        if not isinstance(token, str):
            raise SsoError(SsoCode.UNPROVEN, "the provider gave no token")
        own = self._settings
        ours: Any = {"nonce": {"essential": True, "value": nonce}, "sub": {"essential": True}}
        registry = jwt.JWTClaimsRegistry(
            leeway=LEEWAY_S,
            iss={"essential": True, "value": own.issuer},
            aud={"essential": True, "value": own.client_id},
            exp={"essential": True},
            iat={"essential": True},
            **(ours if nonce is not None else {}),
        )
        try:
            claims = (await self._decoded(token)).claims
            registry.validate(claims)
        except (JoseError, ValueError) as error:
            raise SsoError(SsoCode.UNPROVEN, f"token: {type(error).__name__}") from error
        # Core 1.0, 3.1.3.7: whom it was made for, where it is for several.
        if claims.get("azp", own.client_id) != own.client_id:
            raise SsoError(SsoCode.UNPROVEN, "the token was made for another client")
        return dict(claims)

    async def _decoded(self, token: str) -> jwt.Token:
        keys = await self._key_set()
        try:
            return jwt.decode(token, keys, algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            renewed = await self._key_set(at_most_s=KEYS_RENEWED_S)
            if renewed is keys:
                raise
            return jwt.decode(token, renewed, algorithms=ALGORITHMS)

    async def _published(self) -> Provider:
        if self._provider is None or time.monotonic() - self._provider[0] > KNOWN_S:
            path = f"{self._settings.issuer.rstrip('/')}/.well-known/openid-configuration"
            try:
                found = msgspec.convert(await self._json("GET", path), Provider)
            except msgspec.ValidationError as error:
                raise SsoError(SsoCode.AWAY, f"discovery: {error}") from error
            if found.issuer != self._settings.issuer:
                raise SsoError(SsoCode.UNPROVEN, f"the provider calls itself {found.issuer}")
            self._provider = (time.monotonic(), found)
        return self._provider[1]

    async def _key_set(self, at_most_s: float = KNOWN_S) -> KeySet:
        if self._keys is None or time.monotonic() - self._keys[0] > at_most_s:
            provider = await self._published()
            found: Any = await self._json("GET", provider.jwks_uri)
            self._keys = (time.monotonic(), KeySet.import_key_set(found))
        return self._keys[1]

    async def _json(self, method: str, url: str, **more: Any) -> dict[str, Any]:
        """What the provider answers.  Raises SsoError: it does not, or says no."""
        try:
            answer = await self._http.request(method, url, **more)
        except httpx.HTTPError as error:
            raise SsoError(SsoCode.AWAY, f"{url}: {type(error).__name__}") from error
        if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
            raise SsoError(SsoCode.AWAY, f"{url}: {answer.status_code}")
        if answer.status_code != httpx.codes.OK or len(answer.content) > ANSWER_MAX:
            raise SsoError(SsoCode.UNPROVEN, f"{url}: {answer.status_code}")
        try:
            return msgspec.json.decode(answer.content, type=dict[str, Any])
        except msgspec.DecodeError as error:
            raise SsoError(SsoCode.AWAY, f"{url}: no JSON") from error


def _word(claims: Mapping[str, Any], name: str) -> str:
    """The value of a claim; empty where it is not told, or is no text."""
    found = claims.get(name) if name else None
    return found if isinstance(found, str) else ""


def _marks(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """The subject, then the session at the provider, as far as they are told."""
    return tuple(f"{name}:{claims[name]}" for name in ("sub", "sid") if claims.get(name))
