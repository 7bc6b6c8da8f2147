"""The pure core on one core: folding a day, deciding, encoding, copying.  Times are CPU times."""

import json
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

import msgspec

from backend.core.commands import (
    CallNext,
    CancelTicket,
    CloseCounter,
    Command,
    FinishServing,
    OpenCounter,
    PassTicket,
    PauseCounter,
    Recall,
    ReportPrinted,
    ReportSpoken,
    ResumeCounter,
    ReturnTicket,
    StartServing,
    TakeTicket,
    UndoCall,
)
from backend.core.day import HallDay
from backend.core.decide import decide
from backend.core.errors import Refusal
from backend.core.events import Event, TicketCalled, TicketTaken
from backend.core.evolve import fold
from backend.core.ids import (
    Channel,
    CounterId,
    PauseReason,
    PrintOutcome,
    SpeechOutcome,
)
from backend.core.stamp import Stamp
from backend.store.stream import Commit
from tests.bench.days import EVENTS, WAITING, DayMaker, events_of, make_day
from tests.bench.figures import Figure, Section, median, quantile

RUNS = 7
ROUNDS = 400
COUNTER_ID = CounterId("W16")
FOLD_MS, DECIDE_US, FLAT_RATIO = 100.0, 20.0, 1.5

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Commit).decode


def bench_core(events: int = EVENTS, rounds: int = ROUNDS) -> list[Section]:
    """The sections of the pure core."""
    commits = make_day(events)
    return [_fold_section(commits), _decide_section(commits, rounds), _store_section(commits)]


def _fold_section(commits: list[Commit]) -> Section:
    events = events_of(commits)
    fold_ms = _best_of(lambda: fold(HallDay(), events)) * 1e3
    costs = {waiting: _event_us(waiting) for waiting in (10, 200, 2000)}
    figures = [
        Figure(
            name=f"fold of {len(events):,} events",
            value=fold_ms,
            unit="ms",
            target=FOLD_MS * len(events) / EVENTS,
        )
    ]
    for waiting, cost_us in costs.items():
        figures.append(
            Figure(
                name=f"one event with {waiting:,} waiting",
                value=cost_us,
                unit="µs",
                target=costs[10] * FLAT_RATIO if waiting == 2000 else None,
                peer=costs[10],
                peer_name="that with 10",
            )
        )
    return Section(
        title="Folding a day",
        setting=(
            f"`evolve` over a day of {len(events):,} events, and over 4,000 events (take, call,"
            f" start, finish) of one queue of the given length; CPU time, median of {RUNS} runs."
        ),
        figures=tuple(figures),
    )


def _event_us(waiting: int) -> float:
    """CPU time of one event of a cycle that leaves the queue at its length."""
    maker = DayMaker(HallDay())
    opening = maker.commits(0)
    for _ in range(32):  # the day and its counters
        next(opening)
    take = TakeTicket(channel=Channel.ANONYMOUS, queue_id="H")
    for _ in range(waiting):
        maker.do(take)
    before = maker.day.copy()
    cycle: list[Command] = [
        take,
        CallNext(counter_id=COUNTER_ID),
        StartServing(counter_id=COUNTER_ID),
        FinishServing(counter_id=COUNTER_ID),
    ]
    done = [maker.do(command) for _ in range(1000) for command in cycle]
    events = events_of([commit for commit in done if commit is not None])
    assert len(events) == 4000
    return _best_of(lambda day: fold(day, events), before.copy) / len(events) * 1e6


def _best_of(work: Callable[..., object], prepare: Callable[[], object] | None = None) -> float:
    """Median CPU seconds of RUNS runs, each on something newly prepared."""
    times = []
    for _ in range(RUNS):
        given = [prepare()] if prepare is not None else []
        began = time.process_time()
        work(*given)
        times.append(time.process_time() - began)
    return median(times)


def _decide_section(commits: list[Commit], rounds: int) -> Section:
    maker = DayMaker(fold(HallDay(), events_of(commits)), commits[-1].at)
    meter = Meter(maker)
    for _ in range(rounds):
        meter.round()
    figures = [
        Figure(name=name, value=quantile(times, 0.5) / 1e3, unit="µs", target=DECIDE_US)
        for name, times in sorted(meter.times.items())
    ]
    return Section(
        title="Deciding and evolving one command",
        setting=(
            f"`decide` and `evolve` at the end of a day of {len(events_of(commits)):,} events with"
            f" {WAITING} waiting; median of {rounds} or more times."
        ),
        figures=tuple(figures),
    )


