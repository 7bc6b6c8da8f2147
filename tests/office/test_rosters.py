"""Rosters over HTTP, on a real hall: who may change what, and what the open day makes of it."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.hall import HALL_ID, Hall, Reply
from tests.office.desk import fresh_id, headers

ROOT = f"/api/halls/{HALL_ID}/roster"
HALVES = ("morning", "afternoon")


def send(hall: Hall, who: str, type: str, **fields: Any) -> Reply:
    body = {"type": "do", "id": fresh_id("roster"), "command": {"type": type, **fields}}
    return hall.ask("POST", ROOT, body, **headers(hall, who))


def done(hall: Hall, who: str, type: str, **fields: Any) -> int:
    """The version after a command that is carried out."""
    reply = send(hall, who, type, **fields)
    assert reply.status == 200, reply.body
    return int(reply.json["version"])


def seen(hall: Hall, who: str, first: date, last: date | None = None, path: str = "") -> Any:
    query = f"?first={first}&last={last or first}"
    reply = hall.ask("GET", f"{ROOT}{path}{query}", **headers(hall, who))
    assert reply.status == 200, reply.body
    return reply.json


def week_of(counter_id: str, *persons: str) -> list[dict[str, Any]]:
    """The same persons in every half day of a week of seven days."""
    return [
        {"counter_id": counter_id, "weekday": weekday, "half": half, "persons": persons}
        for weekday in range(1, 8)
        for half in HALVES
    ]


@pytest.fixture(scope="module")
def monday(hall: Hall) -> date:
    """A Monday to come, in the weeks that are set for three windows: no holiday is near."""
    for counter_id, persons in {
        "W01": ("w01", "w07"),
        "W02": ("w02", "w03", "w07"),
        "W03": ("w03", "w02"),
    }.items():
        shifts = week_of(counter_id, *persons)
        done(hall, "supervisor", "set_week", counter_ids=[counter_id], shifts=shifts, reason="term")
    today = date.fromisoformat(seen(hall, "supervisor", date(2026, 1, 1))["today"])
    calendar = seen(hall, "supervisor", today, today + timedelta(days=41))
    worked = [d["day"] for d in calendar["dates"] if d["weekday"] == 1]
    return date.fromisoformat(worked[-1])


def turn(day: date, counter_id: str = "W02", half: str = "morning") -> dict[str, Any]:
    return {"day": str(day), "counter_id": counter_id, "half": half}


def persons(hall: Hall, day: date, counter_id: str, half: str = "morning") -> list[str]:
    """Who is named for half a day."""
    found = [
        one["persons"]
        for one in seen(hall, "supervisor", day)["turns"]
        if (one["counter_id"], one["half"]) == (counter_id, half)
    ]
    return list(found[0]) if found else []


def test_manager_is_shown_the_counters_of_the_department_alone__SH2_I18(
    hall: Hall, monday: date
) -> None:
    view = seen(hall, "manager", monday)
    assert [c["counter_id"] for c in view["counters"]] == ["W02", "W03", "W07"]
    assert {one["counter_id"] for one in view["turns"]} == {"W02", "W03"}
    assert not view["is_managed"]
    assert len(seen(hall, "supervisor", monday)["counters"]) == 31


def test_manager_changes_the_department_and_nothing_else__SH2_I18(hall: Hall, monday: date) -> None:
    ours = {"turn": turn(monday), "persons": ["w07"], "reason": "training"}
    done(hall, "manager", "set_day", **ours | {"turn": turn(monday + timedelta(days=1))})
    theirs = send(hall, "manager", "set_day", **ours | {"turn": turn(monday, "W01")})
    assert (theirs.status, theirs.json["code"]) == (403, "forbidden")
    hours = {"morning_begins": 540, "morning_ends": 690}
    assert send(hall, "manager", "set_hours", hours=hours, reason="winter").status == 403
    shifts = week_of("W01", "w01")
    weeks = {"counter_ids": ["W02", "W01"], "shifts": shifts, "reason": "mine"}
    assert send(hall, "manager", "set_week", **weeks).status == 403


def test_clerk_changes_no_roster_but_asks_for_swaps__SH4_I18(hall: Hall, monday: date) -> None:
    day = {"turn": turn(monday), "persons": ["w02"], "reason": "please"}
    assert send(hall, "w02", "set_day", **day).status == 403
    leave = {"staff_id": "w02", "first": str(monday), "last": str(monday), "reason": "ill"}
    assert send(hall, "w02", "grant_leave", **leave).status == 403
    assert hall.ask("GET", f"{ROOT}/table", **headers(hall, "w02")).status == 403


def test_swap_goes_from_one_to_the_other_to_the_manager__SH4(hall: Hall, monday: date) -> None:
    day = monday + timedelta(days=2)
    asked = {"other_id": "w07", "turn": turn(day, "W01"), "reason": "dentist"}
    reply = send(hall, "w01", "ask_swap", **asked)
    assert reply.status == 409, reply.body
    assert reply.json["code"] == "already_in_shift"
    done(hall, "w02", "ask_swap", other_id="w05", turn=turn(day), reason="dentist")
    (swap,) = seen(hall, "w05", day, path="/mine")["swaps"]
    assert (swap["state"], swap["asker_id"]) == ("asked", "w02")
    mine = {"swap_id": swap["swap_id"]}
    assert send(hall, "w03", "answer_swap", **mine, agrees=True).json["code"] == "not_your_swap"
    assert send(hall, "w05", "judge_swap", **mine, approves=True).status == 403
    done(hall, "w05", "answer_swap", **mine, agrees=True)
    assert persons(hall, day, "W02")[0] == "w02"
    done(hall, "manager", "judge_swap", **mine, approves=True)
    assert persons(hall, day, "W02") == ["w05", "w03", "w07"]
    assert seen(hall, "w02", day, path="/mine")["swaps"][0]["state"] == "approved"


def test_leave_lets_the_next_person_be_expected__SH2(hall: Hall, monday: date) -> None:
    day = monday + timedelta(days=3)
    leave = {"staff_id": "w02", "first": str(day), "last": str(day), "reason": "a wedding"}
    done(hall, "manager", "grant_leave", **leave)
    found = [t for t in seen(hall, "manager", day)["turns"] if t["counter_id"] == "W02"]
    assert [t["away"] for t in found] == [["w02"], ["w02"]]
    (kept,) = seen(hall, "manager", day)["leaves"]
    done(hall, "manager", "cancel_leave", leave_id=kept["leave_id"], reason="postponed")
    assert seen(hall, "manager", day)["leaves"] == []


def test_command_is_carried_out_once_and_its_id_serves_no_other__SH2_I7(
    hall: Hall, monday: date
) -> None:
    day = {"type": "set_day", "turn": turn(monday, "W03"), "persons": ["w03"], "reason": "r"}
    body = {"type": "do", "id": fresh_id("once"), "command": day}
    who = headers(hall, "manager")
    first, again = hall.ask("POST", ROOT, body, **who), hall.ask("POST", ROOT, body, **who)
    assert first.json == again.json
    other = hall.ask("POST", ROOT, body | {"command": day | {"reason": "s"}}, **who)
    assert (other.status, other.json["code"]) == (422, "id_in_use")


def test_change_of_today_is_in_force_in_the_open_day__SH1(hall: Hall, monday: date) -> None:
    """Two hubs serve the hall: whichever is asked, both go on with the new shifts."""
    today = date.fromisoformat(seen(hall, "supervisor", monday)["today"])
    before = hall.ask("GET", f"/api/halls/{HALL_ID}/topics/offers", **headers(hall, "w31"))
    assert before.status == 200
    done(
        hall,
        "supervisor",
        "set_day",
        turn=turn(today, "W31"),
        persons=["w31", "w30"],
        reason="the hall is full",
    )
    after = hall.ask("GET", f"/api/halls/{HALL_ID}/topics/offers", **headers(hall, "w31"))
    assert after.json["seq"] > before.json["seq"]


def test_table_is_read_back_as_it_was_written__SH2(hall: Hall, monday: date) -> None:
    who = headers(hall, "manager")
    table = hall.ask("GET", f"{ROOT}/table", **who)
    text = table.body.decode("utf-8-sig")
    assert text.splitlines()[0].startswith("窗口")
    before = seen(hall, "manager", monday)["week"]
    order = {"id": fresh_id("table"), "text": text, "reason": "read back"}
    read = hall.ask("POST", f"{ROOT}/table", order, **who).json
    assert (read["counters"], read["shifts"], read["faults"]) == (2, 28, [])
    assert seen(hall, "manager", monday)["week"] == before


def test_table_with_faults_names_their_lines_and_changes_nothing__SH2(
    hall: Hall, monday: date
) -> None:
    version = seen(hall, "manager", monday)["version"]
    text = "head\nW02,1,am,w02\nW99,1,am,w02\nW02,9,am,w02\n"
    order = {"id": fresh_id("table"), "text": text, "reason": "r"}
    reply = hall.ask("POST", f"{ROOT}/table", order, **headers(hall, "manager"))
    assert reply.status == 200
    assert [(f["line"], f["code"]) for f in reply.json["faults"]] == [
        (3, "unknown_counter"),
        (4, "unknown_weekday"),
    ]
    assert seen(hall, "manager", monday)["version"] == version


def test_trial_of_a_table_changes_nothing__SH2(hall: Hall, monday: date) -> None:
    version = seen(hall, "manager", monday)["version"]
    order = {"id": "trial", "text": "h\nW02,1,am,w03\n", "reason": "r", "is_trial": True}
    reply = hall.ask("POST", f"{ROOT}/table", order, **headers(hall, "manager"))
    assert (reply.status, reply.json["shifts"], reply.json["version"]) == (200, 1, None)
    assert seen(hall, "manager", monday)["version"] == version


def test_table_of_another_department_is_forbidden__SH2_I18(hall: Hall, monday: date) -> None:
    order = {"id": fresh_id("table"), "text": "h\nW01,1,am,w01\n", "reason": "mine now"}
    reply = hall.ask("POST", f"{ROOT}/table", order, **headers(hall, "manager"))
    assert reply.status == 403


def test_changes_tell_who_and_why__SH2(hall: Hall, monday: date) -> None:
    done(hall, "manager", "set_day", turn=turn(monday, "W03"), persons=None, reason="as every week")
    newest = hall.ask("GET", f"{ROOT}/changes?count=1", **headers(hall, "supervisor")).json[0]
    assert (newest["by"], newest["reason"]) == ("manager", "as every week")
    assert (newest["kind"], newest["persons"]) == ("day_set", None)


@pytest.mark.parametrize(
    "query",
    ["first=2026-01-01&last=2026-03-01", "first=2026-01-02&last=2026-01-01", "first=x&last=y"],
)
def test_only_some_weeks_are_shown_at_once__SH2(hall: Hall, query: str) -> None:
    reply = hall.ask("GET", f"{ROOT}?{query}", **headers(hall, "supervisor"))
    assert 400 <= reply.status < 500


@pytest.mark.parametrize("of", ["shifts", "attendance"])
def test_roster_and_attendance_are_written_to_files__SH2_SH3(
    hall: Hall, monday: date, of: str
) -> None:
    query = f"first={monday}&last={monday}&of={of}&language=zh"
    who = headers(hall, "manager")
    table = hall.ask("GET", f"{ROOT}/export?{query}&format=csv", **who)
    lines = table.body.decode("utf-8-sig").splitlines()
    assert lines[2].startswith("日期,")
    assert f'filename="{of}-{monday}-{monday}.csv"' in str(table.headers["Content-Disposition"])
    if of == "shifts":
        assert lines[3] == f"{monday},一,2,上午,2号窗口,3号窗口,7号窗口,,,,,"
    book = hall.ask("GET", f"{ROOT}/export?{query}", **who)
    assert book.body.startswith(b"PK")


def changes(hall: Hall, query: str = "") -> Any:
    reply = hall.ask("GET", f"{ROOT}/changes?{query}", **headers(hall, "supervisor"))
    assert reply.status == 200, reply.body
    return reply.json


def test_history_tells_who_decided_what_newest_first__SH2(hall: Hall, monday: date) -> None:
    day = monday + timedelta(days=4)
    leave = {"staff_id": "w03", "first": str(day), "last": str(day), "reason": "moving house"}
    granted = done(hall, "manager", "grant_leave", **leave)
    (kept,) = (one for one in seen(hall, "manager", day)["leaves"] if one["staff_id"] == "w03")
    cancelled = done(hall, "manager", "cancel_leave", leave_id=kept["leave_id"], reason="rain")
    alone = done(
        hall, "supervisor", "set_day", turn=turn(day, "W01"), persons=["w07"], reason="ill"
    )
    last, before, first = changes(hall, "count=3")
    assert [one["version"] for one in (last, before, first)] == [alone, cancelled, granted]
    assert (last["kind"], last["by"], last["persons"]) == ("day_set", "supervisor", ["w07"])
    assert (before["kind"], before["reason"], before["by"]) == (
        "leave_cancelled",
        "rain",
        "manager",
    )
    assert before["leave"] == first["leave"] == kept
    assert before["name"]["en"] == first["name"]["en"]
    assert changes(hall, f"count=1&before={alone}") == [before]


def test_history_of_a_day_has_what_was_decided_on_that_day_of_the_hall__SH2(
    hall: Hall, monday: date
) -> None:
    done(hall, "supervisor", "set_day", turn=turn(monday), persons=["w07"], reason="today")
    (newest,) = changes(hall, "count=1")
    at = datetime.fromisoformat(newest["at"]).astimezone(ZoneInfo("Asia/Shanghai"))
    on = changes(hall, f"day={at.date()}&count=100")
    assert newest in on
    assert changes(hall, f"day={at.date() - timedelta(days=2)}") == []
    assert changes(hall, f"day={at.date() + timedelta(days=1)}") == []
    far = hall.ask("GET", f"{ROOT}/changes?day=9999-12-31", **headers(hall, "supervisor"))
    assert far.status == 422
    assert hall.ask("GET", f"{ROOT}/changes", **headers(hall, "manager")).status == 403
