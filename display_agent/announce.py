"""What to do with the calls due in a zone; pure (VO2-VO6, I12)."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from msgspec import Struct

from backend.core.ids import SpeechOutcome
from backend.core.views.voice import VoiceCall

AGE_MAX = timedelta(seconds=45)
"""VO5: an older call is not spoken any more."""
BRIEF_FROM = 2
"""VO3: with so many waiting, Chinese once and no English."""
FAST_FROM = 5
"""VO3: with so many waiting, also faster."""

INTERRUPTED = "interrupted"
NOT_CALLED = "no longer called"
TOO_OLD = "too old"
QUIET = "quiet hours"
MERGED = "merged"


class Form(StrEnum):
    """How much of an announcement is said; every form begins with the chime."""

    FULL = "full"
    """Chinese twice, English once (VO2)."""
    BRIEF = "brief"
    """Chinese once (VO3)."""
    FAST = "fast"
    """Chinese once, faster (VO3)."""


class Speak(Struct, frozen=True, kw_only=True):
    """Announce this call now."""

    call: VoiceCall
    form: Form


class Settle(Struct, frozen=True, kw_only=True):
    """Report this call without saying anything."""

    call: VoiceCall
    outcome: SpeechOutcome
    detail: str


Action = Speak | Settle


def key_of(call: VoiceCall) -> str:
    """Names a call for ever: a day that is begun anew gives the same call ids again."""
    return f"{call.call_id}@{call.called_at.isoformat()}"


def next_action(
    calls: Sequence[VoiceCall],
    now: datetime,
    *,
    settled: Collection[str],
    begun: Collection[str],
    is_quiet: bool,
    others: int = 0,
) -> Action | None:
    """The next thing to do in a zone; None when nothing is due.

    `calls` are in the order of their events, and are spoken in it (VO4).  `settled` holds the
    keys of calls already dealt with or being spoken; `begun` those whose announcement an
    earlier run of the program began: they must not be heard twice (I12).  `others` zones wait
    for the same loudspeaker: they count as waiting too.
    """
    due = [call for call in calls if key_of(call) not in settled]
    for place, call in enumerate(due):
        settle = _settled(call, due[place + 1 :], now, begun, is_quiet)
        if settle is not None:
            return settle
    if not due:
        return None
    return Speak(call=due[0], form=form_for(len(due) + others))


def form_for(waiting: int) -> Form:
    """How to announce the first of so many."""
    if waiting >= FAST_FROM:
        return Form.FAST
    return Form.BRIEF if waiting >= BRIEF_FROM else Form.FULL


def is_waiting(
    calls: Sequence[VoiceCall],
    now: datetime,
    *,
    settled: Collection[str],
    begun: Collection[str],
) -> bool:
    """Whether a call is due that is to be spoken."""
    due = [call for call in calls if key_of(call) not in settled]
    return any(
        _settled(call, due[place + 1 :], now, begun, is_quiet=False) is None
        for place, call in enumerate(due)
    )


def is_awaited(call: VoiceCall, calls: Sequence[VoiceCall]) -> bool:
    """Whether the visitor being announced is still to come (I12)."""
    return any(key_of(other) == key_of(call) and other.is_live for other in calls)


def _settled(
    call: VoiceCall,
    later: Sequence[VoiceCall],
    now: datetime,
    begun: Collection[str],
    is_quiet: bool,
) -> Settle | None:
    """The report on a call that is not to be spoken; None when it is."""
    if key_of(call) in begun:
        return Settle(call=call, outcome=SpeechOutcome.SPOKEN, detail=INTERRUPTED)
    detail = None
    if not call.is_live:
        detail = NOT_CALLED
    elif now - call.called_at > AGE_MAX:
        detail = TOO_OLD
    elif is_quiet:
        detail = QUIET
    elif any(_is_recall_of(other, call) for other in later):
        detail = MERGED
    if detail is None:
        return None
    return Settle(call=call, outcome=SpeechOutcome.SKIPPED, detail=detail)


def _is_recall_of(other: VoiceCall, call: VoiceCall) -> bool:
    return (
        other.is_live
        and other.ticket_id == call.ticket_id
        and other.counter_id == call.counter_id
        and other.repeat > call.repeat
    )
