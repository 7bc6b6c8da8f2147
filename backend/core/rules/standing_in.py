"""Who stands in at a counter whose person is absent (SH1)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from backend.core.commands import ChangeRoster
from backend.core.day import Counter, HallDay
from backend.core.events import CounterOffered, Event, OfferEnded
from backend.core.hall_events import RosterChanged
from backend.core.rules.day import known_shifts, open_day_of
from backend.core.rules.hours import has_hours, open_times
from backend.core.shifts import Duty, Offer, Shift
from backend.core.stamp import Stamp


class Vacancy(Struct, frozen=True):
    """A counter that should have a person now and has none."""

    counter: Counter
    shift: Shift
    since: datetime


def change_roster(day: HallDay, command: ChangeRoster, stamp: Stamp) -> tuple[Event, ...]:
    """Go on with the day's shifts as they are by now, brought along by the shell; or nothing.

    Raises Refusal: day_not_open.
    """
    open_day_of(day)
    assert day.plan is not None
    shifts = known_shifts(stamp.shifts, day.plan)
    if shifts == day.shifts:
        return ()
    return (RosterChanged(shifts=shifts, reason=command.reason, changed_at=stamp.at),)


def vacancies(day: HallDay, at: datetime) -> Iterator[Vacancy]:
    """The counters without a person in a shift and in service hours, and since when."""
    assert day.plan is not None
    assert day.day is not None
    assert day.opened_at is not None
    opens_at = day.opened_at
    if day.shifts and has_hours(day.plan):
        opened = (o for o in open_times(day.plan, day.day) if o.opens_at <= at < o.closes_at)
        found = next(opened, None)
        if found is None:
            return
        opens_at = max(opens_at, found.opens_at)
    for shift in day.shifts:
        counter = day.counters.get(shift.counter_id)
        is_now = shift.begins_at <= at < shift.ends_at
        if counter is not None and is_now and not counter.is_open:
            since = max(shift.begins_at, opens_at, counter.closed_at or opens_at)
            yield Vacancy(counter, shift, since)


def offers_kept(day: HallDay, at: datetime) -> tuple[CounterOffered | OfferEnded, ...]:
    """The counters to offer to B, then to C, and the offers that are over (SH1).

    Nobody is asked who is signed on elsewhere.  The last one's offer stands until the shift ends.
    """
    wait = timedelta(seconds=day.rules.stand_in_after_s)
    vacant = {v.counter.counter_id: v for v in vacancies(day, at)}
    seated = {c.clerk_id for c in day.counters.values()}
    found: list[CounterOffered | OfferEnded] = []
    for counter in day.counters.values():
        vacancy, offer = vacant.get(counter.counter_id), counter.offer
        if vacancy is None:
            if offer is not None:
                found.append(OfferEnded(counter_id=counter.counter_id, ended_at=at))
            continue
        if offer is not None and at < offer.until and offer.clerk_id not in seated:
            continue
        if offer is None and at < vacancy.since + wait:
            continue
        asked = {*counter.asked, *seated}
        left = [person for person in vacancy.shift.persons[1:] if person.staff_id not in asked]
        if left:
            until = at + wait if len(left) > 1 else vacancy.shift.ends_at
            found.append(_offered(counter, left[0], min(until, vacancy.shift.ends_at), at))
        elif offer is not None:
            found.append(OfferEnded(counter_id=counter.counter_id, ended_at=at))
    return tuple(found)


def _offered(counter: Counter, person: Duty, until: datetime, at: datetime) -> CounterOffered:
    offer = Offer(clerk_id=person.staff_id, role=person.role, offered_at=at, until=until)
    return CounterOffered(counter_id=counter.counter_id, offer=offer)
