"""Refusals: the answers `decide` gives when a rule says no."""

from enum import StrEnum


class RefusalCode(StrEnum):
    """Stable codes; the front end's language files hold the words for each."""

    DAY_NOT_OPEN = "day_not_open"
    DAY_ALREADY_OPEN = "day_already_open"
    DAY_ALREADY_CLOSED = "day_already_closed"
    COUNTERS_BUSY = "counters_busy"
    UNKNOWN_COUNTER = "unknown_counter"
    UNKNOWN_QUEUE = "unknown_queue"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_KIOSK = "unknown_kiosk"
    UNKNOWN_TICKET = "unknown_ticket"
    UNKNOWN_CALL = "unknown_call"
    UNKNOWN_JOB = "unknown_job"
    QUEUE_OR_SERVICES = "queue_or_services"
    SERVICES_OF_SEVERAL_QUEUES = "services_of_several_queues"
    CHANNEL_OFF = "channel_off"
    CARD_MISSING = "card_missing"
    COUNTER_CLOSED = "counter_closed"
    COUNTER_ALREADY_OPEN = "counter_already_open"
    COUNTER_TAKEN = "counter_taken"
    COUNTER_BUSY = "counter_busy"
    COUNTER_IDLE = "counter_idle"
    COUNTER_PAUSED = "counter_paused"
    COUNTER_NOT_PAUSED = "counter_not_paused"
    CLERK_ELSEWHERE = "clerk_elsewhere"
    QUEUE_EMPTY = "queue_empty"
    TICKET_OR_TOKEN = "ticket_or_token"
    TICKET_NOT_CALLED = "ticket_not_called"
    TICKET_NOT_SERVING = "ticket_not_serving"
    TICKET_NOT_WAITING = "ticket_not_waiting"
    TICKET_NOT_PASSED = "ticket_not_passed"
    TICKET_NOT_HELD = "ticket_not_held"
    TICKET_OF_OTHER_QUEUE = "ticket_of_other_queue"
    TARGET_NOT_ONE = "target_not_one"
    TARGET_SAME = "target_same"
    DELAYS_USED_UP = "delays_used_up"
    KIOSK_WITHOUT_PRINTER = "kiosk_without_printer"
    RECALL_TOO_SOON = "recall_too_soon"
    RECALLS_USED_UP = "recalls_used_up"
    RECALLS_LEFT = "recalls_left"
    UNDO_TOO_LATE = "undo_too_late"
    RETURNS_USED_UP = "returns_used_up"
    CALL_ALREADY_REPORTED = "call_already_reported"
    JOB_ALREADY_REPORTED = "job_already_reported"


class Refusal(Exception):
    """A rule forbids this command in this state; expected, never logged as an error."""

    def __init__(self, code: RefusalCode) -> None:
        super().__init__(code.value)
        self.code = code
