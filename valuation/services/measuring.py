"""The appraiser measures: runs of the engine, kept for good, and a draft that rests on one of them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.faults import BadDocument
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from valuation import engine, queries
from valuation.engine import environment
from valuation.engine.verdict import IDENTICAL, Verdict, compare
from valuation.engine.versions import UnknownVersion, engine_of
from valuation.models import Appraisal, ValuationRun
from valuation.rules import appraisals as rules
from valuation.rules import figures, requests, risks
from valuation.services._rows import locked_by_appraiser


@use_case(Permission.APPRAISAL_WORK)
def run(*, by: User, at: datetime, appraisal_id: int, document: Mapping[str, Any], seed: int) -> ValuationRun:
    """Value the pool by a model and keep the run: input, output, digests, seed, engine, environment.

    `document` is the calculator's (contract `value_asset`), a portfolio of exactly the pledged rights, named by their
    numbers, without a loan. Raises: NotFound; Forbidden; Conflict (not at work); Invalid naming each member.
    Writes: run.
    """
    appraisal = locked_by_appraiser(by, appraisal_id)
    if appraisal.state != "IN_PROGRESS":
        raise Conflict(f"当前状态“{appraisal.state_label}”不能测算", code="not_in_progress")
    asked = requests.seeded(document, seed)
    output = _value(asked)
    today = timezone.localdate(at)
    day = rules.require_model(asked, today)
    rules.require_whole_pool(asked, queries.pool(appraisal.application_id))
    given, result = figures.canonical(asked), figures.canonical(output)
    return ValuationRun.objects.create(
        appraisal=appraisal, number=appraisal.runs.count() + 1, input_json=given, input_digest=figures.digest(given),
        output_json=result, output_digest=figures.digest(result), histogram=figures.histogram(asked),
        engine=engine.ENGINE, seed=seed, parameter_versions=dict(queries.parameters(today).versions),
        environment=environment.fingerprint(), valuation_date=day, made_by=by, made_at=at,
    )  # fmt: skip


def _value(document: dict[str, Any]) -> dict[str, Any]:
    try:
        return engine.value(document)
    except BadDocument as error:
        raise requests.refusal(error) from error


@use_case(Permission.APPRAISAL_WORK)
def draft(
    *, by: User, at: datetime, appraisal_id: int, run_id: int, point_fen: int, low_fen: int, high_fen: int,
    evidence: str,
) -> Appraisal:  # fmt: skip
    """State the value on one of the appraisal's runs, with the grounds, and hand it to the reviewer.

    Raises: NotFound; Forbidden; IllegalTransition; Invalid (not supported by the run, no grounds); Conflict (the run
    charges a risk twice).
    Writes: appraisal.
    """
    if not evidence.strip():
        raise Invalid("请写明测算依据", fields={"evidence": "方法选择、收入预测与参数的来源"})
    appraisal = locked_by_appraiser(by, appraisal_id)
    chosen = appraisal.runs.filter(pk=run_id).first()
    if chosen is None:
        raise NotFound("本项评估没有这次测算")
    rules.require_whole_pool(chosen.document, queries.pool(appraisal.application_id))
    risks.require_once(chosen.document)
    rules.require_supported(chosen.output, *map(figures.yuan, (point_fen, low_fen, high_fen)))
    appraisal.run, appraisal.valuation_date, appraisal.evidence = chosen, chosen.valuation_date, evidence.strip()
    appraisal.point_fen, appraisal.low_fen, appraisal.high_fen = point_fen, low_fen, high_fen
    appraisal.move(
        "draft", by=by, at=at, run=chosen.pk, output_digest=chosen.output_digest, point_fen=point_fen,
        low_fen=low_fen, high_fen=high_fen,
    )  # fmt: skip
    return appraisal


@use_case(Permission.VALUE_ESTIMATE)
def verify_run(*, by: User, at: datetime, run_id: int) -> Verdict:
    """Recompute a run from its recorded input by the engine it names: one of the four words, with its places.

    Texts that no longer fit their digests are named first, and then nothing else is compared.

    Raises: NotFound; Conflict (the engine's version is no longer here). Writes: nothing.
    """
    recorded = queries.run(by, run_id)
    kept = {"input_digest": recorded.input_digest, "output_digest": recorded.output_digest}
    found = {
        "input_digest": figures.digest(recorded.input_json), "output_digest": figures.digest(recorded.output_json)
    }  # fmt: skip
    texts = compare(kept, found)
    if texts.answer != IDENTICAL:
        return texts
    return compare(recorded.output, _again(recorded.engine, recorded.document))


def _again(version: str, document: dict[str, Any]) -> dict[str, Any]:
    try:
        return engine_of(version)(document)
    except UnknownVersion as error:
        raise Conflict(f"本系统没有测算引擎 {version}", code="unknown_engine") from error
    except BadDocument as error:
        raise requests.refusal(error) from error
