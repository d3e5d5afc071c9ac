"""A loan comes under a scheme in two steps: reserved when credit is approved, committed when the money is paid out.

The engine decides (capacity, quota, breakers) under the lock of the fund's sharing states; the commitment book follows
by what the cover of the loan was before and is after.
"""

from datetime import date, datetime

from django.utils import timezone

from finance_platform.foundation import queries as people
from finance_platform.foundation.errors import Conflict, Forbidden, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import numbers
from finance_platform.foundation.use_case import use_case
from pledges import queries as pledges
from risk_fund.models import Enrolment
from risk_fund.queries import enrolments as queries
from risk_fund.queries import schemes as scheme_queries
from risk_fund.rules import journal
from risk_fund.services import ledger, sharing


@use_case(Permission.COVER_RESERVE)
def reserve(
    *, by: User, at: datetime, application_id: int, bank_id: int, principal_fen: int, scheme_code: str,
    contract_fen: int | None = None, ip_part_fen: int | None = None,
) -> Enrolment:  # fmt: skip
    """Reserve cover for a loan about to be granted, under the scheme version in force today.

    Raises: NotFound; Forbidden for another bank's loan; Conflict with the engine's reason (suspended, over quota, over
    capacity), or if the application already has cover. Writes: enrolment, sharing event, reservation (memo book).
    """
    application = pledges.application(by, application_id)
    _require_own_bank(by, bank_id)
    _require_free(application_id)
    _require_positive(principal_fen, "principal_fen")
    version = scheme_queries.version_in_force(scheme_code, timezone.localdate(at))
    enrolment = Enrolment.objects.create(
        number=numbers.take("BA", timezone.localdate(at).year), scheme_version=version, application=application,
        borrower=application.enterprise, bank=people.organisation(bank_id), reserved_fen=principal_fen,
        contract_fen=contract_fen, ip_part_fen=ip_part_fen, reserved_by=by, reserved_at=at,
    )  # fmt: skip
    shared = sharing.apply(enrolment, _enrol_event(enrolment), by=by, at=at, subject=enrolment.number)
    _book(enrolment, journal.reservation(*_units(enrolment), shared.covered_after_fen, limited=False), shared, by, at)
    return enrolment


@use_case(Permission.COVER_RESERVE)
def lapse(*, by: User, at: datetime, enrolment_id: int, reason: str) -> Enrolment:
    """Give a reservation back. Raises: NotFound; Invalid without a reason; IllegalTransition once disbursed.

    Writes: enrolment, sharing event, lapse (memo book).
    """
    enrolment = queries.enrolment(by, enrolment_id, lock=True)
    if not reason.strip():
        raise Invalid("请写明失效原因", fields={"reason": "必填"})
    return _lapse(enrolment, reason.strip(), by, at)


def let_go(application_id: int, *, by: User, at: datetime, reason: str) -> Enrolment | None:
    """Give back what was reserved for an application that has just ended, whoever ended it; None if nothing was.

    For use cases that decided so and hold the application's row. Writes: as lapse.
    """
    enrolment = queries.reservation_of(application_id)
    return _lapse(enrolment, reason, by, at) if enrolment else None


def _lapse(enrolment: Enrolment, reason: str, by: User, at: datetime) -> Enrolment:
    enrolment.lapse_reason = reason[:200]
    enrolment.move("lapse", by=by, at=at, reason=enrolment.lapse_reason)
    _lower_reservation(enrolment, enrolment.reserved_fen, by, at)
    return enrolment


@use_case(Permission.LOAN_DISBURSE)
def commit(*, by: User, at: datetime, application_id: int, loan_id: int, principal_fen: int) -> Enrolment:
    """Turn a reservation into a commitment when the loan is paid out; what was reserved beyond it lapses.

    Raises: NotFound without a reservation; Conflict if the pledge is not registered or the loan is larger than
    reserved; IllegalTransition. Writes: enrolment, sharing event if smaller, commitment (memo book).
    """
    enrolment = queries.enrolment_of_application(by, application_id, lock=True)
    loan = pledges.loan(by, loan_id)
    _require_positive(principal_fen, "principal_fen")
    if principal_fen > enrolment.reserved_fen:
        raise Conflict("放款金额大于预占金额:请先重新预占", code="over_reservation")
    if pledges.cover_start(loan) is None:
        raise Conflict("质押尚未全部登记,不能在补偿范围内放款", code="not_registered")
    _lower_reservation(enrolment, enrolment.reserved_fen - principal_fen, by, at)
    enrolment.loan, enrolment.committed_fen, enrolment.committed_at = loan, principal_fen, at
    enrolment.move("commit", by=by, at=at, loan=loan.number, principal_fen=principal_fen)
    covered = queries.covered_fen(enrolment)
    ledger.post(
        fund=enrolment.scheme_version.scheme.fund, drafts=[journal.commitment(enrolment.number, covered)], at=at,
        effective_date=timezone.localdate(at), maker_id=by.pk, checker_id=None, subject=_subject(enrolment),
        idempotency_key=f"commit:{enrolment.number}",
    )  # fmt: skip
    return enrolment


