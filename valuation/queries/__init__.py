"""What the valuation app lets others read; upper apps import names from here."""

from valuation.queries.appraisals import (
    appraisal,
    appraisal_by_number,
    appraisals_of,
    appraisals_visible_to,
    bridge,
    changes_of,
    filing_in_force,
    firms,
    issued_appraisal,
    run,
    runs_visible_to,
)
from valuation.queries.backtests import backtest_records, by_firm, realised_visible_to, sales, signed_of
from valuation.queries.bases import agreed_visible_to, internal_visible_to, value_in_force, values_in_force
from valuation.queries.books import book, books, signed_in_force, work_left
from valuation.queries.estimates import estimate, loan_cost
from valuation.queries.indicators import indicator_answers, indicator_form, indicator_forms
from valuation.queries.lenders import assessment, assessments_visible_to, challenge, challenges_visible_to
from valuation.queries.parameters import parameters, parameters_page
from valuation.queries.pools import default_assumptions, default_statement, model, pool
from valuation.queries.samples import asked, coverage, sample_of

__all__ = [
    "agreed_visible_to",
    "appraisal",
    "appraisal_by_number",
    "appraisals_of",
    "appraisals_visible_to",
    "asked",
    "assessment",
    "assessments_visible_to",
    "backtest_records",
    "book",
    "books",
    "bridge",
    "by_firm",
    "challenge",
    "challenges_visible_to",
    "changes_of",
    "coverage",
    "default_assumptions",
    "default_statement",
    "estimate",
    "filing_in_force",
    "firms",
    "indicator_answers",
    "indicator_form",
    "indicator_forms",
    "internal_visible_to",
    "issued_appraisal",
    "loan_cost",
    "model",
    "parameters",
    "parameters_page",
    "pool",
    "realised_visible_to",
    "run",
    "runs_visible_to",
    "sales",
    "sample_of",
    "signed_in_force",
    "signed_of",
    "value_in_force",
    "values_in_force",
    "work_left",
]
