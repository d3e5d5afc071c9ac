"""The standard normal confined to [a, b], also where the usual formula cancels: far tails and narrow windows.

Far in a tail the masses are taken in logarithms, from the side where they are small. In a window so narrow that the
two distribution functions agree to many digits, the density itself is integrated (Gauss-Legendre) instead.
"""

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

type FloatArray = NDArray[np.float64]

NARROW = 1e-2
"""A window is narrow when width * max(1, |a|, |b|) is below this: the log density hardly bends within it."""
NEGLIGIBLE_LOG_DENSITY = 45.0
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_PANELS = 64


def truncated_mean(a: float, b: float) -> float:
    """Give E[Z | a <= Z <= b] for a standard normal Z.

    The density relative to its peak in [a, b] is integrated panel by panel, so nothing cancels.
    Source: Johnson & Kotz, Continuous Univariate Distributions 1, 13.10.1, evaluated by quadrature.
    """
    peak = min(max(0.0, a), b)
    reach = math.sqrt(peak * peak + 2 * NEGLIGIBLE_LOG_DENSITY)
    left, right = max(a, -reach), min(b, reach)
    offsets, weights = _panels(left - peak, right - peak)
    density = weights * np.exp(-offsets * (peak + offsets / 2))
    return peak + float(np.sum(density * offsets) / np.sum(density))


def truncated_quantile(a: float, b: float, u: FloatArray) -> FloatArray:
    """Give z with P(Z <= z | a <= Z <= b) = u for a standard normal Z, same shape as `u`."""
    if a + b > 0:
        return -truncated_quantile(-b, -a, 1 - u)
    if _is_narrow(a, b):
        return _narrow_quantile(a, b, u)
    below = _log_ratio(a, b)
    share = np.logaddexp(below, np.log(u) + math.log(-math.expm1(below)))
    return special.ndtri_exp(np.minimum(share, 0.0) + special.log_ndtr(b))


def truncated_share(a: float, b: float, z: float) -> float:
    """Give P(Z <= z | a <= Z <= b) for a standard normal Z and z >= a."""
    return min(math.exp(_log_mass(a, min(z, b)) - _log_mass(a, b)), 1.0) if z > a else 0.0


def _is_narrow(a: float, b: float) -> bool:
    return (b - a) * max(1.0, abs(a), abs(b)) < NARROW


def _log_mass(a: float, b: float) -> float:
    """Give log P(a <= Z <= b)."""
    if a + b > 0:
        a, b = -b, -a
    if _is_narrow(a, b):
        inside = float(np.sum(_WEIGHTS * np.exp(-_offset_exponent(a, (b - a) * (_NODES + 1) / 2)))) / 2
        return math.log((b - a) * inside) - a * a / 2 - math.log(2 * math.pi) / 2
    return float(special.log_ndtr(b)) + math.log(-math.expm1(_log_ratio(a, b)))


def _log_ratio(a: float, b: float) -> float:
    """Give log(Phi(a) / Phi(b)) for a < b; in the left tail from Mills ratios, where the logarithms would cancel."""
    if b > 0:
        return float(special.log_ndtr(a) - special.log_ndtr(b))
    mills = special.erfcx(-a / math.sqrt(2)) / special.erfcx(-b / math.sqrt(2))
    return float(np.log(mills)) - (b - a) * (-a - b) / 2


def _offset_exponent(a: float, offset: FloatArray) -> FloatArray:
    """Give -log of the density at a + offset relative to that at a."""
    return offset * (a + offset / 2)


def _narrow_quantile(a: float, b: float, u: FloatArray) -> FloatArray:
    """Invert the integral of the density by Newton's method, started at the uniform law that it nearly is."""
    width = b - a
    target = u * _narrow_integral(a, np.full_like(u, width))
    offset = u * width
    for _ in range(4):
        offset = offset - (_narrow_integral(a, offset) - target) * np.exp(_offset_exponent(a, offset))
    return a + offset


def _narrow_integral(a: float, width: FloatArray) -> FloatArray:
    total = np.zeros_like(width)
    for node, weight in zip(_NODES, _WEIGHTS, strict=True):
        total += weight * np.exp(-_offset_exponent(a, width * (node + 1) / 2))
    return total * width / 2


def _panels(left: float, right: float) -> tuple[FloatArray, FloatArray]:
    """Give nodes and weights of a composite Gauss-Legendre rule on [left, right], both (panels * 16,)."""
    step = (right - left) / _PANELS
    starts = left + step * np.arange(_PANELS)
    nodes = starts[:, None] + step * (_NODES + 1) / 2
    return nodes.ravel(), np.broadcast_to(_WEIGHTS * step / 2, nodes.shape).ravel()
