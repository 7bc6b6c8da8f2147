"""What one device may speak for: its own place in the hall and no other (EN1)."""

from typing import assert_never

from backend.core.access import Family
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
from backend.core.ids import CallId, JobId

Scope = frozenset[str]
"""Names of topics (`kiosk:K1`, `printer:P1`, `voice:Z1`, `pad:W1`): what it speaks for."""

SCREEN_FAMILIES = (Family.BOARD, Family.COUNTER_SCREEN, Family.KIOSK)
"""What a screen shows.  Boards and signs are public; who tells how they are needs a key."""

DEVICE_FAMILIES = (*SCREEN_FAMILIES, Family.PAD, Family.PRINTER, Family.VOICE)
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
