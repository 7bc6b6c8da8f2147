"""What is stored, read once more in plain Python, a day and a case at a time: to check the SQL by.

Written from RULES.md and the events alone; nothing of `core/count.py` or `store/measures` is used.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

Json = dict[str, Any]
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


class Records(NamedTuple):
    """Of a day: plain dictionaries with one key a dimension."""

    tickets: list[Json]
    visits: list[Json]
    times: list[Json]
    clerk_days: list[Json]
    late: list[Json]
    """What was said on the day of visits of earlier ones."""


class Books:
    """Reads days and cases; keeps nothing of them but what a case asks of its tickets."""

    def __init__(self, departments: Mapping[str, str]) -> None:
        self.departments = departments
        self._places: dict[tuple[str, str], Json] = {}
        """Of tickets by day and id."""

    def read_day(self, bodies: Iterable[str]) -> Records:
        """Read a day's commits, oldest first."""
        found = Records([], [], [], [], [])
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

        story: dict[str, list[Json]] = defaultdict(list)
        for event in events:
            if event["type"] == "visit_evaluated" and event.get("day"):
                found.late.append(event)
            elif "ticket_id" in event:
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
            found.visits.extend(visits)
            ticket = (
                about
                | line
                | {"department": department, "half_hour": half_hour(at_of(taken))}
                | self._ticket(own, seats)
            )
            found.tickets.append(ticket)
            self._places[ticket["day"], ticket_id] = {
                name: ticket[name] for name in ("queue", "zone", "channel", "class", "origin")
            } | {"hall": ticket["hall"], "counter": visits[-1]["counter"] if visits else None}
        closings = [event for event in events if event["type"] == "day_closed"]
        places = {c["counter_id"]: c for c in plan["counters"]}
        for clerk in [one for closing in closings for one in closing.get("attendance", ())]:
            first = clerk["shifts"][0]["counter_id"] if clerk["shifts"] else None
            place = places.get(first)
            found.clerk_days.append(
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
            found.times.extend(seats.times(counter["counter_id"], of, zone))
        return found

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
                            "is_flagged": False,
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

    def read_case(self, bodies: Sequence[str], zone: ZoneInfo) -> Json | None:
        """Read a case's commits, oldest first, after every day; None of one never accepted."""
        commits = [json.loads(body) for body in bodies]
        events = [(c["by"], event) for c in commits for event in c.get("events", ())]
        by_kind = {event["type"]: event for _, event in events}
        accepted = by_kind.get("case_accepted")
        if accepted is None:
            return None
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
        of = opened["ticket"] or {"day": None, "ticket_id": None}
        nowhere = dict.fromkeys(("queue", "zone", "channel", "class", "origin", "counter"))
        place = self._places.get((of["day"], of["ticket_id"]), nowhere)
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
        return place | {
            "hall": next(iter(self._places.values()))["hall"],
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
        }


def rate(visits: Iterable[Json], late: Iterable[Json]) -> None:
    """Put what was said on later days where it belongs: at the last visit of the ticket."""
    last = {visit["ticket_id"]: visit for visit in visits}
    for event in late:
        last[event["ticket_id"]]["level"] = event["level"]


def follow(visits: Iterable[Json], ticket_id: str, body: str) -> None:
    """Put what came of a rating beside it."""
    found = json.loads(body)
    for visit in visits:
        if visit["ticket_id"] == ticket_id and visit["level"]:
            visit |= {name: found.get(name) for name in ("called_back", "answered", "is_flagged")}
            if (found.get("ruled") or {}).get("is_excluded"):
                visit["level"] = None


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
