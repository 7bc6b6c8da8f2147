"""The programs as they are started."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path

import pytest

from backend.core.ids import PrinterId
from printer_agent.options import options_from
from printer_agent.ports import NetworkPort
from printer_agent.press import Press
from tests.agents.printer.conftest import ROOT
from tests.agents.printer.samples import PUBLIC_URL, job
from tests.devices.printer import VirtualPrinter

TOKEN = "s3cret-device-token"
AGENT = ("printer_agent", "--url", "http://127.0.0.1:9", "--hall", "main", "--printer", "P1=dummy:")


async def start(*arguments: str, **variables: str) -> Process:
    environment = os.environ | {"YIZHAN_TOKEN": TOKEN} | variables
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, cwd=ROOT, env=environment, stdout=PIPE, stderr=PIPE
    )


async def line_with(process: Process, words: str) -> str:
    assert process.stderr is not None
    async with asyncio.timeout(30):
        while line := (await process.stderr.readline()).decode():
            if words in line:
                return line
    raise AssertionError(f"ended without {words}")


async def test_agent_waits_for_the_hub_and_stops_when_told(tmp_path: Path) -> None:
    process = await start(*AGENT, "--spool", str(tmp_path))
    said = await line_with(process, '"started"')
    said += await line_with(process, "no link to")
    process.send_signal(signal.SIGTERM)
    _, rest = await asyncio.wait_for(process.communicate(), 10)
    assert process.returncode == 0
    assert TOKEN not in said + rest.decode()


async def test_doctor_prints_a_test_ticket_and_tells_what_to_do(tmp_path: Path) -> None:
    async with VirtualPrinter() as printer:
        words = (*AGENT, "--printer", f"P2=network:127.0.0.1:{printer.port}")
        process = await start(*words, "doctor", "--spool", str(tmp_path))
        out, err = await asyncio.wait_for(process.communicate(), 30)
        said = out.decode()
        assert process.returncode == 1, err
        assert "✓ spool" in said
        assert "✗ network" in said
        assert "check cable, address and server" in said
        assert "✓ P2" in said
        assert (len(printer.papers), printer.faults) == (1, [])
        printer.trouble.is_cover_open = True
        process = await start(*words, "doctor", "--spool", str(tmp_path))
        out, _ = await asyncio.wait_for(process.communicate(), 30)
        assert "上盖没合好：请合上" in out.decode()
        assert "close it" in out.decode()


async def test_second_agent_on_a_spool_does_not_start__I11(tmp_path: Path) -> None:
    first = await start(*AGENT, "--spool", str(tmp_path))
    await line_with(first, '"started"')
    second = await start(*AGENT, "--spool", str(tmp_path))
    assert "another printer agent" in await line_with(second, "cannot_start")
    assert await asyncio.wait_for(second.wait(), 10) == 2
    first.terminate()
    assert await asyncio.wait_for(first.wait(), 10) == 0


async def test_virtual_printers_tell_their_ports_and_make_pictures(tmp_path: Path) -> None:
    process = await start(
        "tests.devices.printer", "--out", str(tmp_path), "--listen", "P1=0", "--listen", "P2=0"
    )
    assert process.stdout is not None
    async with asyncio.timeout(30):
        lines = [(await process.stdout.readline()).decode().strip() for _ in range(2)]
    ports = dict(line.split("=") for line in lines)
    assert list(ports) == ["P1", "P2"]
    press = Press(NetworkPort("127.0.0.1", int(ports["P2"])), PUBLIC_URL, 80, None)
    for number in ("A001", "A002"):
        await asyncio.to_thread(press.print, job(number), lambda: None)
    process.terminate()
    await asyncio.wait_for(process.wait(), 10)
    names = sorted(path.name[:5] for path in (tmp_path / "P2").iterdir())
    assert names == ["0001-", "0002-"]
    assert list((tmp_path / "P1").iterdir()) == []


def test_options_name_printers_and_paper() -> None:
    words = [*AGENT[1:], "--spool", "/s", "--printer", "P2=serial:/dev/x:9600"]
    narrow = "P3=network:h,58mm,text,qr=drawn,roll=50"
    options = options_from([*words, "--printer", narrow])
    found = {printer: options.printers[PrinterId(printer)] for printer in ("P1", "P2", "P3")}
    assert [device.address for device in found.values()] == [
        "dummy:",
        "serial:/dev/x:9600",
        "network:h",
    ]
    assert [device.paper_width_mm for device in found.values()] == [80, 80, 58]
    assert [device.is_raster for device in found.values()] == [True, False, False]
    assert [device.is_qr_native for device in found.values()] == [True, True, False]
    assert [device.roll_mm for device in found.values()] == [None, None, 50_000.0]
    assert options.public_url == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    "printer",
    [
        "P1=dummy:",
        "P2",
        "../x=dummy:",
        "P2=lpt:1",
        "=dummy:",
        "P2=dummy:,76mm",
        "P2=dummy:,roll=0",
        "P2=dummy:,qr=",
        "P2=dummy:,",
    ],
)
def test_wrong_printer_is_refused(printer: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        options_from([*AGENT[1:], "--spool", "/s", "--printer", printer])
    assert left.value.code == 2
    assert capsys.readouterr().err


async def test_start_leaves_nothing_in_the_directory_for_temporary_files(tmp_path: Path) -> None:
    process = await start("printer_agent", "--help", TMPDIR=str(tmp_path))
    await process.communicate()
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []
