"""The bank or the firm records what a product really sold in a year, with the document that says so."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from valuation import queries
from valuation.models import RealisedRevenue, ValuationRun
from valuation.rules import backtests as rules
from valuation.rules import figures
from valuation.rules.appraisals import expires_on


@use_case(Permission.REVENUE_RECORD)
def record(
    *, by: User, at: datetime, run_id: int, product: str, year: int, revenue_fen: int, document_id: UUID
) -> RealisedRevenue:
    """Record a year's revenue of a product against its signed run; a second figure of the year replaces the first.

    Raises: NotFound (run or document); Conflict (never signed); Invalid by field (year not over, negative, unknown
    product). Writes: realised revenue, with the signed distribution of that year and the figure's place in it.
    """
    run = queries.run(by, run_id)
    if run.appraisal.run_id != run.pk or run.appraisal.issued_on is None:
        raise Conflict("该测算未经签署:请选择已出具评估的测算", code="not_signed")
    _check(run, at, year, revenue_fen)
    document = foundation.document(by, document_id)
    simulated = rules.revenue(run.document, product, year, run.engine)
    known = RealisedRevenue.objects.filter(run=run, product=product, year=year, replaced_by=None).first()
    try:
        with transaction.atomic():
            return RealisedRevenue.objects.create(
                run=run, product=product, year=year, revenue_fen=revenue_fen, document=document,
                organisation=by.organisation, recorded_by=by, recorded_at=at, replaces=known,
                forecast=rules.forecast(simulated, figures.yuan(revenue_fen)),
            )  # fmt: skip
    except IntegrityError:
        raise Conflict("该年度刚刚有人记录:请刷新后再更正", code="recorded_meanwhile") from None


def _check(run: ValuationRun, at: datetime, year: int, revenue_fen: int) -> None:
    faults = {}
    if revenue_fen < 0:
        faults["revenue_fen"] = "不能为负"
    if year < 1:
        faults["year"] = "请填写 1 或以上"
    ends = run.valuation_date
    for _year in range(min(max(year, 0), 100)):
        ends = expires_on(ends)
    if ends > timezone.localdate(at):
        faults["year"] = f"该年度至 {ends} 才结束"
    if faults:
        raise Invalid("实现收入有误", fields=faults)
