"""Tables of the valuation app: parameters with their sources, estimates, appraisals and their runs, other bases."""

from valuation.models.appraisals import Appraisal
from valuation.models.bases import AgreedValue, InternalValuation
from valuation.models.estimates import Estimate
from valuation.models.filings import InstitutionFiling
from valuation.models.indicators import IndicatorAnswers, IndicatorForm
from valuation.models.parameters import ParameterRow, ParameterTable
from valuation.models.runs import ValuationRun

__all__ = [
    "AgreedValue", "Appraisal", "Estimate", "IndicatorAnswers", "IndicatorForm", "InstitutionFiling",
    "InternalValuation", "ParameterRow", "ParameterTable", "ValuationRun",
]  # fmt: skip
