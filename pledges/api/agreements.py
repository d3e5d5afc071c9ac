"""Contracts in JSON: what both sides sign, with its hashes, and the signature."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS, Listing
from pledges import queries
from pledges.models import PledgeAgreement
from pledges.schemas import loans as shapes
from pledges.services import agreements

router = Router()
Request: Any = HttpRequest


def _contract(row: PledgeAgreement) -> dict[str, Any]:
    names = {
        "application": row.application.number,
        "lender": str(row.lender),
        "contract_document": str(row.contract_document_id),
        "loan_contract_document": str(row.loan_contract_document_id),
        "pledgees": [
            {"name": str(holder.organisation), "role": holder.role, "share": holder.share and str(holder.share)}
            for holder in row.pledgees.select_related("organisation")
        ],
        "pledges": [
            {name: getattr(pledge, name) for name in shapes.ContractPledge.model_fields}
            for pledge in row.pledges.order_by("pk")
        ],
    }
    plain: dict[str, Any] = {name: getattr(row, name) for name in shapes.Contract.model_fields if name not in names}
    return shapes.Contract(**plain | names).model_dump(mode="json")


@router.get("/agreements", response={200: Listing[shapes.Contract], **REFUSALS})
def listing(request: Request, after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """List the contracts one may see, newest first."""
    rows = queries.agreements_visible_to(doors.person(request)).select_related("application", "lender")
    page = doors.paged(rows, after, limit)
    return {"items": [_contract(row) for row in page.rows], "next": page.next}


@router.get("/agreements/{number}", response={200: shapes.Contract, **REFUSALS})
def agreement(request: Request, number: str) -> Any:
    """Give one contract with its pledgees and registrations."""
    return _contract(queries.agreement_by_number(doors.person(request), number))


@router.post("/agreements/{pk}/signature", response={200: shapes.Contract, **REFUSALS})
def sign(request: Request, pk: int) -> Any:
    """Sign for one's side what the hashes name."""
    return doors.once(
        request, lambda: agreements.sign(by=doors.person(request), at=request.at, agreement_id=pk), shape=_contract
    )
