"""What keeps a plan from working, told before it is kept (PL1)."""

import re
from collections import Counter as Count
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct

from backend.core.ids import CallMode, QueueId, Text
from backend.core.paper import REPEATABLE, REQUIRED, PaperKind, PaperPart
from backend.core.plan import DAY_MIN, CounterPlan, Plan, QueuePlan, Serving, Span
from backend.core.rules.expression import RuleFault, RuleFaultCode, compiled

FAULTS_MAX = 200
"""More are not told at once."""
NAME_MAX = 100
"""Characters of a name in either language."""
ID = re.compile(r"[A-Za-z0-9_.-]{1,32}")
"""Ids stand in addresses, topics and logs."""
MANY = {
    "zones": (1, 50),
    "queues": (1, 100),
    "counters": (1, 500),
    "services": (0, 5000),
    "kiosks": (0, 200),
    "hours": (0, 7),
    "special_days": (0, 400),
    "paper": (1, 16),
}
"""The fewest and the most of each."""
TIMETABLE_MAX = 24
SPANS_MAX = 6
HANDLING_S = (10, 14_400)
COUNTER_NO = (1, 999)


class PlanFaultCode(StrEnum):
    """Stable; the front end's words have a sentence for each."""

    # Of the form alone (plan_form.py):
    MISSING = "missing"
    WRONG_KIND = "wrong_kind"
    OUT_OF_RANGE = "out_of_range"
    TOO_LONG = "too_long"
    LETTER_NOT_ALLOWED = "letter_not_allowed"
    UNKNOWN_VALUE = "unknown_value"
    # Of what it says:
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    ID_NOT_ALLOWED = "id_not_allowed"
    ID_TWICE = "id_twice"
    NAME_MISSING = "name_missing"
    NAME_UNPRINTABLE = "name_unprintable"
    UNKNOWN_TIME_ZONE = "unknown_time_zone"
    UNKNOWN_ZONE = "unknown_zone"
    UNKNOWN_QUEUE = "unknown_queue"
    LETTER_TWICE = "letter_twice"
    NUMBER_TWICE = "number_twice"
    CHOSEN_TWICE = "chosen_twice"
    CLASS_MISSING = "class_missing"
    SERVES_NOTHING = "serves_nothing"
    QUEUE_NOT_SERVED = "queue_not_served"
    QUEUE_NOT_SERVED_THEN = "queue_not_served_then"
    SHARES_NOT_ONE_EACH = "shares_not_one_each"
    TIMETABLE_NOT_IN_ORDER = "timetable_not_in_order"
    WEEKDAY_TWICE = "weekday_twice"
    DAY_TWICE = "day_twice"
    SPAN_REVERSED = "span_reversed"
    SPANS_OVERLAP = "spans_overlap"
    RULE = "rule"
    PAPER_WITHOUT = "paper_without"


class RulePlace(Struct, frozen=True, kw_only=True):
    """Where in the hall's own rule the fault is (CL5)."""

    code: RuleFaultCode
    line: int
    column: int
    """In characters; both count from 1."""


class PlanFault(Struct, frozen=True, kw_only=True):
    """One reason why a plan cannot work."""

    code: PlanFaultCode
    path: str
    """JSON pointer (RFC 6901) to what has to be changed, such as `/queues/3/letter`."""
    found: str = ""
    """What is wrong: the id, letter, number or piece of the rule."""
    hint: str = ""
    """What would do instead, or what else the sentence needs, such as the time of day."""
    rule: RulePlace | None = None


def faults_of(plan: Plan) -> tuple[PlanFault, ...]:
    """Everything that is wrong with the plan, at most FAULTS_MAX; nothing for one that works."""
    return tuple(islice(_faults(plan), FAULTS_MAX))


def _faults(plan: Plan) -> Iterator[PlanFault]:
    for name, (fewest, most) in MANY.items():
        count = len(getattr(plan, name))
        if count < fewest:
            yield PlanFault(code=PlanFaultCode.TOO_FEW, path=f"/{name}", hint=str(fewest))
        if count > most:
            yield PlanFault(code=PlanFaultCode.TOO_MANY, path=f"/{name}", hint=str(most))
            return  # the rest would take as long as the plan is
    yield from _of_hall(plan)
    yield from _of_queues(plan)
    yield from _of_counters(plan)
    yield from _of_services_and_kiosks(plan)
    yield from _of_hours(plan)
    yield from _of_unserved_queues(plan)
    yield from _of_paper(plan.paper)
    if plan.rule is not None:
        yield from _of_rule(plan.rule)