class Meter:
    """Gives every kind of command in turn and notes how long each takes, in ns."""

    def __init__(self, maker: DayMaker) -> None:
        self._maker = maker
        self._day = maker.day
        self._at = maker.stamp().at
        self.times: defaultdict[str, list[int]] = defaultdict(list)
        for counter in self._day.counters.values():  # let everybody go who is being served
            if counter.ticket_id is not None:
                maker.do(StartServing(counter_id=counter.counter_id))
                maker.do(FinishServing(counter_id=counter.counter_id))

    def round(self) -> None:
        """Every command once or more."""
        desk = COUNTER_ID
        ordinary = TakeTicket(channel=Channel.ANONYMOUS, queue_id="H", kiosk_id="K3")
        taken = self._do(ordinary)
        cancelled = self._do(ordinary)
        for event in (*taken, *cancelled):
            if isinstance(event, TicketTaken) and event.job_id is not None:
                self._do(ReportPrinted(job_id=event.job_id, outcome=PrintOutcome.PRINTED))
        for event in cancelled:
            if isinstance(event, TicketTaken):
                self._do(CancelTicket(ticket_id=event.ticket_id, reason="went home"))
        self._do(CallNext(counter_id=desk))
        self._do(UndoCall(counter_id=desk))
        for event in self._do(CallNext(counter_id=desk)):
            if isinstance(event, TicketCalled):
                self._do(ReportSpoken(call_id=event.call_id, outcome=SpeechOutcome.SPOKEN))
        self._at += timedelta(seconds=30)
        self._do(Recall(counter_id=desk))
        self._at += timedelta(seconds=30)
        self._do(Recall(counter_id=desk))
        for event in self._do(PassTicket(counter_id=desk)):
            self._do(ReturnTicket(ticket_id=event.ticket_id))  # type: ignore[union-attr]
        self._do(CallNext(counter_id=desk))
        self._do(StartServing(counter_id=desk))
        self._do(FinishServing(counter_id=desk))
        self._do(PauseCounter(counter_id=desk, reason=PauseReason.AWAY))
        self._do(ResumeCounter(counter_id=desk))
        self._do(CloseCounter(counter_id=desk))
        self._do(OpenCounter(counter_id=desk))

    def _do(self, command: Command) -> tuple[Event, ...]:
        drawn = self._maker.stamp()
        stamp = Stamp(by=drawn.by, at=self._at, ticket_token=drawn.ticket_token)
        began = time.perf_counter_ns()
        try:
            events = decide(self._day, command, stamp)
        except Refusal:
            return ()
        fold(self._day, events)
        self.times[_name(command)].append(time.perf_counter_ns() - began)
        return events


def _store_section(commits: list[Commit]) -> Section:
    commit = next(c for c in commits if isinstance(c.events[0], TicketTaken))
    body = _encode(commit)
    tree = json.loads(body)
    many = range(2000)
    ours_us = _best_of(lambda: [_decode(_encode(commit)) for _ in many]) / len(many) * 1e6
    plain_us = _best_of(lambda: [json.loads(json.dumps(tree)) for _ in many]) / len(many) * 1e6
    events = events_of(commits)
    day = fold(HallDay(), events)
    fold_ms = _best_of(lambda: fold(HallDay(), events)) * 1e3
    return Section(
        title="Storing a commit, and what a conflict costs",
        setting=(
            f"A commit of {len(body)} bytes (a ticket taken); `HallDay.copy` is made when other"
            f" writers came first; CPU time, median of {RUNS} runs."
        ),
        figures=(
            Figure(
                name="encode and decode a commit",
                value=ours_us,
                unit="µs",
                peer=plain_us,
                peer_name="json.dumps and loads, untyped",
            ),
            Figure(
                name=f"copy of a day of {len(events):,} events",
                value=_best_of(day.copy) * 1e3,
                unit="ms",
                peer=fold_ms,
                peer_name="folding it anew",
            ),
        ),
    )


def _name(command: Command) -> str:
    tag = type(command).__struct_config__.tag
    assert isinstance(tag, str)
    return tag
