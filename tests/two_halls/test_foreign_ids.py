"""An id of another hall, department or person is answered as one that there is not (I18).

The table places every route that has an id in its path, query or body: a new one fails until it
stands here.
"""

import asyncio
import re
from datetime import UTC, datetime
from typing import Any, NamedTuple

import asyncpg
import msgspec
import pytest

from backend.core.ids import HallId
from tests.core.test_access import COMMANDS
from tests.office.desk import cmd
from tests.two_halls.conftest import EAST, Halls

H = "/api/halls/{hall_id}"
MAIN = HallId("main")
ID = re.compile(r"(.*_id|.*_ids|.*token|username|number|version|code|name|who|day|year)")
"""What a parameter that names something may be called."""
MISSING = {
    "case_id": "case-of-nobody",
    "number": "2026-999999",
    "file_id": "file-of-nobody",
    "ticket_id": "20260105-Z999",
    "rated_ticket_id": "20260105-Z999",
    "library_case_id": "case-of-nobody",
    "leave_id": "leave-of-nobody",
    "ticket_token": "token-of-nobody",
    "topic": "ticket:token-of-nobody",
    "version": "99",
    "service_id": "XX-99",
    "queue_id": "X",
    "device_id": "device-of-nobody",
    "username": "nobody",
    "session_id": "nobodys",
    "planned_id": "XX-99",
    "booking_code": "NOBODY222",
    "booking_id": "booking-of-nobody",
    "appeal_id": "appeal-of-nobody",
    "consultation_id": "consultation-of-nobody",
    "draft_id": "draft-of-nobody",
    "written_id": "written-by-nobody",
    "consultation_topic": "consultation:nobodys",
    "counter_topic": "counter:X9",
    "counter_screen_topic": "counter_screen:X9",
    "pad_topic": "pad:X9",
    "board_topic": "board:X9",
    "voice_topic": "voice:X9",
    "kiosk_topic": "kiosk:X9",
    "printer_topic": "printer:X9",
}
OFFICE = ("e-clerk", "e-manager", "e-chief")


class Probe(NamedTuple):
    """An id that is not theirs, asked for by each of these in a hall where they may ask."""

    thing: str
    who: tuple[str, ...]
    hall_id: str = EAST
    param: str = ""
    """Whose value the id is; else it is put into the body."""
    query: str = ""
    body: Any = None
    """"$" stands for the id."""
    others: tuple[tuple[str, str], ...] = ()
    """The other parameters."""


def path_probe(thing: str, *who: str, param: str = "", **more: Any) -> Probe:
    return Probe(thing=thing, who=who, param=param or thing, **more)


def do(*commands: dict[str, Any], case_id: str | None = None) -> dict[str, Any]:
    return {"type": "do", "id": "%", "case_id": case_id, "commands": commands}


def work(**command: Any) -> dict[str, Any]:
    return {"type": "do", "id": "%", "command": command}


def of_case(body: Any = None, query: str = "", **others: str) -> tuple[Probe, ...]:
    """A case of the other hall, and in the first hall one of another department."""
    more = {"body": body, "query": query, "others": tuple(others.items())}
    return (
        path_probe("case_id", *OFFICE, **more),
        path_probe("case_id", "w30", hall_id=MAIN, **more),
        path_probe("library_case_id", "w02", "manager", hall_id=MAIN, param="case_id", **more),
    )


def of_consultation(**more: Any) -> tuple[Probe, ...]:
    """A question of the other hall, and in the first hall one of another department."""
    return (
        path_probe("consultation_id", *OFFICE, **more),
        path_probe("consultation_id", "w30", hall_id=MAIN, **more),
    )


def of_guide(**more: Any) -> tuple[Probe, ...]:
    """A service of the first hall alone, and in it one of another department."""
    return (
        path_probe("service_id", "e-chief", **more),
        path_probe("service_id", "manager", hall_id=MAIN, **more),
    )


def of_draft(**more: Any) -> tuple[Probe, ...]:
    """A draft of the other hall, and in the first hall one of another department."""
    return (
        path_probe("draft_id", "e-chief", **more),
        path_probe("draft_id", "manager", hall_id=MAIN, **more),
    )


