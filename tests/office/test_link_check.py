"""Addresses are asked for with care: nothing inside is, whoever sends one there (CX2)."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from ipaddress import ip_address

import pytest

from backend.link_check import WHOLE_S, Checked, LinkChecker, Outcome, is_public

LOCAL = ("127.0.0.1/32",)


class Badly:
    """A server that answers as its path says, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.hosts: set[str] = set()
        self.port = 0

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        method, path, _ = head.split(" ", 2)
        self.asked.append(f"{method} {path}")
        self.hosts |= {line[6:] for line in head.split("\r\n") if line.lower().startswith("host:")}
        answers = {
            "/ok": "200 OK",
            "/gone": "404 Not Found",
            "/inner": "401 Unauthorized",
            "/broken": "500 Internal Server Error",
            "/get": "200 OK" if method == "GET" else "405 Method Not Allowed",
            "/on": "301 Moved\r\nLocation: /ok",
            "/round": "302 Found\r\nLocation: /round",
            "/inside": f"302 Found\r\nLocation: http://127.0.0.2:{self.port}/ok",
            "/metadata": "302 Found\r\nLocation: http://169.254.169.254/latest/meta-data",
            "/scheme": "302 Found\r\nLocation: file:///etc/passwd",
            "/nowhere": "302 Found\r\nLocation: http://[::ffff:127.0.0.1]:1/",
        }
        if path == "/slow":
            await asyncio.sleep(3600)
        elif path == "/endless":
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\n")
            writer.write(b"x" * 100_000)
        elif path == "/nonsense":
            writer.write(b"\x00\xff" * 100 + b"\r\n\r\n")
        else:
            status = answers.get(path, "404 Not Found")
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
            )
        writer.close()


@asynccontextmanager
async def badly() -> AsyncIterator[Badly]:
    server = Badly()
    listener = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    server.port = listener.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listener.close()


async def asked(server: Badly, path: str, whole_s: float = WHOLE_S) -> Checked:
    checker = LinkChecker(LOCAL, whole_s=whole_s)
    (found,) = await checker.check([f"http://127.0.0.1:{server.port}{path}"])
    return found


@pytest.mark.parametrize(
    ("path", "outcome", "status"),
    [
        ("/ok", Outcome.OK, 200),
        ("/on", Outcome.OK, 200),
        ("/get", Outcome.OK, 200),
        ("/endless", Outcome.OK, 200),
        ("/gone", Outcome.GONE, 404),
        ("/inner", Outcome.REFUSED, 401),
        ("/broken", Outcome.FAILING, 500),
        ("/round", Outcome.ENDLESS, 302),
        ("/inside", Outcome.INSIDE, None),
        ("/metadata", Outcome.INSIDE, None),
        ("/nowhere", Outcome.INSIDE, None),
        ("/scheme", Outcome.MALFORMED, None),
        ("/nonsense", Outcome.UNREACHABLE, None),
    ],
)
async def test_address_is_told_as_it_is__CX2(path: str, outcome: Outcome, status: int) -> None:
    async with badly() as server:
        found = await asked(server, path)
        assert (found.outcome, found.status) == (outcome, status)
        assert len(server.asked) <= 6


