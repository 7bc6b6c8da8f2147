"""Whether an address elsewhere is still there: asked for with care, nothing of it is read (CX2).

Guides are written by many, so what they name may be anything.  Only addresses that anybody in the
world could ask are asked, and the very address that was looked at, so that no name leads into the
university's own network; so is each redirect.  A deployment may allow networks of its own, and
refuse those of the university that are public.
"""

import asyncio
import socket
import ssl
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from http import HTTPStatus
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any

import httpx
from msgspec import Struct

REDIRECTS_MAX = 5
WHOLE_S, ANSWER_S = 10.0, 5.0
AT_ONCE = 4
URL_MAX = 2_000
"""Bytes, as it is written and as it is asked."""
_MOVED = {301, 302, 303, 307, 308}
_ASKED_ANEW = {400, 403, 404, 405, 501}
"""Answers to HEAD of servers that know GET alone."""
PORTS = frozenset({80, 443, 8080, 8443})
"""At which the world's websites listen; others are something else's."""
_STAND_INS = (
    *(IPv6Network("::/96"), IPv6Network("::ffff:0:0:0/96")),
    *(IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48")),
)
"""Whose addresses stand for others (RFC 4291, 2765, 6052, 8215)."""
_PROTOCOLS = IPv4Network("192.0.0.0/24")
"""Of no hosts (RFC 6890), some of it global."""


class Outcome(StrEnum):
    """What became of asking; stable, each with words on the page."""

    OK = "ok"
    GONE = "gone"
    """404 or 410."""
    REFUSED = "refused"
    """Another 4xx: it may want somebody to sign in."""
    FAILING = "failing"
    """5xx."""
    SILENT = "silent"
    UNREACHABLE = "unreachable"
    """No such name, or nobody listens."""
    UNTRUSTED = "untrusted"
    """Its certificate is not good."""
    ENDLESS = "endless"
    """Redirects without end."""
    INSIDE = "inside"
    """It leads to an address or a port that is not asked."""
    MALFORMED = "malformed"


class Checked(Struct, frozen=True, kw_only=True):
    """An address that was asked for."""

    url: str
    outcome: Outcome
    status: int | None
    """The last answer, if there was one."""


class _Ended(Exception):
    def __init__(self, outcome: Outcome, status: int | None = None) -> None:
        super().__init__(outcome.value)
        self.outcome, self.status = outcome, status


class LinkChecker:
    """Asks for addresses, a few at a time."""

    def __init__(
        self,
        networks: Iterable[str] = (),
        refused: Iterable[str] = (),
        *,
        whole_s: float = WHOLE_S,
    ) -> None:
        """`networks`: asked besides what is public, at any port; `refused`: not even then.

        `whole_s`: for an address with redirects.
        """
        self._networks = tuple(ip_network(network) for network in networks)
        self._refused = tuple(ip_network(network) for network in refused)
        self._whole_s = whole_s
        self._places = asyncio.Semaphore(AT_ONCE)
        self._resolvers = ThreadPoolExecutor(AT_ONCE, "link-names")
        """A name server may be silent for longer than we wait; nobody else's threads do then."""

    async def check(self, urls: Iterable[str]) -> list[Checked]:
        """What became of each."""
        tls = ssl.create_default_context()
        async with httpx.AsyncClient(
            verify=tls, trust_env=False, follow_redirects=False, timeout=ANSWER_S
        ) as client:
            return await asyncio.gather(*(self._one(client, url) for url in urls))

    async def _one(self, client: httpx.AsyncClient, url: str) -> Checked:
        async with self._places:
            try:
                async with asyncio.timeout(self._whole_s):
                    status = await self._followed(client, url)
                outcome = _outcome(status)
            except _Ended as ended:
                outcome, status = ended.outcome, ended.status
            except (TimeoutError, httpx.TimeoutException):
                outcome, status = Outcome.SILENT, None
            except (ValueError, httpx.InvalidURL):  # a host that is no name, among others
                outcome, status = Outcome.MALFORMED, None
            except httpx.HTTPError as error:
                is_tls = "CERTIFICATE" in str(error).upper()
                outcome = Outcome.UNTRUSTED if is_tls else Outcome.UNREACHABLE
                status = None
            except (OSError, ExceptionGroup):  # whatever a socket may say to such an address
                outcome, status = Outcome.UNREACHABLE, None
        return Checked(url=url, outcome=outcome, status=status)

    async def _followed(self, client: httpx.AsyncClient, address: str) -> int | None:
        """The status at the end of the redirects."""
        url = httpx.URL(address)
        for _ in range(REDIRECTS_MAX + 1):
            if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
                raise _Ended(Outcome.MALFORMED)
            if is_too_long(str(url)) or not 1 <= _port(url) <= 65535:
                raise _Ended(Outcome.MALFORMED)
            at = await self._address(url)
            status, location = await _ask(client, "HEAD", url, at)
            if status in _ASKED_ANEW:
                status, location = await _ask(client, "GET", url, at)
            if status not in _MOVED or location is None:
                return status
            url = url.join(location)
        raise _Ended(Outcome.ENDLESS, status)

    async def _address(self, url: httpx.URL) -> str:
        """The one address that is asked: none of the host's lies where we do not ask."""
        try:
            found = await asyncio.get_running_loop().run_in_executor(
                self._resolvers, _look_up, url.host, _port(url)
            )
        except (OSError, UnicodeError):
            raise _Ended(Outcome.UNREACHABLE) from None
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or not all(self._may_ask(address, _port(url)) for address in addresses):
            raise _Ended(Outcome.INSIDE)
        return addresses[0]

    def _may_ask(self, address: str, port: int) -> bool:
        if "%" in address:
            return False  # of a link of this very machine
        ip = ip_address(address)
        if any(ip in network for network in self._refused):
            return False
        if any(ip in network for network in self._networks):
            return True
        return is_public(ip) and port in PORTS


def _look_up(host: str, port: int) -> list[Any]:
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


def is_too_long(url: str) -> bool:
    """Whether it is never asked for, because nobody's address is so long."""
    return len(url.encode()) > URL_MAX


def _port(url: httpx.URL) -> int:
    if url.port is not None:
        return url.port
    return 443 if url.scheme == "https" else 80


def is_public(ip: IPv4Address | IPv6Address) -> bool:
    """Whether anybody in the world could ask it, and it stands for no other address."""
    if isinstance(ip, IPv4Address):
        is_special = ip in _PROTOCOLS
    else:
        is_special = (
            ip.is_site_local
            or ip.ipv4_mapped is not None
            or ip.sixtofour is not None
            or ip.teredo is not None
            or any(ip in network for network in _STAND_INS)
        )
    return ip.is_global and not ip.is_multicast and not ip.is_reserved and not is_special


async def _ask(
    client: httpx.AsyncClient, method: str, url: httpx.URL, at: str
) -> tuple[int, str | None]:
    """Status and where it leads, asked at this address under the host's own name."""
    request = client.build_request(
        method,
        url.copy_with(host=at),
        headers={"Host": url.netloc.decode("ascii"), "User-Agent": "Yizhan link check"},
        extensions={"sni_hostname": url.host, "timeout": httpx.Timeout(ANSWER_S).as_dict()},
    )
    answer = await client.send(request, stream=True)
    await answer.aclose()  # its body is nobody's concern
    return answer.status_code, answer.headers.get("location")


def _outcome(status: int | None) -> Outcome:
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        return Outcome.GONE
    if status is None or status >= 500:
        return Outcome.FAILING
    return Outcome.REFUSED if status >= 400 else Outcome.OK
