"""What the doctor says, as whoever stands before the printer reads it."""

from dataclasses import replace
from pathlib import Path

import pytest

from backend.client.findings import Finding, Verdict
from backend.wire.messages import ErrorCode, Fault
from printer_agent.doctor import examine
from printer_agent.options import options_from
from tests.client.wire_hub import wire_hub
from tests.devices.machine import Trouble
from tests.devices.printer import VirtualPrinter

NOBODY = "http://127.0.0.1:9"


async def found_by_doctor(
    spool: Path, address: str, monkeypatch: pytest.MonkeyPatch, url: str | None = None
) -> dict[str, Finding]:
    """The findings by part; without a hub there is no token either, and nobody is waited for."""
    monkeypatch.setenv("YIZHAN_TOKEN", "" if url is None else "t")
    words = ["doctor", "--url", url or NOBODY, "--hall", "main", "--spool", str(spool)]
    options = options_from([*words, "--printer", f"P1={address},text"])
    return {finding.part: finding async for finding in examine(options, None)}


@pytest.mark.parametrize(
    ("trouble", "verdict", "words"),
    [
        (Trouble(), Verdict.GOOD, "look at its words"),
        (Trouble(is_paper_low=True), Verdict.WARNING, "have a new roll ready"),
        (Trouble(knows_process_id=False), Verdict.WARNING, "look whether it came out"),
        (Trouble(is_paper_out=True), Verdict.BAD, "put in a new roll"),
        (Trouble(is_cover_open=True), Verdict.BAD, "close it"),
        (Trouble(is_mute=True), Verdict.BAD, "switch it off and on"),
        (Trouble(out_at_row=200), Verdict.BAD, "look for half a ticket"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_doctor_tells_what_to_do_at_a_printer(
    trouble: Trouble,
    verdict: Verdict,
    words: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with VirtualPrinter(trouble=replace(trouble)) as printer:
        found = await found_by_doctor(tmp_path, f"network:127.0.0.1:{printer.port}", monkeypatch)
        assert found["P1"].verdict is verdict
        assert words in found["P1"].en
        assert printer.faults == []


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("network:127.0.0.1:1", "takes no connection"),
        ("network:printer.invalid", "use the IP address"),
        ("serial:/dev/not-there", "no such device"),
        ("file:/dev/not/there", "no such device"),
    ],
)
async def test_doctor_tells_why_there_is_no_way_to_a_printer(
    address: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await found_by_doctor(tmp_path, address, monkeypatch)
    assert found["P1"].verdict is Verdict.BAD
    assert words in found["P1"].en


@pytest.mark.parametrize(
    ("deny_with", "words"), [(401, "see /ops/devices"), (404, "no hall main: check --hall")]
)
async def test_doctor_tells_why_the_hub_will_not_have_it(
    deny_with: int, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wire_hub() as hub:
        hub.deny_with = deny_with
        found = await found_by_doctor(tmp_path, "dummy:", monkeypatch, hub.url)
    assert found["network"].verdict is Verdict.BAD
    assert words in found["network"].en


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (ErrorCode.UNKNOWN_TOPIC, "the hall has no printer P1"),
        (ErrorCode.FORBIDDEN, "was not let in for it"),
    ],
)
async def test_doctor_tells_why_no_tickets_are_shown(
    code: ErrorCode, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with wire_hub() as hub:
        hub.shows["printer:P1"] = Fault(code=code, detail="", id=None, topic="printer:P1")
        found = await found_by_doctor(tmp_path, "dummy:", monkeypatch, hub.url)
    assert found["network"].verdict is Verdict.GOOD
    assert found["P1 jobs"].verdict is Verdict.BAD
    assert words in found["P1 jobs"].en


async def test_doctor_says_how_to_get_a_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await found_by_doctor(tmp_path, "dummy:", monkeypatch)
    assert "run the agent with --key-file" in found["network"].en


async def test_doctor_names_the_library_that_usb_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in ("libusb1", "libusb0", "openusb"):
        monkeypatch.setattr(f"usb.backend.{library}.get_backend", lambda: None)
    found = await found_by_doctor(tmp_path, "usb:04b8:0e15", monkeypatch)
    assert found["P1"].verdict is Verdict.BAD
    assert "install libusb-1.0-0" in found["P1"].en
