"""Every path of a sample is what plain loops make of the same draws."""

import numpy as np
import pytest

from tests.valuation.engine.spoilt import changed
from tests.valuation.lending.judge import Path, judge
from tests.valuation.lending.specimens import PATENT
from valuation.engine.sampling import SimulationRequest, sampler_for
from valuation.lending.defaults import first_missed, outcome
from valuation.lending.document import Assessment, read
from valuation.lending.sample import simulate

LIFE = {"distribution": "uniform", "low": 1.2, "high": 6}
DOCUMENTS = [
    changed(PATENT, {"/hazard/annual": 0.1}),
    changed(PATENT, {"/horizon": {"economic_life_years": LIFE}, "/loan/amount": 1600})
    | {"loan": PATENT["loan"] | {"amount": 1600, "repayments": [{"at": 0.4, "principal": 600, "interest": 5},
        {"at": 1.0, "principal": 300, "interest": 9}, {"at": 3.7, "principal": 700, "interest": 80}]}},
]  # fmt: skip
REQUEST = SimulationRequest(256, "sobol", 11, antithetic=False)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_path_is_what_the_judge_makes_of_its_draws(document) -> None:
    asked = read(document)
    assert isinstance(asked, Assessment)
    sample = simulate(asked.model, asked.randomness, REQUEST)
    amounts = asked.model.instalments.amounts
    first = first_missed(sample.cash, amounts, sample.opening, sample.carried)
    result = outcome(first, asked.model.instalments, sample.recovery)
    uniforms = np.concatenate([*sampler_for(REQUEST).blocks(0, asked.randomness.dimensions)], axis=1)
    draws, periods = asked.randomness.draws(uniforms), asked.model.rights.rights[0].asset.horizon.count
    defaulted = 0
    for place in range(REQUEST.paths):
        path = Path(
            royalty=draws.inputs["/royalty_rate"][place],
            margin=draws.inputs["/borrower/operating_margin"][place],
            life=float(draws.inputs.get("/horizon/economic_life_years", np.full(256, 6.0))[place]),
            struck=draws.events["/hazard"][place],
            growth_normals=list(draws.shocks["/revenue/growth"][:, place]),
            income_normals=list(draws.shocks["/borrower/other_income/shock"][:, place]),
            factor=draws.inputs["/loan/liquidation/factor"][place],
            wait=draws.inputs["/loan/liquidation/time_to_sale_years"][place],
        )
        verdict = judge(document, path, periods)
        assert sample.value[place] == pytest.approx(verdict.value, rel=1e-12)
        assert sample.cash[:, place] == pytest.approx(verdict.cash, rel=1e-12, abs=1e-9)
        assert sample.recovery[:, place] == pytest.approx(verdict.recovery, rel=1e-11, abs=1e-9)
        assert first[place] == (len(amounts) if verdict.missed is None else verdict.missed)
        assert result.loss[place] == pytest.approx(verdict.loss, rel=1e-11, abs=1e-9)
        defaulted += verdict.missed is not None
    assert 20 < defaulted < 236, "the specimen must hold both fates"
