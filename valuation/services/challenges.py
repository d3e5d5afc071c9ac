"""A bank changes one assumption of a signed run and keeps the signed difference; the run itself is not touched."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from finance_platform.foundation.errors import Conflict, Invalid
from finance_platform.foundation.faults import BadDocument
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from valuation import queries
from valuation.engine.versions import UnknownVersion, engine_of
from valuation.models import Challenge, ValuationRun
from valuation.rules import challenges as rules
from valuation.rules import figures, requests
from valuation.rules.coverage import Sample
from valuation.services import _questions


@use_case(Permission.RUN_QUESTION, audit=False)
def challenge(
    *, by: User, at: datetime, run_id: int, changes: Sequence[Mapping[str, Any]], reason: str, loan_fen: int,
    realised_percent: int,
) -> Challenge:  # fmt: skip
    """Run a signed document again with one assumption changed and keep the difference; asked again, the same row.

    `changes`: exactly one {pointer, value}. The row is its own trace: an audit row would tell before the deadline that
    this bank is about to offer. Raises: NotFound; Conflict (not in force, a risk charged twice); Invalid by field.
    Writes: challenge.
    """
    reason = reason.strip()
    if not reason or len(reason) > rules.REASON_MAX:
        raise Invalid("请写明理由", fields={"reason": f"至多 {rules.REASON_MAX} 字"})
    run = _questions.run_in_force(by, at, run_id)
    pointer, value = rules.the_one(changes)
    document = rules.changed(run.document, pointer, value)
    asked = queries.asked(loan_fen, realised_percent, queries.samples.TOLERANCE_PERCENT)
    input_digest = figures.digest(figures.canonical(document))
    question = {
        "bank": by.organisation, "run": run, "input_digest": input_digest, "loan_fen": loan_fen,
        "realised_percent": realised_percent,
    }  # fmt: skip
    known = Challenge.objects.filter(**question).first()
    if known is not None:
        return known
    before = queries.sample_of(run)
    if before is None:
        raise Invalid("该测算没有模拟,无法对照", code="no_simulation")
    output, after = _again(run, document)
    rules.require_no_new_double(run.document, document)
    result = figures.canonical(output)
    stated = {
        "pointer": pointer, "old_json": figures.canonical(rules.at(run.document, pointer)),
        "new_json": figures.canonical(value), "reason": reason,
        "figures": rules.comparison(run.output, output, before, after, asked),
        "run_output_digest": run.output_digest, "output_json": result, "output_digest": figures.digest(result),
        "engine": run.engine,
    }  # fmt: skip
    return Challenge.objects.create(
        **question, **stated, made_by=by, made_at=at, open_from=_questions.open_from(run, at),
        record_digest=record_digest(run, by, at, input_digest, stated, loan_fen, realised_percent),
    )  # fmt: skip


def record_digest(
    run: ValuationRun,
    by: User,
    at: datetime,
    input_digest: str,
    stated: Mapping[str, Any],
    loan_fen: int,
    realised: int,
) -> str:
    """Return the digest that binds who changed what of which run when, and what came of it."""
    assert by.organisation is not None
    return figures.digest(
        figures.canonical(
            {
                "run": run.pk, "run_input_digest": run.input_digest, "bank": by.organisation.credit_code,
                "made_by": by.username, "made_at": at.isoformat(), "input_digest": input_digest, "loan_fen": loan_fen,
                "realised_percent": realised,
            }
            | {name: value for name, value in stated.items() if name != "output_json"}
        )
    )  # fmt: skip


def _again(run: ValuationRun, document: dict[str, Any]) -> tuple[dict[str, Any], Sample]:
    """Value a changed document by the engine of the run, on the run's random numbers."""
    try:
        engine = engine_of(run.engine)
        output, found = engine(document), engine.paths(document)
    except UnknownVersion as error:
        raise Conflict(f"本系统没有测算引擎 {run.engine}", code="unknown_engine") from error
    except BadDocument as error:
        raise requests.refusal(error) from error
    assert found is not None
    return output, Sample.of(found[0], mirrored=bool(document["simulation"].get("antithetic")))