def _of_hall(plan: Plan) -> Iterator[PlanFault]:
    yield from _of_id("/hall_id", plan.hall_id)
    yield from _of_name("/name", plan.name)
    try:
        ZoneInfo(plan.time_zone)
    except (KeyError, ValueError, OSError):
        yield PlanFault(
            code=PlanFaultCode.UNKNOWN_TIME_ZONE, path="/time_zone", found=plan.time_zone[:64]
        )
    yield from _of_ids("/zones", "zone_id", [zone.zone_id for zone in plan.zones])
    for n, zone in enumerate(plan.zones):
        yield from _of_name(f"/zones/{n}/name", zone.name)


def _of_queues(plan: Plan) -> Iterator[PlanFault]:
    queues = plan.queues
    yield from _of_ids("/queues", "queue_id", [queue.queue_id for queue in queues])
    letters = [queue.letter for queue in queues]
    yield from _twice(letters, PlanFaultCode.LETTER_TWICE, lambda n: f"/queues/{n}/letter")
    zone_ids = [queue.zone_id for queue in queues]
    yield from _of_zones("/queues", zone_ids, plan)
    for n, queue in enumerate(queues):
        yield from _of_queue(f"/queues/{n}", queue)


def _of_queue(path: str, queue: QueuePlan) -> Iterator[PlanFault]:
    yield from _of_name(f"{path}/name", queue.name)
    yield from _in_range(f"{path}/mean_handling_s", queue.mean_handling_s, HANDLING_S)
    twice = PlanFaultCode.CHOSEN_TWICE
    yield from _twice(queue.channels, twice, lambda n: f"{path}/channels/{n}")
    yield from _twice(queue.classes, twice, lambda n: f"{path}/classes/{n}")
    if not queue.classes:
        yield PlanFault(
            code=PlanFaultCode.CLASS_MISSING, path=f"{path}/classes", found=queue.letter
        )


def _of_counters(plan: Plan) -> Iterator[PlanFault]:
    counters = plan.counters
    yield from _of_ids("/counters", "counter_id", [counter.counter_id for counter in counters])
    numbers = [str(counter.no) for counter in counters]
    yield from _twice(numbers, PlanFaultCode.NUMBER_TWICE, lambda n: f"/counters/{n}/no")
    yield from _of_zones("/counters", [counter.zone_id for counter in counters], plan)
    known = {queue.queue_id for queue in plan.queues}
    for n, counter in enumerate(counters):
        yield from _of_counter(f"/counters/{n}", counter, known)


def _of_counter(path: str, counter: CounterPlan, known: set[QueueId]) -> Iterator[PlanFault]:
    yield from _in_range(f"{path}/no", counter.no, COUNTER_NO)
    yield from _of_serving(path, counter.serving, known)
    entries = counter.timetable
    if len(entries) > TIMETABLE_MAX:
        yield PlanFault(
            code=PlanFaultCode.TOO_MANY, path=f"{path}/timetable", hint=str(TIMETABLE_MAX)
        )
        return
    for n, entry in enumerate(entries):
        at = f"{path}/timetable/{n}"
        yield from _of_serving(f"{at}/serving", entry.serving, known)
        if n > 0 and entry.from_minute <= entries[n - 1].from_minute:
            yield PlanFault(
                code=PlanFaultCode.TIMETABLE_NOT_IN_ORDER,
                path=f"{at}/from_minute",
                found=_clock(entry.from_minute),
                hint=_clock(entries[n - 1].from_minute),
            )


def _of_serving(path: str, serving: Serving, known: set[QueueId]) -> Iterator[PlanFault]:
    if not serving.queue_ids:
        yield PlanFault(code=PlanFaultCode.SERVES_NOTHING, path=f"{path}/queue_ids")
        return
    for n, queue_id in enumerate(serving.queue_ids):
        if queue_id not in known:
            at = f"{path}/queue_ids/{n}"
            yield PlanFault(code=PlanFaultCode.UNKNOWN_QUEUE, path=at, found=queue_id)
    twice = PlanFaultCode.CHOSEN_TWICE
    yield from _twice(serving.queue_ids, twice, lambda n: f"{path}/queue_ids/{n}")
    wanted = len(serving.queue_ids) if serving.mode is CallMode.SHARES else 0
    if len(serving.shares) != wanted:
        yield PlanFault(
            code=PlanFaultCode.SHARES_NOT_ONE_EACH,
            path=f"{path}/shares",
            found=str(len(serving.shares)),
            hint=str(wanted),
        )


