"""What an agent's `doctor` reports, and the looks that all of them take."""

import os
import shutil
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from backend.client.errors import RejectedError
from backend.wire.close_codes import CloseCode

NO_HALL = (404, CloseCode.UNKNOWN_HALL)
"""How a hub ends a link to a hall that it does not have: by HTTP, or later."""


class Verdict(StrEnum):
    """How something is."""

    GOOD = "✓"
    WARNING = "!"
    """The agent works, though not as it could."""
    BAD = "✗"


class Finding(Struct, frozen=True):
    """One line of the report, in both languages; of what is wrong it says what to do."""

    verdict: Verdict
    part: str
    zh: str
    en: str


def folder_finding(part: str, folder: Path, free_min: int) -> Finding:
    """Whether the folder, made if need be, can be written, and `free_min` bytes are left there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".doctor.{os.getpid()}"
        probe.write_bytes(b"x")
        probe.unlink()
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return Finding(
            Verdict.BAD,
            part,
            f"{folder} 不能写入（{error.strerror}）：请换一个目录，或把它交给运行本程序的用户",
            f"{folder} cannot be written ({error.strerror}): choose another, or give it to the"
            " user that runs this program",
        )
    if free < free_min:
        return Finding(
            Verdict.WARNING,
            part,
            f"{folder} 只剩 {free >> 20} MB：请清理磁盘",
            f"{folder} has {free >> 20} MB left: make room on the disk",
        )
    return Finding(Verdict.GOOD, part, f"{folder} 可用", f"{folder} can be used")


def rejected_finding(error: RejectedError, hall_id: str) -> Finding:
    """Why the hub will not have this device at all."""
    if error.close_code in NO_HALL:
        return Finding(
            Verdict.BAD,
            "network",
            f"服务器上没有大厅 {hall_id}：请检查 --hall",
            f"the hub has no hall {hall_id}: check --hall",
        )
    return Finding(
        Verdict.BAD,
        "network",
        f"服务器不认本机的凭据：没有登记、已作废，或不属于大厅 {hall_id}；请看 /ops/devices",
        "the hub does not know this device's key: not let in yet, sent away, or of another hall"
        f" than {hall_id}; see /ops/devices",
    )
