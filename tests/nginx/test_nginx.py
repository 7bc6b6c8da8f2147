"""Everything through nginx: pages, sockets, commands, signing in; and a process that dies."""

import asyncio
import re
import signal
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from backend.core.ids import CommandId
from backend.identity import PROTOCOL, cookie_name
from tests.hall import DEVICE_TOKEN, HALL_ID, Hall, running_hall
from tests.nginx.proxy import CERTIFICATE, Proxy, nginx, proxy_before
from tests.processes.history import check, history_of
from tests.processes.load import Load, working
from tests.processes.webs import WebProcess, web_process

pytestmark = pytest.mark.skipif(
    nginx() is None, reason="no nginx for this machine: set YIZHAN_NGINX to the path of one"
)
RECOVERY_S = 10.0
ASKED_AGAIN_S = 1.5
"""nginx leaves a process alone for a second that has failed, also when it is back sooner."""
"""More wrong passwords than two processes allow together."""
COMMANDS = f"/api/halls/{HALL_ID}/commands"
BEARER = {"Authorization": f"Bearer {DEVICE_TOKEN}"}


@dataclass(frozen=True, kw_only=True)
class Site:
    """A hall with two web processes behind nginx."""

    hall: Hall
    one: WebProcess
    two: WebProcess
    proxy: Proxy
    client: httpx.Client
    """Somebody who trusts the certificate."""


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    trusted = {"TRUSTED_PROXIES": "127.0.0.1"}
    with (
        running_hall() as hall,
        web_process(hall, name="one", environment=trusted) as one,
        web_process(hall, name="two", environment=trusted) as two,
    ):
        home = hall.home / "nginx"
        home.mkdir()
        (home / "temporary").mkdir(mode=0o777)
        home.chmod(0o777)  # as root its workers are somebody else
        with (
            proxy_before([one.port, two.port], home) as proxy,
            httpx.Client(base_url=proxy.url, verify=_trusting(), trust_env=False) as client,
        ):
            yield Site(hall=hall, one=one, two=two, proxy=proxy, client=client)


def _trusting() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(CERTIFICATE))


def take(id: str) -> dict[str, object]:
    command = {"type": "take_ticket", "queue_id": "A", "channel": "anonymous"}
    return {"type": "do", "id": id, "command": command}


def test_plain_http_is_sent_to_https(site: Site) -> None:
    found = httpx.get(f"http://127.0.0.1:{site.proxy.plain_port}/take?hall=main", trust_env=False)
    assert found.status_code == 308
    assert found.headers["Location"] == "https://127.0.0.1/take?hall=main"


def test_pages_come_through_and_their_parts_are_kept(site: Site) -> None:
    page = site.client.get("/board/Z1")
    assert page.status_code == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=")
    assert page.headers["Cache-Control"] == "no-cache"
    found = re.search(r'src="(/assets/[^"]+\.js)"', page.text)
    assert found is not None
    script = site.client.get(found[1])
    assert (script.status_code, "immutable" in script.headers["Cache-Control"]) == (200, True)
    assert [path for path in (site.proxy.home / "cache").rglob("*") if path.is_file()]
    assert site.client.get("/metrics").status_code == 404


def test_signing_in_over_tls_gives_a_cookie_for_tls_alone(site: Site) -> None:
    found = site.client.post("/api/session", json={"username": "w05", "password": "demo"})
    assert found.status_code == 200
    cookie = SimpleCookie(found.headers["Set-Cookie"])[cookie_name(is_secure=True)]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"].lower() == "lax"
    assert site.client.get("/api/session").json()["username"] == "w05"
    site.client.cookies.clear()


def test_address_that_a_client_makes_up_is_not_believed(site: Site) -> None:
    # Who signed in from an address has a count of failures of its own there (AC1).
    elsewhere = {"X-Forwarded-For": "192.0.2.99"}
    right = {"username": "w10", "password": "demo"}

    def signed_in() -> int:
        url = f"{site.one.door.url}/api/session"
        return httpx.post(url, json=right, headers=elsewhere, trust_env=False).status_code

    assert signed_in() == 200
    wrong = right | {"password": "guess"}
    statuses = [
        site.client.post("/api/session", json=wrong, headers=elsewhere).status_code
        for _ in range(8)
    ]
    assert statuses == [401] * 5 + [429] * 3
    assert signed_in() == 200  # what nginx said of the others counted, not what they said


def test_page_of_another_site_is_turned_away(site: Site) -> None:
    who = {"username": "w05", "password": "demo"}
    evil = {"Origin": "https://evil.example"}
    assert site.client.post("/api/session", json=who, headers=evil).status_code == 403
    ours = {"Origin": site.proxy.url}
    assert site.client.post("/api/session", json=who, headers=ours).status_code == 200
    site.client.cookies.clear()


@pytest.mark.parametrize(("origin", "code"), [("https://evil.example", 4403), ("", 1000)])
async def test_socket_is_opened_for_pages_of_ours(site: Site, origin: str, code: int) -> None:
    async with connect(
        f"wss://127.0.0.1:{site.proxy.port}/ws/{HALL_ID}",
        origin=Origin(origin or site.proxy.url),
        subprotocols=[Subprotocol(PROTOCOL)],
        ssl=_trusting(),
        proxy=None,
    ) as socket:
        if code == 1000:
            await socket.send('{"type":"ping"}')
            assert "pong" in str(await socket.recv())
            await socket.close()
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert socket.close_code == code


def test_commands_are_small_and_plans_may_be_large(site: Site) -> None:
    long = "x" * (100 * 1024)
    assert site.client.post(COMMANDS, json={"id": long}, headers=BEARER).status_code == 413
    found = site.client.post(f"/api/halls/{HALL_ID}/plans/check", json={"id": long})
    assert found.status_code == 401  # by us, who have seen all of it


async def test_process_killed_behind_nginx_loses_nothing__I1_I2_I7_I8(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    secret = site.hall.cookie("supervisor").partition("=")[2]
    cookie = f"{cookie_name(is_secure=True)}={secret}"  # as over TLS
    load = Load(site.hall, cookie, url=site.proxy.url)
    async with (
        history_of(site.hall) as history,
        working(load, kiosks=4, every_s=0.1, screens=6),
        httpx.AsyncClient(base_url=site.proxy.url, verify=_trusting(), trust_env=False) as client,
    ):
        posting = asyncio.create_task(post_tickets(client))
        for web in (site.one, site.two):
            await load.until_all_are_served(RECOVERY_S)
            await web.restart(signal.SIGKILL)
            await asyncio.sleep(ASKED_AGAIN_S)
            assert not posting.done(), await posting
        posting.cancel()
        await load.until_screens_agree(RECOVERY_S)
        posted = await posting
        entries = await history.streamed()
        check(entries, load.answers)
        kept = {entry.commit.id: entry.position.seq for entry in entries}
        assert posted
        assert all(kept[command_id] == seq for command_id, seq in posted.items())


async def post_tickets(client: httpx.AsyncClient) -> dict[CommandId, int]:
    """Tickets over HTTP, one after another until cancelled; each POST is answered.  Id and seq."""
    posted: dict[CommandId, int] = {}
    try:
        while True:
            command_id = CommandId(f"posted-{len(posted)}")
            found = await client.post(COMMANDS, json=take(command_id), headers=BEARER)
            assert found.status_code == 200, found.text
            posted[command_id] = found.json()["seq"]
    except asyncio.CancelledError:
        return posted
