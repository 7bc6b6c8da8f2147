"""How often a client asks, how long it waits, and how it comes back."""

import random

from msgspec import Struct

from backend.wire.messages import RETRY_AFTER_S, ErrorCode


class Pace(Struct, frozen=True, kw_only=True):
    """The time limits of one link."""

    ping_s: float = 5.0
    """Between two pings."""
    silence_max_s: float = 10.0
    """A link on which nothing was heard for so long is dead (I10)."""
    open_max_s: float = 5.0
    """For connecting, TLS and the handshake together."""
    close_max_s: float = 1.0
    """For a polite goodbye."""
    backoff_first_s: float = 0.2
    backoff_max_s: float = 5.0
    repeat_share: float = 1.0
    """Of the time that the hub wants to be left before a command is repeated."""

    def backoff_s(self, failures: int) -> float:
        """How long to wait after so many failures in a row: exponential, with full jitter.

        The jitter keeps a hall full of screens from coming back in the same instant.
        """
        ceiling_s = min(self.backoff_max_s, self.backoff_first_s * 2.0 ** min(failures, 30))
        return random.uniform(0.0, ceiling_s)

    def repeat_s(self, code: ErrorCode) -> float:
        """How long to leave a hub that cannot take a command just now."""
        return RETRY_AFTER_S[code] * self.repeat_share * random.uniform(0.5, 1.5)
