"""Post-loan work: cover falls with each instalment, a claim comes from the record, proceeds are shared at once."""

import pytest

from banks_portal.queries import claims as claim_queries
from banks_portal.queries import loans as loan_queries
from banks_portal.queries import recoveries as shares
from banks_portal.services import claims, recoveries, servicing
from finance_platform.foundation import viewer
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid, NotFound
from pledges import queries as pledges
from pledges.models import Disposal, Loan, Receipt
from pledges.services import disposals
from risk_fund.models import Enrolment
from risk_fund.queries import enrolments as fund_enrolments
from risk_fund.services import claims as fund_claims
from risk_fund.services import orders
from tests.banks_portal import journey
from tests.banks_portal.journey import DEFAULTED, PRINCIPAL_FEN
from tests.factories import at, colleague, make_paper
from tests.risk_fund import cover

pytestmark = pytest.mark.django_db
PAID, SOLD, SETTLED = at(2025, 5, 21), at(2025, 9, 15), at(2025, 9, 17)
FILED, REVIEWED, PAYABLE = at(2025, 8, 26), at(2025, 8, 28), at(2025, 9, 8)


@pytest.fixture
def code(actors):
    return journey.fund_with_scheme(actors)


def receive(actors, loan, amount_fen, reference="HK-1", on=PAID):
    return servicing.record_receipt(
        by=actors.bank_officer,
        at=on,
        loan_id=loan.pk,
        received_on=on.date(),
        amount_fen=amount_fen,
        reference=reference,
    )


def test_principal_repaid_releases_cover(actors, code):
    loan = journey.lent(actors, scheme_code=code)
    before = fund_enrolments.covered_fen(Enrolment.objects.get())
    first = loan.instalments.get(no=1)
    receipt = receive(actors, loan, first.interest_fen + first.principal_fen)
    assert receipt.principal_fen == first.principal_fen
    enrolment = Enrolment.objects.get()
    assert fund_enrolments.outstanding_fen(enrolment) == PRINCIPAL_FEN - first.principal_fen
    assert fund_enrolments.covered_fen(enrolment) < before


def test_a_receipt_that_released_cover_cannot_be_reversed_yet_and_says_so(actors, code):
    loan = journey.lent(actors, scheme_code=code)
    first = loan.instalments.get(no=1)
    receipt = receive(actors, loan, first.interest_fen + first.principal_fen)
    with pytest.raises(Conflict, match="尚不支持恢复"):
        servicing.reverse_receipt(by=actors.bank_officer, at=PAID, receipt_id=receipt.pk, reason="录错")


def test_a_loan_without_cover_is_repaid_and_reversed_alike(actors):
    loan = journey.lent(actors)
    receipt = receive(actors, loan, 1_000_000)
    reversal = servicing.reverse_receipt(by=actors.bank_officer, at=PAID, receipt_id=receipt.pk, reason="录错")
    assert reversal.amount_fen == -1_000_000


def test_a_strangers_receipt_is_not_found(actors):
    loan = journey.lent(actors)
    receipt = receive(actors, loan, 1_000_000)
    with pytest.raises(NotFound):
        servicing.reverse_receipt(by=actors.other_bank_officer, at=PAID, receipt_id=receipt.pk, reason="x")


def test_acceleration_takes_an_approver_and_a_notice(actors, code):
    loan = journey.in_default(actors, code)
    notice = make_paper(actors.bank_officer, "acceleration_notice", DEFAULTED)
    with pytest.raises(Forbidden):
        servicing.accelerate(by=actors.bank_officer, at=DEFAULTED, loan_id=loan.pk, notice_document_id=notice)
    servicing.accelerate(by=actors.bank_approver, at=DEFAULTED, loan_id=loan.pk, notice_document_id=notice)
    assert Loan.objects.get(pk=loan.pk).state == "ACCELERATED"


