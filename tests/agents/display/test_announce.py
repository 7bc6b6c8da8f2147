"""What to do with the calls due in a zone (VO2-VO6, I12)."""

from collections.abc import Collection, Sequence

import pytest

from backend.core.ids import SpeechOutcome
from backend.core.views.voice import VoiceCall
from display_agent.agenda import Agenda, Outbox
from display_agent.announce import (
    INTERRUPTED,
    MERGED,
    NOT_CALLED,
    QUIET,
    TOO_OLD,
    Action,
    Form,
    Settle,
    Speak,
    key_of,
    next_action,
)
from tests.agents.display.calls import NOW, call


def act(
    calls: Sequence[VoiceCall],
    settled: Collection[str] = (),
    begun: Collection[str] = (),
    is_quiet: bool = False,
) -> Action | None:
    return next_action(calls, NOW, settled=settled, begun=begun, is_quiet=is_quiet)


def run_down(calls: Sequence[VoiceCall]) -> list[str]:
    """Every action until nothing is due, as words."""
    settled: set[str] = set()
    actions = []
    while (action := act(calls, settled)) is not None:
        settled.add(key_of(action.call))
        what = action.form if isinstance(action, Speak) else action.detail
        actions.append(f"{action.call.call_id.split('-')[1]} {what}")
    return actions


def test_nothing_due_nothing_done() -> None:
    assert act([]) is None


def test_one_alone_is_announced_in_full__VO2() -> None:
    assert act([call(1)]) == Speak(call=call(1), form=Form.FULL)


@pytest.mark.parametrize(
    ("waiting", "form"),
    [(1, Form.FULL), (2, Form.BRIEF), (4, Form.BRIEF), (5, Form.FAST), (40, Form.FAST)],
)
def test_form_follows_the_number_waiting__VO3(waiting: int, form: Form) -> None:
    assert act([call(n) for n in range(1, waiting + 1)]) == Speak(call=call(1), form=form)


def test_backlog_is_worked_off_ever_more_calmly__VO3() -> None:
    assert run_down([call(n) for n in range(1, 7)]) == [
        "C1 fast",
        "C2 fast",
        "C3 brief",
        "C4 brief",
        "C5 brief",
        "C6 full",
    ]


def test_calls_are_spoken_in_event_order__VO4() -> None:
    # C2 seems older by the clock; the order of the events is what counts.
    calls = [call(1, age_s=1), call(2, age_s=9), call(3, age_s=5)]
    assert [line.split()[0] for line in run_down(calls)] == ["C1", "C2", "C3"]


def test_older_than_45_s_is_skipped__VO5() -> None:
    assert run_down([call(1, age_s=45.1), call(2, age_s=45.0)]) == [f"C1 {TOO_OLD}", "C2 full"]


def test_no_longer_called_is_skipped__VO5() -> None:
    assert run_down([call(1, is_live=False), call(2)]) == [f"C1 {NOT_CALLED}", "C2 full"]


def test_skipped_calls_do_not_count_as_waiting__VO3_VO5() -> None:
    calls = [call(1), *(call(n, is_live=False) for n in range(2, 8))]
    assert run_down(calls)[-1] == "C1 full"


def test_recall_of_one_still_waiting_is_merged__VO6() -> None:
    calls = [call(1), call(2), call(3, "A001", repeat=1)]
    assert run_down(calls) == [f"C1 {MERGED}", "C2 brief", "C3 full"]


def test_recall_of_one_already_spoken_is_spoken__VO6() -> None:
    calls = [call(1), call(2, "A001", repeat=1)]
    assert act(calls, settled={key_of(calls[0])}) == Speak(call=calls[1], form=Form.FULL)


def test_same_ticket_at_another_counter_is_not_merged__VO6() -> None:
    calls = [call(1, "A001", no=5), call(2, "A001", no=6, repeat=1)]
    assert run_down(calls) == ["C1 brief", "C2 full"]


def test_undone_recall_does_not_take_the_call_along__VO6() -> None:
    calls = [call(1), call(2, "A001", repeat=1, is_live=False)]
    assert run_down(calls) == [f"C2 {NOT_CALLED}", "C1 full"]