CALL_BACK = {"command": {"type": "call_back", "way": "page", "remark": "x"}}
ACCOUNT = {"name_zh": "x", "name_en": "x", "grants": [{"role": "clerk", "hall_id": "east"}]}
ANYBODYS = "the same for everybody who may ask: it is of no person, department or other hall"
PROOF = "of oneself alone: its code is a proof, and names nothing"
SECRET = "whoever has the secret may: it is the right itself, and names nothing else"
TABLE: dict[str, tuple[Probe, ...] | str] = {
    "GET /api/tickets/{token}": SECRET,
    "GET /api/tickets/{token}/why": SECRET,
    "GET /api/tickets/{token}/visit": SECRET,
    "GET /api/tickets/{token}/answer": SECRET,
    "POST /api/tickets/{token}/answer": SECRET,
    "GET /api/track/{token}": SECRET,
    "GET /api/track/{token}/messages": SECRET,
    "GET /api/track/{token}/contacts": SECRET,
    "POST /api/track/{token}/contacts": SECRET,
    "POST /api/track/{token}/contacts/{contact_id}/code": SECRET,
    "DELETE /api/track/{token}/contacts/{contact_id}": SECRET,
    "GET /api/consultations/{token}/contacts": SECRET,
    "POST /api/consultations/{token}/contacts": SECRET,
    "POST /api/consultations/{token}/contacts/{contact_id}/code": SECRET,
    "DELETE /api/consultations/{token}/contacts/{contact_id}": SECRET,
    "GET /api/bookings/{token}/contacts": SECRET,
    "POST /api/bookings/{token}/contacts": SECRET,
    "POST /api/bookings/{token}/contacts/{contact_id}/code": SECRET,
    "DELETE /api/bookings/{token}/contacts/{contact_id}": SECRET,
    "POST /api/contacts/stop/{token}": SECRET,
    "POST /api/me/messages/read": "of oneself alone: marks none but the own up to a number",
    "POST /api/me/contacts/{contact_id}/code": "of the visitor's own: tests/e2e/test_mine.py",
    "DELETE /api/me/contacts/{contact_id}": "of the visitor's own: tests/e2e/test_mine.py",
    f"POST {H}/track": "by number and card together: tests/e2e/test_mine.py",
    "POST /api/session": "says who one is; what is told of names: tests/web/test_signing_in.py",
    "DELETE /api/account/sessions/{session_id}": (
        path_probe("session_id", "w30", "supervisor", "e-chief", "e-admin"),
    ),
    "GET /api/bookings/{token}": SECRET,
    "POST /api/bookings/{token}": SECRET,
    "GET /api/bookings/{token}/calendar.ics": SECRET,
    "GET /api/consultations/{token}": SECRET,
    "POST /api/consultations/{token}": SECRET,
    f"GET {H}/bookable/{{service_id}}": (
        path_probe("planned_id", "", "e-clerk", param="service_id"),
    ),
    f"GET {H}/bookings": "the bookings of a day of this hall: below",
    f"POST {H}/bookings": (
        Probe(
            *("planned_id", ("", "e-chief")),
            body={
                "id": "%",
                "command": {
                    **{"type": "hold_place", "service_id": "$"},
                    "slot_at": "2027-01-05T01:00:00Z",
                },
            },
        ),
    ),
    f"POST {H}/bookings/find": (Probe("booking_code", ("", "e-chief"), body={"code": "$"}),),
    f"POST {H}/bookings/{{booking_id}}": (
        path_probe(
            *("booking_id", "e-chief", "e-greeter"),
            body={"id": "%", "command": {"type": "drop_booking", "reason": "x"}},
        ),
    ),
    f"POST {H}/bookings/appeals/{{appeal_id}}": (
        path_probe(
            *("appeal_id", "e-chief", "e-admin"),
            body={"command": {"type": "rule_block", "lifts": True, "reason": "x"}},
        ),
    ),
    f"GET {H}/consultations/{{consultation_id}}": of_consultation(),
    f"POST {H}/consultations/{{consultation_id}}": (
        *of_consultation(body=work(type="take")),
        *of_consultation(body=work(type="withdraw", reason="x")),
    ),
    f"GET {H}/questions": "what this hall has published: below",
    f"POST {H}/questions": (
        Probe(
            *("planned_id", ("",)),
            body=work(type="ask", text="x", service_id="$"),
        ),
    ),
    "POST /api/account/password": PROOF,
    "POST /api/account/second-factor": PROOF,
    "PUT /api/account/second-factor": PROOF,
    f"POST {H}/accounts": "makes a name, which is one for all halls (AC4)",
    f"PUT {H}/accounts/{{username}}": (path_probe("username", "e-admin", body=ACCOUNT),),
    f"POST {H}/accounts/{{username}}/password": (path_probe("username", "e-admin", body={}),),
    f"DELETE {H}/accounts/{{username}}/second-factor": (path_probe("username", "e-admin"),),
    f"GET {H}/accounts/{{username}}/sessions": (path_probe("username", "e-admin", "e-auditor"),),
    f"DELETE {H}/accounts/{{username}}/sessions/{{session_id}}": (
        path_probe("username", "e-admin", others=(("session_id", "session_id"),)),
        path_probe("session_id", "e-admin", others=(("username", "=e-chief"),)),
        path_probe("session_id", "admin", hall_id=MAIN, others=(("username", "=w30"),)),
    ),
    f"POST {H}/commands": "every command with every id: below",
    f"GET {H}/topics/{{name}}": tuple(
        path_probe(thing, "", "e-clerk", "e-chief", "e-admin", "east-1", param="name")
        for thing in MISSING
        if thing.endswith("topic") and thing != "consultation_topic"  # below
    ),
    f"POST {H}/tickets/find": "numbers are of the hall's day: below",
    f"GET {H}/tickets/{{ticket_id}}/why": (
        path_probe("ticket_id", "e-clerk", "e-chief", "e-admin", query="?day={day}"),
    ),
    f"POST {H}/replay": ANYBODYS,
    f"GET {H}/days/{{day}}/topics/{{name}}": (
        path_probe(
            *("topic", "e-chief", "e-admin"),
            param="name",
            others=(("day", "day"),),
            query="?at=2026-01-05T09:00:00%2B08:00",
        ),
    ),
    f"GET {H}/days/{{day}}/topics/{{name}}/course": (
        path_probe("topic", "e-chief", "e-admin", param="name", others=(("day", "day"),)),
    ),
    f"GET {H}/days/{{day}}/tickets": "numbers are of the hall's day: below",
    f"GET {H}/plans/{{version}}": (path_probe("version", "e-chief", "e-admin", "e-auditor"),),
    f"GET {H}/enrolments/{{code}}": "a device shows its code before it is of any hall (EN1)",
    f"POST {H}/devices": "a device shows its code before it is of any hall (EN1)",
    f"DELETE {H}/devices/{{device_id}}": (path_probe("device_id", "e-chief", "e-admin"),),
    f"POST {H}/screens": "names of the plan, which boards show to everybody",
    f"POST {H}/cases/do": (
        Probe("case_id", OFFICE, body=do(cmd("start_process"), case_id="$")),
        Probe("case_id", ("w30",), MAIN, body=do(cmd("start_process"), case_id="$")),
        Probe("library_case_id", ("w02", "manager"), MAIN, body=do(cmd("close_case"), case_id="$")),
        Probe("service_id", OFFICE, body=do(cmd("open_case", service_id="$"))),
        Probe(
            *("ticket_id", ("e-clerk", "e-manager")),
            body=do(
                cmd(
                    "open_case",
                    service_id="HR-04",
                    ticket={"day": "2026-01-05", "ticket_id": "$"},
                )
            ),
        ),
    ),
    f"GET {H}/notices/{{notice_id}}": (
        path_probe("written_id", "e-chief", "e-admin", param="notice_id"),
    ),
    f"POST {H}/notices": (
        Probe(
            *("written_id", ("e-chief", "e-admin")),
            body={"id": "%", "notice_id": "$", "after": 1, "command": {"type": "take_down"}},
        ),
        Probe(
            *("board_topic", ("e-chief",)),
            body={
                **{"id": "%", "notice_id": None, "after": 0},
                "command": {
                    "type": "publish_notice",
                    "content": {
                        "title": {"zh": "x", "en": "x"},
                        "text": {"zh": "", "en": ""},
                        "screen_ids": ["$"],
                    },
                },
            },
        ),
    ),
    f"POST {H}/notices/preview": "keeps nothing; what it says of places is asked of POST notices",
    f"GET {H}/cases": "departments that are not the own: below",
    f"GET {H}/cases/{{case_id}}": of_case(),
    f"GET {H}/cases/numbered/{{number}}": (
        path_probe("number", *OFFICE),
        path_probe("number", "w30", hall_id=MAIN),
    ),
    f"GET {H}/cases/of-ticket/{{ticket_id}}": (
        path_probe("ticket_id", *OFFICE),
        path_probe("ticket_id", "w30", "manager", hall_id=MAIN),
    ),
    f"GET {H}/cases/digests": ANYBODYS,
    f"GET {H}/cases/facts": (
        Probe("ticket_id", ("e-clerk", "e-chief"), query="?ticket_id=$&service_id=HR-04"),
        Probe("ticket_id", ("w30",), MAIN, query="?ticket_id=$&service_id=LI-01"),
    ),
    f"POST {H}/cases/{{case_id}}/files": of_case(body={}, query="?name=x&material_id=m1"),
    f"POST {H}/cases/{{case_id}}/references": of_case(body={"name": "x", "reference": "y"}),
    f"GET {H}/cases/{{case_id}}/files/{{file_id}}": of_case(file_id="file_id"),
    f"DELETE {H}/cases/{{case_id}}/files/{{file_id}}": of_case(file_id="file_id"),
    f"POST {H}/cases/{{case_id}}/receipt": (
        *of_case(body={"id": "%"}),
        Probe(
            *("ticket_id", ("w30",), MAIN),
            others=(("case_id", "library_case_id"),),
            body={"id": "%", "ticket_id": "$"},
        ),
    ),
    f"POST {H}/roster": (
        Probe(
            "leave_id",
            ("e-chief", "e-admin", "e-manager"),
            body=work(type="cancel_leave", leave_id="$", reason="x"),
        ),
        Probe(
            "username",
            ("e-chief", "e-manager"),
            body=work(
                type="grant_leave", staff_id="$", first="2027-01-05", last="2027-01-05", reason="x"
            ),
        ),
    ),
    f"GET {H}/catalogue/export": "of the whole hall, as of a day; nothing of it is named",
    f"GET {H}/guides/{{service_id}}": of_guide(),
    f"GET {H}/guides/{{service_id}}/compare": of_guide(query="?before=1&after=1"),
    f"POST {H}/guides/{{service_id}}": of_guide(
        body=work(type="withdraw_guide", after=1, valid_from="2031-01-01", words="x")
    ),
    f"POST {H}/guides/preview": "shows what was sent, and finds nothing",
    f"POST {H}/drafts": (
        Probe("service_id", ("e-chief",), body=work(type="begin_draft", service_id="$")),
    ),
    f"GET {H}/drafts/{{draft_id}}": of_draft(),
    f"GET {H}/drafts/{{draft_id}}/compare": of_draft(),
    f"POST {H}/drafts/{{draft_id}}": of_draft(body=work(type="recall_draft", revision=1)),
    f"GET {H}/services/{{service_id}}": (path_probe("service_id", *OFFICE),),
    f"GET {H}/visit-times": (Probe("queue_id", ("",), query="?queue_id=$"),),
    f"GET {H}/roster/changes": "of the hall alone: a day and a version are those of its own roster",
    f"GET {H}/calendar/{{year}}": ANYBODYS,
    f"PUT {H}/calendar/{{year}}": ANYBODYS,
    f"GET {H}/statistics/spans": ANYBODYS,
    f"POST {H}/followups/{{day}}/{{ticket_id}}": (
        path_probe(
            *("rated_ticket_id", "e-chief", "e-manager", "e-admin"),
            param="ticket_id",
            others=(("day", "day"),),
            body=CALL_BACK,
        ),
        path_probe(
            *("rated_ticket_id", "manager"),
            hall_id=MAIN,
            param="ticket_id",
            others=(("day", "day"),),
            body=CALL_BACK,
        ),
    ),
    f"GET {H}/audit": "who did what in this hall alone: test_auditor.py",
}
PROBES = [(r, probe) for r, found in TABLE.items() if not isinstance(found, str) for probe in found]


