"""Post-loan work over JSON: the loan with its cover, receipts, acceleration, claims."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from banks_portal.queries import claims as claim_queries
from banks_portal.queries import loans as queries
from banks_portal.schemas import awards as shapes
from banks_portal.schemas.offers import ReasonIn
from banks_portal.services import claims, recoveries, servicing
from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS
from pledges import queries as pledges

router = Router()
Request: Any = HttpRequest


@router.get("/loans/{number}/file", response={200: shapes.LoanFileOut} | REFUSALS)
def loan_file(request: Request, number: str) -> Any:
    """A loan with its debt of the day, its cover and the day cover stands from."""
    return shapes.LoanFileOut.of(queries.loan_file(doors.person(request), number, timezone.localdate(request.at)))


@router.post("/loans/{number}/receipts", response={200: shapes.ReceiptOut} | REFUSALS)
def receive(request: Request, number: str, body: shapes.ReceiptIn) -> Any:
    """Book money received; principal repaid releases cover."""
    return _of_loan(request, number, servicing.record_receipt, shapes.ReceiptOut.of, **body.dict())


@router.post("/receipts/{pk}/reversal", response={200: shapes.ReceiptOut} | REFUSALS)
def reverse(request: Request, pk: int, body: ReasonIn) -> Any:
    """Undo a wrongly booked receipt."""
    return _act(request, servicing.reverse_receipt, shapes.ReceiptOut.of, receipt_id=pk, reason=body.reason)


@router.post("/receipts/{pk}/sharing", response={200: dict[str, Any]} | REFUSALS)
def share(request: Request, pk: int) -> Any:
    """Share a payment received after compensation, as the second person."""
    return _act(
        request,
        recoveries.share_receipt,
        lambda row: {"number": row.number, "allocation": row.allocation},
        receipt_id=pk,
    )


@router.post("/loans/{number}/acceleration", response={200: shapes.LoanOut} | REFUSALS)
def accelerate(request: Request, number: str, body: shapes.NoticeIn) -> Any:
    """Declare an overdue loan due in full."""
    return _of_loan(request, number, servicing.accelerate, shapes.LoanOut.of, **body.dict())


@router.get("/loans/{number}/claim", response={200: shapes.AssembledOut} | REFUSALS)
def assemble(request: Request, number: str) -> Any:
    """The claim that the loan's record supports today."""
    by = doors.person(request)
    loan = pledges.loan_by_number(by, number)
    return shapes.AssembledOut.of(claim_queries.assemble(by, loan.pk, timezone.localdate(request.at)))


@router.post("/loans/{number}/claim", response={200: shapes.ClaimFiled} | REFUSALS)
def file_claim(request: Request, number: str, body: shapes.ClaimIn) -> Any:
    """File a claim; amounts left out come from the record."""
    inputs = body.dict()
    inputs["evidence"] = [{"kind": item.kind, "document_id": str(item.document_id)} for item in body.evidence]
    return _of_loan(request, number, claims.file, shapes.ClaimFiled.of, **inputs)


def _of_loan(request: Request, number: str, service: Callable[..., Any], shape: Any, **inputs: Any) -> Any:
    pk = pledges.loan_by_number(doors.person(request), number).pk
    return _act(request, service, shape, loan_id=pk, **inputs)


def _act(request: Request, service: Callable[..., Any], shape: Any, **inputs: Any) -> Any:
    by = doors.person(request)
    return doors.once(request, lambda: service(by=by, at=request.at, **inputs), shape=shape)
