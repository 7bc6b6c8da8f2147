"""`alerts`: what wants looking after; staff only (AL1)."""

from datetime import date, datetime
from itertools import islice

from msgspec import Struct

from backend.core.day import Alert, HallDay
from backend.core.ids import (
    AlertId,
    AlertKind,
    CounterId,
    PrinterId,
    QueueId,
    ScreenId,
    Text,
    ZoneId,
)
from backend.core.index import Index

CLEARED_MAX = 20


class AlertLine(Struct, frozen=True, kw_only=True):
    """One alert; raised, then perhaps acknowledged, then cleared."""

    alert_id: AlertId
    kind: AlertKind
    subject_id: str
    """The queue, counter, printer, zone or screen it is about; empty for the hall."""
    name: Text
    """What staff call the subject."""
    value: int
    """People or seconds, by the kind."""
    raised_at: datetime
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    cleared_at: datetime | None


class AlertsView(Struct, frozen=True, kw_only=True, tag="alerts"):
    """All alerts that stand, and the last that were cleared."""

    time_zone: str
    day: date
    standing: tuple[AlertLine, ...]
    """Newest first."""
    cleared: tuple[AlertLine, ...]
    """Newest first."""


def alerts(day: HallDay) -> AlertsView:
    """The alerts."""
    assert day.plan is not None
    assert day.day is not None
    newest_first = [alert_line(day, alert) for alert in reversed(day.alerts.values())]
    cleared = (line for line in newest_first if line.cleared_at is not None)
    return AlertsView(
        time_zone=day.plan.time_zone,
        day=day.day,
        standing=tuple(line for line in newest_first if line.cleared_at is None),
        cleared=tuple(islice(cleared, CLEARED_MAX)),
    )


def alert_line(day: HallDay, alert: Alert) -> AlertLine:
    """One alert as staff see it."""
    return AlertLine(
        alert_id=alert.alert_id,
        kind=alert.kind,
        subject_id=alert.subject_id,
        name=_name(day, alert),
        value=alert.value,
        raised_at=alert.raised_at,
        acknowledged_by=alert.acknowledged_by,
        acknowledged_at=alert.acknowledged_at,
        cleared_at=alert.cleared_at,
    )


def _name(day: HallDay, alert: Alert) -> Text:
    assert day.plan is not None
    match alert.kind:
        case AlertKind.QUEUE_LONG | AlertKind.WAIT_LONG | AlertKind.OLDEST_LONG:
            return day.index.queues[QueueId(alert.subject_id)].name
        case AlertKind.COUNTER_IDLE | AlertKind.PAUSE_LONG | AlertKind.COUNTER_UNMANNED:
            no = day.index.counters[CounterId(alert.subject_id)].no
            return Text(zh=f"{no}号窗口", en=f"Window {no}")
        case (
            AlertKind.PRINTER_FAILED
            | AlertKind.PRINTER_SILENT
            | AlertKind.PAPER_LOW
            | AlertKind.PAPER_OUT
            | AlertKind.PRINTER_OPEN
            | AlertKind.PRINTER_ERROR
            | AlertKind.PRINTER_OFFLINE
            | AlertKind.PRINTER_GONE
        ):
            printer_id = PrinterId(alert.subject_id)
            kiosk_ids = [
                k.kiosk_id for k in day.index.kiosks.values() if k.printer_id == printer_id
            ]
            places = "、".join(kiosk_ids), ", ".join(kiosk_ids)
            return Text(zh=f"{places[0]} 打印机", en=f"Printer of {places[1]}")
        case AlertKind.VOICE_SILENT | AlertKind.VOICE_UNHEARD | AlertKind.CALLS_UNSPOKEN:
            return day.index.zones[ZoneId(alert.subject_id)].name
        case AlertKind.SCREEN_SILENT | AlertKind.SCREEN_DARK:
            return screen_name(day.index, ScreenId(alert.subject_id))
        case AlertKind.RULE_FAILED:
            return day.plan.name


def screen_name(index: Index, screen_id: ScreenId) -> Text:
    """What staff call a screen."""
    family, _, key = screen_id.partition(":")
    match family:
        case "board":
            zone = index.zones[ZoneId(key)].name
            return Text(zh=f"{zone.zh}叫号屏", en=f"Board of {zone.en}")
        case "counter_screen":
            no = index.counters[CounterId(key)].no
            return Text(zh=f"{no}号窗口屏", en=f"Screen of window {no}")
        case "pad":
            no = index.counters[CounterId(key)].no
            return Text(zh=f"{no}号窗口评价屏", en=f"Pad of window {no}")
        case _:
            return Text(zh=f"{key} 取号机屏", en=f"Screen of kiosk {key}")