def names_in(form: Any, components: dict[str, Any], seen: set[str]) -> set[str]:
    """The names of all fields in a form of the document, followed through its parts."""
    found: set[str] = set()
    if isinstance(form, list):
        return found.union(*(names_in(one, components, seen) for one in form))
    if not isinstance(form, dict):
        return found
    ref = form.get("$ref", "").rpartition("/")[2]
    if ref and ref not in seen:
        seen.add(ref)
        found |= names_in(components[ref], components, seen)
    found |= set(form.get("properties", {}))
    return found.union(*(names_in(one, components, seen) for one in form.values()))


def with_ids(document: dict[str, Any]) -> set[str]:
    """Every route of the document with an id besides the hall's."""
    found = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            names = {one["name"] for one in operation.get("parameters", [])} - {"hall_id"}
            if method != "get":
                body = operation.get("requestBody", {})
                names |= names_in(body, document["components"]["schemas"], set()) - {"hall_id"}
            is_walked = path.startswith("/api/") and method != "head"
            if is_walked and any(ID.fullmatch(name) for name in names):
                found.add(f"{method.upper()} {path}")
    return found


def test_every_route_with_an_id_is_in_the_table__I18(halls: Halls) -> None:
    document = halls.hall.ask("GET", "/schema/openapi.json").json
    assert with_ids(document) == set(TABLE)


