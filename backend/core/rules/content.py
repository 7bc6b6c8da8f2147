"""How a guide comes to be shown: somebody writes it, somebody else looks at it (DR1-DR4)."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct

from backend.core.ids import StaffId

DAYS_AHEAD_MAX = 366
"""A version counts from so many days after today at the latest."""


class DraftState(StrEnum):
    """The states of a draft; the last two are final."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    SENT_BACK = "sent_back"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class Deed(StrEnum):
    """What somebody does with a guide; the last three without a draft."""

    BEGIN = "begin"
    WRITE = "write"
    SUBMIT = "submit"
    RECALL = "recall"
    """It is not to be reviewed yet."""
    SEND_BACK = "send_back"
    FOLLOW = "follow"
    """It is put on the newest version."""
    PUBLISH = "publish"
    DISCARD = "discard"
    TAKE_BACK = "take_back"
    """What an earlier version said counts again."""
    CALL_OFF = "call_off"
    """A version to come never counts."""
    WITHDRAW = "withdraw"
    """The service is offered no longer."""


class ContentRefusalCode(StrEnum):
    """Stable codes; those with the name of a state say that the draft is in it."""

    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_VERSION = "unknown_version"
    UNKNOWN_DEPARTMENT = "unknown_department"
    SERVICE_THERE = "service_there"
    """A new service's number is another's."""
    DRAFT_OPEN = "draft_open"
    """Somebody is writing on this guide already."""
    DRAFT_CHANGED = "draft_changed"
    """Somebody else has changed it since it was read."""
    DRAFT_DRAFT = "draft_draft"
    DRAFT_IN_REVIEW = "draft_in_review"
    DRAFT_SENT_BACK = "draft_sent_back"
    DRAFT_PUBLISHED = "draft_published"
    DRAFT_DISCARDED = "draft_discarded"
    OWN_DRAFT = "own_draft"
    """Who wrote on it does not review it."""
    GUIDE_FAULTY = "guide_faulty"
    GUIDE_TOO_LARGE = "guide_too_large"
    """It is so far beyond what a guide may be that not even a draft is kept of it."""
    NOTHING_CHANGED = "nothing_changed"
    BASE_OUTDATED = "base_outdated"
    """There is a newer version than the one that was looked at."""
    BASE_CONFLICT = "base_conflict"
    """The newer version and the draft changed the same."""
    DAY_PAST = "day_past"
    DAY_TOO_FAR = "day_too_far"
    DAY_BEFORE_NEWEST = "day_before_newest"
    """A version to come counts from a later day."""
    NOT_TO_COME = "not_to_come"
    """The version counts already."""
    NOT_OFFERED = "not_offered"


class ContentRefusal(Exception):
    """A rule forbids this now; expected, never logged as an error."""

    def __init__(self, code: ContentRefusalCode) -> None:
        super().__init__(code.value)
        self.code = code


class Standing(Struct, frozen=True, kw_only=True):
    """How far a draft is."""

    state: DraftState
    revision: int
    """Goes up with every deed."""
    writers: tuple[StaffId, ...]
    """Whoever wrote on it, in the order in which they began."""


_WRITTEN_ON = frozenset({DraftState.DRAFT, DraftState.SENT_BACK})
_OPEN = _WRITTEN_ON | {DraftState.IN_REVIEW}
_REVIEWED = frozenset({DraftState.IN_REVIEW})
DEEDS: Mapping[Deed, tuple[frozenset[DraftState], DraftState]] = {
    Deed.WRITE: (_WRITTEN_ON, DraftState.DRAFT),
    Deed.SUBMIT: (_WRITTEN_ON, DraftState.IN_REVIEW),
    Deed.RECALL: (_REVIEWED, DraftState.DRAFT),
    Deed.SEND_BACK: (_REVIEWED, DraftState.SENT_BACK),
    Deed.FOLLOW: (_OPEN, DraftState.DRAFT),
    Deed.PUBLISH: (_REVIEWED, DraftState.PUBLISHED),
    Deed.DISCARD: (_WRITTEN_ON, DraftState.DISCARDED),
}
"""In which states each is done, and what the draft is then (DR1)."""
REVIEWING = frozenset({Deed.SEND_BACK, Deed.PUBLISH})
"""What only a second person does (DR2)."""
_WRITING = frozenset({Deed.WRITE, Deed.FOLLOW})


def after_deed(standing: Standing, deed: Deed, by: StaffId, revision: int) -> Standing:
    """The draft's standing after the deed, done on the revision that was read.

    Rules DR1, DR2.  Raises ContentRefusal: the draft's state, draft_changed, own_draft.
    """
    states, state = DEEDS[deed]
    if standing.state not in states:
        raise ContentRefusal(ContentRefusalCode(f"draft_{standing.state}"))
    if revision != standing.revision:
        raise ContentRefusal(ContentRefusalCode.DRAFT_CHANGED)
    if deed in REVIEWING and by in standing.writers:
        raise ContentRefusal(ContentRefusalCode.OWN_DRAFT)
    writers = standing.writers
    if deed in _WRITING and by not in writers:
        writers = (*writers, by)
    return Standing(state=state, revision=standing.revision + 1, writers=writers)


def may_count_from(valid_from: date, today: date, newest_from: date | None) -> None:
    """Nothing, where a next version may count from this day on.

    `newest_from`: from when the newest version counts, which the next one replaces for good: were
    it to begin later, it would take the place of the next one.
    Rule DR3.  Raises ContentRefusal: day_past, day_too_far, day_before_newest.
    """
    if valid_from < today:
        raise ContentRefusal(ContentRefusalCode.DAY_PAST)
    if (valid_from - today).days > DAYS_AHEAD_MAX:
        raise ContentRefusal(ContentRefusalCode.DAY_TOO_FAR)
    if newest_from is not None and valid_from < newest_from:
        raise ContentRefusal(ContentRefusalCode.DAY_BEFORE_NEWEST)
