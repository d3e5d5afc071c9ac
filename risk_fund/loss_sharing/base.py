"""The compensable base: which components of a loss count, for how many days of interest, and how much of it is IP's."""

from risk_fund.loss_sharing.events import Claim, LoanFacts
from risk_fund.loss_sharing.scheme import BaseRule


def counted_loss(rule: BaseRule, claim: Claim, days_before: int) -> tuple[int, int]:
    """Return the counted loss of the claim in fen and the days of interest it uses up.

    `days_before` are the days already counted on the loan. Under a days cap interest x d / n counts, half up to a fen.

    Raises: nothing.
    Source: share_loss contract, section 4.1.
    """
    amounts = {"principal": claim.principal_fen, "penalty": claim.penalty_fen, "cost": claim.cost_fen}
    amounts["interest"], days = _counted_interest(rule, claim, days_before)
    return sum(amounts[component] for component in rule.components), days


def base_so_far(rule: BaseRule, counted_fen: int, facts: LoanFacts) -> int:
    """Return the base of a loan's counted loss so far (`counted_fen`), in fen, floored on the cumulative amount.

    Raises: ValueError if the loan lacks the contract amount or IP part that the rule needs.
    Source: share_loss contract, section 4.1.
    """
    if rule.ip_portion == "all":
        return counted_fen
    if facts.ip_part_fen is None:
        raise ValueError(f"ip_part_fen: loan {facts.loan} needs one under ip_portion {rule.ip_portion}")
    if rule.ip_portion == "amount":
        return min(counted_fen, facts.ip_part_fen)
    if facts.contract_fen is None:
        raise ValueError(f"contract_fen: loan {facts.loan} needs one under ip_portion pro_rata")
    return counted_fen * facts.ip_part_fen // facts.contract_fen


def _counted_interest(rule: BaseRule, claim: Claim, days_before: int) -> tuple[int, int]:
    if rule.interest_days_cap is None or not claim.interest_fen:
        return claim.interest_fen, 0
    if not claim.interest_days:
        raise ValueError(f"interest_days: claim {claim.i} needs them, interest counts for a limited number of days")
    days = min(claim.interest_days, rule.interest_days_cap - days_before)
    return (2 * claim.interest_fen * days + claim.interest_days) // (2 * claim.interest_days), days
