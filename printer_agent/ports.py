"""Ways to a printer: network, USB, serial line, file, and none at all.

python-escpos opens the devices; we read and write them ourselves, since its paper_status()
tells "plenty" on a dropped connection.
"""

import errno
import os
import select
import socket
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import escpos.exceptions
import usb.core
import usb.util

from printer_agent.drivers import Dummy, Network, Serial, Usb

TIMEOUT_S = 3.0
"""For connecting, and for each write."""
READ_BYTES = 64
NETWORK_PORT = 9100
BAUD = 115_200
BULK, USB_PRINTERS = usb.util.ENDPOINT_TYPE_BULK, 7
"""The class of printers' interfaces (USB 2.0, bInterfaceClass)."""


TIMED_OUT, UNKNOWN_HOST = "timed out", "unknown host"


class PortError(Exception):
    """The way to the printer is broken."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}")
        self.reason = reason
        """The system's name for it, such as ECONNREFUSED; or one of those above."""


class Port(Protocol):
    """A printer's connection; blocking, each call within a few seconds."""

    answers: bool
    """Whether the printer can be asked for its status."""

    def open(self) -> None:
        """Connect, unless connected.  Raises PortError."""

    def write(self, data: bytes) -> None:
        """Send all of it.  Raises PortError."""

    def read(self, timeout_s: float) -> bytes:
        """What has arrived, waiting at most so long; empty for nothing.  Raises PortError."""

    def close(self) -> None:
        """A job is over; a line that is costly to open stays open unless it broke."""


@contextmanager
def _faults(what: str) -> Iterator[None]:
    try:
        yield
    except (OSError, escpos.exceptions.Error, usb.core.NoBackendError) as error:
        raise PortError(what, _reason(error)) from error


def _reason(error: BaseException) -> str:
    """What the system said, below what libraries made of it."""
    found: BaseException | None = error
    while found is not None:
        if isinstance(found, socket.gaierror):
            return UNKNOWN_HOST
        if isinstance(found, OSError) and found.errno is not None:
            return errno.errorcode.get(found.errno, type(found).__name__)
        if isinstance(found, TimeoutError):
            return TIMED_OUT
        found = found.__cause__ or found.__context__
    return type(error).__name__


class NetworkPort:
    """A printer at a TCP port: one connection per job, since many printers serve only one."""

    answers = True

    def __init__(self, host: str, port: int, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._printer: Any = Network(host, port, timeout=timeout_s)

    def open(self) -> None:
        """Connect."""
        with _faults("connecting"):
            self._printer.open()
            # Else the system holds a small piece back until the printer has acknowledged the one
            # before, which printers put off for 40 to 200 ms.
            self._printer.device.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, data: bytes) -> None:
        """Send all of it."""
        with _faults("sending"):
            self._printer.device.settimeout(self._timeout_s)
            self._printer.device.sendall(data)

    def read(self, timeout_s: float) -> bytes:
        """What has arrived; a connection closed by the printer is an error."""
        with _faults("reading"):
            self._printer.device.settimeout(max(timeout_s, 0.001))
            try:
                data: bytes = self._printer.device.recv(READ_BYTES)
            except TimeoutError:
                return b""
        if not data:
            raise PortError("reading", "closed by the printer")
        return data

    def close(self) -> None:
        """Disconnect."""
        with _faults("closing"):
            self._printer.close()


class _LinePort(ABC):
    """A line that stays open between jobs: opening it resets some printers."""

    answers = True

    def __init__(self) -> None:
        self._is_open = False
        self._is_broken = False

    def open(self) -> None:
        """Connect, or drop what the last job's answers left behind."""
        if not self._is_open:
            with _faults("opening"):
                self._connect()
            self._is_open, self._is_broken = True, False
        else:
            self.read(0.01)

    def write(self, data: bytes) -> None:
        """Send all of it."""
        with self._watched("sending"):
            self._send(data)

    def read(self, timeout_s: float) -> bytes:
        """What has arrived."""
        with self._watched("reading"):
            return self._receive(max(timeout_s, 0.01))

    def close(self) -> None:
        """Disconnect only after a fault."""
        if self._is_open and self._is_broken:
            self._is_open = False
            with _faults("closing"):
                self._disconnect()

    @contextmanager
    def _watched(self, what: str) -> Iterator[None]:
        try:
            with _faults(what):
                yield
        except PortError:
            self._is_broken = True
            raise

    @abstractmethod
    def _connect(self) -> None: ...

    @abstractmethod
    def _disconnect(self) -> None: ...

    @abstractmethod
    def _send(self, data: bytes) -> None: ...

    @abstractmethod
    def _receive(self, timeout_s: float) -> bytes: ...


