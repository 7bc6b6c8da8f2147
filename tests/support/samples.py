"""One sample of every event, and of every command."""

from datetime import UTC, date, datetime

from backend.core import events as e
from backend.core import hall_events as h
from backend.core.evaluation import EvaluationTag, VisitEvaluated
from backend.core.history import Cell, Forecast, Outcomes, QueueHistory, QueueLesson
from backend.core.ids import (
    AgentId,
    AlertId,
    AlertKind,
    AppointmentId,
    CallId,
    CallMode,
    Channel,
    ChosenBy,
    CounterId,
    HallId,
    JobId,
    KioskId,
    NoticeId,
    Origin,
    PauseReason,
    Place,
    PrinterId,
    PrinterState,
    PrintOutcome,
    QueueId,
    ScreenId,
    ScreenState,
    ServiceId,
    ShiftRole,
    SpeakerState,
    SpeechOutcome,
    StaffId,
    StopCause,
    Text,
    TicketClass,
    TicketId,
    TicketToken,
    ZoneId,
)
from backend.core.plan import (
    Appointment,
    CounterPlan,
    KioskPlan,
    Plan,
    QueuePlan,
    RuleNumbers,
    ServicePlan,
    Serving,
    ZonePlan,
)
from backend.core.receipts import Receipt, ReceiptAsked, ReceiptKind
from backend.core.shifts import ClerkDay, Duty, Offer, Shift, ShiftRecord

AT = datetime(2026, 11, 23, 1, 2, 3, 456789, tzinfo=UTC)
TICKET, COUNTER = TicketId("20261123-A001"), CounterId("W1")
CALL, JOB, PRINTER = CallId("20261123-C1"), JobId("20261123-A001-1"), PrinterId("P1")

RECEIPT = Receipt(
    kind=ReceiptKind.ACCEPTED,
    number="2026-000123",
    service_name=Text(zh="职称证书补办", en="Reissue of a certificate"),
    department_name=Text(zh="人事处", en="Human Resources Office"),
    due_day=date(2026, 12, 7),
    is_provisional=False,
    missing=(Text(zh="学位证书", en="Degree certificate"),),
    track_path="/track/a-secret",
)
ALERT = AlertId("20261123-A1")
APPOINTMENT = Appointment(
    appointment_id=AppointmentId("B1"),
    code="K7M2P9",
    queue_id=QueueId("A"),
    service_ids=(ServiceId("S1"),),
    slot_at=AT,
    person_hash="1" * 64,
    origin=Origin.STUDENT,
)
SHIFT = Shift(
    counter_id=COUNTER,
    begins_at=AT,
    ends_at=AT,
    persons=(
        Duty(staff_id=StaffId("li"), role=ShiftRole.A),
        Duty(staff_id=StaffId("wang"), role=ShiftRole.B),
    ),
)
CLERK_DAY = ClerkDay(
    clerk_id=StaffId("li"),
    signed_on_at=AT,
    signed_off_at=AT,
    rostered_s=10800,
    on_post_s=10000,
    open_s=4000,
    busy_s=6100,
    paused_s=300,
    shifts=(
        ShiftRecord(
            counter_id=COUNTER,
            role=ShiftRole.A,
            begins_at=AT,
            ends_at=AT,
            signed_on_at=AT,
            signed_off_at=AT,
            late_s=400,
            early_s=0,
            is_missing=False,
            stand_in_id=StaffId("wang"),
        ),
    ),
)
SERVING = Serving(queue_ids=(QueueId("A"), QueueId("B")), mode=CallMode.SHARES, shares=(3, 1))

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

CELLS = (Cell(18, 6, 2, 42.5, 11.0), Cell(19, 8, 2, 30.0, 12.0))
OUTCOMES = Outcomes(
    predicted=20, missed=3, longer=9, waited_s=9000.0, error_s=2400.5, bias_s=-310.0
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
    origin=Origin.STUDENT,
    appointment_id=APPOINTMENT.appointment_id,
    slot_at=AT,
    forecast=Forecast(310.5, 600.0, 890.2),
)