def _of_services_and_kiosks(plan: Plan) -> Iterator[PlanFault]:
    known = {queue.queue_id for queue in plan.queues}
    yield from _of_ids("/services", "service_id", [service.service_id for service in plan.services])
    for n, service in enumerate(plan.services):
        yield from _of_name(f"/services/{n}/name", service.name)
        if service.queue_id not in known:
            at = f"/services/{n}/queue_id"
            yield PlanFault(code=PlanFaultCode.UNKNOWN_QUEUE, path=at, found=service.queue_id)
    yield from _of_ids("/kiosks", "kiosk_id", [kiosk.kiosk_id for kiosk in plan.kiosks])
    yield from _of_zones("/kiosks", [kiosk.zone_id for kiosk in plan.kiosks], plan)
    for n, kiosk in enumerate(plan.kiosks):  # kiosks that stand together may share a printer
        if kiosk.printer_id is not None:
            yield from _of_id(f"/kiosks/{n}/printer_id", kiosk.printer_id)


def _of_hours(plan: Plan) -> Iterator[PlanFault]:
    weekdays = [str(hours.weekday) for hours in plan.hours]
    yield from _twice(weekdays, PlanFaultCode.WEEKDAY_TWICE, lambda n: f"/hours/{n}/weekday")
    for n, hours in enumerate(plan.hours):
        yield from _of_spans(f"/hours/{n}/spans", hours.spans)
    days = [special.day.isoformat() for special in plan.special_days]
    yield from _twice(days, PlanFaultCode.DAY_TWICE, lambda n: f"/special_days/{n}/day")
    for n, special in enumerate(plan.special_days):
        yield from _of_spans(f"/special_days/{n}/spans", special.spans)
        if special.name is not None:
            yield from _of_name(f"/special_days/{n}/name", special.name)


def _of_spans(path: str, spans: Sequence[Span]) -> Iterator[PlanFault]:
    if len(spans) > SPANS_MAX:
        yield PlanFault(code=PlanFaultCode.TOO_MANY, path=path, hint=str(SPANS_MAX))
        return
    for n, span in enumerate(spans):
        if span.closes <= span.opens:
            at = f"{path}/{n}/closes"
            found, hint = _clock(span.closes), _clock(span.opens)
            yield PlanFault(code=PlanFaultCode.SPAN_REVERSED, path=at, found=found, hint=hint)
    for n, (before, span) in enumerate(pairwise(spans), start=1):
        if span.opens < before.closes:
            at = f"{path}/{n}/opens"
            found, hint = _clock(span.opens), _clock(before.closes)
            yield PlanFault(code=PlanFaultCode.SPANS_OVERLAP, path=at, found=found, hint=hint)


def _of_unserved_queues(plan: Plan) -> Iterator[PlanFault]:
    """A queue that no counter serves, ever or at some time at which the hall is open."""
    served: dict[QueueId, list[tuple[int, int]]] = {queue.queue_id: [] for queue in plan.queues}
    for counter in plan.counters:
        for begins, ends, serving in _servings(counter):
            for queue_id in serving.queue_ids:
                served.get(queue_id, []).append((begins, ends))
    open_spans = _open_spans(plan)
    for n, queue in enumerate(plan.queues):
        times = sorted(served[queue.queue_id])
        minute = next((m for span in open_spans if (m := _gap(span, times)) is not None), None)
        path = f"/queues/{n}"
        if not times:
            yield PlanFault(code=PlanFaultCode.QUEUE_NOT_SERVED, path=path, found=queue.letter)
        elif minute is not None:
            yield PlanFault(
                code=PlanFaultCode.QUEUE_NOT_SERVED_THEN,
                path=path,
                found=queue.letter,
                hint=_clock(minute),
            )


def _servings(counter: CounterPlan) -> Iterator[tuple[int, int, Serving]]:
    """What the counter serves from which minute to which, as its timetable is followed (CL4)."""
    entries = [(0, counter.serving)]
    entries += [(entry.from_minute, entry.serving) for entry in counter.timetable]
    ends = [begins for begins, _ in entries[1:]] + [DAY_MIN]
    for (begins, serving), until in zip(entries, ends, strict=True):
        if begins < until:
            yield begins, until, serving


