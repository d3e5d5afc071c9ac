"""Who bears a loss, to the fen: loss sharing between a fund, a lender and others under a scheme that is data.

The scheme is a fold: `step` takes a state and one event to an outcome, and touches only the loan it names, a few
counters (`keys_needed`) and one account. `calculate` replays a whole document. Integers and exact fractions only.
"""

from risk_fund.loss_sharing.allocation import allocate, covered
from risk_fund.loss_sharing.document import calculate, read_document, read_event, read_scheme
from risk_fund.loss_sharing.keys import keys_needed
from risk_fund.loss_sharing.outcomes import Outcome, Refusal
from risk_fund.loss_sharing.recovery import refunds
from risk_fund.loss_sharing.replay import replay
from risk_fund.loss_sharing.report import outcome_entry
from risk_fund.loss_sharing.scheme import Scheme
from risk_fund.loss_sharing.state import FundAccount, LoanState, State
from risk_fund.loss_sharing.steps import step, step_group

__all__ = [
    "FundAccount",
    "LoanState",
    "Outcome",
    "Refusal",
    "Scheme",
    "State",
    "allocate",
    "calculate",
    "covered",
    "keys_needed",
    "outcome_entry",
    "read_document",
    "read_event",
    "read_scheme",
    "refunds",
    "replay",
    "step",
    "step_group",
]
