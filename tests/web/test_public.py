"""What is open to all has nobody's name, telephone or card number in it (I19)."""

import asyncio
from typing import Any

import asyncpg
from redis import Redis

from backend.core.access import TOPICS, Family
from backend.core.stamp import Role
from backend.demo.hall import demo_plan
from tests.hall import DEVICE_TOKEN, Hall, until
from tests.office.desk import cmd, done, headers, open_case
from tests.web.test_audited import OPEN, handlers

CARD, OTHER_CARD = "3405691582", "3735928559"
NAME, PHONE = "令狐未央", "13974820015"
WORDS = f"{NAME} {PHONE}"
BEARER = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
LIMIT_S = 20.0
FIXED = {
    "/api/health",
    "/api/ready",
    "/api/session",
    "/api/sso/begin",
    "/api/sso/back",
    "/api/enrolments/mine",
}
"""Open routes that tell of no visit; everything else that is open is asked."""


def forms(card: str) -> set[str]:
    """The card's number as a reader may send it."""
    number = int(card).to_bytes(4, "big")
    return {card, number.hex(), number[::-1].hex(), str(int.from_bytes(number, "little"))}


SECRETS = forms(CARD) | forms(OTHER_CARD) | {NAME, PHONE}


def take(hall: Hall, id: str, card: str) -> Any:
    command = {"type": "take_ticket", "queue_id": "G", "channel": "card", "card": card}
    reply = hall.do(id, command | {"kiosk_id": "K1"}, **BEARER)
    assert reply.status == 200, reply.body
    return reply.json["result"]


def planted(hall: Hall) -> tuple[list[str], list[str]]:
    """The secrets of visits and cases, after words were written wherever they are taken."""
    chief, clerk = headers(hall, "supervisor"), headers(hall, "w14")
    first, second = take(hall, "public-1", CARD), take(hall, "public-2", OTHER_CARD)
    ticket = {"ticket_id": second["ticket_id"]}
    for n, command in enumerate(
        [
            {"type": "stop_issuing", "queue_id": "H", "reason": WORDS},
            {"type": "resume_issuing", "queue_id": "H"},
            {"type": "send_ticket", "to_queue_id": "A", "reason": WORDS, **ticket},
            {"type": "cancel_ticket", "reason": WORDS, **ticket},
        ]
    ):
        reply = hall.do(f"public-chief-{n}", command, **chief)
        assert reply.status == 200, (command, reply.body)
    why = hall.ask("GET", f"/api/halls/main/tickets/{second['ticket_id']}/why", **chief)
    assert NAME in why.body.decode()  # staff read what the others must not
    counter = {"counter_id": "W14"}
    hall.do("public-open", {"type": "open_counter", **counter}, **clerk)
    called = {"type": "call_ticket", "ticket_id": first["ticket_id"], "reason": WORDS, **counter}
    for n, step in enumerate(
        [called, {"type": "start_serving", **counter}, {"type": "finish_serving", **counter}]
    ):
        reply = hall.do(f"public-desk-{n}", step, **clerk)
        assert reply.status == 200, (step, reply.body)
    rating = {"type": "evaluate", "ticket_token": first["token"], "level": 1, "comment": WORDS}
    body = {"type": "do", "id": "public-rate", "command": rating}
    assert hall.ask("POST", "/api/halls/main/commands", body).status == 200
    opened = done(hall, chief, open_case("HR-04"), cmd("withdraw_case", reason=WORDS))
    return [first["token"], second["token"]], [opened["track_path"].rpartition("/")[2]]


def topics(tokens: list[str]) -> list[str]:
    """Every topic that a visitor may watch, at every place of the hall."""
    plan = demo_plan()
    keys: dict[Family, list[Any]] = {
        Family.BOARD: [zone.zone_id for zone in plan.zones],
        Family.COUNTER_SCREEN: [counter.counter_id for counter in plan.counters],
        Family.KIOSK: [kiosk.kiosk_id for kiosk in plan.kiosks],
        Family.TICKET: tokens,
    }
    return [
        f"{family.value}:{key}" if key else family.value
        for family in sorted(TOPICS[Role.VISITOR])
        for key in keys.get(family, [""])
    ]


def open_addresses(tokens: list[str], cases: list[str]) -> list[str]:
    """Every address to read that is open to all, for each visit and case."""
    found: list[str] = []
    for method, path, handler, told in handlers():
        is_open = told is None and handler.handler_name in OPEN and method == "GET"
        if is_open and path.startswith("/api/") and path not in FIXED:
            secrets = cases if path.startswith("/api/track") else tokens
            found += {path.replace("{token:str}", secret) for secret in secrets}
    return sorted(found)


def test_what_is_open_to_all_names_nobody__I19(hall: Hall) -> None:
    tokens, cases = planted(hall)
    addresses = [f"/api/halls/main/topics/{topic}" for topic in topics(tokens)]
    assert len(addresses) > 40
    addresses += open_addresses(tokens, cases)
    assert any("/api/track/" in address for address in addresses)
    told = 0
    for address in addresses:
        reply = hall.ask("GET", address)
        assert reply.status in {200, 401, 404}, (address, reply.body)
        told += reply.status == 200
        text = reply.body.decode().lower()
        assert not [secret for secret in SECRETS if secret.lower() in text], address
    assert told > 40


def test_cards_are_kept_as_keyed_hashes_alone__I19(hall: Hall) -> None:
    """In every row of every table, and in everything that Redis has."""
    planted_cards = forms(CARD) | forms(OTHER_CARD)
    if hall.ask("GET", "/api/halls/main/topics/queues").status == 200:
        take(hall, "public-3", CARD)

    async def archived() -> str:
        connection = await asyncpg.connect(hall.given("DATABASE_URL"))
        try:
            tables = await connection.fetch(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
            texts = []
            for (table,) in tables:
                rows = await connection.fetch(f'SELECT t::text FROM "{table}" AS t')
                texts += [row[0] for row in rows]
            return "\n".join(texts)
        finally:
            await connection.close()

    until(lambda: '"public-3"' in asyncio.run(archived()), LIMIT_S)
    text = asyncio.run(archived()).lower()
    with Redis.from_url(hall.given("REDIS_URL")) as redis:
        for key in redis.scan_iter():
            kind = redis.type(key)
            value: Any = b""
            if kind == b"stream":
                value = redis.xrange(key)
            elif kind == b"string":
                value = redis.get(key)
            text += f"{key!r} {value!r}".lower()
    assert not [card for card in planted_cards if card.lower() in text]
