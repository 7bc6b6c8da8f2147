"""What one attempt to tell somebody comes to, whatever it goes by."""

from typing import Protocol

from msgspec import Struct

from backend.core.messages import Outcome
from backend.messaging.seal import Seal
from backend.store.outbox import Letter

STOP_PATH = "/api/contacts/stop/"
STOP_PAGE = "/me#stop="


class Attempt(Struct, frozen=True, kw_only=True):
    """What came of it."""

    outcome: Outcome
    detail: str
    """A code or the kind of failure: never an address, nor what the other side said (I19)."""


class Sender(Protocol):
    """One way out."""

    async def send(self, letter: Letter, reach: str) -> Attempt:
        """Hand it over, once."""
        ...


class Places:
    """Where messages lead to."""

    def __init__(self, public_url: str, seal: Seal) -> None:
        self._public_url, self._seal = public_url, seal

    def page(self, path: str) -> str:
        """The page of what it is about; empty when there is none."""
        return f"{self._public_url}{path}" if path else ""

    def stop_page(self, contact_id: str) -> str:
        """Where somebody is asked whether to stop: what only looks at links stops nothing."""
        return f"{self._public_url}{STOP_PAGE}{self._seal.stop_token(contact_id)}"

    def stop_at_once(self, contact_id: str) -> str:
        """What stops it when it is sent a POST."""
        return f"{self._public_url}{STOP_PATH}{self._seal.stop_token(contact_id)}"
