"""A bank's internal valuation, by two persons of the bank, and a value that bank and enterprise agree on.

Both are values of one bank for one application; neither is an appraisal report nor replaces one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.rules import require_distinct_hands
from finance_platform.foundation.services import numbers
from finance_platform.foundation.use_case import hands, use_case
from pledges import queries as pledges
from valuation import queries
from valuation.models import AgreedValue, InternalValuation
from valuation.queries import bases
from valuation.rules import appraisals, risks
from valuation.rules import bases as rules
from valuation.services._records import record

# As for appraisals: the pool of a draft still changes, a closed application is not lent on.
CLOSED = frozenset({"DRAFT", "RETURNED", "REJECTED", "WITHDRAWN", "EXPIRED"})


@use_case(Permission.VALUE_MEASURE)
def measure(
    *, by: User, at: datetime, application_id: int, document: Mapping[str, Any], seed: int, evidence: str,
    stated: Mapping[str, Any] | None = None,
) -> InternalValuation:  # fmt: skip
    """Value the pool for one's own bank, under the rules of an appraiser's run; the value is the simulated mean.

    `stated` is what the document was drawn from, with the evidence of each input.
    Raises: NotFound; Conflict (one waits for approval, a risk charged twice, application closed); Invalid.
    Writes: internal valuation.
    """
    evidence = _text(evidence, "evidence", 5000)
    application = _open_application(by, application_id)
    if InternalValuation.objects.filter(application=application, bank=by.organisation, state="MEASURED").exists():
        raise Conflict("已有一项内部评估待批准:请先批准、否决或撤回", code="internal_under_way")
    fields, output = record(document, application_id=application.pk, seed=seed, stated=stated or {}, by=by, at=at)
    risks.require_once(document)
    point, low, high = appraisals.proposed(output)
    return InternalValuation.objects.create(
        number=numbers.take("NB", timezone.localdate(at).year), application=application, bank=by.organisation,
        made_hands=list(hands()), point_fen=point, low_fen=low, high_fen=high, evidence=evidence, **fields,
    )  # fmt: skip


@use_case(Permission.VALUE_APPROVE)
def decide(*, by: User, at: datetime, valuation_id: int, approve: bool, note: str) -> InternalValuation:
    """Approve or refuse an internal valuation as another person of the bank; the one in force before is superseded.

    Raises: NotFound; Forbidden (the hands that measured); IllegalTransition; Invalid; Conflict (too old).
    Writes: internal valuation.
    """
    note = _text(note, "note")
    found = _internal(by, valuation_id)
    require_distinct_hands(found.made_hands, hands(), what="内部评估")
    found.decided_by, found.decided_at, found.note = by, at, note
    if not approve:
        found.move("refuse", by=by, at=at, note=note)
        return found
    today = timezone.localdate(at)
    if (today - found.valuation_date).days > appraisals.VALUATION_AGE_DAYS_MAX:
        raise Conflict("评估基准日已过早:请撤回重新测算", code="valuation_date_too_old")
    appraisals.require_whole_pool(found.document, queries.pool(found.application_id))
    _replace(InternalValuation, "APPROVED", found, by, at)
    found.issued_on, found.expires_on = today, appraisals.expires_on(found.valuation_date)
    found.move("approve", by=by, at=at, note=note, output_digest=found.output_digest)
    return found


@use_case(Permission.VALUE_MEASURE)
def withdraw(*, by: User, at: datetime, valuation_id: int, reason: str) -> InternalValuation:
    """Take one back before it is decided. Raises: NotFound; IllegalTransition; Invalid. Writes: internal valuation."""
    reason = _text(reason, "reason")
    found = _internal(by, valuation_id)
    found.note = reason
    found.move("withdraw", by=by, at=at, reason=reason)
    return found


@use_case(Permission.VALUE_PROPOSE)
def propose(*, by: User, at: datetime, application_id: int, value_fen: int, grounds: str) -> AgreedValue:
    """Propose to the enterprise a value to agree on, below the ceiling and in a pilot region.

    Raises: NotFound; Conflict (outside the pilot, one is open, application closed); Invalid. Writes: agreed value.
    """
    grounds = _text(grounds, "grounds", 1000)
    application = _open_application(by, application_id)
    if AgreedValue.objects.filter(application=application, bank=by.organisation, state="PROPOSED").exists():
        raise Conflict("已有一项协商定价待企业确认:请等待或先撤回", code="agreement_under_way")
    today = timezone.localdate(at)
    parameters = queries.parameters(today)
    rules.require_agreeable(parameters, value_fen=value_fen, region_codes=bases.regions_of(application))
    return AgreedValue.objects.create(
        number=numbers.take("XS", today.year), application=application, bank=by.organisation, value_fen=value_fen,
        grounds=grounds, ceiling_fen=rules.ceiling_fen(parameters, rules.AGREED), region=application.region,
        parameter_versions={rules.TABLE: parameters.versions[rules.TABLE]}, proposed_by=by, proposed_at=at,
    )  # fmt: skip


@use_case(Permission.VALUE_AGREE)
def agree(*, by: User, at: datetime, agreed_id: int, value_fen: int) -> AgreedValue:
    """State, as the enterprise, the same figure as the bank: from then on it may be lent on for a year.

    Raises: NotFound; IllegalTransition; Invalid (another figure); Conflict (no longer allowed). Writes: agreed value.
    """
    found = _agreed(by, agreed_id)
    rules.require_same(value_fen, found.value_fen)
    today = timezone.localdate(at)
    regions = bases.regions_of(found.application)
    rules.require_agreeable(queries.parameters(today), value_fen=value_fen, region_codes=regions)
    _replace(AgreedValue, "AGREED", found, by, at)
    found.agreed_fen, found.agreed_by, found.agreed_at = value_fen, by, at
    found.issued_on, found.expires_on = today, appraisals.expires_on(today)
    found.move("agree", by=by, at=at, value_fen=value_fen)
    return found


@use_case(Permission.VALUE_AGREE)
def decline(*, by: User, at: datetime, agreed_id: int, reason: str) -> AgreedValue:
    """Turn a proposed value down, as the enterprise. Raises: NotFound; IllegalTransition; Invalid. Writes: it."""
    return _ended(by, at, agreed_id, reason, "decline")


@use_case(Permission.VALUE_PROPOSE)
def take_back(*, by: User, at: datetime, agreed_id: int, reason: str) -> AgreedValue:
    """Take a proposed value back, as the bank. Raises: NotFound; IllegalTransition; Invalid. Writes: it."""
    return _ended(by, at, agreed_id, reason, "withdraw")


@use_case(Permission.DAY_END)
def expire_due(*, by: User, at: datetime) -> list[Any]:
    """Let every value of these bases end whose last day is over. Writes: the rows returned."""
    today = timezone.localdate(at)
    over: list[Any] = []
    for model, state in ((InternalValuation, "APPROVED"), (AgreedValue, "AGREED")):
        rows: Any = model.objects.select_for_update().filter(state=state, expires_on__lt=today)
        over += list(rows.order_by("pk"))
    for found in over:
        found.move("expire", by=by, at=at, expires_on=str(found.expires_on))
    return over


def _open_application(by: User, application_id: int) -> Any:
    """Return an application the bank may read and that is still lent on, locked. Raises: NotFound; Conflict."""
    application = pledges.application(by, application_id)
    pledges.applications_visible_to(by).select_for_update().get(pk=application.pk)
    if application.state in CLOSED:
        raise Conflict(f"申请处于“{application.state_label}”:不能再定价", code="application_not_open")
    return application


def _internal(by: User, pk: int) -> InternalValuation:
    return InternalValuation.objects.select_for_update().get(pk=bases.internal_valuation(by, pk=pk).pk)


def _agreed(by: User, pk: int) -> AgreedValue:
    return AgreedValue.objects.select_for_update().get(pk=bases.agreed_value(by, pk=pk).pk)


def _replace(model: Any, state: str, newer: Any, by: User, at: datetime) -> None:
    older = model.objects.select_for_update().filter(
        application_id=newer.application_id, bank_id=newer.bank_id, state=state
    )
    for row in older.order_by("pk"):
        row.move("replace", by=by, at=at, newer=newer.number)


def _ended(by: User, at: datetime, agreed_id: int, reason: str, event: str) -> AgreedValue:
    reason = _text(reason, "reason")
    found = _agreed(by, agreed_id)
    found.closing_reason = reason
    found.move(event, by=by, at=at, reason=reason)
    return found


def _text(text: str, name: str, most: int = 500) -> str:
    if not text.strip() or len(text) > most:
        raise Invalid("请写明理由或依据", fields={name: f"至多 {most} 字"})
    return text.strip()
