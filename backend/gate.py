"""Who gets in: a password, a second factor where there is one, and not too many tries (AC1-AC3)."""

from msgspec import Struct

from backend.core.rules.accounts import (
    PASSWORD_LENGTH_MAX,
    PASSWORD_LENGTH_MIN,
    needs_second_factor,
)
from backend.rate import Quota
from backend.second_factor import SecondFactor
from backend.store.locks import Locks
from backend.store.sessions import Need, Sessions
from backend.store.staff import Account, Staff, StaffMember
from backend.store.stream import StoreError

USERNAME_MAX = 64
BUSY_S = 30
"""After how long an address that failed too often had better try again."""


class WrongError(Exception):
    """The name or the password is wrong; not which."""


class CodeError(Exception):
    """The password is right; the code of the second factor is missing, wrong or was used."""

    def __init__(self, *, is_missing: bool) -> None:
        super().__init__("show a code of the second factor")
        self.is_missing = is_missing


class LockedError(Exception):
    """Too many failures, whether there is such an account or not (AC1)."""

    def __init__(self, wait_s: int) -> None:
        super().__init__(f"too many failures; wait {wait_s} s")
        self.wait_s = wait_s


class Entered(Struct, frozen=True, kw_only=True):
    """A session that has just begun."""

    member: StaffMember
    needs: tuple[Need, ...]
    secret: str


class Gate:
    """Lets people in; every method may raise StoreError."""

    def __init__(
        self,
        staff: Staff,
        sessions: Sessions,
        locks: Locks,
        second_factor: SecondFactor,
        sign_ins: Quota,
        *,
        is_demo: bool,
    ) -> None:
        """`sign_ins`: failures of an address, of whatever name."""
        self._sign_ins = sign_ins
        self.staff, self.sessions, self.locks = staff, sessions, locks
        self.second_factor, self.is_demo = second_factor, is_demo

    async def check(self, username: str, password: str, code: str, address: str) -> Account:
        """The account whose owner this is.  Raises LockedError, WrongError, CodeError."""
        username = username[:USERNAME_MAX]
        is_known = await self.locks.is_known(username, address)
        if not is_known and not await self._sign_ins.take(address):
            raise LockedError(BUSY_S)
        wait_s = await self.locks.count(username, address)
        if wait_s:
            raise LockedError(wait_s)
        try:
            account = await self._proven(username, password, code)
        except CodeError as error:
            if error.is_missing:
                await self.locks.forgive(username, address)
            raise
        except StoreError:  # nobody was wrong: who tries until the stores are back is not locked
            await self.locks.forgive(username, address)
            if not is_known:
                await self._sign_ins.charge(address, -1.0)
            raise
        await self.locks.clear(username, address)
        if not is_known:
            await self._sign_ins.charge(address, -1.0)  # it was no failure
        return account

    async def _proven(self, username: str, password: str, code: str) -> Account:
        """The account of these.  Raises WrongError, CodeError, StoreError."""
        # A database that once held the demo has its accounts, and everybody knows their password.
        is_long = self.is_demo or len(password) >= PASSWORD_LENGTH_MIN
        is_name = username.isprintable()  # PostgreSQL refuses to look for U+0000
        is_possible = is_name and is_long and len(password) <= PASSWORD_LENGTH_MAX
        account = await self.staff.check(username, password) if is_possible else None
        if account is None:
            raise WrongError
        if account.totp_salt is not None:
            if not code:
                raise CodeError(is_missing=True)
            if not await self.second_factor.accepts(account, code):
                raise CodeError(is_missing=False)
        return account

    async def enter(self, account: Account, address: str, agent: str) -> Entered:
        """Begin a session of the account.

        Raises WrongError: the account was changed meanwhile.  Who changes one ends its sessions
        after that, so one of the two sees the other.
        """
        needs: tuple[Need, ...] = ()
        if account.must_change_password:
            needs += (Need.PASSWORD,)
        if account.totp_salt is None and needs_second_factor(
            account.member.grants, is_demo=self.is_demo
        ):
            needs += (Need.SECOND_FACTOR,)
        member = account.member
        secret = await self.sessions.begin(member, address=address, agent=agent, needs=needs)
        found = await self.staff.find(member.username)
        if found is None or not found.is_active or found.version != account.version:
            await self.sessions.end(secret)
            raise WrongError
        return Entered(member=member, needs=needs, secret=secret)