class SerialPort(_LinePort):
    """A printer at a serial line."""

    def __init__(self, path: str, baud: int = BAUD) -> None:
        super().__init__()
        self._printer: Any = Serial(path, baudrate=baud, timeout=TIMEOUT_S, dsrdtr=False)

    def _connect(self) -> None:
        self._printer.open()
        self._printer.device.write_timeout = TIMEOUT_S

    def _disconnect(self) -> None:
        # Closing waits until all is sent: for ever, at a printer that takes no more.
        self._printer.device.reset_output_buffer()
        self._printer.close()

    def _send(self, data: bytes) -> None:
        self._printer.device.write(data)

    def _receive(self, timeout_s: float) -> bytes:
        device = self._printer.device
        device.timeout = timeout_s
        first: bytes = device.read(1)
        rest: bytes = device.read(device.in_waiting) if first else b""
        return first + rest


class UsbPort(_LinePort):
    """A printer at the USB, by vendor and product."""

    def __init__(
        self, vendor: int, product: int, in_ep: int | None = None, out_ep: int | None = None
    ) -> None:
        """Endpoints that are not named are the first ones of its printer interface."""
        super().__init__()
        self._printer: Any = Usb(vendor, product)
        self._timeout_ms = round(TIMEOUT_S * 1000)
        self._named = (in_ep, out_ep)
        self._in_ep = self._out_ep = 0

    def _connect(self) -> None:
        self._printer.open()
        named_in, named_out = self._named
        self._in_ep = named_in or self._endpoint(usb.util.ENDPOINT_IN)
        self._out_ep = named_out or self._endpoint(usb.util.ENDPOINT_OUT)

    def _endpoint(self, direction: int) -> int:
        """The address of the first bulk endpoint that way."""
        found = self._printer.device.get_active_configuration()
        for interface in sorted(found, key=lambda one: one.bInterfaceClass != USB_PRINTERS):
            for endpoint in interface:
                address: int = endpoint.bEndpointAddress
                is_bulk = usb.util.endpoint_type(endpoint.bmAttributes) == BULK
                if is_bulk and usb.util.endpoint_direction(address) == direction:
                    return address
        raise PortError("opening", "ENXIO")

    def _disconnect(self) -> None:
        self._printer.close()

    def _send(self, data: bytes) -> None:
        sent = self._printer.device.write(self._out_ep, data, self._timeout_ms)
        if sent != len(data):
            raise TimeoutError

    def _receive(self, timeout_s: float) -> bytes:
        try:
            device = self._printer.device
            return bytes(device.read(self._in_ep, READ_BYTES, round(timeout_s * 1000)))
        except OSError as error:  # pyusb's USBError is one
            if error.errno == errno.ETIMEDOUT:
                return b""
            raise


class FilePort:
    """A device file or an ordinary one, written to its end; it cannot be asked anything.

    Not python-escpos's File: that empties the file on opening, and on a printer that is out
    of paper its write never returns.
    """

    answers = False

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: int | None = None

    def open(self) -> None:
        """Open for appending."""
        if self._file is None:
            with _faults("opening"):
                flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK | os.O_CLOEXEC
                self._file = os.open(self._path, flags, 0o644)

    def write(self, data: bytes) -> None:
        """Send all of it, as fast as the device takes it."""
        assert self._file is not None
        rest = memoryview(data)
        with _faults("sending"):
            while rest:
                if not select.select((), (self._file,), (), TIMEOUT_S)[1]:
                    raise TimeoutError
                rest = rest[os.write(self._file, rest) :]

    def read(self, timeout_s: float) -> bytes:
        """Nothing."""
        return b""

    def close(self) -> None:
        """Close it."""
        if self._file is not None:
            file, self._file = self._file, None
            with _faults("closing"):
                os.close(file)


class DummyPort:
    """No printer: takes every job, for trying the rest of the system."""

    answers = False

    def __init__(self) -> None:
        self._printer: Any = Dummy()

    @property
    def output(self) -> bytes:
        """The last job."""
        data: bytes = self._printer.output
        return data

    def open(self) -> None:
        """Forget the job before."""
        self._printer.clear()

    def write(self, data: bytes) -> None:
        """Keep it."""
        self._printer._raw(data)

    def read(self, timeout_s: float) -> bytes:
        """Nothing."""
        return b""

    def close(self) -> None:
        """Nothing to close."""


def port_of(address: str) -> Port:
    """The port that an address names.  Raises ValueError.

    `network:HOST[:PORT]`, `usb:VENDOR:PRODUCT[:IN:OUT]` (hexadecimal), `serial:PATH[:BAUD]`,
    `file:PATH`, `dummy:`.
    """
    kind, _, rest = address.partition(":")
    parts = rest.split(":")
    match kind, parts:
        case "network", [host] if host:
            return NetworkPort(host, NETWORK_PORT)
        case "network", [host, port] if host:
            return NetworkPort(host, int(port))
        case "usb", [_, _] | [_, _, _, _]:
            return UsbPort(*(int(part, 16) for part in parts))
        case "serial", [path] if path:
            return SerialPort(path)
        case "serial", [path, baud] if path:
            return SerialPort(path, int(baud))
        case "file", _ if rest:
            return FilePort(Path(rest))
        case "dummy", [""]:
            return DummyPort()
        case _:
            raise ValueError(f"not a printer's address: {address}")
