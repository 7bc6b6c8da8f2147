"""One evaluation a visit, on the pad beside the window or on the phone (EV1, EV2)."""

from datetime import date, timedelta

import pytest

from backend.cards import Cards
from backend.core.access import Family
from backend.core.commands import CloseDay, FinishServing, HoldTicket, ResumeTicket, StartServing
from backend.core.day import Ticket
from backend.core.errors import RefusalCode
from backend.core.evaluation import (
    PAD_OFFER_S,
    PAD_WRITING_S,
    TAGS_OF_LEVEL,
    Evaluate,
    EvaluationTag,
)
from backend.core.ids import HallId
from backend.core.views.counter import counter
from backend.core.views.ops import ops
from backend.core.views.pad import pad
from backend.core.views.ticket import ticket
from backend.core.views.topics import Topic, Touched
from tests.support.plans import W1, W2, A
from tests.support.world import DEVICE, HUB, VISITOR, World

GOOD = (EvaluationTag.FRIENDLY, EvaluationTag.QUICK)


def served(waiting: int = 0) -> tuple[World, Ticket]:
    """A visit has just ended at W1; others wait."""
    world = World().open(W1)
    first = world.take(A)
    if waiting:
        world.take(A, count=waiting)
    world.serve(W1)
    return world, world.day.tickets[first]


def on_pad(
    found: Ticket, level: int = 5, tags: tuple[EvaluationTag, ...] = (), comment: str = ""
) -> Evaluate:
    return Evaluate(
        counter_id=W1, ticket_id=found.ticket_id, level=level, tags=tags, comment=comment
    )


def by_phone(found: Ticket, level: int = 5) -> Evaluate:
    return Evaluate(ticket_token=found.token, level=level)


def test_pad_offers_the_visit_for_a_minute_after_it_ended__EV2() -> None:
    world, found = served()
    offer = pad(world.day, W1).offer
    assert offer is not None
    assert offer.ticket_id == found.ticket_id
    assert found.done_at is not None
    assert (offer.until - found.done_at).total_seconds() == PAD_OFFER_S
    assert pad(world.day, W2).offer is None


def test_what_the_visitor_says_is_kept_once__EV1_EV2() -> None:
    world, found = served()
    world.do(on_pad(found, 4, tags=(*GOOD, GOOD[0]), comment=" 很快 "), DEVICE)
    said = world.day.evaluations[found.ticket_id]
    assert (said.level, said.tags, said.comment, said.is_at_pad) == (4, GOOD, "很快", True)
    assert pad(world.day, W1).offer is None
    shown = ticket(world.day, found.token)
    assert (shown.level, shown.can_evaluate) == (4, False)
    assert world.code(by_phone(found, 1), VISITOR) is RefusalCode.ALREADY_EVALUATED
    assert world.code(on_pad(found, 1), DEVICE) is RefusalCode.ALREADY_EVALUATED


def test_unrated_visit_stays_unrated__EV2() -> None:
    world, found = served()
    world.later(PAD_OFFER_S + 600)
    assert world.day.evaluations == {}
    assert ticket(world.day, found.token).level is None


def test_pad_offers_nothing_to_the_next_visitor_at_the_counter__EV2() -> None:
    world, found = served(waiting=1)
    world.call(W1)
    assert pad(world.day, W1).offer is not None
    world.do(StartServing(counter_id=W1))
    assert pad(world.day, W1).offer is None
    world.do(on_pad(found, 3), DEVICE)  # who had begun may still end it
    assert world.day.evaluations[found.ticket_id].level == 3


def test_pad_takes_nothing_long_after_the_visit__EV2() -> None:
    world, found = served()
    world.later(PAD_WRITING_S + 1)
    assert world.code(on_pad(found), DEVICE) is RefusalCode.PAD_TOO_LATE
    world.do(by_phone(found, 2), VISITOR)
    assert not world.day.evaluations[found.ticket_id].is_at_pad


