"""Notices that are written ahead as they go over HTTP, to those who write them (NT2)."""

from datetime import datetime

from msgspec import Struct

from backend.core.ids import Name, NoticeId, Text
from backend.core.notices import (
    NoticeContent,
    NoticeFault,
    NoticeRefusalCode,
    NoticeState,
    PublishNotice,
    SaveDraft,
    TakeDown,
)


class NoticeDo(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A command for a notice; a repeat with the same id has one effect."""

    id: Name
    notice_id: Name | None
    """None: a new one, whose id follows from the command's."""
    after: int
    """The revision it was made from; 0 for a new one."""
    command: SaveDraft | PublishNotice | TakeDown


class NoticeView(Struct, frozen=True, kw_only=True):
    """A notice as those see it who write it."""

    notice_id: NoticeId
    revision: int
    state: NoticeState
    content: NoticeContent
    by: Text
    """The name of who made this revision."""
    at: datetime
    path: str | None
    """Its page on the website; None while it has none."""


class NoticeTitle(Struct, frozen=True, kw_only=True):
    """A notice of the website, as other pages lead to it."""

    path: str
    title: Text
    is_pinned: bool


class NoticePlace(Struct, frozen=True, kw_only=True):
    """A zone or a screen that a notice may be for."""

    id: str
    name: Text


class NoticePage(Struct, frozen=True, kw_only=True):
    """A part of one list, and what a form needs."""

    found: tuple[NoticeView, ...]
    has_more: bool
    showing: int
    scheduled: int
    draft: int
    past: int
    """How many are on each list."""
    time_zone: str
    zones: tuple[NoticePlace, ...]
    screens: tuple[NoticePlace, ...]


class NoticeSheet(Struct, frozen=True, kw_only=True):
    """A notice, and what it was before."""

    notice: NoticeView
    revisions: tuple[NoticeView, ...]
    """Newest first, this one too."""


class NoticePreview(Struct, frozen=True, kw_only=True):
    """How a notice would look, if it were published now."""

    html: Text
    """What the website shows below the title: a few allowed tags (NT4)."""
    board: Text
    faults: tuple[NoticeFault, ...]


class NoticeRefused(Struct, frozen=True, kw_only=True, tag="refused"):
    """A rule said no."""

    id: str
    code: NoticeRefusalCode
    faults: tuple[NoticeFault, ...]
    """With `notice_faulty`."""
