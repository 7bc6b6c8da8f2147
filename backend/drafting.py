"""Commands for guides and their drafts: decided and stored in one transaction, once.

The same idea as for cases (`casework.py`); what is refused is not kept, and an effect is answered
by how things stand.
"""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from hashlib import sha256
from typing import Any, assert_never

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from backend.catalogue import commands as c
from backend.catalogue.faults import Frame, faults_in, is_out_of_hand
from backend.catalogue.guide import Department, Guide, Words
from backend.catalogue.rebase import Rebased, only_asked_more, rebased
from backend.core.ids import CommandId, DepartmentId, HallId, ServiceId, StaffId, Text, ZoneId
from backend.core.rules.content import (
    ContentRefusal,
    ContentRefusalCode,
    Deed,
    DraftState,
    Standing,
    after_deed,
    may_count_from,
)
from backend.store.catalogue import Entered, Numbered
from backend.store.drafts import Draft, Drafts, DraftTransaction, NotedDeed
from backend.store.stream import ConflictError, StoreError

ATTEMPTS_MAX = 3
EMPTY = Text(zh="", en="")

_encode = msgspec.json.Encoder(order="sorted").encode
Versions = tuple[Guide | None, Guide | None]
"""What the newest version of a service says before a change and after it."""
Beside = Callable[[Any, Versions | None], Awaitable[None]]
"""What is to be done in the change's own transaction, given its connection.

And given what the versions say, where the change was one of versions.
"""


class IdInUseError(Exception):
    """The command's id belongs to another command: take a fresh one (I7)."""


class GuideStamp(Struct, frozen=True, kw_only=True):
    """What comes in with a command."""

    hall_id: HallId
    by: StaffId
    at: datetime
    today: date
    """By the hall's clock."""
    departments: dict[DepartmentId, Department]
    frame: Frame


class Drafting:
    """Does commands for the guides of all halls; every method may raise StoreError."""

    def __init__(self, drafts: Drafts) -> None:
        self.drafts = drafts

    async def begin(
        self, id: CommandId, command: c.Beginning, stamp: GuideStamp, beside: Beside
    ) -> str:
        """Begin a draft; its id, the same for the same command.

        Rule DR1.  Raises ContentRefusal, IdInUseError.
        """
        service_id = ServiceId(command.service_id)
        draft_id = sha256(f"{stamp.hall_id}/{id}".encode()).hexdigest()[:24]

        async def begin(held: DraftTransaction) -> NotedDeed:
            draft = _begun(draft_id, command, stamp, held.newest)
            if await held.open_draft() is not None:
                raise ContentRefusal(ContentRefusalCode.DRAFT_OPEN)
            await held.keep(draft)
            return _noted(stamp, Deed.BEGIN, draft_id)

        await self._once(id, (service_id, command), stamp, begin, beside)
        return draft_id

    async def work(
        self,
        id: CommandId,
        draft: Draft,
        command: c.OnDraft,
        stamp: GuideStamp,
        beside: Beside,
    ) -> None:
        """Do something with the draft, as it is when nobody else is at it.

        Rules DR1-DR5.  Raises ContentRefusal, IdInUseError.
        """

        async def work(held: DraftTransaction) -> NotedDeed:
            now = await held.draft(draft.draft_id)
            assert now is not None, "drafts are not removed"
            return await _work(held, now, command, stamp)

        await self._once(id, (draft.service_id, command, draft.draft_id), stamp, work, beside)

    async def change(
        self,
        id: CommandId,
        service_id: ServiceId,
        command: c.OnVersion,
        stamp: GuideStamp,
        beside: Beside,
    ) -> None:
        """Do something with the versions of a guide.

        Rules DR3, DR6.  Raises ContentRefusal, IdInUseError.
        """

        async def change(held: DraftTransaction) -> NotedDeed:
            return await _change(held, command, stamp)

        await self._once(id, (service_id, command), stamp, change, beside)

    async def _once(
        self,
        id: CommandId,
        about: tuple[ServiceId, Any] | tuple[ServiceId, Any, str],
        stamp: GuideStamp,
        do: Callable[[DraftTransaction], Awaitable[NotedDeed]],
        beside: Beside,
    ) -> None:
        mark = sha256(_encode((stamp.hall_id, stamp.by, about))).hexdigest()[:16]
        for _ in range(ATTEMPTS_MAX):
            try:
                async with self.drafts.hold(stamp.hall_id, about[0]) as held:
                    found = await held.deed(id)
                    if found is None:
                        noted = await do(held)
                        await held.note(id, mark, noted)
                        await beside(held.connection, await _versions(held, noted))
                    elif found.mark != mark:
                        raise IdInUseError(f"{id} belongs to another command")
                    return
            except ConflictError:
                continue
        raise StoreError(f"guides of {stamp.hall_id}: others came first {ATTEMPTS_MAX} times")


