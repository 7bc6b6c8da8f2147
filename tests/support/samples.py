"""One sample of every event, and of every command."""

from datetime import UTC, date, datetime

from backend.core import events as e
from backend.core.ids import (
    CallId,
    Channel,
    CounterId,
    HallId,
    JobId,
    KioskId,
    PauseReason,
    Place,
    PrinterId,
    PrintOutcome,
    QueueId,
    ServiceId,
    SpeechOutcome,
    StaffId,
    Text,
    TicketClass,
    TicketId,
    TicketToken,
    ZoneId,
)
from backend.core.plan import (
    CounterPlan,
    KioskPlan,
    Plan,
    QueuePlan,
    RuleNumbers,
    ServicePlan,
    ZonePlan,
)

AT = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)
TICKET, COUNTER = TicketId("20261123-A001"), CounterId("W1")
CALL, JOB, PRINTER = CallId("20261123-C1"), JobId("20261123-A001-1"), PrinterId("P1")

PLAN = Plan(
    hall_id=HallId("small"),
    version=3,
    name=Text(zh="大厅", en="Hall"),
    time_zone="Asia/Shanghai",
    zones=(ZonePlan(zone_id=ZoneId("Z1"), name=Text(zh="一区", en="Zone 1")),),
    queues=(
        QueuePlan(
            queue_id=QueueId("A"),
            letter="A",
            name=Text(zh="学籍", en="Records"),
            zone_id=ZoneId("Z1"),
            mean_handling_s=240,
        ),
    ),
    counters=(
        CounterPlan(counter_id=COUNTER, no=1, zone_id=ZoneId("Z1"), queue_ids=(QueueId("A"),)),
    ),
    services=(
        ServicePlan(
            service_id=ServiceId("S1"), queue_id=QueueId("A"), name=Text(zh="补证", en="Card")
        ),
    ),
    kiosks=(KioskPlan(kiosk_id=KioskId("K1"), zone_id=ZoneId("Z1"), printer_id=PRINTER),),
    rules=RuleNumbers(),
)

TAKEN = e.TicketTaken(
    ticket_id=TICKET,
    number="A001",
    token=TicketToken("token-of-24-characters--"),
    queue_id=QueueId("A"),
    service_ids=(ServiceId("S1"),),
    ticket_class=TicketClass.CARE,
    channel=Channel.CARD,
    kiosk_id=KioskId("K1"),
    person_hash="0" * 64,
    ahead=2,
    wait_min_s=300,
    wait_max_s=900,
    job_id=JOB,
    printer_id=PRINTER,
    issued_at=AT,
)

EVENTS: tuple[e.Event, ...] = (
    e.DayOpened(hall_id=HallId("small"), day=date(2026, 11, 23), plan=PLAN, opened_at=AT),
    e.DayClosed(closed_at=AT),
    TAKEN,
    e.TicketCancelled(ticket_id=TICKET, cancelled_at=AT),
    e.TicketCalled(ticket_id=TICKET, counter_id=COUNTER, call_id=CALL, called_at=AT),
    e.TicketRecalled(ticket_id=TICKET, counter_id=COUNTER, call_id=CALL, recalled_at=AT),
    e.CallUndone(ticket_id=TICKET, counter_id=COUNTER, undone_at=AT),
    e.ServingStarted(ticket_id=TICKET, counter_id=COUNTER, started_at=AT),
    e.ServingFinished(ticket_id=TICKET, counter_id=COUNTER, finished_at=AT),
    e.TicketPassed(ticket_id=TICKET, counter_id=COUNTER, passed_at=AT),
    e.TicketReturned(ticket_id=TICKET, places=3, returned_at=AT),
    e.TicketDelayed(ticket_id=TICKET, places=5, delayed_at=AT),
    e.TicketHeld(ticket_id=TICKET, counter_id=COUNTER, held_at=AT),
    e.ServingResumed(
        ticket_id=TICKET, from_counter_id=COUNTER, counter_id=CounterId("W2"), resumed_at=AT
    ),
    e.TicketTransferred(
        ticket_id=TICKET,
        from_counter_id=COUNTER,
        from_queue_id=QueueId("A"),
        queue_id=QueueId("B"),
        to_counter_id=CounterId("W2"),
        to_clerk_id=None,
        place=Place.TAIL,
        reason="their case",
        transferred_at=AT,
    ),
    e.TicketReprinted(
        ticket_id=TICKET,
        job_id=JobId("20261123-A001-2"),
        printer_id=PRINTER,
        copy=1,
        asked_at=AT,
    ),
    e.TicketAbandoned(ticket_id=TICKET, abandoned_at=AT),
    e.TicketExpired(ticket_id=TICKET, expired_at=AT),
    e.TicketPrinted(
        ticket_id=TICKET,
        job_id=JOB,
        printer_id=PRINTER,
        outcome=PrintOutcome.PRINTED,
        detail="paper near its end",
        reported_at=AT,
    ),
    e.CounterOpened(counter_id=COUNTER, clerk_id=StaffId("li"), opened_at=AT),
    e.CounterClosed(counter_id=COUNTER, closed_at=AT),
    e.CounterPaused(counter_id=COUNTER, reason=PauseReason.LUNCH, paused_at=AT),
    e.CounterResumed(counter_id=COUNTER, resumed_at=AT),
    e.CallSpoken(call_id=CALL, outcome=SpeechOutcome.SKIPPED, detail="too old", reported_at=AT),
)
