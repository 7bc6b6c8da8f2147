"""Proof by sound: what the hall hears, recognised from the samples (VO1-VO7, I12)."""

from collections.abc import Callable, Iterable
from datetime import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from msgspec.structs import replace

from backend.core import commands as c
from backend.core.ids import (
    CallId,
    Channel,
    CounterId,
    QueueId,
    SpeechOutcome,
)
from backend.core.plan import CounterPlan, Plan
from backend.demo.hall import demo_plan
from display_agent import clips, pcm
from display_agent.announce import MERGED, NOT_CALLED, QUIET, TOO_OLD
from display_agent.hours import Hours
from display_agent.shelf import Shelf
from display_agent.speaker import GAP_S
from display_agent.speech import PAUSE, Tempo, Words, chinese, english
from tests.agents.display.hall import VoicedHall, run_hall
from tests.agents.display.tape import Tape, recognised
from tests.support.plans import QUICK, W1, W2, W3, Z1, Z2, A, B, C, small_plan
from tests.support.world import CHIEF

Make = Callable[..., VoicedHall]
LATE_MAX_S = 45.0


@pytest.fixture
def make(clip_folder: Path, tmp_path: Path) -> Make:
    def made(plan: Plan | None = None, **options: object) -> VoicedHall:
        plan = plan or small_plan()
        return VoicedHall(plan, clip_folder, tmp_path, **options)  # type: ignore[arg-type]

    return made


def named(folder: Path, sentences: Iterable[Words], tempo: Tempo) -> dict[str, bytes]:
    """The chime, and the clips that these sentences are joined from."""
    shelf = Shelf(folder, ".wav")
    found = {"chime": pcm.chime()}
    for words in sentences:
        for clip in words.clips:
            if clip != PAUSE:
                sound = shelf.get(clips.phrase_of(clip, tempo))
                assert sound is not None
                found[clip] = sound
    return found


def heard(tape: Tape, sounds: dict[str, bytes]) -> list[tuple[float, str, float]]:
    """What is recognised; nothing overlaps, and between the clips it is silent."""
    found = recognised(sounds, tape.mixed())
    whole = np.abs(np.frombuffer(tape.mixed(), "<i2").astype(np.int32))
    for (_, one, end_s), (begin_s, other, _) in pairwise(found):
        between = whole[round(end_s * pcm.RATE) : round(begin_s * pcm.RATE)]
        assert begin_s >= end_s - 0.001, f"{one} and {other} overlap"
        assert not between.any(), f"something sounds between {one} and {other}"
    return found


def sequence(*parts: str | Words) -> list[str]:
    """The clips that are to be recognised."""
    names: list[str] = []
    for part in parts:
        names += [part] if isinstance(part, str) else [x for x in part.clips if x != PAUSE]
    return names


def spoken(hall: VoicedHall) -> list[CallId]:
    """The calls that were spoken, in the order of their reports."""
    return [
        call_id
        for call_id, (event, _) in hall.reports.items()
        if event.outcome is SpeechOutcome.SPOKEN
    ]


def chimes_s(tape: Tape) -> list[float]:
    return [begin_s for begin_s, sound in tape.pieces if sound == pcm.chime()]


def of_zone(hall: VoicedHall, zone_id: str, calls: Iterable[CallId]) -> list[CallId]:
    return [one for one in calls if hall.world.day.calls[one].zone_id == zone_id]


def check_late(hall: VoicedHall, tape: Tape, calls: list[CallId]) -> float:
    """Each call has its chime, in the order of the calls, and none too late; the latest."""
    begins = chimes_s(tape)
    late = [s - hall.called_s(call_id) for s, call_id in zip(begins, calls, strict=True)]
    assert all(0 <= s <= LATE_MAX_S for s in late), late
    return max(late)


def check_apart(tape: Tape) -> None:
    """No piece begins before the one before it has ended."""
    for (begin_s, sound), (next_s, _) in pairwise(tape.pieces):
        assert begin_s + pcm.seconds(sound) <= next_s + 1e-6


