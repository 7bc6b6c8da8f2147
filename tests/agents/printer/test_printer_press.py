import asyncio
import os
import pty
import socket
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import ImageChops

from backend.core.ids import PrinterState, PrintOutcome
from backend.core.views.printer import PrinterJob
from backend.paper import raster
from backend.paper.fonts import Fonts
from backend.paper.layout import layout
from printer_agent import escpos
from printer_agent.ports import DummyPort, FilePort, NetworkPort, Port, SerialPort, port_of
from printer_agent.press import DOTS_A_MM, NotReadyError, Press, PressLimits, Report
from printer_agent.replies import ANSWERS_MAX, Replies, state_of
from tests.agents.printer.samples import PUBLIC_URL, job
from tests.devices.machine import Machine, Trouble
from tests.devices.paper import TOP_MARGIN
from tests.devices.printer import VirtualPrinter
from tests.devices.usb import IN_EP, OUT_EP, PRODUCT, VENDOR, UsbPrinter

PRINTED, UNKNOWN = PrintOutcome.PRINTED, PrintOutcome.UNKNOWN
STATUS_BYTES = 9
"""What is sent before the body: three questions."""
PROCESS_ID_BYTES = 11
"""The question behind it."""
PATIENT = PressLimits(answer_s=5.0, confirm_s=5.0)
BRISK = PressLimits(answer_s=0.4, confirm_s=0.4)
UNHEARD = PressLimits(answer_s=5.0, confirm_s=0.2)
"""For a printer that answers how it is, and otherwise nothing in time."""


class Tried:
    """A press at a virtual printer, and whether the body was begun."""

    def __init__(
        self, port: Port, fonts: Fonts | None, limits: PressLimits, is_raster: bool = True
    ) -> None:
        self.press = Press(port, PUBLIC_URL, 80, fonts, is_raster=is_raster, limits=limits)
        self.begun = 0
        self.report: Report | None = None

    async def print(self, due: PrinterJob) -> Report:
        """What the hub is told; all of it is in `report`."""
        self.report = await asyncio.to_thread(self.press.print, due, self._begin)
        return Report(outcome=self.report.outcome, detail=self.report.detail)

    def _begin(self) -> None:
        self.begun += 1


def at(printer: VirtualPrinter, fonts: Fonts | None, limits: PressLimits = PATIENT) -> Tried:
    return Tried(NetworkPort("127.0.0.1", printer.port, 3.0), fonts, limits)


@pytest.mark.parametrize("is_raster", [True, False])
async def test_ticket_is_printed_and_confirmed(any_fonts: Fonts | None, is_raster: bool) -> None:
    async with VirtualPrinter(fonts=any_fonts) as printer:
        tried = Tried(NetworkPort("127.0.0.1", printer.port), any_fonts, PATIENT, is_raster)
        assert await tried.print(job()) == Report(outcome=PRINTED)
        assert printer.faults == []
        assert len(printer.papers) == 1
        assert tried.begun == 1


@pytest.mark.parametrize("width_mm", [80, 58])
async def test_paper_is_the_picture_that_was_drawn_dot_by_dot(fonts: Fonts, width_mm: int) -> None:
    async with VirtualPrinter(fonts=fonts, width_mm=width_mm) as printer:
        press = Press(NetworkPort("127.0.0.1", printer.port), PUBLIC_URL, width_mm, fonts)
        await asyncio.to_thread(press.print, job(), lambda: None)
        drawn = raster.render(layout(job(), PUBLIC_URL), fonts, width_mm)
        (paper,) = printer.papers
        assert paper.crop((0, 0, *drawn.size)).tobytes() == drawn.tobytes()
        rest = paper.crop((0, drawn.height, *paper.size)).convert("L")
        assert ImageChops.invert(rest).getbbox() is None, "and no more"


@pytest.mark.parametrize(
    "evil",
    [
        b"\x1bp\x00\x19\xfa",  # the drawer
        b"\x1d(A\x02\x00\x00\x02",  # a test page
        b"\x1dV\x00",  # another cut
        b"\x1dv0\x00\xff\xff\x01\x00",  # wider than the head
        b"\x1c.",
        b"\x07",
        b"\xb4\xb0",  # Chinese while it is off
        b"x" * 49,
    ],
)
def test_virtual_printer_takes_no_command_that_we_do_not_use(evil: bytes) -> None:
    machine = Machine(80, None, Trouble(), lambda paper: None, lambda fault: None)
    machine.feed(escpos.INIT + evil + bytes(8))
    assert machine.faults != []


