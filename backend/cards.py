"""Campus cards: one number for a card however a reader sends it, and whose card it is."""

import hmac
import re
import unicodedata
from collections.abc import Callable
from datetime import date
from hashlib import sha256

from msgspec import Struct

from backend.core.ids import HallId, Origin
from backend.store.persons import Person

SENDER_BYTES = 8
UID_BYTES = (4, 7, 10)
"""Lengths of a card's own number (UID): single, double and triple size (ISO/IEC 14443-3, 6.5.4)."""


class Holder(Struct, frozen=True, kw_only=True):
    """Who holds a card, as far as it may be known: keyed hashes, never a number."""

    card_hash: str
    person_hash: str
    """The card's own hash when nobody is known to hold it."""
    origin: Origin | None


class Cards:
    """Tells whose card was read; keeps no number."""

    def __init__(self, key: bytes, find: Callable[[HallId, bytes], Person | None]) -> None:
        """`find`: who holds the card with this digest in this hall."""
        self._key = key
        self._find = find

    def holder(self, hall_id: HallId, text: str, *, is_reversed: bool) -> Holder:
        """Who holds the card that was read or typed as `text`; a card of nobody known is its own.

        Where the text can be read in two ways the one that belongs to somebody is meant.
        """
        digests = [card_digest(self._key, uid) for uid in readings(text, is_reversed=is_reversed)]
        for digest in digests:
            person = self._find(hall_id, digest)
            if person is not None:
                return Holder(
                    card_hash=digests[0].hex(),
                    person_hash=person.digest.hex(),
                    origin=person.origin,
                )
        return Holder(card_hash=digests[0].hex(), person_hash=digests[0].hex(), origin=None)

    def sender(self, hall_id: HallId, day: date, address: str) -> str:
        """A network address as it may be kept: the same within a hall's day, else another."""
        text = f"sender\0{hall_id}\0{day}\0{address}"
        return hmac.digest(self._key, text.encode(), sha256)[:SENDER_BYTES].hex()


def readings(text: str, *, is_reversed: bool = False) -> tuple[str, ...]:
    """The numbers that `text` may stand for, likeliest first, in capital hexadecimal digits.

    | text (full-width characters count as plain ones)              | read as                   |
    | ------------------------------------------------------------- | ------------------------- |
    | 8, 14 or 20 hexadecimal digits, also with `:`, `-` and spaces | those bytes               |
    | decimal digits, with or without zeros before them             | 4, 7 or 10 bytes          |
    | 8, 14 or 20 decimal digits                                    | the former, or the latter |
    | anything else: a number printed on a card, say                | itself, in capitals       |

    `is_reversed`: the reader sends the last byte first.  A decimal number does not say how many
    bytes it had: it gets the fewest that hold it.
    """
    sent = unicodedata.normalize("NFKC", text).strip().upper()
    uids = [uid for uid in (_from_hexadecimal(sent), _from_decimal(sent)) if uid is not None]
    if not uids:
        return (sent,)
    return tuple((uid[::-1] if is_reversed else uid).hex().upper() for uid in uids)


def card_digest(key: bytes, uid: str) -> bytes:
    """A card's number as it may be kept: the same for the same card, useless without the key."""
    return hmac.digest(key, uid.encode(), sha256)


def person_digest(key: bytes, person: str) -> bytes:
    """A person's id as it may be kept; never the digest of a card with the same digits."""
    return hmac.digest(key, b"person\0" + person.strip().upper().encode(), sha256)


def _from_hexadecimal(sent: str) -> bytes | None:
    digits = re.sub(r"[\s:-]", "", sent)
    is_uid = re.fullmatch("[0-9A-F]+", digits) and len(digits) in {2 * size for size in UID_BYTES}
    return bytes.fromhex(digits) if is_uid else None


def _from_decimal(sent: str) -> bytes | None:
    if re.fullmatch("[0-9]+", sent) is None:
        return None
    number = int(sent)
    size = next((size for size in UID_BYTES if number < 1 << 8 * size), None)
    return number.to_bytes(size) if size is not None else None
