"""What may be asked about the hall as a whole: its day, plan, appointments, notices, alerts."""

from datetime import date

from msgspec import Struct

from backend.core.ids import (
    Card,
    Code,
    Instant,
    Name,
    NoticePlaces,
    Reason,
    Remark,
    Services,
)


class _HallCommand(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of every command of this file."""


class OpenDay(_HallCommand, frozen=True, kw_only=True, tag="open_day"):
    """Start today's service day with the plan in force (DY1)."""


class CloseDay(_HallCommand, frozen=True, kw_only=True, tag="close_day"):
    """End the service day; whoever still waits is expired (DY1, I13)."""

    force: bool = False
    """Also end what is called or being served; else those counters must finish first."""
    day: date | None = None
    """The day that is meant, so that no later one is closed in its place; None: the open one."""


class ChangePlan(_HallCommand, frozen=True, kw_only=True, tag="change_plan"):
    """Go on with the newest plan from now on (DY2)."""

    version: int
    """The plan meant: another one that is newer by now is not put in force unseen."""
    reason: Reason


class ChangeRoster(_HallCommand, frozen=True, kw_only=True, tag="change_roster"):
    """Go on with the day's shifts as the roster has them by now (SH1)."""

    reason: Reason


class KeepDay(_HallCommand, frozen=True, kw_only=True, tag="keep_day"):
    """Do what time alone sets off; sent by the hub's own clock (PS3, CL4, TK5, AL1)."""


class AddAppointment(_HallCommand, frozen=True, kw_only=True, tag="add_appointment"):
    """Expect a visitor today (AP2)."""

    appointment_id: Name
    code: Code
    queue_id: Name | None = None
    service_ids: Services = ()
    slot_at: Instant
    """When the slot begins."""
    card: Card | None = None


class CancelAppointment(_HallCommand, frozen=True, kw_only=True, tag="cancel_appointment"):
    """Expect the visitor no more (AP2)."""

    appointment_id: Name
    reason: Remark = ""


class StopIssuing(_HallCommand, frozen=True, kw_only=True, tag="stop_issuing"):
    """Give out no more numbers of a queue, or of any (TK5)."""

    queue_id: Name | None = None
    reason: Remark = ""


class ResumeIssuing(_HallCommand, frozen=True, kw_only=True, tag="resume_issuing"):
    """Give out numbers of a queue, or of all, again (TK5)."""

    queue_id: Name | None = None


class PostNotice(_HallCommand, frozen=True, kw_only=True, tag="post_notice"):
    """Show some words in the zones and on the screens that it names, or in the whole hall (NT1)."""

    notice_id: Name
    zh: Reason
    en: Reason
    zone_id: Name | None = None
    """One more of `zone_ids`."""
    until: Instant | None = None
    """None: until it is removed."""
    zone_ids: NoticePlaces = ()
    screen_ids: NoticePlaces = ()
    """Boards and kiosks by their topics: `board:Z2`, `kiosk:K1`."""
    is_pinned: bool = False


class RemoveNotice(_HallCommand, frozen=True, kw_only=True, tag="remove_notice"):
    """Show a notice no more."""

    notice_id: Name


class AcknowledgeAlert(_HallCommand, frozen=True, kw_only=True, tag="acknowledge_alert"):
    """Somebody looks after it (AL1)."""

    alert_id: Name
