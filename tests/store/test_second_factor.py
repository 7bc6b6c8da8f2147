"""The second factor: codes by RFC 6238, each good once, and codes for emergencies (AC3)."""

from base64 import b32encode
from datetime import UTC, datetime, timedelta

import pytest
from pyotp import TOTP
from redis.asyncio import Redis

from backend.second_factor import SecondFactor, secret_of, step_of
from backend.store.database import Database
from backend.store.proposals import Proposals
from backend.store.staff import Account, Staff
from tests.store.test_staff import staff

__all__ = ["staff"]

KEY = b"k" * 32
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
RFC_SECRET = b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("at_s", "code"),
    [  # RFC 6238, appendix B, SHA1, the last six of its eight digits
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_code_of_the_standard_is_known__AC3(at_s: int, code: str) -> None:
    at = datetime.fromtimestamp(at_s, UTC)
    assert step_of(RFC_SECRET, code, at, after=-1) == at_s // 30
    assert step_of(RFC_SECRET, f"{code[:3]} {code[3:]}", at, after=-1) == at_s // 30
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)  # as some input methods type it
    assert step_of(RFC_SECRET, wide, at, after=-1) == at_s // 30
    assert step_of(RFC_SECRET, code, at, after=at_s // 30) is None  # was used
    assert step_of(RFC_SECRET, code, at + timedelta(seconds=30), after=-1) == at_s // 30
    assert step_of(RFC_SECRET, code, at + timedelta(seconds=61), after=-1) is None


@pytest.mark.parametrize("code", ["", "0", "28708", "2870822", "abcdef", "-287082"])
def test_what_is_no_code_is_none__AC3(code: str) -> None:
    assert step_of(RFC_SECRET, code, datetime.fromtimestamp(59, UTC), after=-1) is None


def test_secret_needs_both_the_salt_and_the_key__AC3() -> None:
    found = secret_of(KEY, b"salt")
    assert len(found) == 32  # 160 bits
    assert len({found, secret_of(KEY, b"other"), secret_of(b"o" * 32, b"salt")}) == 3


class Desk:
    """Li, who sets one up, with a phone whose clock is right."""

    def __init__(self, staff: Staff, redis: Redis) -> None:
        self.staff, self.at = staff, NOON
        self.factor = SecondFactor(KEY, staff, Proposals(redis), lambda: self.at)

    async def account(self) -> Account:
        found = await self.staff.find("li")
        assert found is not None
        return found

    async def accepts(self, code: str) -> bool:
        return await self.factor.accepts(await self.account(), code)


@pytest.fixture
def desk(staff: Staff, redis: Redis, database: Database) -> Desk:
    return Desk(staff, redis)


async def test_factor_counts_once_a_code_of_it_was_shown__AC3(desk: Desk) -> None:
    proposal = await desk.factor.propose("li")
    phone = TOTP(proposal.secret)
    assert proposal.uri.startswith("otpauth://totp/Yizhan:li?secret=")
    assert (await desk.account()).totp_salt is None
    assert await desk.factor.confirm("li", "000000" if phone.at(NOON) != "000000" else "1") is None
    codes = await desk.factor.confirm("li", phone.at(NOON))
    assert codes is not None
    assert len(set(codes)) == 10
    assert (await desk.account()).totp_salt is not None
    assert not await desk.accepts(phone.at(NOON))  # it was used to confirm
    desk.at += timedelta(seconds=30)
    assert await desk.accepts(phone.at(desk.at))
    assert not await desk.accepts(phone.at(desk.at))
    assert await desk.factor.confirm("li", phone.at(desk.at)) is None  # nothing is proposed


async def test_recovery_code_is_good_once_however_it_is_typed__AC3(desk: Desk) -> None:
    phone = TOTP((await desk.factor.propose("li")).secret)
    codes = await desk.factor.confirm("li", phone.at(NOON))
    assert codes is not None
    typed = codes[0].lower().replace("-", " ")
    assert await desk.accepts(typed)
    assert not await desk.accepts(codes[0])
    assert await desk.accepts(codes[1])
    assert not await desk.accepts("")
    again = TOTP((await desk.factor.propose("li")).secret)
    desk.at += timedelta(seconds=30)
    assert await desk.factor.confirm("li", again.at(desk.at)) is not None
    assert not await desk.accepts(codes[2])  # of the factor before
