"""Loans under cover for tests, made by the real services: fund with money, scheme in force, loan in default."""

from datetime import date, datetime
from typing import Any
from uuid import uuid4

from finance_platform.foundation.services import documents
from pledges.models import Application, Loan
from pledges.services import agreements, awards, loans, registrations
from risk_fund.models import Claim, Enrolment, Fund, MoneyOrder, SchemeVersion
from risk_fund.rules.samples import QUOTA_SHARE, Sample
from risk_fund.services import claims, enrolments, funds, orders, schemes
from tests.factories import Actors, at
from tests.pledges import builders

WAN = 1_000_000
PRINCIPAL_FEN = 500 * WAN
OPENED, DRAFTED, IN_FORCE = at(2025, 1, 2), at(2025, 1, 3), at(2025, 1, 6)
AWARDED, APPROVED, SIGNED, REGISTERED, PAID_OUT = (
    at(2025, 4, 11), at(2025, 4, 14), at(2025, 4, 15), at(2025, 4, 18), at(2025, 4, 21)
)  # fmt: skip
FIRST_DUE = date(2025, 5, 21)
DEFAULTED, FILED, REVIEWED, CHECKED, SETTLED = (
    at(2025, 7, 25), at(2025, 7, 28), at(2025, 7, 29), at(2025, 7, 30), at(2025, 7, 31)
)  # fmt: skip
PUBLICISED, PAYABLE = at(2025, 8, 1), at(2025, 8, 11)


def open_fund(actors: Actors, amount_fen: int = 10_000 * WAN, code: str = "NMG") -> Fund:
    """Return a fund with money in it, opened and paid in through its own services."""
    fund = funds.open_fund(by=actors.approver, at=OPENED, code=code, name="自治区知识产权质押融资风险补偿资金")
    contribute(actors, fund, amount_fen)
    return fund


def contribute(actors: Actors, fund: Fund, amount_fen: int, reference: str = "BK-0001") -> MoneyOrder:
    order = orders.make(
        by=actors.cashier, at=OPENED, kind="contribution", subject=fund.code, amount_fen=amount_fen,
        reference=reference, source="region",
    )  # fmt: skip
    return orders.confirm(by=actors.accountant, at=OPENED, order_id=order.pk)


def scheme_in_force(actors: Actors, fund: Fund, sample: Sample = QUOTA_SHARE, **changes: Any) -> SchemeVersion:
    """Return an approved version of a sample scheme; `changes` replace fields of its document."""
    version = schemes.draft(
        by=actors.checker, at=DRAFTED, code=sample.code, name=sample.name, fund_code=fund.code,
        document=sample.document | changes, legal_basis=sample.legal_basis, source=sample.source,
        valid_from=DRAFTED.date(),
    )  # fmt: skip
    return schemes.approve(by=actors.approver, at=IN_FORCE, version_id=version.pk)


def awarded(actors: Actors) -> Application:
    """Return an application that chose the actors' bank and is in its due diligence."""
    application = builders.published(actors)
    bank = actors.bank_officer.organisation
    awards.match(
        by=actors.enterprise, at=AWARDED, application_id=application.pk, offer_id=uuid4(), bank_id=bank.pk
    )  # fmt: skip
    awards.start_diligence(by=actors.bank_officer, at=AWARDED, application_id=application.pk)
    return awards.approve(by=actors.bank_approver, at=APPROVED, application_id=application.pk)


def reserved(actors: Actors, application: Application, code: str = QUOTA_SHARE.code, **changes: Any) -> Enrolment:
    values = {"principal_fen": PRINCIPAL_FEN, "scheme_code": code} | changes
    return enrolments.reserve(
        by=actors.bank_approver, at=APPROVED, application_id=application.pk,
        bank_id=actors.bank_officer.organisation.pk, **values,
    )  # fmt: skip


