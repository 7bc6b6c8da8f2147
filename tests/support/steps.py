"""Random steps of a day: what anybody may ask for, mostly what makes sense, after some pause."""

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

from hypothesis import strategies as st
from msgspec.structs import replace

from backend.core import commands as c
from backend.core.commands import Command
from backend.core.devices import Beat
from backend.core.evaluation import TAGS_OF_LEVEL, Evaluate
from backend.core.ids import (
    CallMode,
    Channel,
    CounterId,
    CounterState,
    PauseReason,
    Place,
    PrinterState,
    PrintOutcome,
    ScreenState,
    ShiftRole,
    SpeakerState,
    SpeechOutcome,
    StaffId,
    TicketClass,
    TicketState,
)
from backend.core.shifts import Duty, Shift
from backend.core.stamp import Caller
from tests.support.plans import K1, K2, P1, W1, W2, W3, W4, Z1, Z2, A, B, C, small_plan, without
from tests.support.world import CHIEF, DEVICE, HUB, VISITOR, World, clerk

PAUSES_S = (0, 0, 1, 1, 5, 11, 20, 20, 45, 700, 1900, 3700)
NIGHT_S = 24 * 3600
CALLERS = (*[CHIEF] * 6, clerk("li"), clerk("wang"), DEVICE, VISITOR, HUB)
COUNTERS, QUEUES = (W1, W2, W3, W4), (A, B, C)
PARTS = ("", "", A, B, C, W1, W2, W3, W4, "S1", "S4", Z2, K1, K2)
CLASSES = (TicketClass.ORDINARY, TicketClass.ORDINARY, TicketClass.CARE, TicketClass.BOOKED)


class Step(NamedTuple):
    """Numbers that become a command by what the day has; any numbers will do."""

    kind: int
    pause: int
    caller: int
    first: int
    second: int


def _ticket_id(world: World, n: int) -> str:
    tickets = list(world.day.tickets)
    return tickets[-1 - n % len(tickets)] if tickets else "none"


def _token(world: World, n: int) -> str:
    tokens = list(world.day.tokens)
    return tokens[-1 - n % len(tokens)] if tokens else "none"


def _passed_id(world: World, n: int) -> str:
    passed = list(world.day.passed)
    return passed[n % len(passed)] if passed else _ticket_id(world, n)


def _take(world: World, first: int, second: int) -> Command:
    kiosk_id = K1 if second % 3 else None
    ticket_class = CLASSES[second % len(CLASSES)]
    if first % 5 == 4:
        services = ("S1", "S2") if second % 2 else ("S4",)
        return c.TakeTicket(
            channel=Channel.CARD,
            card="cafe",
            service_ids=services,
            kiosk_id=kiosk_id,
            ticket_class=ticket_class,
        )
    return c.TakeTicket(
        channel=Channel.ANONYMOUS,
        queue_id=QUEUES[first % len(QUEUES)],
        kiosk_id=kiosk_id,
        ticket_class=ticket_class,
        print=bool(second % 5),
    )


def _counter_id(world: World, first: int, second: int, *states: object) -> CounterId:
    """Mostly a counter that, or whose ticket, is in one of the states; now and then any."""
    if second % 6:
        for n in range(len(COUNTERS)):
            counter = world.day.counters.get(COUNTERS[(first + n) % len(COUNTERS)])
            ticket_id = counter.ticket_id if counter is not None else None
            ticket = world.day.tickets[ticket_id] if ticket_id is not None else None
            if counter is not None and (ticket.state if ticket else counter.state) in states:
                return counter.counter_id
    return COUNTERS[first % len(COUNTERS)]


def _at(
    command: Callable[..., Command], *states: CounterState | TicketState
) -> Callable[[World, int, int], Command]:
    return lambda world, first, second: command(
        counter_id=_counter_id(world, first, second, *states)
    )


