"""How far a job has come."""

from enum import StrEnum

from backend.core.ids import PrintOutcome


class Stage(StrEnum):
    """taken -> sending -> confirmed | unknown | failed."""

    TAKEN = "taken"
    """Known to us; nothing has gone to the device."""
    SENDING = "sending"
    """The body may have gone to the device, in part or whole."""
    CONFIRMED = "confirmed"
    UNKNOWN = "unknown"
    FAILED = "failed"


STAGE_OF = {
    PrintOutcome.PRINTED: Stage.CONFIRMED,
    PrintOutcome.UNKNOWN: Stage.UNKNOWN,
    PrintOutcome.FAILED: Stage.FAILED,
}
OUTCOME_OF = {stage: outcome for outcome, stage in STAGE_OF.items()}
