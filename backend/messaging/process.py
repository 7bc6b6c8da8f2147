"""The sender as part of a process."""

import asyncio
from collections.abc import Callable
from datetime import datetime

import httpx
import structlog

from backend.core.messages import ContactKind
from backend.messaging.attempt import Places, Sender
from backend.messaging.config import MessagingConfig
from backend.messaging.departments import set_departments
from backend.messaging.mail import Mail
from backend.messaging.robots import Dingtalk, Wecom
from backend.messaging.seal import Seal
from backend.messaging.sender import TICK_S, Sending
from backend.settings import Settings, card_key
from backend.store.contacts import Contacts
from backend.store.database import Database
from backend.store.outbox import Outbox
from backend.store.plans import Plans
from backend.store.stream import StoreError

ANSWER_S = 15.0

log = structlog.get_logger()


async def send_messages(
    config: MessagingConfig, settings: Settings, database: Database, now: Callable[[], datetime]
) -> None:
    """Send what the outbox has, for ever.  Raises SettingsError: a secret is not where it says."""
    seal = Seal(card_key(settings))
    async with httpx.AsyncClient(timeout=ANSWER_S) as http:
        senders = _senders(config, Places(settings.public_url, seal), http, now)
        zones = Plans(database).time_zones
        sending = Sending(Outbox(database), senders, seal, zones, now=now, quiet=config.quiet)
        while True:
            try:
                await set_departments(config, Contacts(database), seal, now())
                break
            except StoreError as error:
                log.warning("sender_waits", error=str(error))
                await asyncio.sleep(TICK_S)
        await sending.run()


def _senders(
    config: MessagingConfig,
    places: Places,
    http: httpx.AsyncClient,
    now: Callable[[], datetime],
) -> dict[ContactKind, Sender]:
    """The ways out that the deployment has."""
    found: dict[ContactKind, Sender] = {}
    if config.mail is not None:
        found[ContactKind.EMAIL] = Mail(config.mail, places)
    if config.wecom is not None:
        found[ContactKind.WECOM] = Wecom(config.wecom.url, http, places)
    if config.dingtalk is not None:
        found[ContactKind.DINGTALK] = Dingtalk(config.dingtalk.url, http, places, now)
    return found
