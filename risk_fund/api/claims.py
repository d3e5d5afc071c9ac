"""Claims over JSON: /api/v1/claims/… and the public /api/v1/notices."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Router

from finance_platform.foundation import doors
from finance_platform.foundation.schemas import REFUSALS, Listing
from risk_fund.models import Claim
from risk_fund.queries import claims as queries
from risk_fund.schemas import claims as shapes
from risk_fund.services import claims, objections

router = Router()
Request: Any = HttpRequest


@router.get("/claims", response={200: Listing[shapes.ClaimOut]} | REFUSALS)
def claim_list(request: Request, state: str = "", after: str = "", limit: int = doors.PAGE_SIZE) -> Any:
    """The claims the viewer may see, newest first."""
    rows = queries.claims_visible_to(doors.person(request))
    page = doors.paged(rows.filter(state=state) if state else rows, after, limit)
    return {"items": [shapes.ClaimOut.of(row) for row in page.rows], "next": page.next}


@router.get("/claims/{number}", response={200: shapes.ClaimOut} | REFUSALS)
def claim(request: Request, number: str) -> Any:
    """One claim: both sides of the loss, the allocation and how it came about, the steps."""
    return shapes.ClaimOut.of(queries.claim_by_number(doors.person(request), number))


@router.post("/claims/{number}/first-review", response={200: shapes.ClaimOut} | REFUSALS)
def first_review(request: Request, number: str, body: shapes.DecisionIn) -> Any:
    """Agree or refuse as the prefecture's first reviewer."""
    return _act(request, number, claims.first_review, **body.dict())


@router.post("/claims/{number}/send-back", response={200: shapes.ClaimOut} | REFUSALS)
def send_back(request: Request, number: str, body: shapes.NoteIn) -> Any:
    """Ask the claimant for what is missing."""
    return _act(request, number, claims.send_back, note=body.note)


@router.post("/claims/{number}/check", response={200: shapes.ClaimOut} | REFUSALS)
def check(request: Request, number: str, body: shapes.DecisionIn) -> Any:
    """Agree or refuse as the region's checker."""
    return _act(request, number, claims.check, **body.dict())


@router.post("/claims/{number}/approve", response={200: shapes.ClaimOut} | REFUSALS)
def approve(request: Request, number: str, body: shapes.DecisionIn) -> Any:
    """Give the last signature, which shares the loss; or refuse."""
    return _act(request, number, claims.approve, **body.dict())


@router.post("/claims/{number}/publicise", response={200: shapes.ClaimOut} | REFUSALS)
def publicise(request: Request, number: str) -> Any:
    """Show an approved claim in public for five working days."""
    return _act(request, number, claims.publicise)


@router.post("/claims/{number}/resubmit", response={200: shapes.ClaimOut} | REFUSALS)
def resubmit(request: Request, number: str, body: shapes.ResubmissionIn) -> Any:
    """Answer what the office asked for."""
    return _act(request, number, claims.resubmit, **body.dict())


@router.post("/claims/{number}/withdraw", response={200: shapes.ClaimOut} | REFUSALS)
def withdraw(request: Request, number: str, body: shapes.ReasonIn) -> Any:
    """Take a claim back before it is reviewed."""
    return _act(request, number, claims.withdraw, reason=body.reason)


@router.post("/claims/{number}/objections", response={201: shapes.ObjectionOut} | REFUSALS)
def raise_objection(request: Request, number: str, body: shapes.ObjectionIn) -> Any:
    """Object to a publicised claim."""
    return doors.once(
        request,
        lambda: objections.raise_objection(
            by=doors.person(request), at=request.at, claim_number=number, **body.dict()
        ),
        shape=_objection, status=201,
    )  # fmt: skip


@router.post("/claims/{number}/objections/proposal", response={200: shapes.ObjectionOut} | REFUSALS)
def propose(request: Request, number: str, body: shapes.ProposalIn) -> Any:
    """Write what the inquiry found and whether the objection should be upheld."""
    return _act(request, number, objections.propose, shape=_objection, **body.dict())


@router.post("/claims/{number}/objections/decision", response={200: shapes.ClaimOut} | REFUSALS)
def decide(request: Request, number: str) -> Any:
    """Confirm the proposal on the open objection."""
    return _act(request, number, objections.decide)


@router.get("/notices", auth=None, response={200: list[shapes.NoticeOut]})
def notices(request: Request) -> Any:
    """Every publicised claim, names masked."""
    return queries.notices()


def _act(
    request: Request, number: str, service: Callable[..., Any], *, shape: Any = shapes.ClaimOut.of, **fields: Any
) -> Any:
    def carry_out() -> Any:
        row: Claim = queries.claim_by_number(doors.person(request), number)
        return service(by=doors.person(request), at=request.at, claim_id=row.pk, **fields)

    return doors.once(request, carry_out, shape=shape)


def _objection(row: Any) -> Any:
    return shapes.ObjectionOut.from_orm(row).dict()