def _pause(world: World, first: int, second: int) -> Command:
    reasons = list(PauseReason)
    return c.PauseCounter(
        counter_id=_counter_id(world, first, second, CounterState.OPEN),
        reason=reasons[second % len(reasons)],
    )


def _printed(world: World, first: int, second: int) -> Command:
    jobs = list(world.day.jobs)
    outcomes = list(PrintOutcome)
    return c.ReportPrinted(
        job_id=jobs[-1 - first % len(jobs)] if jobs else "none",
        outcome=outcomes[second % len(outcomes)],
    )


def _printer(world: World, first: int, second: int) -> Command:
    states = list(PrinterState)
    return c.ReportPrinter(
        printer_id=P1,
        agent_id=f"agent {first % 2}",
        state=states[second % len(states)],
        tickets_left=first if second % 2 else None,
    )


def _spoken(world: World, first: int, second: int) -> Command:
    calls = list(world.day.calls)
    outcomes = list(SpeechOutcome)
    return c.ReportSpoken(
        call_id=calls[-1 - first % len(calls)] if calls else "none",
        outcome=outcomes[second % len(outcomes)],
    )


def _speakers(world: World, first: int, second: int) -> Command:
    states = list(SpeakerState)
    return c.ReportSpeakers(
        zone_id=(Z1, Z2)[first % 2],
        agent_id=("one", "two")[first // 2 % 2],
        state=states[second % len(states)],
        voice="edge",
    )


def _keep(world: World, first: int, second: int) -> Command:
    """The hub's clock, after a screen of some hall was heard."""
    screen_id = (f"board:{Z1}", f"counter_screen:{W1}", f"kiosk:{K1}")[first % 3]
    states = list(ScreenState)
    state = states[second % len(states)]
    world.hear(Beat(screen_id=screen_id, state=state, heard_at=world.at))
    return c.KeepDay()


def _evaluate(world: World, first: int, second: int) -> Command:
    done = [t for t in world.day.tickets.values() if t.state is TicketState.DONE]
    ticket = done[-1 - first % len(done)] if done else None
    level = 1 + second % 5
    tags = TAGS_OF_LEVEL[level][: first % 3]
    if second % 2 or ticket is None:
        token = ticket.token if ticket is not None else _token(world, first)
        return Evaluate(ticket_token=token, level=level, tags=tags)
    return Evaluate(
        counter_id=ticket.counter_id, ticket_id=ticket.ticket_id, level=level, tags=tags
    )


def _resume(world: World, first: int, second: int) -> Command:
    held = list(world.day.held)
    return c.ResumeTicket(
        counter_id=_counter_id(world, first, second, CounterState.OPEN),
        ticket_id=held[first % len(held)] if held else _ticket_id(world, first),
    )


def _transfer(world: World, first: int, second: int) -> Command:
    counter_id = _counter_id(world, first, second, TicketState.SERVING)
    place = list(Place)[second % 2]
    match second % 3:
        case 0:
            queue_id = QUEUES[second % len(QUEUES)]
            return c.TransferTicket(
                counter_id=counter_id, to_queue_id=queue_id, place=place, reason="other line"
            )
        case 1:
            to = COUNTERS[second % len(COUNTERS)]
            return c.TransferTicket(counter_id=counter_id, to_counter_id=to, reason="other desk")
        case _:
            return c.TransferTicket(counter_id=counter_id, to_clerk_id="li", reason="knows it")


def _next_queue(world: World, first: int, second: int) -> Command:
    counter_id = _counter_id(world, first, second, TicketState.SERVING)
    return c.NextQueue(counter_id=counter_id, to_queue_id=QUEUES[second % len(QUEUES)])


def _choose(world: World, first: int, second: int) -> Command:
    waits = (TicketState.WAITING, TicketState.PASSED)
    waiting = [t.ticket_id for t in world.day.tickets.values() if t.state in waits]
    return c.CallTicket(
        counter_id=_counter_id(world, first, second, CounterState.OPEN),
        ticket_id=waiting[first % len(waiting)] if waiting else _ticket_id(world, first),
        reason="a train to catch",
    )


def _send(world: World, first: int, second: int) -> Command:
    waits = (TicketState.WAITING, TicketState.PASSED)
    waiting = [t.ticket_id for t in world.day.tickets.values() if t.state in waits]
    return c.SendTicket(
        ticket_id=waiting[first % len(waiting)] if waiting else "none",
        to_queue_id=QUEUES[second % len(QUEUES)],
        place=list(Place)[first % 2],
        reason="wrong line",
    )


def _assign(world: World, first: int, second: int) -> Command:
    queue_ids = tuple(QUEUES[(first + n) % len(QUEUES)] for n in range(1 + second % len(QUEUES)))
    mode = list(CallMode)[second % len(CallMode)]
    shares = tuple(1 + (first + n) % 3 for n in range(len(queue_ids)))
    counter_id = COUNTERS[first % len(COUNTERS)]
    return c.AssignCounter(
        counter_id=counter_id,
        queue_ids=queue_ids,
        mode=mode,
        shares=shares if mode is CallMode.SHARES else (),
    )


def _expect(world: World, first: int, second: int) -> Command:
    return c.AddAppointment(
        appointment_id=f"B{first}",
        code=f"CODE{first:03d}",
        queue_id=QUEUES[second % len(QUEUES)],
        slot_at=world.at + timedelta(minutes=second - 30),
    )


def _check_in(world: World, first: int, _second: int) -> Command:
    codes = list(world.day.codes)
    return c.CheckIn(code=codes[first % len(codes)] if codes else "CODE000", kiosk_id=K1)


def _call_off(world: World, first: int, _second: int) -> Command:
    expected = list(world.day.bookings)
    return c.CancelAppointment(appointment_id=expected[first % len(expected)] if expected else "x")


def _notice(world: World, first: int, second: int) -> Command:
    until = world.at + timedelta(minutes=second) if second % 2 else None
    return c.PostNotice(notice_id=f"N{first % 3}", zh="请留意", en="Please note", until=until)


def _change_plan(world: World, first: int, second: int) -> Command:
    """The hall with another number, one part fewer or every part back; rarely not the newest."""
    version, before = world.plan.version + 1, world.day.plan or world.plan
    rules, all_parts = replace(before.rules, return_places=first % 4), small_plan()
    names = ("zones", "queues", "counters", "services", "kiosks")
    whole = replace(before, **{name: getattr(all_parts, name) for name in names})
    fewer = (
        whole
        if first % 3 == 0 or not world.loses_parts
        else without(before, PARTS[second % len(PARTS)])
    )
    world.plan = replace(fewer, version=version, rules=rules)
    return c.ChangePlan(version=version - (first % 5 == 4), reason="to see")


def _change_roster(world: World, first: int, second: int) -> Command:
    """Some counters, mostly one that nobody sits at, are to have people for a while around now."""
    begins_at = world.at - timedelta(minutes=first % 30)
    clerks = [StaffId(name) for name in ("li", "wang", "zhao")]
    empty = COUNTERS.index(_counter_id(world, first, second, CounterState.OFF))
    world.shifts = tuple(
        Shift(
            counter_id=COUNTERS[(empty + n) % len(COUNTERS)],
            begins_at=begins_at,
            ends_at=begins_at + timedelta(minutes=30 + 2 * second),
            persons=tuple(
                Duty(staff_id=clerks[(second + m) % 3], role=role)
                for m, role in enumerate(list(ShiftRole)[: 1 + first % 3])
            ),
        )
        for n in range(1 + second % 4)
    )
    return c.ChangeRoster(reason="somebody is ill")


def _acknowledge(world: World, first: int, _second: int) -> Command:
    alerts = list(world.day.alerts)
    return c.AcknowledgeAlert(alert_id=alerts[first % len(alerts)] if alerts else "none")


_KINDS: tuple[tuple[int, Callable[[World, int, int], Command]], ...] = (
    (8, _take),
    (8, _at(c.CallNext, CounterState.OPEN)),
    (4, _at(c.OpenCounter, CounterState.OFF)),
    (3, _at(c.StartServing, TicketState.CALLED)),
    (3, _at(c.FinishServing, TicketState.SERVING)),
    (6, _at(c.Recall, TicketState.CALLED)),
    (5, _at(c.PassTicket, TicketState.CALLED)),
    (3, _at(c.UndoCall, TicketState.CALLED)),
    (2, _at(c.CloseCounter, CounterState.OPEN, CounterState.PAUSED)),
    (1, _pause),
    (2, _at(c.ResumeCounter, CounterState.PAUSED)),
    (3, lambda world, first, _: c.ReturnTicket(ticket_id=_passed_id(world, first))),
    (1, lambda world, first, _: c.ReturnTicket(ticket_token=_token(world, first))),
    (
        1,
        lambda world, first, _: c.CancelTicket(
            ticket_id=_ticket_id(world, first), reason="went home"
        ),
    ),
    (1, lambda world, first, _: c.CancelTicket(ticket_token=_token(world, first))),
    (2, _keep),
    (1, _send),
    (1, _assign),
    (2, _expect),
    (3, _check_in),
    (1, _call_off),
    (1, _notice),
    (1, lambda world, first, _: c.RemoveNotice(notice_id=f"N{first % 3}")),
    (1, lambda world, first, second: c.StopIssuing(queue_id=QUEUES[second % 3])),
    (2, lambda *_: c.ResumeIssuing()),
    (1, _change_plan),
    (2, _change_roster),
    (1, _acknowledge),
    (2, lambda world, first, _: c.StopAutoCall(counter_id=COUNTERS[first % len(COUNTERS)])),
    (2, lambda world, first, _: c.AutoCall(counter_id=COUNTERS[first % len(COUNTERS)])),
    (1, _at(c.HoldTicket, TicketState.SERVING)),
    (2, _resume),
    (2, _transfer),
    (1, _next_queue),
    (2, _choose),
    (1, lambda world, first, _: c.DelayTicket(ticket_id=_ticket_id(world, first))),
    (1, lambda world, first, _: c.ReprintTicket(ticket_id=_ticket_id(world, first), kiosk_id=K1)),
    (1, _printed),
    (1, _printer),
    (1, lambda *_: c.ChangeRoll(printer_id=P1)),
    (2, _spoken),
    (1, _speakers),
    (3, _evaluate),
)
_WEIGHTED = tuple(build for weight, build in _KINDS for _ in range(weight))
_RARE: tuple[Callable[[World, int, int], Command], ...] = (
    lambda _world, first, _second: c.CloseDay(force=bool(first % 2)),
    lambda *_: c.OpenDay(),
)
KINDS_MAX = len(_WEIGHTED) * 4 - 1
"""Of `kind`: the last few of this many close and open days."""


def command_of(world: World, step: Step) -> tuple[Command, Caller]:
    """The command that the step is in this world, and who gives it; lets its pause pass."""
    world.later(PAUSES_S[step.pause % len(PAUSES_S)])
    caller = CALLERS[step.caller % len(CALLERS)]
    if step.kind > KINDS_MAX - 3:
        build = _RARE[step.kind % 2]
        if build is _RARE[1] and not world.day.is_open:
            world.later(NIGHT_S)
        return build(world, step.first, step.second), caller
    build = _WEIGHTED[step.kind % len(_WEIGHTED)]
    return build(world, step.first, step.second), caller


STEPS_MIN = 40
"""Fewer hardly come to a second recall, and lists of any length are mostly short."""
_small = st.integers(min_value=0, max_value=119)
steps = st.lists(
    st.builds(
        Step,
        kind=st.integers(min_value=0, max_value=KINDS_MAX),
        pause=_small,
        caller=_small,
        first=_small,
        second=_small,
    ),
    min_size=STEPS_MIN,
    max_size=120,
)
