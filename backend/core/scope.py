"""What one asker may speak for: a device its place (EN1), an account what it is granted (I18)."""

from collections.abc import Sequence
from typing import assert_never

from backend.core.access import Family, may_do, may_watch
from backend.core.commands import (
    CheckIn,
    Command,
    ReportPrinted,
    ReportPrinter,
    ReportSpeakers,
    ReportSpoken,
    ReprintTicket,
    ReturnTicket,
    TakeTicket,
)
from backend.core.day import HallDay
from backend.core.evaluation import Evaluate
from backend.core.grants import Grant, queues_with
from backend.core.ids import CallId, CounterId, JobId, TicketId
from backend.core.stamp import Role

Scope = frozenset[str]
"""Names of topics (`kiosk:K1`, `printer:P1`, `voice:Z1`, `pad:W1`): what it speaks for."""

SCREEN_FAMILIES = (Family.BOARD, Family.COUNTER_SCREEN, Family.KIOSK, Family.PAD)
"""What a screen shows.  Boards and signs are public; who tells how they are needs a key."""

DEVICE_FAMILIES = (*SCREEN_FAMILIES, Family.PRINTER, Family.VOICE)
"""What a device is enrolled for."""

DeviceCommand = (
    TakeTicket
    | CheckIn
    | ReturnTicket
    | ReprintTicket
    | Evaluate
    | ReportPrinted
    | ReportPrinter
    | ReportSpeakers
    | ReportSpoken
)


def may_reach(scope: Scope | None, family: Family, topic: str) -> bool:
    """Whether a device with this scope may watch the topic, if a device may at all.

    Without a scope it is a device of the whole hall, or no device.
    """
    is_private = family in {Family.PRINTER, Family.VOICE, Family.PAD}
    return scope is None or not is_private or topic in scope


def is_place(scope: Scope | None, topic: str) -> bool:
    """Whether the topic is of the device's place; without a scope the whole hall is."""
    return scope is None or topic in scope


def may_speak(scope: Scope | None, day: HallDay, command: Command) -> bool:
    """Whether a device with this scope may give the command, if a device may at all.

    What is about nothing that the day knows is left to its rule to refuse.
    """
    if scope is None:
        return True
    if not isinstance(command, DeviceCommand):
        return False
    match command:
        case TakeTicket() | CheckIn() | ReprintTicket():
            return f"{Family.KIOSK}:{command.kiosk_id}" in scope
        case Evaluate():
            return f"{Family.PAD}:{command.counter_id}" in scope
        case ReturnTicket():
            return any(topic.startswith(f"{Family.KIOSK}:") for topic in scope)
        case ReportPrinted():
            job = day.jobs.get(JobId(command.job_id))
            return job is None or f"{Family.PRINTER}:{job.printer_id}" in scope
        case ReportPrinter():
            return f"{Family.PRINTER}:{command.printer_id}" in scope
        case ReportSpoken():
            call = day.calls.get(CallId(command.call_id))
            return call is None or f"{Family.VOICE}:{call.zone_id}" in scope
        case ReportSpeakers():
            return f"{Family.VOICE}:{command.zone_id}" in scope
        case _:
            assert_never(command)


def acting_role(
    grants: Sequence[Grant], scope: Scope | None, day: HallDay, command: Command
) -> Role | None:
    """As what the asker may give the command: the first granted role that may; None: not at all."""
    if not may_speak(scope, day, command):
        return None
    for grant in grants:
        if may_do(grant.role, command) and _is_of_queues(grants, grant.role, day, command):
            return grant.role
    return None


def may_see(
    grants: Sequence[Grant], scope: Scope | None, day: HallDay, family: Family, topic: str
) -> bool:
    """Whether the asker may watch the topic of the family."""
    if not may_reach(scope, family, topic):
        return False
    for grant in grants:
        if may_watch(grant.role, family):
            queues = queues_with(grants, grant.role) if family is Family.COUNTER else None
            if queues is None or _serves_only(day, topic.partition(":")[2], queues):
                return True
    return False


def _is_of_queues(grants: Sequence[Grant], role: Role, day: HallDay, command: Command) -> bool:
    """Whether the counter or ticket that the command names is of the queues granted to the role.

    Who is sent to one counter or clerk alone is theirs, of whatever queue.
    """
    queues = queues_with(grants, role)
    if queues is None:
        return True
    counter_id, ticket_id = (getattr(command, name, None) for name in ("counter_id", "ticket_id"))
    if counter_id is not None:
        return _serves_only(day, counter_id, queues)
    ticket = day.tickets.get(TicketId(ticket_id)) if ticket_id is not None else None
    return ticket is None or ticket.only is not None or ticket.queue_id in queues


def _serves_only(day: HallDay, counter_id: str, queues: frozenset[str]) -> bool:
    counter = day.counters.get(CounterId(counter_id))
    return counter is None or queues.issuperset(counter.serving.queue_ids)
