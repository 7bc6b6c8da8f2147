"""Every role × every command, topic and HTTP route, asked of a real hall (I18).

The tables are written out here, and once more in tests/core/test_access.py: what is granted is
what was meant, and a route, topic or command that is in no table fails.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.routes import HTTPRoute

from backend.app import make_app
from backend.core.access import Family
from backend.core.stamp import Role
from backend.parts import make_parts
from backend.settings import read_settings
from backend.site.asked import paths
from tests.core.test_access import COMMANDS, ROLES, TOPICS
from tests.hall import DEVICE_TOKEN, HALL_ID, Hall, running_hall
from tests.web.test_sockets import ask, opened

ASKING = tuple(role for role in ROLES if role is not Role.SYSTEM)  # which comes in by no door
ACCOUNTS = {
    Role.CLERK: "w01",
    Role.GREETER: "greeter",
    Role.SUPERVISOR: "supervisor",
    Role.ADMINISTRATOR: "admin",
    Role.DEPARTMENT_MANAGER: "manager",
    Role.STATISTICS_VIEWER: "statistics",
    Role.CONTENT_EDITOR: "editor",
    Role.AUDITOR: "auditor",
}
DENIED = {"unauthenticated", "forbidden"}
H = "/api/halls/{hall_id}"
ALL = "yes yes yes yes yes yes yes yes yes yes"
NOBODY = "- - - - - - - - - -"
STAFF = "- - yes yes yes yes yes yes yes yes"

CASES = "- - yes - yes yes yes - - -"
"""By what ties somebody to each case: tests/core/cases/test_case_access.py."""

GUIDES = "- - - - yes yes yes - yes -"

ROUTES: dict[str, str] = {
    # visitor, device, clerk, greeter, supervisor, administrator,
    # department manager, statistics viewer, content editor, auditor
    "GET /api/hello": ALL,
    "GET /api/health": ALL,
    "GET /api/ready": ALL,
    "GET /metrics": ALL,  # but only at the machine: tests/web/test_metrics.py
    "GET /api/halls": ALL,
    "GET /api/sso/begin": ALL,  # tests/web/test_sso.py
    "GET /api/sso/back": ALL,
    "POST /api/sso/back": ALL,
    "GET /api/tickets/{token}": ALL,
    # Of visitors who signed in as such, whatever they are at work: tests/site/test_mine.py
    "GET /api/me": NOBODY,
    "DELETE /api/me/session": ALL,
    "GET /api/me/things": NOBODY,
    "GET /api/me/messages": NOBODY,
    "POST /api/me/messages/read": NOBODY,
    "POST /api/me/links": NOBODY,
    "GET /api/me/contacts": NOBODY,
    "POST /api/me/contacts": NOBODY,
    "POST /api/me/contacts/{contact_id}/code": NOBODY,
    "DELETE /api/me/contacts/{contact_id}": NOBODY,
    # By the secret of a case, or of a mail.
    "GET /api/track/{token}/messages": ALL,
    "GET /api/track/{token}/contacts": ALL,
    "GET /api/consultations/{token}/contacts": ALL,
    "POST /api/consultations/{token}/contacts": ALL,
    "POST /api/consultations/{token}/contacts/{contact_id}/code": ALL,
    "DELETE /api/consultations/{token}/contacts/{contact_id}": ALL,
    "GET /api/bookings/{token}/contacts": ALL,
    "POST /api/bookings/{token}/contacts": ALL,
    "POST /api/bookings/{token}/contacts/{contact_id}/code": ALL,
    "DELETE /api/bookings/{token}/contacts/{contact_id}": ALL,
    "POST /api/track/{token}/contacts": ALL,
    "POST /api/track/{token}/contacts/{contact_id}/code": ALL,
    "DELETE /api/track/{token}/contacts/{contact_id}": ALL,
    "POST /api/contacts/stop/{token}": ALL,
    f"POST {H}/track": ALL,
    "GET /api/tickets/{token}/why": ALL,
    "POST /api/session": ALL,
    "GET /api/session": STAFF,
    "PUT /api/session": STAFF,
    "DELETE /api/session": ALL,
    "GET /api/account/sessions": STAFF,
    "DELETE /api/account/sessions/{session_id}": STAFF,
    "POST /api/account/password": STAFF,
    "POST /api/account/second-factor": STAFF,
    "PUT /api/account/second-factor": STAFF,
    f"GET {H}/accounts": "- - - - - yes - - - yes",
    f"POST {H}/accounts": "- - - - - yes - - - -",
    f"PUT {H}/accounts/{{username}}": "- - - - - yes - - - -",
    f"POST {H}/accounts/{{username}}/password": "- - - - - yes - - - -",
    f"DELETE {H}/accounts/{{username}}/second-factor": "- - - - - yes - - - -",
    f"GET {H}/accounts/{{username}}/sessions": "- - - - - yes - - - yes",
    f"DELETE {H}/accounts/{{username}}/sessions/{{session_id}}": "- - - - - yes - - - -",
    "GET /api/tickets/{token}/visit": ALL,
    "POST /api/enrolments": "- yes - - - - - - - -",  # whoever shows a key of its own
    "GET /api/enrolments/mine": "- yes - - - - - - - -",
    f"POST {H}/commands": ALL,  # by the command: below
    f"GET {H}/topics/{{name}}": ALL,  # by the topic: below
    f"GET {H}/forecast": "- - - - yes yes - yes - -",
    f"POST {H}/tickets/find": "- - - yes yes yes - - - -",
    f"GET {H}/tickets/{{ticket_id}}/why": "- - yes yes yes yes - - - -",
    f"GET {H}/days": "- - - - yes yes - yes - yes",
    f"POST {H}/replay": "- - - - yes yes - - - -",
    f"GET {H}/days/{{day}}/topics/{{name}}": "- - - - yes yes - - - -",
    f"GET {H}/days/{{day}}/topics/{{name}}/course": "- - - - yes yes - - - -",
    f"GET {H}/days/{{day}}/tickets": "- - - yes yes yes - - - -",
    f"GET {H}/staff": "- - - - yes yes - - - yes",
    f"GET {H}/plans": "- - - - yes yes - - - yes",
    f"GET {H}/plans/{{version}}": "- - - - yes yes - - - yes",
    f"POST {H}/plans": "- - - - yes yes - - - -",
    f"POST {H}/plans/check": "- - - - yes yes - - - yes",
    f"POST {H}/plans/paper": "- - - - yes yes - - - yes",
    f"GET {H}/devices": "- - - - yes yes - - - yes",
    f"GET {H}/enrolments/{{code}}": "- - - - yes yes - - - yes",
    f"POST {H}/devices": "- - - - yes yes - - - -",
    f"DELETE {H}/devices/{{device_id}}": "- - - - yes yes - - - -",
    f"GET {H}/screens": "- - - - yes yes - - - yes",
    f"GET {H}/statistics": "- - yes - yes yes yes yes - -",  # of what: tests/core/rules
    f"GET {H}/statistics/guide": "- - yes - yes yes yes yes - -",
    f"GET {H}/statistics/export": "- - yes - yes yes yes yes - -",
    f"GET {H}/statistics/spans": "- - yes - yes yes yes yes - -",
    f"GET {H}/statistics/behind": "- - - - yes yes yes - - -",
    f"POST {H}/screens": "- yes - - - - - - - -",
    f"POST {H}/cases/do": CASES,
    f"GET {H}/cases": CASES,
    f"GET {H}/cases/{{case_id}}": CASES,
    f"GET {H}/cases/counts": CASES,
    f"GET {H}/cases/digests": CASES,
    f"GET {H}/cases/facts": "- - yes - yes - yes - - -",
    f"GET {H}/cases/numbered/{{number}}": CASES,
    f"GET {H}/cases/of-ticket/{{ticket_id}}": CASES,
    f"GET {H}/cases/targets": CASES,
    f"POST {H}/cases/{{case_id}}/files": CASES,
    f"POST {H}/cases/{{case_id}}/references": CASES,
    f"GET {H}/cases/{{case_id}}/files/{{file_id}}": CASES,
    f"DELETE {H}/cases/{{case_id}}/files/{{file_id}}": CASES,
    f"POST {H}/cases/{{case_id}}/receipt": CASES,
    f"GET {H}/roster": "- - - - yes yes yes - - -",
    f"GET {H}/roster/export": "- - - - yes yes yes - - -",
    f"GET {H}/roster/mine": "- - yes - - - - - - -",
    f"POST {H}/roster": "- - yes - yes yes yes - - -",
    f"GET {H}/roster/table": "- - - - yes yes yes - - -",
    f"POST {H}/roster/table": "- - - - yes yes yes - - -",
    f"GET {H}/roster/changes": "- - - - yes yes - - - -",
    f"GET {H}/services": CASES,
    f"GET {H}/services/{{service_id}}": CASES,
    f"GET {H}/calendar/{{year}}": CASES,
    f"PUT {H}/calendar/{{year}}": "- - - - yes yes - - - -",
    "GET /api/track/{token}": ALL,
    f"GET {H}/followups": "- - - - yes yes yes - - -",
    f"POST {H}/followups/{{day}}/{{ticket_id}}": "- - - - yes yes yes - - -",
    "GET /api/tickets/{token}/answer": ALL,
    "GET /api/consultations/{token}": ALL,
    "POST /api/consultations/{token}": ALL,
    f"GET {H}/questions": ALL,
    f"POST {H}/questions": ALL,
    f"POST {H}/ask": ALL,
    f"GET {H}/consultations": CASES,
    f"GET {H}/consultations/counts": CASES,
    f"GET {H}/consultations/{{consultation_id}}": CASES,
    f"POST {H}/consultations/{{consultation_id}}": CASES,
    f"GET {H}/sensitive-words": "- - - - yes yes - - - -",
    f"PUT {H}/sensitive-words": "- - - - yes yes - - - -",
    "POST /api/tickets/{token}/answer": ALL,
    f"GET {H}/visit-times": ALL,
    f"GET {H}/bookable": ALL,
    f"GET {H}/bookable/{{service_id}}": ALL,
    f"POST {H}/bookings": ALL,
    f"POST {H}/bookings/find": ALL,
    f"POST {H}/bookings/appeals": ALL,
    "GET /api/bookings/{token}": ALL,
    "POST /api/bookings/{token}": ALL,
    "GET /api/bookings/{token}/calendar.ics": ALL,
    f"GET {H}/bookings": "- - - yes yes yes - - - -",
    f"POST {H}/bookings/{{booking_id}}": "- - - yes yes yes - - - -",
    f"GET {H}/bookings/appeals": "- - - - yes yes - - - -",
    f"POST {H}/bookings/appeals/{{appeal_id}}": "- - - - yes yes - - - -",
    f"POST {H}/forms": "- - - - yes yes - - yes -",
    f"GET {H}/misses": "- - - - yes yes - - yes -",
    f"GET {H}/guides": GUIDES,
    f"GET {H}/guides/{{service_id}}": GUIDES,
    f"POST {H}/guides/{{service_id}}": GUIDES,
    f"GET {H}/guides/{{service_id}}/compare": GUIDES,
    f"POST {H}/guides/preview": GUIDES,
    f"POST {H}/drafts": "- - - - yes yes - - yes -",
    f"GET {H}/drafts/{{draft_id}}": GUIDES,
    f"POST {H}/drafts/{{draft_id}}": GUIDES,  # which command: tests/office/test_drafts.py
    f"GET {H}/drafts/{{draft_id}}/compare": GUIDES,
    f"GET {H}/notices": "- - - - yes yes - - yes -",
    f"GET {H}/notices/shown": ALL,
    f"GET {H}/notices/{{notice_id}}": "- - - - yes yes - - yes -",
    f"POST {H}/notices": "- - - - yes yes - - yes -",
    f"POST {H}/notices/preview": "- - - - yes yes - - yes -",
    f"GET {H}/catalogue": "- - - - yes yes - - yes -",
    f"GET {H}/catalogue/export": "- - - - yes yes - - yes -",
    f"GET {H}/catalogue/findings": "- - - - yes yes - - yes -",
    f"POST {H}/catalogue/links": "- - - - - yes - - yes -",
    f"POST {H}/catalogue/check": "- - - - - yes - - - -",
    f"POST {H}/catalogue/import": "- - - - - yes - - - -",
    f"GET {H}/audit": "- - - - - - - - - yes",
    f"GET {H}/audit/export": "- - - - - - - - - yes",
}

PUBLIC = (
    *("/", "/board/{zone}", "/counter", "/counter-screen/{counter}", "/greeter", "/kiosk/{kiosk}"),
    *("/ops", "/ops/{tab}", "/pad/{counter}", "/t/{token}", "/take", "/en/take"),
    *("/me", "/en/me", *paths("/track", "/track/{token}")),
    *("/assets/{name}", "/start", "/robots.txt", "/sitemap.xml"),
    *paths("/", "/figures", "/notices", "/notices/{notice_id}", "/search"),
    *paths("/services", "/services/{service_id}"),
    *paths("/hall", "/book", "/book/{service_id}", "/booking/{token}"),
    *paths("/ask", "/ask/{token}", "/questions", "/questions/{consultation_id}"),
    *paths("/services/{service_id}/check", "/services/{service_id}/print", "/forms/{digest}"),
)
"""Pages and what they are made of: the same for everybody."""

FILLED = {
    "hall_id": HALL_ID,
    "name": "board:Z1",
    "token": "nobody-has-this-token",
    "ticket_id": "nothing",
    "notice_id": "nothing",
    "day": "2026-01-05",
    "version": "1",
    "code": "ABCDEF",
    "device_id": "none",
    "username": "nobody",
    "session_id": "none",
    "case_id": "none",
    "contact_id": "none",
    "consultation_id": "none",
    "file_id": "none",
    "number": "2026-999999",
    "service_id": "HR-01",
    "year": "2026",
    "appeal_id": "none",
    "booking_id": "none",
    "draft_id": "none",
}
FACTS = "?ticket_id=nothing&service_id=HR-01"
WEEK = "?first=2026-01-05&last=2026-01-11"
PERIOD = "?measures=issued&from=2026-01-05&to=2026-01-05"
QUERIES = {
    "{day}/topics/{name}": "?at=2026-01-05T09:00:00%2B08:00",
    "{day}/tickets": "?number=A001",
    "cases/facts": FACTS,
    "/statistics": PERIOD,
    "/statistics/export": PERIOD,
    "/statistics/behind": PERIOD,
    "/statistics/spans": "?day=2026-01-05",
    "guides/{service_id}/compare": "?before=1&after=2",
    "{hall_id}/bookings": "?day=2026-01-05",
    "{hall_id}/roster": WEEK,
    "roster/mine": WEEK,
    "roster/export": WEEK,
    "catalogue/import": "?id=matrix&mark=0&valid_from=2026-01-05",
}

KEYS = {
    Family.BOARD: "Z1",
    Family.COUNTER: "W01",
    Family.COUNTER_SCREEN: "W01",
    Family.PAD: "W01",
    Family.KIOSK: "K1",
    Family.VOICE: "Z1",
    Family.PRINTER: "P1",
    Family.CONSULTATION: "nobody-has-this-key",
}
"""Of those that are of one place."""


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """One of its own: the commands close its day, and whatever else they do."""
    with running_hall() as found:
        yield found


@pytest.fixture(scope="module")
def shown(hall: Hall) -> dict[Role, dict[str, str]]:
    """The headers by which each role shows who it is."""
    cookies = {role: {"Cookie": hall.cookie(name)} for role, name in ACCOUNTS.items()}
    device = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
    return {Role.VISITOR: {}, Role.DEVICE: device, **cookies}


def granted(words: str) -> dict[Role, bool]:
    """A row of tests/core/test_access.py for those who can ask."""
    row = dict(zip(ROLES, (word == "yes" for word in words.split()), strict=True))
    return {role: row[role] for role in ASKING}


def test_every_route_is_in_the_table__I18(tmp_path: Path) -> None:
    settings = read_settings(
        {
            "REDIS_URL": "unix:///none",
            "DATABASE_URL": "postgresql:///",
            "YIZHAN_HOME": str(tmp_path),
        }
    )
    app = make_app(make_parts(settings))
    found = {
        f"{method} {route.path_format}"
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for method in route.methods
        if method not in {"OPTIONS", "HEAD"} and not route.path_format.startswith("/schema")
    }
    assert found == set(ROUTES) | {f"GET {path}" for path in PUBLIC}
    assert all(isinstance(route, HTTPRoute) for route in app.routes)  # sockets are the door's


@pytest.mark.parametrize("route", ROUTES)
def test_route_answers_whom_the_table_grants_it__I18(
    hall: Hall, shown: dict[Role, dict[str, str]], route: str
) -> None:
    method, path = route.split(" ")
    query = next((text for end, text in QUERIES.items() if path.endswith(end)), "")
    body: object = [] if route == f"POST {H}/screens" else {} if method in {"POST", "PUT"} else None
    found = {}
    for role in ASKING:
        sent = shown[role]
        if route == "DELETE /api/session" and role in ACCOUNTS:
            sent = {"Cookie": hall.cookie(ACCOUNTS[role])}  # one that may end
        reply = hall.ask(method, path.format(**FILLED) + query, body, **sent)
        assert reply.status < 500, (role, reply.body)
        found[role] = reply.status not in {401, 403}
    assert found == dict(zip(ASKING, (w == "yes" for w in ROUTES[route].split()), strict=True))


def topic_names(hall: Hall, shown: dict[Role, dict[str, str]]) -> dict[Family, str]:
    """A topic of each family that the hall has."""
    take = {"type": "take_ticket", "queue_id": "A", "channel": "anonymous"}
    token = hall.do("matrix-ticket", take, **shown[Role.DEVICE]).json["result"]["token"]
    keys = KEYS | {Family.TICKET: token}
    return {family: f"{family}:{keys[family]}" if family in keys else family for family in Family}


async def test_topic_is_shown_to_whom_the_table_grants_it__I18(
    hall: Hall, shown: dict[Role, dict[str, str]]
) -> None:
    names = topic_names(hall, shown)
    over_http: dict[Family, dict[Role, bool]] = {family: {} for family in Family}
    over_socket: dict[Family, dict[Role, bool]] = {family: {} for family in Family}
    for role in ASKING:
        async with opened(hall, shown[role]) as socket:
            for family, name in names.items():
                reply = hall.ask("GET", f"/api/halls/{HALL_ID}/topics/{name}", **shown[role])
                assert reply.status in {200, 401, 403}, reply.body
                over_http[family][role] = reply.status == 200
                answer = await ask(socket, {"type": "watch", "topic": name})
                assert answer["type"] == "show" or answer["code"] in DENIED, answer
                over_socket[family][role] = answer["type"] == "show"
                await socket.send(msgspec.json.encode({"type": "unwatch", "topic": name}).decode())
    expected = {family: granted(words) for family, words in TOPICS}
    assert over_http == expected
    assert over_socket == expected


@pytest.mark.parametrize("role", ASKING)
async def test_command_is_carried_out_for_whom_the_table_grants_it__I18(
    hall: Hall, shown: dict[Role, dict[str, str]], role: Role
) -> None:
    expected = [granted(words)[role] for _, words in COMMANDS]
    over_http, over_socket = [], []
    for n, (command, _) in enumerate(COMMANDS):
        body = msgspec.to_builtins(command)
        reply = hall.do(f"http-{role}-{n}", body, **(shown[role] or {"Accept": "*/*"}))
        over_http.append(was_taken(reply.json))
    for first in range(0, len(COMMANDS), 30):  # more at once are too many for a visitor's socket
        async with opened(hall, shown[role]) as socket:
            for n, (command, _) in enumerate(COMMANDS[first : first + 30], first):
                body = msgspec.to_builtins(command)
                message = {"type": "do", "id": f"socket-{role}-{n}", "command": body}
                over_socket.append(was_taken(await ask(socket, message)))
    assert over_http == expected
    assert over_socket == expected


def was_taken(answer: dict[str, Any]) -> bool:
    """Whether whoever asked may give the command, whatever came of it."""
    is_answered = answer.get("type") in {"done", "refused"}
    assert is_answered or answer["code"] in {*DENIED, "too_many_requests"}, answer
    return is_answered or answer["code"] == "too_many_requests"
