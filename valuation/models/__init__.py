"""Tables of the valuation app: parameters with their sources, estimates, appraisals and their runs, other bases."""

from valuation.models.appraisals import Appraisal
from valuation.models.bases import AgreedValue, InternalValuation
from valuation.models.books import BookItem, BookRevaluation, RealisedRevenue
from valuation.models.estimates import Estimate
from valuation.models.filings import InstitutionFiling
from valuation.models.indicators import IndicatorAnswers, IndicatorForm
from valuation.models.lenders import Challenge, LenderAssessment
from valuation.models.parameters import ParameterRow, ParameterTable
from valuation.models.runs import ValuationRun
from valuation.models.samples import RunSample

__all__ = [
    "AgreedValue", "Appraisal", "BookItem", "BookRevaluation", "Challenge", "Estimate", "IndicatorAnswers",
    "IndicatorForm", "InstitutionFiling", "InternalValuation", "LenderAssessment", "ParameterRow", "ParameterTable",
    "RealisedRevenue", "RunSample", "ValuationRun",
]  # fmt: skip
