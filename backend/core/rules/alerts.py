"""What wants looking after (AL1)."""

from datetime import datetime

from backend.core.commands import AcknowledgeAlert
from backend.core.day import HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import AlertAcknowledged, AlertCleared, AlertRaised
from backend.core.ids import AlertId, AlertKind, ChosenBy
from backend.core.rules.day import open_day_of
from backend.core.stamp import Stamp


def acknowledge_alert(day: HallDay, command: AcknowledgeAlert, stamp: Stamp) -> tuple[Event, ...]:
    """Keep who looks after it.

    Raises Refusal: day_not_open, unknown_alert, alert_cleared, alert_acknowledged.
    """
    open_day_of(day)
    alert = day.alerts.get(AlertId(command.alert_id))
    if alert is None:
        raise Refusal(RefusalCode.UNKNOWN_ALERT)
    if alert.cleared_at is not None:
        raise Refusal(RefusalCode.ALERT_CLEARED)
    if alert.acknowledged_at is not None:
        raise Refusal(RefusalCode.ALERT_ACKNOWLEDGED)
    return (AlertAcknowledged(alert_id=alert.alert_id, by=stamp.by.id, acknowledged_at=stamp.at),)


def rule_alert(day: HallDay, by: ChosenBy, at: datetime) -> tuple[Event, ...]:
    """The alert that the hall's own rule failed at a call; its end when it does no more (CL5)."""
    alert_id = day.standing.get((AlertKind.RULE_FAILED, ""))
    if by is ChosenBy.FALLBACK and alert_id is None:
        alert_id = AlertId(f"{day.day:%Y%m%d}-L{len(day.alerts) + 1}")
        raised = AlertRaised(
            alert_id=alert_id, kind=AlertKind.RULE_FAILED, subject_id="", value=0, raised_at=at
        )
        return (raised,)
    if by is not ChosenBy.FALLBACK and alert_id is not None:
        return (AlertCleared(alert_id=alert_id, cleared_at=at),)
    return ()
