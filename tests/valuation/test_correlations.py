"""An indefinite correlation matrix is shown with the nearest one, and used only where the appraiser consents."""

from typing import Any

import numpy as np
import pytest

from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.faults import BadDocument
from tests.valuation import builders
from tests.valuation.builders import MEASURED, SEED
from valuation import engine
from valuation.rules.correlations import mended, repair_of
from valuation.services import appraisals

INDEFINITE = [[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]]
NAMES = ["/royalty_rate", "/discount_rate", "/decay/rate"]


def uncertain(low: float, high: float) -> dict[str, Any]:
    return {"distribution": "uniform", "low": low, "high": high}


def document(matrix: Any, **correlation: Any) -> dict[str, Any]:
    return {
        "method": "relief_from_royalty", "revenue": {"base": 1e7, "growth": 0.02}, "horizon": {"years": 6},
        "royalty_rate": uncertain(0.02, 0.05), "discount_rate": uncertain(0.1, 0.2), "tax_rate": 0.25,
        "decay": {"rate": uncertain(0.05, 0.1)}, "simulation": {"paths": 4096, "seed": 1},
        "correlation": {"names": NAMES, "matrix": matrix, **correlation},
    }  # fmt: skip


@pytest.mark.parametrize("measure", ["latent", "spearman"])
def test_an_indefinite_matrix_is_refused_with_the_nearest_one_and_used_with_consent(measure: str):
    given = document(INDEFINITE, measure=measure)
    with pytest.raises(BadDocument):
        engine.value(given)
    with pytest.raises(Invalid) as refusal:
        mended(given)
    found = repair_of(given["correlation"])
    assert found is not None
    assert str(found.used) in refusal.value.fields["/correlation/matrix"]
    changed, repair = mended(given, consent=found.largest_change)
    assert repair == found
    assert given["correlation"]["matrix"] == INDEFINITE, "what was stated stays as it was stated"
    assert np.abs(np.array(repair.used) - np.array(INDEFINITE)).max() == pytest.approx(
        float(repair.largest_change), abs=1e-4
    )
    assert engine.value(changed)["simulation"]["mean"] > 0


def test_consent_is_to_the_change_that_was_shown_and_to_no_other():
    with pytest.raises(Invalid, match="不会自动修改"):
        mended(document(INDEFINITE), consent="0.0001")


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, 0.5, 0], [0.5, 1, 0.5], [0, 0.5, 1]], [[1, 2, 0], [2, 1, 0], [0, 0, 1]], [[1, 0.9], [0.9]], "none", None,
        [[1, 0.9, 0], [0.8, 1, 0], [0, 0, 1]], [[2, 0, 0], [0, 1, 0], [0, 0, 1]], [["a"] * 3] * 3,
    ],
)  # fmt: skip
def test_a_good_matrix_and_one_with_other_faults_are_left_alone(matrix: Any):
    given = document(matrix)
    assert mended(given) == (given, None)


def test_a_document_without_correlation_is_left_alone():
    assert mended({"method": "cost"}) == ({"method": "cost"}, None)
    assert mended({"correlation": 3}) == ({"correlation": 3}, None)


@pytest.mark.django_db
def test_a_run_under_a_matrix_consented_to_keeps_what_the_experts_gave(actors):
    appraisal = builders.started(actors)
    stated = builders.model(appraisal)
    premiums = "/portfolio/shared/discount_rate/build_up/premiums"
    names = [f"{premiums}/market", f"{premiums}/finance", f"{premiums}/management"]
    for name in ("market", "finance", "management"):
        stated["portfolio"]["shared"]["discount_rate"]["build_up"]["premiums"][name] = uncertain(0.01, 0.03)
    stated["correlation"] = {"names": names, "matrix": INDEFINITE}
    call = {"by": actors.appraiser, "at": MEASURED, "appraisal_id": appraisal.pk, "document": stated, "seed": SEED}
    with pytest.raises(Invalid) as refusal:
        appraisals.run(**call)
    assert refusal.value.code == "correlation_not_psd"
    repair = repair_of(stated["correlation"])
    run = appraisals.run(**call, consent=repair.largest_change)
    assert run.stated["correlation"]["given"] == INDEFINITE
    assert run.document["correlation"]["matrix"] == repair.used