# --- Claims -----------------------------------------------------------------------------------------------------------
def test_a_claim_is_assembled_from_the_loans_own_record(actors, code):
    loan = journey.in_default(actors, code)
    debt = pledges.debt(loan, FILED.date())
    with viewer.seen_by(actors.bank_officer):
        found = claim_queries.assemble(actors.bank_officer, loan.pk, FILED.date())
    assert (found.principal_fen, found.interest_fen) == (debt.principal_fen, debt.interest_fen)
    assert found.penalty_fen == debt.penalty_fen + debt.compound_fen
    assert found.due.isoformat() == "2025-05-21"
    assert found.interest_days == 122  # 21 April to 21 August: four unpaid monthly periods
    assert set(found.required) == {"overdue_statement", "collection_record", "loss_calculation"}


def test_the_interest_days_of_an_accelerated_loan_end_with_its_notice(actors, code):
    loan = accelerated(actors, code)  # the notice is of 25 August, in the fifth period
    for on in (DEFAULTED.date(), FILED.date(), PAYABLE.date()):
        with viewer.seen_by(actors.bank_officer):
            found = claim_queries.assemble(actors.bank_officer, loan.pk, on)
        assert found.debt.accrued_until == DEFAULTED.date()
        assert found.interest_days == 126  # 21 April to 25 August: four whole periods and four days


def file(actors, loan, **changes):
    return claims.file(by=actors.bank_officer, at=FILED, loan_id=loan.pk, evidence=cover.evidence(actors), **changes)


def test_a_claim_is_filed_with_the_amounts_of_the_record(actors, code):
    loan = journey.in_default(actors, code)
    claim = file(actors, loan)
    debt = pledges.debt(loan, FILED.date())
    assert (claim.state, claim.principal_fen, claim.interest_fen) == (
        "SUBMITTED",
        debt.principal_fen,
        debt.interest_fen,
    )


def test_a_claim_without_its_evidence_or_twice_is_refused(actors, code):
    loan = journey.in_default(actors, code)
    with pytest.raises(Invalid, match="证据"):
        claims.file(by=actors.bank_officer, at=FILED, loan_id=loan.pk, evidence=[])
    file(actors, loan)
    with pytest.raises(Conflict):
        file(actors, loan, principal_fen=1)


def test_another_bank_finds_no_loan_to_claim_on(actors, code):
    loan = journey.in_default(actors, code)
    with pytest.raises(NotFound):
        claims.file(by=actors.other_bank_officer, at=FILED, loan_id=loan.pk, evidence=[])


def accelerated(actors, code):
    """Return a loan in default that the bank declared due in full."""
    loan = journey.in_default(actors, code)
    notice = make_paper(actors.bank_officer, "acceleration_notice", DEFAULTED)
    return servicing.accelerate(by=actors.bank_approver, at=DEFAULTED, loan_id=loan.pk, notice_document_id=notice)


# --- Disposal and recovery --------------------------------------------------------------------------------------------
def sold(actors, loan, price_fen):
    """Return the disposal of the patents' pledge, sold and keyed by the officer."""
    pledge = loan.agreement.pledges.get(registry="patent")
    by = actors.bank_officer
    disposal = disposals.start(by=by, at=SOLD, loan_id=loan.pk, pledge_id=pledge.pk)
    common = {"by": by, "at": SOLD, "disposal_id": disposal.pk}
    disposals.value(**common, appraised_value_fen=price_fen, document_id=make_paper(by, "report", SOLD))
    disposals.list_for_sale(**common, reserve_price_fen=price_fen, agreement_document_id=make_paper(by, "deal", SOLD))
    disposals.auction(**common, notice="公告1号")
    disposals.sell(**common, price_fen=price_fen, buyer="河套种业", sold_on=SOLD.date())
    disposals.settle_first(
        by=by, at=SETTLED, disposal_id=disposal.pk, cost_fen=1_000_000, received_on=SETTLED.date(), reference="CZ-1",
        transfer_notice_no="ZR-1",
    )  # fmt: skip
    return Disposal.objects.get(pk=disposal.pk)


