"""A receipt of a case on paper: what stands on it, on both papers and by both ways of printing."""

from datetime import UTC, date, datetime

import pytest
from msgspec.structs import replace

from backend.core.ids import JobId, Text
from backend.core.receipts import Receipt, ReceiptKind
from backend.core.views.printer import ReceiptJob
from backend.paper import raster
from backend.paper.fonts import Fonts
from backend.paper.layout import Code, Detail, Queue
from backend.paper.receipt import MISSING_SHOWN_MAX, receipt_layout
from printer_agent import plain
from tests.agents.printer.samples import FULL, PUBLIC_URL

ACCEPTED = Receipt(
    kind=ReceiptKind.ACCEPTED,
    number="2026-000123",
    service_name=Text(zh="职称证书补办", en="Reissue of professional title certificate"),
    department_name=Text(zh="人事处", en="Human Resources Office"),
    due_day=date(2026, 12, 7),
    is_provisional=False,
    missing=(),
    track_path="/track/abc-DEF_123",
)
MISSING = replace(
    ACCEPTED,
    kind=ReceiptKind.MISSING,
    number=None,
    due_day=None,
    missing=(Text(zh="填好的申请表", en="Completed form"), Text(zh="照片", en="Photo")),
)
LONGEST = replace(
    ACCEPTED,
    kind=ReceiptKind.MISSING,
    service_name=FULL,
    department_name=FULL,
    is_provisional=True,
    missing=(FULL,) * 50,
    track_path="/track/" + "a" * 64,
)


def due(receipt: Receipt) -> ReceiptJob:
    return ReceiptJob(
        job_id=JobId("20261123-A001-R1"),
        hall_name=Text(zh="办事大厅", en="Service Hall"),
        time_zone="Asia/Shanghai",
        issued_at=datetime(2026, 11, 23, 1, tzinfo=UTC),
        receipt=receipt,
    )


def details(receipt: Receipt) -> dict[str, Detail]:
    parts = receipt_layout(due(receipt), PUBLIC_URL)
    return {part.label.en: part for part in parts if isinstance(part, Detail)}


def test_acceptance_has_number_due_date_and_the_way_to_follow_it__CS4_DL1() -> None:
    parts = receipt_layout(due(ACCEPTED), PUBLIC_URL)
    found = details(ACCEPTED)
    assert (found["Case"].figure, found["Due"].figure) == ("2026-000123", "2026-12-07")
    (code,) = (part for part in parts if isinstance(part, Code))
    assert code.url == f"{PUBLIC_URL}/track/abc-DEF_123"
    assert details(replace(ACCEPTED, is_provisional=True))["Due"].remark is not None


def test_what_is_missing_is_listed_in_full__CS1() -> None:
    parts = receipt_layout(due(MISSING), PUBLIC_URL)
    (title,) = (part for part in parts if isinstance(part, Queue))
    assert title.name.zh == "补正材料一次性告知单"
    found = details(MISSING)
    assert [line.zh for line in found["To bring"].lines] == ["填好的申请表", "照片"]
    assert "Case" not in found
    assert "Due" not in found
    longest = details(LONGEST)["To bring"]
    assert len(longest.lines) == MISSING_SHOWN_MAX
    assert longest.remark == Text(zh="等共50项", en="50 in all")


@pytest.mark.parametrize("width_mm", [58, 80])
@pytest.mark.parametrize("receipt", [ACCEPTED, MISSING, LONGEST], ids=["short", "list", "longest"])
def test_receipt_fits_its_paper(receipt: Receipt, width_mm: int, fonts: Fonts) -> None:
    layout = receipt_layout(due(receipt), PUBLIC_URL)
    image = raster.render(layout, fonts, width_mm)
    assert image.width == raster.STYLES[width_mm].width
    assert image.height < raster.HEIGHT_MAX
    for drawn_by in (fonts, None):
        chunks, dots = plain.render(layout, drawn_by, width_mm)
        assert chunks
        assert dots < raster.HEIGHT_MAX
