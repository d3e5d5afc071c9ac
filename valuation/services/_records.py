"""What is kept of a run of the engine, whoever made it: an appraiser or a bank for itself."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from finance_platform.foundation.faults import BadDocument
from finance_platform.foundation.models import User
from valuation import engine, queries
from valuation.engine import environment
from valuation.rules import appraisals as rules
from valuation.rules import bands, figures, requests


def record(
    document: Mapping[str, Any], *, application_id: int, seed: int, stated: Mapping[str, Any], by: User, at: datetime
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a document that values exactly an application's pool; return the fields of its record, and the output.

    Raises: Invalid naming each member.
    """
    asked = requests.seeded(document, seed)
    output = _value(asked)
    today, pool = timezone.localdate(at), queries.pool(application_id)
    day = rules.require_model(asked, today)
    rules.require_whole_pool(asked, pool)
    given, result, parameters = figures.canonical(asked), figures.canonical(output), queries.parameters(today)
    histogram, convergence = figures.drawn(asked)
    fields = {
        "input_json": given, "input_digest": figures.digest(given), "output_json": result,
        "output_digest": figures.digest(result), "histogram": histogram, "convergence": convergence,
        "stated": dict(stated), "flags": bands.flags(output, pool, parameters), "engine": engine.ENGINE, "seed": seed,
        "parameter_versions": dict(parameters.versions), "environment": environment.fingerprint(),
        "valuation_date": day, "made_by": by, "made_at": at,
    }  # fmt: skip
    return fields, output


def _value(document: dict[str, Any]) -> dict[str, Any]:
    try:
        return engine.value(document)
    except BadDocument as error:
        raise requests.refusal(error) from error
