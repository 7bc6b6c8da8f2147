"""The second factor: codes of a phone that change every 30 s (RFC 6238), or one for emergencies.

The phone's secret is made of a salt, which the database has, and this installation's key, which it
has not: a copy of the database gives nobody a code.
"""

import hmac
import secrets
from base64 import b32encode
from collections.abc import Callable
from datetime import datetime
from hashlib import sha1, sha256

from msgspec import Struct
from pyotp import TOTP
from pyotp.utils import strings_equal

from backend.store.proposals import Proposals
from backend.store.staff import Account, Staff

STEP_S = 30
STEPS_OFF_MAX = 1
"""How far a phone's clock may be off, in steps."""
SALT_BYTES = 16
RECOVERY_CODES = 10
CODE_LETTERS = "23456789ACDEFHJKMNPRTVWXY"
"""Those that are not taken for another on paper."""
ISSUER = "Yizhan"


class Proposal(Struct, frozen=True, kw_only=True):
    """What the phone is to be given; it counts once a code of it was shown."""

    secret: str
    """To be typed."""
    uri: str
    """To be shown as a QR code."""


class SecondFactor:
    """Sets up and checks; every method may raise StoreError."""

    def __init__(
        self, key: bytes, staff: Staff, proposals: Proposals, now: Callable[[], datetime]
    ) -> None:
        self._key, self._staff, self._proposals, self._now = key, staff, proposals, now

    async def propose(self, username: str) -> Proposal:
        """A new secret; the account's old one, if it has one, counts until this one is shown."""
        salt = secrets.token_bytes(SALT_BYTES)
        await self._proposals.keep(username, salt)
        totp = TOTP(secret_of(self._key, salt))
        return Proposal(
            secret=totp.secret, uri=totp.provisioning_uri(name=username, issuer_name=ISSUER)
        )

    async def confirm(self, username: str, code: str) -> tuple[str, ...] | None:
        """The recovery codes, if this is a code of the secret proposed last; else None."""
        salt = await self._proposals.find(username)
        if salt is None:
            return None
        step = step_of(secret_of(self._key, salt), code, self._now(), after=0)
        if step is None:
            return None
        codes = tuple(code_of(16) for _ in range(RECOVERY_CODES))
        await self._staff.put_totp(username, salt, step, [_digest(code) for code in codes])
        await self._proposals.drop(username)
        return codes

    async def accepts(self, account: Account, code: str) -> bool:
        """Whether this is a code of the account that was not used yet; from now on it is."""
        username, salt = account.member.username, account.totp_salt
        if salt is None:
            return False
        step = step_of(secret_of(self._key, salt), code, self._now(), after=account.totp_step)
        if step is not None:
            return await self._staff.use_totp(username, step)
        return await self._staff.use_recovery_code(username, _digest(code))


def secret_of(key: bytes, salt: bytes) -> str:
    """160 bits in base 32, as RFC 4226 recommends (section 4, R6)."""
    return b32encode(hmac.new(key, b"totp " + salt, sha1).digest()).decode()


def step_of(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """The step, later than `after`, of which this is the code; None: of none about now."""
    totp, step = TOTP(secret), int(at.timestamp()) // STEP_S
    for one in range(step - STEPS_OFF_MAX, step + STEPS_OFF_MAX + 1):
        if one > after and strings_equal(totp.generate_otp(one), code.replace(" ", "")):
            return one
    return None


def code_of(letters: int) -> str:
    """A code to be read from a screen and typed once: `K7M2-P9XD-…`."""
    text = "".join(secrets.choice(CODE_LETTERS) for _ in range(letters))
    return "-".join(text[at : at + 4] for at in range(0, letters, 4))


def _digest(code: str) -> bytes:
    """Of 74 bits of chance: nobody finds the code from it."""
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return sha256(plain.encode()).digest()
