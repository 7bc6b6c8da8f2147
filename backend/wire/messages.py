"""The envelopes between the hub and its clients."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from backend.core.commands import Command
from backend.core.errors import RefusalCode
from backend.core.ids import CommandId
from backend.core.result import Result
from backend.core.views.topics import View

FRAME_MAX = 16 * 1024
"""Longest frame a client may send, in bytes."""

TopicName = Annotated[str, Meta(min_length=1, max_length=100)]
MessageId = Annotated[CommandId, Meta(pattern=r"^[A-Za-z0-9_.:-]{1,64}$(?!\n)")]
"""Chosen by the client, unique in the hall: it makes a repeat safe (I7)."""


class ErrorCode(StrEnum):
    """What was wrong with a message or its sender, as opposed to a rule's refusal."""

    MALFORMED = "malformed"
    """Not JSON, or not of the form of any message: unknown type, unknown or wrong field."""
    TOO_LARGE = "too_large"
    UNKNOWN_TOPIC = "unknown_topic"
    UNKNOWN_HALL = "unknown_hall"
    UNKNOWN_DAY = "unknown_day"
    """Nothing is recorded of it, or not as early."""
    REPLAY_BUSY = "replay_busy"
    """Another day is being re-run: one at a time."""
    UNKNOWN_PLAN = "unknown_plan"
    PLAN_FAULTY = "plan_faulty"
    """The plan cannot work; the problem lists its faults."""
    PLAN_OUTDATED = "plan_outdated"
    """Another version was kept meanwhile."""
    TOO_MANY_TOPICS = "too_many_topics"
    ID_IN_USE = "id_in_use"
    """The id was given to another command: take a fresh one."""
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    TOO_MANY_REQUESTS = "too_many_requests"
    UNAVAILABLE = "unavailable"
    """The store did not answer in time; repeat with the same id."""
    HALL_BUSY = "hall_busy"
    """More commands wait than the hall takes on: repeat with the same id, but not at once."""


RETRY_AFTER_S: Mapping[str, int] = {ErrorCode.UNAVAILABLE: 1, ErrorCode.HALL_BUSY: 3}
"""What goes away by itself, and how long to leave it; a client waits half as long to half as
long again, by chance, so that not all come back at once."""


class _ClientMessage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what clients send."""


class Watch(_ClientMessage, frozen=True, kw_only=True, tag="watch"):
    """Show me this topic from now on, beginning with how it stands."""

    topic: TopicName


class Unwatch(_ClientMessage, frozen=True, kw_only=True, tag="unwatch"):
    """Show me this topic no longer."""

    topic: TopicName


class Do(_ClientMessage, frozen=True, kw_only=True, tag="do"):
    """Carry a command out, once."""

    id: MessageId
    command: Command


class Ping(_ClientMessage, frozen=True, kw_only=True, tag="ping"):
    """Are you there?  Browsers cannot see the protocol's own pings."""


ClientMessage = Watch | Unwatch | Do | Ping


class Show(Struct, frozen=True, kw_only=True, tag="show"):
    """The whole view of a topic as of `seq`; it replaces what the client holds."""

    topic: str
    epoch: str
    """Changes when the day is rebuilt or a new one begins; `seq` compares within one epoch."""
    seq: int
    view: View


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """The command with this id is stored at `seq`."""

    id: CommandId
    seq: int
    result: Result


class Refused(Struct, frozen=True, kw_only=True, tag="refused"):
    """A rule said no to the command with this id; nothing changed."""

    id: CommandId
    code: RefusalCode


class Pong(Struct, frozen=True, kw_only=True, tag="pong"):
    """The hub is there, and this is its clock."""

    at: datetime


class Fault(Struct, frozen=True, kw_only=True, tag="error"):
    """A message could not be taken; the connection stays."""

    code: ErrorCode
    detail: str
    """Where the fault is, in English, for whoever writes the client."""
    id: CommandId | None
    """The command it was about, when that could be read."""
    topic: str | None


ServerMessage = Show | Done | Refused | Pong | Fault
