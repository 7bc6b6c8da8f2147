"""What a visitor is told of a case's steps, beside the page (NO1)."""

from collections.abc import Callable
from datetime import date, timedelta

from msgspec import Struct

from backend.core.cases.case import Case
from backend.core.cases.events import (
    CaseAccepted,
    CaseClosed,
    CaseDecided,
    CaseEvent,
    CaseHandedOver,
    CaseOpened,
    CaseResumed,
    CaseSuspended,
    CaseWithdrawn,
    CorrectionAsked,
    DueMoved,
    FormsReceived,
    MaterialsSupplied,
    OfficeAnswered,
    OfficesAsked,
    ProcessStarted,
    ResultDelivered,
    VisitorNotified,
)
from backend.core.cases.words import MaterialId, Outcome, ServiceKind, SuspendReason, Terms, Way
from backend.core.ids import Text

OF_USE = timedelta(days=7)
"""Who is not told by then learns it from the page."""
REASONS = {
    SuspendReason.HEARING: Text(zh="听证", en="a hearing"),
    SuspendReason.INSPECTION: Text(zh="检验、检测", en="an inspection"),
    SuspendReason.EXPERT_REVIEW: Text(zh="专家评审", en="a review by experts"),
    SuspendReason.PUBLIC_NOTICE: Text(zh="公示", en="a public notice"),
    SuspendReason.VISITOR: Text(zh="您提出或等待您办理的事", en="what you asked for or do first"),
}
OUTCOMES = {
    Outcome.GRANTED: Text(zh="准予办理", en="granted"),
    Outcome.REFUSED: Text(zh="不予办理，理由见决定书", en="refused; the decision says why"),
}


class News(Struct, frozen=True, kw_only=True):
    """What is said, in both languages."""

    title: Text
    text: Text


class Names(Struct, frozen=True, kw_only=True):
    """How things are called."""

    service: Text
    material: Callable[[MaterialId], Text]


def told(case: Case, events: tuple[CaseEvent, ...], names: Names) -> News | None:
    """What the visitor is told of a commit, `case` being what it left; None: nothing.

    Who stands at the window while a matter is done on the spot knows it already.
    """
    assert case.terms is not None
    if _is_on_the_spot(case.terms, events):
        return None
    for event in reversed(events):  # the last is where it stands now
        news = _of(case, event, names)
        if news is not None:
            return news
    return None


def _is_on_the_spot(terms: Terms, events: tuple[CaseEvent, ...]) -> bool:
    kinds = {type(event) for event in events}
    return terms.kind is ServiceKind.IMMEDIATE and CorrectionAsked not in kinds


def _of(case: Case, event: CaseEvent, names: Names) -> News | None:
    number = case.number or ""
    match event:
        case CaseAccepted():
            return _accepted(event, names.service, number)
        case CorrectionAsked():
            return _asked(event, names)
        case CaseSuspended():
            return _suspended(event, names.service, number)
        case DueMoved():
            return _moved(event, names.service, number)
        case CaseDecided():
            return _decided(event, names.service, number)
        case VisitorNotified() if event.way is not Way.COUNTER:
            return _ready(names.service, number)
        case (
            CaseOpened()
            | FormsReceived()
            | MaterialsSupplied()
            | ProcessStarted()
            | CaseResumed()
            | CaseHandedOver()
            | OfficesAsked()
            | OfficeAnswered()
            | VisitorNotified()
            | ResultDelivered()
            | CaseClosed()
            | CaseWithdrawn()
        ):
            return None


def _accepted(event: CaseAccepted, service: Text, number: str) -> News:
    due = event.deadline.due_day
    return News(
        title=Text(zh=f"已受理：{service.zh}", en=f"Accepted: {service.en}"),
        text=Text(
            zh=f"办件号 {number}，承诺 {_zh(due)}前办结。您不必再来。",
            en=f"Case {number} is to be finished by {_en(due)}. You need not come.",
        ),
    )


def _asked(event: CorrectionAsked, names: Names) -> News:
    called = [names.material(one) for one in event.materials]
    return News(
        title=Text(zh=f"请补材料：{names.service.zh}", en=f"Please bring: {names.service.en}"),
        text=Text(
            zh="请补齐以下材料，交到受理窗口：\n" + "\n".join(f"· {c.zh}" for c in called),
            en="Bring this to the window:\n" + "\n".join(f"· {c.en}" for c in called),
        ),
    )


def _suspended(event: CaseSuspended, service: Text, number: str) -> News:
    why = REASONS[event.reason]
    return News(
        title=Text(zh=f"计时中止：{service.zh}", en=f"Clock stopped: {service.en}"),
        text=Text(
            zh=f"办件 {number} 因{why.zh}中止计时，恢复后办结日顺延。",
            en=f"The clock of case {number} stands still for {why.en};"
            " the due day moves when it goes on.",
        ),
    )


def _moved(event: DueMoved, service: Text, number: str) -> News:
    due = event.deadline.due_day
    return News(
        title=Text(zh=f"办结日调整：{service.zh}", en=f"New due day: {service.en}"),
        text=Text(
            zh=f"办件 {number} 的办结日为 {_zh(due)}。",
            en=f"Case {number} is now due by {_en(due)}.",
        ),
    )


def _decided(event: CaseDecided, service: Text, number: str) -> News:
    outcome = OUTCOMES[event.outcome]
    return News(
        title=Text(zh=f"已作出决定：{service.zh}", en=f"Decided: {service.en}"),
        text=Text(zh=f"办件 {number}：{outcome.zh}。", en=f"Case {number}: {outcome.en}."),
    )


def _ready(service: Text, number: str) -> News:
    return News(
        title=Text(zh=f"可以领取结果：{service.zh}", en=f"Ready: {service.en}"),
        text=Text(
            zh=f"办件 {number} 的结果已可领取，请按通知领取。",
            en=f"The result of case {number} is ready. Collect it as you were told.",
        ),
    )


def _zh(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _en(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
