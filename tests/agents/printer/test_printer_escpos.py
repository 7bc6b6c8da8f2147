from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import zxingcpp
from PIL import Image

from backend.core.ids import Text, TicketClass
from backend.core.paper import DEFAULT_PAPER, NoteSize, PaperKind, PaperPart, plain_part
from backend.core.views.printer import PrinterJob
from backend.paper import raster
from backend.paper.fonts import Fonts, FontsMissingError, Weight, find_fonts
from backend.paper.layout import layout, number_of, progress_url
from backend.paper.numeral import NUMBER_HEIGHT, numeral
from printer_agent import escpos, plain
from tests.agents.printer.conftest import ROOT
from tests.agents.printer.samples import FULL, PUBLIC_URL, job, longest_job, text
from tests.agents.printer.test_printer_layout import NASTY
from tests.devices.machine import Machine, Trouble
from tests.devices.paper import photograph

WIDTHS = pytest.mark.parametrize("width_mm", [80, 58])
DOTS_PER_MM = 8
JOBS = {
    "ordinary": job(),
    "care": job("C007", ticket_class=TicketClass.CARE, service_names=(), ahead=0),
    "closed": job("A001", wait_min_s=None, wait_max_s=None, counter_nos=(), kiosk_id=None),
    "reprint": job(copy=2),
    "longest": longest_job(),
}
KINDS = pytest.mark.parametrize("due", list(JOBS.values()), ids=list(JOBS))


def printed(chunks: tuple[bytes, ...], width_mm: int, fonts: Fonts | None) -> Image.Image:
    """What a strict printer makes of it."""
    cut: list[Image.Image] = []
    machine = Machine(width_mm, fonts, Trouble(), cut.append, lambda fault: None)
    machine.feed(b"".join((escpos.INIT, *chunks, escpos.CUT)))
    assert machine.faults == []
    assert len(cut) == 1
    return cut[0]


def plain_chunks(due: PrinterJob, width_mm: int, fonts: Fonts | None) -> tuple[bytes, ...]:
    chunks, _ = plain.render(layout(due, PUBLIC_URL), fonts, width_mm)
    return chunks


def read_codes(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture.convert("L"))]


def tallest_ink_mm(picture: Image.Image, rows: slice) -> float:
    """Height of the tallest unbroken block of rows with ink."""
    dots: npt.NDArray[np.uint8] = np.array(picture.convert("L"))[rows]
    inked: list[bool] = (dots.min(axis=1) < 128).tolist()
    best = run = 0
    for is_inked in inked:
        run = run + 1 if is_inked else 0
        best = max(best, run)
    return best / DOTS_PER_MM


@WIDTHS
@KINDS
def test_raster_ticket_is_about_100_mm_long(due: PrinterJob, width_mm: int, fonts: Fonts) -> None:
    image = raster.render(layout(due, PUBLIC_URL), fonts, width_mm)
    assert image.mode == "1"
    assert image.width == {80: 576, 58: 384}[width_mm]
    assert 85 * DOTS_PER_MM <= image.height < raster.HEIGHT_MAX, "at the limit it is cut off"
    assert due == JOBS["longest"] or image.height <= 130 * DOTS_PER_MM


@WIDTHS
def test_raster_reprint_has_a_black_band_that_the_first_paper_has_not__I11(
    width_mm: int, fonts: Fonts
) -> None:
    first, again = (
        raster.render(layout(job(copy=copy), PUBLIC_URL), fonts, width_mm) for copy in (0, 1)
    )
    band = again.height - first.height
    assert 40 <= band <= 60
    rows = [np.array(paper.convert("L"))[:300].mean(axis=1) < 100 for paper in (first, again)]
    assert sum(rows[1]) - sum(rows[0]) >= 20, "mostly black rows"


@WIDTHS
@pytest.mark.parametrize("copy", [0, 1, 12])
def test_text_reprint_is_marked_and_the_first_paper_is_not__I11(width_mm: int, copy: int) -> None:
    sent = b"".join(plain_chunks(job(copy=copy), width_mm, None))
    for words in (f"补打 {copy}", f"Reprint {copy}", "补打"):
        assert (plain.chinese_bytes(words) in sent) is (copy > 0)


@WIDTHS
@KINDS
def test_raster_code_leads_to_the_progress_page(
    due: PrinterJob, width_mm: int, fonts: Fonts
) -> None:
    image = raster.render(layout(due, PUBLIC_URL), fonts, width_mm)
    paper = printed(escpos.raster_bands(image), width_mm, fonts)
    assert read_codes(photograph(paper, width_mm)) == [f"{PUBLIC_URL}/t/{due.token}"]


