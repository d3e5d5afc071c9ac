"""The appraiser measures: runs of the engine, kept for good, and a draft that rests on one of them.

`measure` takes what an appraiser states, with the evidence of each input, and draws the weaker inputs wider; `run`
takes a document of the engine as it is.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.faults import BadDocument
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from valuation import queries
from valuation.engine.verdict import IDENTICAL, Verdict, compare
from valuation.engine.versions import UnknownVersion, engine_of
from valuation.models import Appraisal, ValuationRun
from valuation.rules import appraisals as rules
from valuation.rules import correlations, figures, indicators, requests, risks, statements
from valuation.services._records import record
from valuation.services._rows import locked_by_appraiser


@use_case(Permission.APPRAISAL_WORK)
def run(
    *, by: User, at: datetime, appraisal_id: int, document: Mapping[str, Any], seed: int, consent: str = ""
) -> ValuationRun:
    """Value the pool by a model and keep the run: input, output, digests, seed, engine, environment.

    `document` is the calculator's (contract `value_asset`), a portfolio of exactly the pledged rights, named by their
    numbers, without a loan. A correlation matrix that is none is refused with the nearest one; `consent`, the largest
    change that was shown, lets that one be used, and the run keeps what was given.
    Raises: NotFound; Forbidden; Conflict (not at work); Invalid naming each member. Writes: run.
    """
    asked, repair = correlations.mended(document, consent)
    given = {"correlation": repair.plain()} if repair else {}
    return _kept(_at_work(by, appraisal_id), asked, seed, given, by, at)


@use_case(Permission.APPRAISAL_WORK)
def measure(*, by: User, at: datetime, appraisal_id: int, statement: Mapping[str, Any], seed: int) -> ValuationRun:
    """Value the pool by what is stated: each input widened by its evidence; the run keeps the statement beside it.

    `statement`: {assumptions, evidence, royalty_by} as `statements.Statement.plain` gives it; assumptions left out are
    the tables'. With `royalty_by` score the royalty is K = low + (high - low) x score of the newest indicator answers,
    and the raw answers are kept too. Raises: NotFound; Forbidden; Conflict (not at work); Invalid naming each member.
    Writes: run.
    """
    appraisal, today = _at_work(by, appraisal_id), timezone.localdate(at)
    pool, begun_from = queries.pool(appraisal.application_id), queries.default_statement(appraisal, today)
    stated = statements.read(statement, begun_from)
    statements.require_evidence(stated, begun_from, pool, today)
    kept, used = stated.plain(), stated
    if stated.royalty_by == statements.SCORE:
        used, kept["indicators"] = _scored(appraisal, stated)
    return _kept(appraisal, queries.model(pool, used, today, seed), seed, kept, by, at)


def _scored(appraisal: Appraisal, stated: statements.Statement) -> tuple[statements.Statement, dict[str, Any]]:
    """Return the statement with the scored royalty, and what it was scored from."""
    rows = queries.indicator_answers(appraisal)
    scores = {number: indicators.score(row.form.structure, row.answers) for number, row in rows.items()}
    low, _mode, high = stated.assumptions.royalty
    rate = indicators.royalty(
        low, high, {number: one.value for number, one in scores.items()}, stated.assumptions.shares
    )
    raw = {
        number: {
            "form_version": row.form.version,
            "answers": indicators.named(row.form.structure, row.answers),
            "score": scores[number].value,
        }
        for number, row in rows.items()
    }
    return statements.scored(stated, rate), {"royalty": rate, "low": low, "high": high, "rights": raw}


def _at_work(by: User, appraisal_id: int) -> Appraisal:
    appraisal = locked_by_appraiser(by, appraisal_id)
    if appraisal.state != "IN_PROGRESS":
        raise Conflict(f"当前状态“{appraisal.state_label}”不能测算", code="not_in_progress")
    return appraisal


def _kept(
    appraisal: Appraisal, document: Mapping[str, Any], seed: int, stated: dict[str, Any], by: User, at: datetime
) -> ValuationRun:
    fields, _output = record(document, application_id=appraisal.application_id, seed=seed, stated=stated, by=by, at=at)
    return ValuationRun.objects.create(appraisal=appraisal, number=appraisal.runs.count() + 1, **fields)


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
