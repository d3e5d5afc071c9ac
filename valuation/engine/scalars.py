"""Reading numbers that may be uncertain: a scalar is a number or a distribution, a series has one number a period.

Source: value_asset.md sections 1 and 1.1 (tolerances, the PERT weight).
"""

import math
from collections.abc import Callable

from valuation.engine.distributions import (
    Discrete,
    Distribution,
    Lognormal,
    Normal,
    ScaledBeta,
    Triangular,
    TruncatedNormal,
    Uniform,
)
from valuation.engine.document import ANY_NUMBER, POSITIVE, Domain, Members, Node, as_double, number
from valuation.engine.quantities import Constant, Input, Listed, Quantity, Series, Steady

MAX_PROBABILITY_OUTSIDE = 1e-12
PROBABILITIES_SUM_WITHIN = 1e-9
DEFAULT_PERT_WEIGHT = 4.0


def scalar(domain: Domain) -> Callable[[Node], Quantity]:
    """Give a reader of a scalar within `domain`; a distribution becomes an input under its pointer."""

    def read(node: Node) -> Quantity:
        return _input(node, domain) if node.is_object else Constant(number(node, domain))

    return read


def series(domain: Domain, periods: int | None) -> Callable[[Node], Series]:
    """Give a reader of a series: a scalar, or a list of exactly `periods` plain numbers (any length when None)."""

    def read(node: Node) -> Series:
        return _listed(node, domain, periods) if isinstance(node.value, list) else Steady(scalar(domain)(node))

    return read


def _listed(node: Node, domain: Domain, periods: int | None) -> Listed:
    entries = node.items()
    if periods is not None and len(entries) != periods:
        node.fault(f"must have exactly {periods} entries, it has {len(entries)}")
    return Listed(tuple(number(entry, domain) for entry in entries))


def plain_numbers(node: Node, domain: Domain, periods: int | None) -> Listed:
    """Read a list of exactly `periods` plain numbers within `domain`."""
    return _listed(node, domain, periods)


def _input(node: Node, domain: Domain) -> Quantity:
    law = distribution(node)
    if law is None:
        return Constant(math.nan)
    if not math.isfinite(law.mean):
        node.fault("has no finite mean")
    elif not domain.probability_outside(law) < MAX_PROBABILITY_OUTSIDE:
        node.fault(f"must put less than {MAX_PROBABILITY_OUTSIDE:g} of its probability outside {domain}")
    node.reading.inputs[node.pointer] = law
    return Input(node.pointer, law)


def distribution(node: Node) -> Distribution | None:
    """Read a distribution; None when anything about it is wrong."""
    members = node.members()
    name = members.own("distribution")
    reader = _LAWS.get(name.value) if isinstance(name.value, str) else None
    if reader is None:
        node.reading.fault(name.pointer, f"must be one of {', '.join(_LAWS)}, or the value a plain number")
        return None
    before = len(node.reading.faults)
    law = reader(members)
    members.close()
    return law if law is not None and len(node.reading.faults) == before else None


def _parameter(members: Members, name: str, domain: Domain = ANY_NUMBER) -> float:
    return members.required(name, lambda node: number(node, domain))


def _ends(members: Members) -> tuple[float, float]:
    low, high = _parameter(members, "low"), _parameter(members, "high")
    if low >= high:
        members.fault("high", "must be greater than low")
    return low, high


def _peak(members: Members, low: float, high: float) -> float:
    mode = _parameter(members, "mode")
    if mode < low or mode > high:
        members.fault("mode", "must lie from low to high")
    return mode


def _uniform(members: Members) -> Distribution:
    return Uniform(*_ends(members))


def _triangular(members: Members) -> Distribution:
    low, high = _ends(members)
    return Triangular(low, _peak(members, low, high), high)


def _pert(members: Members) -> Distribution | None:
    low, high = _ends(members)
    mode = _peak(members, low, high)
    weight = members.optional("lambda", lambda node: number(node, POSITIVE), DEFAULT_PERT_WEIGHT)
    return ScaledBeta.pert(low, mode, high, weight) if low < high else None


def _normal(members: Members) -> Distribution:
    return Normal(_parameter(members, "mean"), _parameter(members, "sd", POSITIVE))


def _truncated_normal(members: Members) -> Distribution:
    return TruncatedNormal(_parameter(members, "mean"), _parameter(members, "sd", POSITIVE), *_ends(members))


def _lognormal(members: Members) -> Distribution | None:
    if "mean" in members.node.value or "sd" in members.node.value:
        mean, sd = _parameter(members, "mean", POSITIVE), _parameter(members, "sd", POSITIVE)
        return Lognormal.from_moments(mean, sd) if mean > 0 and sd > 0 else None
    return Lognormal(_parameter(members, "mu"), _parameter(members, "sigma", POSITIVE))


def _beta(members: Members) -> Distribution:
    alpha, beta = _parameter(members, "alpha", POSITIVE), _parameter(members, "beta", POSITIVE)
    low, high = members.optional("low", number, 0.0), members.optional("high", number, 1.0)
    if low >= high:
        members.fault("high", "must be greater than low")
    return ScaledBeta(alpha, beta, low, high)


def _discrete(members: Members) -> Distribution | None:
    values, probabilities = members.required("values", _numbers), members.required("probabilities", _numbers)
    if len(set(values)) < len(values):
        members.fault("values", "must be distinct")
    if values and len(probabilities) != len(values):
        members.fault("probabilities", "must be as many as the values")
    elif any(share < 0 for share in probabilities):
        members.fault("probabilities", "must not be negative")
    elif probabilities and not abs(math.fsum(probabilities) - 1) <= PROBABILITIES_SUM_WITHIN:
        members.fault("probabilities", f"must sum to 1 within {PROBABILITIES_SUM_WITHIN:g}")
    else:
        return Discrete.of(values, probabilities) if values else None
    return None


def _numbers(node: Node) -> list[float]:
    """Read a non-empty list of plain numbers; a fault anywhere in it is a fault of the list."""
    numbers = [as_double(value) for value in node.value] if isinstance(node.value, list) else []
    if numbers and not any(math.isnan(value) for value in numbers):
        return numbers
    node.fault("must be a list of at least one finite number")
    return []


_LAWS: dict[str, Callable[[Members], Distribution | None]] = {
    "uniform": _uniform,
    "triangular": _triangular,
    "pert": _pert,
    "normal": _normal,
    "truncated_normal": _truncated_normal,
    "lognormal": _lognormal,
    "beta": _beta,
    "discrete": _discrete,
}