def filled(value: Any, id: str, fresh: str) -> Any:
    """The body with the id, and an id of its own for the message."""
    text = msgspec.json.encode(value).decode()
    return msgspec.json.decode(text.replace('"$"', f'"{id}"').replace('"%"', f'"{fresh}"'))


async def _records(url: str) -> list[dict[str, Any]]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT * FROM audit WHERE kind <> 'commits' ORDER BY seq")
    finally:
        await connection.close()
    return [dict(row) for row in rows]


def answer(halls: Halls, route: str, probe: Probe, *, who: str, id: str, fresh: str) -> Any:
    """Status, body and records of the request with this id, told without the id."""
    method, path = route.split(" ")
    given = {name: halls.things.get(key, key.lstrip("=")) for name, key in probe.others}
    given |= {"hall_id": probe.hall_id, probe.param: id}
    query = probe.query.replace("$", id).format(**halls.things)
    body = None if probe.body is None else filled(probe.body, id, fresh)
    url, shown = halls.hall.given("DATABASE_URL"), halls.who(who)
    before = len(asyncio.run(_records(url)))
    reply = halls.hall.ask(method, path.format(**given) + query, body, **shown)
    left = asyncio.run(_records(url))[before:]
    told = [(r["verb"], r["kind"], r["result"], r["hall_id"], r["before"]) for r in left]
    words = reply.body.decode().replace(id, "ID").replace(fresh, "FRESH")
    return reply.status, words, told


