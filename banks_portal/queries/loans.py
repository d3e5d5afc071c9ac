"""A bank's loans with what hangs on them: debt, cover, receipts, pledges, disposals."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from finance_platform.foundation.errors import NotFound
from finance_platform.foundation.models import User
from pledges import queries as pledges
from risk_fund.queries import claims as fund_claims
from risk_fund.queries import enrolments as fund_enrolments
from risk_fund.queries import recoveries as fund_recoveries


def receipt(by: User, pk: int) -> Any:
    """Return one receipt of a loan the viewer may see. Raises: NotFound."""
    for loan in pledges.loans_visible_to(by).filter(receipts=pk):
        return loan.receipts.get(pk=pk)
    raise NotFound("没有这笔收款")


DISPOSABLE_STATES = frozenset({"ACCELERATED", "COMPENSATED", "IN_RECOVERY", "WRITTEN_OFF"})


@dataclass(frozen=True)
class LoanFile:
    """Everything the loan's page shows, as of a day."""

    loan: Any
    debt: Any
    enrolment: Any | None
    covered_fen: int | None
    cover_start: date | None
    receipts: list[Any]
    instalments: list[Any]
    restructurings: list[Any]
    pledges: list[Any]
    disposals: list[Any]
    claims: list[Any]
    recoveries: list[Any]

    @property
    def disposable(self) -> set[int]:
        """The registered pledges whose disposal may begin: of a loan in pursuit, not disposed of nor under way."""
        taken = {row.pledge_id for row in self.disposals if row.state != "FAILED"}
        live = {pledge.pk for pledge in self.pledges if pledge.state == "REGISTERED"}
        return live - taken if self.loan.state in DISPOSABLE_STATES else set()


def loan_file(by: User, number: str, on: date) -> LoanFile:
    """Return a loan of the viewer with everything on its page. Raises: NotFound."""
    loan: Any = pledges.loan_by_number(by, number)
    enrolment = fund_enrolments.enrolment_of_loan(loan.pk)
    agreement = pledges.agreement_of(loan.application_id)
    return LoanFile(
        loan=loan,
        debt=pledges.debt(loan, max(on, loan.disbursed_on)),
        enrolment=enrolment,
        covered_fen=fund_enrolments.covered_fen(enrolment) if enrolment else None,
        cover_start=pledges.cover_start(loan),
        receipts=list(loan.receipts.select_related("recorded_by").order_by("-received_on", "-pk")),
        instalments=list(pledges.instalments(loan, on)),
        restructurings=list(pledges.restructurings_visible_to(by).filter(loan=loan).order_by("-pk")),
        pledges=list(pledges.live_pledges(agreement)) if agreement else [],
        disposals=list(pledges.disposals_visible_to(by).filter(loan=loan).order_by("-pk")),
        claims=list(fund_claims.claims_visible_to(by).filter(loan=loan).order_by("-pk")),
        recoveries=list(fund_recoveries.recoveries_visible_to(by).filter(loan=loan).order_by("-pk")),
    )
