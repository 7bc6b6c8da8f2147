"""Cases of the demo hall, one and more in each state, so that its lists have something to show."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct
from msgspec.structs import replace

from backend.casework import Casework
from backend.catalogue.guide import Guide, terms_of
from backend.core.cases import commands as c
from backend.core.cases.case import CaseStamp
from backend.core.cases.commands import CaseCommand
from backend.core.cases.words import (
    CaseId,
    OfficeLimit,
    Outcome,
    Promise,
    SuspendReason,
    Way,
)
from backend.core.ids import CommandId, StaffId
from backend.core.stamp import Caller, Role
from backend.core.workdays import WorkCalendar
from backend.demo.catalogue import demo_catalogue, demo_departments
from backend.demo.forms import FORMS
from backend.demo.hall import HALL_ID, demo_plan
from backend.store.calendars import Calendars
from backend.store.cases import Cases
from backend.store.catalogue import Catalogues, Entered
from backend.store.database import Database
from backend.store.files import Files

BEGINNING = date(2026, 1, 1)
AUTHOR = "demo"
PROMISED = timedelta(days=14)


class Story(Struct, frozen=True, kw_only=True):
    """What happened to a case: so many working days ago each, oldest first."""

    service_id: str
    clerk: str
    steps: tuple[tuple[int, CaseCommand], ...]
    lacks: tuple[str, ...] = ()
    """Materials that were not handed in at first; tolerable ones are promised (CS2)."""


_ACCEPT, _START = c.AcceptCase(), c.StartProcess()
_GRANT = c.DecideCase(outcome=Outcome.GRANTED)
_SUSPEND = c.SuspendCase(reason=SuspendReason.EXPERT_REVIEW, remark="评审会下周举行")
_TOLD, _HANDED = c.NotifyVisitor(way=Way.PHONE), c.DeliverResult(way=Way.COUNTER)
_OFFICES = c.AskOffices(offices=(OfficeLimit(department_id="FN", limit_days=3),))
_ANSWER = c.AnswerForOffice(department_id="FN", agrees=True, remark="经费已落实")
_TO_FINANCE = c.HandOver(department_id="FN", reason="涉及住房补贴发放")
_LACKS_PHOTO = c.AskCorrection(materials=("m3",), remark="照片须为近六个月内")
_WITHDRAW = c.WithdrawCase(reason="申请人改日再办")

STORIES = (
    Story(service_id="HR-03", clerk="w02", steps=()),
    Story(service_id="UG-02", clerk="w08", steps=(), lacks=("m2",)),
    Story(service_id="HR-04", clerk="w02", steps=((1, _LACKS_PHOTO),), lacks=("m3",)),
    Story(
        service_id="UG-06",
        clerk="w08",
        steps=((3, _LACKS_PHOTO), (1, c.SupplyMaterials(handed_in=("m3",)))),
        lacks=("m3",),
    ),
    Story(service_id="HR-06", clerk="w03", steps=((0, _ACCEPT),)),
    Story(service_id="HR-07", clerk="w02", steps=((15, _ACCEPT), (14, _START))),
    Story(
        service_id="HR-05",
        clerk="w03",
        steps=((8, _ACCEPT), (7, _START), (1, _OFFICES)),
        lacks=("m2",),
    ),
    Story(service_id="IO-04", clerk="w04", steps=((4, _ACCEPT), (3, _START))),
    Story(service_id="FN-01", clerk="w16", steps=((8, _ACCEPT), (7, _START))),
    Story(service_id="HO-01", clerk="w06", steps=((12, _ACCEPT), (9, _START))),
    Story(service_id="HR-03", clerk="w02", steps=((5, _ACCEPT),)),
    Story(service_id="HR-03", clerk="w03", steps=((9, _ACCEPT), (8, _START))),
    Story(service_id="PC-02", clerk="w21", steps=((9, _ACCEPT), (8, _START), (6, _SUSPEND))),
    Story(service_id="GA-07", clerk="w26", steps=((6, _ACCEPT), (5, _TO_FINANCE), (4, _START))),
    Story(
        service_id="IO-01",
        clerk="w04",
        steps=((6, _ACCEPT), (5, _START), (5, _OFFICES), (3, _ANSWER), (1, _GRANT)),
    ),
    Story(
        service_id="GS-04",
        clerk="w11",
        steps=((12, _ACCEPT), (11, _START), (2, _GRANT), (1, _TOLD)),
    ),
    Story(
        service_id="UG-07",
        clerk="w09",
        steps=((9, _ACCEPT), (8, _START), (3, _GRANT), (2, _TOLD), (1, _HANDED)),
    ),
    Story(
        service_id="CC-03",
        clerk="w31",
        steps=(
            (6, _ACCEPT),
            (6, _START),
            (5, _GRANT),
            (5, _TOLD),
            (4, _HANDED),
            (4, c.CloseCase()),
        ),
    ),
    Story(
        service_id="HR-01",
        clerk="w02",
        steps=((1, _GRANT), (1, _TOLD), (1, _HANDED), (1, c.CloseCase())),
    ),
    Story(service_id="SC-02", clerk="w28", steps=((2, _WITHDRAW),)),
)
"""Today's first ones are at a desk; HR has one of each urgency."""


