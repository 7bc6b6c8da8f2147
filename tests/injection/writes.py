"""What is written with hostile texts, and where it is given back.

A chain is gone through once for each text: "$" stands for it, "%" for an id of its own, and
"{name}" for what an earlier answer of the chain gave.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from msgspec.structs import replace

from backend.demo.catalogue import demo_catalogue
from backend.demo.hall import demo_plan
from tests.office.desk import ACCEPT, ALL_HR_04, START, cmd, open_case

MAIN = "/api/halls/main"
COMMANDS, CASES = f"{MAIN}/commands", f"{MAIN}/cases/do"


class Write(NamedTuple):
    """A request; one without "$" only leads to the next."""

    who: str
    method: str
    path: str
    body: Any = None
    back: str = ""
    """Where the text is read; "": in the answer itself; ARCHIVE: in the commits of the day."""
    also: str = ""
    """Where else it is read."""
    gives: tuple[tuple[str, str], ...] = ()
    """What of the answer later requests need: the name, and `/`-separated where it is."""
    is_awaited: bool = False
    """Asked until it is answered 200: the recorder comes when it comes."""


ARCHIVE = "archive"
NOWHERE = "nowhere"
CASE, TICKET = (("case", "case/case_id"),), (("ticket", "result/ticket_id"),)
A_TICKET = {"type": "take_ticket", "queue_id": "A", "channel": "anonymous"}


def do(**command: Any) -> dict[str, Any]:
    return {"type": "do", "id": "%", "command": command}


def act(who: str, back: str = NOWHERE, *, gives: Any = (), **command: Any) -> Write:
    """A command of the day."""
    return Write(who, "POST", COMMANDS, do(**command), back, gives=gives)


def at_w02(type: str, **more: Any) -> Write:
    return act("w02", type=type, counter_id="W02", **more)


def case(*commands: dict[str, Any], who: str = "w02", **more: Any) -> Write:
    body: dict[str, Any] = {"type": "do", "id": "%", "commands": list(commands)}
    back = f"{MAIN}/cases/{{case}}"
    return Write(who, "POST", CASES, body | more, back, gives=CASE)


FREQUENT = {
    "service_id": "HR-01",
    "asked": "$",
    "answer": "$",
    "asked_en": "$",
    "answer_en": "$",
}


def consult(who: str, **command: Any) -> Write:
    path = f"{MAIN}/consultations/{{question_id}}" if who else "/api/consultations/{token}"
    return Write(who, "POST", path, do(**command))


def follow(who: str, **command: Any) -> Write:
    path = f"{MAIN}/followups/{{day}}/{{ticket}}"
    return Write(who, "POST", path, {"command": command})


def roster(**command: Any) -> Write:
    path, back = f"{MAIN}/roster", f"{MAIN}/roster/changes?count=1"
    return Write("supervisor", "POST", path, do(**command), back, gives=(("leave", "id"),))


def draft(draft_id: str = "", who: str = "editor", **command: Any) -> Write:
    path = f"{MAIN}/drafts/{draft_id}" if draft_id else f"{MAIN}/drafts"
    gives = (("draft", "draft_id"), ("revision", "revision"))
    return Write(who, "POST", path, do(**command), gives=gives)


SOON = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
"""A version may count from this day on (DR3)."""
NEWEST = (("newest", "newest_version"),)


def version(**command: Any) -> Write:
    return Write("admin", "POST", f"{MAIN}/guides/PC-02", do(**command), gives=NEWEST)


HALL = {"zh": "$", "en": "$"}
PC_03 = next(guide for guide in demo_catalogue().guides if guide.service_id == "PC-03")
OTHER_GUIDE = msgspec.to_builtins(replace(PC_03, trips=2))
GUIDE = OTHER_GUIDE | {
    **dict.fromkeys(("name", "department", "summary", "fee", "place", "hours", "result"), HALL),
    **{key: {"zh": ["$"], "en": ["$"]} for key in ("also", "keywords")},
    **{key: [HALL] for key in ("conditions", "steps")},
    "complaint": HALL,
    "phone": "$",
    "materials": [{"material_id": "m1", "name": HALL, "source": HALL}],
    "questions": [{"asked": HALL, "answer": HALL}],
    "questionnaire": [
        {
            "inquiry_id": "one",
            "asked": HALL,
            "choices": [{"choice_id": "a", "label": HALL, "heed": HALL, "not_because": HALL}],
        }
    ],
    "forms": [{"digest": "{digest}", "name": HALL, "media_type": "$", "size": 1}],
}
PLAN = msgspec.to_builtins(demo_plan()) | {"name": HALL}
WEBSITE_NOTICE = {"title": HALL, "text": HALL, "in_hall": False, "until": "2026-12-31T00:00:00Z"}
STARTED = (open_case("HR-04"), ALL_HR_04, ACCEPT, START)
NAMES = {"grants": [{"role": "clerk", "hall_id": "main"}], "is_active": True}
WHY = f"{MAIN}/tickets/{{ticket}}/why"
CHAINS: dict[str, tuple[Write, ...]] = {
    "a visit and what follows a bad rating": (
        act(
            "device",
            type="take_ticket",
            service_ids=["HR-01"],
            channel="anonymous",
            gives=(*TICKET, ("ticket_token", "result/token")),
        ),
        act("greeter", WHY, type="send_ticket", ticket_id="{ticket}", to_queue_id="C", reason="$"),
        act("greeter", type="send_ticket", ticket_id="{ticket}", to_queue_id="B", reason="x"),
        at_w02("call_ticket", ticket_id="{ticket}", reason="$", back=WHY),
        at_w02("start_serving"),
        at_w02("transfer_ticket", to_queue_id="C", reason="$", back=WHY),
        act("greeter", type="send_ticket", ticket_id="{ticket}", to_queue_id="B", reason="x"),
        at_w02("call_ticket", ticket_id="{ticket}", reason="x"),
        at_w02("start_serving"),
        at_w02("finish_serving"),
        act("", ARCHIVE, type="evaluate", ticket_token="{ticket_token}", level=1, comment="$"),
        Write("", "GET", "/api/tickets/{ticket_token}/answer", is_awaited=True),
        follow("manager", type="appeal", reason="$"),
        follow("supervisor", type="rule_appeal", is_excluded=False, reason="$"),
        follow("supervisor", type="call_back", way="page", remark="$"),
        follow("supervisor", type="answer_rating", rectified="$", answer="$"),
        Write(
            *("", "POST", "/api/tickets/{ticket_token}/answer"),
            {"type": "rate_again", "level": 5, "comment": "$"},
            f"{MAIN}/followups",
        ),
    ),
    "a ticket that is cancelled": (
        act("device", **A_TICKET, gives=TICKET),
        act("supervisor", ARCHIVE, type="cancel_ticket", ticket_id="{ticket}", reason="$"),
    ),
    "issuing that is stopped": (
        act("supervisor", ARCHIVE, type="stop_issuing", queue_id="N", reason="$"),
        act("supervisor", type="resume_issuing", queue_id="N"),
    ),
    "a notice": (
        act(
            "supervisor",
            f"{MAIN}/topics/board:Z1",
            **{"type": "post_notice", "notice_id": "N1", "zh": "$", "en": "$"},
        ),
    ),
    "a notice that is written ahead": (
        Write(
            *("editor", "POST", f"{MAIN}/notices"),
            {
                **{"id": "%", "notice_id": None, "after": 0},
                "command": {"type": "save_draft", "content": {"title": HALL, "text": HALL}},
            },
        ),
        Write(
            *("editor", "POST", f"{MAIN}/notices"),
            {
                **{"id": "%", "notice_id": None, "after": 0},
                "command": {"type": "publish_notice", "content": WEBSITE_NOTICE},
            },
            gives=(("notice", "notice_id"),),
        ),
        Write(
            *("editor", "POST", f"{MAIN}/notices"),
            {"id": "%", "notice_id": "{notice}", "after": 1, "command": {"type": "take_down"}},
        ),
        Write("editor", "POST", f"{MAIN}/notices/preview", WEBSITE_NOTICE, NOWHERE),
    ),
    "speakers": (
        act(
            "device",
            ARCHIVE,
            **{"type": "report_speakers", "zone_id": "Z1", "agent_id": "a"},
            **{"state": "silent", "voice": "$", "detail": "$"},
        ),
    ),
    "a correction": (
        case(
            open_case("HR-04"),
            cmd("receive_forms", handed_in=["m1"]),
            cmd("ask_correction", materials=["m2", "m3"], remark="$"),
        ),
    ),
    "a suspension": (case(*STARTED, cmd("suspend_case", reason="expert_review", remark="$")),),
    "a decision": (case(*STARTED, cmd("decide_case", outcome="refused", reason="$")),),
    "an office": (
        case(*STARTED, cmd("ask_offices", offices=[{"department_id": "LI", "limit_days": 2}])),
        case(
            cmd("answer_for_office", department_id="LI", agrees=False, remark="$"),
            who="w30",
            case_id="{case}",
        ),
    ),
    "a withdrawal": (case(open_case("HR-04"), cmd("withdraw_case", reason="$")),),
    "a case that is handed over": (
        case(*STARTED, cmd("hand_over", department_id="HR", staff_id="w03", reason="$")),
    ),
    "a reference": (
        case(*STARTED),
        Write(
            *("w02", "POST", f"{MAIN}/cases/{{case}}/references"),
            {"name": "$", "reference": "$"},
            f"{MAIN}/cases/{{case}}",
        ),
    ),
    "a question": (
        Write(
            *("", "POST", f"{MAIN}/questions"),
            do(
                **{"type": "ask", "text": "$", "service_id": "HR-01", "is_public": True},
                talk=[{"side": "visitor", "text": "$"}],
            ),
            gives=(("token", "token"),),
        ),
        consult("w02", type="answer", text="$"),
        consult("w02", type="publish", asked="$", answer="$"),
        consult("w02", type="withdraw", reason="$"),
        consult("w02", type="propose_frequent", **FREQUENT),
        consult("w02", type="decline_frequent", reason="$"),
        consult("w02", type="propose_frequent", **FREQUENT | {"asked_en": "again"}),
        consult("supervisor", type="make_frequent", **FREQUENT),
        consult("", type="ask_again", text="$"),
        consult("w02", type="hand_over", department_id="PO", reason="$"),
    ),
    "a chat": (
        Write(
            *("", "POST", f"{MAIN}/questions"),
            do(type="ask", kind="chat", text="%", service_id="HR-01"),
            gives=(("token", "token"),),
        ),
        consult("w02", type="take"),
        consult("w02", type="say", text="$"),
        consult("", type="say", text="$"),
        consult("w02", type="close"),
    ),
    "an account": (
        Write(
            *("admin", "PUT", f"{MAIN}/accounts/w20", NAMES | {"name_zh": "$", "name_en": "$"}),
            f"{MAIN}/accounts",
        ),
    ),
    "a week": (roster(type="set_week", counter_ids=["W21"], shifts=[], reason="$"),),
    "a day": (
        roster(
            type="set_day",
            turn={"day": "2027-03-02", "counter_id": "W21", "half": "morning"},
            persons=[],
            reason="$",
        ),
    ),
    "hours": (roster(type="set_hours", hours={}, reason="$"),),
    "leave": (
        roster(
            **{"type": "grant_leave", "staff_id": "w21", "reason": "$"},
            **{"first": "2027-03-02", "last": "2027-03-02"},
        ),
        roster(type="cancel_leave", leave_id="{leave}", reason="$"),
    ),
    "a calendar": (
        Write(
            *("admin", "PUT", f"{MAIN}/calendar/2031"),
            {"days": [{"day": "2031-01-01", "is_working": False, "name": "$"}]},
            f"{MAIN}/calendar/2031",
        ),
    ),
    "sensitive words": (
        Write("supervisor", "PUT", f"{MAIN}/sensitive-words", {"words": ["$"]}),
        Write("supervisor", "PUT", f"{MAIN}/sensitive-words", {"words": []}),
    ),
    "a screen": (
        Write(
            *("device", "POST", f"{MAIN}/screens"),
            [{"screen_id": "board:Z2", "state": "lit", "detail": "$"}],
            NOWHERE,
        ),
    ),
    "a plan": (
        Write("supervisor", "GET", f"{MAIN}/plans", gives=(("newest", "versions/0/version"),)),
        Write(
            *("supervisor", "POST", f"{MAIN}/plans"),
            {"plan": PLAN, "after": "{newest}", "reason": "$"},
            f"{MAIN}/plans",
            f"{MAIN}/plans/{{version}}",
            (("version", "version"),),
        ),
    ),
    "a draft": (
        Write("editor", "POST", f"{MAIN}/forms", b"%PDF-1.7", gives=(("digest", "digest"),)),
        draft(type="begin_draft", service_id="PC-03"),
        draft("{draft}", type="write_draft", revision="{revision}", guide=GUIDE),
        draft("{draft}", type="discard_draft", revision="{revision}"),
    ),
    "words about a draft": (
        draft(type="begin_draft", service_id="PC-03"),
        draft("{draft}", type="write_draft", revision="{revision}", guide=OTHER_GUIDE),
        draft("{draft}", type="submit_draft", revision="{revision}", words="$"),
        draft("{draft}", "admin", type="send_back_draft", revision="{revision}", words="$"),
        draft("{draft}", type="discard_draft", revision="{revision}"),
    ),
    "words about a guide": (
        Write("admin", "GET", f"{MAIN}/guides/PC-02", gives=NEWEST),
        version(type="withdraw_guide", after="{newest}", valid_from=SOON, words="$"),
        version(type="call_off", version="{newest}", words="$"),
        Write("admin", "GET", f"{MAIN}/guides/PC-02", gives=NEWEST),
        version(type="withdraw_guide", after="{newest}", valid_from="{day}", words="$"),
        version(type="take_back", version=1, after="{newest}", valid_from="{day}", words="$"),
    ),
    "the assistant": (Write("", "POST", f"{MAIN}/ask", {"question": "$"}, NOWHERE),),
}
