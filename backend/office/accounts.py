"""Accounts of a hall over HTTP, for administrators (AC1, AC2, AC4)."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta, Struct

from backend.audited import audited, trail_of
from backend.core.access import Reading, Writing
from backend.core.grants import Grant, is_sensible, may_give
from backend.core.ids import HallId, Name
from backend.gate import Gate
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body, denied, granted
from backend.identity import Asker, Identity
from backend.office.own_account import account_of, no_session
from backend.openapi import takes
from backend.problem import ProblemError
from backend.second_factor import code_of
from backend.store.audit import digest
from backend.store.sessions import SessionLine
from backend.store.staff import Account, member_of
from backend.web.auth import secret_in
from backend.wire.messages import ErrorCode

BODY_MAX = 16 * 1024
GRANTS_MAX = 50

Label = Annotated[str, Meta(min_length=1, max_length=64)]
Username = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$(?!\n)")]
Grants = Annotated[tuple[Grant, ...], Meta(min_length=1, max_length=GRANTS_MAX)]
Secret = Annotated[str, Meta(max_length=256)]
Code = Annotated[str, Meta(max_length=32)]


class AccountLine(Struct, frozen=True, kw_only=True):
    """An account as administrators see it."""

    username: str
    name_zh: str
    name_en: str
    counter_id: str | None
    grants: tuple[Grant, ...]
    """The first is the main one."""
    is_active: bool
    must_change_password: bool
    has_second_factor: bool
    may_change: bool
    """Whether who asks may: nobody changes more than the halls they administer, nor themselves."""


class AccountOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an account is to be."""

    name_zh: Label
    name_en: Label
    counter_id: Name | None = None
    grants: Grants
    is_active: bool = True


