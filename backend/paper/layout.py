"""What stands on a ticket, from top to bottom (pure).

Two renderers draw it: `raster` as one image, and the printer agent's `plain` with the
printer's own characters.
RULES.md, "Ticket paper"; nothing here names a person or a card (I19).
"""

from urllib.parse import quote

from msgspec import Struct

from backend.core.ids import Text, TicketClass
from backend.core.paper import DEFAULT_PAPER, NoteSize, PaperKind, PaperPart
from backend.core.views.printer import PrinterJob
from backend.paper.wording import (
    clean,
    clean_name,
    counter_runs,
    local_time,
    missed_words,
    wait_words,
)

NUMBER_MAX = 8
SERVICES_SHOWN_MAX = 2
URL_MAX = 200
AHEAD_MAX = 9999
COPY_MAX = 999
NO_WORDS = Text(zh="", en="")

MARKS = {
    TicketClass.CARE: Text(zh="爱心", en="Care"),
    TicketClass.BOOKED: Text(zh="预约", en="Booked"),
}


class Heading(Struct, frozen=True, kw_only=True):
    """Where we are."""

    hall: Text


class Reprint(Struct, frozen=True, kw_only=True):
    """That this is not the ticket's first paper (I11)."""

    mark: Text


class Queue(Struct, frozen=True, kw_only=True):
    """What the visitor waits for."""

    name: Text
    mark: Text | None
    """Of the ticket's class; None for an ordinary one."""


class Number(Struct, frozen=True, kw_only=True):
    """The number, at least 20 mm high."""

    number: str


class Amount(Struct, frozen=True, kw_only=True):
    """A figure to be read from afar, and its unit."""

    label: Text
    figure: str
    """Empty when only the words matter."""
    unit: Text


class Standing(Struct, frozen=True, kw_only=True):
    """How long the line is, by people and by time."""

    ahead: Amount
    wait: Amount


class Detail(Struct, frozen=True, kw_only=True):
    """A labelled matter."""

    label: Text
    figure: str
    """Counters; empty when `lines` say it all."""
    lines: tuple[Text, ...]
    remark: Text | None = None
    """In small print at the end."""


class Code(Struct, frozen=True, kw_only=True):
    """The way to the progress page, and the rule that the visitor must know (PS2)."""

    url: str | None
    """For the QR code; None when it would be too long to be read."""
    caption: Text
    notice: Text


class Issue(Struct, frozen=True, kw_only=True):
    """When and where the ticket was taken."""

    day: str
    time: str
    weekday: Text
    kiosk: str | None


class Note(Struct, frozen=True, kw_only=True):
    """Words of the hall's own."""

    words: Text
    size: NoteSize


class Line(Struct, frozen=True, kw_only=True):
    """Across the paper."""


Element = Heading | Reprint | Queue | Number | Standing | Detail | Code | Issue | Note | Line
Layout = tuple[Element, ...]


def layout(
    job: PrinterJob, public_url: str, paper: tuple[PaperPart, ...] = DEFAULT_PAPER
) -> Layout:
    """The ticket's parts from top to bottom, every text cleaned and bounded (PR4).

    A reprint's mark comes first, below where we are if that stands first.
    """
    elements = [element for part in paper for element in _elements(part, job, public_url)]
    at = 1 if paper and paper[0].kind is PaperKind.HALL else 0
    return (*elements[:at], *_reprint(job.copy), *elements[at:])


def _elements(part: PaperPart, job: PrinterJob, public_url: str) -> tuple[Element, ...]:
    match part.kind:
        case PaperKind.HALL:
            return (Heading(hall=clean_name(job.hall_name)),)
        case PaperKind.QUEUE:
            return (Queue(name=clean_name(job.queue_name), mark=MARKS.get(job.ticket_class)),)
        case PaperKind.NUMBER:
            return (Number(number=number_of(job)),)
        case PaperKind.STANDING:
            return (Standing(ahead=_ahead(job.ahead), wait=_wait(job)),)
        case PaperKind.COUNTERS:
            return (_counters(job),)
        case PaperKind.SERVICES:
            return _services(job)
        case PaperKind.CODE:
            return (_code(job, public_url),)
        case PaperKind.ISSUE:
            return (_issue(job),)
        case PaperKind.NOTE:
            return (Note(words=clean_name(part.text or NO_WORDS), size=part.size),)
        case PaperKind.LINE:
            return (Line(),)


def _counters(job: PrinterJob) -> Detail:
    return Detail(
        label=Text(zh="办理窗口", en="Window" if len(set(job.counter_nos)) == 1 else "Windows"),
        figure=counter_runs(job.counter_nos),
        lines=(clean_name(job.zone_name),),
    )


def _code(job: PrinterJob, public_url: str) -> Code:
    return Code(
        url=progress_url(public_url, job.token),
        caption=Text(zh="扫码看进度", en="Scan to follow your turn"),
        notice=missed_words(job.return_places, job.returns_max),
    )


def _issue(job: PrinterJob) -> Issue:
    day, time, weekday = local_time(job.issued_at, job.time_zone)
    kiosk = clean(job.kiosk_id, 12) if job.kiosk_id is not None else ""
    return Issue(day=day, time=time, weekday=weekday, kiosk=kiosk or None)


def number_of(job: PrinterJob) -> str:
    """The ticket's number, letters and digits only."""
    return "".join(c for c in job.number if c.isascii() and c.isalnum())[:NUMBER_MAX]


def progress_url(public_url: str, token: str) -> str | None:
    """The address behind the QR code; None when it is too long for a code that phones read."""
    url = f"{public_url.rstrip('/')}/t/{quote(token, safe='', errors='replace')}"
    return url if len(url) <= URL_MAX else None


def _reprint(copy: int) -> tuple[Reprint, ...]:
    """The mark of a paper that is not the first: whoever finds two knows which came later."""
    if copy <= 0:
        return ()
    n = min(copy, COPY_MAX)
    return (Reprint(mark=Text(zh=f"补打 {n}", en=f"Reprint {n}")),)


def _ahead(ahead: int) -> Amount:
    shown = min(max(ahead, 0), AHEAD_MAX)
    unit = Text(zh="人", en="person" if shown == 1 else "people")
    return Amount(label=Text(zh="前方等候", en="Ahead"), figure=str(shown), unit=unit)


def _wait(job: PrinterJob) -> Amount:
    figure, unit = wait_words(job.wait_min_s, job.wait_max_s)
    return Amount(label=Text(zh="预计等候", en="Wait"), figure=figure, unit=unit)


def _services(job: PrinterJob) -> tuple[Detail, ...]:
    """The services asked for, the first few by name."""
    if not job.service_names:
        return ()
    lines = [clean_name(name) for name in job.service_names[:SERVICES_SHOWN_MAX]]
    count = len(job.service_names)
    more = Text(zh=f"等共{count}项", en=f"{count} services in all")
    return (
        Detail(
            label=Text(zh="办理事项", en="Services"),
            figure="",
            lines=tuple(lines),
            remark=more if count > SERVICES_SHOWN_MAX else None,
        ),
    )
