"""Pages and the interface for machines."""

import gzip
import re

import pytest

from backend.web.pages import DIST, PAGES
from tests.hall import Hall

W01 = {"username": "w01", "password": "demo"}
ADDRESSES = [
    (name, re.sub(r"\{\w+:str\}", "X1", path)) for name, paths in PAGES.items() for path in paths
]


@pytest.mark.parametrize(("name", "address"), ADDRESSES)
def test_page_is_served_under_a_policy_without_foreign_code(
    hall: Hall, name: str, address: str
) -> None:
    reply = hall.ask("GET", address)
    if not (DIST / name).exists():  # the front end is not built
        assert (reply.status, reply.json["code"]) == (404, "not_built")
        return
    assert reply.status == 200
    assert reply.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = reply.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'self'" in policy
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "no-referrer"  # a ticket's address is its secret
    assert reply.headers["Cache-Control"] == "no-cache"
    for asset in re.findall(r'(?:src|href)="(/assets/[^"]+)"', reply.body.decode()):
        assert hall.ask("GET", asset).status == 200


def test_machines_find_what_they_need(hall: Hall) -> None:
    health = hall.ask("GET", "/api/health")
    assert (health.status, health.body) == (200, b"ok")
    assert hall.ask("GET", "/api/ready").status == 200
    schema = hall.ask("GET", "/schema/openapi.json")
    assert schema.status == 200
    assert "/api/halls/{hall_id}/commands" in schema.json["paths"]
    assert hall.ask("GET", "/schema").status == 200


def test_halls_are_listed(hall: Hall) -> None:
    (entry,) = hall.ask("GET", "/api/halls").json
    assert entry["hall_id"] == "main"
    hello = hall.ask("GET", "/api/hello").json
    assert hello["demo"] is True
    assert hello["halls"] == [entry]


def test_topic_shows_what_a_command_did(hall: Hall) -> None:
    command = {"type": "take_ticket", "queue_id": "A", "channel": "anonymous"}
    done = hall.do("g1", command).json
    show = hall.ask("GET", "/api/halls/main/topics/queues")
    assert show.headers["Cache-Control"] == "no-store"
    assert show.json["seq"] == done["seq"]
    token = done["result"]["token"]
    ticket = hall.ask("GET", f"/api/halls/main/topics/ticket:{token}").json
    assert ticket["view"]["number"] == done["result"]["number"]
    assert hall.ask("GET", f"/api/tickets/{token}").json["hall_id"] == "main"


def test_asset_is_compressed_and_kept_for_ever(hall: Hall) -> None:
    page = hall.ask("GET", "/start").body.decode()
    path = re.findall(r'src="(/assets/[^"]+)"', page)[0]
    plain, packed = hall.ask("GET", path), hall.ask("GET", path, Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert "immutable" in str(plain.headers["Cache-Control"])
    assert hall.ask("HEAD", "/").status == 200


def test_page_is_compressed_and_asked_for_again(hall: Hall) -> None:
    plain, packed = hall.ask("GET", "/take"), hall.ask("GET", "/take", Accept_Encoding="gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["%00", "..%2f..%2fpyproject.toml", "nothing.js", "%ff"])
def test_asset_of_no_such_name_is_not_found(hall: Hall, name: str) -> None:
    assert hall.ask("GET", f"/assets/{name}").status in {400, 404}


def test_origin_that_is_no_address_is_foreign(hall: Hall) -> None:
    reply = hall.ask("POST", "/api/session", W01, Origin="http://[::1")
    assert (reply.status, reply.json["code"]) == (403, "forbidden")
