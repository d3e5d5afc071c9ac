"""One stage: a cumulative amount shared by layers, exactly, and rounded once per party.

The result is a function of the cumulative amount alone. A claim gets the difference of two results, so cutting a loss
in pieces or taking the pieces in another order cannot change what anybody bears in the end.
"""

from fractions import Fraction

from risk_fund.loss_sharing.scheme import PartyAmounts, Scheme, Stage


def layer_amounts(stage: Stage, cumulative_fen: int) -> tuple[Fraction, ...]:
    """Return A(layer), the exact fen of the cumulative amount that lie in each layer; bounds are not rounded.

    Raises: nothing.
    Source: share_loss contract, section 4.2.
    """
    return tuple(Fraction(amount, stage.grid.bound_unit) for amount in _filled(stage, cumulative_fen))


def split(scheme: Scheme, stage: Stage, cumulative_fen: int) -> PartyAmounts:
    """Return what each party has of the cumulative amount of one stage, in fen, rounded by the scheme's rule.

    Raises: nothing.
    Source: share_loss contract, section 4.2.
    """
    exact, unit = _exact_shares(scheme, stage, cumulative_fen)
    amounts = {party: share // unit for party, share in exact.items()}
    missing = cumulative_fen - sum(amounts.values())
    if scheme.rounding == "floor_residual":
        amounts[scheme.residual] += missing
        return amounts
    by_remainder = sorted(exact, key=lambda party: -(exact[party] % unit))  # stable: ties in party order
    for party in by_remainder[:missing]:
        amounts[party] += 1
    return amounts


def _exact_shares(scheme: Scheme, stage: Stage, cumulative_fen: int) -> tuple[dict[str, int], int]:
    """Return each party's exact share q as a numerator over one common unit; what is in no layer is the residual's."""
    grid = stage.grid
    unit = grid.bound_unit * grid.weight_unit
    shares = scheme.nothing()
    for amount, weights in zip(_filled(stage, cumulative_fen), grid.weights, strict=True):
        for party, weight in weights:
            shares[party] += amount * weight
    shares[scheme.residual] += cumulative_fen * unit - sum(shares.values())
    return shares, unit


def _filled(stage: Stage, cumulative_fen: int) -> list[int]:
    """Return A(layer) in 1/bound_unit fen; under unit `loss` the bounds move with the cumulative amount itself."""
    top = cumulative_fen * stage.grid.bound_unit
    scale = cumulative_fen if stage.unit == "loss" else 1
    return [max(0, (top if high is None else min(top, high * scale)) - low * scale) for low, high in stage.grid.bounds]
