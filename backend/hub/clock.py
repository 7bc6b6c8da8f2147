"""The only place that reads the clock and rolls dice, and what time alone sets off."""

import secrets
from datetime import UTC, datetime

from backend.core.ids import TicketToken

TOKEN_BYTES = 18  # 144 bits, 24 characters


def now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)


def ticket_token() -> TicketToken:
    """A token nobody can guess."""
    return TicketToken(secrets.token_urlsafe(TOKEN_BYTES))


def fresh_id() -> str:
    """An id for an epoch or for a command of the hub's own."""
    return secrets.token_hex(8)
