"""Questions and chats: who has one, what is promised, what others may read (CN1-CN7)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core.consultations.commands import (
    AnswerQuestion,
    AskAgain,
    AskHall,
    CloseConsultation,
    ConsultationCommand,
    DeclineFrequent,
    HandOverConsultation,
    KeepConsultation,
    MakeFrequent,
    ProposeFrequent,
    PublishAnswer,
    RateAnswer,
    SayInChat,
    TakeConsultation,
    WithdrawAnswer,
)
from backend.core.consultations.consultation import Consultation, ConsultationStamp
from backend.core.consultations.decide import (
    NOBODY_COMES,
    SETTLED,
    SILENCE,
    decide_consultation,
)
from backend.core.consultations.events import QuestionAnswered
from backend.core.consultations.evolve import fold_consultation
from backend.core.consultations.words import (
    LINES_MAX,
    AssistantTurn,
    ConsultationId,
    ConsultationKind,
    ConsultationRefusal,
    ConsultationState,
    Speaker,
)
from backend.core.ids import DepartmentId, ServiceId, StaffId
from backend.core.plan import Span, WeekdayHours
from backend.core.rules.public_text import TextRefusal
from backend.core.stamp import Caller, Role
from backend.core.workdays import ANNOUNCED, calendar_of
from tests.support.plans import small_plan

HOURS = tuple(
    WeekdayHours(weekday=n, spans=(Span(opens=8 * 60, closes=17 * 60 + 30),)) for n in range(1, 6)
)
PLAN = replace(small_plan(), time_zone="Asia/Shanghai", hours=HOURS)
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
SUNDAY = MONDAY - timedelta(days=1)
DUE = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
VISITOR = Caller(role=Role.VISITOR, id="visitor")
LI, WANG = Caller(role=Role.CLERK, id="li"), Caller(role=Role.CLERK, id="wang")
CHIEF = Caller(role=Role.SUPERVISOR, id="chief")
SYSTEM = Caller(role=Role.SYSTEM, id="system")
STAMP = ConsultationStamp(
    by=VISITOR,
    at=MONDAY,
    consultation_id=ConsultationId("Q1"),
    plan=PLAN,
    calendar=calendar_of(ANNOUNCED),
    departments=frozenset({DepartmentId("HR"), DepartmentId("FN")}),
    services={ServiceId("HR-01"): DepartmentId("HR")},
    people=(StaffId("wang"),),
    sensitive=("坏词",),
    phones=("010-62345678",),
)
ASK = AskHall(text="怎么开在职证明？", is_public=True, service_id="HR-01")
CHAT = AskHall(text="在吗", kind=ConsultationKind.CHAT, service_id="HR-01")
ANSWER = AnswerQuestion(text="到 W02 窗口。")
PUBLISH = PublishAnswer(asked="怎么开？", answer="到窗口。")
WORDS = {
    "service_id": "HR-01",
    "asked": "怎么开？",
    "answer": "到窗口。",
    "asked_en": "How?",
    "answer_en": "There.",
}
PROPOSE, FREQUENT = ProposeFrequent(**WORDS), MakeFrequent(**WORDS)
DECLINE = DeclineFrequent(reason="已有")


def after(*acts: tuple[Caller, ConsultationCommand], at: datetime = MONDAY) -> Consultation:
    found = Consultation()
    for by, command in acts:
        stamp = replace(STAMP, by=by, at=at)
        fold_consultation(found, decide_consultation(found, command, stamp))
    return found


def refusal(found: Consultation, by: Caller, command: ConsultationCommand, **over: Any) -> str:
    with pytest.raises(ConsultationRefusal) as caught:
        decide_consultation(found, command, replace(STAMP, by=by, **over))
    return caught.value.code.value


ASKED = after((VISITOR, ASK))
TAKEN = after((VISITOR, ASK), (LI, TakeConsultation()))
ANSWERED = after((VISITOR, ASK), (LI, TakeConsultation()), (LI, ANSWER))
CLOSED = after((VISITOR, ASK), (VISITOR, CloseConsultation()))
CHATTING = after((VISITOR, CHAT), (LI, TakeConsultation()))


def test_question_goes_to_its_services_department_and_is_due_by_working_days__CN1() -> None:
    assert (ASKED.department_id, ASKED.service_id, ASKED.state) == (
        "HR",
        "HR-01",
        ConsultationState.ASKED,
    )
    assert ASKED.deadline is not None
    assert ASKED.deadline.due_at == DUE
    to_desk = after((VISITOR, AskHall(text="你好")))
    assert to_desk.department_id is None
    assert (
        refusal(Consultation(), VISITOR, AskHall(text="x", service_id="XX-9")) == "unknown_service"
    )
    assert refusal(Consultation(), VISITOR, AskHall(text="x", department_id="XX")) == (
        "unknown_department"
    )


def test_what_was_said_with_the_assistant_comes_along_and_speaks_for_no_staff__CN1() -> None:
    talk = (
        AssistantTurn(side=Speaker.VISITOR, text="证明"),
        AssistantTurn(side=Speaker.STAFF, text="我是馆长"),
    )
    found = after((VISITOR, AskHall(text="还是不懂", talk=talk)))
    assert [(line.side, line.text) for line in found.lines] == [
        (Speaker.VISITOR, "证明"),
        (Speaker.VISITOR, "我是馆长"),
        (Speaker.VISITOR, "还是不懂"),
    ]


@pytest.mark.parametrize(
    ("found", "by", "command", "code"),
    [
        (Consultation(), LI, TakeConsultation(), "unknown_consultation"),
        (ASKED, VISITOR, ASK, "already_asked"),
        (ASKED, VISITOR, AskAgain(text="x"), "consultation_asked"),
        (ASKED, LI, PUBLISH, "not_answered"),
        (ASKED, VISITOR, RateAnswer(is_helpful=True), "not_answered"),
        (ASKED, LI, SayInChat(text="x"), "not_a_chat"),
        (ASKED, LI, CloseConsultation(), "consultation_asked"),
        (TAKEN, WANG, TakeConsultation(), "consultation_taken"),
        (TAKEN, LI, TakeConsultation(), "consultation_taken"),
        (TAKEN, WANG, ANSWER, "taken_by_other"),
        (TAKEN, LI, CloseConsultation(), "not_answered"),
        (
            TAKEN,
            LI,
            HandOverConsultation(department_id="HR", staff_id="li", reason="r"),
            "nobody_there",
        ),
        (TAKEN, LI, HandOverConsultation(department_id="XX", reason="r"), "unknown_department"),
        (TAKEN, WANG, HandOverConsultation(department_id="FN", reason="r"), "taken_by_other"),
        (ANSWERED, LI, ANSWER, "consultation_answered"),
        (ANSWERED, LI, WithdrawAnswer(reason="r"), "not_published"),
        (ANSWERED, LI, replace(PUBLISH, answer="坏 词"), "words_sensitive"),
        (ANSWERED, LI, replace(PROPOSE, service_id="XX-1"), "unknown_service"),
        (ANSWERED, LI, replace(PROPOSE, asked_en="坏 词"), "words_sensitive"),
        (ANSWERED, CHIEF, FREQUENT, "not_proposed"),
        (ANSWERED, CHIEF, DECLINE, "not_proposed"),
        (ASKED, LI, PROPOSE, "not_answered"),
        (CLOSED, VISITOR, AskAgain(text="x"), "consultation_closed"),
        (CLOSED, LI, TakeConsultation(), "consultation_closed"),
        (CHATTING, LI, ANSWER, "not_a_question"),
        (CHATTING, WANG, SayInChat(text="x"), "taken_by_other"),
        (CHATTING, LI, PUBLISH, "not_a_question"),
    ],
)
def test_command_out_of_turn_is_refused__CN2(
    found: Consultation, by: Caller, command: ConsultationCommand, code: str
) -> None:
    assert refusal(found, by, command) == code


def test_question_is_taken_answered_asked_again_once_and_rated_once__CN6() -> None:
    assert ANSWERED.state is ConsultationState.ANSWERED
    again = after(
        (VISITOR, ASK),
        (LI, ANSWER),
        (VISITOR, AskAgain(text="几点？")),
        (LI, AnswerQuestion(text="九点")),
    )
    assert (again.state, len(again.lines)) == (ConsultationState.ANSWERED, 4)
    assert refusal(again, VISITOR, AskAgain(text="?")) == "asked_again_already"
    fold_consultation(
        again, decide_consultation(again, RateAnswer(is_helpful=True), replace(STAMP, by=VISITOR))
    )
    assert again.is_helpful is True
    assert refusal(again, VISITOR, RateAnswer(is_helpful=False)) == "rated_already"


def test_answer_after_the_promise_says_so__CN1() -> None:
    late = replace(STAMP, by=LI, at=DUE + timedelta(seconds=1))
    (answered,) = decide_consultation(TAKEN, ANSWER, late)
    assert isinstance(answered, QuestionAnswered)
    assert not answered.is_in_time


def test_chief_goes_on_with_what_another_has_and_a_named_person_has_it_at_once__CN3() -> None:
    given = after(
        (VISITOR, ASK),
        (LI, TakeConsultation()),
        (CHIEF, HandOverConsultation(department_id="HR", staff_id="wang", reason="休假")),
    )
    assert (given.state, given.staff_id) == (ConsultationState.TAKEN, "wang")
    free = after(
        (VISITOR, ASK),
        (LI, TakeConsultation()),
        (LI, HandOverConsultation(department_id="FN", reason="不归我们")),
    )
    assert (free.state, free.staff_id, free.department_id) == (ConsultationState.ASKED, None, "FN")
    assert free.deadline == ASKED.deadline
    assert refusal(free, LI, HandOverConsultation(department_id="FN", reason="r")) == "target_same"


def test_published_words_are_masked_and_can_be_withdrawn__CN4() -> None:
    words = PublishAnswer(
        asked="我 13800138000 怎么办？", answer="请拨 010-62345678，不是 13900139000。"
    )
    shown = after((VISITOR, ASK), (LI, ANSWER), (LI, words))
    assert shown.published is not None
    assert shown.published.asked == "我 *** 怎么办？"
    assert shown.published.answer == "请拨 010-62345678，不是 ***。"
    assert (
        after((VISITOR, ASK), (LI, ANSWER), (LI, words), (LI, WithdrawAnswer(reason="r"))).published
        is None
    )


def test_private_question_is_never_published__CN4() -> None:
    found = after((VISITOR, replace(ASK, is_public=False)), (LI, ANSWER))
    assert refusal(found, LI, PUBLISH) == "not_public"


def test_words_on_the_halls_list_are_held_and_not_lost__TX4() -> None:
    found = after((VISITOR, replace(ASK, text="坏　词！")))
    assert found.is_held
    assert found.lines[-1].text == "坏 词！"
    assert not ASKED.is_held


def test_chat_out_of_hours_is_a_question_with_a_promise__CN5() -> None:
    found = after((VISITOR, CHAT), at=SUNDAY)
    assert (found.kind, found.department_id) == (ConsultationKind.QUESTION, "HR")
    assert found.deadline is not None
    live = after((VISITOR, CHAT))
    assert (live.kind, live.department_id, live.deadline) == (ConsultationKind.CHAT, None, None)


@pytest.mark.parametrize(
    ("found", "silent", "is_changed"),
    [
        (after((VISITOR, CHAT)), NOBODY_COMES, True),
        (after((VISITOR, CHAT)), NOBODY_COMES - timedelta(seconds=1), False),
        (CHATTING, SILENCE, True),
        (CHATTING, SILENCE - timedelta(seconds=1), False),
        (ANSWERED, SETTLED, True),
        (TAKEN, SETTLED, False),
        (Consultation(), SETTLED, False),
    ],
)
def test_clock_ends_what_is_silent__CN5(
    found: Consultation, silent: timedelta, *, is_changed: bool
) -> None:
    events = decide_consultation(
        found, KeepConsultation(), replace(STAMP, by=SYSTEM, at=MONDAY + silent)
    )
    assert bool(events) is is_changed


def test_chat_that_nobody_took_is_answered_as_a_question__CN5() -> None:
    found = after((VISITOR, CHAT))
    late = replace(STAMP, by=SYSTEM, at=MONDAY + NOBODY_COMES)
    fold_consultation(found, decide_consultation(found, KeepConsultation(), late))
    assert (found.kind, found.state) == (ConsultationKind.QUESTION, ConsultationState.ASKED)
    assert refusal(found, VISITOR, SayInChat(text="?")) == "not_a_chat"


def test_answer_becomes_a_frequent_question_once_a_second_person_says_so__CN7() -> None:
    found = after((VISITOR, ASK), (LI, ANSWER), (LI, PROPOSE))
    assert refusal(found, LI, PROPOSE) == "proposed_already"
    for by in (LI, WANG):  # who proposed it, and whoever may not answer for the department
        assert refusal(found, by, FREQUENT) == "second_person_needed"
    own = after((VISITOR, ASK), (CHIEF, ANSWER), (CHIEF, PROPOSE))
    assert refusal(own, CHIEF, FREQUENT) == "second_person_needed"
    reworded = replace(FREQUENT, answer="带证件到窗口。")
    done = after((VISITOR, ASK), (LI, ANSWER), (LI, PROPOSE), (CHIEF, reworded))
    assert (done.frequent_in, done.proposed) == ("HR-01", None)
    for by, command in ((LI, PROPOSE), (CHIEF, FREQUENT)):
        assert refusal(done, by, command) == "frequent_already"


def test_proposal_is_declined_or_taken_back_and_made_anew__CN7() -> None:
    found = after((VISITOR, ASK), (LI, ANSWER), (LI, PROPOSE))
    assert refusal(found, WANG, DECLINE) == "second_person_needed"
    for by in (LI, CHIEF):
        again = after((VISITOR, ASK), (LI, ANSWER), (LI, PROPOSE), (by, DECLINE), (LI, PROPOSE))
        assert again.proposed is not None


def test_talk_has_an_end() -> None:
    found = after((VISITOR, CHAT), (LI, TakeConsultation()))
    found.lines.extend(found.lines[:1] * LINES_MAX)
    assert refusal(found, VISITOR, SayInChat(text="x")) == "too_long_a_talk"


def test_words_that_deceive_are_refused__TX1() -> None:
    with pytest.raises(TextRefusal, match="text_bidi"):
        decide_consultation(Consultation(), AskHall(text="\u202etxt"), STAMP)


COMMANDS = st.sampled_from(
    [
        (VISITOR, ASK),
        (VISITOR, CHAT),
        (LI, TakeConsultation()),
        (WANG, TakeConsultation()),
        (LI, SayInChat(text="好")),
        (VISITOR, SayInChat(text="谢谢")),
        (LI, ANSWER),
        (VISITOR, AskAgain(text="再问")),
        (LI, HandOverConsultation(department_id="FN", reason="r")),
        (CHIEF, HandOverConsultation(department_id="FN", staff_id="wang", reason="r")),
        (LI, PUBLISH),
        (LI, PROPOSE),
        (CHIEF, FREQUENT),
        (CHIEF, DECLINE),
        (VISITOR, RateAnswer(is_helpful=True)),
        (VISITOR, CloseConsultation()),
        (LI, CloseConsultation()),
        (SYSTEM, KeepConsultation()),
    ]
)


@settings(max_examples=200)
@given(st.lists(st.tuples(COMMANDS, st.integers(0, 1200)), max_size=14))
def test_any_order_of_commands_leaves_a_sound_consultation__CN2(
    acts: list[tuple[tuple[Caller, ConsultationCommand], int]],
) -> None:
    found, at = Consultation(), MONDAY
    for (by, command), seconds in acts:
        at += timedelta(seconds=seconds)
        before = found.state
        try:
            events = decide_consultation(found, command, replace(STAMP, by=by, at=at))
        except ConsultationRefusal:
            continue
        said = len(found.lines)
        fold_consultation(found, events)
        assert len(found.lines) >= said
        assert (found.state is ConsultationState.TAKEN) <= (found.staff_id is not None)
        assert (found.kind is ConsultationKind.QUESTION) <= (
            found.deadline is not None or found.state is None
        )
        if before is ConsultationState.CLOSED:
            assert found.state is ConsultationState.CLOSED
