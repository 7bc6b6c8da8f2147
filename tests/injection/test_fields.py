"""Each text that a request may have is refused by a code, or kept and given back as written.

Which there are, the OpenAPI document says: a new one is in `CHAINS` (writes.py), or it names
something and is asked about by `test_hostile_name...`, or `UNSENT` says why not.
"""

import asyncio
import re
from collections import Counter
from hashlib import sha256
from typing import Any

import asyncpg
import msgspec
import pytest

from tests.hall import Hall, until
from tests.injection.corpus import CORPUS, TEXTS, words_in
from tests.injection.fields import Document, Field, placed_in, route_of
from tests.injection.sender import (
    ARCHIVED_S,
    Sender,
    Things,
    as_kept,
    filled,
    fresh_id,
    go,
    has_text,
)
from tests.injection.writes import ARCHIVE, CHAINS, MAIN, STARTED, Write, do
from tests.web.test_matrix import ALL, ROUTES

PASSWORD = "is hashed, and given back to nobody: tests/web/test_accounts.py"
UNSENT = {
    "POST /api/account/password": PASSWORD,
    "POST /api/account/second-factor": PASSWORD,
    "PUT /api/account/second-factor": PASSWORD,
    "POST /api/halls/{hall_id}/guides/preview": "nothing is kept: tests/office/test_drafts.py",
}
TABLE = "answered with the faults of the table, and nothing is kept"
PREVIEW = "shown with its faults, and nothing is kept"
NEW = {
    "POST /api/halls/{hall_id}/commands <do>.command<change_roster>.reason": (
        "asks for the newest roster to be in force: there was none, so nothing is kept"
    ),
    "POST /api/halls/{hall_id}/commands <do>.command<post_notice>.notice_id": "of a new notice",
    "POST /api/halls/{hall_id}/notices/preview .screen_ids[]": PREVIEW,
    "POST /api/halls/{hall_id}/notices/preview .zone_ids[]": PREVIEW,
    "POST /api/halls/{hall_id}/roster/table .reason": TABLE,
    "POST /api/halls/{hall_id}/roster/table .text": TABLE,
    "POST /api/halls/{hall_id}/tickets/find .number": "nothing is found",
}
"""What is accepted of what is in no chain."""
QUESTION = do(type="ask", text="plain", service_id="HR-01")
STARTED_CASE = {"type": "do", "id": "%", "commands": STARTED}


@pytest.fixture(scope="module")
def document(hall: Hall) -> Document:
    return Document(hall.ask("GET", "/schema/openapi.json").json)


def phases(chain: tuple[Write, ...]) -> list[list[Write]]:
    """The chain, cut before what waits for the recorder: it comes once for all texts."""
    found: list[list[Write]] = [[]]
    for write in chain:
        if write.is_awaited:
            found.append([])
        found[-1].append(write)
    return found


@pytest.mark.parametrize("name", CHAINS)
def test_text_is_given_back_as_it_was_written_or_refused__I18(
    hall: Hall, sender: Sender, name: str
) -> None:
    day = hall.ask("GET", "/api/halls/main/topics/queues").json["view"]["day"]
    things: list[Things] = [{"day": day} for _ in TEXTS]
    kept: Counter[int] = Counter()
    archived: dict[str, str] = {}
    for phase in phases(CHAINS[name]):
        for n, text in enumerate(TEXTS):
            for write in phase:
                command_id = go(sender, write, things[n], text)
                kept[CHAINS[name].index(write)] += command_id is not None
                if command_id is not None and write.back == ARCHIVE:
                    archived[command_id] = text
    assert all(kept[n] > 0 for n, write in enumerate(CHAINS[name]) if has_text(write)), kept
    if archived:
        until(lambda: set(archived) <= set(commits(hall)), ARCHIVED_S)
        found = commits(hall)
        for one, text in archived.items():
            assert as_kept(text) & set(words_in(found[one])), (text, found[one])


