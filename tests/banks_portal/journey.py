"""An application on its way through the bank's own use cases: published, offered, chosen, approved, paid out."""

from decimal import Decimal
from typing import Any

from banks_portal.models import CreditDecision
from banks_portal.queries import offers as offer_queries
from banks_portal.services import contracts, credit, diligence, lending, offers, openings, selections
from finance_platform.foundation import viewer
from pledges.models import Application, Loan
from pledges.services import agreements, applications, loans, registrations
from risk_fund.rules.samples import QUOTA_SHARE, Sample
from tests.banks_portal.offers import plain_terms
from tests.factories import Actors, at, make_paper, set_clock
from tests.pledges.builders import ACCEPTED, DEADLINE, submitted
from tests.risk_fund import cover
from tests.valuation import builders as appraisals

OFFERED, OPENED, CHOSEN, DECIDED = at(2025, 4, 9), at(2025, 4, 11), at(2025, 4, 12), at(2025, 4, 14)
SIGNED, REGISTERED, PAID_OUT = at(2025, 4, 15), at(2025, 4, 18), at(2025, 4, 21)
DEFAULTED = at(2025, 8, 25)
PRINCIPAL_FEN = 300_000_000
TERMS = plain_terms(
    amount_fen=PRINCIPAL_FEN, annual_rate="0.0435", method="equal_instalment", settlement="", conditions="", fees=[]
)


def fund_with_scheme(actors: Actors, amount_fen: int = 10_000_000_000, sample: Sample = QUOTA_SHARE) -> str:
    """Return the code of a scheme in force over a fund with money."""
    return str(cover.scheme_in_force(actors, cover.open_fund(actors, amount_fen), sample).scheme.code)


def in_diligence(actors: Actors, *, appraised: bool = True) -> Application:
    """Return an application that chose the actors' bank out of two offers; its pool is appraised before."""
    application = appraisals.issued(actors).application if appraised else submitted(actors)
    applications.accept(by=actors.intake, at=ACCEPTED, application_id=application.pk, offer_deadline=DEADLINE)
    set_clock(OFFERED)
    for bank, rate in ((actors.bank_officer, "0.0435"), (actors.other_bank_officer, "0.046")):
        terms = TERMS | {"annual_rate": rate}
        offers.save(by=bank, at=OFFERED, application_id=application.pk, terms=terms, seal=True)
    set_clock(OPENED)
    openings.open_due(by=actors.system, at=OPENED)
    with viewer.seen_by(actors.enterprise):
        won = offer_queries.offers_visible_to(actors.enterprise).get(bank=actors.bank_officer.organisation)
    selections.select(by=actors.enterprise, at=CHOSEN, offer_id=won.pk)
    diligence.start(by=actors.bank_officer, at=CHOSEN, application_id=application.pk)
    return Application.objects.get(pk=application.pk)


def proposed(actors: Actors, application: Application, **changes: Any) -> CreditDecision:
    values = {"principal_fen": PRINCIPAL_FEN, "ltv_limit": Decimal("1"), "note": "同意", "with_cover": False} | changes
    return credit.propose(by=actors.bank_officer, at=DECIDED, application_id=application.pk, **values)


def approved(actors: Actors, *, scheme_code: str = "") -> Application:
    """Return an application that two approvers of the bank approved, with cover if a scheme is named."""
    application = in_diligence(actors)
    decision = proposed(actors, application, with_cover=bool(scheme_code), scheme_code=scheme_code)
    for approver in (actors.bank_approver, actors.bank_approver2):
        credit.approve(by=approver, at=DECIDED, decision_id=decision.pk)
    return Application.objects.get(pk=application.pk)


def contracted(actors: Actors, **approval: Any) -> Application:
    application = approved(actors, **approval)
    papers = [make_paper(actors.bank_officer, kind, SIGNED) for kind in ("pledge_contract", "loan_contract")]
    agreement = contracts.prepare(
        by=actors.bank_officer, at=SIGNED, application_id=application.pk, contract_document_id=papers[0],
        loan_contract_document_id=papers[1],
    )  # fmt: skip
    for by in (actors.enterprise, actors.bank_officer):
        agreements.sign(by=by, at=SIGNED, agreement_id=agreement.pk)
    return Application.objects.get(pk=application.pk)


def registered(actors: Actors, **approval: Any) -> Application:
    application = contracted(actors, **approval)
    for serial, registry in enumerate(("patent", "trademark")):
        pledge = registrations.file(
            by=actors.bank_officer, at=SIGNED, agreement_id=application.agreement.pk, registry=registry
        )
        keyed = {"pledge_id": pledge.pk, "certificate_no": f"Y2025{serial:06d}", "registered_on": REGISTERED.date()}
        registrations.key_result(by=actors.bank_officer, at=REGISTERED, **keyed)
        registrations.confirm_result(by=actors.bank_approver, at=REGISTERED, **keyed)
    return application


def lent(actors: Actors, *, scheme_code: str = "") -> Loan:
    """Return the loan, paid out on the terms that were offered."""
    application = registered(actors, scheme_code=scheme_code)
    return lending.disburse(
        by=actors.bank_officer, at=PAID_OUT, application_id=application.pk, disbursed_on=PAID_OUT.date()
    )


def in_default(actors: Actors, scheme_code: str) -> Loan:
    """Return a loan under cover of which nothing was repaid, 96 days past due."""
    loan = lent(actors, scheme_code=scheme_code)
    loans.run_day(by=actors.system, at=DEFAULTED, on=DEFAULTED.date(), loan_id=loan.pk)
    return Loan.objects.get(pk=loan.pk)
