"""Mail over SMTP: one message, handed to the deployment's own server.

SMTP knows no repeat by itself: a message whose last answer was lost may be there twice.  Both
papers have one `Message-ID` (RFC 5322, 3.6.4), by which most mailboxes show it once.
"""

import ssl
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import aiosmtplib

from backend.core.messages import MessageKind, Outcome
from backend.messaging.attempt import Attempt, Places
from backend.messaging.config import MailEntry, secret_in
from backend.messaging.wording import html, one_line, plain, words
from backend.store.outbox import Letter

ANSWER_S, QUIT_S = 20.0, 2.0
POLICY = SMTP.clone(cte_type="7bit")
"""Whatever the server can do: nothing but ASCII goes out."""


class Mail:
    """Hands messages to the server."""

    def __init__(self, entry: MailEntry, places: Places) -> None:
        self._entry, self._places = entry, places
        self._password = secret_in(entry.password_file) if entry.password_file else ""
        self._tls = ssl.create_default_context(cafile=entry.ca_file)

    async def send(self, letter: Letter, reach: str) -> Attempt:
        """What came of it; until the body has gone out nothing was handed over."""
        mail = self.written(letter, reach)
        entry = self._entry
        client = aiosmtplib.SMTP(
            hostname=entry.host,
            port=entry.port,
            timeout=ANSWER_S,
            use_tls=entry.tls == "tls",
            start_tls=entry.tls == "starttls",
            tls_context=self._tls if entry.tls != "none" else None,
        )
        is_out = False
        try:
            await client.connect()
            if entry.username:
                await client.login(entry.username, self._password)
            await client.mail(entry.sender)
            await client.rcpt(reach)
            is_out = True
            await client.data(mail.as_bytes())
        except aiosmtplib.SMTPResponseException as error:
            # An answer: the server has it not, whatever had gone out.
            return Attempt(outcome=_said(error.code), detail=f"smtp {error.code}")
        except (aiosmtplib.SMTPException, OSError) as error:
            outcome = Outcome.UNKNOWN if is_out else Outcome.AWAY
            return Attempt(outcome=outcome, detail=type(error).__name__)
        finally:
            with suppress(aiosmtplib.SMTPException, OSError):
                await client.quit(timeout=QUIT_S)
        return Attempt(outcome=Outcome.SENT, detail="smtp 250")

    def written(self, letter: Letter, reach: str) -> EmailMessage:
        """The mail: both languages, plain and HTML."""
        message, sender = letter.message, self._entry.sender
        url = self._places.page(message.path)
        is_code = message.kind is MessageKind.CODE
        stop_url = None if is_code else self._places.stop_page(letter.contact_id)
        mail = EmailMessage(policy=POLICY)
        mail["From"], mail["To"] = sender, reach
        mail["Subject"] = one_line(words(message.title, letter.language))
        mail["Date"] = format_datetime(message.put_at)
        domain = sender.partition("@")[2]
        mail["Message-ID"] = f"<{letter.message_id}.{letter.contact_id}@{domain}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence answers it
        if stop_url is not None:
            # RFC 8058: a mailbox's own button.
            mail["List-Unsubscribe"] = f"<{self._places.stop_at_once(letter.contact_id)}>"
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        mail.set_content(plain(message, letter.language, url, stop_url))
        mail.add_alternative(html(message, letter.language, url, stop_url), subtype="html")
        return mail


def _said(code: int) -> Outcome:
    """What a reply means (RFC 5321, 4.2.1; 4.2.3 for 421, 450 to 452)."""
    if code in {421, 450, 451, 452}:
        return Outcome.THROTTLED
    return Outcome.AWAY if code < 500 or code in {530, 535} else Outcome.REFUSED
