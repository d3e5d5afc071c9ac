"""From a pledged right to money: reserve prices of the auctions, and whom the proceeds belong to."""

from dataclasses import dataclass
from fractions import Fraction

from finance_platform.foundation.errors import Invalid

# From memory of the judicial auction rules; shown as unverified wherever a page states them.
RESERVE_RATIO_MIN = Fraction(70, 100)
SECOND_AUCTION_CUT_MAX = Fraction(20, 100)


@dataclass(frozen=True, slots=True)
class Waterfall:
    """What the proceeds of a disposal are used for, in fen; the four parts add up to the proceeds."""

    cost_fen: int
    interest_fen: int
    principal_fen: int
    surplus_fen: int


def waterfall(*, gross_fen: int, cost_fen: int, interest_due_fen: int, principal_due_fen: int) -> Waterfall:
    """Return how proceeds go to costs, interest and principal; the rest belongs to the pledgor.

    Source: 民法典 561 (costs, interest, principal), 438 (surplus to the pledgor).
    Raises: Invalid if an amount is negative or nothing was received.

    >>> waterfall(gross_fen=1000, cost_fen=100, interest_due_fen=50, principal_due_fen=700)
    Waterfall(cost_fen=100, interest_fen=50, principal_fen=700, surplus_fen=150)
    """
    if gross_fen <= 0 or min(cost_fen, interest_due_fen, principal_due_fen) < 0:
        raise Invalid("处置价款应大于零,费用和债务不能为负", fields={"gross_fen": "请按回单填写"})
    cost = min(gross_fen, cost_fen)
    interest = min(gross_fen - cost, interest_due_fen)
    principal = min(gross_fen - cost - interest, principal_due_fen)
    return Waterfall(cost, interest, principal, gross_fen - cost - interest - principal)


def check_reserve_price(reserve_fen: int, appraised_fen: int) -> None:
    """Refuse a first reserve price below 70 % of the appraised value. Raises: Invalid."""
    if reserve_fen < RESERVE_RATIO_MIN * appraised_fen:
        raise Invalid(
            "一拍保留价低于评估值的 70%(凭记忆,待核实)", fields={"reserve_price_fen": "请提高保留价或重新评估"}
        )


def second_reserve_price(reserve_fen: int, cut: Fraction = SECOND_AUCTION_CUT_MAX) -> int:
    """Return the second auction's reserve price, cut by at most 20 % and rounded up to a fen. Raises: Invalid."""
    if not 0 <= cut <= SECOND_AUCTION_CUT_MAX:
        raise Invalid("二拍降价不超过 20%(凭记忆,待核实)", fields={"cut": "请填写 0 到 0.2"})
    return -(-(reserve_fen * (1 - cut)).numerator // (reserve_fen * (1 - cut)).denominator)
