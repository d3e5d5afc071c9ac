"""What follows an award, called by the use cases of the bank portal: choice, diligence, approval, disbursement."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Forbidden, Invalid
from finance_platform.foundation.models import Organisation, User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from pledges import queries
from pledges.models import Application
from pledges.services import dossiers

NEW_ROUND_DAYS = 7


@use_case(Permission.OFFER_SELECT)
def match(*, by: User, at: datetime, application_id: int, offer_id: UUID, bank_id: int) -> Application:
    """Record the borrower's choice after the offers were opened; the losing banks' sight ends.

    Raises: NotFound; Conflict (bidding still open, bank without a live dossier); IllegalTransition.
    Writes: application, dossiers.
    """
    application = _locked(by, application_id)
    if application.offer_deadline and at < application.offer_deadline:
        raise Conflict(
            f"报价于 {timezone.localtime(application.offer_deadline):%F %H:%M} 截止,之前不能选择", code="bidding_open"
        )
    if not application.dossiers.filter(bank_id=bank_id, revoked_at=None, closed_at=None).exists():
        raise Conflict("该银行的授权已结束,不能选择其报价", code="no_live_dossier")
    application.lender = Organisation.objects.get(pk=bank_id)
    application.selected_offer = offer_id
    application.move("select_offer", by=by, at=at, offer=str(offer_id), bank=bank_id)
    dossiers.close_others(application, at=at)
    return application


@use_case(Permission.DILIGENCE)
def start_diligence(*, by: User, at: datetime, application_id: int) -> Application:
    """Begin due diligence as the chosen bank. Raises: NotFound, Forbidden, IllegalTransition. Writes: application."""
    application = _of_lender(by, application_id)
    application.move("start_diligence", by=by, at=at)
    return application


@use_case(Permission.CREDIT_APPROVE)
def approve(*, by: User, at: datetime, application_id: int) -> Application:
    """Record the approval that two persons of the bank have given. Raises: as start_diligence."""
    application = _of_lender(by, application_id)
    application.move("approve", by=by, at=at)
    return application


@use_case(Permission.DILIGENCE)
def decline(
    *, by: User, at: datetime, application_id: int, code: str, reason: str, final: bool = False,
    offer_deadline: datetime | None = None,
) -> Application:  # fmt: skip
    """Refuse in due diligence with a written reason: back to the market for a new round, or for good if `final`.

    The new round ends at `offer_deadline`, by default in seven days. Raises: NotFound, Forbidden, Invalid,
    IllegalTransition. Writes: application, dossiers.
    """
    application = _of_lender(by, application_id)
    if not code.strip() or not reason.strip():
        raise Invalid("请选择并写明不予授信的理由", fields={"reason": "将书面告知企业"})
    assert by.organisation is not None
    refusal = {"bank": by.organisation.pk, "by": by.organisation.name, "code": code, "reason": reason}
    application.refusals = [*application.refusals, refusal | {"on": str(timezone.localdate(at))}]
    if final:
        application.closing_reason = reason.strip()[:500]
        application.move("decline", by=by, at=at, code=code, reason=reason)
        dossiers.close_all(application, at=at, because="ended")
        return application
    return _back_to_market(application, by, at, code, offer_deadline or at + timedelta(days=NEW_ROUND_DAYS))


@use_case(Permission.LOAN_DISBURSE)
def mark_disbursed(*, by: User, at: datetime, application_id: int, voucher: str) -> Application:
    """Record that the loan of a contracted application was paid out. Raises: as start_diligence."""
    application = _of_lender(by, application_id)
    application.move("disburse", by=by, at=at, voucher=voucher)
    return application


def _back_to_market(application: Application, by: User, at: datetime, code: str, deadline: datetime) -> Application:
    if deadline <= at:
        raise Invalid("新一轮报价截止须晚于现在", fields={"offer_deadline": "请填写将来的时间"})
    declining = application.lender
    assert declining is not None
    application.lender, application.selected_offer, application.offer_deadline = None, None, deadline
    application.move("return_to_market", by=by, at=at, code=code, bank=declining.pk, offer_deadline=str(deadline))
    dossiers.reopen_to_market(application, declining=declining, at=at)
    return application


def _locked(by: User, application_id: int) -> Application:
    return Application.objects.select_for_update().get(pk=queries.application(by, application_id).pk)


def _of_lender(by: User, application_id: int) -> Application:
    application = _locked(by, application_id)
    if application.lender_id is None or application.lender != by.organisation:
        raise Forbidden("只有被选中的银行可以办理")
    return application
