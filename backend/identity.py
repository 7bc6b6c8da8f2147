"""Who is asking: a session's cookie, a device's token, or nobody in particular."""

from urllib.parse import urlsplit

from msgspec import Struct

from backend.core.grants import Grant, grants_in
from backend.core.ids import HallId
from backend.core.scope import Scope
from backend.core.stamp import Caller, Role
from backend.store.directory import Directory
from backend.store.sessions import Session, Sessions
from backend.store.staff import StaffMember
from backend.store.stream import StoreError

PROTOCOL = "yizhan.v1"
BEARER_PROTOCOL = "bearer."
"""Browsers cannot set headers on a WebSocket: a device's token comes as a subprotocol."""
TOKEN_LENGTH_MIN = 20
"""Outside the demo: shorter ones can be guessed."""


def cookie_name(*, is_secure: bool) -> str:
    """What the session's cookie is called.

    Behind TLS with the prefix that browsers take from this very host alone, over TLS and for all
    its paths (RFC 6265bis, 4.1.3.2): no other site of the domain can put one in its place.
    """
    return "__Host-yizhan_session" if is_secure else "yizhan_session"


class Asker(Struct, frozen=True, kw_only=True):
    """Who asks, and what of the hall it may speak for."""

    by: Caller
    """With the main role of those granted; a command may be given as another (`acting_role`)."""
    grants: tuple[Grant, ...]
    """Those that count in the hall; never empty."""
    scope: Scope | None = None
    """Of a device that has a place (EN1)."""

    def acting_as(self, role: Role) -> Caller:
        """The caller of a command that is given in this role."""
        return self.by if role is self.by.role else Caller(role=role, id=self.by.id)


def asker_as(role: Role, id: str, *, scope: Scope | None = None) -> Asker:
    """Who has one role, and that for the whole hall."""
    return Asker(by=Caller(role=role, id=id), grants=(Grant(role=role),), scope=scope)


VISITOR = asker_as(Role.VISITOR, "visitor")


class BadCredentialsError(Exception):
    """A token was sent that is not, or no longer, valid here."""


class ForeignOriginError(Exception):
    """A browser asks from another site's page."""


class Identity:
    """Finds the caller; raises StoreError when Redis is away."""

    origins: tuple[str, ...] = ()
    """Whose pages may ask; none named: those that the asked host itself has."""

    def __init__(
        self,
        directory: Directory,
        sessions: Sessions,
        *,
        is_demo: bool,
        origins: tuple[str, ...] = (),
    ) -> None:
        """Outside the demo its well-known token is nobody's, whatever the database holds."""
        self.origins = origins
        self._directory = directory
        self.sessions = sessions
        self._is_demo = is_demo

    def check_origin(self, origin: str | None, host: str | None) -> None:
        """Refuse a page of another site; programs send no origin.

        Raises ForeignOriginError.
        """
        if origin is None or origin in self.origins:
            return
        try:
            is_ours = not self.origins and urlsplit(origin).netloc == host
        except ValueError:  # not an address at all
            is_ours = False
        if not is_ours:
            raise ForeignOriginError

    async def session(self, cookie: str | None) -> Session | None:
        """The session with this cookie, also one that is not good for anything yet."""
        return await self.sessions.find(cookie) if cookie else None

    async def member(self, cookie: str | None) -> StaffMember | None:
        """Who is signed in with this cookie."""
        session = await self.session(cookie)
        return session.member if session is not None and not session.needs else None

    async def asker(
        self,
        hall_id: HallId,
        *,
        authorization: str | None,
        bearer: str | None,
        cookie: str | None,
        is_act: bool = False,
    ) -> Asker:
        """Who asks something of this hall; a visitor without credentials or after a session's end.

        `is_act`: a person does something, and so their session lives on (AC2).
        Raises BadCredentialsError: the token is unknown or another hall's.
        """
        token = bearer
        if authorization is not None:
            scheme, _, token = authorization.partition(" ")
            if scheme.lower() != "bearer":
                raise BadCredentialsError
        if token is not None:
            if not self._directory.is_read:
                raise StoreError("the directory has not been read yet")
            device = self._directory.device(token)
            if device is None or device.hall_id != hall_id or self._is_refused(token):
                raise BadCredentialsError
            return asker_as(Role.DEVICE, device.device_id, scope=device.scope)
        session = await self.session(cookie)
        if session is None or session.needs:
            return VISITOR
        if is_act and cookie is not None:
            await self.sessions.touch(cookie, session)
        grants = grants_in(session.member.grants, hall_id)
        if not grants:
            return VISITOR
        return Asker(by=Caller(role=grants[0].role, id=session.member.username), grants=grants)

    async def take_desk(self, hall_id: HallId, by: Caller, key: str) -> None:
        """Make the connection with this key the clerk's desk, in place of any other."""
        await self.sessions.take_desk(hall_id, by.id, key)

    async def has_desk(self, hall_id: HallId, by: Caller, key: str) -> bool:
        """Whether the clerk has opened no other desk since."""
        return await self.sessions.has_desk(hall_id, by.id, key)

    def _is_refused(self, token: str) -> bool:
        return len(token) < TOKEN_LENGTH_MIN and not self._is_demo
