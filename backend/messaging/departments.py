"""Where departments are told what is overdue: contacts that the deployment sets in its file."""

from datetime import datetime

from backend.core.messages import department_subject, thing_owner
from backend.messaging.config import MessagingConfig, secret_in
from backend.messaging.reach import ReachError, reach_of
from backend.messaging.seal import Seal
from backend.settings import SettingsError
from backend.store.contacts import Contacts, NewContact


async def set_departments(
    config: MessagingConfig, contacts: Contacts, seal: Seal, at: datetime
) -> None:
    """Make the departments' contacts what the file says.  Raises SettingsError, StoreError."""
    found = []
    for entry in config.departments:
        try:
            reach = reach_of(entry.kind, secret_in(entry.reach_file))
        except ReachError as error:
            raise SettingsError(
                f"NOTIFY: {entry.reach_file} does not name a place to tell by {entry.kind}."
            ) from error
        owner = thing_owner(entry.hall_id, department_subject(entry.department_id))
        contact_id = f"fixed:{seal.digest(f'{owner} {entry.kind} {reach}')[:32]}"
        found.append(
            NewContact(
                contact_id=contact_id,
                owner=owner,
                kind=entry.kind,
                language=entry.language,
                sealed=seal.close(contact_id, reach),
                digest=seal.digest(reach),
                code="",
            )
        )
    await contacts.set_fixed(found, at)
