"""What a rule says no with, of cases."""

from enum import StrEnum


class CaseRefusalCode(StrEnum):
    """Stable codes; those with the name of a state say that the case is in it."""

    UNKNOWN_CASE = "unknown_case"
    UNKNOWN_SERVICE = "unknown_service"
    UNKNOWN_MATERIAL = "unknown_material"
    CASE_ALREADY_OPEN = "case_already_open"
    TICKET_HAS_CASE = "ticket_has_case"
    CASE_DRAFT = "case_draft"
    CASE_FORM_CHECK = "case_form_check"
    CASE_CORRECTION_ASKED = "case_correction_asked"
    CASE_CORRECTED = "case_corrected"
    CASE_ACCEPTED = "case_accepted"
    CASE_IN_PROCESS = "case_in_process"
    CASE_SUSPENDED = "case_suspended"
    CASE_DECIDED = "case_decided"
    CASE_NOTIFIED = "case_notified"
    CASE_DELIVERED = "case_delivered"
    CASE_CLOSED = "case_closed"
    CASE_WITHDRAWN = "case_withdrawn"
    CASE_IMMEDIATE = "case_immediate"
    CASE_DEFERRED = "case_deferred"
    MATERIALS_MISSING = "materials_missing"
    MATERIALS_PROMISED = "materials_promised"
    MATERIAL_NOT_TOLERABLE = "material_not_tolerable"
    NOT_TOLD_IN_FULL = "not_told_in_full"
    NOT_TOLD_AT_FIRST = "not_told_at_first"
    TOLD_TOO_LATE = "told_too_late"
    TIME_IS_PAST = "time_is_past"
    DEPARTMENT_SAME = "department_same"
    UNKNOWN_DEPARTMENT = "unknown_department"
    NOBODY_THERE = "nobody_there"
    OFFICE_ALREADY_ASKED = "office_already_asked"
    OFFICE_NOT_ASKED = "office_not_asked"
    OFFICE_HAS_ANSWERED = "office_has_answered"
    OFFICES_UNANSWERED = "offices_unanswered"
    REASON_MISSING = "reason_missing"


class CaseRefusal(Exception):
    """A rule forbids this command for this case; expected, never logged as an error."""

    def __init__(self, code: CaseRefusalCode) -> None:
        super().__init__(code.value)
        self.code = code
