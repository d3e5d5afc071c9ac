"""What comes back after a loss: how a recovery is used up, and who is refunded how much of what was recovered so far.

Refunds are a function of what each party has borne and of the total recovered, never of the order of events; after a
further loss or payment they are simply worked out again and the change is a true-up.
"""

from dataclasses import dataclass

from risk_fund.loss_sharing.events import Recovery
from risk_fund.loss_sharing.scheme import PartyAmounts, RecoveryRule, Scheme


@dataclass(frozen=True)
class Waterfall:
    """A recovery used up, in fen: spent cost, the lender's interest, the loss, and the surplus for the pledgor."""

    cost_fen: int
    interest_fen: int
    loss_fen: int
    surplus_fen: int


def waterfall(rule: RecoveryRule, event: Recovery, unrecovered_fen: int) -> Waterfall:
    """Return how the gross recovery is used up in the rule's order; `unrecovered_fen` is the loss still open.

    Raises: nothing.
    Source: share_loss contract, section 5.1.
    """
    limits = {"cost": event.cost_fen, "interest": event.interest_fen, "loss": unrecovered_fen}
    used, left = {}, event.gross_fen
    for purpose in rule.order:
        used[purpose] = min(left, limits[purpose])
        left -= used[purpose]
    return Waterfall(used["cost"], used["interest"], used["loss"], left)


def refunds(scheme: Scheme, borne: PartyAmounts, recovered_fen: int) -> PartyAmounts:
    """Return each party's refund so far, in fen: they sum to `recovered_fen`, which is at most the sum of `borne`.

    Parties in `recovery.first` come first, up to what they bore; the others share the rest by what they bore.

    Raises: nothing.
    Source: share_loss contract, section 5.1.
    """
    back = scheme.nothing()
    if not recovered_fen:
        return back
    left = recovered_fen
    for party in scheme.recovery.first:
        back[party] = min(left, borne[party])
        left -= back[party]
    others = [party for party in scheme.parties if party not in scheme.recovery.first]
    back.update(_pro_rata(scheme, {party: borne[party] for party in others}, left))
    return back


def _pro_rata(scheme: Scheme, borne: PartyAmounts, amount_fen: int) -> PartyAmounts:
    """Share `amount_fen` by what was borne: floors, then the residual party, then single fen, never to the fund."""
    total = sum(borne.values())
    if total <= 0 or amount_fen <= 0:
        return dict.fromkeys(borne, 0)
    back = {party: amount_fen * part // total for party, part in borne.items() if party != scheme.residual}
    left = amount_fen - sum(back.values())
    if scheme.residual in borne:
        back[scheme.residual] = min(left, max(0, borne[scheme.residual]))
        left -= back[scheme.residual]
    for party in borne:
        if left > 0 and back[party] < borne[party] and party not in (scheme.residual, scheme.fund):
            back[party] += 1
            left -= 1
    return back
