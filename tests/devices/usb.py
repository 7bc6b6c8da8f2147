"""A ticket printer at a virtual USB bus: what pyusb takes for the system's libusb.

Source of the descriptors: USB 2.0, chapter 9; printers are class 7.
"""

import errno
from array import array
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import usb.core
from PIL import Image
from usb.backend import IBackend

from tests.devices.machine import Machine, Trouble

VENDOR, PRODUCT = 0x04B8, 0x0E15
IN_EP, OUT_EP = 0x81, 0x03
BULK, PRINTER_CLASS = 2, 7


class UsbPrinter(IBackend):  # type: ignore[misc]
    """One printer on the bus; `is_plugged` and `unplugs_at_byte` are for whoever tests with it."""

    def __init__(self) -> None:
        self.papers: list[Image.Image] = []
        self.is_plugged = True
        self.unplugs_at_byte: int | None = None
        self.machine = Machine(80, None, Trouble(), self.papers.append, lambda fault: None)
        self._answers = b""

    # -- what it says of itself --------------------------------------------------

    def enumerate_devices(self) -> Iterator[str]:
        return iter(["printer"] if self.is_plugged else [])

    def get_device_descriptor(self, dev: Any) -> Any:
        return _descriptor(idVendor=VENDOR, idProduct=PRODUCT, bNumConfigurations=1)

    def get_configuration_descriptor(self, dev: Any, config: int) -> Any:
        _among(config, 1)
        return _descriptor(bNumInterfaces=1, bConfigurationValue=1)

    def get_interface_descriptor(self, dev: Any, intf: int, alt: int, config: int) -> Any:
        _among(intf, 1)
        _among(alt, 1)
        return _descriptor(bInterfaceClass=PRINTER_CLASS, bNumEndpoints=2)

    def get_endpoint_descriptor(self, dev: Any, ep: int, intf: int, alt: int, config: int) -> Any:
        return _descriptor(bEndpointAddress=(IN_EP, OUT_EP)[ep], bmAttributes=BULK)

    # -- what is done with it ----------------------------------------------------

    def open_device(self, dev: Any) -> str:
        self._check()
        return "handle"

    def close_device(self, dev_handle: Any) -> None:
        return

    def set_configuration(self, dev_handle: Any, config_value: int) -> None:
        self._check()

    def get_configuration(self, dev_handle: Any) -> int:
        return 1

    def claim_interface(self, dev_handle: Any, intf: int) -> None:
        self._check()

    def release_interface(self, dev_handle: Any, intf: int) -> None:
        self._check()

    def reset_device(self, dev_handle: Any) -> None:
        self._check()

    def bulk_write(self, dev_handle: Any, ep: int, intf: int, data: Any, timeout: int) -> int:
        assert ep == OUT_EP
        self._check()
        sent = bytes(data)
        at_byte = self.unplugs_at_byte
        if at_byte is not None and self.machine.bytes_taken + len(sent) >= at_byte:
            self.machine.feed(sent[: at_byte - self.machine.bytes_taken])
            self.is_plugged, self.unplugs_at_byte, self._answers = False, None, b""
        self._check()
        self._answers += self.machine.feed(sent)
        return len(sent)

    def bulk_read(self, dev_handle: Any, ep: int, intf: int, buff: Any, timeout: int) -> int:
        assert ep == IN_EP
        self._check()
        if not self._answers:
            raise usb.core.USBTimeoutError("nothing came", errno=errno.ETIMEDOUT)
        told = self._answers[: len(buff)]
        self._answers = self._answers[len(told) :]
        buff[: len(told)] = array("B", told)
        return len(told)

    def _check(self) -> None:
        if not self.is_plugged:
            raise usb.core.USBError("no such device", errno=errno.ENODEV)


def _descriptor(**fields: Any) -> Any:
    """A descriptor: what is not named is 0, as far as anybody asks."""

    class Descriptor(SimpleNamespace):
        def __getattr__(self, name: str) -> Any:
            return None if name in {"bus", "address", "speed", "port_number", "port_numbers"} else 0

    return Descriptor(**fields)


def _among(index: int, count: int) -> None:
    if index >= count:
        raise IndexError(index)