@use_case(Permission.LOAN_SERVICE)
def release(*, by: User, at: datetime, loan_id: int, principal_repaid_fen: int, on: date) -> Enrolment | None:
    """Lower the cover of a loan by principal repaid on a day; None if the loan has no cover.

    Raises: Conflict after compensation (what comes in then is a recovery) or beyond what is outstanding; Invalid for a
    negative amount. Writes: sharing event, release (memo book), the end of the enrolment when nothing is left.
    """
    enrolment = queries.enrolment_of_loan(loan_id, lock=True)
    if enrolment is None or principal_repaid_fen == 0:
        return enrolment
    _require_positive(principal_repaid_fen, "principal_repaid_fen")
    if enrolment.state != "COMMITTED":
        raise Conflict(f"{enrolment} 处于“{enrolment.state_label}”:补偿之后的回款请按追偿办理", code="use_recovery")
    shared = sharing.apply(enrolment, {"type": "repay", "amount": principal_repaid_fen}, by=by, at=at,
                           subject=f"{enrolment.number} 还款 {on}")  # fmt: skip
    released = journal.commitment_released(*_units(enrolment), shared.released_fen, limited=False)
    _book(enrolment, released, shared, by, at)
    if queries.outstanding_fen(enrolment) == 0:
        enrolment.move("end", by=by, at=at, repaid_on=on.isoformat())
    return enrolment


def _lower_reservation(enrolment: Enrolment, amount_fen: int, by: User, at: datetime) -> None:
    if not amount_fen:
        return
    shared = sharing.apply(enrolment, {"type": "repay", "amount": amount_fen}, by=by, at=at, subject=enrolment.number)
    _book(enrolment, journal.reservation_lapsed(*_units(enrolment), shared.released_fen, limited=False), shared, by, at)


def _enrol_event(enrolment: Enrolment) -> dict[str, object]:
    event = {
        "type": "enrol",
        "borrower": enrolment.borrower.credit_code,
        "bank": enrolment.bank.credit_code,
        "principal": enrolment.reserved_fen,
    }
    amounts = {"contract": enrolment.contract_fen, "ip_part": enrolment.ip_part_fen}
    return event | {name: amount for name, amount in amounts.items() if amount is not None}


def _book(enrolment: Enrolment, draft: journal.Draft, shared: sharing.Shared, by: User, at: datetime) -> None:
    """Post what the step did to the cover; a step that did nothing to it has no entry."""
    ledger.post(
        fund=enrolment.scheme_version.scheme.fund, drafts=[draft], at=at, effective_date=timezone.localdate(at),
        maker_id=by.pk, checker_id=None, subject=_subject(enrolment), idempotency_key=f"share:{shared.event.pk}",
    )  # fmt: skip


def _units(enrolment: Enrolment) -> tuple[str, str]:
    return enrolment.number, enrolment.bank.credit_code


def _subject(enrolment: Enrolment) -> str:
    return f"risk_fund.Enrolment:{enrolment.pk}"


def _require_own_bank(by: User, bank_id: int) -> None:
    if by.organisation is None or by.organisation.pk != bank_id:
        raise Forbidden("只能为本行的贷款预占额度")


def _require_free(application_id: int) -> None:
    if Enrolment.objects.filter(application=application_id).exclude(state="LAPSED").exists():
        raise Conflict("该笔融资已有备案,不能重复预占", code="already_enrolled")


def _require_positive(amount_fen: int, field: str) -> None:
    if amount_fen <= 0:
        raise Invalid("金额须大于零", fields={field: "请填写大于零的金额"})
