"""What holds for every view: whole, without defaults, without anything personal."""

from collections.abc import Iterator
from typing import Any, get_args

import msgspec
import pytest
from msgspec import inspect

from backend.core.access import TOPICS, Family
from backend.core.commands import OpenCounter, TakeTicket
from backend.core.ids import Channel, TicketClass
from backend.core.result import result_of
from backend.core.stamp import Role
from backend.core.views.topics import Topic, View, exists, topic_of, view_of
from backend.wire.messages import ServerMessage, Show
from tests.support.plans import K1, W1, W2, W3, A, B, C
from tests.support.topics import topics_of
from tests.support.world import CHIEF, World, clerk

CARD = "cafe" * 16  # what the hub leaves of a card number
decode = msgspec.json.Decoder(ServerMessage).decode


def full_world() -> World:
    """A hall with something to show on every topic."""
    world = World()
    for counter_id, name in ((W1, "li"), (W2, "wang"), (W3, "zhao")):
        world.do(OpenCounter(counter_id=counter_id), clerk(name))
    for queue_id in (A, B, C):
        for ticket_class in TicketClass:
            world.later(1).do(
                TakeTicket(
                    channel=Channel.CARD,
                    queue_id=queue_id,
                    ticket_class=ticket_class,
                    kiosk_id=K1,
                    card=CARD,
                ),
                CHIEF,
            )
    world.pass_next(W1)
    world.call(W1)
    world.serve(W2)
    world.call(W3)
    return world


def kinds(kind: inspect.Type) -> Iterator[inspect.Type]:
    """Every type that is reachable from a type."""
    yield kind
    match kind:
        case inspect.StructType():
            for field in kind.fields:
                yield from kinds(field.type)
        case inspect.UnionType(types=types):
            for part in types:
                yield from kinds(part)
        case inspect.VarTupleType(item_type=item):
            yield from kinds(item)
        case inspect.Metadata(type=inner):
            yield from kinds(inner)
        case _:
            pass


VIEWS = get_args(View)


@pytest.mark.parametrize("view", VIEWS)
def test_view_has_no_defaults(view: type) -> None:
    """But where an agent may be newer than its hub, and has to read what that does not send."""
    found = [
        f"{struct.cls.__name__}.{field.name}"
        for struct in kinds(inspect.type_info(view))
        if isinstance(struct, inspect.StructType)
        for field in struct.fields
        if not field.required
    ]
    assert set(found) <= {"PrinterView.receipts"}


@pytest.mark.parametrize("view", VIEWS)
def test_view_has_no_fixed_length_tuples_and_no_open_types(view: type) -> None:
    allowed = (
        inspect.StructType,
        inspect.UnionType,
        inspect.VarTupleType,
        inspect.EnumType,
        inspect.StrType,
        inspect.IntType,
        inspect.BoolType,
        inspect.DateTimeType,
        inspect.DateType,
        inspect.NoneType,
    )
    assert [kind for kind in kinds(inspect.type_info(view)) if not isinstance(kind, allowed)] == []


@pytest.mark.parametrize("view", VIEWS)
def test_view_is_frozen_and_named_by_its_family(view: Any) -> None:
    assert view.__struct_config__.frozen
    assert view.__struct_config__.tag in {family.value for family in Family}


def test_there_is_one_view_for_each_family() -> None:
    assert {view.__struct_config__.tag for view in VIEWS} == {family.value for family in Family}


def test_every_view_survives_the_wire() -> None:
    world = full_world()
    for topic in topics_of(world.day):
        show = Show(topic=str(topic), epoch="e", seq=1, view=view_of(world.day, topic))
        assert decode(msgspec.json.encode(show)) == show
        assert show.view.__struct_config__.tag == topic.family.value


def test_every_family_is_among_the_topics() -> None:
    world = full_world()
    topics = topics_of(world.day)
    assert {topic.family for topic in topics} == set(Family)
    assert all(exists(world.day, topic) for topic in topics)


@pytest.mark.parametrize(
    ("name", "topic"),
    [
        ("board:Z1", Topic(Family.BOARD, "Z1")),
        ("queues", Topic(Family.QUEUES, "")),
        ("ticket:a:b", Topic(Family.TICKET, "a:b")),
        ("queues:", None),
        ("queues:Z1", None),
        ("board", None),
        ("board:", None),
        ("Board:Z1", None),
        (":Z1", None),
        ("", None),
    ],
)
def test_topic_is_read_from_its_name(name: str, topic: Topic | None) -> None:
    assert topic_of(name) == topic
    assert topic is None or str(topic) == name


@pytest.mark.parametrize(
    "name", ["board:Z9", "counter:W9", "counter_screen:W9", "kiosk:K9", "ticket:x", "printer:P9"]
)
def test_topic_of_what_the_hall_does_not_have_does_not_exist(name: str) -> None:
    topic = topic_of(name)
    assert topic is not None
    assert not exists(World().day, topic)


def encoded(world: World, family: Family) -> bytes:
    return b"".join(
        msgspec.json.encode(view_of(world.day, topic))
        for topic in topics_of(world.day)
        if topic.family is family
    )


@pytest.mark.parametrize("family", list(Family))
def test_no_view_holds_a_card__I19(family: Family) -> None:
    assert CARD.encode() not in encoded(full_world(), family)


@pytest.mark.parametrize("family", sorted(TOPICS[Role.VISITOR]))
def test_public_view_names_no_clerk__I19(family: Family) -> None:
    shown = encoded(full_world(), family)
    assert not [name for name in (b"li", b"wang", b"zhao") if b'"%s"' % name in shown]


@pytest.mark.parametrize("family", [family for family in Family if family is not Family.PRINTER])
def test_tokens_are_shown_to_printers_only__I19(family: Family) -> None:
    world = full_world()
    shown = encoded(world, family)
    assert not [token for token in world.day.tokens if token.encode() in shown]


def test_printer_gets_the_token_for_the_paper__I19() -> None:
    world = full_world()
    shown = encoded(world, Family.PRINTER)
    assert all(token.encode() in shown for token in world.day.tokens)


def test_only_taking_a_ticket_answers_with_its_token__I19() -> None:
    world = full_world()
    for event in world.events:
        has_token = any(
            t.encode() in msgspec.json.encode(result_of((event,))) for t in world.day.tokens
        )
        assert has_token == (type(event).__name__ == "TicketTaken")