def test_quiet_hours_skip_everything__VO7() -> None:
    action = act([call(1)], is_quiet=True)
    assert action == Settle(call=call(1), outcome=SpeechOutcome.SKIPPED, detail=QUIET)


def test_begun_before_a_crash_is_reported_and_not_repeated__I12() -> None:
    action = act([call(1), call(2)], begun={key_of(call(1))})
    assert action == Settle(call=call(1), outcome=SpeechOutcome.SPOKEN, detail=INTERRUPTED)


def test_same_call_id_of_a_day_begun_anew_is_another_call__I12() -> None:
    assert isinstance(act([call(1, age_s=1)], begun={key_of(call(1, age_s=30))}), Speak)


def agenda_of(*calls: VoiceCall) -> Agenda:
    agenda = Agenda("Z1", frozenset(), Outbox())
    agenda.show(calls, "e1", 0.0)
    return agenda


def test_zones_waiting_for_the_loudspeaker_count_as_waiting__VO3() -> None:
    forms = []
    for others in (0, 1, 4):
        task = agenda_of(call(1)).next_task(NOW, is_quiet=False, others=others)
        assert task is not None
        forms.append(task.speak.form)
    assert forms == [Form.FULL, Form.BRIEF, Form.FAST]


def test_repeats_are_left_out_when_another_waits__VO3() -> None:
    agenda = agenda_of(call(1))
    task = agenda.next_task(NOW, is_quiet=False)
    assert task is not None
    assert agenda.goes_on(task, NOW)
    agenda.show([call(1), call(9, is_live=False)], "e1", 0.0)
    assert agenda.goes_on(task, NOW)
    agenda.show([call(1), call(9)], "e1", 0.0)
    assert not agenda.goes_on(task, NOW)


def test_repeats_are_left_out_when_the_visitor_has_come__I12() -> None:
    agenda = agenda_of(call(1))
    task = agenda.next_task(NOW, is_quiet=False)
    assert task is not None
    agenda.show([call(1, is_live=False)], "e1", 0.0)
    assert not agenda.is_awaited(task)
    assert not agenda.goes_on(task, NOW)
    agenda.show([], "e1", 0.0)
    assert not agenda.goes_on(task, NOW)


def test_looking_for_work_does_not_take_it() -> None:
    agenda = agenda_of(call(1))
    assert agenda.has_task(NOW, is_quiet=False)
    assert agenda.next_task(NOW, is_quiet=False) is not None
    assert not agenda.has_task(NOW, is_quiet=False)


def test_call_shown_again_is_not_spoken_again__I12() -> None:
    agenda = agenda_of(call(1))
    for calls in ([call(1)], [], [call(1)]):
        agenda.show(calls, "e1", 0.0)
        agenda.next_task(NOW, is_quiet=False)
    assert agenda.next_task(NOW, is_quiet=False) is None


def test_reports_that_a_hub_lost_are_made_again__I12_VO5() -> None:
    outbox = Outbox()
    agenda = Agenda("Z1", frozenset(), outbox)
    agenda.show([call(1, age_s=50), call(2)], "e1", 0.0)
    task = agenda.next_task(NOW, is_quiet=False)
    assert task is not None
    for report in outbox.reports():
        outbox.remove(report)
    agenda.show([call(1, age_s=50), call(2)], "e1", 0.0)
    assert outbox.reports() == [], "a view from before the report came"
    agenda.show([call(1, age_s=50), call(2)], "e2", 0.0)
    assert [(r.call.call_id, r.detail) for r in outbox.reports()] == [("20261123-C1", TOO_OLD)]
    agenda.report(task.speak.call, SpeechOutcome.SPOKEN, "")
    agenda.show([call(2)], "e3", 0.0)
    assert [r.outcome for r in outbox.reports()][-1] is SpeechOutcome.SPOKEN
    assert agenda.next_task(NOW, is_quiet=False) is None


def test_memory_is_bounded() -> None:
    outbox = Outbox()
    agenda = Agenda("Z1", frozenset(), outbox)
    for n in range(2_000):
        agenda.show([call(n, is_live=False)], "e1", 0.0)
        assert agenda.next_task(NOW, is_quiet=False) is None
    assert len(outbox.reports()) == 500
    assert outbox.reports()[-1].call == call(1_999, is_live=False)
