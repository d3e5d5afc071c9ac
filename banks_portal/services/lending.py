"""Pay out the loan: the offer's terms become the contract document, and cover follows in the same transaction."""

from datetime import date, datetime
from typing import Any

from banks_portal.queries import awards as queries
from banks_portal.queries import rates
from banks_portal.rules import pricing
from banks_portal.rules import terms as offer_terms
from finance_platform.foundation.errors import Conflict
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges import queries as pledges
from pledges.services import loans
from risk_fund.services import enrolments


@use_case(Permission.LOAN_DISBURSE)
def disburse(
    *, by: User, at: datetime, application_id: int, disbursed_on: date, guarantor_id: int | None = None
) -> Any:
    """Pay out a contracted loan on the terms that were offered, and commit the fund's cover where it was reserved.

    Raises: NotFound; Conflict (not contracted, registration missing, already paid out, the loan would end after the
    secured maturity); Invalid (LPR). Writes: loan, instalments, application; enrolment, commitment (memo book).
    """
    decision = queries.approved_decision(by, application_id)
    terms = offer_terms.read(decision.offer.terms)
    _require_in_time(application_id, terms, disbursed_on)
    agreed = pricing.document(
        terms, disbursed_on, lpr=rates.lpr_for(terms, disbursed_on), principal_fen=decision.principal_fen
    )
    loan = loans.disburse(
        by=by, at=at, application_id=application_id, principal_fen=decision.principal_fen, terms=agreed,
        disbursed_on=disbursed_on, guarantor_id=guarantor_id,
    )  # fmt: skip
    if decision.with_cover:
        enrolments.commit(
            by=by, at=at, application_id=application_id, loan_id=loan.pk, principal_fen=decision.principal_fen
        )
    return loan


def _require_in_time(application_id: int, terms: offer_terms.OfferTerms, disbursed_on: date) -> None:
    agreement = pledges.agreement_of(application_id)
    if agreement is None:
        raise Conflict("合同尚未准备:请先准备并签署借款合同与质押合同", code="not_contracted")
    ends = pricing.maturity(terms, disbursed_on)
    if ends > agreement.maturity:
        raise Conflict(
            f"按此日放款将于 {ends} 到期,晚于质押合同的债务届满日 {agreement.maturity}:请提前放款或变更合同",
            code="beyond_secured_maturity",
        )
