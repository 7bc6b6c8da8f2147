"""Devices over HTTP: a code on the device, entered by somebody who stands before it (EN2).

The device makes a key of its own; only its digest is kept.
"""

from http import HTTPStatus
from typing import Annotated

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from msgspec import Meta, Struct

from backend.audited import audited, trail_of
from backend.core.access import Reading, Writing
from backend.core.ids import HallId, Name
from backend.core.scope import DEVICE_FAMILIES
from backend.core.views.topics import topic_of
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, decoded_body, granted
from backend.identity import TOKEN_LENGTH_MIN, Identity
from backend.openapi import takes
from backend.problem import ProblemError, address_of
from backend.rate import Limits
from backend.store.audit import digest
from backend.store.devices import ASKED_S, Asking, Device, Devices
from backend.store.directory import Directory, token_hash
from backend.wire.messages import ErrorCode, TopicName

BODY_MAX = 16 * 1024
SCOPE_MAX = 64

Topics = Annotated[tuple[TopicName, ...], Meta(max_length=SCOPE_MAX)]


class AskOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The device whose key is shown asks to be let in."""

    wants: Topics = ()
    """What it would speak for; whoever lets it in decides."""


class AskKept(Struct, frozen=True, kw_only=True):
    """The code to show on the device."""

    code: str
    left_s: int
    """At most how long it counts; ask again then."""


class Standing(Struct, frozen=True, kw_only=True):
    """What has become of a device that asked."""

    hall_id: HallId | None
    """The hall it speaks for; None as long as it waits."""
    device_id: str | None
    scope: tuple[str, ...] | None


class EnrolOrder(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Let the device in that shows this code."""

    code: Annotated[str, Meta(max_length=16)]
    device_id: Name
    scope: Annotated[tuple[TopicName, ...], Meta(min_length=1, max_length=SCOPE_MAX)]


_ask_decoder = msgspec.json.Decoder(AskOrder)
_enrol_decoder = msgspec.json.Decoder(EnrolOrder)


@post("/api/enrolments", status_code=HTTPStatus.CREATED)
@takes(_ask_decoder)
async def ask_enrolment(
    request: AnyRequest, devices: NamedDependency[Devices], limits: NamedDependency[Limits]
) -> AskKept:
    """A code under which the device is found; the same one as long as it waits.

    409 for a key that was ever let in: who was sent away comes back as somebody new.
    """
    if not await limits.enrolments.take(address_of(request)):
        detail = "too many devices ask from this address; wait a minute"
        raise ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, detail)
    key = _key_of(request)
    if len(key) < TOKEN_LENGTH_MIN:
        detail = f"a key has at least {TOKEN_LENGTH_MIN} characters"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    order = await decoded_body(request, _ask_decoder, BODY_MAX)
    if await devices.is_known(token_hash(key)):
        detail = "a device with this key was let in before; make a fresh key"
        raise ProblemError(HTTPStatus.CONFLICT, "key_in_use", detail)
    code = await devices.ask(Asking(token_hash=token_hash(key), wants=order.wants))
    return AskKept(code=code, left_s=ASKED_S)


@get("/api/enrolments/mine")
async def my_enrolment(
    request: AnyRequest, directory: NamedDependency[Directory], devices: NamedDependency[Devices]
) -> Standing:
    """What has become of the device whose key is shown; 404 when its code has run out."""
    key = _key_of(request)
    entry = directory.device(key)
    if entry is not None:
        scope = None if entry.scope is None else tuple(sorted(entry.scope))
        return Standing(hall_id=entry.hall_id, device_id=entry.device_id, scope=scope)
    if not await devices.waits(token_hash(key)):
        raise _unknown_code("nobody let this device in; ask again")
    return Standing(hall_id=None, device_id=None, scope=None)


@get("/api/halls/{hall_id:str}/devices")
@audited("device.list", "device", only_denied=True)
async def list_devices(
    request: AnyRequest,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    devices: NamedDependency[Devices],
) -> list[Device]:
    """The devices of the hall, by their names."""
    hall, _ = await granted(request, hall_id, Reading.DEVICES, halls, identity)
    return await devices.listed(hall.hall_id)


@get("/api/halls/{hall_id:str}/enrolments/{code:str}")
@audited("enrolment.read", "enrolment", only_denied=True)
async def one_enrolment(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    code: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    devices: NamedDependency[Devices],
) -> AskOrder:
    """What the device that shows this code asks for; 404 when none shows it."""
    await granted(request, hall_id, Reading.DEVICES, halls, identity)
    asking = await _asking(devices, code)
    return AskOrder(wants=asking.wants)


@post("/api/halls/{hall_id:str}/devices", status_code=HTTPStatus.CREATED)
@audited("device.enrol", "device")
@takes(_enrol_decoder)
async def enrol_device(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    devices: NamedDependency[Devices],
    directory: NamedDependency[Directory],
) -> Response[None]:
    """Let a device in: 201; 404 without such a code; 409 when the name is in use."""
    hall, asker = await granted(request, hall_id, Writing.DEVICE, halls, identity)
    order = await decoded_body(request, _enrol_decoder, BODY_MAX)
    for name in order.scope:
        topic = topic_of(name)
        if topic is None or topic.family not in DEVICE_FAMILIES:
            detail = f"a device cannot speak for {name}"
            raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.MALFORMED, detail)
    asking = await _asking(devices, order.code)
    trail = trail_of(request)
    trail.id = order.device_id
    trail.after = digest({"device_id": order.device_id, "scope": order.scope})
    is_in = await devices.enrol(
        *(_plain(order.code), asking, hall.hall_id, order.device_id),
        scope=order.scope,
        by=asker.by.id,
        note_in=trail.note_in,
    )
    if not is_in:
        detail = f"the hall has a device {order.device_id} already"
        raise ProblemError(HTTPStatus.CONFLICT, "device_in_use", detail)
    await directory.tell_change()
    return Response(None, status_code=HTTPStatus.CREATED)


@delete("/api/halls/{hall_id:str}/devices/{device_id:str}")
@audited("device.revoke", "device")
async def revoke_device(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    device_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    devices: NamedDependency[Devices],
    directory: NamedDependency[Directory],
) -> None:
    """Send a device away: its sockets close within seconds, and its key never counts again."""
    hall, asker = await granted(request, hall_id, Writing.DEVICE, halls, identity)
    if not await devices.revoke(hall.hall_id, device_id, asker.by.id, trail_of(request).note_in):
        detail = f"the hall has no device {device_id}"
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_device", detail)
    await directory.tell_change()


def _key_of(request: AnyRequest) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        detail = "show the device's key"
        raise ProblemError(HTTPStatus.UNAUTHORIZED, ErrorCode.UNAUTHENTICATED, detail)
    return key


async def _asking(devices: Devices, code: str) -> Asking:
    asking = await devices.asking(_plain(code))
    if asking is None:
        raise _unknown_code("no device shows this code, or it has run out")
    return asking


def _plain(code: str) -> str:
    """The code as it was given out, however somebody typed it."""
    return "".join(letter for letter in code.upper() if letter.isalnum())[:16]


def _unknown_code(detail: str) -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, "unknown_code", detail)
