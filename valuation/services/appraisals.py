"""Appraisals from commission to work: the enterprise commissions, a firm accepts or stands aside, work begins.

Measuring stands in `measuring`, review and signature in `signing`; their functions are offered here too.
"""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import Organisation, User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.services import numbers
from finance_platform.foundation.use_case import hands, use_case
from pledges import queries as pledges
from valuation import queries
from valuation.models import Appraisal, InstitutionFiling
from valuation.rules import appraisals as rules
from valuation.rules import states
from valuation.services._rows import locked
from valuation.services.measuring import draft, measure, run
from valuation.services.signing import refuse_signature, review, sign

__all__ = [
    "accept", "commission", "declare_conflict", "draft", "expire_due", "measure", "refuse_signature", "review",
    "run", "sign", "start", "withdraw",
]  # fmt: skip

PURPOSE = "知识产权质押融资"
# The pool of a draft or returned application still changes; a closed one is not lent on.
NOT_APPRAISED = frozenset({"DRAFT", "RETURNED", "REJECTED", "WITHDRAWN", "EXPIRED"})


@use_case(Permission.APPRAISAL_COMMISSION)
def commission(
    *, by: User, at: datetime, application_id: int, firm_id: int, purpose: str = PURPOSE, basis: str = "filed_report",
    supersedes_reason: str = "",
) -> Appraisal:  # fmt: skip
    """Ask a firm to appraise the pool of one's application; where a value is in force, with the reason for another.

    Raises: NotFound; Conflict (application not handed in, an appraisal is under way); Invalid. Writes: appraisal.
    """
    application = pledges.application(by, application_id)
    pledges.applications_visible_to(by).select_for_update().get(pk=application.pk)
    if application.state in NOT_APPRAISED:
        raise Conflict(f"申请处于“{application.state_label}”:请先提交申请再委托评估", code="application_not_open")
    if queries.appraisals_of(application.pk).filter(state__in=states.UNDER_WAY).exists():
        raise Conflict("已有一项评估正在办理:请等待其完成,或先撤回", code="appraisal_under_way")
    return Appraisal.objects.create(
        number=numbers.take("PG", timezone.localdate(at).year), application=application, firm=_firm(firm_id),
        purpose=_purpose(purpose), basis=_basis(basis), commissioned_by=by, commissioned_at=at,
        supersedes_reason=_reason(application.pk, supersedes_reason),
    )  # fmt: skip


def _firm(firm_id: int) -> Organisation:
    firm = foundation.organisation(firm_id)
    if firm.kind != Organisation.Kind.APPRAISER or firm.suspended_at:
        raise Invalid("该单位不能接受委托", fields={"firm_id": "请从评估机构列表中选择"})
    return firm


def _purpose(purpose: str) -> str:
    if not purpose.strip() or len(purpose) > 200:
        raise Invalid("请写明评估目的", fields={"purpose": "至多 200 字"})
    return purpose.strip()


def _basis(basis: str) -> str:
    if basis != Appraisal.Basis.FILED_REPORT:
        raise Invalid(
            "这里只委托评估机构", fields={"basis": "银行内部评估由银行办理,银企协商定价由银行提出、企业确认,各有入口"}
        )
    return basis


def _reason(application_id: int, reason: str) -> str:
    """A value in force is replaced for a reason only; without one in force there is nothing to replace."""
    if not queries.appraisals_of(application_id).filter(state__in=["ISSUED", "OBJECTED"]).exists():
        return ""
    if not reason.strip() or len(reason) > 500:
        raise Invalid(
            "已有在用的评估值:重新评估须写明理由", code="supersedes_without_reason",
            fields={"supersedes_reason": "例如年费未缴、被请求无效、收入大幅变化;至多 500 字"},
        )  # fmt: skip
    return reason.strip()