async def test_server_that_never_answers_is_left__CX2() -> None:
    async with badly() as server:
        found = await asked(server, "/slow", whole_s=0.5)
    assert found.outcome is Outcome.SILENT


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[fe80::1]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "0.0.0.0",
        "224.0.0.1",
        "2130706433",  # 127.0.0.1 as one number
    ],
)
async def test_nothing_inside_is_asked_by_default__CX2(host: str) -> None:
    async with badly() as server:
        (found,) = await LinkChecker().check([f"http://{host}:{server.port}/ok"])
        assert found.outcome in {Outcome.INSIDE, Outcome.UNREACHABLE}
        assert server.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "fec0::1",
        "5f00::1",
        "192.0.0.9",
        "198.18.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "ff0e::1",
    ],
)
def test_address_of_some_other_use_is_not_public__CX2(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "202.112.0.1", "2001:4860:4860::8888"])
def test_address_that_anybody_may_ask_is_public__CX2(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("port", [22, 25, 6379, 8000])
async def test_public_address_is_asked_where_websites_are__CX2(port: int) -> None:
    (found,) = await LinkChecker().check([f"http://8.8.8.8:{port}/"])
    assert found.outcome is Outcome.INSIDE


async def test_network_that_is_refused_is_not_asked_though_allowed__CX2() -> None:
    async with badly() as server:
        url = f"http://127.0.0.1:{server.port}/ok"
        (found,) = await LinkChecker(("127.0.0.0/8",), LOCAL).check([url])
        assert (found.outcome, server.asked) == (Outcome.INSIDE, [])


async def test_name_that_leads_inside_is_not_asked__CX2(monkeypatch: pytest.MonkeyPatch) -> None:
    """As somebody's own name server would answer, first so and then so."""
    answers = iter([["127.0.0.1"], ["127.0.0.2"]])

    def lookup(*_: object, **__: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 0)) for a in next(answers)]

    async with badly() as server:
        monkeypatch.setattr(socket, "getaddrinfo", lookup)
        url = f"http://rebound.example:{server.port}/ok"
        (first,) = await LinkChecker(LOCAL).check([url])
        (second,) = await LinkChecker(LOCAL).check([url])
    assert (first.outcome, second.outcome) == (Outcome.OK, Outcome.INSIDE)
    assert server.hosts == {f"rebound.example:{server.port}"}  # the host's name, at this address


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/",
        "http://",
        "http://user:word@example.com/",
        "http://[::1",
        f"http://127.0.0.1/{'x' * 3000}",
        "javascript:alert(1)",
        "http://xn--a/",
        "http://8.8.8.8:99999/",
        "http://8.8.8.8:0/",
        f"http://127.0.0.1/{'门' * 700}",
    ],
)
async def test_what_is_no_address_is_told_so__CX2(url: str) -> None:
    (found,) = await LinkChecker(LOCAL).check([url])
    assert found.outcome is Outcome.MALFORMED


async def test_one_bad_address_keeps_no_other_from_being_asked__CX2() -> None:
    async with badly() as server:
        good = f"http://127.0.0.1:{server.port}/ok"
        found = await LinkChecker(LOCAL).check(["http://xn--a/", "http://8.8.8.8:99999/", good])
    assert [one.outcome for one in found] == [Outcome.MALFORMED, Outcome.MALFORMED, Outcome.OK]


async def test_nobody_there_is_unreachable__CX2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        (found,) = await LinkChecker(LOCAL).check([f"http://127.0.0.1:{port}/"])
    assert found.outcome is Outcome.UNREACHABLE


async def test_only_a_few_are_asked_at_once__CX2() -> None:
    at_once = most = 0

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(0.02)
        at_once -= 1
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    listener = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = listener.sockets[0].getsockname()[1]
    found = await LinkChecker(LOCAL).check(f"http://127.0.0.1:{port}/{n}" for n in range(20))
    listener.close()
    assert {one.outcome for one in found} == {Outcome.OK}
    assert most <= 4


async def test_silent_name_server_keeps_no_thread_from_others__CX2(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, narrow = asyncio.get_running_loop(), ThreadPoolExecutor(1)
    loop.set_default_executor(narrow)
    asked, is_over = threading.Event(), threading.Event()

    def never(*_: object, **__: object) -> list[object]:
        asked.set()
        is_over.wait(60)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", never)
    checking = asyncio.create_task(LinkChecker(LOCAL).check(["http://silent.example/"]))
    try:
        while not asked.is_set():
            await asyncio.sleep(0.01)
        async with asyncio.timeout(30):
            assert await asyncio.to_thread(is_over.is_set) is False
    finally:
        is_over.set()
        loop.set_default_executor(ThreadPoolExecutor())  # the loop is that of other tests, too
        narrow.shutdown()
    assert [found.outcome for found in await checking] == [Outcome.INSIDE]
