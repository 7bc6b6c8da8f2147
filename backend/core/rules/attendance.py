"""How the shifts of the day are kept: on post, late, early, missing (SH3).

A pure function of what happened and of the roster; late and missing are kept nowhere but in the
account that closes the day.
"""

from collections.abc import Iterable
from datetime import datetime

from backend.core.day import HallDay
from backend.core.ids import CounterId, StaffId
from backend.core.shifts import ClerkDay, Shift, ShiftRecord, Stint

Span = tuple[datetime, datetime]


def attendance(day: HallDay, at: datetime) -> tuple[ClerkDay, ...]:
    """The day until `at` of everybody who was signed on or expected, by user name."""
    expected: dict[StaffId, list[Shift]] = {clerk_id: [] for clerk_id in day.stints}
    for shift in day.shifts:
        begins_at, ends_at = _span(day, shift, at)
        if shift.persons and begins_at < ends_at:
            expected.setdefault(shift.persons[0].staff_id, []).append(shift)
    return tuple(_clerk_day(day, c, expected[c], at) for c in sorted(expected))


def _clerk_day(day: HallDay, clerk_id: StaffId, shifts: list[Shift], at: datetime) -> ClerkDay:
    stints = day.stints.get(clerk_id, [])
    work = [stint for stint in stints if not stint.is_paused]
    busy_s = sum(_busy_s(stint, at) for stint in stints)
    spans = [_span(day, shift, at) for shift in shifts]
    return ClerkDay(
        clerk_id=clerk_id,
        signed_on_at=stints[0].from_at if stints else None,
        signed_off_at=stints[-1].to_at if stints else None,
        rostered_s=round(sum(_length_s(span) for span in _merged(spans))),
        on_post_s=round(sum(_overlap_s(s, span, at) for span in _merged(spans) for s in work)),
        open_s=round(sum(_stint_s(stint, at) for stint in work) - busy_s),
        busy_s=round(busy_s),
        paused_s=round(sum(_stint_s(stint, at) for stint in stints if stint.is_paused)),
        shifts=tuple(_record(day, shift, stints, at) for shift in shifts),
    )


def _record(day: HallDay, shift: Shift, stints: list[Stint], at: datetime) -> ShiftRecord:
    """How the first person of the shift kept it; `stints` are that person's."""
    begins_at, ends_at = _span(day, shift, at)
    grace_s = day.rules.stand_in_after_s
    during = [s for s in stints if _overlap_s(s, (begins_at, ends_at), at) > 0 or _is_at(s, at)]
    first = during[0].from_at if during else None
    last = during[-1].to_at if during else None
    late_s = (first - begins_at).total_seconds() if first is not None else 0.0
    early_s = (ends_at - last).total_seconds() if last is not None else 0.0
    expected = shift.persons[0]
    return ShiftRecord(
        counter_id=shift.counter_id,
        role=expected.role,
        begins_at=begins_at,
        ends_at=ends_at,
        signed_on_at=first,
        signed_off_at=last,
        late_s=round(late_s) if late_s > grace_s else 0,
        early_s=round(early_s) if early_s > grace_s else 0,
        is_missing=first is None and _length_s((begins_at, ends_at)) > grace_s,
        stand_in_id=_stand_in(day, shift.counter_id, expected.staff_id, (begins_at, ends_at), at),
    )


def _stand_in(
    day: HallDay, counter_id: CounterId, expected_id: StaffId, span: Span, at: datetime
) -> StaffId | None:
    """Who else was first signed on at the counter in this time."""
    found = [
        (stint.from_at, clerk_id)
        for clerk_id, stints in day.stints.items()
        for stint in stints
        if clerk_id != expected_id
        and stint.counter_id == counter_id
        and _overlap_s(stint, span, at) > 0
    ]
    return min(found)[1] if found else None


def _span(day: HallDay, shift: Shift, at: datetime) -> Span:
    """What the day has had of the shift: not before it opened, nor after `at`."""
    assert day.opened_at is not None
    return max(shift.begins_at, day.opened_at), min(shift.ends_at, at)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """The same time, none of it twice: somebody may be expected at two counters at once."""
    found: list[Span] = []
    for begins_at, ends_at in sorted(spans):
        if found and begins_at <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], ends_at)
        else:
            found.append((begins_at, ends_at))
    return found


def _is_at(stint: Stint, at: datetime) -> bool:
    """Whether it began at this very instant and goes on."""
    return stint.to_at is None and stint.from_at == at


def _overlap_s(stint: Stint, span: Span, at: datetime) -> float:
    begins_at, ends_at = max(stint.from_at, span[0]), min(stint.to_at or at, span[1])
    return max(0.0, _length_s((begins_at, ends_at)))


def _stint_s(stint: Stint, at: datetime) -> float:
    return _length_s((stint.from_at, stint.to_at or at))


def _busy_s(stint: Stint, at: datetime) -> float:
    return stint.busy_s + (_length_s((stint.busy_from, at)) if stint.busy_from else 0.0)


def _length_s(span: Span) -> float:
    return (span[1] - span[0]).total_seconds()
