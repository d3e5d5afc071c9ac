"""Tables of the valuation app: parameters with their sources, estimates, appraisals and their runs."""

from valuation.models.appraisals import Appraisal
from valuation.models.estimates import Estimate
from valuation.models.indicators import IndicatorAnswers, IndicatorForm
from valuation.models.parameters import ParameterRow, ParameterTable
from valuation.models.runs import ValuationRun

__all__ = [
    "Appraisal",
    "Estimate",
    "IndicatorAnswers",
    "IndicatorForm",
    "ParameterRow",
    "ParameterTable",
    "ValuationRun",
]
