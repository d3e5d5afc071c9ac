"""Review by one who did not measure, signature by two who did not review; the second signature issues and locks."""

from datetime import datetime

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, IllegalTransition, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.rules import digest_of, require_distinct_hands
from finance_platform.foundation.use_case import hands, use_case
from valuation import queries
from valuation.models import Appraisal
from valuation.rules import appraisals as rules
from valuation.rules import risks
from valuation.services import reports
from valuation.services._rows import locked


@use_case(Permission.APPRAISAL_REVIEW)
def review(*, by: User, at: datetime, appraisal_id: int, approve: bool, note: str) -> Appraisal:
    """Pass a draft on to the signatories, or send it back to the appraiser.

    Raises: NotFound; IllegalTransition; Forbidden (the appraiser's own hands); Invalid (no note). Writes: appraisal.
    """
    note = _noted(note)
    appraisal = locked(by, appraisal_id)
    require_distinct_hands(appraisal.appraiser_hands, hands(), what="评估复核")
    if not approve:
        return _sent_back(appraisal, by, at, note)
    appraisal.reviewer, appraisal.reviewer_hands, appraisal.review_note = by, list(hands()), note
    appraisal.move("review", by=by, at=at, note=note)
    return appraisal


@use_case(Permission.APPRAISAL_SIGN)
def refuse_signature(*, by: User, at: datetime, appraisal_id: int, note: str) -> Appraisal:
    """Send a reviewed draft back instead of signing it. Raises: NotFound; IllegalTransition; Invalid."""
    note = _noted(note)
    appraisal = locked(by, appraisal_id)
    if appraisal.state != "REVIEWED":
        raise IllegalTransition(f"当前状态“{appraisal.state_label}”不在签字环节")
    return _sent_back(appraisal, by, at, note)


def _noted(note: str) -> str:
    if not note.strip() or len(note) > 500:
        raise Invalid("请写明意见", fields={"note": "至多 500 字"})
    return note.strip()


def _sent_back(appraisal: Appraisal, by: User, at: datetime, note: str) -> Appraisal:
    """The stated value and who passed it are void; the runs and the record of changes stay."""
    appraisal.run = appraisal.valuation_date = appraisal.reviewer = None
    appraisal.point_fen = appraisal.low_fen = appraisal.high_fen = None
    appraisal.signatory_1 = appraisal.signatory_1_at = None
    appraisal.reviewer_hands, appraisal.signatory_1_hands, appraisal.review_note = [], [], ""
    appraisal.move("send_back", by=by, at=at, note=note)
    return appraisal


@use_case(Permission.APPRAISAL_SIGN)
def sign(*, by: User, at: datetime, appraisal_id: int) -> Appraisal:
    """Sign a reviewed value; the second signature issues it for a year and supersedes the one before.

    Raises: NotFound; IllegalTransition; Forbidden (reviewer, or the same person twice); Conflict (the report does not
    state everything, a risk charged twice, value out of date). Writes: appraisal, on issue also the superseded one.
    """
    appraisal = locked(by, appraisal_id)
    if not appraisal.can("issue"):
        raise IllegalTransition(f"当前状态“{appraisal.state_label}”不能签字:须先测算并复核")
    first = appraisal.signatory_1_hands if appraisal.signatory_1_id else None
    rules.require_signable(hands(), appraiser=appraisal.appraiser_hands, reviewer=appraisal.reviewer_hands, first=first)
    assert appraisal.run is not None
    risks.require_once(appraisal.run.document)
    reports.require_complete(appraisal)
    if first is None:
        appraisal.signatory_1, appraisal.signatory_1_hands, appraisal.signatory_1_at = by, list(hands()), at
        appraisal.save()
        return appraisal
    return _issued(appraisal, by, at)


def _issued(appraisal: Appraisal, by: User, at: datetime) -> Appraisal:
    assert appraisal.run is not None
    assert appraisal.valuation_date is not None
    today = timezone.localdate(at)
    rules.require_whole_pool(appraisal.run.document, queries.pool(appraisal.application_id))
    if (today - appraisal.valuation_date).days > rules.VALUATION_AGE_DAYS_MAX:
        raise Conflict("评估基准日已过早:请退回重新测算", code="valuation_date_too_old")
    _supersede(appraisal, by, at)
    appraisal.signatory_2, appraisal.signatory_2_at, appraisal.issued_on = by, at, today
    appraisal.expires_on, appraisal.report = rules.expires_on(appraisal.valuation_date), reports.frozen(appraisal)
    appraisal.move(
        "issue", by=by, at=at, run=appraisal.run.pk, input_digest=appraisal.run.input_digest,
        output_digest=appraisal.run.output_digest, title=appraisal.title,
        report_digest=digest_of([appraisal.report, appraisal.statements]),
    )  # fmt: skip
    return appraisal


def _supersede(newer: Appraisal, by: User, at: datetime) -> None:
    in_force = Appraisal.objects.select_for_update().filter(
        application_id=newer.application_id, state__in=["ISSUED", "OBJECTED"]
    )
    for older in in_force.order_by("pk"):
        older.move("newer_report", by=by, at=at, newer=newer.number, reason=newer.supersedes_reason)
