"""The fund's cash and the flows through it. Every movement of money for a loss passes one of these functions."""

from collections.abc import Sequence

from risk_fund.loss_sharing.keys import flow_key
from risk_fund.loss_sharing.scheme import Scheme
from risk_fund.loss_sharing.state import State


def ration(parts_fen: Sequence[int], cash_fen: int) -> list[int]:
    """Return what is paid of each part (fen, none negative): all of it, or cash x part / sum by largest remainder.

    Ties go in the order given. The payments add up to the lesser of the cash (none, if below zero) and the sum.

    Raises: nothing.
    Source: share_loss contract, section 4.4.
    """
    total, cash = sum(parts_fen), max(0, cash_fen)
    if total <= cash:
        return list(parts_fen)
    paid = [cash * part // total for part in parts_fen]
    by_remainder = sorted(range(len(paid)), key=lambda index: -(cash * parts_fen[index] % total))  # stable
    for index in by_remainder[: cash - sum(paid)]:
        paid[index] += 1
    return paid


def pay_out(scheme: Scheme, state: State, bank: str, year: int, amount_fen: int) -> None:
    """Pay `amount_fen` from the fund for a loss on a loan of `bank`. Without a fund nothing moves.

    Raises: nothing.
    Source: share_loss contract, sections 4.5 and 5.2.
    """
    if scheme.fund is None:
        return
    state.account.cash_fen -= amount_fen
    state.account.paid_fen += amount_fen
    _flow(state, "paid", bank, year, amount_fen)


def take_refund(scheme: Scheme, state: State, bank: str, year: int, amount_fen: int) -> None:
    """Take a refund into the fund (negative: a true-up gives it back). Without a fund nothing moves.

    Raises: nothing.
    Source: share_loss contract, sections 4.5, 5.1 and 5.2.
    """
    if scheme.fund is None:
        return
    state.account.cash_fen += amount_fen
    state.account.refunded_fen += amount_fen
    _flow(state, "received", bank, year, amount_fen)


def take_clawback(scheme: Scheme, state: State, bank: str, year: int, amount_fen: int) -> None:
    """Take into the fund what the lender returns after a clawback. Without a fund nothing moves.

    Raises: nothing.
    Source: share_loss contract, sections 5.1 and 5.2.
    """
    if scheme.fund is None:
        return
    state.account.cash_fen += amount_fen
    state.account.clawed_back_fen += amount_fen
    _flow(state, "received", bank, year, amount_fen)


def _flow(state: State, flow: str, bank: str, year: int, amount_fen: int) -> None:
    state.count(flow_key(flow, year), amount_fen)
    state.count(flow_key(flow, year, bank), amount_fen)