@pytest.mark.parametrize(("route", "probe"), PROBES, ids=lambda one: getattr(one, "thing", one))
def test_foreign_id_is_answered_as_one_that_there_is_not__I18(
    halls: Halls, route: str, probe: Probe
) -> None:
    theirs, missing = halls.things[probe.thing], MISSING[probe.thing]
    for n, who in enumerate(probe.who):
        name = f"idor-{PROBES.index((route, probe))}-{n}"
        foreign = answer(halls, route, probe, who=who, id=theirs, fresh=f"{name}-a")
        nothing = answer(halls, route, probe, who=who, id=missing, fresh=f"{name}-b")
        assert foreign == nothing, who
        assert foreign[0] in {401, 403, 404, 409, 422}, (who, foreign)
        secrets = set(halls.things.values()) - {halls.things["day"], "2", "demo", theirs}
        assert not any(secret in foreign[1] for secret in secrets if len(secret) > 3), foreign


def test_owner_is_answered_otherwise__I18(halls: Halls) -> None:
    """The table would prove nothing if nobody could read these things."""
    things = halls.things
    for who, path in (
        ("w02", f"cases/{things['case_id']}"),
        ("w02", f"cases/numbered/{things['number']}"),
        ("w30", f"cases/{things['library_case_id']}"),
        ("supervisor", f"cases/of-ticket/{things['ticket_id']}"),
        ("supervisor", "plans/2"),
        ("", f"topics/{things['topic']}"),
        ("w02", f"services/{things['service_id']}"),
        ("admin", f"accounts/{things['username']}/sessions"),
    ):
        reply = halls.hall.ask("GET", f"/api/halls/main/{path}", **halls.who(who))
        assert reply.status == 200, (path, reply.body)
    for who in ("w02", "supervisor"):
        reply = halls.hall.ask("GET", "/api/halls/east/cases?kind=open", **halls.who(who))
        assert reply.status in {401, 403}


