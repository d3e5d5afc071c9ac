"""What the valuation app lets others read; upper apps import names from here."""

from valuation.queries.appraisals import (
    appraisal,
    appraisal_by_number,
    appraisals_of,
    appraisals_visible_to,
    changes_of,
    firms,
    issued_appraisal,
    run,
    runs_visible_to,
)
from valuation.queries.backtests import by_firm, realised_visible_to, records, sales, signed_of
from valuation.queries.books import book, books, values_in_force, work_left
from valuation.queries.estimates import estimate, loan_cost
from valuation.queries.lenders import assessment, assessments_visible_to, challenge, challenges_visible_to
from valuation.queries.parameters import parameters, parameters_page
from valuation.queries.pools import default_assumptions, pool
from valuation.queries.samples import asked, coverage, sample_of

__all__ = [
    "appraisal",
    "appraisal_by_number",
    "appraisals_of",
    "appraisals_visible_to",
    "asked",
    "assessment",
    "assessments_visible_to",
    "book",
    "books",
    "by_firm",
    "challenge",
    "challenges_visible_to",
    "changes_of",
    "coverage",
    "default_assumptions",
    "estimate",
    "firms",
    "issued_appraisal",
    "loan_cost",
    "parameters",
    "parameters_page",
    "pool",
    "realised_visible_to",
    "records",
    "run",
    "runs_visible_to",
    "sales",
    "sample_of",
    "signed_of",
    "values_in_force",
    "work_left",
]