class NewAccount(AccountOrder, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account that is to be made."""

    username: Username


class OneTimePassword(Struct, frozen=True, kw_only=True):
    """To be handed to the account's owner, who has to choose another with it."""

    password: str


_order_decoder = msgspec.json.Decoder(AccountOrder)
_new_decoder = msgspec.json.Decoder(NewAccount)


@get("/api/halls/{hall_id:str}/accounts")
@audited("account.list", "account")
async def list_accounts(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    gate: NamedDependency[Gate],
) -> list[AccountLine]:
    """Every account with a grant in the hall, by user name."""
    hall, asker = await granted(request, hall_id, Reading.ACCOUNTS, halls, identity)
    found = await gate.staff.accounts(hall.hall_id)
    return [_line(account, asker) for account in found]


@post("/api/halls/{hall_id:str}/accounts", status_code=HTTPStatus.CREATED)
@audited("account.make", "account")
@takes(_new_decoder)
async def make_account(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    gate: NamedDependency[Gate],
) -> OneTimePassword:
    """Make an account; 409 `username_in_use`."""
    _, asker = await granted(request, hall_id, Writing.ACCOUNT, halls, identity)
    order = await decoded_body(request, _new_decoder, BODY_MAX)
    _check_grants(order.grants, asker, halls)
    trail = trail_of(request)
    trail.id, trail.after = order.username, digest(order)
    member = member_of(
        order.username,
        order.grants,
        name_zh=order.name_zh,
        name_en=order.name_en,
        counter_id=order.counter_id,
    )
    password = code_of(16)
    if not await gate.staff.add(member, password, must_change_password=True):
        detail = "another account has this user name"
        raise ProblemError(HTTPStatus.CONFLICT, "username_in_use", detail)
    return OneTimePassword(password=password)


@put("/api/halls/{hall_id:str}/accounts/{username:str}")
@audited("account.change", "account")
@takes(_order_decoder)
async def change_account(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    username: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    gate: NamedDependency[Gate],
) -> AccountLine:
    """Change an account's names, grants, and whether it is active; its sessions end."""
    account, asker = await _changed(
        request, hall_id, username, halls=halls, identity=identity, gate=gate
    )
    order = await decoded_body(request, _order_decoder, BODY_MAX)
    _check_grants(order.grants, asker, halls)
    trail = trail_of(request)
    trail.before, trail.after = digest(account.member), digest(order)
    member = member_of(
        account.member.username,
        order.grants,
        name_zh=order.name_zh,
        name_en=order.name_en,
        counter_id=order.counter_id,
    )
    await gate.staff.change(member, is_active=order.is_active)
    await gate.sessions.end_all(member.username)
    return _line(await account_of(gate, member.username), asker)


@post("/api/halls/{hall_id:str}/accounts/{username:str}/password", status_code=HTTPStatus.OK)
@audited("password.reset", "account")
async def reset_password(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    username: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    gate: NamedDependency[Gate],
) -> OneTimePassword:
    """Give somebody who forgot it a password for once; unlocked, and signed out everywhere."""
    account, _ = await _changed(
        request, hall_id, username, halls=halls, identity=identity, gate=gate
    )
    password = code_of(16)
    name = account.member.username
    await gate.staff.put_password(name, password, must_change_password=True)
    await gate.sessions.end_all(name)
    await gate.locks.unlock(name)
    return OneTimePassword(password=password)


@delete("/api/halls/{hall_id:str}/accounts/{username:str}/second-factor")
@audited("second_factor.drop", "account")
async def drop_factor(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    username: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    gate: NamedDependency[Gate],
) -> None:
    """Take the second factor of somebody away who lost it; signed out everywhere."""
    account, _ = await _changed(
        request, hall_id, username, halls=halls, identity=identity, gate=gate
    )
    await gate.staff.drop_totp(account.member.username)
    await gate.sessions.end_all(account.member.username)


@get("/api/halls/{hall_id:str}/accounts/{username:str}/sessions")
@audited("session.list", "session")
async def list_sessions(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    username: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    gate: NamedDependency[Gate],
) -> list[SessionLine]:
    """Where somebody is signed in, newest first."""
    hall, _ = await granted(request, hall_id, Reading.ACCOUNTS, halls, identity)
    account = await _known(gate, username, hall.hall_id)
    return await gate.sessions.listed(account.member.username, secret_in(request))


@delete("/api/halls/{hall_id:str}/accounts/{username:str}/sessions/{session_id:str}")
@audited("session.end", "session")
async def end_session(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    username: FromPath[str],
    session_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    gate: NamedDependency[Gate],
) -> None:
    """Sign somebody out there; its sockets close within seconds."""
    account, _ = await _changed(
        request, hall_id, username, halls=halls, identity=identity, gate=gate
    )
    if not await gate.sessions.end_one(account.member.username, session_id):
        raise no_session()


ROUTES: list[Any] = [
    list_accounts,
    make_account,
    change_account,
    reset_password,
    drop_factor,
    list_sessions,
    end_session,
]


async def _changed(
    request: AnyRequest,
    hall_id: str,
    username: str,
    *,
    halls: Halls,
    identity: Identity,
    gate: Gate,
) -> tuple[Account, Asker]:
    """The account that is to be changed, and who asks, if they may."""
    hall, asker = await granted(request, hall_id, Writing.ACCOUNT, halls, identity)
    account = await _known(gate, username, hall.hall_id)
    trail_of(request).id = username
    if not _may_change(account, asker):
        raise denied(asker.by)
    return account, asker


def _may_change(account: Account, asker: Asker) -> bool:
    is_own = account.member.username == asker.by.id  # nobody shuts themselves out
    return not is_own and all(may_give(asker.grants, one) for one in account.member.grants)


def _check_grants(grants: tuple[Grant, ...], asker: Asker, halls: Halls) -> None:
    """A problem when nobody may have these, or they are not for this asker to give."""
    if not all(is_sensible(grant) for grant in grants) or len(set(grants)) < len(grants):
        detail = "a grant has a limit that means nothing for its role, or is there twice"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    known = {entry.hall_id for entry in halls.directory.contents.halls}
    if any(grant.hall_id is not None and grant.hall_id not in known for grant in grants):
        detail = "there is no such hall"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.UNKNOWN_HALL, detail)
    if not all(may_give(asker.grants, grant) for grant in grants):
        raise denied(asker.by)


async def _known(gate: Gate, username: str, hall_id: HallId) -> Account:
    """The account of this name, if it counts in the hall; of others nothing is told."""
    account = await gate.staff.find(username) if username.isprintable() else None
    is_here = account is not None and any(
        grant.hall_id in {None, hall_id} for grant in account.member.grants
    )
    if account is None or not is_here:
        detail = "the hall has no such account"
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_account", detail)
    return account


def _line(account: Account, asker: Asker) -> AccountLine:
    member = account.member
    return AccountLine(
        username=member.username,
        name_zh=member.name_zh,
        name_en=member.name_en,
        counter_id=member.counter_id,
        grants=member.grants,
        is_active=account.is_active,
        must_change_password=account.must_change_password,
        has_second_factor=account.totp_salt is not None,
        may_change=_may_change(account, asker),
    )
