"""What a rule says no with, of rosters."""

from enum import StrEnum


class RosterRefusalCode(StrEnum):
    """Stable codes; the front end has the words for each."""

    UNKNOWN_COUNTER = "unknown_counter"
    UNKNOWN_STAFF = "unknown_staff"
    UNKNOWN_LEAVE = "unknown_leave"
    UNKNOWN_SWAP = "unknown_swap"
    HOURS_NOT_IN_ORDER = "hours_not_in_order"
    PERSON_TWICE = "person_twice"
    PERSON_AT_TWO_COUNTERS = "person_at_two_counters"
    SHIFT_TWICE = "shift_twice"
    COUNTER_NOT_NAMED = "counter_not_named"
    DAY_IS_PAST = "day_is_past"
    DAY_TOO_FAR = "day_too_far"
    DAYS_NOT_IN_ORDER = "days_not_in_order"
    LEAVE_TOO_LONG = "leave_too_long"
    NOT_YOUR_SHIFT = "not_your_shift"
    NOT_THEIR_SHIFT = "not_their_shift"
    NOT_YOUR_SWAP = "not_your_swap"
    SWAP_WITH_ONESELF = "swap_with_oneself"
    SWAP_ALREADY_ASKED = "swap_already_asked"
    SWAP_NOT_ASKED = "swap_not_asked"
    SWAP_NOT_AGREED = "swap_not_agreed"
    SWAP_IS_OVER = "swap_is_over"
    ALREADY_IN_SHIFT = "already_in_shift"


class RosterRefusal(Exception):
    """A rule forbids this command for this roster; expected, never logged as an error."""

    def __init__(self, code: RosterRefusalCode) -> None:
        super().__init__(code.value)
        self.code = code
