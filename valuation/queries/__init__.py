"""What the valuation app lets others read; upper apps import names from here."""

from valuation.queries.appraisals import (
    appraisal,
    appraisal_by_number,
    appraisals_of,
    appraisals_visible_to,
    bridge,
    changes_of,
    firms,
    issued_appraisal,
    run,
    runs_visible_to,
)
from valuation.queries.estimates import estimate, loan_cost
from valuation.queries.indicators import indicator_answers, indicator_form, indicator_forms
from valuation.queries.parameters import parameters, parameters_page
from valuation.queries.pools import default_assumptions, default_statement, pool

__all__ = [
    "appraisal",
    "appraisal_by_number",
    "appraisals_of",
    "appraisals_visible_to",
    "bridge",
    "changes_of",
    "default_assumptions",
    "default_statement",
    "estimate",
    "firms",
    "indicator_answers",
    "indicator_form",
    "indicator_forms",
    "issued_appraisal",
    "loan_cost",
    "parameters",
    "parameters_page",
    "pool",
    "run",
    "runs_visible_to",
]
