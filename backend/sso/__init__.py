"""Signing in at the campus: by CAS 3.0, or by OpenID Connect; local accounts stay beside it."""

import httpx

from backend.settings import CasSettings, OidcSettings
from backend.sso.cas import Cas
from backend.sso.oidc import Oidc
from backend.sso.proof import SsoProtocol

ANSWER_S = 5.0


def protocol_of(settings: CasSettings | OidcSettings, back: str) -> SsoProtocol:
    """The campus's protocol; `back` is the address to which people are sent back."""
    http = httpx.AsyncClient(timeout=ANSWER_S)
    if isinstance(settings, CasSettings):
        return Cas(settings, http, back)
    return Oidc(settings, http, back)
