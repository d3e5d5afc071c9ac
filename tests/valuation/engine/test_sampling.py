"""The samplers: addresses that never move, nets that are nets, strata that are full, mirrors that mirror."""

import hashlib

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special
from scipy.stats import qmc

from valuation.engine.sampling import (
    LatinHypercube,
    PseudoRandom,
    RandomBits,
    ScrambledSobol,
    SimulationRequest,
    chunks,
    column,
    sampler_for,
    to_uniform,
)
from valuation.engine.sobol_directions import COLUMNS, TABLED, directions, read_off_scipy


def points(request: SimulationRequest, dimensions: int) -> NDArray[np.float64]:
    return np.concatenate(list(sampler_for(request).blocks(0, dimensions)), axis=1)


WORDS_ON_RECORD = "1b8a0d6bebf9190260cbf5df9d8d18bde7d00245f20e6631cd4d02b0b9f1560c"
POINTS_ON_RECORD = "93a32d2387bcef8a6cccb723601f922f6916d6f1f1c77609b00116d0156c3168"
EVERY = [
    SimulationRequest(4096, "sobol", 7, False),
    SimulationRequest(131072, "sobol", 7, False),
    SimulationRequest(16 * 300, "latin_hypercube", 7, False),
    SimulationRequest(10_001, "pseudo", 7, False),
    SimulationRequest(10_002, "pseudo", 7, True),
]


@pytest.mark.parametrize("request_", EVERY, ids=lambda each: f"{each.sampler} {each.paths} {each.antithetic}")
def test_points_fill_the_open_cube_and_can_be_drawn_a_dimension_at_a_time(request_: SimulationRequest) -> None:
    drawn = points(request_, 5)
    assert drawn.shape == (5, request_.paths)
    assert drawn.min() > 0
    assert drawn.max() < 1
    np.testing.assert_array_equal(column(sampler_for(request_), 3), drawn[3])
    np.testing.assert_array_equal(np.concatenate(list(chunks(sampler_for(request_), 5)), axis=1), drawn)


@pytest.mark.parametrize("request_", EVERY, ids=lambda each: f"{each.sampler} {each.paths} {each.antithetic}")
def test_parts_drawn_backwards_are_the_same_paths(request_: SimulationRequest) -> None:
    expected, found = points(request_, 3), np.zeros((3, request_.paths))
    for part in reversed(sampler_for(request_).parts(0, 3)):
        drawn = np.concatenate(list(part.blocks), axis=1)
        found[:, part.start : part.start + drawn.shape[1]] = drawn
    np.testing.assert_array_equal(found, expected)


@pytest.mark.parametrize("request_", EVERY, ids=lambda each: f"{each.sampler} {each.paths} {each.antithetic}")
def test_more_dimensions_leave_the_first_ones_as_they_were(request_: SimulationRequest) -> None:
    np.testing.assert_array_equal(points(request_, 5)[:2], points(request_, 2))


def test_the_stream_of_a_seed_is_the_one_on_record() -> None:
    """A change of these digests is a change of every stored run: it needs a new engine version."""
    words = RandomBits(7, 0).words(3, 5, 1024)
    assert hashlib.sha256(words.astype("<u8").tobytes()).hexdigest() == WORDS_ON_RECORD
    drawn = points(SimulationRequest(4096, "sobol", 7, False), 8)
    assert hashlib.sha256(drawn.astype("<f8").tobytes()).hexdigest() == POINTS_ON_RECORD


def test_uniforms_are_symmetric_and_never_zero_or_one() -> None:
    ends = to_uniform(np.array([0, 2**64 - 1], dtype=np.uint64))
    assert ends[0] == 2.0**-53
    assert ends[0] + ends[1] == 1


def test_seeds_and_streams_differ() -> None:
    drawn = [RandomBits(seed, stream).words(0, 0, 4).tolist() for seed in (0, 1, 2**63 - 1) for stream in (0, 1)]
    assert len({tuple(words) for words in drawn}) == 6


def test_the_directions_are_those_of_the_sequence_they_were_read_from() -> None:
    table = directions(40) >> np.uint64(64 - COLUMNS)
    np.testing.assert_array_equal(table, read_off_scipy(40))


def test_the_sequence_goes_on_beyond_the_table() -> None:
    longer = directions(TABLED + 1)
    np.testing.assert_array_equal(longer[:TABLED], directions(TABLED))
    assert len(set(longer[TABLED].tolist())) == COLUMNS


def test_every_randomisation_of_sobol_points_is_a_net_of_low_discrepancy() -> None:
    drawn = points(SimulationRequest(16 * 256, "sobol", 3, False), 4).reshape(4, 16, 256)
    cells = np.sort((drawn * 256).astype(int), axis=-1)
    assert (cells == np.arange(256)).all()
    for repetition in range(16):
        prefix = drawn[:2, repetition, :64]
        square = set(zip(*(prefix * 8).astype(int).tolist(), strict=True))
        assert len(square) == 64, "the first two dimensions are a (0, m, 2) net, prefixes too"
        assert qmc.discrepancy(drawn[:, repetition].T) < 0.25 * qmc.discrepancy(
            np.random.default_rng(1).random((256, 4))
        )


def test_randomisations_are_independent_of_each_other() -> None:
    """Their points share an order, but where a point lies within its cell is each one's own."""
    drawn = points(SimulationRequest(16 * 4096, "sobol", 11, False), 1).reshape(16, 4096) * 4096 % 1
    correlations = np.corrcoef(drawn) - np.eye(16)
    assert np.max(np.abs(correlations)) < 5 / 64


def test_a_latin_hypercube_has_one_point_in_every_cell_of_every_randomisation() -> None:
    drawn = points(SimulationRequest(16 * 37, "latin_hypercube", 5, False), 6).reshape(6, 16, 37)
    assert (np.sort((drawn * 37).astype(int), axis=-1) == np.arange(37)).all()


def test_the_second_half_mirrors_the_first() -> None:
    drawn = points(SimulationRequest(10_002, "pseudo", 5, True), 3)
    np.testing.assert_array_equal(drawn[:, 5001:], 1 - drawn[:, :5001])
    plain = np.concatenate(list(PseudoRandom(RandomBits(5, 0), 5001, antithetic=False).blocks(0, 3)), axis=1)
    np.testing.assert_array_equal(drawn[:, :5001], plain)


@pytest.mark.parametrize("sampler", ["sobol", "latin_hypercube", "pseudo"])
def test_normal_scores_of_the_draws_are_standard(sampler: str) -> None:
    normals = special.ndtri(points(SimulationRequest(16384, sampler, 2, False), 3))
    assert np.max(np.abs(normals.mean(axis=1))) < 5 / 128
    assert np.max(np.abs(normals.std(axis=1) - 1)) < 5 / 181
    assert np.max(np.abs(np.corrcoef(normals) - np.eye(3))) < 5 / 128


def test_the_samplers_take_no_dimensions_at_all() -> None:
    for sampler in (ScrambledSobol(RandomBits(1, 0), 512), LatinHypercube(RandomBits(1, 0), 512)):
        assert sum(block.shape[1] for block in sampler.blocks(0, 0)) == 16 * 512