def test_list_of_another_department_is_answered_as_of_none__I18(halls: Halls) -> None:
    for who in ("w30", "manager"):
        answers = []
        for department_id in ("GS", "none-such"):
            path = f"/api/halls/main/cases?kind=open&department_id={department_id}"
            reply = halls.hall.ask("GET", path, **halls.who(who))
            answers.append((reply.status, reply.body))
        assert answers[0] == answers[1], who
        assert answers[0][0] in {403, 404}


def test_number_of_another_hall_is_found_by_nobody__I18(halls: Halls) -> None:
    number = halls.things["ticket_id"].rpartition("-")[2]
    for who in ("e-greeter", "e-chief", "e-admin"):
        path, body = "/api/halls/east/tickets/find", {"number": number}
        reply = halls.hall.ask("POST", path, body, **halls.who(who))
        assert (reply.status, reply.json["tickets"]) == (200, [])
    theirs = halls.hall.ask(
        "POST", "/api/halls/main/tickets/find", {"number": number}, **halls.who("greeter")
    )
    assert len(theirs.json["tickets"]) == 1


def test_bookings_and_appeals_are_of_one_hall__I18(halls: Halls) -> None:
    for who, hall_id, count in (("supervisor", "main", 1), ("e-chief", EAST, 0)):
        path, shown = f"/api/halls/{hall_id}/bookings", halls.who(who)
        day = halls.hall.ask("GET", f"{path}?day=2027-01-04", **shown)
        assert len(day.json["lines"]) == count
        assert len(halls.hall.ask("GET", f"{path}/appeals", **shown).json) == count


def test_published_question_is_shown_in_its_hall_alone__I18(halls: Halls) -> None:
    for hall_id, count in (("main", 1), (EAST, 0)):
        for query in ("", "?service_id=HR-01", "?q=office"):
            reply = halls.hall.ask("GET", f"/api/halls/{hall_id}/questions{query}")
            assert len(reply.json["found"]) == count, (hall_id, query)


def test_topic_of_a_consultation_of_another_hall_tells_nothing__I18(halls: Halls) -> None:
    topic = halls.things["consultation_topic"]
    for who in ("", "e-clerk", "e-chief", "east-1"):
        views = []
        for name in (topic, MISSING["consultation_topic"]):
            path = f"/api/halls/{EAST}/topics/{name}"
            views.append(halls.hall.ask("GET", path, **halls.who(who)).json["view"])
        assert views[0] == views[1]


class Named(NamedTuple):
    """What a field of a command names."""

    thing: str
    missing: str
    own: str
    """Of the second hall: what stands there while another field is asked about."""


NAMED = {
    "ticket_id": Named("ticket_id", "20260105-Z999", "20260105-Z998"),
    "ticket_token": Named("ticket_token", "token-of-nobody", "token-of-none"),
    "counter_id": Named("counter_id", "X9", "W02"),
    "to_counter_id": Named("counter_id", "X9", "W02"),
    "queue_id": Named("queue_id", "X", "B"),
    "to_queue_id": Named("queue_id", "X", "C"),
    "queue_ids": Named("queue_id", "X", "B"),
    "service_ids": Named("planned_id", "XX-99", "HR-04"),
    "kiosk_id": Named("kiosk_id", "X9", "K1"),
    "zone_id": Named("zone_id", "X9", "Z1"),
    "zone_ids": Named("zone_id", "X9", "Z1"),
    "screen_ids": Named("board_topic", "board:X9", "board:Z1"),
    "printer_id": Named("printer_id", "X9", "P1"),
    "job_id": Named("job_id", "job-of-nobody", "job-of-none"),
    "call_id": Named("call_id", "call-of-nobody", "call-of-none"),
    "alert_id": Named("alert_id", "alert-of-nobody", "alert-of-none"),
    "notice_id": Named("notice_id", "notice-of-nobody", "notice-of-none"),
    "appointment_id": Named("appointment_id", "appointment-of-nobody", "appointment-of-none"),
    "code": Named("appointment_code", "NOBODY333", "NOBODY444"),
    "to_clerk_id": Named("clerk_id", "nobody", "e-clerk"),
    "for_clerk_id": Named("clerk_id", "nobody", "e-clerk"),
}
NEW = {
    ("add_appointment", "appointment_id"),
    ("add_appointment", "code"),
    ("post_notice", "notice_id"),
}
"""Given to something new: below."""
NOBODYS = {
    "agent_id": "whichever the agent has given itself (PR1)",
    "version": "a number that each hall has its own of",
    "day": "a date",
}


