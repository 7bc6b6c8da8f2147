"""What a visitor is told of a case's steps, and what nobody is told who stands at the window."""

from datetime import date

import pytest

from backend.core.cases.case import Case
from backend.core.cases.events import (
    CaseAccepted,
    CaseClosed,
    CaseDecided,
    CaseEvent,
    CaseResumed,
    CaseSuspended,
    CorrectionAsked,
    DueMoved,
    OfficeAnswered,
    ProcessStarted,
    VisitorNotified,
)
from backend.core.cases.told import Names, told
from backend.core.cases.words import (
    CaseId,
    MaterialId,
    Outcome,
    ServiceKind,
    SuspendReason,
    Terms,
    Way,
)
from backend.core.ids import DepartmentId, ServiceId, Text
from backend.core.rules.deadlines import Deadline, Excluded
from tests.support.samples import AT

NAMES = Names(
    service=Text(zh="职称证书补办", en="Reissue of a certificate"),
    material=lambda material_id: Text(zh=f"材料{material_id}", en=f"paper {material_id}"),
)
DAY = date(2026, 11, 23)
DUE = Deadline(
    limit_days=10,
    after=DAY,
    amber_from=date(2026, 12, 2),
    red_from=date(2026, 12, 4),
    due_day=date(2026, 12, 7),
    due_at=AT,
    is_provisional=False,
)
REMARK = "李四的照片不清楚"
ACCEPTED = CaseAccepted(
    number="2026-000123", no=123, accepted_on=DAY, is_silent=False, deadline=DUE, accepted_at=AT
)
DECIDED = CaseDecided(outcome=Outcome.REFUSED, reason=REMARK, decided_at=AT)
ASKED = CorrectionAsked(materials=(MaterialId("m2"),), remark=REMARK, way=Way.COUNTER, asked_at=AT)


def case(kind: ServiceKind = ServiceKind.DEFERRED) -> Case:
    terms = Terms(service_id=ServiceId("HR-04"), department_id=DepartmentId("HR"), kind=kind)
    return Case(case_id=CaseId("c1"), terms=terms, number="2026-000123")


@pytest.mark.parametrize(
    ("events", "zh", "en"),
    [
        ((ACCEPTED,), "2026年12月7日前办结", "by 7 December 2026"),
        ((ASKED,), "· 材料m2", "· paper m2"),
        (
            (
                CaseSuspended(
                    reason=SuspendReason.HEARING, remark=REMARK, suspended_on=DAY, suspended_at=AT
                ),
            ),
            "听证",
            "a hearing",
        ),
        (
            (
                CaseResumed(excluded=Excluded(after=DAY, through=DAY), resumed_at=AT),
                DueMoved(deadline=DUE, offices=(), moved_at=AT),
            ),
            "2026年12月7日",
            "7 December 2026",
        ),
        ((DECIDED,), "不予办理", "refused"),
        ((VisitorNotified(way=Way.PHONE, notified_at=AT),), "可领取", "is ready"),
    ],
)
def test_step_is_told_in_both_languages_without_a_remark__NO1(
    events: tuple[CaseEvent, ...], zh: str, en: str
) -> None:
    news = told(case(), events, NAMES)
    assert news is not None
    assert zh in news.text.zh
    assert en in news.text.en
    assert "职称证书补办" in news.title.zh
    assert REMARK not in f"{news}"


@pytest.mark.parametrize(
    "event",
    [
        ProcessStarted(started_at=AT),
        OfficeAnswered(
            department_id=DepartmentId("HR"), agrees=True, remark=REMARK, answered_at=AT
        ),
        VisitorNotified(way=Way.COUNTER, notified_at=AT),
        CaseClosed(closed_at=AT),
    ],
)
def test_what_the_office_does_within_is_not_told__NO1(event: CaseEvent) -> None:
    assert told(case(), (event,), NAMES) is None


def test_matter_done_on_the_spot_is_not_told_but_what_is_missing_is__NO1() -> None:
    immediate = case(ServiceKind.IMMEDIATE)
    assert told(immediate, (ACCEPTED, DECIDED), NAMES) is None
    assert told(immediate, (ASKED,), NAMES) is not None
