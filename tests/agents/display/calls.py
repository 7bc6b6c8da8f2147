"""Calls for tests."""

from datetime import UTC, datetime, timedelta

from backend.core.ids import CallId, CounterId, TicketId
from backend.core.views.voice import VoiceCall

NOW = datetime(2026, 11, 23, 2, 0, 0, tzinfo=UTC)


def call(
    n: int,
    number: str = "",
    *,
    no: int = 5,
    repeat: int = 0,
    age_s: float = 1.0,
    now: datetime = NOW,
    is_live: bool = True,
) -> VoiceCall:
    """The n-th call of the day; its ticket is A00n unless told."""
    number = number or f"A{n:03d}"
    return VoiceCall(
        call_id=CallId(f"20261123-C{n}"),
        ticket_id=TicketId(f"20261123-{number}"),
        number=number,
        counter_id=CounterId(f"W{no:02d}"),
        counter_no=no,
        repeat=repeat,
        called_at=now - timedelta(seconds=age_s),
        is_live=is_live,
    )


def fresh(n: int, number: str = "", *, no: int = 5, age_s: float = 0.0) -> VoiceCall:
    """A call made just now by the real clock."""
    return call(n, number, no=no, age_s=age_s, now=datetime.now(UTC))
