"""What the lender reads: every simulated figure with its standard error, all from one sample."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from valuation.engine.summary import QUANTILES, deviation, mean
from valuation.lending.defaults import Outcome
from valuation.lending.estimates import (
    Estimate,
    correlation,
    linear_error,
    mean_of,
    mean_where,
    quantile_of,
    quantile_where,
    ratio_of,
    share_of,
    tail_mean_of,
)
from valuation.lending.instalments import Instalments
from valuation.lending.rights import Rights
from valuation.lending.sample import Sample
from valuation.lending.sizes import Lending

type FloatArray = NDArray[np.float64]
type BoolArray = NDArray[np.bool_]

TAILS = (5, 1)
COVER_QUANTILES = (5, 50, 95)
REVENUE_QUANTILES = (10, 50, 90)
RECOVERY_QUANTILES = (5, 25, 50, 75, 95)


def figures(lending: Lending) -> dict[str, Estimate]:
    """Give the estimates that the stopping rule judges."""
    sample, amount = lending.sample, lending.amount
    return {
        "mean": mean_of(sample.value),
        "p5": quantile_of(sample.value, 5),
        "probability_value_below_loan": share_of(sample.value < amount),
        "probability_recovery_below_loan": share_of(sample.sold_today < amount),
        "probability_of_default": share_of(lending.outcome(amount).has_defaulted),
    }


def distribution(values: FloatArray) -> dict[str, Any]:
    """Give moments, quantiles and lower tails of `values` (paths,)."""
    return {
        "mean": mean_of(values).as_json(),
        "std": deviation(values),
        "quantiles": {f"p{percent}": quantile_of(values, percent).as_json() for percent in QUANTILES},
        "tail_means": {f"p{percent}": tail_mean_of(values, percent).as_json() for percent in TAILS},
    }


def package(sample: Sample, rights: Rights) -> dict[str, Any]:
    """Give what the rights are worth each for itself, together, and what the caps on their products take away."""
    return {
        "rights": [right.name for right in rights.rights],
        "standalone_value": mean_of(sample.uncapped).as_json(),
        "value": mean_of(sample.value).as_json(),
        "capped": mean_of(sample.uncapped - sample.value).as_json(),
    }


def product_revenue(sample: Sample, rights: Rights) -> dict[str, list[dict[str, Any]]]:
    """Give the revenue of every product, a row for each period."""
    return {name: [*_revenue_rows(sample, rights, name, places[0])] for name, places in rights.of_product().items()}


def _revenue_rows(sample: Sample, rights: Rights, product: str, place: int) -> Iterator[dict[str, Any]]:
    grid = rights.rights[place].asset.horizon
    for period, (start, length) in enumerate(zip(grid.starts, grid.longest, strict=True)):
        revenue = sample.revenue[product][period]
        yield {
            "period": period + 1,
            "start": start,
            "end": start + length,
            "mean": mean_of(revenue).as_json(),
            "quantiles": {f"p{percent}": quantile_of(revenue, percent).as_json() for percent in REVENUE_QUANTILES},
        }


def instalment_rows(sample: Sample, instalments: Instalments, result: Outcome) -> list[dict[str, Any]]:
    """Give a row for each instalment: what is due, how cash covers it, and how likely it is the first one missed."""
    rows = []
    for place, (at, amount) in enumerate(zip(instalments.at, instalments.amounts.tolist(), strict=True)):
        cover = sample.cash[place] / amount
        rows.append(
            {
                "at": at,
                "amount": amount,
                "exposure": float(instalments.exposures[place]),
                "cover": mean_of(cover).as_json()
                | {"quantiles": {f"p{percent}": quantile_of(cover, percent).as_json() for percent in COVER_QUANTILES}},
                "probability_cover_below_one": share_of(cover < 1).as_json(),
                "probability_of_default": share_of(result.first == place).as_json(),
                "probability_of_default_so_far": share_of(result.first <= place).as_json(),
            }
        )
    return rows


def loan_block(lending: Lending, result: Outcome) -> dict[str, Any]:
    """Give what the loan risks: whether value and recovery cover it, default, loss and what is recovered."""
    sample, amount, hit = lending.sample, lending.amount, result.has_defaulted
    short = (result.recovery < result.exposure).astype(np.float64)
    estimates = {
        "probability_value_below_loan": share_of(sample.value < amount),
        "probability_recovery_below_loan": share_of(sample.sold_today < amount),
        "probability_recovery_below_exposure_given_default": mean_where(short, hit),
        "probability_of_default": share_of(hit),
        "exposure_given_default": mean_where(result.exposure, hit),
        "loss_given_default": ratio_of(result.loss, result.exposure),
        "expected_loss": mean_of(result.loss),
        "expected_loss_rate": mean_of(result.loss / amount),
    }
    whole = mean(sample.value)
    ratio = {"amount": amount, "loan_to_value": amount / whole if whole > 0 else None}
    return ratio | {name: estimate.as_json() for name, estimate in estimates.items()} | _recoveries(sample, result)


def _recoveries(sample: Sample, result: Outcome) -> dict[str, Any]:
    """Give what a sale brings: one that begins today on every path, and one that follows a default."""
    everywhere, hit = np.ones(sample.paths, dtype=np.bool_), result.has_defaulted
    return {
        "recovery_if_sold_today": _recovery(sample.sold_today, everywhere),
        "recovery_given_default": _recovery(result.recovery, hit),
    }


def _recovery(amounts: FloatArray, mask: BoolArray) -> dict[str, Any]:
    quantiles = {f"p{percent}": quantile_where(amounts, mask, percent).as_json() for percent in RECOVERY_QUANTILES}
    return {"mean": mean_where(amounts, mask).as_json(), "quantiles": quantiles}


def wrong_way(sample: Sample, result: Outcome) -> dict[str, Any]:
    """Give how default and collateral hang together, which nobody has stated: it comes from the shared paths.

    `correlation_of_default_and_low_value`: of the default indicator with minus the value today.
    `recovery_if_independent`: what sales at the same times bring on paths chosen without regard to default, sum of
    P(default at j) E[recovery at j] over P(default). `recovery_shortfall`: 1 less recovery given default over that; 0
    where the borrower does not live on the product.
    """
    hit, missed = result.has_defaulted.astype(np.float64), [result.first == at for at in range(len(sample.recovery))]
    chances = [mean(at.astype(np.float64)) for at in missed]
    averages = [mean(recovery) for recovery in sample.recovery]
    regardless = sum(chance * average for chance, average in zip(chances, averages, strict=True))
    moved = np.zeros(sample.paths)
    for at, chance, average, recovery in zip(missed, chances, averages, sample.recovery, strict=True):
        moved += at * average + chance * recovery
    return {
        "correlation_of_default_and_low_value": correlation(hit, -sample.value).as_json(),
        "recovery_given_default": mean_where(result.recovery, result.has_defaulted).as_json(),
        "recovery_if_independent": _regardless(regardless, moved, hit).as_json(),
        "recovery_shortfall": _shortfall(regardless, moved, result.recovery).as_json(),
    }


def _regardless(regardless: float, moved: FloatArray, hit: FloatArray) -> Estimate:
    """Give `regardless` over P(default); `moved` (paths,) is what each path adds to the former, to first order."""
    chance = mean(hit)
    if chance == 0:
        return Estimate(None, None)
    figure = regardless / chance
    return Estimate(figure, linear_error(moved - figure * hit) / chance)


def _shortfall(regardless: float, moved: FloatArray, recovered: FloatArray) -> Estimate:
    """Give 1 - E[recovery after default] / `regardless`, with `moved` as above."""
    if regardless == 0:
        return Estimate(None, None)
    share = mean(recovered) / regardless
    return Estimate(1 - share, linear_error(recovered - share * moved) / regardless)