async def load_forms(files: Files) -> None:
    """Keep the forms that guides of the demo hall name; safe to repeat."""
    for form in FORMS.values():
        await files.put_form(form.content)


async def load_catalogue(database: Database) -> None:
    """Put the demo hall's departments, services and questions into the database, if it has none."""
    catalogues = Catalogues(database)
    await catalogues.refresh(BEGINNING)
    entry = Entered(valid_from=BEGINNING, author=AUTHOR)
    if not catalogues.of(HALL_ID).questions:
        await catalogues.put_questions(HALL_ID, demo_catalogue().questions, entry)
    if catalogues.of(HALL_ID).services:
        return
    for place, department in enumerate(demo_departments()):
        entry = Entered(valid_from=BEGINNING, place=place, author=AUTHOR)
        await catalogues.put_department(HALL_ID, department, entry)
    for place, guide in enumerate(demo_catalogue().guides):
        entry = Entered(valid_from=BEGINNING, place=place, author=AUTHOR)
        await catalogues.put_service(HALL_ID, guide, entry)


async def load_cases(database: Database, at: datetime) -> None:
    """Let the demo's cases happen as if up to `at`, unless there are any."""
    cases = Cases(database)
    if HALL_ID in await cases.halls():
        return
    calendar = await Calendars(database).calendar()
    guides = {guide.service_id: guide for guide in demo_catalogue().guides}
    casework = Casework(cases)
    for no, story in enumerate(STORIES, start=1):
        guide = next(g for s, g in guides.items() if s == story.service_id)
        first = story.steps[0][0] if story.steps else 0
        receive = _receive(story, guide, at.date() + PROMISED)
        steps = ((first, c.OpenCase(service_id=story.service_id)), (first, receive))
        for n, (days, command) in enumerate((*steps, *story.steps)):
            stamp = _stamp(story, guide, calendar, _moment(calendar, at, days, n))
            stamp = replace(stamp, case_id=CaseId(f"demo-{no:02d}"))
            answer = await casework.do(CommandId(f"demo-{no:02d}/{n}"), command, stamp)
            assert answer.commit.refused is None, (story, command, answer.commit.refused)


def _receive(story: Story, guide: Guide, by_day: date) -> CaseCommand:
    materials = terms_of(guide).materials
    return c.ReceiveForms(
        handed_in=tuple(
            m.material_id for m in materials if m.is_required and m.material_id not in story.lacks
        ),
        promised=tuple(
            Promise(material_id=m.material_id, by_day=by_day)
            for m in materials
            if m.material_id in story.lacks and m.is_tolerable
        ),
    )


def _stamp(story: Story, guide: Guide, calendar: WorkCalendar, at: datetime) -> CaseStamp:
    return CaseStamp(
        by=Caller(role=Role.CLERK, id=story.clerk),
        at=at,
        case_id=CaseId(""),
        plan=demo_plan(),
        calendar=calendar,
        terms=terms_of(guide),
        departments=frozenset(d.department_id for d in demo_departments()),
        people=(StaffId("w16"),),
    )


def _moment(calendar: WorkCalendar, at: datetime, days: int, n: int) -> datetime:
    """Ten o'clock and some minutes, so many working days before; never after `at`."""
    zone = ZoneInfo(demo_plan().time_zone)
    day = at.astimezone(zone).date()
    while days:
        day -= timedelta(days=1)
        days -= calendar.is_working(day)
    return min(at, datetime.combine(day, time(10, 5 * n), zone).astimezone(UTC))