def test_one_call_alone_is_heard_whole__VO1_VO2(make: Make, clip_folder: Path) -> None:
    hall = make()
    hall.world.take(A)
    hall.world.open(W1)

    async def plays(hall: VoicedHall) -> None:
        hall.do(c.CallNext(counter_id=W1))

    run_hall(hall, plays, 20)
    zh, en = chinese("A001", 1), english("A001", 1)
    found = heard(hall.tapes[Z1], named(clip_folder, (zh, en), Tempo.NORMAL))
    assert [name for _, name, _ in found] == sequence("chime", zh, zh, en)
    assert 8 < found[-1][2] < 16, "about twelve seconds"
    begins = [s for s, name, _ in found if name in {"qing", "en_ticket"}]
    ends = [s for _, name, s in found if name in {"chime", "haochuangkou"}]
    for begin_s, end_s in zip(begins, ends, strict=True):
        assert begin_s - end_s == pytest.approx(GAP_S, abs=0.02)
    assert found[0][0] == 0.0, "the chime does not wait for the words"
    assert not hall.tapes[Z2].pieces


def test_transferred_and_recalled_tickets_are_called_by_the_same_words__VO1_TR1_CL6(
    make: Make, clip_folder: Path
) -> None:
    """A001 is called to window 1, recalled, and sent to window 3, which is in the other zone."""
    hall = make(replace(small_plan(), rules=replace(QUICK, recall_gap_s=10)))
    hall.world.take(A)
    hall.world.open(W1, W3)

    async def plays(hall: VoicedHall) -> None:
        hall.do(c.CallNext(counter_id=W1))
        await hall.at(14)
        hall.do(c.Recall(counter_id=W1))
        await hall.at(28)
        hall.do(c.StartServing(counter_id=W1))
        hall.do(c.TransferTicket(counter_id=W1, to_queue_id=C, reason="other office"))
        hall.do(c.CallNext(counter_id=W3))

    run_hall(hall, plays, 45)
    here, there = chinese("A001", 1), chinese("A001", 3)
    both = {Z1: english("A001", 1), Z2: english("A001", 3)}
    first = heard(hall.tapes[Z1], named(clip_folder, (here, both[Z1]), Tempo.NORMAL))
    call = sequence("chime", here, here, both[Z1])
    assert [name for _, name, _ in first] == call + call
    other = heard(hall.tapes[Z2], named(clip_folder, (there, both[Z2]), Tempo.NORMAL))
    assert [name for _, name, _ in other] == sequence("chime", there, there, both[Z2])
    assert len(spoken(hall)) == 3


def test_backlog_is_heard_in_order_and_what_was_undone_is_not__VO3_VO4_CL9(
    make: Make, clip_folder: Path
) -> None:
    """A002 is called, undone at once, and called again while A001 is spoken."""
    hall = make(replace(small_plan(), rules=replace(QUICK, recall_gap_s=10)))
    hall.world.take(A, count=2)
    hall.world.take(B)
    hall.world.open(W1, W2)

    async def plays(hall: VoicedHall) -> None:
        hall.do(c.CallNext(counter_id=W1))
        await hall.at(1)
        hall.do(c.CallNext(counter_id=W2))
        await hall.at(1.5)
        hall.do(c.UndoCall(counter_id=W2))
        await hall.at(2)
        hall.do(c.CallNext(counter_id=W2))

    run_hall(hall, plays, 30)
    one, two = chinese("A001", 1), chinese("A002", 2)
    sounds = named(clip_folder, (one, two, english("A002", 2)), Tempo.NORMAL)
    found = heard(hall.tapes[Z1], sounds)
    assert [name for _, name, _ in found] == sequence(
        *("chime", one, "chime", two, two, english("A002", 2))
    ), "the first leaves its repeats out, since others wait"
    assert [event.detail for event, _ in hall.reports.values()].count(NOT_CALLED) == 1


