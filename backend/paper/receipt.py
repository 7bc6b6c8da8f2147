"""What stands on a receipt of a case, from top to bottom (pure; CS1, CS4)."""

from urllib.parse import quote

from backend.core.ids import Text
from backend.core.receipts import Receipt, ReceiptKind
from backend.core.views.printer import ReceiptJob
from backend.paper.layout import (
    URL_MAX,
    Code,
    Detail,
    Element,
    Heading,
    Issue,
    Layout,
    Queue,
)
from backend.paper.wording import clean, clean_name, local_time

MISSING_SHOWN_MAX = 20
"""As many fit on the longest paper; the page behind the code lists them all."""

TITLES = {
    ReceiptKind.ACCEPTED: Text(zh="受理回执", en="Receipt of acceptance"),
    ReceiptKind.MISSING: Text(zh="补正材料一次性告知单", en="What is still to be brought"),
}
NOTICES = {
    ReceiptKind.ACCEPTED: Text(
        zh="请妥善保管，凭办件号查询、领取结果",
        en="Keep it: the case number is asked for.",
    ),
    ReceiptKind.MISSING: Text(
        zh="以上为全部应补材料，不再另行要求",
        en="This is all; nothing more will be asked for.",
    ),
}


def receipt_layout(job: ReceiptJob, public_url: str) -> Layout:
    """The receipt's parts, every text cleaned and bounded; no person stands on it (I19)."""
    receipt = job.receipt
    day, time, weekday = local_time(job.issued_at, job.time_zone)
    number = clean(receipt.number or "", 12)
    return (
        Heading(hall=clean_name(job.hall_name)),
        Queue(name=TITLES[receipt.kind], mark=None),
        *((_figure(Text(zh="办件号", en="Case"), number),) if number else ()),
        *_due(receipt),
        _named(Text(zh="办理事项", en="Service"), receipt.service_name),
        _named(Text(zh="承办部门", en="Office"), receipt.department_name),
        *_missing(receipt),
        Code(
            url=_track_url(public_url, receipt.track_path),
            caption=Text(zh="扫码查进度", en="Scan to follow it"),
            notice=NOTICES[receipt.kind],
        ),
        Issue(day=day, time=time, weekday=weekday, kiosk=None),
    )


def _due(receipt: Receipt) -> tuple[Element, ...]:
    if receipt.due_day is None:
        return ()
    remark = Text(zh="年度放假安排公布后可能调整", en="May move: days off are not announced")
    return (
        Detail(
            label=Text(zh="承诺办结", en="Due"),
            figure=receipt.due_day.isoformat(),
            lines=(),
            remark=remark if receipt.is_provisional else None,
        ),
    )


def _missing(receipt: Receipt) -> tuple[Element, ...]:
    if not receipt.missing:
        return ()
    count = len(receipt.missing)
    more = Text(zh=f"等共{count}项", en=f"{count} in all")
    return (
        Detail(
            label=Text(zh="需补材料", en="To bring"),
            figure="",
            lines=tuple(clean_name(name) for name in receipt.missing[:MISSING_SHOWN_MAX]),
            remark=more if count > MISSING_SHOWN_MAX else None,
        ),
    )


def _figure(label: Text, figure: str) -> Detail:
    return Detail(label=label, figure=figure, lines=())


def _named(label: Text, name: Text) -> Detail:
    return Detail(label=label, figure="", lines=(clean_name(name),))


def _track_url(public_url: str, path: str) -> str | None:
    """The address behind the QR code; None when it is too long for a code that phones read."""
    url = f"{public_url.rstrip('/')}{quote(path, safe='/', errors='replace')}"
    return url if len(url) <= URL_MAX else None
