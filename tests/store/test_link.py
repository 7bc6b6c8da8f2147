"""One connection for all: order, breaks, silence, scripts, what is published."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import hiredis
import pytest

from backend.engines.process import start, stop
from backend.engines.valkey import prepare_valkey
from backend.store import link as links
from backend.store.link import AloneError, ElsewhereError, Link, Script
from backend.store.redis_servers import Links
from backend.store.redis_stream import RedisStream
from backend.store.redis_url import Address, address_of
from backend.store.stream import START, StoreError
from tests.hall import free_port
from tests.support.commits import HALL, MONDAY, commits, ids
from tests.support.servers import Server, temporary_home

LIMIT_S = 5.0
LONG_FLUSH_S = 0.3


def link_to(url: str) -> Link:
    return Links(url).of(HALL)


class Ear:
    """A listener that keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.doubts = 0

    def hear(self, message: bytes) -> None:
        self.heard.append(message)

    def doubt(self) -> None:
        self.doubts += 1


async def eventually(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(LIMIT_S):
        while not is_so():
            await asyncio.sleep(0.002)


@pytest.fixture(scope="module")
def durable() -> Iterator[tuple[str, int]]:
    """The URL of a Valkey that keeps everything and can be told to be slow, and its port."""
    port = free_port()
    options = ("--port", str(port), "--enable-debug-command", "yes")
    with temporary_home() as home:
        engine = prepare_valkey(home)
        process = start(replace(engine, argv=(*engine.argv, *options)), 30.0)
        yield engine.url, port
        stop(process, engine)


@asynccontextmanager
async def played_server(
    answer: Callable[[tuple[bytes, ...]], bytes],
) -> AsyncIterator[tuple[Link, list[int]]]:
    """A server that answers as the test says, and how often its address was asked for."""
    writers: list[asyncio.StreamWriter] = []
    asked: list[int] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        parser = hiredis.Reader(notEnoughData=None)
        while data := await reader.read(65536):
            parser.feed(data)
            while (command := parser.gets()) is not None:
                writer.write(answer(tuple(command)))

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async def find() -> Address:
        asked.append(port)
        return Address(host="127.0.0.1", port=port)

    link = Link(find)
    yield link, asked
    await link.aclose()
    server.close()
    for writer in writers:
        writer.close()


async def test_answers_belong_to_their_commands_however_many_ask_at_once(link: Link) -> None:
    async def ask(n: int) -> None:
        assert await link.call("SET", f"k{n}", n) == b"OK"
        assert await link.call("GET", f"k{n}") == str(n).encode()

    await asyncio.gather(*(ask(n) for n in range(500)))


async def test_command_that_is_given_up_does_not_shift_the_answers(link: Link) -> None:
    await link.call("SET", "a", "1")
    given_up = asyncio.create_task(link.call("GET", "a"))
    await asyncio.sleep(0)
    given_up.cancel()
    assert await link.call("ECHO", "b") == b"b"
    with suppress(asyncio.CancelledError):
        await given_up


async def test_error_is_its_command_s_alone(link: Link) -> None:
    found = await asyncio.gather(
        link.call("SET", "a", "1"),
        link.call("XADD", "a", "*", "b", "c"),
        link.call("GET", "a"),
        return_exceptions=True,
    )
    assert isinstance(found[1], StoreError)
    assert "WRONGTYPE" in str(found[1])
    assert (found[0], found[2]) == (b"OK", b"1")


async def test_script_that_the_server_does_not_know_is_given_to_it(link: Link) -> None:
    script = Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
    assert await link.run(script, ["n"], [2]) == 2
    await link.call("SCRIPT", "FLUSH")
    assert await asyncio.gather(*(link.run(script, ["n"], [1]) for _ in range(3))) == [3, 4, 5]


async def test_listener_hears_what_is_published_before_the_answer_to_a_later_command(
    valkey: Server, link: Link
) -> None:
    """Whoever is refused an append has heard of those that came before it."""
    other, ear = link_to(valkey.url), Ear()
    link.listen("{hall}:news", ear)
    await link.call("PING")
    for n in range(100):
        await other.call("SPUBLISH", "{hall}:news", f"m{n}")
        await link.call("PING")
        assert ear.heard[-1] == f"m{n}".encode()
    await other.aclose()


async def test_listener_is_told_of_a_break_and_hears_again_after_it(
    valkey: Server, link: Link
) -> None:
    other, ear = link_to(valkey.url), Ear()
    await link.call("PING")
    link.listen("{hall}:news", ear)
    await other.call("CLIENT", "KILL", "TYPE", "pubsub", "SKIPME", "no")
    await eventually(lambda: ear.doubts > 0)
    doubts = ear.doubts
    await link.call("PING")
    assert ear.doubts > doubts  # and whoever looks now is subscribed already
    await other.call("SPUBLISH", "{hall}:news", "again")
    await eventually(lambda: ear.heard == [b"again"])
    await other.aclose()


async def test_every_listener_looks_by_itself_in_each_lap(
    link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "LOOK_S", 0.16)
    ears = [Ear() for _ in range(100)]
    for n, ear in enumerate(ears):
        link.listen(f"{{h{n}}}:news", ear)
    await eventually(lambda: all(ear.doubts >= 2 for ear in ears))


async def test_all_who_wait_are_told_when_the_connection_breaks(valkey: Server) -> None:
    link, killer = link_to(valkey.url), link_to(valkey.url)
    asked = [asyncio.create_task(link.call("BLPOP", f"nothing{n}", 0)) for n in range(3)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await killer.call("CLIENT", "KILL", "TYPE", "normal")
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(error, StoreError) for error in found)
    assert await link.call("PING") == b"PONG"
    await link.aclose()
    await killer.aclose()


def hello_then(word: bytes) -> Callable[[tuple[bytes, ...]], bytes]:
    """A server that lets everybody in, and answers this to all else."""

    def answer(command: tuple[bytes, ...]) -> bytes:
        if command[0] == b"HELLO":
            return b"%1\r\n+role\r\n+master\r\n"
        return b"+OK\r\n" if command[0] == b"SELECT" else word

    return answer


@pytest.mark.parametrize("word", ["READONLY no", "MOVED 1 10.0.0.2:6379", "LOADING", "MASTERDOWN"])
async def test_server_that_is_not_the_one_any_more_makes_the_link_ask_for_the_address(
    word: str,
) -> None:
    async with played_server(hello_then(f"-{word}\r\n".encode())) as (link, asked):
        found = await asyncio.gather(
            link.call("SET", "a", "1"), link.call("SET", "b", "1"), return_exceptions=True
        )
        assert [type(error) for error in found] == [ElsewhereError, ElsewhereError]
        assert len(asked) == 1
        with pytest.raises(ElsewhereError):
            await link.call("SET", "a", "1")
        assert len(asked) == 2


async def test_primary_that_nobody_follows_is_left_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with played_server(hello_then(b"-NOREPLICAS not enough\r\n")) as (link, asked):
        for _ in range(3):
            with pytest.raises(AloneError):
                await link.call("SET", "a", "1")
        assert len(asked) == 1  # a replica may follow soon
        monkeypatch.setattr(links, "ALONE_S", 0.0)
        with pytest.raises(AloneError):
            await link.call("SET", "a", "1")
        with pytest.raises(AloneError):  # it may have been replaced and not know
            await link.call("SET", "a", "1")
        assert len(asked) == 2


async def test_server_that_refuses_a_channel_is_left() -> None:
    async with played_server(hello_then(b"-MOVED 1 10.0.0.2:6379\r\n")) as (moved, _):
        ear = Ear()
        moved.listen("{hall}:news", ear)
        with pytest.raises(StoreError):
            await moved.call("PING")
        await eventually(lambda: ear.doubts > 0)


async def test_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "COMMAND_TIMEOUT_S", 0.1)
    async with played_server(hello_then(b"")) as (link, asked):
        assert await link.call("SELECT", 0) == b"OK"
        with pytest.raises(StoreError, match="does not answer"):
            await link.call("GET", "a")
        assert await link.call("SELECT", 0) == b"OK"
        assert len(asked) == 2