@use_case(Permission.APPRAISAL_WORK)
def accept(
    *, by: User, at: datetime, appraisal_id: int, conflict_free: bool, declaration: str, filing_code: str = "",
    loss_sharing: bool | None = None, loss_share: Decimal | None = None, loss_scheme: str = "",
) -> Appraisal:  # fmt: skip
    """Take on a commission under a declaration of independence, which says whether the firm bears part of a loss.

    `filing_code` is the firm's filing on record (services.filings), empty for a report without statutory title;
    `loss_share` a fraction, `loss_scheme` such as "54:26:16:4".

    Raises: NotFound; IllegalTransition; Invalid (a conflict exists, nothing declared, no answer on losses, a filing
    that is not on record). Writes: appraisal.
    """
    if not conflict_free:
        raise Invalid("存在利害关系的不能接受委托", fields={"conflict_free": "请改用“回避”并说明情形"})
    rules.require_stake(loss_sharing, loss_share, loss_scheme)
    appraisal = _declared(by, at, appraisal_id, declaration)
    appraisal.loss_sharing, appraisal.loss_share, appraisal.loss_scheme = loss_sharing, loss_share, loss_scheme.strip()
    appraisal.filing = _filing(appraisal.firm_id, filing_code.strip())
    appraisal.filing_code = appraisal.filing.code if appraisal.filing else ""
    appraisal.move(
        "accept", by=by, at=at, declaration=appraisal.declaration, filing_code=appraisal.filing_code,
        loss_sharing=loss_sharing, loss_share=None if loss_share is None else str(loss_share),
        loss_scheme=appraisal.loss_scheme,
    )  # fmt: skip
    return appraisal


def _filing(firm_id: int, code: str) -> InstitutionFiling | None:
    """Only a filing on record, with its evidence, gives a report its statutory title."""
    if not code:
        return None
    found = queries.filing_in_force(firm_id)
    if found is None or found.code != code:
        raise Invalid(
            "没有这个备案编号的记录:请先由签字评估师登记备案及公告,或留空出具《系统测算报告》", code="filing_unknown",
            fields={"filing_code": f"在案编号:{found.code if found else '无'}"},
        )  # fmt: skip
    return found


@use_case(Permission.APPRAISAL_WORK)
def declare_conflict(*, by: User, at: datetime, appraisal_id: int, declaration: str) -> Appraisal:
    """Stand aside because of an interest in the matter. Raises: NotFound; IllegalTransition; Invalid. Writes: it."""
    appraisal = _declared(by, at, appraisal_id, declaration)
    appraisal.move("declare_conflict", by=by, at=at, declaration=appraisal.declaration)
    return appraisal


def _declared(by: User, at: datetime, appraisal_id: int, declaration: str) -> Appraisal:
    if not declaration.strip() or len(declaration) > 500:
        raise Invalid(
            "请写明声明", fields={"declaration": "说明与委托人、债权人有无利害关系(含是否分担损失),至多 500 字"}
        )
    appraisal = locked(by, appraisal_id)
    appraisal.declaration, appraisal.declared_by, appraisal.declared_at = declaration.strip(), by, at
    return appraisal


@use_case(Permission.APPRAISAL_WORK)
def start(*, by: User, at: datetime, appraisal_id: int) -> Appraisal:
    """Begin work as the appraiser in charge. Raises: NotFound; IllegalTransition. Writes: appraisal."""
    appraisal = locked(by, appraisal_id)
    appraisal.appraiser, appraisal.appraiser_hands = by, list(hands())
    appraisal.move("start", by=by, at=at)
    return appraisal


@use_case(Permission.APPRAISAL_COMMISSION)
def withdraw(*, by: User, at: datetime, appraisal_id: int, reason: str) -> Appraisal:
    """Take a commission back before it is reviewed. Raises: NotFound; IllegalTransition; Invalid. Writes: appraisal."""
    if not reason.strip() or len(reason) > 500:
        raise Invalid("请写明撤回原因", fields={"reason": "至多 500 字"})
    appraisal = locked(by, appraisal_id)
    appraisal.closing_reason = reason.strip()
    appraisal.move("withdraw", by=by, at=at, reason=reason)
    return appraisal


@use_case(Permission.DAY_END)
def expire_due(*, by: User, at: datetime) -> list[Appraisal]:
    """Let every signed value end whose last day is over. Writes: the appraisals returned."""
    today = timezone.localdate(at)
    due = Appraisal.objects.select_for_update().filter(state__in=["ISSUED", "OBJECTED"], expires_on__lt=today)
    over = list(due.order_by("pk"))
    for appraisal in over:
        appraisal.move("expire", by=by, at=at, expires_on=str(appraisal.expires_on))
    return over
