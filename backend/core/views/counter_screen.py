"""`counter_screen:{counter}`: the sign above a counter; public."""

from msgspec import Struct

from backend.core.day import HallDay
from backend.core.ids import CounterId, CounterState, PauseReason, Text, TicketState


class CounterScreenView(Struct, frozen=True, kw_only=True, tag="counter_screen"):
    """What hangs above a counter."""

    counter_id: CounterId
    counter_no: int
    zone_name: Text
    time_zone: str
    is_open: bool
    """Whether the hall's day is."""
    queue_names: tuple[Text, ...]
    state: CounterState
    pause_reason: PauseReason | None
    number: str | None
    ticket_state: TicketState | None
    """Called or serving; None when nobody is at the counter."""
    led_line: str
    """The same for a 16-column LED line, a Chinese character being two columns wide."""


def counter_screen(day: HallDay, counter_id: CounterId) -> CounterScreenView:
    """The sign of a counter."""
    assert day.plan is not None
    plan = day.index.counters[counter_id]
    found = day.counters[counter_id]
    ticket = day.tickets[found.ticket_id] if found.ticket_id else None
    number = ticket.number if ticket else None
    return CounterScreenView(
        counter_id=counter_id,
        counter_no=plan.no,
        zone_name=day.index.zones[plan.zone_id].name,
        time_zone=day.plan.time_zone,
        is_open=day.is_open,
        queue_names=tuple(day.index.queues[queue_id].name for queue_id in found.serving.queue_ids),
        state=found.state,
        pause_reason=found.paused_reason,
        number=number,
        ticket_state=ticket.state if ticket else None,
        led_line=_led_line(found.state, number, plan.no),
    )


def _led_line(state: CounterState, number: str | None, counter_no: int) -> str:
    match state:
        case CounterState.OFF:
            return "未开放"
        case CounterState.PAUSED:
            return "暂停服务"
        case CounterState.OPEN:
            return f"{counter_no}号窗口 请稍候"
        case CounterState.BUSY:
            return f"{number}→{counter_no}号窗口"