def _begun(
    draft_id: str, command: c.Beginning, stamp: GuideStamp, newest: Numbered | None
) -> Draft:
    if isinstance(command, c.BeginGuide):
        if newest is not None:
            raise ContentRefusal(ContentRefusalCode.SERVICE_THERE)
        if command.department_id not in stamp.departments:
            raise ContentRefusal(ContentRefusalCode.UNKNOWN_DEPARTMENT)
        guide = _blank(command, stamp)
    elif newest is None:
        raise ContentRefusal(ContentRefusalCode.UNKNOWN_SERVICE)
    elif newest.document is None:
        raise ContentRefusal(ContentRefusalCode.NOT_OFFERED)
    else:
        guide = newest.document
    return Draft(
        draft_id=draft_id,
        service_id=ServiceId(command.service_id),
        base_version=newest.version if newest is not None else 0,
        standing=Standing(state=DraftState.DRAFT, revision=1, writers=(stamp.by,)),
        guide=guide,
        changed_at=stamp.at,
    )


def _blank(command: c.BeginGuide, stamp: GuideStamp) -> Guide:
    zone_id = next(iter(stamp.frame.zones), "")
    guide = Guide(
        service_id=ServiceId(command.service_id),
        name=EMPTY,
        department_id=command.department_id,
        department=EMPTY,
        also=Words(),
        keywords=Words(),
        summary=EMPTY,
        audience=(),
        fee=EMPTY,
        zone_id=ZoneId(zone_id),
        place=EMPTY,
        hours=EMPTY,
        result=EMPTY,
        complaint=EMPTY,
    )
    return _settled(guide, guide.service_id, stamp)


def _settled(guide: Guide, service_id: ServiceId, stamp: GuideStamp) -> Guide:
    """The guide with what is not written by hand."""
    department = stamp.departments.get(guide.department_id)
    name = department.name if department is not None else guide.department
    return replace(guide, service_id=service_id, department=name)


async def _work(
    held: DraftTransaction, draft: Draft, command: c.OnDraft, stamp: GuideStamp
) -> NotedDeed:
    deed = deed_of(command)
    standing = after_deed(draft.standing, deed, stamp.by, command.revision)
    after, version, words = replace(draft, standing=standing, changed_at=stamp.at), None, ""
    match command:
        case c.WriteDraft():
            if is_out_of_hand(command.guide):
                raise ContentRefusal(ContentRefusalCode.GUIDE_TOO_LARGE)
            after = replace(after, guide=_settled(command.guide, draft.service_id, stamp))
        case c.SubmitDraft():
            _check_ready(await _base(held, draft), draft.guide, stamp)
            words = command.words
        case c.SendBackDraft():
            words = command.words
        case c.FollowNewest():
            found = rebased(await _base(held, draft), _document(held.newest), draft.guide)
            base = held.newest.version if held.newest is not None else 0
            after = replace(after, guide=found.guide, base_version=base)
        case c.PublishDraft():
            after, version = await _publish(held, after, command, stamp)
        case c.RecallDraft() | c.DiscardDraft():
            pass
        case _:
            assert_never(command)
    await held.keep(after)
    return replace(_noted(stamp, deed, draft.draft_id), words=words, version=version)


async def _publish(
    held: DraftTransaction, draft: Draft, command: c.PublishDraft, stamp: GuideStamp
) -> tuple[Draft, int]:
    """The draft as it was published, and as which version (DR3, DR5)."""
    newest, base = held.newest, await _base(held, draft)
    may_count_from(command.valid_from, stamp.today, newest.valid_from if newest else None)
    found = publishable(draft, base, newest, command.over)
    _check_ready(base, found.guide, stamp)
    place = newest.place if newest is not None else await held.next_place()
    entry = Entered(valid_from=command.valid_from, place=place, author=draft.standing.writers[-1])
    return replace(draft, guide=found.guide), await held.put(found.guide, entry)


