import io

import pytest
from redis.asyncio import Redis

from backend.cards import card_digest, person_digest, readings
from backend.core.ids import HallId, Origin
from backend.csv_lines import LINE_MAX, RegisterError
from backend.import_persons import (
    BATCH,
    Register,
    import_persons,
)
from backend.store.database import Database, queries
from backend.store.persons import KEY, ROW, Person, Persons
from tests.support.commits import HALL

CARD_KEY = b"k" * 32
OTHER = HallId("other")
REGISTER = """card,person,origin
04A2B3C4,li,student
0077771717,wang,staff
04:a2:b3:c4:d5:e6:80,li,student
"""


def person(name: str, origin: Origin) -> Person:
    return Person(digest=person_digest(CARD_KEY, name), origin=origin)


LI, WANG = person("li", Origin.STUDENT), person("wang", Origin.STAFF)


def register(text: str | bytes) -> Register:
    content = text.encode() if isinstance(text, str) else text
    return Register(io.BytesIO(content), CARD_KEY)


def card(text: str) -> bytes:
    return card_digest(CARD_KEY, readings(text)[0])


@pytest.fixture
async def halls(database: Database) -> Database:
    """A database with two halls."""
    async with database.connection() as connection:
        for hall_id in (HALL, OTHER):
            await queries.put_hall(connection, hall_id=hall_id, name_zh="厅", name_en="Hall")
    return database


@pytest.fixture
async def persons(halls: Database, redis: Redis) -> Persons:
    """What a hub knows after the register was imported for every hall."""
    await import_persons(halls, register(REGISTER), None)
    found = Persons(halls, redis)
    await found.refresh()
    return found


async def test_cards_of_the_register_have_their_persons__TK4(persons: Persons) -> None:
    assert persons.find(HALL, card("0077771716")) == LI
    assert persons.find(OTHER, card("04A2B3C4D5E680")) == LI
    assert persons.find(HALL, card("04A2B3C5")) == WANG


async def test_card_that_is_not_in_the_register_has_nobody__TK3(persons: Persons) -> None:
    for stranger in (b"\0" * 32, b"\xff" * 32, card("FFFFFFFF")):
        assert persons.find(HALL, stranger) is None


