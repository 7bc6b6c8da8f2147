"""What each department is told once a working day: cases by urgency, overdue questions (DL1)."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery

from backend.audited import audited
from backend.core.access import Reading
from backend.core.ids import DepartmentId, HallId, StaffId, Text
from backend.core.messages import Message, MessageKind, department_subject
from backend.hub.http import AnyRequest
from backend.office.case_desk import CaseDesk, Known
from backend.office.case_views import case_line
from backend.store.case_lists import CaseLists, ListKind, Place, Wanted
from backend.store.consultations import Consultations
from backend.wire.cases import CaseDigest, CaseDigests, CaseLine

OF_USE = timedelta(hours=14)
"""The next day brings another."""
LINES_MAX = 500
"""Of each kind, in all departments together."""
TOLD_FROM_H = 7
"""By the hall's clock."""
NOBODY = StaffId("")
KINDS = (ListKind.AMBER, ListKind.RED, ListKind.OVERDUE)
_decode = msgspec.json.Decoder(CaseDigest).decode


@get("/api/halls/{hall_id:str}/cases/digests")
@audited("case.list", "case")
async def list_digests(
    request: AnyRequest,
    hall_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    day: FromQuery[date | None] = None,
) -> CaseDigests:
    """What the departments of whoever asks were told on a day, else last."""
    at = await case_desk.at(request, hall_id, Reading.CASES)
    own = at.desk.departments
    days = await case_desk.lists.digest_days(at.hall.hall_id)
    day = day or (days[0] if days else at.known.today)
    departments = tuple(sorted(own)) if own is not None else None
    found = await case_desk.lists.digests(at.hall.hall_id, day, departments)
    return CaseDigests(
        day=day, digests=tuple(_decode(body) for body in found.values()), days=tuple(days)
    )


def is_time_to_tell(known: Known, at: datetime) -> bool:
    """Whether it is a working day, and not too early in it."""
    local = at.astimezone(ZoneInfo(known.plan.time_zone))
    return known.calendar.is_working(local.date()) and local.hour >= TOLD_FROM_H


async def make_digests(
    lists: CaseLists, consultations: Consultations, hall_id: HallId, known: Known, at: datetime
) -> None:
    """Keep what each department is told today; those that were told already are left alone."""
    questions = await consultations.overdue(hall_id, at)
    lines: dict[ListKind, list[CaseLine]] = {}
    for kind in KINDS:
        wanted = Wanted(kind=kind, departments=None, staff_id=NOBODY, today=known.today, at=at)
        rows = await lists.listed(hall_id, wanted, Place(), LINES_MAX)
        lines[kind] = [case_line(row, known, at) for row in rows]
    for department_id, department in known.departments.items():
        digest = CaseDigest(
            department_id=department_id,
            name=department.name,
            amber=_of(lines[ListKind.AMBER], department_id),
            red=_of(lines[ListKind.RED], department_id),
            overdue=_of(lines[ListKind.OVERDUE], department_id),
            overdue_questions=questions.get(department_id, 0),
        )
        body = msgspec.json.encode(digest)
        news = _message(hall_id, digest, known.today, at)
        await lists.put_digest(hall_id, known.today, department_id, body, at, news=news)


def _message(hall_id: HallId, digest: CaseDigest, day: date, at: datetime) -> Message | None:
    """What the department is told outside the page: counts, and no case or question (I19)."""
    overdue, red, amber = len(digest.overdue), len(digest.red), len(digest.amber)
    asked = digest.overdue_questions
    if overdue + red + amber + asked == 0:
        return None
    cases = Text(
        zh=f"办件：已超期 {overdue} 件，剩一日 {red} 件，时限过七成 {amber} 件。",
        en=f"Cases: {overdue} overdue, {red} with a day left, {amber} past 70 % of their limit.",
    )
    questions = Text(zh=f"咨询：超期未答复 {asked} 条。", en=f"Questions: {asked} overdue.")
    has_cases = overdue + red + amber > 0
    told = [part for part, is_told in ((cases, has_cases), (questions, asked > 0)) if is_told]
    return Message(
        hall_id=hall_id,
        key=f"digest/{day}/{digest.department_id}",
        kind=MessageKind.OFFICE,
        title=Text(
            zh=f"{digest.name.zh}：超期 {overdue + asked} 件",
            en=f"{digest.name.en}: {overdue + asked} overdue",
        ),
        text=Text(zh="".join(one.zh for one in told), en=" ".join(one.en for one in told)),
        subject=department_subject(digest.department_id),
        path="/ops/cases" if has_cases else "/ops/consultations",
        put_at=at,
        expires_at=at + OF_USE,
    )


def _of(lines: list[CaseLine], department_id: DepartmentId) -> tuple[CaseLine, ...]:
    return tuple(line for line in lines if line.department_id == department_id)


ROUTES: list[Any] = [list_digests]
