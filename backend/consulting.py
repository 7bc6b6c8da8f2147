"""Commands for consultations: decided and stored in one transaction, once.

The same idea as for cases (`casework.py`).  What is refused is not kept: anybody may ask, and
could fill the archive with refusals.
"""

from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.core.consultations.commands import ConsultationCommand
from backend.core.consultations.consultation import Consultation, ConsultationStamp
from backend.core.consultations.decide import decide_consultation
from backend.core.consultations.evolve import fold_consultation
from backend.core.ids import CommandId
from backend.store.consultations import (
    ConsultationCommit,
    ConsultationEntry,
    Consultations,
    folded,
)
from backend.store.stream import ConflictError, StoreError

ATTEMPTS_MAX = 3

_encode = msgspec.json.Encoder(order="sorted").encode
Beside = Callable[[Any, Consultation, list[ConsultationEntry]], Awaitable[None]]
"""What is to be done in the change's own transaction: its connection, what the consultation is
after it, and everything that happened, the change last."""


class IdInUseError(Exception):
    """The command's id belongs to another command: take a fresh one (I7)."""


class Consulted(Struct, frozen=True, kw_only=True):
    """What a consultation is after a command."""

    entries: list[ConsultationEntry]
    is_new: bool
    """Whether this command changed it; a repeat does not."""


async def _nothing(
    _connection: Any, _found: Consultation, _entries: list[ConsultationEntry]
) -> None:
    pass


async def consult(
    consultations: Consultations,
    command_id: CommandId,
    command: ConsultationCommand,
    stamp: ConsultationStamp,
    beside: Beside = _nothing,
) -> Consulted:
    """Store what the command causes, once; safe to repeat with the same id.

    Raises ConsultationRefusal, TextRefusal, StoreError; IdInUseError: the id was given to another
    command.
    """
    hall_id = stamp.plan.hall_id
    mark = sha256(_encode((hall_id, stamp.consultation_id, command))).hexdigest()[:16]
    for _ in range(ATTEMPTS_MAX):
        try:
            async with consultations.hold(hall_id, stamp.consultation_id) as held:
                found = await held.find(command_id)
                entries = await held.entries()
                if found is not None:
                    if found.commit.mark != mark:
                        raise IdInUseError(f"{command_id} belongs to another command")
                    return Consulted(entries=entries, is_new=False)
                if entries and stamp.at < entries[-1].commit.at:  # another process's clock
                    stamp = replace(stamp, at=entries[-1].commit.at)
                before = folded(entries)
                events = decide_consultation(before, command, stamp)
                if not events:
                    return Consulted(entries=entries, is_new=False)
                commit = ConsultationCommit(
                    id=command_id, by=stamp.by, at=stamp.at, mark=mark, events=events
                )
                seq = entries[-1].seq if entries else 0
                after = fold_consultation(before, events)
                await held.append(seq, commit, after)
                entry = ConsultationEntry(
                    consultation_id=stamp.consultation_id, seq=seq + 1, commit=commit
                )
                entries.append(entry)
                await beside(held.connection, after, entries)
                return Consulted(entries=entries, is_new=True)
        except ConflictError:
            continue
    raise StoreError(f"consultations of {hall_id}: others came first {ATTEMPTS_MAX} times")
