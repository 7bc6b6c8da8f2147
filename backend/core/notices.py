"""Notices written ahead: what is kept of one, and what may be asked (NT2).

What stands on boards is the day's own `Notice` (`core/day.py`), which is made of these.
"""

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from backend.core.ids import Instant, NoticeId, NoticePlaces, StaffId, Text


class NoticeContent(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an editor writes; stored: new fields have defaults, nothing is renamed."""

    title: Text
    text: Text
    is_markdown: bool = False
    begins_at: Instant | None = None
    """None: as soon as it is published."""
    until: Instant | None = None
    """None: until it is taken down."""
    in_hall: bool = True
    """On boards, kiosks and the phones of those who wait."""
    zone_ids: NoticePlaces = ()
    screen_ids: NoticePlaces = ()
    """With neither zones nor screens: in the whole hall."""
    on_website: bool = True
    is_pinned: bool = False


class NoticeState(StrEnum):
    """How a notice stands at an instant (NT2)."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    SHOWING = "showing"
    OVER = "over"
    """Its time is over; the website still has it."""
    TAKEN_DOWN = "taken_down"
    """By hand; nobody is shown it any more."""


class WrittenNotice(Struct, frozen=True, kw_only=True):
    """A notice as one revision left it; stored: new fields have defaults, nothing is renamed."""

    notice_id: NoticeId
    revision: int
    """From 1 on without gaps."""
    content: NoticeContent
    is_published: bool
    by: StaffId
    at: datetime
    """When this revision was made."""
    taken_down_at: datetime | None = None


class _NoticeCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what may be asked."""


class SaveDraft(_NoticeCommand, frozen=True, kw_only=True, tag="save_draft"):
    """Keep what is written so far; nobody else is shown it."""

    content: NoticeContent


class PublishNotice(_NoticeCommand, frozen=True, kw_only=True, tag="publish_notice"):
    """Show it from its time on, in place of what was published before."""

    content: NoticeContent


class TakeDown(_NoticeCommand, frozen=True, kw_only=True, tag="take_down"):
    """Show it nowhere any more; a draft is thrown away."""


NoticeCommand = SaveDraft | PublishNotice | TakeDown


class NoticeFault(Struct, frozen=True, kw_only=True):
    """What is wrong with a field of what was written."""

    field: str
    """`title.zh`, `text.en`, `until`, `where`."""
    code: str
    """Of `NoticeFaultCode` or `TextCode`."""


class NoticeFaultCode(StrEnum):
    """Stable codes, beside those of texts; each has words on the page."""

    TITLE_MISSING = "title_missing"
    TRANSLATION_MISSING = "translation_missing"
    """The text is there in one language only."""
    TEXT_TOO_NESTED = "text_too_nested"
    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    UNTIL_PAST = "until_past"
    LASTS_TOO_LONG = "lasts_too_long"
    SHOWS_ALREADY = "shows_already"
    """When it began is past, and its page stays; for that it is taken down."""
    FAR_AWAY = "far_away"
    """Years from now: somebody mistyped."""
    NOWHERE = "nowhere"
    """Neither in the hall nor on the website."""
    UNKNOWN_PLACE = "unknown_place"
    """A zone or screen that the plan does not have."""


class NoticeRefusalCode(StrEnum):
    """Why a command is not carried out; each has words on the page."""

    NOTICE_OUTDATED = "notice_outdated"
    """Somebody else changed it meanwhile."""
    NOTICE_PUBLISHED = "notice_published"
    """It is no draft any more: publish the change, or take it down."""
    NOTICE_OVER = "notice_over"
    """Its time is over, or it was taken down: write a new one."""
    NOTICES_FULL = "notices_full"
    NOTICE_FAULTY = "notice_faulty"
    """The faults are told with it."""


class NoticeRefusal(Exception):
    """A rule says no."""

    def __init__(self, code: NoticeRefusalCode, faults: tuple[NoticeFault, ...] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.faults = faults
