"""What people and devices may ask of a hall; decoded straight off the wire.

Imperative names.  A field nobody knows is a client's bug and is refused.
"""

from backend.core.commands.counters import (
    AssignCounter,
    AutoCall,
    CallNext,
    CallTicket,
    CloseCounter,
    CounterCommand,
    FinishServing,
    HoldTicket,
    NextQueue,
    OpenCounter,
    PassTicket,
    PauseCounter,
    Recall,
    ResumeCounter,
    ResumeTicket,
    StartServing,
    StopAutoCall,
    TransferTicket,
    UndoCall,
)
from backend.core.commands.devices import (
    ChangeRoll,
    ReportPrinted,
    ReportPrinter,
    ReportSpeakers,
    ReportSpoken,
)
from backend.core.commands.hall import (
    AcknowledgeAlert,
    AddAppointment,
    CancelAppointment,
    ChangePlan,
    ChangeRoster,
    CloseDay,
    KeepDay,
    OpenDay,
    PostNotice,
    RemoveNotice,
    ResumeIssuing,
    StopIssuing,
)
from backend.core.commands.tickets import (
    CancelTicket,
    CheckIn,
    DelayTicket,
    ReprintTicket,
    ReturnTicket,
    SendTicket,
    TakeTicket,
)
from backend.core.evaluation import Evaluate
from backend.core.receipts import PrintReceipt

__all__ = [
    "AcknowledgeAlert",
    "AddAppointment",
    "AssignCounter",
    "AutoCall",
    "CallNext",
    "CallTicket",
    "CancelAppointment",
    "CancelTicket",
    "ChangePlan",
    "ChangeRoll",
    "ChangeRoster",
    "CheckIn",
    "CloseCounter",
    "CloseDay",
    "Command",
    "CounterCommand",
    "DelayTicket",
    "FinishServing",
    "HallCommand",
    "HoldTicket",
    "KeepDay",
    "NextQueue",
    "OpenCounter",
    "OpenDay",
    "PassTicket",
    "PauseCounter",
    "PostNotice",
    "PrintReceipt",
    "Recall",
    "RemoveNotice",
    "ReportPrinted",
    "ReportPrinter",
    "ReportSpeakers",
    "ReportSpoken",
    "ReprintTicket",
    "ResumeCounter",
    "ResumeIssuing",
    "ResumeTicket",
    "ReturnTicket",
    "SendTicket",
    "StartServing",
    "StopAutoCall",
    "StopIssuing",
    "TakeTicket",
    "TransferTicket",
    "UndoCall",
]

HallCommand = (
    OpenDay
    | CloseDay
    | ChangePlan
    | ChangeRoster
    | KeepDay
    | AddAppointment
    | CancelAppointment
    | StopIssuing
    | ResumeIssuing
    | PostNotice
    | RemoveNotice
    | AcknowledgeAlert
    | ReportSpeakers
)
"""Commands about the hall as a whole."""

Command = (
    HallCommand
    | CounterCommand
    | TakeTicket
    | CheckIn
    | CancelTicket
    | ReturnTicket
    | DelayTicket
    | SendTicket
    | ReprintTicket
    | OpenCounter
    | AutoCall
    | AssignCounter
    | ReportPrinted
    | ReportPrinter
    | ChangeRoll
    | ReportSpoken
    | Evaluate
    | PrintReceipt
)