@WIDTHS
@KINDS
@pytest.mark.parametrize("has_fonts", [True, False])
def test_text_code_leads_to_the_progress_page(
    due: PrinterJob, width_mm: int, has_fonts: bool, any_fonts: Fonts | None
) -> None:
    used = any_fonts if has_fonts else None
    paper = printed(plain_chunks(due, width_mm, used), width_mm, used)
    assert read_codes(photograph(paper, width_mm)) == [f"{PUBLIC_URL}/t/{due.token}"]


@WIDTHS
@pytest.mark.parametrize("due", [job(), longest_job(), job("H111")], ids=lambda due: due.number)
def test_raster_number_is_20_mm_high(due: PrinterJob, width_mm: int, fonts: Fonts) -> None:
    image = raster.render(layout(due, PUBLIC_URL), fonts, width_mm)
    assert tallest_ink_mm(image, slice(0, image.height // 2)) >= 20


@WIDTHS
@pytest.mark.parametrize("has_fonts", [True, False])
def test_text_number_is_20_mm_high_with_a_typeface_and_without(
    width_mm: int, has_fonts: bool, any_fonts: Fonts | None
) -> None:
    used = any_fonts if has_fonts else None
    paper = printed(plain_chunks(job(), width_mm, used), width_mm, used)
    assert tallest_ink_mm(paper, slice(0, paper.height // 2)) >= 20


@pytest.mark.parametrize("char", "ABCDEFGHJKLMNPRTVWXYZ0123456789")
def test_every_letter_and_digit_has_the_full_height(char: str, any_fonts: Fonts | None) -> None:
    for used in (any_fonts, None):
        ink = numeral(char, 376, used).getbbox()
        assert ink is not None
        assert ink[3] - ink[1] >= NUMBER_HEIGHT - 2


def test_number_is_narrowed_never_lowered(any_fonts: Fonts | None) -> None:
    assert numeral("M1234", 376, any_fonts).size == (376, NUMBER_HEIGHT)
    assert numeral("M1234567", 376, any_fonts).size == (376, NUMBER_HEIGHT)
    assert numeral("", 376, any_fonts).height == NUMBER_HEIGHT


def test_bands_are_bounded_and_keep_the_picture() -> None:
    image = Image.effect_noise((576, 700), 90).convert("1")
    bands = escpos.raster_bands(image)
    assert max(map(len, bands)) <= 8 + 72 * escpos.BAND_ROWS_MAX
    paper = printed(bands, 80, None)
    assert paper.crop((0, 0, *image.size)).tobytes() == image.tobytes()


@WIDTHS
def test_names_cannot_command_the_printer(width_mm: int, any_fonts: Fonts | None) -> None:
    nasty = text(NASTY, NASTY)
    changes: dict[str, Any] = {
        "hall_name": nasty,
        "zone_name": nasty,
        "queue_name": nasty,
        "service_names": (nasty, nasty),
        "number": NASTY,
    }
    innocent: dict[str, Any] = {
        name: text("AB", "AB") for name in ("hall_name", "zone_name", "queue_name")
    }
    chunks = plain_chunks(job(**changes), width_mm, any_fonts)
    printed(chunks, width_mm, any_fonts)
    same = plain_chunks(job(**innocent), width_mm, any_fonts)
    assert b"".join(chunks).count(b"\x1b@") == b"".join(same).count(b"\x1b@") == 0
    assert b"".join(chunks).count(b"\x1dV") == 0


@pytest.mark.parametrize(
    ("words", "sent"),
    [
        ("窗口5", b"\xb4\xb0\xbf\xda5"),
        ("：￥", b"\xa3\xba\xa3\xa4"),
        ("15–25", b"15-25"),
        ("ñé", b"n\xa8\xa6"),
        ("𠮷", "〓".encode("gbk")),
        ("\x1b\x00", b"  "),
    ],
)
def test_chinese_goes_out_in_two_bytes(words: str, sent: bytes) -> None:
    assert plain.chinese_bytes(words) == sent
    assert plain.columns(words) == len(sent)


def test_no_line_is_wider_than_the_paper(any_fonts: Fonts | None) -> None:
    for width_mm in (80, 58):
        for due in JOBS.values():
            printed(plain_chunks(due, width_mm, any_fonts), width_mm, any_fonts)


def test_rare_characters_are_drawn(fonts: Fonts) -> None:
    box = fonts.mask("\U0010fffd", Weight.BOLD, 40).tobytes()
    for char in "镕喆〇囍垚爱厅":
        assert fonts.mask(char, Weight.BOLD, 40).tobytes() != box, char
        assert fonts.width(char, Weight.BOLD, 40) == 40


def test_directory_without_a_typeface_is_told(tmp_path: Any) -> None:
    with pytest.raises(FontsMissingError):
        find_fonts(tmp_path, ROOT)
    face = "src: url(./files/gone.woff2) format('woff2'); unicode-range: U+0-10FFFF;"
    for sheet in ("400.css", "700.css"):
        (tmp_path / sheet).write_text(f"@font-face {{ {face} }}")
    with pytest.raises(FontsMissingError, match="cannot open resource"):
        find_fonts(tmp_path, ROOT)


@WIDTHS
def test_longest_layout_of_a_hall_is_printed_to_its_end__PR4(width_mm: int, fonts: Fonts) -> None:
    note = PaperPart(kind=PaperKind.NOTE, text=FULL, size=NoteSize.LARGE)
    elements = layout(longest_job(), PUBLIC_URL, (*DEFAULT_PAPER, *[note] * 8))
    image = raster.render(elements, fonts, width_mm)
    assert image.height < raster.HEIGHT_MAX


@WIDTHS
@pytest.mark.parametrize("is_qr_native", [True, False])
def test_layout_of_a_hall_is_printed_in_text_mode__PR4(
    width_mm: int, is_qr_native: bool, any_fonts: Fonts | None
) -> None:
    paper = (
        plain_part(PaperKind.NUMBER),
        plain_part(PaperKind.LINE),
        *(PaperPart(kind=PaperKind.NOTE, text=FULL, size=size) for size in NoteSize),
        plain_part(PaperKind.QUEUE),
        plain_part(PaperKind.CODE),
    )
    chunks, dots = plain.render(
        layout(job(), PUBLIC_URL, paper), any_fonts, width_mm, is_qr_native=is_qr_native
    )
    ticket = printed(chunks, width_mm, any_fonts)
    assert abs(ticket.height - dots - 24) < 16
    assert read_codes(ticket) == [f"{PUBLIC_URL}/t/{job().token}"]


CORPUS = (
    "\x1b@\x1dV\x00",
    "\x1b!\xff\x1dB\x01\x1d!\x77",
    "\x1dV\x42\x00" * 50,
    "\x10\x04\x01\x10\x14\x01\x00\x01\x08",
    "\x1bp\x00\x19\xfa",
    "\x1c.\x1c&\x1cq\x01",
    "\x1d(k\x03\x00\x31\x51\x30\x1d(A\x02\x00\x00\x02",
    "\x1dv0\x00\xff\xff\xff\xff",
    "\x00" * 5000,
    "\r\n\n\x0b\x0c\x85\u2028\u2029" * 40,
    "\x9b2J\x9d0;x\x9c\x8f\x90",
    "\u202e\u2066\u200d\u200b\ufeff\U000e0001",
    "\ud800\udfff",
    "\ufffe\uffff\U0010ffff\ue000",
    "e\u0301" * 3000,
    "\U00020000\U0001f600\u0e33\ufdfa",
    "%s%n{0}${jndi}</svg><script>",
    "\u8c61\x81\x1b@",
)
"""What somebody who may name a queue, or answers in the hub's place, might have printed."""


@WIDTHS
@pytest.mark.parametrize("evil", CORPUS, ids=lambda evil: ascii(evil[:12]))
def test_nothing_that_is_printed_commands_the_printer__PR4(evil: str, width_mm: int) -> None:
    words = Text(zh=evil, en=evil)
    names = dict.fromkeys(("hall_name", "zone_name", "queue_name"), words)
    due = job("A001", **names, service_names=(words,) * 3, kiosk_id=evil, time_zone=evil)
    note = PaperPart(kind=PaperKind.NOTE, text=words, size=NoteSize.NORMAL)
    elements = layout(due, PUBLIC_URL, (*DEFAULT_PAPER, note))
    chunks, _ = plain.render(elements, None, width_mm)
    assert printed(chunks, width_mm, None).height < 2000
    assert number_of(job(evil)).isalnum() or number_of(job(evil)) == ""
    address = progress_url(PUBLIC_URL, evil)
    assert address is None or (address.isascii() and address.isprintable())


def test_text_has_no_pair_that_gb18030_added_to_gbk() -> None:
    assert plain.chinese_bytes("€5") == b"EUR5"
    for added in "ǹ\ue000\ue5e5":
        assert plain.chinese_bytes(added) in (b"n", plain.chinese_bytes(plain.MISSING))
