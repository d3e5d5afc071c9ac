"""Tables of the valuation app: parameters with their sources, estimates, appraisals and their runs."""

from valuation.models.appraisals import Appraisal
from valuation.models.books import BookItem, BookRevaluation, RealisedRevenue
from valuation.models.estimates import Estimate
from valuation.models.lenders import Challenge, LenderAssessment
from valuation.models.parameters import ParameterRow, ParameterTable
from valuation.models.runs import ValuationRun
from valuation.models.samples import RunSample

__all__ = [
    "Appraisal",
    "BookItem",
    "BookRevaluation",
    "Challenge",
    "Estimate",
    "LenderAssessment",
    "ParameterRow",
    "ParameterTable",
    "RealisedRevenue",
    "RunSample",
    "ValuationRun",
]
