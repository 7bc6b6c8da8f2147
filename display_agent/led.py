"""LED lines above counters: 16 columns over a serial line (docs/voice.md).

A frame is STX, two digits of address, the text in GBK filled up with spaces to 16 bytes, ETX, and
two hexadecimal digits: the exclusive or of everything between STX and ETX.  Nothing is answered.
"""

import asyncio
import logging
import os
import termios
import tty
from collections.abc import Callable
from functools import reduce
from operator import xor
from pathlib import Path
from threading import Lock
from typing import Protocol

from msgspec import Struct

from backend.client import Client, RejectedError
from backend.core.views.counter_screen import CounterScreenView

COLUMNS = 16
"""A Chinese character takes two, as it takes two bytes."""
REPEAT_S = 5.0
"""A strip that was switched on later shows the line after so long."""
STALE_S = 8.0
"""Without a hub for so long, the line may be wrong: I10 allows 10 s."""
STALE_LINE = "信号中断 请稍候"
TICK_S = 0.5
REFUSED_WAIT_S = 30.0
BAUDS = {
    2400: termios.B2400,
    4800: termios.B4800,
    9600: termios.B9600,
    19200: termios.B19200,
    38400: termios.B38400,
    115200: termios.B115200,
}

_STX, _ETX = b"\x02", b"\x03"
_log = logging.getLogger("yizhan.display.led")


class LedChoice(Struct, frozen=True, kw_only=True):
    """Which counter's line goes where."""

    counter_id: str
    device: str
    """A serial device, or `file:` and a path: the dummy."""
    address: int


def parse_led(text: str) -> LedChoice:
    """Read `W05=/dev/ttyUSB0`, `W05=/dev/ttyUSB0@3` or `W05=file:led.bin`.  Raises ValueError."""
    counter_id, equals, rest = text.partition("=")
    device, at, address = rest.partition("@")
    if not (counter_id and equals and device) or (at and not address.isdecimal()):
        raise ValueError(f"an LED line is written W05=/dev/ttyUSB0@1, not {text}")
    number = int(address) if at else 1
    if not 1 <= number <= 99:
        raise ValueError(f"an LED line's address is 1 to 99, not {number}")
    return LedChoice(counter_id=counter_id, device=device, address=number)


def frame(address: int, line: str) -> bytes:
    """What is sent for a line; what does not fit is cut off between two characters."""
    text = b""
    for sign in line:
        raw = sign.encode("gbk", errors="replace")
        if len(text) + len(raw) > COLUMNS:
            break
        text += raw if raw >= b" " else b" "
    body = f"{address:02d}".encode() + text.ljust(COLUMNS)
    return _STX + body + _ETX + f"{reduce(xor, body):02X}".encode()


class Port(Protocol):
    """Where frames go."""

    def write(self, data: bytes) -> None:
        """Send all of it.  Raises OSError."""
        ...


class FilePort:
    """The dummy: a file that always holds the newest frame."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = Lock()

    def write(self, data: bytes) -> None:
        """Put the frame in place of the one before."""
        aside = self._path.with_name(f".{self._path.name}.new")
        with self._turn:
            aside.write_bytes(data)
            aside.rename(self._path)


class SerialPort:
    """A serial line, 8 bits, no parity, one stop bit; opened again after it was pulled out."""

    def __init__(self, path: str, baud: int) -> None:
        self._path = path
        self._speed = BAUDS[baud]
        self._file: int | None = None
        self._turn = Lock()
        """Strips on one line send from threads of their own: one frame after another."""

    def write(self, data: bytes) -> None:
        """Send all of it; a line that fails is closed.  Raises OSError."""
        with self._turn:
            try:
                if self._file is None:
                    self._file = self._open()
                while data:
                    data = data[os.write(self._file, data) :]
            except (OSError, termios.error) as error:
                self.close()
                raise OSError(f"{self._path}: {error}") from error

    def close(self) -> None:
        """Let go of the line."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)

    def _open(self) -> int:
        file = os.open(self._path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        try:
            tty.setraw(file, termios.TCSANOW)
            settings = termios.tcgetattr(file)
            settings[2] = termios.CS8 | termios.CREAD | termios.CLOCAL
            settings[4] = settings[5] = self._speed
            termios.tcsetattr(file, termios.TCSANOW, settings)
        except termios.error:
            os.close(file)
            raise
        return file


def open_port(device: str, baud: int) -> Port:
    """The port of a `LedChoice.device`; nothing is opened yet."""
    if device.startswith("file:"):
        return FilePort(Path(device.removeprefix("file:")))
    return SerialPort(device, baud)


class Led:
    """Keeps one counter's line on its strip."""

    def __init__(self, choice: LedChoice, port: Port) -> None:
        """Several strips may hang on one port, each with an address of its own."""
        self.name = choice.counter_id
        self._address = choice.address
        self._port = port
        self._line: str | None = None
        self._changed = asyncio.Event()
        self._is_failing = False

    def show(self, line: str) -> None:
        """Have this line shown from now on."""
        self._line = line
        self._changed.set()

    async def watch(self, client: Client) -> None:
        """Keep the line up to date."""
        while True:
            try:
                async for show in client.watch(f"counter_screen:{self.name}"):
                    if isinstance(show.view, CounterScreenView):
                        self.show(show.view.led_line)
            except RejectedError as error:
                if error.code is None:
                    raise
                _log.error("counter %s is not shown to us: %s", self.name, error)
            await asyncio.sleep(REFUSED_WAIT_S)

    async def work(self, is_linked: Callable[[], bool]) -> None:
        """Send the line when it changes, and now and then, until cancelled."""
        now_s = asyncio.get_running_loop().time
        linked_s, sent_s, sent = now_s(), 0.0, None
        while True:
            self._changed.clear()
            if is_linked():
                linked_s = now_s()
            line = self._line if now_s() - linked_s < STALE_S else STALE_LINE
            if line is not None and (line != sent or now_s() - sent_s >= REPEAT_S):
                await self._send(line)
                sent_s, sent = now_s(), line
            try:
                async with asyncio.timeout(TICK_S):
                    await self._changed.wait()
            except TimeoutError:
                continue

    async def _send(self, line: str) -> None:
        try:
            await asyncio.to_thread(self._port.write, frame(self._address, line))
        except OSError as error:
            if not self._is_failing:
                _log.error("the LED line of %s does not work: %s", self.name, error)
            self._is_failing = True
            return
        if self._is_failing:
            _log.info("the LED line of %s works again", self.name)
        self._is_failing = False