def _open_spans(plan: Plan) -> list[tuple[int, int]]:
    """The hours of every weekday and special day, each once; the whole day without hours."""
    if not plan.hours:
        return [(0, DAY_MIN)]
    spans = [span for days in (plan.hours, plan.special_days) for day in days for span in day.spans]
    return sorted({(span.opens, span.closes) for span in spans if span.opens < span.closes})


def _gap(span: tuple[int, int], times: list[tuple[int, int]]) -> int | None:
    """The first minute of the span that is in none of the sorted times."""
    minute, ends = span
    for begins, until in times:
        if begins <= minute < until:
            minute = until
    return minute if minute < ends else None


def paper_faults(paper: tuple[PaperPart, ...]) -> tuple[PlanFault, ...]:
    """What is wrong with a ticket's layout alone (PR4)."""
    fewest, most = MANY["paper"]
    if len(paper) < fewest:
        return (PlanFault(code=PlanFaultCode.TOO_FEW, path="/paper", hint=str(fewest)),)
    if len(paper) > most:
        return (PlanFault(code=PlanFaultCode.TOO_MANY, path="/paper", hint=str(most)),)
    return tuple(_of_paper(paper))


def _of_paper(paper: tuple[PaperPart, ...]) -> Iterator[PlanFault]:
    kinds = [part.kind for part in paper]
    for kind in REQUIRED:
        if kind not in kinds:
            yield PlanFault(code=PlanFaultCode.PAPER_WITHOUT, path="/paper", found=kind.value)
    for n, part in enumerate(paper):
        if part.kind in kinds[:n] and part.kind not in REPEATABLE:
            at = f"/paper/{n}"
            yield PlanFault(code=PlanFaultCode.CHOSEN_TWICE, path=at, found=part.kind.value)
        if part.kind is PaperKind.NOTE:
            yield from _of_name(f"/paper/{n}/text", part.text or Text(zh="", en=""))


def _of_rule(source: str) -> Iterator[PlanFault]:
    try:
        compiled(source)
    except RuleFault as fault:
        yield PlanFault(
            code=PlanFaultCode.RULE,
            path="/rule",
            found=fault.found,
            hint=fault.hint,
            rule=RulePlace(code=fault.code, line=fault.line, column=fault.column),
        )


def _of_ids(path: str, field: str, ids: Sequence[str]) -> Iterator[PlanFault]:
    for n, found in enumerate(ids):
        yield from _of_id(f"{path}/{n}/{field}", found)
    yield from _twice(ids, PlanFaultCode.ID_TWICE, lambda n: f"{path}/{n}/{field}")


def _of_id(path: str, found: str) -> Iterator[PlanFault]:
    if not ID.fullmatch(found):
        yield PlanFault(code=PlanFaultCode.ID_NOT_ALLOWED, path=path, found=found[:NAME_MAX])


def _of_name(path: str, name: Text) -> Iterator[PlanFault]:
    for language, words in (("zh", name.zh), ("en", name.en)):
        at = f"{path}/{language}"
        if not words.strip():
            yield PlanFault(code=PlanFaultCode.NAME_MISSING, path=at)
        elif len(words) > NAME_MAX:
            yield PlanFault(code=PlanFaultCode.TOO_LONG, path=at, hint=str(NAME_MAX))
        elif not words.isprintable():
            yield PlanFault(code=PlanFaultCode.NAME_UNPRINTABLE, path=at)


def _of_zones(path: str, zone_ids: Iterable[str], plan: Plan) -> Iterator[PlanFault]:
    known = {zone.zone_id for zone in plan.zones}
    for n, zone_id in enumerate(zone_ids):
        if zone_id not in known:
            at = f"{path}/{n}/zone_id"
            yield PlanFault(code=PlanFaultCode.UNKNOWN_ZONE, path=at, found=zone_id)


def _in_range(path: str, number: int, bounds: tuple[int, int]) -> Iterator[PlanFault]:
    least, most = bounds
    if not least <= number <= most:
        hint = f"{least}–{most}"
        yield PlanFault(code=PlanFaultCode.OUT_OF_RANGE, path=path, found=str(number), hint=hint)


def _twice(
    found: Sequence[str], code: PlanFaultCode, path: Callable[[int], str]
) -> Iterator[PlanFault]:
    """A fault at every one that stood before."""
    seen = Count[str]()
    for n, name in enumerate(found):
        seen[name] += 1
        if seen[name] > 1:
            yield PlanFault(code=code, path=path(n), found=str(name))


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