def register_pledges(actors: Actors, application: Application) -> None:
    """Sign the contracts and have every registry's pledge registered, keyed by two persons."""
    papers = [_paper(actors, kind) for kind in ("pledge_contract", "loan_contract")]
    agreement = agreements.prepare(
        by=actors.bank_officer, at=SIGNED, application_id=application.pk, secured_amount_fen=PRINCIPAL_FEN,
        maturity=date(2027, 4, 21), contract_document_id=papers[0], loan_contract_document_id=papers[1],
    )  # fmt: skip
    for by in (actors.enterprise, actors.bank_officer):
        agreements.sign(by=by, at=SIGNED, agreement_id=agreement.pk)
    for serial, registry in enumerate(("patent", "trademark")):
        pledge = registrations.file(by=actors.bank_officer, at=SIGNED, agreement_id=agreement.pk, registry=registry)
        keyed = {"pledge_id": pledge.pk, "certificate_no": f"Y2025{serial:06d}", "registered_on": REGISTERED.date()}
        registrations.key_result(by=actors.bank_officer, at=REGISTERED, **keyed)
        registrations.confirm_result(by=actors.bank_approver, at=REGISTERED, **keyed)


def terms(principal_fen: int = PRINCIPAL_FEN) -> dict[str, Any]:
    return {
        "disbursements": [{"date": PAID_OUT.date().isoformat(), "amount": principal_fen}],
        "rate": {"annual": "0.0435"}, "day_count": "act/360", "method": "equal_instalment", "instalments": 24,
        "first_due": FIRST_DUE.isoformat(),
    }  # fmt: skip


def disbursed(actors: Actors, application: Application, principal_fen: int = PRINCIPAL_FEN) -> Loan:
    loan = loans.disburse(
        by=actors.bank_officer, at=PAID_OUT, application_id=application.pk, principal_fen=principal_fen,
        terms=terms(principal_fen), disbursed_on=PAID_OUT.date(),
    )  # fmt: skip
    enrolments.commit(
        by=actors.bank_officer, at=PAID_OUT, application_id=application.pk, loan_id=loan.pk, principal_fen=principal_fen
    )
    return loan


def in_default(actors: Actors) -> Loan:
    """Return a loan under cover of which nothing was ever repaid, 65 days past due."""
    application = awarded(actors)
    reserved(actors, application)
    register_pledges(actors, application)
    loan = disbursed(actors, application)
    loans.run_day(by=actors.system, at=DEFAULTED, on=DEFAULTED.date(), loan_id=loan.pk)
    return Loan.objects.get(pk=loan.pk)


def evidence(actors: Actors) -> list[dict[str, str]]:
    kinds = ("overdue_statement", "collection_record", "loss_calculation")
    return [{"kind": kind, "document_id": str(_paper(actors, kind))} for kind in kinds]


def filed(actors: Actors, loan: Loan, when: datetime = FILED, **changes: Any) -> Claim:
    values: dict[str, Any] = {
        "principal_fen": PRINCIPAL_FEN, "due": FIRST_DUE, "evidence": evidence(actors),
    } | changes  # fmt: skip
    return claims.file(by=actors.bank_officer, at=when, loan_id=loan.pk, **values)


def approved(actors: Actors, claim: Claim) -> Claim:
    """Take a filed claim past its three desks; the claim asks for principal alone, so the difference is explained."""
    note = "只申请本金,利息和罚息由银行自行承担"
    claims.first_review(by=actors.first_reviewer, at=REVIEWED, claim_id=claim.pk, agree=True, note=note)
    claims.check(by=actors.checker, at=CHECKED, claim_id=claim.pk, agree=True)
    return claims.approve(by=actors.approver, at=SETTLED, claim_id=claim.pk, agree=True)


def publicised(actors: Actors, claim: Claim) -> Claim:
    return claims.publicise(by=actors.system, at=PUBLICISED, claim_id=claim.pk)


def paid(actors: Actors, claim: Claim) -> Claim:
    """Take an approved claim through publicity and payment."""
    claim = publicised(actors, claim)
    order = orders.make(
        by=actors.cashier, at=PAYABLE, kind="claim_payment", subject=claim.number,
        amount_fen=claim.compensation_fen, reference="PAY-0001",
    )  # fmt: skip
    orders.confirm(by=actors.accountant, at=PAYABLE, order_id=order.pk)
    return Claim.objects.get(pk=claim.pk)


def _paper(actors: Actors, kind: str) -> Any:
    data = f"{kind} {uuid4()}".encode()
    return documents.store(by=actors.bank_officer, at=SIGNED, kind=kind, filename=f"{kind}.pdf", data=data).pk
