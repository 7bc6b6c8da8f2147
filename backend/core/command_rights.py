"""Which commands of the hall's day each role may give: a part of the one table (I18)."""

from backend.core import commands as c
from backend.core.evaluation import Evaluate
from backend.core.receipts import PrintReceipt
from backend.core.stamp import Role

_DESK: frozenset[type] = frozenset(
    {
        c.OpenCounter,
        c.CloseCounter,
        c.PauseCounter,
        c.ResumeCounter,
        c.CallNext,
        c.Recall,
        c.UndoCall,
        c.StartServing,
        c.FinishServing,
        c.CallTicket,
        c.HoldTicket,
        c.ResumeTicket,
        c.TransferTicket,
        c.NextQueue,
        c.PassTicket,
        c.ReturnTicket,
        c.DelayTicket,
        c.ReprintTicket,
        c.CancelTicket,
        c.StopAutoCall,
        c.AcknowledgeAlert,
    }
)
_GREETING: frozenset[type] = frozenset(
    {
        c.TakeTicket,
        c.CheckIn,
        c.CancelTicket,
        c.ReturnTicket,
        c.DelayTicket,
        c.SendTicket,
        c.ReprintTicket,
        c.ChangeRoll,
        c.AcknowledgeAlert,
    }
)
_HALL: frozenset[type] = (
    _DESK
    | _GREETING
    | {
        c.OpenDay,
        c.CloseDay,
        c.ChangePlan,
        c.ChangeRoster,
        c.AddAppointment,
        c.CancelAppointment,
        c.AssignCounter,
        c.StopIssuing,
        c.ResumeIssuing,
        c.PostNotice,
        c.RemoveNotice,
    }
)

COMMANDS: dict[Role, frozenset[type]] = {
    Role.VISITOR: frozenset(
        {c.TakeTicket, c.CancelTicket, c.ReturnTicket, c.DelayTicket, Evaluate}
    ),
    Role.DEVICE: frozenset(
        {
            c.TakeTicket,
            c.CheckIn,
            c.ReturnTicket,
            c.ReprintTicket,
            Evaluate,
            c.ReportPrinted,
            c.ReportPrinter,
            c.ReportSpeakers,
            c.ReportSpoken,
        }
    ),
    Role.CLERK: _DESK,
    Role.GREETER: _GREETING,
    Role.SUPERVISOR: _HALL,
    Role.ADMINISTRATOR: _HALL,
    Role.DEPARTMENT_MANAGER: frozenset(),
    Role.STATISTICS_VIEWER: frozenset(),
    Role.CONTENT_EDITOR: frozenset({c.PostNotice, c.RemoveNotice}),
    Role.AUDITOR: frozenset(),
    Role.SYSTEM: frozenset({PrintReceipt, c.OpenDay, c.CloseDay, c.KeepDay, c.AutoCall}),
}
"""Which commands each role may give."""
