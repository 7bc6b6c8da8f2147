"""`consultation:{key}` and `consultations`: that something outside the day has changed, not what.

What was said in a consultation is personal and lasts longer than a day, so it is in no day's
stream; who watches reads it over HTTP, by the right they have to it (ADR 10).
"""

from msgspec import Struct

from backend.core.access import Family

ANNOUNCED = frozenset({Family.CONSULTATION, Family.CONSULTATIONS})
"""Families whose topics are no view of the day."""


class ConsultationNews(Struct, frozen=True, kw_only=True, tag="consultation"):
    """Another mark than before says: read it again."""

    mark: int
    """How far the consultation has come."""


class ConsultationsNews(Struct, frozen=True, kw_only=True, tag="consultations"):
    """Another mark than before says: read the lists again."""

    mark: int


News = ConsultationNews | ConsultationsNews


def news(family: Family, mark: int) -> News:
    """What a topic of an announced family shows."""
    is_one = family is Family.CONSULTATION
    return ConsultationNews(mark=mark) if is_one else ConsultationsNews(mark=mark)
