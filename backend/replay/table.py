"""A replay's report as text for a terminal."""

from collections.abc import Callable, Iterator

from backend.core.ids import QueueId, TicketClass
from backend.wire.history import DayOutcome, ReplayReport, Waits

NAME_WIDTH, CELL_WIDTH = 30, 8
FIGURES: tuple[tuple[str, Callable[[DayOutcome], str]], ...] = (
    ("tickets taken", lambda o: str(o.taken)),
    ("turned away", lambda o: str(sum(group.visitors for group in o.turned_away))),
    ("done", lambda o: str(o.done)),
    ("passed (times)", lambda o: str(o.passes)),
    ("abandoned", lambda o: str(o.abandoned)),
    ("cancelled", lambda o: str(o.cancelled)),
    ("expired at closing", lambda o: str(o.expired)),
    ("unfinished", lambda o: str(o.unfinished)),
    ("overtook somebody", lambda o: str(o.overtakers)),
    ("one overtaken by at most", lambda o: str(o.overtaken_max)),
    ("counters idle while awaited", lambda o: _time(o.idle_s)),
)


def table(report: ReplayReport) -> str:
    """The whole report; waits in minutes and seconds."""
    return "\n".join(_lines(report))


def _lines(report: ReplayReport) -> Iterator[str]:
    columns = [("recorded", report.recorded), ("re-run", report.rerun)]
    columns += [("tried", report.tried)] if report.tried is not None else []
    yield f"{report.hall_id} {report.day}" + ("" if report.is_closed else " (not closed)")
    yield ""
    yield _row("wait", *(cell for name, _ in columns for cell in (name, "", "", "")))
    yield _row("", *["called", "mean", "P90", "max"] * len(columns))
    outcomes = [outcome for _, outcome in columns]
    for key in dict.fromkeys(_key(waits) for outcome in outcomes for waits in outcome.waits):
        yield _row(_name(report, *key), *(cell for o in outcomes for cell in _cells(o, key)))
    yield ""
    yield _row("", *(name for name, _ in columns))
    for name, figure in FIGURES:
        yield _row(name, *(figure(outcome) for outcome in outcomes))
    near = report.fidelity
    yield ""
    yield (
        f"The re-run under the recorded plan differs from the record by {_time(near.mean_error_s)}"
        f" a ticket on average (P90 {_time(near.p90_error_s)}, bias {_time(near.bias_s)},"
        f" {near.tickets} tickets)."
    )
    if report.tried is not None:
        yield "Compare `tried` with `re-run`: both are made by the same model."


def _key(waits: Waits) -> tuple[QueueId | None, TicketClass | None]:
    return (waits.queue_id, waits.ticket_class)


def _name(report: ReplayReport, queue_id: QueueId | None, ticket_class: TicketClass | None) -> str:
    queue = next((q for q in report.queues if q.queue_id == queue_id), None)
    place = f"{queue.letter} {queue.name.en}" if queue is not None else "all"
    if ticket_class is None:
        return place[:NAME_WIDTH]
    return f"{place[: NAME_WIDTH - 10]}, {ticket_class.value}"


def _cells(
    outcome: DayOutcome, key: tuple[QueueId | None, TicketClass | None]
) -> tuple[str, str, str, str]:
    found = next((waits for waits in outcome.waits if _key(waits) == key), None)
    if found is None:
        return ("-", "-", "-", "-")
    return (str(found.called), _time(found.mean_s), _time(found.p90_s), _time(found.max_s))


def _row(name: str, *cells: str) -> str:
    return (name.ljust(NAME_WIDTH) + "".join(cell.rjust(CELL_WIDTH + 1) for cell in cells)).rstrip()


def _time(seconds: int) -> str:
    """Minutes and seconds: 75:05, -0:04."""
    sign, size = ("-" if seconds < 0 else ""), abs(seconds)
    return f"{sign}{size // 60}:{size % 60:02d}"
