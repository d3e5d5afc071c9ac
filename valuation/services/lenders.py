"""A bank asks what a signed run means for its loan: repaid or not, and what is recovered if not."""

import os
from datetime import datetime

from django.utils import timezone

from finance_platform.foundation.faults import BadDocument
from finance_platform.foundation.models import User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.use_case import use_case
from valuation import engine, lending, queries
from valuation.engine import environment
from valuation.models import LenderAssessment
from valuation.rules import figures, requests
from valuation.rules import lenders as rules
from valuation.services import _questions

THREADS = min(os.cpu_count() or 1, 4)


@use_case(Permission.RUN_QUESTION, audit=False)
def assess(*, by: User, at: datetime, run_id: int, terms: rules.Terms) -> LenderAssessment:
    """Simulate borrower, loan and forced sale on a signed run's rights and keep the answer; asked again, the same row.

    The row is its own trace (see `challenges.challenge`). Raises: NotFound; Conflict (not in force); Invalid naming
    every field or member. Writes: lender assessment.
    """
    run = _questions.run_in_force(by, at, run_id)
    parameters = queries.parameters(timezone.localdate(at))
    document = rules.document(run.document, terms, run.valuation_date, parameters, run.seed)
    given = figures.canonical(document)
    question = {"bank": by.organisation, "run": run, "input_digest": figures.digest(given)}
    known = LenderAssessment.objects.filter(**question).first()
    if known is not None:
        return known
    try:
        lending.require_single_charges(document)
        output = lending.assess(document, threads=THREADS)
    except BadDocument as error:
        raise requests.refusal(error) from error
    result = figures.canonical(output)
    return LenderAssessment.objects.create(
        **question, terms=terms.plain(), input_json=given, output_json=result, output_digest=figures.digest(result),
        engine=engine.ENGINE, lending=lending.LENDING, parameter_versions=dict(parameters.versions),
        environment=environment.fingerprint(), asked_by=by, asked_at=at, open_from=_questions.open_from(run, at),
    )  # fmt: skip