async def test_server_that_never_lets_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(links, "CONNECT_TIMEOUT_S", 0.1)
    async with played_server(lambda _: b"") as (link, asked):
        found = await asyncio.gather(
            *(link.call("GET", "a") for _ in range(20)), return_exceptions=True
        )
        assert all(isinstance(error, StoreError) for error in found)
        assert len(asked) == 1  # they share the attempt


async def test_server_that_speaks_something_else_is_left() -> None:
    async with played_server(hello_then(b"HTTP/1.1 400 Bad Request\r\n")) as (link, _):
        with pytest.raises(StoreError, match="RESP"):
            await link.call("GET", "a")


async def test_commands_beyond_the_limit_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    async with played_server(hello_then(b"")) as (link, _):
        assert await link.call("SELECT", 0) == b"OK"
        monkeypatch.setattr(links, "PENDING_MAX", 2)
        waiting = [asyncio.create_task(link.call("GET", "a")) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(StoreError, match="too many"):
            await link.call("GET", "a")
        await link.aclose()
        found = await asyncio.gather(*waiting, return_exceptions=True)
        assert all(isinstance(error, StoreError) for error in found)


async def test_tcp_with_name_password_and_database(durable: tuple[str, int]) -> None:
    url, port = durable
    local = link_to(url)
    await local.call("ACL", "SETUSER", "hall", "on", ">secret", "~*", "&*", "+@all")
    link = link_to(f"redis://hall:secret@127.0.0.1:{port}/2")
    await link.call("SET", "only-in-2", "1")
    assert await local.call("GET", "only-in-2") is None
    wrong = link_to(f"redis://hall:wrong@127.0.0.1:{port}")
    with pytest.raises(StoreError, match="WRONGPASS"):
        await wrong.call("PING")
    for each in (local, link, wrong):
        await each.aclose()


def test_address_is_read_from_the_url() -> None:
    assert address_of("unix:///run/valkey.sock?db=3") == Address(path="/run/valkey.sock", db=3)
    assert address_of("redis://:word@store:7000/1") == Address(
        host="store", port=7000, password="word", db=1
    )
    assert address_of("redis://") == Address(host="localhost")
    secure = address_of("rediss://store")
    assert secure.tls is not None
    assert secure.tls.check_hostname


async def test_commit_is_on_disk_before_anybody_hears_of_it(durable: tuple[str, int]) -> None:
    """`appendfsync always`: what is published waits for the write like the answer does."""
    url, _ = durable
    writer, reader = link_to(url), link_to(url)
    stream, follower = RedisStream(writer, HALL), RedisStream(reader, HALL)
    await stream.announce(MONDAY, None)
    end = await stream.append(MONDAY, START, commits("a"))
    assert ids(await follower.wait(MONDAY, lambda: START, LIMIT_S)) == "a"
    heard = asyncio.create_task(follower.wait(MONDAY, lambda: end, LIMIT_S))
    await writer.call("DEBUG", "AOF-FLUSH-SLEEP", int(LONG_FLUSH_S * 1e6))
    loop = asyncio.get_running_loop()
    began = loop.time()
    appended = asyncio.create_task(stream.append(MONDAY, end, commits("b")))
    assert ids(await heard) == "b"
    assert loop.time() - began >= LONG_FLUSH_S
    await appended
    await writer.call("DEBUG", "AOF-FLUSH-SLEEP", 0)
    await writer.aclose()
    await reader.aclose()
