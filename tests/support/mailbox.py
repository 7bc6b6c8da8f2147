"""A real mail server on loopback (aiosmtpd): takes mail over STARTTLS, or fails as it is told."""

import asyncio
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.hall import free_port

USERNAME, PASSWORD = "hall", "the hall's own at the mail server"


class Mailbox:
    """What arrived, and how it answers."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.recipients: list[str] = []
        self.at_rcpt: str | None = None
        """What it answers to a recipient in place of 250."""
        self.is_slow = False
        """Whether it never answers to a recipient."""
        self.at_data: str | None = None
        """What it answers to a body in place of 250; it keeps none then."""
        self.on_data: Callable[[], None] = lambda: None
        """Done once a body has come, before it is answered."""
        self.drops = False
        """Whether it keeps the body and breaks off without an answer."""
        self.hangs = False
        """Whether it keeps the body and never answers."""
        self.port = 0

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if self.is_slow:
            await asyncio.sleep(3600)
        if self.at_rcpt is not None:
            return self.at_rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, _session: Any, envelope: Any) -> str:
        if self.at_data is not None:
            return self.at_data
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients += envelope.rcpt_tos
        self.on_data()
        if self.drops:
            server.transport.abort()
        if self.hangs:
            await asyncio.sleep(3600)
        return "250 OK"

    def code(self) -> str:
        """The digits in the newest mail's subject."""
        return "".join(c for c in str(self.mails[-1]["Subject"]) if c.isdigit())


def _authenticated(_server: Any, _session: Any, _envelope: Any, _way: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USERNAME.encode(),
        PASSWORD.encode(),
    )
    return AuthResult(success=is_right)


@contextmanager
def mailbox_on(home: Path | None = None) -> Iterator[Mailbox]:
    """A mail server; with a home it wants TLS and a password, and `home/ca.pem` vouches for it."""
    box = Mailbox()
    safe: dict[str, Any] = {}
    if home is not None:
        ca = trustme.CA()
        ca.cert_pem.write_to_path(str(home / "ca.pem"))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        ca.issue_cert("localhost").configure_cert(context)
        safe = {
            "tls_context": context,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": _authenticated,
        }
    box.port = free_port()  # a controller calls itself once there, so it has to know
    controller = Controller(
        box, hostname="127.0.0.1", port=box.port, server_hostname="mail", **safe
    )
    controller.start()
    try:
        yield box
    finally:
        controller.stop(no_assert=True)