EVENTS: tuple[e.Event, ...] = (
    h.DayOpened(
        hall_id=HallId("small"),
        day=date(2026, 11, 23),
        plan=PLAN,
        opened_at=AT,
        appointments=(APPOINTMENT,),
        history=(QueueHistory(queue_id=QueueId("A"), cells=CELLS, spread=1.1, centre=0.95),),
        usual=(0, 0, 12),
        shifts=(SHIFT,),
    ),
    h.DayClosed(
        closed_at=AT,
        lessons=(QueueLesson(queue_id=QueueId("A"), cells=CELLS, outcomes=OUTCOMES),),
        arrivals=(0, 0, 14),
        attendance=(CLERK_DAY,),
    ),
    TAKEN,
    e.TicketCancelled(ticket_id=TICKET, cancelled_at=AT, reason="left the hall"),
    e.TicketSent(
        ticket_id=TICKET,
        from_queue_id=QueueId("A"),
        queue_id=QueueId("B"),
        place=Place.KEEP,
        reason="wrong line",
        sent_at=AT,
    ),
    e.TicketCalled(
        ticket_id=TICKET,
        counter_id=COUNTER,
        call_id=CALL,
        called_at=AT,
        by=ChosenBy.ORDER,
        is_auto=True,
    ),
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
    ReceiptAsked(
        ticket_id=TICKET,
        job_id=JobId("20261123-A001-R1"),
        printer_id=PRINTER,
        receipt=RECEIPT,
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
    e.CounterAssigned(counter_id=COUNTER, serving=SERVING, from_minute=600, assigned_at=AT),
    e.AutoCallStopped(counter_id=COUNTER, stopped_at=AT),
    e.CallSpoken(call_id=CALL, outcome=SpeechOutcome.SKIPPED, detail="too old", reported_at=AT),
    VisitEvaluated(
        ticket_id=TICKET,
        level=2,
        tags=(EvaluationTag.SLOW, EvaluationTag.UNSOLVED),
        comment="system down twice",
        is_at_pad=True,
        evaluated_at=AT,
        number="A001",
        queue_id=QueueId("A"),
        service_ids=(ServiceId("S1"),),
        counter_id=CounterId("W1"),
        sent_from="5e4d0c2b7a918f36",
    ),
    h.SpeakersReported(
        zone_id=ZoneId("Z1"),
        state=SpeakerState.SILENT,
        voice="clips-espeak",
        detail="no sound device",
        reported_at=AT,
        agent_id=AgentId("0a1b2c3d"),
    ),
    h.ScreenReported(
        screen_id=ScreenId("board:Z1"),
        state=ScreenState.DARK,
        detail="the page does not answer",
        since=AT,
        reported_at=AT,
    ),
    h.RosterChanged(shifts=(SHIFT,), reason="somebody is ill", changed_at=AT),
    e.CounterOffered(
        counter_id=COUNTER,
        offer=Offer(clerk_id=StaffId("wang"), role=ShiftRole.B, offered_at=AT, until=AT),
    ),
    e.OfferEnded(counter_id=COUNTER, ended_at=AT),
    h.PlanChanged(plan=PLAN, reason="one more window", changed_at=AT),
    h.AppointmentAdded(appointment=APPOINTMENT, added_at=AT),
    h.AppointmentCancelled(
        appointment_id=APPOINTMENT.appointment_id, reason="by phone", cancelled_at=AT
    ),
    h.IssuingStopped(
        queue_id=QueueId("A"), cause=StopCause.STAFF, reason="system down", stopped_at=AT
    ),
    h.IssuingResumed(queue_id=QueueId("A"), resumed_at=AT),
    h.NoticePosted(
        notice_id=NoticeId("N1"),
        text=Text(zh="今日早关门", en="We close early"),
        zone_id=ZoneId("Z1"),
        until=AT,
        posted_at=AT,
        zone_ids=(ZoneId("Z2"),),
        screen_ids=(ScreenId("kiosk:K1"),),
        is_pinned=True,
    ),
    h.NoticeRemoved(notice_id=NoticeId("N1"), removed_at=AT),
    h.AlertRaised(
        alert_id=ALERT, kind=AlertKind.QUEUE_LONG, subject_id="A", value=21, raised_at=AT
    ),
    h.AlertAcknowledged(alert_id=ALERT, by="chief", acknowledged_at=AT),
    h.AlertCleared(alert_id=ALERT, cleared_at=AT),
    h.PrinterReported(
        printer_id=PrinterId("P1"),
        agent_id=AgentId("a5f1c2"),
        state=PrinterState.PAPER_LOW,
        tickets_left=120,
        reported_at=AT,
    ),
    h.RollChanged(printer_id=PrinterId("P1"), changed_at=AT),
)
