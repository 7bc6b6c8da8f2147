"""What either protocol comes to: who somebody is, or why that is not proven."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Protocol

from msgspec import Struct


class SsoCode(StrEnum):
    """Why nobody is signed in; the sign-in page has words for each."""

    AWAY = "sso_away"
    """The campus sign-in does not answer; local accounts do."""
    EXPIRED = "sso_expired"
    """It took too long, was done already, or began in another browser."""
    UNPROVEN = "sso_unproven"
    """What came back proves nothing."""
    CANCELLED = "sso_cancelled"
    """The campus sign-in said that it was not done."""
    UNKNOWN = "sso_unknown"
    """It is proven who it is, and there is no account of that name."""


class SsoError(Exception):
    """Nobody is signed in; the words are for the log."""

    def __init__(self, code: SsoCode, words: str) -> None:
        super().__init__(words)
        self.code = code


class Proven(Struct, frozen=True, kw_only=True):
    """Who somebody is."""

    username: str
    person: str = ""
    """The person's id as the register of cards has it; empty: not told."""
    card: str = ""
    """The number of the person's card; empty: not told."""
    marks: tuple[str, ...]
    """By which the campus names this sign-in when it ends it there (single logout)."""


class Asked(Struct, frozen=True, kw_only=True):
    """What was sent along, kept here until somebody comes back; good once."""

    state: str
    nonce: str
    verifier: str
    """PKCE (RFC 7636): only whoever began can fetch the proof."""
    browser: str
    """What the cookie of the browser that began has to say."""
    next: str
    """The page to go on to."""
    is_visitor: bool = False
    """Whether a visitor signs in, whoever that is at work (VA1)."""


class SsoProtocol(Protocol):
    """What either protocol can do; every method may raise SsoError."""

    async def address(self, asked: Asked) -> str:
        """Where to send somebody who is to sign in."""
        ...

    async def prove(self, told: Mapping[str, str], asked: Asked) -> Proven:
        """Who came back with these words in the address."""
        ...

    async def ended(self, form: Mapping[str, str]) -> tuple[str, ...]:
        """The marks of the sign-ins that are over."""
        ...
