"""The printer's commands, as bytes (pure).

Source of the forms: Epson, ESC/POS Command Reference; only commands that printers from
other makers know as well, but for the process id.
"""

import hashlib
from base64 import b32encode

from PIL import Image

BAND_ROWS_MAX = 96
"""Height of one raster command: at 72 bytes a row, 7 kB, which small receive buffers hold."""
QR_BYTES_MAX = 400

INIT = b"\x1b@"
"""ESC @: forgets settings and whatever an interrupted job left in the line buffer."""
CHINESE_ON = b"\x1c&"
LF = b"\n"
CUT = b"\x1dV\x42\x18"
"""GS V 66: feeds the paper to the knife and cuts it, but for a hinge."""

STATUS_PRINTER, STATUS_OFFLINE, STATUS_PAPER = 1, 2, 4
"""What DLE EOT may be asked for."""


def status_request(kind: int) -> bytes:
    """DLE EOT n: answered at once, even by a printer that is offline."""
    return bytes((0x10, 0x04, kind))


def process_id(job_id: str) -> bytes:
    """Four printable characters that name the job towards the printer."""
    return b32encode(hashlib.sha256(job_id.encode(errors="replace")).digest())[:4]


def process_id_request(process: bytes) -> bytes:
    """GS ( H: answered once everything before it has been printed."""
    assert len(process) == 4
    return b"\x1d(H\x06\x00\x30\x30" + process


def raster_bands(image: Image.Image) -> tuple[bytes, ...]:
    """GS v 0 for a 1-bit image, in bands; black is ink."""
    assert image.mode == "1"
    assert image.width % 8 == 0
    row_bytes = image.width // 8
    # Pillow's set bit is white, the printer's is ink: packed the other way round.
    ink = image.tobytes("raw", "1;I")
    bands = []
    for top in range(0, image.height, BAND_ROWS_MAX):
        rows = min(BAND_ROWS_MAX, image.height - top)
        head = b"\x1dv0\x00" + row_bytes.to_bytes(2, "little") + rows.to_bytes(2, "little")
        bands.append(head + ink[top * row_bytes : (top + rows) * row_bytes])
    return tuple(bands)


def align(place: int) -> bytes:
    """ESC a: 0 left, 1 middle, 2 right."""
    return bytes((0x1B, 0x61, place))


def bold(is_on: bool) -> bytes:
    """ESC E."""
    return bytes((0x1B, 0x45, is_on))


def reverse(is_on: bool) -> bytes:
    """GS B: white on black."""
    return bytes((0x1D, 0x42, is_on))


def size(times: int) -> bytes:
    """GS !: characters `times` as wide and as high, 1-8."""
    assert 1 <= times <= 8
    return bytes((0x1D, 0x21, (times - 1) << 4 | (times - 1)))


def line_spacing(dots: int) -> bytes:
    """ESC 3: from one line to the next."""
    assert 0 <= dots <= 255
    return bytes((0x1B, 0x33, dots))


def feed(dots: int) -> bytes:
    """ESC J: prints the line and moves the paper."""
    assert 0 <= dots <= 255
    return bytes((0x1B, 0x4A, dots))


def qr_code(url: str, module_dots: int) -> bytes:
    """GS ( k: model 2, error correction M, stored and printed."""
    data = url.encode("ascii", errors="replace")
    assert len(data) <= QR_BYTES_MAX
    return b"".join(
        _gs_k(parameters)
        for parameters in (
            b"1A2\x00",
            bytes((0x31, 0x43, module_dots)),
            b"1E1",
            b"1P0" + data,
            b"1Q0",
        )
    )


def _gs_k(parameters: bytes) -> bytes:
    return b"\x1d(k" + len(parameters).to_bytes(2, "little") + parameters
