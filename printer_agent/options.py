"""The command line."""

import argparse
import os
import re
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from backend.core.ids import PrinterId
from printer_agent.ports import port_of

PRINTERS_MAX = 32
ROLL_MAX_M = 500
_PRINTER = re.compile(r"(?P<id>[A-Za-z0-9][A-Za-z0-9_.-]{0,63})=(?P<address>[^,]+)(?P<traits>.*)")


class Device(Struct, frozen=True, kw_only=True):
    """A printer as it is connected and made."""

    address: str
    """`ports.port_of` says which forms there are."""
    paper_width_mm: int
    is_raster: bool
    is_qr_native: bool
    """In text mode: whether the printer draws QR codes itself."""
    roll_mm: float | None
    """What a new roll holds; None: learned from the first that runs through."""


class Options(Struct, frozen=True, kw_only=True):
    """What the agent was started with."""

    is_doctor: bool
    """Look at everything and print a test ticket, instead of working."""
    url: str
    hall_id: str
    token: str | None
    key_file: Path | None
    public_url: str
    spool: Path
    printers: dict[PrinterId, Device]
    font_dir: Path | None


def options_from(arguments: list[str] | None = None) -> Options:
    """The options, or an explanation and exit code 2."""
    parser = _parser()
    found = parser.parse_args(arguments)
    printers: dict[PrinterId, Device] = {}
    for word in found.printer:
        match = _PRINTER.fullmatch(word)
        if match is None:
            parser.error(f"--printer wants ID=ADDRESS, not {word}")
        if match["id"] in printers:
            parser.error(f"printer {match['id']} is given twice")
        try:
            printers[PrinterId(match["id"])] = _device(match["address"], match["traits"])
        except ValueError as error:
            parser.error(str(error))
    if len(printers) > PRINTERS_MAX:
        parser.error(f"one agent serves {PRINTERS_MAX} printers at most")
    font_dir = found.font_dir or os.environ.get("YIZHAN_FONT_DIR") or None
    return Options(
        is_doctor=found.task == "doctor",
        url=found.url,
        hall_id=found.hall,
        token=os.environ.get(found.token_env) or _kept(found.key_file) or None,
        key_file=found.key_file,
        public_url=found.public_url or found.url,
        spool=found.spool,
        printers=printers,
        font_dir=Path(font_dir) if font_dir is not None else None,
    )


def _kept(key_file: Path | None) -> str | None:
    """The key that an earlier run made, whether or not it counts."""
    if key_file is None or not key_file.exists():
        return None
    return key_file.read_text("ascii", errors="ignore").strip()


def _device(address: str, traits: str) -> Device:
    """The printer that `ADDRESS,TRAIT,…` describes.  Raises ValueError."""
    port_of(address)
    device = Device(
        address=address,
        paper_width_mm=80,
        is_raster=not address.startswith("serial:"),
        is_qr_native=True,
        roll_mm=None,
    )
    for trait in traits.split(",")[1:]:
        name, _, value = trait.partition("=")
        match name, value:
            case "58mm" | "80mm", "":
                device = replace(device, paper_width_mm=int(name[:2]))
            case "raster" | "text", "":
                device = replace(device, is_raster=name == "raster")
            case "qr", "drawn" | "native":
                device = replace(device, is_qr_native=value == "native")
            case "roll", _ if value.isdecimal() and 0 < int(value) <= ROLL_MAX_M:
                device = replace(device, roll_mm=int(value) * 1000.0)
            case _:
                raise ValueError(f"not a trait of a printer: {trait}")
    return device


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="printer_agent", description="Print a hall's tickets.")
    parser.add_argument(
        "task",
        nargs="?",
        choices=("run", "doctor"),
        default="run",
        help="run: print until stopped; doctor: look at everything, and print a test ticket",
    )
    parser.add_argument("--url", required=True, help="the hub, http://HOST:PORT")
    parser.add_argument("--hall", required=True, help="the hall's id")
    parser.add_argument(
        "--token-env", default="YIZHAN_TOKEN", help="the variable that holds the device's token"
    )
    parser.add_argument(
        "--key-file",
        type=Path,
        help="the device's own key, made when missing; the log tells a code until it is let in",
    )
    parser.add_argument("--public-url", help="what the QR code leads to; default: --url")
    parser.add_argument(
        "--spool", required=True, type=Path, help="a directory on a disk that survives a crash"
    )
    parser.add_argument(
        "--printer",
        required=True,
        action="append",
        metavar="ID=ADDRESS",
        help="network:HOST[:PORT], usb:VENDOR:PRODUCT[:IN:OUT], serial:PATH[:BAUD], "
        "file:PATH or dummy: ; may be repeated.  After it, by commas: 58mm or 80mm (default); "
        "raster (the whole ticket drawn) or text (the printer's own GB18030 characters; default "
        "for a serial line); qr=drawn where the printer has no QR codes of its own; roll=METRES",
    )
    parser.add_argument(
        "--font-dir",
        help="where NotoSansCJK-*.ttc or @fontsource/noto-sans-sc lies (or YIZHAN_FONT_DIR)",
    )
    return parser