def test_pad_speaks_for_visits_that_ended_at_its_counter_only__EV2() -> None:
    world, found = served()
    elsewhere = Evaluate(counter_id=W2, ticket_id=found.ticket_id, level=1)
    assert world.code(elsewhere, DEVICE) is RefusalCode.UNKNOWN_TICKET


def test_held_visit_is_offered_once_it_is_over__EV2() -> None:
    world = World().open(W1)
    found = world.day.tickets[world.take(A)]
    world.call(W1)
    world.do(StartServing(counter_id=W1))
    world.do(HoldTicket(counter_id=W1))
    assert world.code(by_phone(found), VISITOR) is RefusalCode.VISIT_NOT_OVER
    assert pad(world.day, W1).offer is None
    world.do(ResumeTicket(counter_id=W1, ticket_id=found.ticket_id))
    world.do(FinishServing(counter_id=W1))
    assert pad(world.day, W1).offer is not None


def test_phone_may_evaluate_after_closing_until_the_next_day__EV2() -> None:
    world, found = served()
    world.do(CloseDay(force=True), HUB)
    assert ticket(world.day, found.token).can_evaluate
    world.later(3600).do(by_phone(found), VISITOR)
    assert world.day.evaluations[found.ticket_id].level == 5


def test_day_that_stays_the_latest_takes_evaluations_for_five_days__EV2() -> None:
    """Over a holiday week the hall begins no other."""
    world, found = served()
    world.do(CloseDay(force=True), HUB)
    assert world.later(4 * 86_400).code(by_phone(found), VISITOR) is None
    too_late = RefusalCode.EVALUATION_TOO_LATE
    assert world.later(86_400).code(by_phone(found), VISITOR) is too_late


@pytest.mark.parametrize("level", TAGS_OF_LEVEL)
def test_tags_are_those_of_the_level__EV1(level: int) -> None:
    for tag in EvaluationTag:
        world, found = served()
        if tag in TAGS_OF_LEVEL[level]:
            world.do(on_pad(found, level, tags=(tag,)), DEVICE)
        else:
            refused = world.code(on_pad(found, level, tags=(tag,)), DEVICE)
            assert refused is RefusalCode.TAG_OF_OTHER_LEVEL


def test_clerk_is_shown_nothing_of_what_the_visitor_said__EV4() -> None:
    world, found = served()
    before = counter(world.day, W1)
    events = world.do(on_pad(found, 1, comment="slow"), DEVICE)
    assert counter(world.day, W1) == before
    touched = Touched()
    for event in events:
        touched.add(world.day, event)
    assert not touched.concerns(world.day, Topic(Family.COUNTER, W1))
    assert touched.concerns(world.day, Topic(Family.PAD, W1))
    assert not touched.concerns(world.day, Topic(Family.PAD, W2))


def test_live_satisfaction_is_told_of_five_ratings_and_more__ST3() -> None:
    world = World().open(W1)
    for n, level in enumerate((5, 4, 3, 1, 5), start=1):
        assert ops(world.day).figures.satisfied_percent is None
        token = world.day.tickets[world.take(A)].token
        world.serve(W1)
        world.do(Evaluate(ticket_token=token, level=level), VISITOR)
        assert ops(world.day).figures.ratings == n
    assert ops(world.day).figures.satisfied_percent == 60


def test_network_address_is_kept_as_a_hash_of_its_day_only__EV4_I19() -> None:
    cards = Cards(b"key", lambda hall_id, digest: None)
    hall_id, monday = HallId("main"), date(2026, 11, 23)
    own = cards.sender(hall_id, monday, "2001:db8::7")
    assert own == cards.sender(hall_id, monday, "2001:db8::7")
    others = {
        cards.sender(hall_id, monday, "2001:db8::8"),
        cards.sender(hall_id, monday + timedelta(days=1), "2001:db8::7"),
        cards.sender(HallId("other"), monday, "2001:db8::7"),
    }
    assert len({own, *others}) == 4
