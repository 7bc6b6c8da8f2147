"""Commands for cases: decided and stored in one transaction, so that none is lost or done twice.

The same idea as a hall's day (`hub/transact.py`), for what lives longer than a day: commands are
decided on the fold of what happened, and appended right after it.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from uuid import uuid4

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.core.cases.case import Case, CaseStamp
from backend.core.cases.commands import AcceptCase, CaseCommand, DecideCase, KeepCase, OpenCase
from backend.core.cases.decide import decide_on
from backend.core.cases.evolve import fold_case
from backend.core.cases.refusals import CaseRefusal
from backend.core.cases.words import CaseId
from backend.core.ids import CommandId, HallId
from backend.core.messages import Message
from backend.core.stamp import Caller, Role
from backend.core.workdays import WorkCalendar
from backend.store.cases import CaseCommit, CaseEntry, Cases, CaseTransaction, folded
from backend.store.plans import Plans
from backend.store.stream import ConflictError, StoreError

ATTEMPTS_MAX = 5
"""Times that another case may come first; after the second it is there to be seen."""
KEPT_AT_ONCE = 500
"""Cases whose ids are read in one query."""
NUMBERING = (AcceptCase, DecideCase, KeepCase)
"""The commands that may give a case its number."""
HUB = Caller(role=Role.SYSTEM, id="system")

_encode = msgspec.json.Encoder(order="sorted").encode


class IdInUseError(Exception):
    """The command's id belongs to another command: take a fresh one (I7)."""


class CaseAnswer(Struct, frozen=True, kw_only=True):
    """What came of a command: its events or its refusal, the same each time it is repeated."""

    seq: int
    """The last commit of the case that the answer rests on."""
    commit: CaseCommit


Tell = Callable[[CaseStamp, Case, CaseCommit], Message | None]
"""What the visitor is told of a commit, given what it left."""


def tell_nothing(_stamp: CaseStamp, _case: Case, _commit: CaseCommit) -> None:
    """Of cases that are made up."""


class Casework:
    """Does commands for cases; every method may raise StoreError."""

    def __init__(self, cases: Cases, tell: Tell = tell_nothing) -> None:
        self._cases, self._tell = cases, tell

    async def do(self, command_id: CommandId, command: CaseCommand, stamp: CaseStamp) -> CaseAnswer:
        """Store what the command causes, once; safe to repeat with the same id.

        A refusal is stored and answered like an effect, but of a case that is not open yet: of
        that there is nothing to keep it in.  A command with nothing to do leaves no entry.

        Raises IdInUseError: the id was given to another command.
        """
        hall_id = stamp.plan.hall_id
        for _ in range(ATTEMPTS_MAX):
            try:
                async with self._cases.hold(hall_id, stamp.case_id) as held:
                    return await _do(held, command_id, command, stamp, self._tell)
            except ConflictError:
                continue
        raise StoreError(f"cases of {hall_id}: others came first {ATTEMPTS_MAX} times")

    async def keep_cases(
        self, hall_id: HallId, stamp: CaseStamp, *, is_silence_only: bool = False
    ) -> int:
        """Do for all cases what the clock or a new calendar brings; returns how many changed.

        `is_silence_only`: what the clock brings alone, while calendar and hours are as they were.
        """
        changed, last = 0, CaseId("")
        while case_ids := await self._cases.to_keep(
            hall_id, stamp.at, last, KEPT_AT_ONCE, is_silence_only=is_silence_only
        ):
            for case_id in case_ids:
                command_id = CommandId(uuid4().hex)
                answer = await self.do(command_id, KeepCase(), replace(stamp, case_id=case_id))
                changed += bool(answer.commit.events)
            last = case_ids[-1]
        return changed


async def keep_everywhere(cases: Cases, plans: Plans, calendar: WorkCalendar, at: datetime) -> int:
    """Have all cases of all halls follow the calendar; returns how many changed.

    Raises StoreError; safe to repeat: cases that it did not come to are moved then.
    """
    changed = 0
    for hall_id in await cases.halls():
        plan = await plans.newest(hall_id)
        if plan is not None:
            stamp = CaseStamp(by=HUB, at=at, case_id=CaseId(""), plan=plan, calendar=calendar)
            changed += await Casework(cases).keep_cases(hall_id, stamp)
    return changed


async def _do(
    held: CaseTransaction,
    command_id: CommandId,
    command: CaseCommand,
    stamp: CaseStamp,
    tell: Tell,
) -> CaseAnswer:
    mark = _mark(command, stamp)
    found = await held.find(command_id)
    if found is not None:
        if found.commit.mark != mark:
            raise IdInUseError(f"{command_id} belongs to another command")
        return CaseAnswer(seq=found.seq, commit=found.commit)
    entries = await held.entries()
    case, seq = folded(entries), entries[-1].seq if entries else 0
    stamp = await _completed(held, case, command, _not_earlier(stamp, entries))
    commit = CaseCommit(id=command_id, by=stamp.by, at=stamp.at, mark=mark)
    try:
        commit = replace(commit, events=decide_on(case, command, stamp))
    except CaseRefusal as refusal:
        commit = replace(commit, refused=refusal.code)
    is_stored = bool(commit.events) or (commit.refused is not None and bool(entries))
    if is_stored:
        left = fold_case(case, commit.events)
        await held.append(seq, commit, left)
        news = tell(stamp, left, commit) if commit.events else None
        if news is not None:
            await held.tell(news)
    return CaseAnswer(seq=seq + is_stored, commit=commit)


def _not_earlier(stamp: CaseStamp, entries: list[CaseEntry]) -> CaseStamp:
    """A case never goes back in time, though another process's clock may be a little behind."""
    if entries and stamp.at < entries[-1].commit.at:
        return replace(stamp, at=entries[-1].commit.at)
    return stamp


async def _completed(
    held: CaseTransaction, case: Case, command: CaseCommand, stamp: CaseStamp
) -> CaseStamp:
    """With what only the store can tell."""
    if isinstance(command, OpenCase) and command.ticket is not None:
        found = await held.case_of(command.ticket, command.service_id)
        return replace(stamp, ticket_case_id=found)
    if isinstance(command, NUMBERING) and case.state is not None and case.number is None:
        return replace(stamp, next_no=await held.next_no(stamp.local_day.year))
    return stamp


def _mark(command: CaseCommand, stamp: CaseStamp) -> str:
    """A digest of what is asked and of which case."""
    asked = _encode((stamp.plan.hall_id, stamp.case_id, command))
    return sha256(asked).hexdigest()[:16]