def test_every_id_in_a_command_is_asked_about__I18() -> None:
    names = {name for command, _ in COMMANDS for name in command.__struct_fields__}
    assert {name for name in names if ID.fullmatch(name)} == set(NAMED) | set(NOBODYS)


def told(halls: Halls, who: str, body: dict[str, Any], id: str) -> tuple[int, str | None]:
    """Status and code of the command in the second hall."""
    order = {"type": "do", "id": id, "command": body}
    reply = halls.hall.ask("POST", f"/api/halls/{EAST}/commands", order, **halls.who(who))
    return reply.status, reply.json.get("code")


@pytest.mark.parametrize("who", ["e-clerk", "e-chief", "e-greeter", "e-admin", "", "east-1"])
def test_command_with_an_id_of_another_hall_is_refused_as_with_none__I18(
    halls: Halls, who: str
) -> None:
    tried = 0
    for n, (command, _) in enumerate(COMMANDS):
        form = msgspec.to_builtins(command)
        given = [name for name in form if name in NAMED and form[name] not in (None, "", [])]
        own = {name: as_in(form[name], NAMED[name].own) for name in given}
        for name in given:
            if (form["type"], name) in NEW:
                continue
            named = NAMED[name]
            answers = [
                told(
                    halls,
                    who,
                    form | own | {name: as_in(form[name], given_id)},
                    f"c-{who}-{n}-{name}-{m}",
                )
                for m, given_id in enumerate((halls.things[named.thing], named.missing))
            ]
            assert answers[0] == answers[1], (form["type"], name)
            assert answers[0][0] >= 400, (form["type"], name)
            tried += 1
    assert tried > 40


def as_in(value: Any, id: str) -> Any:
    """The id in the form of the field's value."""
    return [id] if isinstance(value, list) else id


def test_thing_with_an_id_of_another_hall_is_a_thing_of_its_own__I18(halls: Halls) -> None:
    def notices(who: str, hall_id: str) -> Any:
        path = f"/api/halls/{hall_id}/topics/ops"
        return halls.hall.ask("GET", path, **halls.who(who)).json["view"]["notices"]

    before, notice_id = notices("supervisor", "main"), halls.things["notice_id"]
    post = {"type": "post_notice", "notice_id": notice_id, "zh": "east", "en": "east"}
    assert told(halls, "e-chief", post, "own-notice")[0] == 200
    assert len(notices("e-chief", EAST)) == len(before) == 1
    remove = {"type": "remove_notice", "notice_id": notice_id}
    assert told(halls, "e-chief", remove, "own-notice-away")[0] == 200
    assert notices("e-chief", EAST) == []
    assert notices("supervisor", "main") == before
    booked = {
        **{"type": "add_appointment", "appointment_id": halls.things["appointment_id"]},
        **{"code": halls.things["appointment_code"], "queue_id": "B"},
        "slot_at": datetime.now(UTC).isoformat(),
    }
    assert told(halls, "e-chief", booked, "own-appointment")[0] == 200
    away = {"type": "cancel_appointment", "appointment_id": booked["appointment_id"]}
    assert told(halls, "e-chief", away, "own-appointment-away")[0] == 200


def test_days_of_every_hall_are_put_by_those_who_may_in_every_hall__I18(halls: Halls) -> None:
    def put(who: str, hall_id: str) -> int:
        path = f"/api/halls/{hall_id}/calendar/2031"
        return halls.hall.ask("PUT", path, {"days": []}, **halls.who(who)).status

    assert put("e-chief", EAST) == put("supervisor", "main") == 403
    assert put("chief-of-all", EAST) == put("chief-of-all", "main") == 200