@pytest.mark.parametrize(
    ("trouble", "detail"),
    [
        (Trouble(is_paper_out=True), "paper out"),
        (Trouble(is_cover_open=True), "cover open"),
        (Trouble(is_mute=True), "no answer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_printer_not_ready_gets_no_body(trouble: Trouble, detail: str) -> None:
    async with VirtualPrinter(trouble=replace(trouble)) as printer:
        tried = at(printer, None, BRISK)
        with pytest.raises(NotReadyError, match=f"^{detail}$"):
            await tried.print(job())
        assert tried.begun == 0
        assert printer.bytes_taken <= STATUS_BYTES


async def test_printer_that_is_not_there_is_not_ready() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        tried = Tried(NetworkPort("127.0.0.1", free.getsockname()[1]), None, BRISK)
        with pytest.raises(NotReadyError, match="connecting: ECONNREFUSED"):
            await tried.print(job())


async def test_printer_is_used_again_once_it_is_mended() -> None:
    async with VirtualPrinter(trouble=Trouble(is_paper_out=True)) as printer:
        tried = at(printer, None)
        with pytest.raises(NotReadyError):
            await tried.print(job())
        printer.trouble.is_paper_out = False
        assert (await tried.print(job())).outcome is PRINTED
        assert len(printer.papers) == 1


@pytest.mark.parametrize(
    ("trouble", "detail"),
    [
        (Trouble(out_at_row=300), "paper out"),
        (Trouble(is_out_after_cut=True), "paper out"),
        (Trouble(mute_at_byte=3000), "no answer"),
        (Trouble(mute_at_byte=STATUS_BYTES + 1), "no answer"),
    ],
    ids=["paper-in-body", "paper-after-body", "mute-in-body", "mute-at-body"],
)
async def test_silence_after_the_body_began_is_unknown__I11(
    any_fonts: Fonts | None, trouble: Trouble, detail: str
) -> None:
    async with VirtualPrinter(trouble=replace(trouble)) as printer:
        tried = at(printer, any_fonts, BRISK)
        assert await tried.print(job()) == Report(outcome=UNKNOWN, detail=detail)
        assert tried.begun == 1


async def test_printer_without_process_ids_counts_as_printed_unconfirmed() -> None:
    async with VirtualPrinter(trouble=Trouble(knows_process_id=False)) as printer:
        report = await at(printer, None, UNHEARD).print(job())
        assert (report.outcome, report.detail) == (PRINTED, "unconfirmed")
        assert len(printer.papers) == 1


async def test_low_paper_is_remarked() -> None:
    async with VirtualPrinter(trouble=Trouble(is_paper_low=True)) as printer:
        assert await at(printer, None).print(job()) == Report(outcome=PRINTED, detail="paper low")


@pytest.mark.parametrize("is_raster", [True, False])
async def test_paper_is_counted_as_long_as_it_is__PR3(
    any_fonts: Fonts | None, is_raster: bool
) -> None:
    async with VirtualPrinter(fonts=any_fonts) as printer:
        tried = Tried(NetworkPort("127.0.0.1", printer.port), any_fonts, PATIENT, is_raster)
        await tried.print(job())
        assert tried.report is not None
        to_the_knife_mm = (printer.papers[0].height + TOP_MARGIN) / DOTS_A_MM
        assert abs(tried.report.paper_mm - to_the_knife_mm) < 1


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (Trouble(), PrinterState.READY),
        (Trouble(is_paper_low=True), PrinterState.PAPER_LOW),
        (Trouble(is_paper_out=True), PrinterState.PAPER_OUT),
        (Trouble(is_cover_open=True), PrinterState.COVER_OPEN),
        (Trouble(is_mute=True), PrinterState.GONE),
    ],
    ids=lambda value: str(value) if isinstance(value, PrinterState) else "",
)
async def test_look_tells_how_the_printer_is_and_prints_nothing__PR2(
    trouble: Trouble, state: PrinterState
) -> None:
    async with VirtualPrinter(trouble=replace(trouble)) as printer:
        press = at(printer, None, BRISK).press
        assert await asyncio.to_thread(press.look) is state
        assert await asyncio.to_thread(press.look) is state
        assert printer.bytes_taken <= 2 * STATUS_BYTES
        assert printer.rows == 0


async def test_look_at_a_printer_that_is_not_there_finds_it_gone__PR2() -> None:
    async with VirtualPrinter() as printer:
        press = at(printer, None, BRISK).press
    assert await asyncio.to_thread(press.look) is PrinterState.GONE


async def test_slow_printer_is_waited_for(any_fonts: Fonts | None) -> None:
    async with VirtualPrinter(trouble=Trouble(delay_s=0.03)) as printer:
        assert (await at(printer, any_fonts).print(job())).outcome is PRINTED


@pytest.mark.parametrize("at_byte", [1, 3, 4, 8, 9])
async def test_connection_lost_before_the_body_is_safe_to_retry(at_byte: int) -> None:
    async with VirtualPrinter(trouble=Trouble(drop_at_byte=at_byte)) as printer:
        tried = at(printer, None, PressLimits(answer_s=0.5, confirm_s=5.0))
        report = None
        for _ in range(5):
            try:
                report = await tried.print(job())
                break
            except NotReadyError:
                # Half a question is still in the printer: the next one is lost with it.
                assert tried.begun == 0
        assert report == Report(outcome=PRINTED)


@pytest.mark.parametrize("reboots", [False, True])
@pytest.mark.parametrize("at_byte", [10, 12, 300, 5_000, 9_000, -12, -11, -1])
async def test_connection_lost_in_the_body_is_unknown_and_the_next_ticket_whole__I11(
    any_fonts: Fonts | None, at_byte: int, reboots: bool
) -> None:
    async with VirtualPrinter(fonts=any_fonts) as printer:
        tried = at(printer, any_fonts, PATIENT)
        sent = STATUS_BYTES + sum(map(len, tried.press.body(job()).chunks)) + PROCESS_ID_BYTES
        ends_at = at_byte % sent if at_byte < 0 else at_byte
        if reboots:
            printer.trouble.reboot_at_byte = ends_at
        else:
            printer.trouble.drop_at_byte = ends_at
        report = await tried.print(job())
        assert report.outcome is UNKNOWN
        assert tried.begun == 1
        printer.trouble.is_away = False
        assert await tried.print(job("E024")) == Report(outcome=PRINTED)
        assert len(printer.faults) <= 1  # at most the command that was torn
        codes = [found.text for found in zxingcpp.read_barcodes(printer.papers[-1].convert("L"))]
        assert codes == [f"{PUBLIC_URL}/t/{job('E024').token}"]
        # The torn one lies apart, or had been cut already.
        assert len(printer.papers) <= 2


async def test_printer_that_reboots_is_gone_until_it_is_back__I11_PR2(
    any_fonts: Fonts | None,
) -> None:
    async with VirtualPrinter(fonts=any_fonts, trouble=Trouble(reboot_at_byte=9_000)) as printer:
        tried = at(printer, any_fonts)
        assert (await tried.print(job())).outcome is UNKNOWN
        assert await asyncio.to_thread(tried.press.look) is PrinterState.GONE
        with pytest.raises(NotReadyError):
            await tried.print(job("E024"))
        printer.trouble.is_away = False
        assert await asyncio.to_thread(tried.press.look) is PrinterState.READY
        assert await tried.print(job("E024")) == Report(outcome=PRINTED)
        assert printer.faults == []


@pytest.mark.parametrize(
    ("has_confirmed", "report"),
    [
        (True, Report(outcome=UNKNOWN, detail="not confirmed")),
        (False, Report(outcome=PRINTED, detail="unconfirmed")),
    ],
)
async def test_reboot_that_the_line_outlives_is_unknown_of_a_printer_that_confirms__I11(
    has_confirmed: bool, report: Report
) -> None:
    """It is ready afterwards, and knows nothing of the ticket; of one that was never heard to
    confirm nobody can tell."""
    async with VirtualPrinter() as printer:
        tried = at(printer, None)
        if has_confirmed:
            assert await tried.print(job("E022")) == Report(outcome=PRINTED)
        tried.press.limits = UNHEARD
        sent = STATUS_BYTES + sum(map(len, tried.press.body(job()).chunks)) + PROCESS_ID_BYTES
        printer.trouble.reboot_at_byte = sent // 2
        printer.trouble.lost_bytes = sent - sent // 2
        assert await tried.print(job()) == report
        assert len(printer.papers) == has_confirmed
        assert printer.faults == []


async def test_ticket_that_is_confirmed_late_is_printed() -> None:
    async with VirtualPrinter() as printer:
        tried = at(printer, None)
        assert await tried.print(job()) == Report(outcome=PRINTED)
        tried.press.limits = UNHEARD
        printer.trouble.confirms_late = True
        assert await tried.print(job("E024")) == Report(outcome=PRINTED)


async def test_confirmation_of_another_ticket_confirms_nothing__I11() -> None:
    async with VirtualPrinter(trouble=Trouble(tells_wrong_id=True)) as printer:
        report = await at(printer, None, UNHEARD).print(job())
        assert report == Report(outcome=UNKNOWN, detail="not confirmed")


async def test_printer_that_lies_is_believed_and_a_reprint_comes_out__I11() -> None:
    """Nothing that it answers tells of a head that is broken: that takes a person, and 补打."""
    async with VirtualPrinter(trouble=Trouble(prints_nothing=True)) as printer:
        tried = at(printer, None)
        assert await tried.print(job()) == Report(outcome=PRINTED)
        assert printer.papers == []
        printer.trouble.prints_nothing = False
        assert await tried.print(job(copy=1)) == Report(outcome=PRINTED)
        assert len(printer.papers) == 1


async def test_body_is_not_begun_when_it_cannot_be_recorded__I11() -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    async with VirtualPrinter() as printer:
        press = at(printer, None).press
        with pytest.raises(OSError, match="No space"):
            await asyncio.to_thread(press.print, job(), full)
        assert printer.bytes_taken == STATUS_BYTES


def test_file_gets_every_ticket(tmp_path: Path) -> None:
    press = Press(FilePort(tmp_path / "tickets"), PUBLIC_URL, 80, None)
    for number in ("A001", "A002"):
        report = press.print(job(number), lambda: None)
        assert (report.outcome, report.detail) == (PRINTED, "unconfirmed")
    assert (tmp_path / "tickets").read_bytes().count(escpos.CUT) == 2


def test_device_file_that_takes_nothing_does_not_hang(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("printer_agent.ports.TIMEOUT_S", 0.1)
    path = tmp_path / "lp0"
    os.mkfifo(path)
    press = Press(FilePort(path), PUBLIC_URL, 80, None)
    with pytest.raises(NotReadyError):
        press.print(job(), lambda: None)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    small = Press(FilePort(path), PUBLIC_URL, 80, None)
    report = None
    for _ in range(20):  # the pipe holds a few tickets
        report = small.print(job(), lambda: None)
        if report.outcome is UNKNOWN:
            break
    os.close(reader)
    assert report is not None
    assert (report.outcome, report.detail) == (UNKNOWN, "sending: timed out")


def test_dummy_takes_everything() -> None:
    port = DummyPort()
    report = Press(port, PUBLIC_URL, 80, None).print(job(), lambda: None)
    assert (report.outcome, report.detail) == (PRINTED, "unconfirmed")
    assert port.output.endswith(escpos.CUT)


@pytest.fixture
def usb_printer(monkeypatch: pytest.MonkeyPatch) -> UsbPrinter:
    """The only device of the bus."""
    printer = UsbPrinter()
    monkeypatch.setattr("usb.backend.libusb1.get_backend", lambda: printer)
    return printer


@pytest.mark.parametrize("endpoints", ["", f":{IN_EP:x}:{OUT_EP:x}"])
def test_usb_is_confirmed_too(usb_printer: UsbPrinter, endpoints: str) -> None:
    press = Press(
        port_of(f"usb:{VENDOR:x}:{PRODUCT:x}{endpoints}"), PUBLIC_URL, 80, None, limits=BRISK
    )
    for number in ("E023", "E024"):
        assert press.look() is PrinterState.READY
        report = press.print(job(number), lambda: None)
        assert (report.outcome, report.detail) == (PRINTED, "")
    assert len(usb_printer.papers) == 2
    assert usb_printer.machine.faults == []


def test_usb_unplugged_in_the_body_is_unknown_and_plugged_in_prints__I11_PR2(
    usb_printer: UsbPrinter,
) -> None:
    press = Press(port_of(f"usb:{VENDOR:x}:{PRODUCT:x}"), PUBLIC_URL, 80, None, limits=BRISK)
    usb_printer.unplugs_at_byte = 5_000
    report = press.print(job(), lambda: None)
    assert (report.outcome, report.detail) == (UNKNOWN, "sending: ENODEV")
    assert press.look() is PrinterState.GONE
    with pytest.raises(NotReadyError, match="opening"):
        press.print(job("E024"), lambda: None)
    usb_printer.is_plugged = True
    usb_printer.machine.reboot(0)
    assert press.look() is PrinterState.READY
    assert press.print(job("E024"), lambda: None).outcome is PRINTED
    assert len(usb_printer.papers) == 2, "the torn one lies apart"
    assert usb_printer.machine.faults == []


async def test_serial_line_is_confirmed_too() -> None:
    """A pseudo-terminal stands for the line; a relay for its other end."""
    ours, theirs = pty.openpty()
    path = os.ttyname(theirs)
    async with VirtualPrinter() as printer:
        reader, writer = await asyncio.open_connection("127.0.0.1", printer.port)
        loop = asyncio.get_running_loop()
        loop.add_reader(ours, lambda: writer.write(os.read(ours, 4096)))

        async def back() -> None:
            while data := await reader.read(64):
                os.write(ours, data)

        relay = asyncio.create_task(back())
        port = SerialPort(path)
        tried = Tried(port, None, PATIENT)
        reports = [await tried.print(job()), await tried.print(job("E024"))]
        port._disconnect()
        loop.remove_reader(ours)
        relay.cancel()
        writer.close()
        assert reports == [Report(outcome=PRINTED)] * 2
        assert printer.faults == []
        assert len(printer.papers) == 2
    os.close(theirs)
    os.close(ours)


@pytest.mark.parametrize(
    "address",
    ["", "network:", "network:h:x", "usb:04b8", "usb:zz:1", "serial:", "file:", "dummy:x", "lpt:1"],
)
def test_wrong_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        port_of(address)


@pytest.mark.parametrize(
    "address",
    ["network:h", "network:h:9101", "usb:04b8:0202", "usb:04b8:0202:82:01", "dummy:", "file:/x:y"],
)
def test_address_names_a_port(address: str) -> None:
    assert port_of(address) is not None


def test_printer_that_babbles_is_not_remembered_without_end() -> None:
    replies = Replies()
    for _ in range(100):
        replies.feed(b"\x12" * 50 + b"\x37\x22ABCD\x00" * 50)
    assert len(replies.process_ids) <= ANSWERS_MAX
    statuses = [replies.take_status() for _ in range(ANSWERS_MAX + 1)]
    assert statuses == [0x12] * ANSWERS_MAX + [None]


def test_answers_are_sorted_out_of_the_stream() -> None:
    replies = Replies()
    replies.feed(b"\x11\x13\xff\x12" + b"\x37\x22AB")
    assert replies.take_status() == 0x12
    assert replies.process_ids == []
    replies.feed(b"\x12\x16\x00\x1a")
    assert replies.process_ids == [b"AB\x12\x16"]
    assert replies.take_status() == 0x1A
    assert replies.take_status() is None


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ((0x12, 0x12, 0x12), PrinterState.READY),
        ((0x12, 0x12, 0x1E), PrinterState.PAPER_LOW),
        ((0x1A, 0x16, 0x12), PrinterState.COVER_OPEN),
        ((0x1A, 0x36, 0x7E), PrinterState.COVER_OPEN),
        ((0x1A, 0x32, 0x72), PrinterState.PAPER_OUT),
        ((0x12, 0x12, 0x72), PrinterState.PAPER_OUT),
        ((0x1A, 0x52, 0x12), PrinterState.ERROR),
        ((0x1A, 0x12, 0x12), PrinterState.OFFLINE),
    ],
)
def test_status_tells_how_the_printer_is__PR2(
    statuses: tuple[int, int, int], state: PrinterState
) -> None:
    assert state_of(*statuses) is state


def test_process_id_is_four_printable_characters() -> None:
    ids = {escpos.process_id(f"20261123-A{n:03}-1") for n in range(500)}
    assert len(ids) > 498
    assert all(len(found) == 4 and found.isalnum() for found in ids)
