"""What a socket was opened with, and whether it may stay: asked again every few seconds."""

import secrets

import structlog
from msgspec import Struct

from backend.core.access import Family
from backend.core.ids import HallId
from backend.core.stamp import Role
from backend.hub.session import Session
from backend.identity import Asker, BadCredentialsError, Identity
from backend.store.stream import StoreError
from backend.wire.close_codes import CloseCode

log = structlog.get_logger()


class Credentials(Struct, frozen=True, kw_only=True):
    """What a socket was opened with; looked at again as long as it lives."""

    hall_id: HallId
    address: str
    authorization: str | None
    bearer: str | None
    cookie: str | None


class Standing:
    """One connection's right to be there.

    A clerk has one desk, the one that was opened last, in whichever process: of two, one would
    be worked at and the other believed.
    """

    def __init__(
        self, identity: Identity, shown: Credentials, asker: Asker, session: Session
    ) -> None:
        self._identity, self._shown, self._asker = identity, shown, asker
        self._session = session
        self._desk_key = ""
        """What this connection is known by since it is a desk."""

    async def ends_with(self) -> CloseCode | None:
        """Why the connection is to end; while the store is away, nobody is sent off."""
        is_act = self._session.was_active()
        found = await asker_by(self._identity, self._shown, is_act=is_act)
        if found not in {self._asker, CloseCode.RESTARTING}:
            return CloseCode.UNAUTHENTICATED
        by = self._asker.by
        if by.role is not Role.CLERK or not self._session.watches(Family.COUNTER):
            return None
        try:
            if not self._desk_key:
                key = secrets.token_hex(8)
                await self._identity.take_desk(self._shown.hall_id, by, key)
                self._desk_key = key  # only now: a desk that was not taken is nobody's to lose
                return None
            is_ours = await self._identity.has_desk(self._shown.hall_id, by, self._desk_key)
        except StoreError:
            return None
        return None if is_ours else CloseCode.SUPERSEDED


async def asker_by(
    identity: Identity, shown: Credentials, *, is_act: bool = False
) -> Asker | CloseCode:
    """Who opens the socket, or why it is closed."""
    try:
        return await identity.asker(
            shown.hall_id,
            authorization=shown.authorization,
            bearer=shown.bearer,
            cookie=shown.cookie,
            is_act=is_act,
        )
    except BadCredentialsError:
        return CloseCode.UNAUTHENTICATED
    except StoreError as error:
        log.warning("asker_unknown", error=str(error))
        return CloseCode.RESTARTING