async def test_every_card_of_many_is_found__TK4(halls: Database, redis: Redis) -> None:
    origins = list(Origin)
    lines = [f"{n * 7919:010},p{n // 2},{origins[n // 2 % 4]}" for n in range(1, BATCH + 200)]
    counts = await import_persons(halls, register("\n".join(["card,person,origin", *lines])), HALL)
    assert (counts.cards, counts.persons) == (len(lines), len(lines) // 2 + 1)
    found = Persons(halls, redis)
    await found.refresh()
    for n in range(1, BATCH + 200):
        expected = person(f"p{n // 2}", origins[n // 2 % 4])
        assert found.find(HALL, card(f"{n * 7919:010}")) == expected


async def test_import_done_twice_changes_nothing(halls: Database, redis: Redis) -> None:
    for _ in range(2):
        found = await import_persons(halls, register(REGISTER), None)
        assert (found.cards, found.persons) == (3, 2)
        persons = Persons(halls, redis)
        await persons.refresh()
        assert persons.find(HALL, card("04A2B3C4")) == LI


async def test_import_takes_the_place_of_the_one_before(persons: Persons, halls: Database) -> None:
    await import_persons(halls, register("card,person,origin\n04A2B3C4,zhao,guest\n"), None)
    assert persons.find(HALL, card("04A2B3C5")) == WANG
    await persons.refresh()
    assert persons.find(HALL, card("04A2B3C4")) == person("zhao", Origin.GUEST)
    assert persons.find(HALL, card("04A2B3C5")) is None


async def test_hall_of_its_own_register_knows_that_and_everybodys(
    persons: Persons, halls: Database
) -> None:
    await import_persons(halls, register("card,person,origin\n04A2B3C4,zhao,guest\n"), HALL)
    await persons.refresh()
    assert persons.find(HALL, card("04A2B3C4")) == person("zhao", Origin.GUEST)
    assert persons.find(OTHER, card("04A2B3C4")) == LI
    assert persons.find(HALL, card("04A2B3C5")) == WANG


async def test_bad_lines_are_told_by_number_and_left_out__I19(halls: Database) -> None:
    text = (
        "﻿origin,note,person,card\r\n".encode()  # as spreadsheets begin and end lines
        + b"student,,li,04A2B3C4\r\n"
        + b"\r\n"
        + b"martian,,wang,04A2B3C5\r\n"
        + b"staff,,,04A2B3C6\r\n"
        + b"staff,,wang,1\r\n"
        + b"staff,wang\r\n"
        + b"staff,\xff,wang,04A2B3C7\r\n"
        + b"staff,"
        + b"x" * 3 * LINE_MAX
        + b",wang,04A2B3C8\r\n"
        + b"STAFF,,wang,04a2b3c4\r\n"
        + b'staff,"a ""note"", quoted",wang,04A2B3C9\r\n'
        + b'staff,"open,wang,04A2B3CA\r\n'
        + b"student,,li,04A2B3C4"
    )
    found = register(text)
    imported = await import_persons(halls, found, None)
    assert (imported.cards, imported.persons) == (2, 2)
    assert [no for no, _ in found.bad] == [4, 5, 6, 7, 8, 9, 10, 12]
    words = " ".join(what for _, what in found.bad)
    assert "04A2" not in words
    assert "wang" not in words


@pytest.mark.parametrize(
    "text",
    ["", "card,person\n04A2B3C4,li\n", "card,person,origin\n", "card,person,origin\n1,li,staff\n"],
)
async def test_file_that_is_no_register_changes_nothing(
    persons: Persons, halls: Database, text: str
) -> None:
    with pytest.raises(RegisterError):
        await import_persons(halls, register(text), None)
    await persons.refresh()
    assert persons.find(HALL, card("04A2B3C4")) == LI


async def test_register_of_an_unknown_hall_is_refused(halls: Database) -> None:
    with pytest.raises(RegisterError, match="nowhere"):
        await import_persons(halls, register(REGISTER), HallId("nowhere"))


class BrokenFile(io.BytesIO):
    """A file of which only the first two lines can be read."""

    def readline(self, size: int | None = -1) -> bytes:
        line = super().readline(size)
        if b"wang" in line:
            raise OSError(5, "Input/output error")
        return line


async def test_import_that_breaks_off_leaves_all_as_it_was(
    persons: Persons, halls: Database
) -> None:
    text = REGISTER.replace("li,student", "zhao,guest")
    with pytest.raises(RegisterError, match="Input/output error"):
        await import_persons(halls, Register(BrokenFile(text.encode()), CARD_KEY), None)
    await persons.refresh()
    assert persons.find(HALL, card("04A2B3C4")) == LI


async def test_number_in_doubt_is_known_by_both_readings__TK4(
    halls: Database, redis: Redis
) -> None:
    """A register of decimal numbers that lost their zeros in a spreadsheet."""
    await import_persons(halls, register("card,person,origin\n77771716,li,student\n"), None)
    persons = Persons(halls, redis)
    await persons.refresh()
    assert persons.find(HALL, card("04A2B3C4")) == persons.find(HALL, card("77771716")) == LI


async def test_likelier_reading_goes_before_another_cards_other_one__TK4(
    halls: Database, redis: Redis
) -> None:
    text = "card,person,origin\n77771716,li,student\n04A2B3C4,wang,staff\n"
    found = register(text)
    await import_persons(halls, found, None)
    persons = Persons(halls, redis)
    await persons.refresh()
    assert found.bad == []
    assert persons.find(HALL, card("04A2B3C4")) == WANG
    assert persons.find(HALL, card("77771716")) == LI


async def test_persons_are_known_after_a_start_without_the_database(
    persons: Persons, no_database: Database, redis: Redis
) -> None:
    later = Persons(no_database, redis)
    await later.refresh()
    assert later.find(HALL, card("04A2B3C4")) == LI


async def test_copy_that_was_lost_is_written_again(persons: Persons, redis: Redis) -> None:
    await redis.flushall()
    await persons.refresh()
    assert await redis.exists(KEY)


async def test_neither_number_nor_person_is_stored__I19(
    persons: Persons, halls: Database, redis: Redis
) -> None:
    copy = await redis.get(KEY)
    assert isinstance(copy, bytes)
    async with halls.connection() as connection:
        rows = await connection.fetch("SELECT * FROM persons")
    stored = b"".join(bytes(row["card_hash"] + row["person_hash"]) for row in rows) + copy
    for secret in (b"li", b"wang", b"04A2B3C4", bytes.fromhex("04A2B3C4")):
        assert secret not in stored.replace(b"import_id", b"").lower()
    assert len(rows) * ROW <= len(copy) < len(rows) * ROW + 100


async def test_row_of_the_table_must_be_a_digest__I19(halls: Database) -> None:
    async with halls.connection() as connection:
        with pytest.raises(Exception, match="card_hash"):
            async with connection.transaction():
                await connection.execute(
                    "INSERT INTO persons VALUES (NULL, 'short', 'short', 'staff')"
                )
