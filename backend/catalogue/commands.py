"""What somebody may do with a guide (DR1-DR6)."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from backend.catalogue.guide import Guide
from backend.core.ids import DepartmentId, Name, ServiceId

NewServiceId = Annotated[ServiceId, Meta(pattern=r"^[A-Z0-9][A-Z0-9-]{1,15}$(?!\n)")]
"""A service's number as it stands in addresses: `HR-03`."""
Version = Annotated[int, Meta(ge=0, le=1_000_000)]
Revision = Annotated[int, Meta(ge=1, le=1_000_000)]
"""Of the draft as it was read."""
Note = Annotated[str, Meta(max_length=500)]
Reason = Annotated[str, Meta(min_length=1, max_length=500)]


class _Command(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class BeginDraft(_Command, frozen=True, kw_only=True, tag="begin_draft"):
    """A draft of a service's newest version."""

    service_id: Name


class BeginGuide(_Command, frozen=True, kw_only=True, tag="begin_guide"):
    """A draft of a service that is not there yet."""

    service_id: NewServiceId
    department_id: Annotated[DepartmentId, Meta(min_length=1, max_length=64)]


class WriteDraft(_Command, frozen=True, kw_only=True, tag="write_draft"):
    """The guide is to be so; its number and its department's name stay."""

    revision: Revision
    guide: Guide


class SubmitDraft(_Command, frozen=True, kw_only=True, tag="submit_draft"):
    """Somebody else is to look at it."""

    revision: Revision
    words: Note = ""


class RecallDraft(_Command, frozen=True, kw_only=True, tag="recall_draft"):
    """It is to be written on once more first."""

    revision: Revision


class SendBackDraft(_Command, frozen=True, kw_only=True, tag="send_back_draft"):
    """It cannot be published so."""

    revision: Revision
    words: Reason


class FollowNewest(_Command, frozen=True, kw_only=True, tag="follow_newest"):
    """The draft is to be of the newest version, with what that changed."""

    revision: Revision


class PublishDraft(_Command, frozen=True, kw_only=True, tag="publish_draft"):
    """It is the next version."""

    revision: Revision
    valid_from: date
    over: Version | None = None
    """The newest version that the draft was compared with, where that is not its base."""


class DiscardDraft(_Command, frozen=True, kw_only=True, tag="discard_draft"):
    """It comes to nothing."""

    revision: Revision


class TakeBack(_Command, frozen=True, kw_only=True, tag="take_back"):
    """What an earlier version said is the next version."""

    version: Version
    after: Version
    """The newest version that was seen."""
    valid_from: date
    words: Reason


class CallOff(_Command, frozen=True, kw_only=True, tag="call_off"):
    """A version that does not count yet never will."""

    version: Version
    words: Reason


class WithdrawGuide(_Command, frozen=True, kw_only=True, tag="withdraw_guide"):
    """The service is offered no longer."""

    after: Version
    valid_from: date
    words: Reason


Beginning = BeginDraft | BeginGuide
OnDraft = (
    WriteDraft
    | SubmitDraft
    | RecallDraft
    | SendBackDraft
    | FollowNewest
    | PublishDraft
    | DiscardDraft
)
OnVersion = TakeBack | CallOff | WithdrawGuide
