"""What the tests of cases ask over HTTP."""

from itertools import count
from typing import Any

from tests.hall import Hall, Reply

ROOT = "/api/halls/main/cases"
_ids = count(1)


def fresh_id(name: str = "t") -> str:
    return f"{name}-{next(_ids)}"


def headers(hall: Hall, username: str) -> dict[str, str]:
    return {"Cookie": hall.cookie(username)}


def do(
    hall: Hall,
    who: dict[str, str],
    *commands: dict[str, Any],
    case_id: str | None = None,
    id: str = "",
) -> Reply:
    body = {"type": "do", "id": id or fresh_id(), "case_id": case_id, "commands": list(commands)}
    return hall.ask("POST", f"{ROOT}/do", body, **who)


def done(
    hall: Hall,
    who: dict[str, str],
    *commands: dict[str, Any],
    case_id: str | None = None,
    id: str = "",
) -> Any:
    """The case after commands that are done."""
    reply = do(hall, who, *commands, case_id=case_id, id=id)
    assert reply.status == 200, reply.body
    assert reply.json["type"] == "done"
    return reply.json["case"]


def refused(
    hall: Hall,
    who: dict[str, str],
    *commands: dict[str, Any],
    case_id: str | None = None,
    id: str = "",
) -> str:
    """The code with which the last command is refused."""
    reply = do(hall, who, *commands, case_id=case_id, id=id)
    assert reply.status == 409, reply.body
    assert reply.json["refused_no"] == len(commands) - 1
    return str(reply.json["code"])


def cmd(type: str, **fields: Any) -> dict[str, Any]:
    return {"type": type, **fields}


def open_case(service_id: str, **fields: Any) -> dict[str, Any]:
    return cmd("open_case", service_id=service_id, **fields)


def listed(hall: Hall, who: dict[str, str], query: str) -> list[str]:
    """The ids on a list."""
    reply = hall.ask("GET", f"{ROOT}?{query}", **who)
    assert reply.status == 200, reply.body
    return [line["case_id"] for line in reply.json["cases"]]


ALL_HR_04 = cmd("receive_forms", handed_in=["m1", "m2", "m3"])
ACCEPT, START = cmd("accept_case"), cmd("start_process")
GRANT = cmd("decide_case", outcome="granted")
TO_THE_END = (
    GRANT,
    cmd("notify_visitor", way="counter"),
    cmd("deliver_result", way="counter"),
    cmd("close_case"),
)
