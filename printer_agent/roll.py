"""How much of the roll is left, by the millimetres printed (PR3).

The agent counts, since it outlives the hall's days; what a roll holds it learns from the first
one that runs through, and the rest after the near-end sensor from the first that passes it.
"""

import os
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.core.ids import PrinterState

TICKET_MM = 120.0
"""Until the first papers tell how long they are."""
MEAN_OF_LAST = 50
"""Papers that the mean length is about: layouts change."""


class Roll(Struct, frozen=True, kw_only=True):
    """What is known of the roll in a printer, and of rolls before it."""

    printed_mm: float = 0.0
    """Since it was put in, or since we know of it."""
    is_whole: bool = False
    """Whether it was seen new, so that `printed_mm` tells what is gone."""
    low_at_mm: float | None = None
    """Printed when the near-end sensor first said so."""
    is_ended: bool = False
    was_opened: bool = False
    """The cover was open or the power off since it was low: it may be another one."""
    ticket_mm: float = TICKET_MM
    whole_mm: float | None = None
    """What a roll held that ran through."""
    low_mm: float | None = None
    """What was left of one when the sensor said so."""
    changed_at: datetime | None = None
    """The last change by staff that was taken into account."""


def printed(roll: Roll, mm: float) -> Roll:
    """The roll after a paper of that length."""
    mean = roll.ticket_mm + (mm - roll.ticket_mm) / MEAN_OF_LAST
    return replace(roll, printed_mm=roll.printed_mm + mm, ticket_mm=mean)


def seen(roll: Roll, state: PrinterState) -> Roll:
    """The roll after the printer told how it is."""
    match state:
        case PrinterState.PAPER_OUT if not roll.is_ended:
            ended = replace(roll, is_ended=True, was_opened=True)
            return _learned(ended)
        case PrinterState.PAPER_LOW if roll.is_ended:
            # The same end of a roll again, or somebody's leftover: nobody knows how much.
            low_at = roll.printed_mm
            return replace(roll, is_ended=False, is_whole=False, low_at_mm=low_at)
        case PrinterState.PAPER_LOW if roll.low_at_mm is None:
            return replace(roll, low_at_mm=roll.printed_mm, was_opened=False)
        case PrinterState.READY if roll.is_ended or (roll.low_at_mm is not None):
            # A sensor at its edge says low and not low in turn; a new roll needs the cover open.
            return _new(roll) if roll.was_opened else roll
        case PrinterState.COVER_OPEN | PrinterState.GONE if roll.low_at_mm is not None:
            return replace(roll, was_opened=True)
        case _:
            return roll


def changed(roll: Roll, at: datetime | None) -> Roll:
    """The roll after staff said, at `at`, that it is new; the same roll for what is known."""
    if at is None or (roll.changed_at is not None and at <= roll.changed_at):
        return roll
    return replace(_new(roll), changed_at=at)


def tickets_left(roll: Roll, setting_mm: float | None) -> int | None:
    """About how many tickets the roll is good for; None while nobody can know.

    `setting_mm`: what a roll holds by its wrapper, until one has run through.
    """
    if roll.is_ended:
        return 0
    whole_mm = roll.whole_mm or setting_mm
    if roll.low_at_mm is not None and roll.low_mm is not None:
        left_mm = roll.low_mm - (roll.printed_mm - roll.low_at_mm)
    elif roll.is_whole and whole_mm is not None:
        left_mm = whole_mm - roll.printed_mm
    else:
        return None
    return max(int(left_mm / roll.ticket_mm), 0)


def _learned(roll: Roll) -> Roll:
    whole_mm = roll.printed_mm if roll.is_whole else roll.whole_mm
    low_mm = roll.printed_mm - roll.low_at_mm if roll.low_at_mm is not None else roll.low_mm
    return replace(roll, whole_mm=whole_mm, low_mm=low_mm)


def _new(roll: Roll) -> Roll:
    return replace(
        roll, printed_mm=0.0, is_whole=True, low_at_mm=None, is_ended=False, was_opened=False
    )


class RollFile:
    """The roll of one printer, kept in a file; one that cannot be read or written is forgotten.

    Not fsynced: a crash of the machine costs the count of some papers.
    """

    def __init__(self, path: Path, setting_mm: float | None) -> None:
        self._path = path
        self._setting_mm = setting_mm
        try:
            self._roll = msgspec.json.decode(path.read_bytes(), type=Roll)
        except (OSError, ValueError):  # neither JSON nor, perhaps, UTF-8
            self._roll = Roll()

    @property
    def tickets_left(self) -> int | None:
        """About how many tickets the roll is good for; None while nobody can know."""
        return tickets_left(self._roll, self._setting_mm)

    def printed(self, mm: float) -> None:
        """Count a paper."""
        self._keep(printed(self._roll, mm))

    def seen(self, state: PrinterState) -> None:
        """Take into account how the printer is."""
        self._keep(seen(self._roll, state))

    def changed(self, at: datetime | None) -> None:
        """Take into account that staff put in a new one."""
        self._keep(changed(self._roll, at))

    def _keep(self, roll: Roll) -> None:
        """Raises OSError."""
        if roll == self._roll:
            return
        self._roll = roll
        aside = self._path.with_suffix(".tmp")
        aside.write_bytes(msgspec.json.encode(roll))
        os.replace(aside, self._path)
