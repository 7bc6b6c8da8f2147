"""Why the hub closes a connection, and whether the client should come back."""

from enum import IntEnum

from msgspec import Struct


class CloseCode(IntEnum):
    """WebSocket close codes in use (RFC 6455 section 7.4; 4000 and up are ours)."""

    NORMAL = 1000
    GOING_AWAY = 1001
    TOO_LARGE = 1009
    INTERNAL = 1011
    RESTARTING = 1012
    UNAUTHENTICATED = 4401
    FORBIDDEN = 4403
    UNKNOWN_HALL = 4404
    SUPERSEDED = 4409
    FLOODING = 4429
    TOO_SLOW = 4408


class CloseRule(Struct, frozen=True, kw_only=True):
    """What a client makes of a close code."""

    code: int
    reconnect: bool
    """Whether to come back by itself; else a person must act: sign in, go elsewhere, take over."""


CLOSE_RULES: tuple[CloseRule, ...] = (
    CloseRule(code=CloseCode.NORMAL, reconnect=False),
    CloseRule(code=CloseCode.GOING_AWAY, reconnect=True),
    CloseRule(code=CloseCode.TOO_LARGE, reconnect=True),
    CloseRule(code=CloseCode.INTERNAL, reconnect=True),
    CloseRule(code=CloseCode.RESTARTING, reconnect=True),
    CloseRule(code=CloseCode.UNAUTHENTICATED, reconnect=False),
    CloseRule(code=CloseCode.FORBIDDEN, reconnect=False),
    CloseRule(code=CloseCode.UNKNOWN_HALL, reconnect=False),
    CloseRule(code=CloseCode.SUPERSEDED, reconnect=False),
    CloseRule(code=CloseCode.TOO_SLOW, reconnect=True),
    CloseRule(code=CloseCode.FLOODING, reconnect=True),
)
"""Any code that is not in the table, 1006 among them, means: come back."""