def test_recall_of_a_call_still_waiting_is_heard_once_in_its_own_place__VO6(make: Make) -> None:
    """Eight call at once, so the sixth is still to be spoken when it is recalled."""
    plan = wide_plan(8)
    hall = make(replace(plan, rules=replace(QUICK, recall_gap_s=10)))
    hall.world.take(plan.queues[0].queue_id, count=8)
    hall.world.open(*(counter.counter_id for counter in plan.counters))

    async def plays(hall: VoicedHall) -> None:
        for counter in plan.counters:
            hall.do(c.CallNext(counter_id=counter.counter_id))
        await hall.at(10)
        hall.do(c.Recall(counter_id=plan.counters[5].counter_id))

    run_hall(hall, plays, 60)
    said = [int(hall.world.day.calls[call_id].ticket_id[-3:]) for call_id in spoken(hall)]
    assert said == [1, 2, 3, 4, 5, 7, 8, 6]
    assert [event.detail for event, _ in hall.reports.values() if event.detail] == [MERGED]
    assert len(chimes_s(hall.tapes[plan.zones[0].zone_id])) == 8


def test_quiet_hours_are_silent_and_the_volume_follows_the_clock__VO7(make: Make) -> None:
    """The hall's morning is nine o'clock; quiet from a minute past, softer from half a minute."""
    hours = Hours(
        quiet=(time(9, 1, 30), time(9, 5)), volumes=((time(0), 1.0), (time(9, 0, 30), 0.25))
    )
    hall = make(hours=hours)
    hall.world.take(A, count=3)
    hall.world.at = hall.world.at.replace(minute=0, second=0)
    hall.world.open(W1)

    async def plays(hall: VoicedHall) -> None:
        for seconds in (0, 40, 100):
            await hall.at(seconds)
            hall.do(c.CallNext(counter_id=W1))
            await hall.at(seconds + 30)
            hall.do(c.StartServing(counter_id=W1))
            hall.do(c.FinishServing(counter_id=W1))

    run_hall(hall, plays, 140)
    whole = np.abs(np.frombuffer(hall.tapes[Z1].mixed(), "<i2").astype(np.int32))
    loud, soft = whole[: 30 * pcm.RATE].max(), whole[30 * pcm.RATE :].max()
    assert soft == pytest.approx(loud / 4, rel=0.01)
    assert len(whole) < 60 * pcm.RATE, "the third is not heard"
    assert [event.detail for event, _ in hall.reports.values()] == ["", "", QUIET]


def wide_plan(counters: int) -> Plan:
    """One zone with so many windows, all of one queue."""
    plan = demo_plan()
    first = plan.counters[0]
    return replace(
        plan,
        zones=plan.zones[:1],
        queues=tuple(
            replace(queue, zone_id=plan.zones[0].zone_id)
            for queue in plan.queues
            if queue.queue_id == first.queue_ids[0]
        ),
        counters=tuple(
            CounterPlan(
                counter_id=CounterId(f"W{n:03d}"),
                no=n,
                zone_id=plan.zones[0].zone_id,
                queue_ids=first.queue_ids[:1],
            )
            for n in range(1, counters + 1)
        ),
        services=tuple(s for s in plan.services if s.queue_id == first.queue_ids[0]),
        kiosks=plan.kiosks[:1],
        rules=QUICK,
    )


def test_hundred_calls_in_a_minute_are_spoken_in_order_or_skipped_on_record__VO3_VO4_VO5(
    make: Make,
) -> None:
    plan = wide_plan(100)
    zone_id, queue_id = plan.zones[0].zone_id, plan.queues[0].queue_id
    hall = make(plan)
    hall.world.take(queue_id, count=100)
    hall.world.open(*(counter.counter_id for counter in plan.counters))

    async def plays(hall: VoicedHall) -> None:
        for n, counter in enumerate(plan.counters):
            await hall.at(0.6 * n)
            hall.do(c.CallNext(counter_id=counter.counter_id))

    run_hall(hall, plays, 130)
    tape, said = hall.tapes[zone_id], spoken(hall)
    assert set(hall.reports) == set(hall.world.day.calls)
    assert said == [call_id for call_id in hall.world.day.calls if call_id in set(said)]
    latest_s = check_late(hall, tape, said)
    print(f"{len(said)} of 100 spoken, at most {latest_s:.1f} s late")
    assert len(said) >= 20
    for event, reported_s in hall.reports.values():
        if event.outcome is SpeechOutcome.SKIPPED:
            assert event.detail == TOO_OLD
            assert reported_s - hall.called_s(event.call_id) < LATE_MAX_S + 6
    begins = chimes_s(tape)
    assert begins == sorted(begins)
    check_apart(tape)