def test_proceeds_before_compensation_go_costs_interest_principal_and_release_cover(actors, code):
    loan = accelerated(actors, code)
    disposal = sold(actors, loan, 200_000_000)
    other = colleague(actors.bank_officer, "bank_officer")
    settled, recovery = recoveries.settle(by=other, at=SETTLED, disposal_id=disposal.pk)
    assert recovery is None
    assert settled.cost_fen + settled.interest_fen + settled.principal_fen + settled.surplus_fen == 200_000_000
    assert fund_enrolments.outstanding_fen(Enrolment.objects.get()) == PRINCIPAL_FEN - settled.principal_fen


def test_the_one_who_keyed_a_settlement_does_not_confirm_it(actors, code):
    disposal = sold(actors, accelerated(actors, code), 200_000_000)
    with pytest.raises(Forbidden, match="不同人员"):
        recoveries.settle(by=actors.bank_officer, at=SETTLED, disposal_id=disposal.pk)


def compensated(actors, code):
    """Return a loan whose claim the fund has paid: three hands, publicity, cashier and accountant."""
    loan = accelerated(actors, code)
    claim = file(actors, loan)
    for review, by in ((fund_claims.first_review, actors.first_reviewer), (fund_claims.check, actors.checker),
                       (fund_claims.approve, actors.approver)):  # fmt: skip
        review(by=by, at=REVIEWED, claim_id=claim.pk, agree=True, note="与系统重算一致")
    claim = fund_claims.publicise(by=actors.system, at=REVIEWED, claim_id=claim.pk)
    order = orders.make(
        by=actors.cashier, at=PAYABLE, kind="claim_payment", subject=claim.number, amount_fen=claim.compensation_fen,
        reference="PAY-1",
    )  # fmt: skip
    orders.confirm(by=actors.accountant, at=PAYABLE, order_id=order.pk)
    return Loan.objects.get(pk=loan.pk)


def test_after_compensation_the_proceeds_are_shared_with_the_fund_at_once(actors, code, calendars):
    loan = compensated(actors, code)
    debt = pledges.debt(loan, SETTLED.date())
    disposal = sold(actors, loan, 200_000_000)
    _settled, recovery = recoveries.settle(by=actors.bank_approver, at=SETTLED, disposal_id=disposal.pk)
    assert recovery.gross_fen == 200_000_000
    assert sum(recovery.allocation.values()) == recovery.loss_fen
    assert recovery.fund_part_fen > 0
    assert debt.principal_fen == PRINCIPAL_FEN  # compensation had left the debt as it was


def test_the_loan_page_shows_debt_cover_and_claims(actors, code):
    loan = journey.in_default(actors, code)
    file(actors, loan)
    with viewer.seen_by(actors.bank_officer):
        found = loan_queries.loan_file(actors.bank_officer, loan.number, FILED.date())
    assert found.debt.days_past_due == 97
    assert len(found.claims) == 1
    assert found.covered_fen > 0
    assert found.cover_start.isoformat() == "2025-04-18"


def test_only_what_came_in_after_the_claim_and_outside_a_disposal_is_shared(actors, code, calendars):
    loan = compensated(actors, code)
    disposal = sold(actors, loan, 50_000_000)
    recoveries.settle(by=actors.bank_approver, at=SETTLED, disposal_id=disposal.pk)
    late = receive(actors, loan, 1_000_000, reference="HK-9", on=SETTLED)
    with viewer.seen_by(actors.bank_approver):
        file = loan_queries.loan_file(actors.bank_approver, loan.number, SETTLED.date())
    proceeds = next(row for row in file.receipts if row.pk != late.pk)
    assert shares.unshared(file) == {late.pk}
    early = Receipt(reference="HK-0", recorded_at=PAID)
    assert shares.fault(early, file.claims, file.disposals) == "counted"
    with pytest.raises(Conflict, match="结算时已分配"):
        recoveries.share_receipt(by=actors.bank_officer, at=SETTLED, receipt_id=proceeds.pk)
    recoveries.share_receipt(by=actors.bank_approver, at=SETTLED, receipt_id=late.pk)
    with viewer.seen_by(actors.bank_approver):
        file = loan_queries.loan_file(actors.bank_approver, loan.number, SETTLED.date())
    assert shares.unshared(file) == set()