def commits(hall: Hall) -> dict[str, Any]:
    """What the archive has of each command."""

    async def read() -> list[Any]:
        connection = await asyncpg.connect(hall.given("DATABASE_URL"))
        try:
            return await connection.fetch("SELECT commit_id, body FROM commits")
        finally:
            await connection.close()

    return {row["commit_id"]: msgspec.json.decode(row["body"]) for row in asyncio.run(read())}


def fields_of_chains(document: Document) -> set[Field]:
    routes = list(document.bodies())
    return {
        Field(route_of(write.method, write.path.replace("{", "").replace("}", ""), routes), path)
        for chain in CHAINS.values()
        for write in chain
        if has_text(write)
        for path in placed_in(write.body, "$")
    }


ROLES = ("supervisor", "admin", "w02", "manager", "device", "")
KINDS = list(CORPUS.values())


def test_every_text_of_a_chain_is_one_of_the_document__I18(document: Document) -> None:
    # The document does not tell the form of a plan: rules/plan_form.py does.
    unknown = fields_of_chains(document) - set(document.texts())
    assert {field.path for field in unknown} == {".plan.name.zh", ".plan.name.en"}


def test_hostile_name_of_something_is_refused_or_names_something_new__I18(
    sender: Sender, document: Document
) -> None:
    """Every text that is in no chain, each with a text of each kind, all texts taking turns."""
    case = sender.send("w02", "POST", f"{MAIN}/cases/do", filled(STARTED_CASE, "", {})).json
    asked = sender.send("", "POST", f"{MAIN}/questions", filled(QUESTION, "", {})).json
    things = {"token": asked["token"], "case_id": case["case"]["case_id"], "year": "2031"}
    things |= {"consultation_id": sha256(asked["token"].encode()).hexdigest()[:24]}
    things |= {"hall_id": "main", "username": "w20", "day": "2027-01-05"}
    accepted = set()
    fields = [
        field
        for field in document.texts()
        if field not in fields_of_chains(document) and field.route not in UNSENT
    ]
    assert len(fields) > 120
    for n, field in enumerate(fields):
        method, path = field.route.split(" ")
        address = re.sub(r"\{(\w+)\}", lambda found: things.get(found[1], "x"), path)
        roles = list(ROLES)
        for kind in KINDS:
            body = document.body(field, kind[n % len(kind)])
            if isinstance(body, dict) and "id" in body and not field.path.endswith(">.id"):
                body["id"] = fresh_id()
            reply = sender.send(roles[0], method, address, body)
            while reply.status in {401, 403} and len(roles) > 1:
                roles.pop(0)
                reply = sender.send(roles[0], method, address, body)
            if reply.status < 300:
                accepted.add(str(field))
            else:
                assert reply.json["code"], (field, reply.body)
    # An id of its own for a message is whatever fits the pattern; which texts a field is sent goes
    # by its place, so that none need fit.
    named = {name for name in accepted if not name.endswith(".id")}
    assert named <= set(NEW), sorted(named - set(NEW))
    assert named >= {name for name, why in NEW.items() if why != PREVIEW}


def test_ten_thousand_characters_are_refused_wherever_anybody_writes__I18(
    sender: Sender, document: Document
) -> None:
    asked = sender.send("", "POST", f"{MAIN}/questions", filled(QUESTION, "", {})).json
    public = {route for route, rights in ROUTES.items() if rights == ALL}
    fields = [field for field in document.texts() if field.route in public]
    assert len(fields) > 40
    for field in fields:
        method, path = field.route.split(" ")
        address = path.replace("{hall_id}", "main").replace("{token}", asked["token"])
        body = document.body(field, "字" * 10_000)
        if isinstance(body, dict) and "id" in body and not field.path.endswith(">.id"):
            body["id"] = fresh_id()
        reply = sender.send("", method, address, body)
        assert 400 <= reply.status < 500, field
        assert reply.json["code"], field
