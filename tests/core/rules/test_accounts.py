import pytest

from backend.core.grants import Grant
from backend.core.rules.accounts import (
    CLERK_IDLE_S,
    IDLE_S,
    PASSWORD_LENGTH_MAX,
    idle_s,
    is_password,
    needs_second_factor,
)
from backend.core.stamp import Role

CLERK, ADMINISTRATOR = Grant(role=Role.CLERK), Grant(role=Role.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("password", "is_so"),
    [
        ("twelve chars", True),
        ("eleven char", False),
        ("", False),
        ("十二个汉字也可以当作密码", True),
        ("x" * PASSWORD_LENGTH_MAX, True),
        ("x" * (PASSWORD_LENGTH_MAX + 1), False),
        ("zhang.wei-ming", False),  # the name
        ("Zhang.Wei-Ming1", False),
        ("zhang.wei-ming likes long walks by the lake", True),
    ],
)
def test_password_is_long_and_not_the_name__AC1(password: str, *, is_so: bool) -> None:
    assert is_password("zhang.wei-ming", password, is_demo=False) is is_so


def test_demo_takes_short_passwords__AC1() -> None:
    assert is_password("w01", "demo", is_demo=True)
    assert not is_password("w01", "abc", is_demo=True)


def test_clerks_may_be_still_for_longer__AC2() -> None:
    assert idle_s((CLERK,)) == CLERK_IDLE_S
    assert idle_s((CLERK, ADMINISTRATOR)) == CLERK_IDLE_S
    assert idle_s((ADMINISTRATOR, CLERK)) == IDLE_S


def test_administrators_need_a_second_factor_outside_the_demo__AC3() -> None:
    assert needs_second_factor((CLERK, ADMINISTRATOR), is_demo=False)
    assert not needs_second_factor((CLERK, ADMINISTRATOR), is_demo=True)
    assert not needs_second_factor((CLERK,), is_demo=False)
