"""The measures of RULES.md once more, in plain Python, from what is stored: to check the SQL by.

Written from RULES.md and the events alone; nothing of `core/count.py` or `store/measures` is used.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np

Json = dict[str, Any]
Figure = tuple[float | None, int]
HALF_HOUR_S = 1800


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def at_of(event: Json) -> datetime:
    """Every event has one field that ends in `_at` and says when; a ticket's slot is another."""
    names = [name for name in event if name.endswith("_at") and name != "slot_at"]
    assert len(names) == 1, event
    return instant(event[names[0]])


class Places(NamedTuple):
    """What a day's plan says of places and times."""

    zone_of: Mapping[str, str]
    owner: Callable[[str | None, str], str | None]
    half_hour: Callable[[datetime], str]


class Books:
    """Records of all days and cases: plain dictionaries with one key a dimension."""

    def __init__(self, departments: Mapping[str, str]) -> None:
        self.departments = departments
        self.tickets: list[Json] = []
        self.visits: list[Json] = []
        self.times: list[Json] = []
        self.cases: list[Json] = []
        self.clerk_days: list[Json] = []
        self._places: dict[tuple[str, str], Json] = {}
        """Tickets by day and id, once all days are read."""
        self.late: list[Json] = []
        """What was said of visits of earlier days."""

    def read_day(self, bodies: Iterable[str]) -> None:
        """Read a day's commits, oldest first."""
        events = [event for body in bodies for event in json.loads(body).get("events", ())]
        opened = events[0]
        plan = opened["plan"]
        zone = ZoneInfo(plan["time_zone"])
        queue_of = {s["service_id"]: s["queue_id"] for s in plan["services"]}
        owner_of = {
            queue["queue_id"]: {
                self.departments.get(service)
                for service, queue_id in queue_of.items()
                if queue_id == queue["queue_id"]
            }
            for queue in plan["queues"]
        }
        hall = {
            "hall": opened["hall_id"],
            "day": opened["day"],
            "month": opened["day"][:7],
            "weekday": str(date.fromisoformat(opened["day"]).isoweekday()),
        }
        zone_of = {q["queue_id"]: q["zone_id"] for q in plan["queues"]}

        def owner(service_id: str | None, queue_id: str) -> str | None:
            if service_id is not None and queue_of.get(service_id) == queue_id:
                return self.departments.get(service_id)
            owners = owner_of[queue_id]
            return next(iter(owners)) if len(owners) == 1 else None

        def half_hour(at: datetime) -> str:
            local = at.astimezone(zone)
            return str((local.hour * 60 + local.minute) // 30)

        for event in events:
            if event["type"] == "visit_evaluated" and event.get("day"):
                self.late.append(event)
        story: dict[str, list[Json]] = defaultdict(list)
        for event in events:
            if "ticket_id" in event and event not in self.late:
                story[event["ticket_id"]].append(event)
        seats, of_plan = _Seats(events), Places(zone_of, owner, half_hour)
        for ticket_id, own in story.items():
            taken = own[0]
            service_id = next(iter(taken["service_ids"]), None)
            about = hall | {
                "ticket_id": ticket_id,
                "service": service_id,
                "channel": taken["channel"],
                "class": taken["ticket_class"],
                "origin": taken.get("origin") or "anonymous",
            }
            department = (
                self.departments.get(service_id)
                if service_id is not None
                else owner(None, taken["queue_id"])
            )
            line = {"queue": taken["queue_id"], "zone": zone_of[taken["queue_id"]]}
            visits = list(self._visits(own, about, seats, of_plan))
            self.visits += visits
            self.tickets.append(
                about
                | line
                | {"department": department, "half_hour": half_hour(at_of(taken))}
                | self._ticket(own, seats)
                | {"served_at": visits[-1]["counter"] if visits else None}
            )
        closings = [event for event in events if event["type"] == "day_closed"]
        places = {c["counter_id"]: c for c in plan["counters"]}
        for clerk in [one for closing in closings for one in closing.get("attendance", ())]:
            first = clerk["shifts"][0]["counter_id"] if clerk["shifts"] else None
            place = places.get(first)
            self.clerk_days.append(
                hall
                | {
                    "clerk": clerk["clerk_id"],
                    "counter": first,
                    "zone": place["zone_id"] if place else None,
                    "department": owner(None, place["queue_ids"][0]) if place else None,
                    "rostered_s": clerk["rostered_s"],
                    "on_post_s": clerk["on_post_s"],
                    "is_signed_on": clerk["signed_on_at"] is not None,
                    "late": sum(shift["late_s"] > 0 for shift in clerk["shifts"]),
                    "early": sum(shift["early_s"] > 0 for shift in clerk["shifts"]),
                    "missing": sum(shift["is_missing"] for shift in clerk["shifts"]),
                }
            )
        for counter in plan["counters"]:
            department = owner(None, counter["queue_ids"][0])
            of = hall | {"zone": counter["zone_id"], "department": department}
            self.times += seats.times(counter["counter_id"], of, zone)

    def _ticket(self, own: Sequence[Json], seats: "_Seats") -> Json:
        taken = own[0]
        calls: list[Json] = []
        for event in own:
            if event["type"] == "ticket_called":
                calls.append(event)
            elif event["type"] == "call_undone":
                calls.pop()
        kinds = [event["type"] for event in own]
        found: Json = {
            "is_called": bool(calls),
            "recalls": kinds.count("ticket_recalled"),
            "is_passed": "ticket_passed" in kinds,
            "reprints": sum(e["type"] == "ticket_reprinted" and e["copy"] > 0 for e in own),
            "counter": None,
            "clerk": None,
            "wait_ms": None,
            "state": "waiting",
        }
        if calls:
            first = calls[0]
            since = at_of(taken)
            if taken.get("slot_at"):
                since = max(since, instant(taken["slot_at"]))
            wait = max(timedelta(0), at_of(first) - since)
            found["wait_ms"] = wait // timedelta(milliseconds=1)
            found["counter"] = first["counter_id"]
            found["clerk"] = seats.clerk(first["counter_id"], at_of(first))
        ends = {
            "serving_finished": "done",
            "ticket_cancelled": "cancelled",
            "ticket_abandoned": "abandoned",
            "ticket_expired": "expired",
        }
        for kind in kinds:
            found["state"] = ends.get(kind, found["state"])
        return found

    def _visits(
        self,
        own: Sequence[Json],
        about: Json,
        seats: "_Seats",
        places: Places,
    ) -> Iterable[Json]:
        queue_id, visit, begun = own[0]["queue_id"], None, None
        for event in own:
            match event["type"]:
                case "serving_started":
                    visit, begun = (
                        about
                        | {
                            "queue": queue_id,
                            "zone": places.zone_of[queue_id],
                            "department": places.owner(about["service"], queue_id),
                            "half_hour": places.half_hour(at_of(event)),
                            "counter": event["counter_id"],
                            "handling_ms": 0,
                            "is_over": False,
                            "is_done": False,
                            "level": None,
                            "called_back": None,
                            "answered": None,
                        },
                        at_of(event),
                    )
                    visit["clerk"] = seats.clerk(event["counter_id"], at_of(event))
                    yield visit
                case "serving_resumed":
                    begun = at_of(event)
                case "ticket_held" | "serving_finished" | "ticket_transferred":
                    assert visit is not None
                    assert begun is not None
                    counter_id = event.get("counter_id") or event["from_counter_id"]
                    visit["handling_ms"] += (at_of(event) - begun) // timedelta(milliseconds=1)
                    visit["counter"], visit["is_over"] = counter_id, True
                    visit["clerk"] = seats.clerk(counter_id, at_of(event))
                    visit["is_done"] = event["type"] == "serving_finished"
                    queue_id = event.get("queue_id", queue_id)
                case "ticket_sent":
                    queue_id = event["queue_id"]
                case "visit_evaluated":
                    assert visit is not None
                    visit["level"] = event["level"]
                case _:
                    pass

    def rate_late(self) -> None:
        """Put what was said on later days where it belongs; every day has been read."""
        for event in self.late:
            own = [
                v
                for v in self.visits
                if (v["day"], v["ticket_id"]) == (event["day"], event["ticket_id"])
            ]
            own[-1]["level"] = event["level"]

    def read_followup(self, day: str, ticket_id: str, body: str) -> None:
        """Read what came of a rating; `read_day` comes before."""
        found = json.loads(body)
        for visit in self.visits:
            if (visit["day"], visit["ticket_id"]) == (day, ticket_id) and visit["level"]:
                visit |= {name: found.get(name) for name in ("called_back", "answered")}
                if (found.get("ruled") or {}).get("is_excluded"):
                    visit["level"] = None

    def read_case(self, bodies: Sequence[str], zone: ZoneInfo) -> None:
        """Read a case's commits, oldest first; `read_day` comes before."""
        commits = [json.loads(body) for body in bodies]
        events = [(c["by"], event) for c in commits for event in c.get("events", ())]
        by_kind = {event["type"]: event for _, event in events}
        accepted = by_kind.get("case_accepted")
        if accepted is None:
            return
        opened = by_kind["case_opened"]
        due = [
            e["deadline"]["due_at"]
            for _, e in events
            if e["type"] in {"case_accepted", "due_moved"}
        ]
        comings = {json.dumps(e["ticket"]) for _, e in events if e.get("ticket")}
        held: set[str] = set()
        for _, event in events:
            held |= set(event.get("by_facts", ()))
            if event["type"] == "correction_asked":
                held -= set(event["materials"])
        if len(self._places) < len(self.tickets):
            self._places = {(t["day"], t["ticket_id"]): t for t in self.tickets}
        of = opened["ticket"] or {"day": None, "ticket_id": None}
        ticket = self._places.get((of["day"], of["ticket_id"]))
        local = at_of(accepted | {"deadline": None}).astimezone(zone)
        states = {
            "case_opened": "draft",
            "forms_received": "form_check",
            "case_accepted": "accepted",
            "process_started": "in_process",
            "case_suspended": "suspended",
            "case_resumed": "in_process",
            "case_decided": "decided",
            "visitor_notified": "notified",
            "result_delivered": "delivered",
            "case_closed": "closed",
            "case_withdrawn": "withdrawn",
        }
        state = [states[e["type"]] for _, e in events if e["type"] in states][-1]
        decided = by_kind.get("case_decided")
        self.cases.append(
            {
                "hall": self.tickets[0]["hall"],
                "day": accepted["accepted_on"],
                "month": accepted["accepted_on"][:7],
                "weekday": str(date.fromisoformat(accepted["accepted_on"]).isoweekday()),
                "half_hour": str((local.hour * 60 + local.minute) // 30),
                "department": opened["terms"]["department_id"],
                "service": opened["terms"]["service_id"],
                "clerk": next(by["id"] for by, e in events if e["type"] == "case_accepted"),
                "state": state,
                "visits": len(comings),
                "by_facts": len(held),
                "due_at": instant(due[-1]),
                "decided_at": at_of(decided) if decided is not None else None,
                "is_withdrawn": "case_withdrawn" in by_kind,
                "counter": ticket["served_at"] if ticket else None,
            }
            | {
                name: ticket[name] if ticket else None
                for name in ("queue", "zone", "channel", "class", "origin")
            }
        )


class _Seats:
    """What each counter was, when, and who sat there: a list of changes for each."""

    FREES = frozenset(
        {"call_undone", "ticket_passed", "serving_finished", "ticket_held", "ticket_transferred"}
    )
    TAKES = frozenset({"ticket_called", "serving_resumed"})

    def __init__(self, events: Sequence[Json]) -> None:
        self.changes: dict[str, list[tuple[datetime, str, str | None]]] = defaultdict(list)
        self.end: datetime = at_of(events[0])
        for event in events:
            at = at_of(event)
            self.end = max(self.end, at)
            counter_id = event.get("counter_id") or event.get("from_counter_id")
            if counter_id is None:
                continue
            if event["type"] == "ticket_transferred":
                counter_id = event["from_counter_id"]
            own = self.changes[counter_id]
            clerk = own[-1][2] if own else None
            kind = event["type"]
            if kind == "counter_opened":
                state = own[-1][1] if own and own[-1][1] != "off" else "open"
                own.append((at, state, event["clerk_id"]))
            elif kind == "counter_closed":
                own.append((at, "off", None))
            elif kind == "counter_paused":
                own.append((at, "paused", clerk))
            elif kind in self.TAKES:
                own.append((at, "busy", clerk))
            elif kind == "counter_resumed" or kind in self.FREES:
                own.append((at, "open", clerk))

    def clerk(self, counter_id: str, at: datetime) -> str | None:
        """Who sat there at the instant; of changes at one instant the first that was not off."""
        found = [
            clerk
            for when, state, clerk in self.changes[counter_id]
            if when <= at and state != "off"
        ]
        return found[-1] if found else None

    def times(self, counter_id: str, of: Json, zone: ZoneInfo) -> Iterable[Json]:
        """How many ms the counter was in each state, by half hour and clerk."""
        sums: dict[tuple[str, str, str | None], int] = defaultdict(int)
        own = self.changes[counter_id]
        ends = [at for at, _, _ in own[1:]] + [self.end] * bool(own)
        for (begins, state, clerk), end in zip(own, ends, strict=True):
            at = begins
            while state != "off" and at < end:
                local = at.astimezone(zone)
                seconds = local.hour * 3600 + local.minute * 60 + local.second
                left_s = HALF_HOUR_S - seconds % HALF_HOUR_S
                until = min(end, at.replace(microsecond=0) + timedelta(seconds=left_s))
                key = (str(seconds // HALF_HOUR_S), state, clerk)
                sums[key] += (until - at) // timedelta(milliseconds=1)
                at = until
        for (half_hour, state, clerk), ms in sums.items():
            yield of | {
                "counter": counter_id,
                "half_hour": half_hour,
                "state": state,
                "clerk": clerk,
                "ms": ms,
            }


def rounded(value: Fraction) -> float:
    """Two decimals, halves away from zero."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


def _count(records: Sequence[Json]) -> Figure:
    return len(records), len(records)


def _share(part: int, whole: int) -> Figure:
    return (rounded(Fraction(100 * part, whole)) if whole else None), whole


def _ratio(name: str, records: Sequence[Json], part: Callable[[Json], bool]) -> Figure:
    own = [r for r in records if r[name]]
    return _share(sum(part(r) for r in own), len(own))


def _minutes(values: Sequence[int], how: str) -> Figure:
    if not values:
        return None, 0
    match how:
        case "mean":
            found = Fraction(sum(values), len(values))
        case "max":
            found = Fraction(max(values))
        case _:
            percent = 50 if how == "median" else 90
            found = Fraction(f"{float(np.percentile(values, percent)):.15g}")
    return rounded(found / 60_000), len(values)


def _levels(records: Sequence[Json], *levels: int) -> Figure:
    given = [r["level"] for r in records if r["level"] is not None]
    return _share(sum(level in levels for level in given), len(given))


def _followed_up(records: Sequence[Json], what: str) -> Figure:
    bad = [r for r in records if r["level"] in {1, 2}]
    return _share(sum((r[what] or {}).get("is_in_time", False) for r in bad), len(bad))


def _late(records: Sequence[Json], at: datetime) -> Figure:
    late = whole = 0
    for case in records:
        is_open = case["decided_at"] is None and not case["is_withdrawn"]
        is_late = (is_open and case["due_at"] < at) or (
            case["decided_at"] is not None and case["decided_at"] > case["due_at"]
        )
        late += is_late
        whole += case["decided_at"] is not None or is_late
    return _share(late, whole)


def _on_time(records: Sequence[Json]) -> Figure:
    decided = [c for c in records if c["decided_at"] is not None]
    return _share(sum(c["decided_at"] <= c["due_at"] for c in decided), len(decided))


def _busy(records: Sequence[Json]) -> Figure:
    busy = sum(r["ms"] for r in records if r["state"] == "busy")
    worked = busy + sum(r["ms"] for r in records if r["state"] == "open")
    n = int((Decimal(worked) / 60_000).quantize(Decimal(1), ROUND_HALF_UP))
    return (rounded(Fraction(100 * busy, worked)) if worked else None), n


def _worked(records: Sequence[Json]) -> Figure:
    own = [r for r in records if r["state"] in {"busy", "open"}]
    days = {(r["day"], r["counter"]) for r in own}
    return (rounded(Fraction(sum(r["ms"] for r in own), 60_000)) if own else None), len(days)


def _attendance(records: Sequence[Json]) -> Figure:
    rostered = [r for r in records if r["rostered_s"] > 0]
    return _share(sum(r["is_signed_on"] for r in rostered), len(rostered))


def _on_post(records: Sequence[Json]) -> Figure:
    rostered_s = sum(r["rostered_s"] for r in records)
    value, _ = _share(sum(r["on_post_s"] for r in records), rostered_s)
    return value, int((Decimal(rostered_s) / 60).quantize(Decimal(1), ROUND_HALF_UP))


def measures(at: datetime) -> dict[str, tuple[str, Callable[[Sequence[Json]], Figure]]]:
    """Which records each measure is of, and how it is found from a group of them."""

    def waits(how: str) -> Callable[[Sequence[Json]], Figure]:
        return lambda r: _minutes([t["wait_ms"] for t in r if t["wait_ms"] is not None], how)

    def handlings(how: str) -> Callable[[Sequence[Json]], Figure]:
        return lambda r: _minutes([v["handling_ms"] for v in r if v["is_over"]], how)

    def total(name: str) -> Callable[[Sequence[Json]], Figure]:
        return lambda r: (sum(t[name] for t in r), sum(t[name] for t in r))

    def origin(name: str) -> Callable[[Sequence[Json]], Figure]:
        return lambda r: _share(sum(t["origin"] == name for t in r), len(r))

    hows = ("mean", "median", "p90", "max")
    origins = ("staff", "student", "alumnus", "guest", "anonymous")
    gone = {"abandoned", "expired"}
    return (
        {
            "issued": ("tickets", _count),
            "reprints": ("tickets", total("reprints")),
            "called": ("tickets", lambda r: _count([t for t in r if t["is_called"]])),
            "recalls": ("tickets", total("recalls")),
            "abandoned_rate": (
                "tickets",
                lambda r: _ratio("is_called", r, lambda t: t["state"] in gone),
            ),
            "passed_rate": ("tickets", lambda r: _ratio("is_called", r, lambda t: t["is_passed"])),
            "served": ("visits", _count),
            "given": ("visits", lambda r: _count([v for v in r if v["level"] is not None])),
            "satisfied_rate": ("visits", lambda r: _levels(r, 5, 4)),
            "fair_rate": ("visits", lambda r: _levels(r, 3)),
            "overall_rate": ("visits", lambda r: _levels(r, 5, 4, 3)),
            "bad_rate": ("visits", lambda r: _levels(r, 2, 1)),
            "called_back_rate": ("visits", lambda r: _followed_up(r, "called_back")),
            "answered_rate": ("visits", lambda r: _followed_up(r, "answered")),
            "given_rate": (
                "visits",
                lambda r: _ratio("is_done", r, lambda v: v["level"] is not None),
            ),
            "accepted": ("cases", _count),
            "decided": ("cases", lambda r: _count([c for c in r if c["decided_at"]])),
            "decided_rate": (
                "cases",
                lambda r: _share(sum(c["decided_at"] is not None for c in r), len(r)),
            ),
            "on_time_rate": ("cases", _on_time),
            "late_rate": ("cases", lambda r: _late(r, at)),
            "visits_mean": (
                "cases",
                lambda r: (
                    rounded(Fraction(sum(c["visits"] for c in r), len(r))) if r else None,
                    len(r),
                ),
            ),
            "by_facts": ("cases", total("by_facts")),
            "once_rate": ("cases", lambda r: _share(sum(c["visits"] <= 1 for c in r), len(r))),
            "attendance_rate": ("clerk_days", _attendance),
            "on_post_rate": ("clerk_days", _on_post),
            "late": ("clerk_days", total("late")),
            "early": ("clerk_days", total("early")),
            "missing": ("clerk_days", total("missing")),
            "busy_rate": ("times", _busy),
            "open_minutes": ("times", _worked),
        }
        | {f"wait_{how}": ("tickets", waits(how)) for how in hows}
        | {f"handling_{how}": ("visits", handlings(how)) for how in hows}
        | {f"{name}_share": ("tickets", origin(name)) for name in origins}
    )


def grouped(records: Iterable[Json], by: Sequence[str]) -> dict[tuple[str | None, ...], list[Json]]:
    """The records by what they are of."""
    found: dict[tuple[str | None, ...], list[Json]] = defaultdict(list)
    for record in records:
        key = tuple(None if record[name] is None else str(record[name]) for name in by)
        found[key].append(record)
    return found
