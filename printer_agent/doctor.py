"""Looks at all that printing needs, says what to do about what is wrong, prints a test ticket."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from urllib.parse import urlsplit

from backend.client import Client, RejectedError, UnansweredError
from backend.client.findings import Finding, Verdict, folder_finding, rejected_finding
from backend.core.ids import (
    JobId,
    PrinterId,
    PrinterState,
    PrintOutcome,
    Text,
    TicketClass,
    TicketId,
    TicketToken,
)
from backend.core.views.printer import PrinterJob, PrinterView
from backend.paper.fonts import Fonts
from backend.wire.messages import ErrorCode
from printer_agent.options import Device, Options
from printer_agent.ports import TIMED_OUT, UNKNOWN_HOST, PortError
from printer_agent.press import UNCONFIRMED, NotReadyError, Press, press_of
from printer_agent.spool import SpoolBusyError, lock

ANSWER_MAX_S = 5.0
CLOCK_MAX_S = 60.0
"""The hub's time stands on tickets; ours is only in the logs."""
FREE_MIN = 100 * 1024 * 1024


TODO = {
    PrinterState.PAPER_LOW: ("纸快用完：请备好纸卷", "paper low: have a new roll ready"),
    PrinterState.PAPER_OUT: ("缺纸：请换纸卷", "out of paper: put in a new roll"),
    PrinterState.COVER_OPEN: ("上盖没合好：请合上", "cover open: close it"),
    PrinterState.ERROR: (
        "报告故障：请打开上盖清除卡纸，再关机开机",
        "reports an error: open it, clear the paper's way, switch it off and on",
    ),
    PrinterState.OFFLINE: ("脱机：请按联机键", "offline: press its online key"),
    PrinterState.GONE: (
        "连上了，但不回答状态查询：请关机再开；仍不回答时，核对这是不是那台打印机、接口是否双向",
        "reached, but does not answer how it is: switch it off and on; then check that this is the"
        " printer, and that its interface goes both ways",
    ),
}
_NOT_THERE = (
    "这个地址没有设备：请检查电源、网线，并打印一张打印机自检页核对地址",
    "nothing at this address: check power and cable, and the address on the printer's self-test",
)
_NOT_PLUGGED = (
    "没有这个设备：请检查电源和连接线；USB 的编号用 lsusb 查看",
    "no such device: check power and cable; lsusb tells the numbers of USB ones",
)
_NO_RIGHT = (
    "没有读写权限：请把运行本程序的用户加入 lp、dialout 组，再重新登录",
    "no right to use it: put this program's user into the groups lp and dialout, sign in again",
)
WAYS = {
    "ECONNREFUSED": (
        "那里有设备，但不接受打印连接：请核对地址和端口（一般是 9100），在打印机上打开 RAW 打印",
        "something is there, but takes no connection: check address and port (mostly 9100), and"
        " switch RAW printing on at the printer",
    ),
    TIMED_OUT: _NOT_THERE,
    "ETIMEDOUT": _NOT_THERE,
    "EHOSTUNREACH": _NOT_THERE,
    "ENETUNREACH": (
        "本机没有通往这个地址的网络：请检查本机的网线和网段",
        "this PC has no network to that address: check its own cable and subnet",
    ),
    UNKNOWN_HOST: ("找不到这个名称：请改用 IP 地址", "nobody knows this name: use the IP address"),
    "ENOENT": _NOT_PLUGGED,
    "ENODEV": _NOT_PLUGGED,
    "ENXIO": _NOT_PLUGGED,
    "DeviceNotFoundError": _NOT_PLUGGED,
    "NoBackendError": (
        "本机没有 libusb：请安装 libusb-1.0-0",
        "this PC has no libusb: install libusb-1.0-0",
    ),
    "EACCES": _NO_RIGHT,
    "EPERM": _NO_RIGHT,
    "EBUSY": (
        "正被别的程序占用：请停止它（多半是系统的打印服务 CUPS）",
        "another program has it: stop that one, most likely the system's printing service, CUPS",
    ),
}
"""By why there is no way to a printer."""


async def examine(options: Options, fonts: Fonts | None) -> AsyncIterator[Finding]:
    """What is found, one after another; a test ticket comes out of every printer that prints."""
    yield folder_finding("spool", options.spool, FREE_MIN)
    yield _fonts(options, fonts)
    async for finding in _network(options):
        yield finding
    try:
        with lock(options.spool):
            for printer_id, device in options.printers.items():
                press = press_of(device, options.public_url, fonts)
                yield await asyncio.to_thread(_printer, printer_id, device, press)
    except SpoolBusyError:
        yield Finding(
            Verdict.WARNING,
            "printers",
            "打印程序正在运行，没有打印测试票：停止它再试，或看大厅的“设备”",
            "the agent is running, so no test ticket: stop it first, or look at the hall's devices",
        )
    except OSError:
        return  # told by the look at the spool


def _fonts(options: Options, fonts: Fonts | None) -> Finding:
    part = "fonts"
    if fonts is not None:
        return Finding(Verdict.GOOD, part, "有中文字体", "Chinese typeface found")
    if all(not device.is_raster for device in options.printers.values()):
        return Finding(Verdict.GOOD, part, "文本方式不用字体", "text mode needs no typeface")
    return Finding(
        Verdict.WARNING,
        part,
        "没有中文字体，改用打印机自带汉字：请安装 fonts-noto-cjk，或用 --font-dir 指明",
        "no Chinese typeface, so the printer's own is used: install fonts-noto-cjk or --font-dir",
    )


