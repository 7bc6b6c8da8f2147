"""What an account must prove, and how long that is believed (AC1-AC3)."""

from collections.abc import Sequence

from backend.core.grants import Grant
from backend.core.stamp import Role

PASSWORD_LENGTH_MIN, PASSWORD_LENGTH_MAX = 12, 256
DEMO_PASSWORD_LENGTH_MIN = 4
FAILURES_MAX, LOCK_S = 5, 15 * 60
SESSION_S = 12 * 3600
"""However busy somebody is."""
IDLE_S, CLERK_IDLE_S = 15 * 60, 30 * 60
"""A clerk may well talk with a visitor for longer than a quarter of an hour."""
VISITOR_IDLE_S = 30 * 60
"""A visitor's, on a phone that others may pick up (VA1)."""


def is_password(username: str, password: str, *, is_demo: bool) -> bool:
    """Whether the account may have this password (AC1)."""
    least = DEMO_PASSWORD_LENGTH_MIN if is_demo else PASSWORD_LENGTH_MIN
    is_name = username.casefold() in password.casefold() and len(password) < 2 * len(username)
    return least <= len(password) <= PASSWORD_LENGTH_MAX and not is_name


def idle_s(grants: Sequence[Grant]) -> int:
    """After how long without any act a session ends (AC2)."""
    return CLERK_IDLE_S if grants[0].role is Role.CLERK else IDLE_S


def needs_second_factor(grants: Sequence[Grant], *, is_demo: bool) -> bool:
    """Whether the account counts for nothing without one (AC3)."""
    return not is_demo and any(grant.role is Role.ADMINISTRATOR for grant in grants)
