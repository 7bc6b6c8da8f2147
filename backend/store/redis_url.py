"""What REDIS_URL says: one server, a primary that sentinels watch, or a cluster."""

import ssl
from typing import Any
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

from msgspec import Struct
from redis.asyncio.connection import parse_url

SINGLE = ("redis", "rediss", "unix")
SENTINEL, CLUSTER = "redis+sentinel", "redis+cluster"
SENTINEL_PORT, PORT = 26379, 6379
FORMS = (
    "redis://host:6379, rediss://host:6379, unix:///path,"
    f" {SENTINEL}://host1:26379,host2:26379,host3:26379/name or"
    f" {CLUSTER}://host1:6379,host2:6379"
)


class RedisUrlError(ValueError):
    """The address cannot be; the words say how it should look."""


class Host(Struct, frozen=True):
    """Where a server listens."""

    host: str
    port: int


class Address(Struct, frozen=True, kw_only=True):
    """Where a server listens, and how to be let in."""

    host: str = ""
    port: int = 6379
    path: str = ""
    """Of a unix socket; then there is no host."""
    username: str = "default"
    password: str = ""
    db: int = 0
    tls: ssl.SSLContext | None = None


def address_of(url: str) -> Address:
    """The address in a URL: redis://, rediss:// or unix://, as redis-py reads them."""
    # parse_url answers with the arguments that redis-py gives its connections.
    found: dict[str, Any] = dict(parse_url(url))
    return Address(
        host=found.get("host", "" if "path" in found else "localhost"),
        port=found.get("port", 6379),
        path=found.get("path", ""),
        username=found.get("username") or "default",
        password=found.get("password") or "",
        db=found.get("db", 0),
        tls=_tls_of(found) if url.startswith("rediss:") else None,
    )


def _tls_of(found: dict[str, Any]) -> ssl.SSLContext:
    tls = ssl.create_default_context(cafile=found.get("ssl_ca_certs"))
    if found.get("ssl_cert_reqs") == "none":
        tls.check_hostname = False
        tls.verify_mode = ssl.CERT_NONE
    if "ssl_certfile" in found:
        tls.load_cert_chain(found["ssl_certfile"], found.get("ssl_keyfile"))
    return tls


class OneServer(Struct, frozen=True, kw_only=True):
    """The server at an address that does not change."""

    url: str


class Watched(Struct, frozen=True, kw_only=True):
    """Whichever server the sentinels call the primary."""

    sentinels: tuple[Host, ...]
    name: str
    db: int = 0
    username: str | None = None
    password: str | None = None
    sentinel_password: str | None = None


class Sharded(Struct, frozen=True, kw_only=True):
    """The nodes of a cluster that are asked for the others."""

    nodes: tuple[Host, ...]
    username: str | None = None
    password: str | None = None


Servers = OneServer | Watched | Sharded


def servers_of(url: str) -> Servers:
    """Which servers the URL stands for.  Raises RedisUrlError; its words name no password."""
    parts = urlsplit(url)
    match parts.scheme:
        case "redis" | "rediss" | "unix":
            if not (parts.path if parts.scheme == "unix" else parts.hostname):
                raise RedisUrlError(f"{parts.scheme}:// names no server: {FORMS}")
            return OneServer(url=url)
        case "redis+sentinel":
            return _watched(parts)
        case "redis+cluster":
            return _sharded(parts)
        case _:
            raise RedisUrlError(f"{parts.scheme or 'it'} is no kind of address we know: {FORMS}")


def _watched(parts: SplitResult) -> Watched:
    name, _, db = parts.path.removeprefix("/").partition("/")
    if not name:
        raise RedisUrlError(f"say which primary the sentinels watch: {SENTINEL}://…/name")
    if db and not db.isdigit():
        raise RedisUrlError(f"{db} is no number of a database")
    asked = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    if unknown := asked.keys() - {"sentinel_password"}:
        raise RedisUrlError(f"?{unknown.pop()}= is not known here")
    username, password = _credentials(parts.netloc)
    return Watched(
        sentinels=_hosts(parts.netloc, SENTINEL_PORT),
        name=unquote(name),
        db=int(db or 0),
        username=username,
        password=password,
        sentinel_password=asked["sentinel_password"][0] if asked else None,
    )


def _sharded(parts: SplitResult) -> Sharded:
    if parts.path.strip("/") or parts.query:
        raise RedisUrlError("a cluster has one database: nothing follows its nodes")
    username, password = _credentials(parts.netloc)
    return Sharded(nodes=_hosts(parts.netloc, PORT), username=username, password=password)


def _credentials(netloc: str) -> tuple[str | None, str | None]:
    username, _, password = netloc.rpartition("@")[0].partition(":")
    return unquote(username) or None, unquote(password) or None


def _hosts(netloc: str, port: int) -> tuple[Host, ...]:
    listed = netloc.rpartition("@")[2].split(",")
    return tuple(_host(text.strip(), port) for text in listed)


def _host(text: str, port: int) -> Host:
    try:
        parts = urlsplit(f"//{text}")
        found = Host(parts.hostname or "", parts.port or port)
    except ValueError as error:
        raise RedisUrlError(f"{text} is not host:port") from error
    if not found.host or parts.path or parts.netloc != text:
        raise RedisUrlError(f"“{text}” is not host:port")
    return found
