"""The public asks what a right might be worth."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone

from finance_platform.foundation.faults import BadDocument
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from valuation import engine, queries
from valuation.models import Estimate
from valuation.rules import estimates as rules
from valuation.rules import figures, requests
from valuation.rules.parameters import Parameters


@use_case(Permission.VALUE_ESTIMATE)
def estimate(*, by: User, at: datetime, inputs: Mapping[str, Any], seed: int = 0) -> Estimate:
    """Answer six inputs with a median, P10–P90 and a range that might be lent; this is no appraisal report.

    `inputs`: kind, sector, remaining_years, revenue_fen, growth, discount_rate (may be left out). The same inputs under
    the same tables, engine and seed get the same row. Raises: Invalid naming every field. Writes: estimate.
    """
    asked = rules.read(inputs)
    parameters = queries.parameters(timezone.localdate(at))
    document = rules.document(asked, parameters, seed)
    key = figures.digest(figures.canonical([asked.plain(), dict(parameters.versions), document, engine.ENGINE]))
    known = Estimate.objects.filter(input_digest=key).first()
    if known is None:
        answered = _answered(asked, document, parameters) | {"made_by": by, "made_at": at}
        known, _new = Estimate.objects.get_or_create(input_digest=key, defaults=answered)
    return known


def _answered(asked: rules.EstimateInputs, document: dict[str, Any], parameters: Parameters) -> dict[str, Any]:
    try:
        output = engine.value(document)
    except BadDocument as error:
        raise requests.refusal(error) from error
    return rules.answer(asked, output, parameters).plain() | {
        "inputs": asked.plain(),
        "document_json": figures.canonical(document),
        "output_json": figures.canonical(output),
        "histogram": figures.histogram(document),
        "parameter_versions": dict(parameters.versions),
    }
