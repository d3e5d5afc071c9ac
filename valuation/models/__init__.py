"""Tables of the valuation app: parameters with their sources, estimates, appraisals and their runs."""

from valuation.models.appraisals import Appraisal
from valuation.models.estimates import Estimate
from valuation.models.parameters import ParameterRow, ParameterTable
from valuation.models.runs import ValuationRun
from valuation.models.samples import RunSample

__all__ = ["Appraisal", "Estimate", "ParameterRow", "ParameterTable", "RunSample", "ValuationRun"]
