"""Appraisals for tests, made through the real services, and the model a careful appraiser would state."""

from dataclasses import replace
from datetime import date
from typing import Any

from pledges.models import Application
from tests.factories import Actors, at, make_paper
from tests.pledges import builders as pledges
from valuation import queries
from valuation.models import Appraisal, ValuationRun
from valuation.rules import pools
from valuation.rules.completeness import INCURABLE, STATEMENTS
from valuation.services import appraisals, filings, reports

COMMISSIONED = at(2025, 4, 2)
MEASURED = at(2025, 4, 7)
SIGNED = at(2025, 4, 9)
VALUATION_DATE = date(2025, 3, 31)
SEED = 20250331


def commissioned(actors: Actors, application: Application | None = None, **asked: Any) -> Appraisal:
    """Return an appraisal of three patents and a trademark, asked of the firm."""
    application = application or pledges.submitted(actors)
    firm = actors.appraiser.organisation
    assert firm is not None
    call: dict[str, Any] = {"by": actors.enterprise, "at": COMMISSIONED, "application_id": application.pk}
    return appraisals.commission(**call, firm_id=firm.pk, **asked)


def started(actors: Actors, **accepted: Any) -> Appraisal:
    appraisal = commissioned(actors)
    return taken_up(actors, appraisal, **accepted)


def taken_up(actors: Actors, appraisal: Appraisal, **accepted: Any) -> Appraisal:
    appraisals.accept(
        by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, conflict_free=True,
        declaration="与委托人、债权人无利害关系", **{"loss_sharing": False} | accepted,
    )  # fmt: skip
    return appraisals.start(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk)


def model(appraisal: Appraisal, **changes: Any) -> dict[str, Any]:
    """Return the pool's document under the tables' assumptions, with changes."""
    stated = replace(queries.default_assumptions(appraisal, VALUATION_DATE), **changes)
    return pools.document(queries.pool(appraisal.application_id), stated, SEED)


def measured(actors: Actors, appraisal: Appraisal, **changes: Any) -> ValuationRun:
    document = model(appraisal, **changes)
    return appraisals.run(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, document=document, seed=SEED)


def drafted(actors: Actors, appraisal: Appraisal, run: ValuationRun, **changes: Any) -> Appraisal:
    """Return the appraisal with a value of the run's median, bounded by P10 and P90, rounded to ten thousand yuan."""
    quantiles = run.output["simulation"]["quantiles"]
    low, point, high = (round(quantiles[name] / 10_000) * 1_000_000 for name in ("p10", "p50", "p90"))
    values: dict[str, Any] = {"point_fen": point, "low_fen": low, "high_fen": high, "evidence": "许可费节省法;企业报表"}
    return appraisals.draft(
        by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, run_id=run.pk, **values | changes
    )


def filed(actors: Actors, code: str = "蒙财评备〔2024〕12号") -> str:
    """Put the firm's filing on record; returns its code."""
    notice = make_paper(actors.signatory, "institution_filing", COMMISSIONED)
    filings.declare(
        by=actors.signatory, at=COMMISSIONED, code=code, authority="内蒙古自治区财政厅(演示)", document_id=notice
    )
    return code


TEXTS = {
    each.code: each.draft or f"{each.label}:已核查,见工作底稿" for each in STATEMENTS if each.code not in INCURABLE
}


def stated(actors: Actors, appraisal: Appraisal, **texts: str) -> Appraisal:
    """Return the appraisal with everything stated that words can state."""
    return reports.state(by=actors.appraiser, at=MEASURED, appraisal_id=appraisal.pk, texts=TEXTS | texts)


def reviewed(actors: Actors, *, complete: bool = True) -> Appraisal:
    appraisal = started(actors)
    if complete:
        stated(actors, appraisal)
    drafted(actors, appraisal, measured(actors, appraisal))
    return appraisals.review(
        by=actors.reviewer, at=SIGNED, appraisal_id=appraisal.pk, approve=True, note="方法与参数合理"
    )


def issued(actors: Actors) -> Appraisal:
    """Return a signed appraisal: the appraiser, a reviewer and two signatories are four persons."""
    return signed(actors, reviewed(actors))


def signed(actors: Actors, appraisal: Appraisal) -> Appraisal:
    appraisals.sign(by=actors.signatory, at=SIGNED, appraisal_id=appraisal.pk)
    return appraisals.sign(by=actors.signatory2, at=SIGNED, appraisal_id=appraisal.pk)