def publishable(
    draft: Draft, base: Guide | None, newest: Numbered | None, over: int | None
) -> Rebased:
    """What is published of the draft, where there may be a newer version than its base (DR5).

    Raises ContentRefusal: base_outdated, base_conflict.
    """
    document = _document(newest)
    found = rebased(base, document, draft.guide)
    version = newest.version if newest is not None else 0
    if version == draft.base_version:
        return found
    if found.conflicts:
        raise ContentRefusal(ContentRefusalCode.BASE_CONFLICT)
    if over != version and not only_asked_more(base, document):
        raise ContentRefusal(ContentRefusalCode.BASE_OUTDATED)
    return found


def _check_ready(base: Guide | None, guide: Guide, stamp: GuideStamp) -> None:
    if faults_in(guide, stamp.frame):
        raise ContentRefusal(ContentRefusalCode.GUIDE_FAULTY)
    if guide == base:
        raise ContentRefusal(ContentRefusalCode.NOTHING_CHANGED)


async def _change(held: DraftTransaction, command: c.OnVersion, stamp: GuideStamp) -> NotedDeed:
    newest = held.newest
    if newest is None:
        raise ContentRefusal(ContentRefusalCode.UNKNOWN_SERVICE)
    if isinstance(command, c.CallOff):
        found = await held.counting(command.version)
        if found is None:
            raise ContentRefusal(ContentRefusalCode.UNKNOWN_VERSION)
        if found.valid_from <= stamp.today:
            raise ContentRefusal(ContentRefusalCode.NOT_TO_COME)
        await held.call_off(found.version)
        return replace(_noted(stamp, Deed.CALL_OFF), words=command.words, version=found.version)
    if command.after != newest.version:
        raise ContentRefusal(ContentRefusalCode.BASE_OUTDATED)
    may_count_from(command.valid_from, stamp.today, newest.valid_from)
    guide: Guide | None = None
    if isinstance(command, c.TakeBack):
        found = await held.counting(command.version)
        if found is None or found.document is None or found.valid_from > stamp.today:
            raise ContentRefusal(ContentRefusalCode.UNKNOWN_VERSION)  # it never counted: no review
        guide = _settled(found.document, found.document.service_id, stamp)
        if faults_in(guide, stamp.frame):
            raise ContentRefusal(ContentRefusalCode.GUIDE_FAULTY)
    elif newest.document is None:
        raise ContentRefusal(ContentRefusalCode.NOT_OFFERED)
    if guide == newest.document:
        raise ContentRefusal(ContentRefusalCode.NOTHING_CHANGED)
    entry = Entered(valid_from=command.valid_from, place=newest.place, author=stamp.by)
    version = await held.put(guide, entry)
    deed = Deed.TAKE_BACK if guide is not None else Deed.WITHDRAW
    return replace(_noted(stamp, deed), words=command.words, version=version)


def deed_of(command: c.OnDraft) -> Deed:
    """What the command does."""
    match command:
        case c.WriteDraft():
            return Deed.WRITE
        case c.SubmitDraft():
            return Deed.SUBMIT
        case c.RecallDraft():
            return Deed.RECALL
        case c.SendBackDraft():
            return Deed.SEND_BACK
        case c.FollowNewest():
            return Deed.FOLLOW
        case c.PublishDraft():
            return Deed.PUBLISH
        case c.DiscardDraft():
            return Deed.DISCARD
        case _:
            assert_never(command)


async def _versions(held: DraftTransaction, noted: NotedDeed) -> Versions | None:
    if noted.version is None:
        return None
    return _document(held.newest), _document(await held.newest_now())


async def _base(held: DraftTransaction, draft: Draft) -> Guide | None:
    return _document(await held.version(draft.base_version))


def _document(version: Numbered | None) -> Guide | None:
    return version.document if version is not None else None


def _noted(stamp: GuideStamp, deed: Deed, draft_id: str | None = None) -> NotedDeed:
    return NotedDeed(
        draft_id=draft_id, deed=deed, author=stamp.by, at=stamp.at, words="", version=None
    )
