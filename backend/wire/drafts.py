"""Guides as they are written, reviewed and published, over HTTP."""

from datetime import date, datetime

from msgspec import Struct

from backend.catalogue.commands import Beginning, OnDraft, OnVersion
from backend.catalogue.compare import ComparedPart
from backend.catalogue.faults import GuideFault
from backend.catalogue.guide import Guide
from backend.core.ids import CounterId, DepartmentId, ServiceId, Text, ZoneId
from backend.core.rules.content import Deed, DraftState
from backend.wire.messages import MessageId


class DraftBegin(Struct, frozen=True, kw_only=True, tag="do", forbid_unknown_fields=True):
    """A draft is begun; the same id again finds the same draft."""

    id: MessageId
    command: Beginning


class DraftDo(Struct, frozen=True, kw_only=True, tag="do", forbid_unknown_fields=True):
    """A command for a draft, once."""

    id: MessageId
    command: OnDraft


class GuideDo(Struct, frozen=True, kw_only=True, tag="do", forbid_unknown_fields=True):
    """A command for the versions of a guide, once."""

    id: MessageId
    command: OnVersion


class DraftItem(Struct, frozen=True, kw_only=True):
    """A draft as lists have it."""

    draft_id: str
    state: DraftState
    writers: tuple[Text, ...]
    is_own: bool
    """Whether the asker wrote on it."""
    changed_at: datetime


class GuideItem(Struct, frozen=True, kw_only=True):
    """A guide as lists have it."""

    service_id: ServiceId
    name: Text
    department_id: DepartmentId
    department_name: Text
    version: int
    """The newest; 0: it is new."""
    valid_from: date | None
    is_to_come: bool
    """Whether the newest version does not count yet."""
    is_offered: bool
    draft: DraftItem | None


class NamedDepartment(Struct, frozen=True, kw_only=True):
    """A department to choose."""

    department_id: DepartmentId
    name: Text


class NamedCounter(Struct, frozen=True, kw_only=True):
    """A counter to choose."""

    counter_id: CounterId
    no: int
    zone_id: ZoneId


class NamedZone(Struct, frozen=True, kw_only=True):
    """A zone to choose."""

    zone_id: ZoneId
    name: Text


class GuideList(Struct, frozen=True, kw_only=True):
    """The guides of one's departments."""

    guides: tuple[GuideItem, ...]
    departments: tuple[NamedDepartment, ...]
    """For which one may write."""
    may_write: bool
    may_review: bool
    time_zone: str


class DeedLine(Struct, frozen=True, kw_only=True):
    """What somebody did with a guide."""

    deed: Deed
    name: Text
    at: datetime
    words: str
    version: int | None


class DraftView(Struct, frozen=True, kw_only=True):
    """A draft, and what may be done with it."""

    draft_id: str
    service_id: ServiceId
    state: DraftState
    revision: int
    base_version: int
    newest_version: int
    earliest_from: date
    """From which day on it may count (DR3)."""
    guide: Guide
    faults: tuple[GuideFault, ...]
    lacks: tuple[str, ...]
    """Where the English is missing."""
    changed: tuple[str, ...]
    """The parts that differ from the newest version."""
    taken: tuple[str, ...]
    """The parts that a newer version than its base brings (DR5)."""
    conflicts: tuple[str, ...]
    """The parts that both changed; the empty one: there is no such guide any more."""
    only_asked_more: bool
    """Whether the newer version only has more frequent questions."""
    writers: tuple[Text, ...]
    is_own: bool
    may_write: bool
    may_review: bool
    """The right; not one's own draft."""
    deeds: tuple[DeedLine, ...]
    """Newest first."""
    lacks_plan: bool
    """Whether people come for it and the plan has no queue for it (CX2)."""
    used_materials: tuple[str, ...]
    """The ids of materials of all versions: none is used again for something else."""
    departments: tuple[NamedDepartment, ...]
    zones: tuple[NamedZone, ...]
    counters: tuple[NamedCounter, ...]
    changed_at: datetime
    time_zone: str


class VersionLine(Struct, frozen=True, kw_only=True):
    """A version of a guide."""

    version: int
    valid_from: date
    author: Text
    reviewer: Text | None
    """Who published it; None: nobody else, as with a question that was answered."""
    words: str
    """Why, where it was taken back or withdrawn."""
    created_at: datetime
    is_offered: bool
    is_called_off: bool
    is_in_force: bool
    is_to_come: bool


class GuideHistory(Struct, frozen=True, kw_only=True):
    """The versions of a guide, newest first, and what was done with it."""

    service_id: ServiceId
    name: Text
    newest_version: int
    """That counts or is to count; 0: none."""
    earliest_from: date
    """From which day on a next version may count (DR3)."""
    versions: tuple[VersionLine, ...]
    deeds: tuple[DeedLine, ...]
    may_review: bool
    lacks_plan: bool
    """Whether people come for it and the plan has no queue for it (CX2)."""
    time_zone: str


class Comparison(Struct, frozen=True, kw_only=True):
    """Two versions of a guide beside each other."""

    before: int
    """The version; 0: there was none."""
    after: int | None
    """None: the draft."""
    parts: tuple[ComparedPart, ...]
