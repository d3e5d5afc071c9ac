"""What a compensated loan brings back is shared by the scheme: costs and interest first, then each party its part.

The surplus belongs to the pledgor. The fund's part is due from the bank at once and received through a money order.
"""

from datetime import date, datetime

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Forbidden, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import numbers
from finance_platform.foundation.use_case import use_case
from pledges import queries as pledges
from risk_fund.models import Claim, Enrolment, Recovery
from risk_fund.queries import enrolments as enrolment_queries
from risk_fund.rules import claims as claim_rules
from risk_fund.rules import journal
from risk_fund.services import ledger, sharing


@use_case(Permission.DISPOSAL_SETTLE)
def share(
    *, by: User, at: datetime, loan_id: int, gross_fen: int, cost_fen: int, interest_fen: int, received_on: date,
    reference: str, first_hand_id: int,
) -> Recovery:  # fmt: skip
    """Share what came back on a compensated loan, by its scheme; `first_hand_id` recorded the proceeds, `by` confirms.

    Raises: NotFound; Forbidden (another bank, same hands); Conflict (no compensation paid, a claim still open, the
    reference used before, or the engine's reason); Invalid (amounts, date).
    Writes: recovery, sharing event, journal entries (receivable from the bank; the right of recovery lowered).
    """
    loan = pledges.loan(by, loan_id)
    enrolment = enrolment_queries.enrolment_of_loan(loan_id, lock=True)
    _require_recoverable(by, loan_id, enrolment, first_hand_id)
    assert enrolment is not None
    _require_amounts(gross_fen, cost_fen, interest_fen, received_on, at)
    if Recovery.objects.filter(loan=loan_id, reference=reference.strip()).exists():
        raise Conflict("这笔回款已登记过", code="duplicate_reference", fields={"reference": "请核对依据编号"})
    event = {"type": "recovery", "gross": gross_fen, "cost": cost_fen, "interest": interest_fen}
    number = numbers.take("ZC", timezone.localdate(at).year)
    shared = sharing.apply(enrolment, event, by=by, at=at, subject=number)
    outcome = shared.event.outcome
    recovery = Recovery.objects.create(
        number=number, enrolment=enrolment, loan=loan, received_on=received_on, reference=reference.strip(),
        gross_fen=gross_fen, cost_fen=outcome["cost"], interest_fen=outcome["interest"], loss_fen=outcome["loss"],
        surplus_fen=outcome["surplus"], allocation=outcome["allocation"], outcome=outcome,
        fund_part_fen=outcome["allocation"][enrolment.scheme_version.document["fund"]], reported_by=by, reported_at=at,
    )  # fmt: skip
    _book(recovery, at, first_hand_id, by)
    return recovery


def _book(recovery: Recovery, at: datetime, first_hand_id: int, by: User) -> None:
    """Book the fund's part as due from the bank; where there is none, the recovery is done."""
    if not recovery.fund_part_fen:
        recovery.move("nothing_due", by=by, at=at)
        return
    enrolment, fund = recovery.enrolment, recovery.enrolment.scheme_version.scheme.fund
    drafts = [
        journal.recovery_due(
            enrolment.bank.credit_code, recovery.fund_part_fen, same_year=_paid_this_year(recovery, at)
        ),
        journal.recovery_right_reduced(enrolment.number, recovery.fund_part_fen, as_asset=fund.recovery_right_as_asset),
    ]
    ledger.post(
        fund=fund, drafts=drafts, at=at, effective_date=timezone.localdate(at), maker_id=first_hand_id,
        checker_id=by.pk, subject=f"risk_fund.Recovery:{recovery.pk}", idempotency_key=f"recovery:{recovery.number}",
    )  # fmt: skip


def _paid_this_year(recovery: Recovery, at: datetime) -> bool:
    """Return whether the compensation was expensed in the year of the recovery (else it is income of this year)."""
    shared = recovery.enrolment.events.filter(event__type="claim").latest("i")
    return bool(shared.on.year == timezone.localdate(at).year)


def _require_recoverable(by: User, loan_id: int, enrolment: Enrolment | None, first_hand_id: int) -> None:
    if enrolment is None or enrolment.state not in {"CLAIMED", "VOIDED"}:
        raise Conflict("该笔贷款没有已审定的补偿,回款无需分配", code="no_claim")
    if by.organisation is None or by.organisation.pk != enrolment.bank_id:
        raise Forbidden("只能登记本行贷款的追偿")
    if first_hand_id == by.pk:
        raise Forbidden("追偿款的登记与确认须为不同人员", code="same_hands")
    claims = Claim.objects.filter(loan=loan_id)
    if claims.filter(state__in=claim_rules.OPEN_STATES).exists():
        raise Conflict("补偿申请尚在办理或公示,支付完成后再分配追偿", code="claim_open")
    if not claims.filter(state="PAID").exists():
        raise Conflict("补偿尚未支付,回款归贷款人,无需分配", code="not_paid")


def _require_amounts(gross_fen: int, cost_fen: int, interest_fen: int, received_on: date, at: datetime) -> None:
    shares = {"cost_fen": cost_fen, "interest_fen": interest_fen}
    wrong = {name: "不能为负" for name, amount in shares.items() if amount < 0}
    if gross_fen <= 0:
        wrong["gross_fen"] = "须大于零"
    if received_on > timezone.localdate(at):
        wrong["received_on"] = "不能晚于今天"
    if wrong:
        raise Invalid("追偿金额或日期不正确", fields=wrong)
