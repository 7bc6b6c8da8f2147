"""What a hall has printed on its tickets, from top to bottom: part of its plan (PR4).

The parts say what; how each is drawn on 58 or 80 mm is `backend.paper`'s.  What is printed
whatever the hall says: the mark of a reprint (I11), and no name or card (I19).
"""

from enum import StrEnum

from msgspec import Struct

from backend.core.ids import Text


class PaperKind(StrEnum):
    """The parts a ticket is made of."""

    HALL = "hall"
    """Where we are."""
    QUEUE = "queue"
    """What the visitor waits for, with the mark of a class: 爱心, 预约."""
    NUMBER = "number"
    STANDING = "standing"
    """How many are ahead, and how long it will take."""
    COUNTERS = "counters"
    SERVICES = "services"
    CODE = "code"
    """The way to the progress page, and what becomes of a missed call (PS2)."""
    ISSUE = "issue"
    """When and where it was taken."""
    NOTE = "note"
    """Words of the hall's own."""
    LINE = "line"
    """Across the paper."""


REQUIRED = (PaperKind.QUEUE, PaperKind.NUMBER)
"""Without them it is no ticket."""
REPEATABLE = (PaperKind.NOTE, PaperKind.LINE)


class NoteSize(StrEnum):
    """How large the words of a note are."""

    SMALL = "small"
    NORMAL = "normal"
    LARGE = "large"


class PaperPart(Struct, frozen=True, kw_only=True):
    """One part; without defaults, since views have none."""

    kind: PaperKind
    text: Text | None
    """Of a note."""
    size: NoteSize
    """Of a note."""


def plain_part(kind: PaperKind) -> PaperPart:
    """A part that has no words of its own."""
    return PaperPart(kind=kind, text=None, size=NoteSize.NORMAL)


DEFAULT_PAPER = tuple(
    plain_part(kind)
    for kind in (
        PaperKind.HALL,
        PaperKind.QUEUE,
        PaperKind.NUMBER,
        PaperKind.STANDING,
        PaperKind.COUNTERS,
        PaperKind.SERVICES,
        PaperKind.CODE,
        PaperKind.ISSUE,
    )
)
