"""CAS 3.0: a ticket that is asked about once, and single logout.

Source: CAS Protocol 3.0 specification (Apereo), 2.5 to 2.8 and 2.3.3.
"""

from collections.abc import Mapping
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import httpx

from backend.settings import CasSettings
from backend.sso.proof import Asked, Proven, SsoCode, SsoError

CAS = "{http://www.yale.edu/tp/cas}"
SAML = "{urn:oasis:names:tc:SAML:2.0:protocol}"
XML_MAX = 64 * 1024


class Cas:
    """Sign-in by CAS."""

    def __init__(self, settings: CasSettings, http: httpx.AsyncClient, back: str) -> None:
        """`back`: where the server sends people back to."""
        self._settings, self._url = settings, settings.url.rstrip("/")
        self._http, self._back = http, back

    async def address(self, asked: Asked) -> str:
        """Where to send somebody who is to sign in."""
        return f"{self._url}/login?{urlencode({'service': self._service(asked)})}"

    async def prove(self, told: Mapping[str, str], asked: Asked) -> Proven:
        """Who came back.  Raises SsoError."""
        ticket = told.get("ticket", "")
        words = {"service": self._service(asked), "ticket": ticket}
        try:
            answer = await self._http.get(f"{self._url}/p3/serviceValidate", params=words)
        except httpx.HTTPError as error:
            raise SsoError(SsoCode.AWAY, f"CAS: {type(error).__name__}") from error
        if answer.status_code != httpx.codes.OK:
            raise SsoError(SsoCode.AWAY, f"CAS: {answer.status_code}")
        proof = _root(answer.content).find(f"{CAS}authenticationSuccess")
        name = _word(proof, f"{CAS}user")
        if not name:
            raise SsoError(SsoCode.UNPROVEN, "CAS does not take the ticket")
        own = self._settings
        return Proven(
            username=name,
            person=_word(proof, f"{CAS}attributes/{CAS}{own.person_claim}"),
            card=_word(proof, f"{CAS}attributes/{CAS}{own.card_claim}"),
            marks=(f"ticket:{ticket}",),
        )

    async def ended(self, form: Mapping[str, str]) -> tuple[str, ...]:
        """Which sign-ins the server says are over; knowing the ticket is its proof.

        Raises SsoError.
        """
        index = _root(form.get("logoutRequest", "").encode()).find(f"{SAML}SessionIndex")
        if index is None or not index.text:
            raise SsoError(SsoCode.UNPROVEN, "it is no logout request")
        return (f"ticket:{index.text.strip()}",)

    def _service(self, asked: Asked) -> str:
        """The address that the ticket is for: of this sign-in and no other."""
        return f"{self._back}?{urlencode({'state': asked.state})}"


def _word(proof: ET.Element | None, path: str) -> str:
    """The text at a path; empty where there is none."""
    found = proof.find(path) if proof is not None else None
    return (found.text or "").strip() if found is not None else ""


def _root(xml: bytes) -> ET.Element:
    """The document.  Raises SsoError: not without declarations, which can make it grow."""
    if len(xml) > XML_MAX or b"<!" in xml:
        raise SsoError(SsoCode.UNPROVEN, "CAS: more than a plain document")
    try:
        return ET.fromstring(xml)
    except ET.ParseError as error:
        raise SsoError(SsoCode.UNPROVEN, "CAS: no XML") from error
