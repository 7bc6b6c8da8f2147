"""Sends what schemathesis makes up for each operation, as each role, and counts what comes back.

The ids that hall and document know are put in for half of the made-up ones, else nearly all
requests would end at the first look-up.
"""

import json
import random
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation

from tests.hall import DEVICE_TOKEN, HALL_ID, Hall, running_hall

ACCOUNTS = {
    "nobody": None,
    "device": None,
    "clerk": "w02",
    "supervisor": "supervisor",
    "manager": "manager",
    "statistics viewer": "statistics",
    "administrator": "admin",
    "auditor": "auditor",
}
DEVICE = {"Authorization": f"Bearer {DEVICE_TOKEN}"}
EXCLUDED = {
    "DELETE /api/session": "signs out whoever walks",
    "POST /api/account/password": "ends the sessions of whoever walks",
    "PUT /api/account/second-factor": "ends the sessions of whoever walks",
}
LAST = ("POST /api/halls/{hall_id}/plans", "POST /api/halls/{hall_id}/commands")
"""They end the day, or change the plan under everybody."""
NEVER = (b"Traceback (most recent call last)", b'.py", line', b"asyncpg", b"site-packages")
"""In no answer."""
TIMEOUT_S = 20.0
_numbers = count(1)


@dataclass
class Walk:
    """What came back so far."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    """By role and status."""
    done: set[str] = field(default_factory=set)
    """Operations that were carried out for somebody."""
    faults: list[str] = field(default_factory=list)

    def of(self, *families: int, role: str | None = None) -> int:
        """How many answers were of these hundreds, or these statuses."""
        return sum(
            n
            for (who, status), n in self.statuses.items()
            if (role is None or who == role) and (status in families or status // 100 in families)
        )


class Walker:
    """Walks a hall that believes this machine to be a proxy: each request has its own address."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.walk = hall, Walk()
        self.headers = {
            role: {"Cookie": hall.cookie(name)} if name is not None else {}
            for role, name in ACCOUNTS.items()
        }
        self.headers["device"] = DEVICE
        self.known = _known(hall, self.headers["clerk"])
        self._session = requests.Session()
        self._session.trust_env = False

    def operations(self) -> list[APIOperation[Any, Any, Any, Any]]:
        """Everything in the hall's document, in the order in which it is walked."""
        document = self.hall.ask("GET", "/schema/openapi.json").json
        schema = schemathesis.openapi.from_dict(document)
        found = list(schema.get_all_operations())
        assert all(isinstance(one, Ok) for one in found), "schemathesis cannot read the document"
        sound = [one.ok() for one in found if isinstance(one, Ok)]
        walked = [one for one in sound if one.label not in EXCLUDED and one.method != "head"]
        return sorted(walked, key=lambda one: LAST.index(one.label) if one.label in LAST else -1)

    def go(self, operation: APIOperation[Any, Any, Any, Any], examples: int, start: int) -> None:
        """Send this many made-up requests of an operation, by forms and against them."""
        roles = list(ACCOUNTS) if operation.path.startswith("/api/") else ["nobody"]  # pages

        def send(mode: GenerationMode) -> None:
            _each(operation.as_strategy(mode), examples, start, lambda c: self._send(c, roles))

        send(GenerationMode.POSITIVE)
        if operation.body or operation.query:
            with suppress(Unsatisfiable):  # where any words will do nothing is against the form
                send(GenerationMode.NEGATIVE)

    def _send(self, case: Any, roles: list[str]) -> None:
        chance = random.Random(repr((case.path_parameters, case.query, case.body)))
        case.path_parameters = self._grounded(case.path_parameters, chance)
        case.path_parameters.update({"hall_id": HALL_ID} if chance.random() < 0.95 else {})
        case.query = self._grounded(case.query, chance)
        case.body = self._grounded(case.body, chance)
        for role in roles:
            if isinstance(case.body, dict) and isinstance(case.body.get("id"), str):
                case.body["id"] = f"fuzz-{next(_numbers)}"  # else a repeat, or one of another role
            n = next(_numbers)
            address = {"X-Forwarded-For": f"10.{n >> 16 & 255}.{n >> 8 & 255}.{n & 255}"}
            answer = case.call(
                base_url=self.hall.url,
                session=self._session,
                headers={**self.headers[role], **address},
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
            self._count(case, role, answer)

    def _grounded(self, value: Any, chance: random.Random, name: str = "") -> Any:
        """The value with ids that there are in the place of some of the made-up ones."""
        if isinstance(value, dict):
            return {key: self._grounded(one, chance, key) for key, one in value.items()}
        if isinstance(value, list):
            return [self._grounded(one, chance, name.removesuffix("s")) for one in value]
        known = self.known.get(name)
        return chance.choice(known) if known and chance.random() < 0.7 else value

    def _count(self, case: Any, role: str, answer: Any) -> None:
        status, label = answer.status_code, case.operation.label
        self.walk.statuses[role, status] += 1
        if 200 <= status < 300:
            self.walk.done.add(label)
        wrong = _wrong_with(answer, case.operation)
        if wrong:
            told = f"{role}: {case.as_curl_command()}\n{status} {answer.content[:400]!r}"
            self.walk.faults.append(f"{wrong}: {told}")


def _wrong_with(answer: Any, operation: Any) -> str | None:
    status, body = answer.status_code, answer.content
    kind = (answer.headers.get("content-type") or [""])[0].partition(";")[0]
    if status >= 500:
        return "it failed"
    if any(words in body for words in NEVER):
        return "it tells of our code"
    if kind == "text/html" and not operation.path.startswith("/api/"):
        return None  # the website tells faults on a page
    if status >= 400:
        is_refusal = status == 409 and kind == "application/json"
        is_told = kind in {"application/problem+json", "application/json"} and b'"code"' in body
        return None if is_refusal or is_told or operation.method == "head" else "no problem told"
    declared = operation.definition.raw["responses"].get(str(status))
    if not operation.path.startswith("/api/") or (declared is None and status >= 300):
        return None  # pages, and ways to them
    if declared is None:
        return f"{status} is not in the document"
    kinds = set(declared.get("content", {}))
    return f"{kind} is not in the document, {kinds} is" if body and kind not in kinds else None


def _is_error(line: str) -> bool:
    """Whether a line of the log tells of a fault of ours."""
    return not line.startswith("{") or json.loads(line)["level"] not in {"debug", "info", "warning"}


def _each(strategy: Any, examples: int, start: int, act: Callable[[Any], None]) -> None:
    @seed(start)
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def walked(case: Any) -> None:
        act(case)

    walked()


def _known(hall: Hall, clerk: dict[str, str]) -> dict[str, list[Any]]:
    """Ids that there are, by the name of the field."""
    take = {"type": "take_ticket", "queue_id": "A", "channel": "anonymous"}
    ticket = hall.do("fuzz-ticket", take, **DEVICE).json["result"]
    opening = {"type": "open_case", "service_id": "HR-04"}
    order = {"type": "do", "id": "fuzz-case", "case_id": None, "commands": [opening]}
    case = hall.ask("POST", f"/api/halls/{HALL_ID}/cases/do", order, **clerk).json["case"]
    day = hall.ask("GET", f"/api/halls/{HALL_ID}/topics/take").json["view"]["day"]
    secret = case["track_path"].rpartition("/")[2]
    return {
        "hall_id": [HALL_ID],
        "case_id": [case["case_id"], "demo-01", "demo-02"],
        "ticket_id": [ticket["ticket_id"]],
        "ticket_token": [ticket["token"]],
        "token": [ticket["token"], secret],
        "counter_id": ["W01", "W02", "W03"],
        "queue_id": ["A", "B"],
        "zone_id": ["Z1"],
        "kiosk_id": ["K1"],
        "service_id": ["HR-04", "HR-01", "PO-01"],
        "department_id": ["HR", "PO"],
        "material_id": ["m1", "m2"],
        "handed_in": ["m1", "m2"],
        "username": ["w05", "w06"],  # of whom none walks: their sessions may end
        "staff_id": ["w02", "w05"],
        "name": ["board:Z1", "queues", "counter:W02", "ops"],
        "version": [1],
        "year": [2026, 2027],
        "day": [day],
        "first": [day],
        "last": [day],
        "from": [day],
        "to": [day],
        "measures": ["issued", "issued,waits"],
        "by": ["", "day"],
        "only": [""],
        "also": [""],
        "scope": ["kiosk:K1", "board:Z1"],
        "screen_id": ["kiosk:K1", "board:Z1"],
        "number": ["A001", "2026-000001"],
        "at": [f"{day}T09:00:00+08:00"],
        "role": ["clerk"],
    }


def walk_hall(examples: int, start: int) -> Walker:
    """The walker after all operations, on a hall of its own; with what the hall said itself."""
    with running_hall(TRUSTED_PROXIES="127.0.0.1") as hall:
        walker = Walker(hall)
        for operation in walker.operations():
            walker.go(operation, examples, start)
        for role, headers in walker.headers.items():
            is_in = hall.ask("GET", "/api/session", **headers).status == 200
            assert is_in is (ACCOUNTS[role] is not None), f"{role} was signed out on the way"
        for log in (hall.home / "logs").glob("web*"):
            lines = log.read_text().splitlines()
            walker.walk.faults += [f"the log: {line}" for line in lines if _is_error(line)]
        return walker