async def _network(options: Options) -> AsyncIterator[Finding]:
    part, host = "network", urlsplit(options.url).netloc
    if options.token is None:
        yield Finding(
            Verdict.BAD,
            part,
            "没有凭据：先让打印程序带 --key-file 运行，在 /ops/devices 输入它日志里的代码",
            "no key: first run the agent with --key-file, and enter the code in its log at"
            " /ops/devices",
        )
        return
    async with Client(options.url, options.hall_id, token=options.token, name="doctor") as client:
        try:
            await client.connected(ANSWER_MAX_S)
        except RejectedError as error:
            yield rejected_finding(error, options.hall_id)
            return
        except UnansweredError:
            yield Finding(
                Verdict.BAD,
                part,
                f"连不上 {host}：请检查网线、地址和服务器",
                f"no way to {host}: check cable, address and server",
            )
            return
        yield Finding(Verdict.GOOD, part, f"已连接 {host}", f"connected to {host}")
        yield _clock((client.server_now() - datetime.now(UTC)).total_seconds())
        for printer_id in options.printers:
            yield await _topic(client, printer_id)


def _clock(ahead_s: float) -> Finding:
    if abs(ahead_s) <= CLOCK_MAX_S:
        return Finding(Verdict.GOOD, "clock", "时间一致", "agrees with the hub")
    return Finding(
        Verdict.WARNING,
        "clock",
        f"本机与服务器相差 {abs(ahead_s):.0f} 秒：请打开网络校时（号票按服务器时间）",
        f"{abs(ahead_s):.0f} s off the hub's: switch network time on (tickets carry the hub's)",
    )


async def _topic(client: Client, printer_id: PrinterId) -> Finding:
    part = f"{printer_id} jobs"
    try:
        async with asyncio.timeout(ANSWER_MAX_S):
            async for show in client.watch(f"printer:{printer_id}"):
                assert isinstance(show.view, PrinterView)
                due = len(show.view.jobs)
                break
    except RejectedError as error:
        zh, en = (
            (f"大厅没有打印机 {printer_id}", f"the hall has no printer {printer_id}")
            if error.code is ErrorCode.UNKNOWN_TOPIC
            else ("本机没有登记为它打印", "this device was not let in for it")
        )
        return Finding(
            Verdict.BAD,
            part,
            f"{zh}：请核对 --printer、/ops/plans 的取号机和 /ops/devices",
            f"{en}: compare --printer with the kiosks in /ops/plans, and with /ops/devices",
        )
    except TimeoutError:
        return Finding(
            Verdict.BAD, part, "等不到它的号票：请再试一次", "its tickets did not come: try again"
        )
    return Finding(Verdict.GOOD, part, f"能收到号票，待打印 {due}", f"tickets are shown, {due} due")


def _printer(printer_id: PrinterId, device: Device, press: Press) -> Finding:
    """Print a test ticket if the printer can; blocking."""
    part, at = f"{printer_id}", device.address
    try:
        report = press.print(test_job(printer_id), lambda: None)
    except NotReadyError as error:
        zh, en = _obstacle(error)
        return Finding(Verdict.BAD, part, f"{at} {zh}", f"{at} {en}")
    if report.outcome is not PrintOutcome.PRINTED:
        return Finding(
            Verdict.BAD,
            part,
            f"{at} 测试票没有打完（{report.detail}）：请看打印机上有没有半张纸",
            f"{at} the test ticket was not finished ({report.detail}): look for half a ticket",
        )
    if report.state in TODO:
        zh, en = TODO[report.state]
        return Finding(
            Verdict.WARNING, part, f"{at} 已打印测试票；{zh}", f"{at} test ticket printed; {en}"
        )
    if report.detail == UNCONFIRMED:
        return Finding(
            Verdict.WARNING,
            part,
            f"{at} 测试票已发出，但这台打印机不能确认打完：请看纸出来没有",
            f"{at} test ticket sent, but this printer cannot confirm: look whether it came out",
        )
    return Finding(
        Verdict.GOOD,
        part,
        f"{at} 已打印测试票：请看字、二维码和切纸",
        f"{at} test ticket printed: look at its words, its code and its cut",
    )


def _obstacle(error: NotReadyError) -> tuple[str, str]:
    """What to do about a printer that took nothing."""
    cause = error.__cause__
    if not isinstance(cause, PortError):
        return TODO[error.state]
    return WAYS.get(
        cause.reason,
        (
            f"用不了（{cause}）：请检查电源和连接线",
            f"cannot be used ({cause}): check power and cable",
        ),
    )


def test_job(printer_id: PrinterId) -> PrinterJob:
    """A ticket that nobody takes for one."""
    words = Text(zh="打印测试，不是号票", en="Printer test, not a ticket")
    return PrinterJob(
        job_id=JobId(f"test-{printer_id}"),
        ticket_id=TicketId("test"),
        number="TEST",
        token=TicketToken("test"),
        hall_name=words,
        zone_name=Text(zh=str(printer_id), en="printer"),
        queue_name=words,
        service_names=(),
        ticket_class=TicketClass.ORDINARY,
        kiosk_id=None,
        time_zone="Asia/Shanghai",
        issued_at=datetime.now(UTC),
        copy=0,
        ahead=0,
        wait_min_s=0,
        wait_max_s=300,
        counter_nos=(),
        return_places=0,
        returns_max=0,
    )
