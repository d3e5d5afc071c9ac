"""The judge's own special functions and generator against scipy's and numpy's, which it does not use."""

import numpy as np
import pytest
from scipy import special as scipy_special
from scipy import stats

from tools.valuation_reference import bits, laws, special
from tools.valuation_reference.draws import point
from tools.valuation_reference.model import worth
from tools.valuation_reference.options import NotJudged

RANDOM = np.random.default_rng(20)
PROBABILITIES = np.concatenate([10 ** RANDOM.uniform(-16, -0.01, 300), 1 - 10 ** RANDOM.uniform(-15, -0.01, 300)])


def test_the_normal_quantile_is_right_to_1e_12() -> None:
    found = [special.ndtri(u) for u in PROBABILITIES.tolist()]
    np.testing.assert_allclose(found, scipy_special.ndtri(PROBABILITIES), rtol=1e-12, atol=1e-15)


def test_the_beta_quantile_is_right_to_1e_11() -> None:
    shapes = np.exp(RANDOM.uniform(-1.5, 4.5, (2, PROBABILITIES.size)))
    triples = zip(*shapes.tolist(), PROBABILITIES.tolist(), strict=True)
    found = [special.betaincinv(a, b, u) for a, b, u in triples]
    np.testing.assert_allclose(found, scipy_special.betaincinv(*shapes, PROBABILITIES), rtol=1e-11)


def test_the_gamma_quantile_and_student_t_are_right_to_1e_11() -> None:
    halves = np.exp(RANDOM.uniform(np.log(0.5), np.log(500), PROBABILITIES.size))
    pairs = zip(halves.tolist(), PROBABILITIES.tolist(), strict=True)
    found = [special.gammaincinv(a, u) for a, u in pairs]
    np.testing.assert_allclose(found, scipy_special.gammaincinv(halves, PROBABILITIES), rtol=1e-11)
    scores = RANDOM.normal(size=halves.size) * 4
    found = [special.stdtr(2 * a, t) for a, t in zip(halves.tolist(), scores.tolist(), strict=True)]
    np.testing.assert_allclose(found, scipy_special.stdtr(2 * halves, scores), rtol=1e-11)


@pytest.mark.parametrize(("low", "high"), [(-1.0, 2.0), (-9.0, 1.0), (3.0, 3.5), (-40.0, -35.0), (0.1, 50.0)])
def test_the_truncated_normal_is_that_of_scipy(low: float, high: float) -> None:
    law = laws.law({"distribution": "truncated_normal", "mean": 0, "sd": 1, "low": low, "high": high})
    peer, levels = stats.truncnorm(low, high), [1e-9, 0.01, 0.3, 0.5, 0.9, 1 - 1e-9]
    assert law.mean == pytest.approx(peer.mean(), rel=1e-9)
    np.testing.assert_allclose([law.quantile(u) for u in levels], peer.ppf(levels), rtol=1e-11)


@pytest.mark.parametrize("seed", [0, 7, 2**32, 2**40 + 3, 2**63 - 1])
@pytest.mark.parametrize("stream", [0, 1])
def test_the_bits_are_those_of_numpy(seed: int, stream: int) -> None:
    state = np.random.SeedSequence(seed, spawn_key=(stream,)).generate_state(2, np.uint64)
    key = bits.seed_key(seed, stream)
    assert key == tuple(state.tolist())
    counter = np.array([0, 5, 3, 0], dtype=np.uint64)
    expected = np.random.Philox(key=state, counter=counter).random_raw(11).tolist()
    assert bits.words(key, 5, 3, 11) == expected
    assert [bits.word(key, 5, 3, index) for index in range(11)] == expected


def test_an_option_by_least_squares_is_refused_aloud() -> None:
    document = {"method": "real_option", "option": {"model": "lsm"}}
    with pytest.raises(NotJudged, match="lsm"):
        worth(document, point(document))
