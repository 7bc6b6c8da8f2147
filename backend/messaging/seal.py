"""Where people are reached, as it may be kept: encrypted under a key of the installation."""

import hmac
import os
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class SealError(Exception):
    """It was sealed under another key, or is nothing of ours."""


class Seal:
    """AES-256-GCM, tied to the contact, so that one's cannot be put in the place of another's."""

    def __init__(self, key: bytes) -> None:
        """`key`: that of the card numbers; ours is derived from it."""
        self._aead = AESGCM(hmac.digest(key, b"contacts: sealed", sha256))
        self._digests = hmac.digest(key, b"contacts: digests", sha256)
        self._stops = hmac.digest(key, b"contacts: stop", sha256)

    def close(self, contact_id: str, reach: str) -> bytes:
        """What is kept of where somebody is reached."""
        nonce = os.urandom(NONCE)
        return nonce + self._aead.encrypt(nonce, reach.encode(), contact_id.encode())

    def open(self, contact_id: str, sealed: bytes) -> str:
        """Where that is.  Raises SealError."""
        try:
            return self._aead.decrypt(sealed[:NONCE], sealed[NONCE:], contact_id.encode()).decode()
        except InvalidTag as error:
            raise SealError from error

    def digest(self, reach: str) -> str:
        """The same for the same place, and useless without the key."""
        return hmac.digest(self._digests, reach.lower().encode(), sha256).hex()

    def stop_token(self, contact_id: str) -> str:
        """Whoever shows this may end the contact: it stands in each mail."""
        mark = hmac.digest(self._stops, contact_id.encode(), sha256).hex()[:32]
        return f"{contact_id}.{mark}"

    def stopped(self, token: str) -> str | None:
        """The contact that a token ends; None when it is none of ours."""
        contact_id, _, _ = token.partition(".")
        ours = self.stop_token(contact_id).encode()
        return contact_id if hmac.compare_digest(token.encode(), ours) else None
