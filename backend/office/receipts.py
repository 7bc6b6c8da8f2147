"""Papers about cases: asked of the hall, which has them printed as it has tickets (CS1, CS4)."""

from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from backend.audited import audited, trail_of
from backend.core.access import Writing
from backend.core.cases.case import Case
from backend.core.cases.words import CaseId, CaseState
from backend.core.ids import TicketId
from backend.core.receipts import PrintReceipt, Receipt, ReceiptKind
from backend.hub.http import AnyRequest, decoded_body
from backend.hub.transact import IdInUseError, UnavailableError
from backend.office.case_desk import At, CaseDesk, Known
from backend.office.case_views import TRACK_PATH, material_name
from backend.office.cases import as_json, tied_case
from backend.openapi import takes
from backend.problem import ProblemError
from backend.store.cases import folded
from backend.wire.cases import ReceiptDue, ReceiptOrder
from backend.wire.messages import ErrorCode, Refused

BODY_MAX = 1024
_decoder = msgspec.json.Decoder(ReceiptOrder)


@post("/api/halls/{hall_id:str}/cases/{case_id:str}/receipt", status_code=HTTPStatus.OK)
@audited("case.receipt", "case")
@takes(_decoder)
async def print_receipt(
    request: AnyRequest,
    hall_id: FromPath[str],
    case_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
) -> Response[bytes]:
    """Print what the case's visitor takes home: 200 and where, 409 with `refused`."""
    at = await case_desk.at(request, hall_id, Writing.CASE)
    entries, _ = await tied_case(at, case_desk, CaseId(case_id))
    order = await decoded_body(request, _decoder, BODY_MAX)
    trail_of(request).request_id = order.id
    token = await case_desk.lists.token(at.hall.hall_id, CaseId(case_id))
    receipt = receipt_of(folded(entries), at.known, token)
    command = PrintReceipt(ticket_id=_ticket_id(at, order), receipt=receipt)
    try:
        answered = await at.hall.do(order.id, command, at.by)
    except IdInUseError as error:
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.ID_IN_USE, str(error)
        ) from error
    except UnavailableError as error:
        raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, error.code, str(error)) from error
    if answered.refused is not None:
        refused = Refused(id=order.id, code=answered.refused)
        return as_json(refused, HTTPStatus.CONFLICT)
    return as_json(_due(at, command.ticket_id))


def receipt_of(case: Case, known: Known, token: str) -> Receipt:
    """The paper that goes with the state of the case; a problem when none does."""
    assert case.terms is not None
    terms = case.terms
    is_asked = case.state is CaseState.CORRECTION_ASKED
    if not is_asked and (case.number is None or case.state is CaseState.WITHDRAWN):
        detail = "there is a paper for what is missing, and for an accepted case"
        raise ProblemError(HTTPStatus.CONFLICT, f"case_{case.state}", detail)
    due = case.deadline
    return Receipt(
        kind=ReceiptKind.MISSING if is_asked else ReceiptKind.ACCEPTED,
        number=case.number,
        service_name=known.service_name(terms.service_id),
        department_name=known.department_name(case.department_id),
        due_day=due.due_day if due is not None else None,
        is_provisional=due is not None and due.is_provisional,
        missing=tuple(material_name(m, terms, known) for m in (*case.absent, *case.promised)),
        track_path=TRACK_PATH + token,
    )


def _ticket_id(at: At, order: ReceiptOrder) -> TicketId:
    """The visitor's ticket: at the own counter; who looks after the hall may name any of today."""
    own = at.desk.ticket.ticket_id if at.desk.ticket is not None else None
    named = TicketId(order.ticket_id) if order.ticket_id is not None else own
    if named is None or (named != own and at.desk.departments is not None):
        raise ProblemError(HTTPStatus.NOT_FOUND, "unknown_ticket", "no such ticket is here")
    return named


def _due(at: At, ticket_id: str) -> ReceiptDue:
    """Where the ticket's newest receipt comes out."""
    day = at.hall.follower.day
    jobs = (job for job in reversed(day.jobs.values()) if job.ticket_id == ticket_id)
    printer_id = next(job.printer_id for job in jobs if job.receipt is not None)
    kiosks = day.plan.kiosks if day.plan is not None else ()
    return ReceiptDue(
        kiosk_id=next(kiosk.kiosk_id for kiosk in kiosks if kiosk.printer_id == printer_id)
    )


ROUTES: list[Any] = [print_receipt]
