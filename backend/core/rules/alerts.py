"""What wants looking after (AL1)."""

from backend.core.commands import AcknowledgeAlert
from backend.core.day import HallDay
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event
from backend.core.hall_events import AlertAcknowledged
from backend.core.ids import AlertId
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
