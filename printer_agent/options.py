"""The command line."""

import argparse
import os
import re
from pathlib import Path

from msgspec import Struct

from backend.core.ids import PrinterId
from printer_agent.ports import port_of

PRINTERS_MAX = 32
_PRINTER = re.compile(r"(?P<id>[A-Za-z0-9][A-Za-z0-9_.-]{0,63})=(?P<address>.+)")


class Options(Struct, frozen=True, kw_only=True):
    """What the agent was started with."""

    url: str
    hall_id: str
    token: str | None
    public_url: str
    spool: Path
    printers: dict[PrinterId, str]
    """Address by printer; `ports.port_of` says which forms there are."""
    paper_width_mm: int
    is_raster: bool
    font_dir: Path | None


def options_from(arguments: list[str] | None = None) -> Options:
    """The options, or an explanation and exit code 2."""
    parser = _parser()
    found = parser.parse_args(arguments)
    printers: dict[PrinterId, str] = {}
    for word in found.printer:
        match = _PRINTER.fullmatch(word)
        if match is None:
            parser.error(f"--printer wants ID=ADDRESS, not {word}")
        if match["id"] in printers:
            parser.error(f"printer {match['id']} is given twice")
        try:
            port_of(match["address"])
        except ValueError as error:
            parser.error(str(error))
        printers[PrinterId(match["id"])] = match["address"]
    if len(printers) > PRINTERS_MAX:
        parser.error(f"one agent serves {PRINTERS_MAX} printers at most")
    font_dir = found.font_dir or os.environ.get("YIZHAN_FONT_DIR") or None
    return Options(
        url=found.url,
        hall_id=found.hall,
        token=os.environ.get(found.token_env) or None,
        public_url=found.public_url or found.url,
        spool=found.spool,
        printers=printers,
        paper_width_mm=found.width_mm,
        is_raster=found.mode == "raster",
        font_dir=Path(font_dir) if font_dir is not None else None,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="printer_agent", description="Print a hall's tickets.")
    parser.add_argument("--url", required=True, help="the hub, http://HOST:PORT")
    parser.add_argument("--hall", required=True, help="the hall's id")
    parser.add_argument(
        "--token-env", default="YIZHAN_TOKEN", help="the variable that holds the device's token"
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
        "file:PATH or dummy: ; may be repeated",
    )
    parser.add_argument("--width-mm", type=int, choices=(80, 58), default=80)
    parser.add_argument(
        "--mode",
        choices=("raster", "text"),
        default="raster",
        help="draw the whole ticket, or use the printer's own GB18030 characters",
    )
    parser.add_argument(
        "--font-dir",
        help="where NotoSansCJK-*.ttc or @fontsource/noto-sans-sc lies (or YIZHAN_FONT_DIR)",
    )
    return parser
