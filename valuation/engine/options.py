"""Reading a real option. Its value is upside, never collateral: a document with an option takes no loan.

Source: value_asset.md section 4 (bounds and defaults).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.closed_forms import SIGNS, BlackScholes, Margrabe
from valuation.engine.document import NON_NEGATIVE, POSITIVE, Domain, Members, Node, choice, integer, number
from valuation.engine.lattice import Binomial
from valuation.engine.least_squares import BrownianLevels, GivenLevels, LeastSquares, Levels
from valuation.engine.model import Model
from valuation.engine.quantities import Constant, Quantity
from valuation.engine.sampling import SimulationRequest, read_simulation
from valuation.engine.scalars import scalar

type FloatArray = NDArray[np.float64]

EXPIRY = Domain(0.0, 100.0, open_low=True)
RATE = Domain(-1.0, 1.0)
VOLATILITY = Domain(0.0, 5.0, open_low=True)
CORRELATION = Domain(-1.0, 1.0)
DEFAULT_STEPS, MOST_STEPS = 1000, 20_000
DEFAULT_DATES, MOST_DATES = 50, 1000
DEFAULT_DEGREE, HIGHEST_DEGREE = 3, 5
MODELS = ("black_scholes", "binomial", "margrabe", "lsm")


@dataclass(frozen=True)
class OptionRead:
    """An option as read: its model (None when faulty), and what the document may say besides."""

    model: Model | None
    blocks: tuple[str, ...]
    seed: int | None = None


def read_option(node: Node, top: Members) -> OptionRead:
    """Read the member `option`; `top` holds the document's own fields."""
    members = node.members()
    model = members.required("model", choice(*MODELS))
    if model == "lsm":
        option = _read_least_squares(members, top)
    elif model == "binomial":
        option = OptionRead(_read_binomial(members), ())
    else:
        reader = _read_margrabe if model == "margrabe" else _read_black_scholes
        option = OptionRead(reader(members) if model else None, ("simulation", "correlation", "sensitivity"))
    if model:
        members.close()
    return option


def _sign(members: Members) -> float:
    return SIGNS.get(members.required("type", choice(*SIGNS)), 0.0)


def _plain(domain: Domain) -> Callable[[Node], float]:
    return lambda node: number(node, domain)


def _asset(members: Members) -> tuple[Quantity, Quantity, Quantity]:
    """Read underlying, yield and volatility."""
    return (
        members.required("underlying", scalar(POSITIVE)),
        members.optional("yield", scalar(RATE), Constant(0.0)),
        members.required("volatility", scalar(VOLATILITY)),
    )


def _read_black_scholes(members: Members) -> Model:
    underlying, asset_yield, volatility = _asset(members)
    return BlackScholes(
        _sign(members),
        underlying=underlying,
        strike=members.required("strike", scalar(POSITIVE)),
        expiry=members.required("expiry", scalar(EXPIRY)),
        risk_free=members.required("risk_free", scalar(RATE)),
        asset_yield=asset_yield,
        volatility=volatility,
    )


def _read_margrabe(members: Members) -> Model:
    return Margrabe(
        first=_asset(members),
        second=members.required("second", _read_second),
        correlation=members.required("correlation", scalar(CORRELATION)),
        expiry=members.required("expiry", scalar(EXPIRY)),
    )


def _read_second(node: Node) -> tuple[Quantity, Quantity, Quantity]:
    members = node.members()
    asset = _asset(members)
    members.close()
    return asset


def _read_binomial(members: Members) -> Model:
    steps = members.optional("steps", lambda node: integer(node, 1, MOST_STEPS), DEFAULT_STEPS)
    every, now = _read_exercise(members, steps)
    tree = Binomial(
        _sign(members),
        underlying=members.required("underlying", _plain(POSITIVE)),
        strike=members.required("strike", _plain(POSITIVE)),
        expiry=members.required("expiry", _plain(EXPIRY)),
        risk_free=members.required("risk_free", _plain(RATE)),
        asset_yield=members.optional("yield", _plain(RATE), 0.0),
        volatility=members.required("volatility", _plain(VOLATILITY)),
        steps=steps or 1,
        exercise_every=every,
        exercises_now=now,
    )
    if tree.up_probability <= 0 or tree.up_probability >= 1:
        members.fault("steps", "must be more: the probability of an up move is not between 0 and 1")
    return tree


def _read_exercise(members: Members, steps: int | None) -> tuple[int | None, bool]:
    """Give the steps between exercises (None: at expiry only), and whether the option may be exercised now."""
    node = members.find("exercise")
    if node.absent or node.value == "american":
        return 1, True
    if node.value == "european":
        return None, False
    if isinstance(node.value, str):
        node.fault("must be american, european, or a number of exercise dates")
        return None, False
    dates = integer(node, 1, steps or MOST_STEPS)
    if dates is not None and steps is not None and steps % dates:
        node.fault(f"must divide the number of steps, {steps}")
        return None, False
    return (steps // dates if steps and dates else None), False


def _read_least_squares(members: Members, top: Members) -> OptionRead:
    sign, strike = _sign(members), members.required("strike", _plain(POSITIVE))
    expiry = members.required("expiry", _plain(EXPIRY))
    risk_free = members.required("risk_free", _plain(RATE))
    degree = members.optional("degree", lambda node: integer(node, 1, HIGHEST_DEGREE), DEFAULT_DEGREE)
    levels: Levels
    if "path_matrix" in members:
        request, levels = None, GivenLevels(members.required("path_matrix", _read_matrix))
    else:
        request = top.required("simulation", read_simulation)
        levels = _read_brownian(members, request, expiry, risk_free)
    option = LeastSquares(sign, strike, expiry, risk_free, degree or DEFAULT_DEGREE, levels)
    return OptionRead(option, (), request.seed if request is not None else None)


def _read_brownian(members: Members, request: SimulationRequest, expiry: float, risk_free: float) -> Levels:
    dates = members.optional("exercise_dates", lambda node: integer(node, 1, MOST_DATES), DEFAULT_DATES)
    asset_yield = members.optional("yield", _plain(RATE), 0.0)
    return BrownianLevels(
        now=members.required("underlying", _plain(POSITIVE)),
        drift=risk_free - asset_yield,
        volatility=members.required("volatility", _plain(VOLATILITY)),
        expiry=expiry,
        dates=dates or DEFAULT_DATES,
        request=request,
    )


def _read_matrix(node: Node) -> FloatArray:
    """Read a matrix of levels, at least 2 by 2, rows of one length; a matrix of NaN when it is none."""
    rows: list[Any] = [[number(level, NON_NEGATIVE) for level in row.items()] for row in node.items()]
    widths = {len(row) for row in rows}
    if len(rows) < 2 or len(widths) != 1 or min(widths) < 2:
        node.fault("must be at least two rows, all of one length of at least two")
        return np.full((2, 2), np.nan)
    return np.array(rows, dtype=np.float64)
