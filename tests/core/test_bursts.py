"""Ratings in a burst from one device (EV4)."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from backend.core.evaluation import VisitEvaluated
from backend.core.ids import CounterId, TicketId
from backend.core.rules.bursts import BURST, BURST_MIN, bursts
from tests.support.samples import AT

PHONE = VisitEvaluated(
    ticket_id=TicketId("t"),
    level=5,
    tags=(),
    comment="",
    is_at_pad=False,
    evaluated_at=AT,
    counter_id=CounterId("W1"),
    sent_from="5e4d",
)
PAD = replace(PHONE, is_at_pad=True, sent_from=None)


def rated(like: VisitEvaluated, *seconds: float) -> list[VisitEvaluated]:
    """Ratings of different visits, so many seconds after the first."""
    return [
        replace(like, ticket_id=TicketId(f"t{second}"), evaluated_at=AT + timedelta(seconds=second))
        for second in seconds
    ]


@pytest.mark.parametrize("device", [PHONE, PAD])
def test_many_ratings_of_a_counter_from_one_device_are_a_burst__EV4(device: VisitEvaluated) -> None:
    ratings = rated(device, 0, 20, 40, 60, 80)
    assert bursts(ratings) == ratings
    assert bursts(ratings[1:]) == []


def test_burst_ends_within_its_time__EV4() -> None:
    whole_s = BURST.total_seconds()
    step_s = whole_s / (BURST_MIN - 1)
    steady = [n * step_s for n in range(BURST_MIN)]
    assert len(bursts(rated(PHONE, *steady))) == BURST_MIN
    assert bursts(rated(PHONE, *steady[:-1], whole_s + 1)) == []


def test_only_those_of_the_burst_are_told__EV4() -> None:
    ratings = rated(PHONE, -4000, 0, 1, 2, 3, 4, 5, 4000)
    assert bursts(ratings) == ratings[1:-1]


def test_many_phones_behind_one_address_are_no_burst__EV4() -> None:
    ratings = [
        replace(one, counter_id=CounterId(f"W{n % 3}"))
        for n, one in enumerate(rated(PHONE, *range(12)))
    ]
    assert bursts(ratings) == []


def test_ratings_of_unknown_devices_are_no_burst__EV4() -> None:
    assert bursts(rated(replace(PHONE, sent_from=None), *range(20))) == []


def test_pad_and_phone_are_two_devices__EV4() -> None:
    assert bursts([*rated(PHONE, 0, 1, 2), *rated(PAD, 3, 4, 5)]) == []