def everybody(plan: Plan) -> Callable[[VoicedHall], object]:
    async def plays(hall: VoicedHall) -> None:
        for counter in plan.counters:
            hall.do(c.CallNext(counter_id=counter.counter_id))

    return plays


def full_hall(make: Make, **options: object) -> VoicedHall:
    """31 windows, and somebody for each of them."""
    plan = replace(demo_plan(), rules=QUICK)
    hall = make(plan, **options)
    queue_of: dict[CounterId, QueueId] = {}
    for counter in plan.counters:
        hall.world.open(counter.counter_id)
        queue_of[counter.counter_id] = counter.queue_ids[0]
        for queue_id in counter.queue_ids[:1]:
            take = c.TakeTicket(channel=Channel.ANONYMOUS, queue_id=queue_id)
            hall.world.later(1).do(take, CHIEF)
    return hall


def test_31_windows_at_once_are_heard_in_four_zones_at_once__VO3_VO4(
    make: Make, clip_folder: Path
) -> None:
    hall = full_hall(make)
    plan = hall.world.plan
    run_hall(hall, everybody(plan), 60)
    day = hall.world.day
    assert len(hall.reports) == len(day.calls) == 31
    for zone in plan.zones:
        said = of_zone(hall, zone.zone_id, spoken(hall))
        calls = of_zone(hall, zone.zone_id, day.calls)
        assert said == calls, "all of a zone are spoken, in the order of the calls"
        assert check_late(hall, hall.tapes[zone.zone_id], said) < LATE_MAX_S
    first = plan.zones[0].zone_id
    check_numbers(hall, hall.tapes[first], of_zone(hall, first, day.calls), clip_folder)


def check_numbers(hall: VoicedHall, tape: Tape, calls: list[CallId], clip_folder: Path) -> None:
    """Recognise each announcement's first Chinese sentence by its own samples."""
    day = hall.world.day
    begins = [*chimes_s(tape), float("inf")]
    for n, call_id in enumerate(calls):
        call = day.calls[call_id]
        number = day.tickets[call.ticket_id].number
        words = chinese(number, day.index.counters[call.counter_id].no)
        tempo = Tempo.FAST if len(calls) - n >= 5 else Tempo.NORMAL
        part = Tape()
        part.pieces = [
            (begin_s - begins[n], sound)
            for begin_s, sound in tape.pieces
            if begins[n] <= begin_s < begins[n + 1]
        ]
        found = [name for _, name, _ in heard(part, named(clip_folder, (words,), tempo))]
        assert found[: len(sequence("chime", words))] == sequence("chime", words)


def test_31_windows_at_one_loudspeaker_take_turns_and_none_is_too_late__VO3_VO5(
    make: Make,
) -> None:
    zones = [zone.zone_id for zone in demo_plan().zones]
    hall = full_hall(make, shared=dict.fromkeys(zones, "hall"))
    run_hall(hall, everybody(hall.world.plan), 80)
    tape, said = hall.tapes["hall"], spoken(hall)
    assert len(hall.reports) == 31
    check_late(hall, tape, said)
    for zone_id in zones:
        of = of_zone(hall, zone_id, said)
        assert of == [one for one in hall.world.day.calls if one in set(of)]
    skipped = [event.detail for event, _ in hall.reports.values() if event.detail]
    assert len(said) + len(skipped) == 31
    assert set(skipped) <= {TOO_OLD}
    check_apart(tape)


def test_tape_can_be_listened_to(make: Make, tmp_path: Path) -> None:
    tape = Tape()
    tape.pieces = [(0.5, pcm.chime())]
    assert tape.write(tmp_path / "hall.wav").stat().st_size > 1.4 * pcm.RATE * 2


def test_overlap_would_be_recognised(clip_folder: Path) -> None:
    """The proof proves something: two sounds at once are told from one after another."""
    words = chinese("A001", 1)
    sounds = named(clip_folder, (words,), Tempo.NORMAL)
    tape = Tape()
    tape.pieces = [(0.0, pcm.chime()), (0.4, sounds["qing"])]
    with pytest.raises(AssertionError):
        assert [name for _, name, _ in heard(tape, sounds)] == ["chime", "qing"]
