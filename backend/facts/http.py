"""A system of the university that is asked over HTTP (FA1).

    GET {url}/persons/{digest}/facts?kinds=contract,salary_account
    Authorization: Bearer {secret}

    200 {"facts": [{"kind": "contract", "value": {"zh": "…", "en": "…"},
                    "as_of": "2026-11-01", "level": 3}]}
    404 nobody is known by this digest

The person's own id is kept nowhere here and is not sent: `digest` is the HMAC-SHA-256, in
hexadecimal digits, of `person`, a zero byte and the id in capitals, under this installation's key
(`YIZHAN_HOME/card.key`).  Whoever runs the other system, which has the ids anyway, makes the same
digests of them with that key.
"""

import asyncio
import ssl
from collections.abc import Collection, Sequence
from datetime import date
from typing import Annotated

import httpx
import msgspec
from msgspec import Meta, Struct

from backend.core.ids import Text
from backend.facts.connector import VALUE_MAX, Fact, FactsError, Level

ANSWER_S = 2.0
"""All in all, from asking to the last byte: the visitor stands at the window."""
ANSWER_MAX = 64 * 1024
FACTS_MAX = 100

_Word = Annotated[str, Meta(max_length=VALUE_MAX)]


class _Value(Struct, frozen=True, kw_only=True):
    zh: _Word
    en: _Word


class _Told(Struct, frozen=True, kw_only=True):
    kind: Annotated[str, Meta(max_length=64)]
    value: _Value
    as_of: date
    level: Level = 1


class _Answer(Struct, frozen=True, kw_only=True):
    facts: Annotated[tuple[_Told, ...], Meta(max_length=FACTS_MAX)]


_decode = msgspec.json.Decoder(_Answer).decode


class HttpConnector:
    """Asks over HTTP: certificates are checked, and no redirection is followed anywhere."""

    def __init__(self, url: str, secret: str, ca_file: str | None = None) -> None:
        """`ca_file`: PEM, who vouches for the other system in place of this machine's list."""
        self._url = url.rstrip("/")
        self._http = httpx.AsyncClient(
            headers={
                "Authorization": f"Bearer {secret}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",  # what is compressed has no bound before it is not
            },
            verify=ssl.create_default_context(cafile=ca_file),
            follow_redirects=False,  # the secret and the digest go to this address alone
            trust_env=False,
            timeout=ANSWER_S,
        )

    async def fetch(self, person: bytes, kinds: Collection[str]) -> Sequence[Fact]:
        """What the system says within ANSWER_S.  Raises FactsError."""
        try:
            async with asyncio.timeout(ANSWER_S):
                status, body = await self._answer(person, kinds)
        except TimeoutError as error:
            raise FactsError(f"no answer within {ANSWER_S:.0f} s") from error
        except httpx.HTTPError as error:
            raise FactsError(type(error).__name__) from error
        if status == httpx.codes.NOT_FOUND:
            return ()
        if status != httpx.codes.OK:
            raise FactsError(f"it answers {status}")
        try:
            told = _decode(body).facts
        except msgspec.DecodeError as error:
            raise FactsError("it answers something else than agreed") from error
        return [
            Fact(
                kind_id=one.kind,
                value=Text(zh=one.value.zh, en=one.value.en),
                as_of=one.as_of,
                level=one.level,
            )
            for one in told
            if one.kind in kinds
        ]

    async def aclose(self) -> None:
        """End the connections."""
        await self._http.aclose()

    async def _answer(self, person: bytes, kinds: Collection[str]) -> tuple[int, bytes]:
        path = f"{self._url}/persons/{person.hex()}/facts"
        asked = {"kinds": ",".join(sorted(kinds))}
        async with self._http.stream("GET", path, params=asked) as answer:
            body = bytearray()
            async for part in answer.aiter_raw():
                body += part
                if len(body) > ANSWER_MAX:
                    raise FactsError(f"it answers more than {ANSWER_MAX} bytes")
            return answer.status_code, bytes(body)
