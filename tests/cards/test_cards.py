import hmac
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.cards import UID_BYTES, Cards, card_digest, person_digest, readings
from backend.core.ids import HallId, Origin
from backend.store.persons import Person

KEY = b"k" * 32
HALL = HallId("main")
UIDS = st.sampled_from(UID_BYTES).flatmap(lambda size: st.binary(min_size=size, max_size=size))


def in_fewest_bytes(uid: bytes) -> bool:
    """Whether the number of a card says how many bytes it has."""
    shorter = [size for size in UID_BYTES if size < len(uid)]
    return not shorter or int.from_bytes(uid) >= 1 << 8 * shorter[-1]


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("04A2B3C4", "04A2B3C4"),
        ("04a2b3c4", "04A2B3C4"),
        (" 04:A2:B3:C4\t", "04A2B3C4"),
        ("04-a2-b3-c4", "04A2B3C4"),
        ("04 A2 B3 C4", "04A2B3C4"),
        ("0077771716", "04A2B3C4"),
        ("77771716", "77771716"),  # eight digits: hexadecimal goes first
        ("4294967295", "FFFFFFFF"),
        ("4294967296", "00000100000000"),
        ("１２３４５６７８９", "075BCD15"),  # typed with a full-width input method
        ("04A2B3C4D5E680", "04A2B3C4D5E680"),
        ("1304934937454208", "04A2D4D766E680"),
        ("01020304050607080910", "01020304050607080910"),
        ("t-2023-01", "T-2023-01"),
        ("04A2B3C", "04A2B3C"),  # half a number is a number of its own and nobody's card
        ("1" * 40, "1" * 40),
    ],
)
def test_card_sent_like_this_has_this_number__TK3(sent: str, number: str) -> None:
    assert readings(sent)[0] == number


@pytest.mark.parametrize(
    ("sent", "number"),
    [
        ("C4B3A204", "04A2B3C4"),
        ("3300106756", "04A2B3C4"),
        ("80E6D5C4B3A204", "04A2B3C4D5E680"),
        ("t-2023-01", "T-2023-01"),
    ],
)
def test_reversed_reader_gives_the_same_number__TK3(sent: str, number: str) -> None:
    assert readings(sent, is_reversed=True)[0] == number


@given(uid=UIDS, separator=st.sampled_from(["", ":", "-", " "]), is_lower=st.booleans())
def test_hexadecimal_forms_are_one_number__TK3(uid: bytes, separator: str, is_lower: bool) -> None:
    sent = separator.join(f"{byte:02X}" for byte in uid)
    assert readings(sent.lower() if is_lower else sent)[0] == uid.hex().upper()


@given(uid=UIDS.filter(in_fewest_bytes), zeros=st.integers(0, 25))
def test_decimal_forms_are_one_number__TK3(uid: bytes, zeros: int) -> None:
    assert uid.hex().upper() in readings(str(int.from_bytes(uid)).zfill(zeros))


@given(uid=st.binary(min_size=4, max_size=4))
def test_ten_digits_are_never_in_doubt__TK3(uid: bytes) -> None:
    assert readings(f"{int.from_bytes(uid):010}") == (uid.hex().upper(),)


@given(uid=UIDS)
def test_readers_of_both_byte_orders_agree__TK3(uid: bytes) -> None:
    assert readings(uid[::-1].hex(), is_reversed=True)[0] == readings(uid.hex())[0]


@given(text=st.text(alphabet="0123456789ABCDEFabcdef:- ", min_size=1, max_size=64))
def test_number_read_again_is_itself__TK3(text: str) -> None:
    found = readings(text)
    assert 1 <= len(found) <= 2
    assert readings(found[0])[0] == found[0]


def test_hash_is_keyed_and_as_it_always_was__TK3_I19() -> None:
    """Archived tickets name their persons by it."""
    assert card_digest(KEY, "04A2B3C4") == hmac.digest(KEY, b"04A2B3C4", sha256)
    assert card_digest(b"other" * 8, "04A2B3C4") != card_digest(KEY, "04A2B3C4")


def test_person_and_card_of_the_same_digits_differ__TK4() -> None:
    assert person_digest(KEY, "2023012345") != card_digest(KEY, "2023012345")


def cards(held: dict[str, Person]) -> Cards:
    """Cards of which these numbers have holders."""
    digests = {card_digest(KEY, uid): person for uid, person in held.items()}
    return Cards(KEY, lambda _hall_id, card: digests.get(card))


LI = Person(digest=person_digest(KEY, "li"), origin=Origin.STAFF)


def test_two_cards_of_a_person_are_one_person__TK4() -> None:
    known = cards({"04A2B3C4": LI, "0102030405060708090A": LI})
    first = known.holder(HALL, "0077771716", is_reversed=False)
    second = known.holder(HALL, "01:02:03:04:05:06:07:08:09:0a", is_reversed=False)
    assert first.person_hash == second.person_hash == LI.digest.hex()
    assert first.origin is second.origin is Origin.STAFF
    assert first.card_hash != second.card_hash


def test_card_of_nobody_is_a_person_of_its_own__TK3() -> None:
    holder = cards({}).holder(HALL, "04A2B3C4", is_reversed=False)
    assert holder.person_hash == holder.card_hash == card_digest(KEY, "04A2B3C4").hex()
    assert holder.origin is None


def test_number_in_doubt_is_the_one_somebody_holds__TK4() -> None:
    """Eight decimal digits may be a number whose zeros the reader dropped."""
    holder = cards({"04A2B3C4": LI}).holder(HALL, "77771716", is_reversed=False)
    assert holder.person_hash == LI.digest.hex()
    assert holder.card_hash == card_digest(KEY, "77771716").hex()
