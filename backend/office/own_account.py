"""One's own account over HTTP: sessions, password, second factor (AC1-AC3)."""

from http import HTTPStatus
from typing import Annotated, Any

import msgspec
from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta, Struct

from backend.audited import audited
from backend.core.rules.accounts import PASSWORD_LENGTH_MIN, is_password
from backend.gate import Gate
from backend.hub.http import AnyRequest, decoded_body
from backend.identity import Identity
from backend.openapi import takes
from backend.problem import ProblemError
from backend.second_factor import Proposal
from backend.store.sessions import SessionLine
from backend.store.staff import Account
from backend.web.auth import SignedIn, entered, owner, secret_in, session_of

BODY_MAX = 16 * 1024

Secret = Annotated[str, Meta(max_length=256)]
Code = Annotated[str, Meta(max_length=32)]


class PasswordOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another password for oneself."""

    password: Secret
    """The present one."""
    code: Code = ""
    """Of the second factor, where there is one."""
    new_password: Secret


class FactorOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another second factor for oneself."""

    password: Secret
    code: Code = ""
    """Of the second factor so far, where there is one; or a recovery code."""


class FactorProof(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first code of the new one."""

    code: Code


class FactorKept(Struct, frozen=True, kw_only=True):
    """Codes for the day that the phone is lost, each good once; shown this once."""

    recovery_codes: tuple[str, ...]


_password_decoder = msgspec.json.Decoder(PasswordOrder)
_factor_decoder = msgspec.json.Decoder(FactorOrder)
_proof_decoder = msgspec.json.Decoder(FactorProof)


@get("/api/account/sessions")
@audited("session.list", "session", only_denied=True)
async def my_sessions(
    request: AnyRequest, identity: NamedDependency[Identity]
) -> list[SessionLine]:
    """Where one is signed in, newest first."""
    session = await session_of(request, identity)
    return await identity.sessions.listed(session.member.username, secret_in(request))


@delete("/api/account/sessions/{session_id:str}")
@audited("session.end", "session")
async def end_my_session(
    request: AnyRequest, session_id: FromPath[str], identity: NamedDependency[Identity]
) -> None:
    """Sign out somewhere else; its sockets close within seconds."""
    session = await session_of(request, identity)
    if not await identity.sessions.end_one(session.member.username, session_id):
        raise no_session()


@post("/api/account/password", status_code=HTTPStatus.OK)
@audited("password.change", "account")
@takes(_password_decoder)
async def change_password(
    request: AnyRequest, identity: NamedDependency[Identity], gate: NamedDependency[Gate]
) -> Response[SignedIn]:
    """Choose another password: signed out everywhere, and signed in anew here."""
    session = await session_of(request, identity)
    order = await decoded_body(request, _password_decoder, BODY_MAX)
    username = session.member.username
    await owner(request, gate, username, order.password, order.code)
    is_new = order.new_password != order.password
    if not is_new or not is_password(username, order.new_password, is_demo=gate.is_demo):
        detail = f"another one, of at least {PASSWORD_LENGTH_MIN} characters, not like the name"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "weak_password", detail)
    await gate.staff.put_password(username, order.new_password, must_change_password=False)
    await gate.sessions.end_all(username)
    return await entered(request, gate, await account_of(gate, username))


@post("/api/account/second-factor", status_code=HTTPStatus.OK)
@audited("second_factor.propose", "account")
@takes(_factor_decoder)
async def propose_factor(
    request: AnyRequest, identity: NamedDependency[Identity], gate: NamedDependency[Gate]
) -> Proposal:
    """A new second factor to set up; it counts once a code of it was shown."""
    session = await session_of(request, identity)
    order = await decoded_body(request, _factor_decoder, BODY_MAX)
    await owner(request, gate, session.member.username, order.password, order.code)
    return await gate.second_factor.propose(session.member.username)


@put("/api/account/second-factor")
@audited("second_factor.change", "account")
@takes(_proof_decoder)
async def confirm_factor(
    request: AnyRequest, identity: NamedDependency[Identity], gate: NamedDependency[Gate]
) -> Response[FactorKept]:
    """Show a code of it: signed out everywhere, and signed in anew here."""
    session = await session_of(request, identity)
    proof = await decoded_body(request, _proof_decoder, BODY_MAX)
    username = session.member.username
    codes = await gate.second_factor.confirm(username, proof.code)
    if codes is None:
        detail = "this is no code of the second factor that was proposed last"
        raise ProblemError(HTTPStatus.CONFLICT, "wrong_code", detail)
    await gate.sessions.end_all(username)
    again = await entered(request, gate, await account_of(gate, username))
    return Response(FactorKept(recovery_codes=codes), cookies=again.cookies)


ROUTES: list[Any] = [
    my_sessions,
    end_my_session,
    change_password,
    propose_factor,
    confirm_factor,
]


async def account_of(gate: Gate, username: str) -> Account:
    """An account that was there a moment ago."""
    account = await gate.staff.find(username)
    assert account is not None, username  # accounts are never removed
    return account


def no_session() -> ProblemError:
    """The problem for a session that is not, or no longer, there."""
    return ProblemError(HTTPStatus.NOT_FOUND, "unknown_session", "there is no such session")
