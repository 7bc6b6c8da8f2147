"""A device asks to be let in, and waits until somebody has entered its code (EN2)."""

import asyncio
import os
import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from tempfile import NamedTemporaryFile

from msgspec import Struct

from backend.client.errors import HttpError
from backend.client.http import ask_json

POLL_S = 2.0
REVOKED_POLL_S = 30.0


class Enrolled(Struct, frozen=True, kw_only=True):
    """What the device may speak for from now on."""

    hall_id: str | None
    device_id: str | None
    scope: tuple[str, ...] | None


class _Asked(Struct, frozen=True, kw_only=True):
    code: str
    left_s: int


def device_key(path: Path) -> str:
    """The device's own key, made when there is none; readable by its owner only."""
    with suppress(FileNotFoundError, UnicodeDecodeError):
        if key := path.read_text("ascii").strip():
            return key
    key = secrets.token_urlsafe(32)
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=path.parent, prefix=".key-", delete=False) as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(path)  # whole or not at all
    return key


def forget_key(path: Path) -> None:
    """Drop the key: the next one is that of a new device."""
    path.unlink(missing_ok=True)


async def enrol(
    url: str,
    key_path: Path,
    wants: Sequence[str],
    show: Callable[[str | None], None],
    *,
    poll_s: float = POLL_S,
) -> Enrolled:
    """What the hall let the device in for that has the key at `key_path`; waits for it, for ever.

    `show` is given each new code, and None when the hall cannot be reached.  A key that was sent
    away is replaced by a fresh one.
    """
    code: str | None = ""
    while True:
        key = device_key(key_path)
        try:
            found = await ask_json(f"{url}/api/enrolments/mine", None, Enrolled, token=key)
            if found.hall_id is not None:
                return found
            does_wait = True
        except HttpError:
            does_wait = False
        if not (code and does_wait):
            before = code
            try:
                code = await _ask(url, key, wants)
            except HttpError as error:
                code = None
                if error.status == HTTPStatus.CONFLICT:
                    forget_key(key_path)
                    continue
            if code != before:
                show(code)
        await asyncio.sleep(poll_s)


async def until_sent_away(url: str, key_path: Path, *, poll_s: float = REVOKED_POLL_S) -> None:
    """Wait until the hall says that this key counts no more."""
    while True:
        await asyncio.sleep(poll_s)
        try:
            await ask_json(f"{url}/api/enrolments/mine", None, Enrolled, token=device_key(key_path))
        except HttpError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return


async def _ask(url: str, key: str, wants: Sequence[str]) -> str:
    """The code to show.  Raises HttpError."""
    asked = await ask_json(f"{url}/api/enrolments", {"wants": list(wants)}, _Asked, token=key)
    return asked.code
