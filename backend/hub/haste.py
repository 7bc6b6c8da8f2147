"""How soon a topic's watchers are told of a change."""

from enum import StrEnum

from backend.core.access import Family


class Haste(StrEnum):
    """Classes of topics, the most urgent first."""

    PROMPT = "prompt"
    """Clerks, boards, speakers and printers: in the turn of the loop that folded the change."""
    SCREENS = "screens"
    """Counter screens and pads: in the same turn, after those."""
    PHONES = "phones"
    """Phones and the public overview, who would not notice a second: in a lap."""


_LATER = {
    Family.COUNTER_SCREEN: Haste.SCREENS,
    Family.PAD: Haste.SCREENS,
    Family.TICKET: Haste.PHONES,
    Family.QUEUES: Haste.PHONES,
    Family.TAKE: Haste.PHONES,
}


def haste_of(family: Family) -> Haste:
    """The class of a topic of this family."""
    return _LATER.get(family, Haste.PROMPT)
