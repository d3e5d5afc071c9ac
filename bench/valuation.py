"""V1-V6: the valuation engine beside its own random numbers, its peers and plain Monte Carlo."""

import math
import statistics
from typing import Any

import numpy as np
from scipy import special, stats

from bench import law
from bench.measure import Row, interleaved, memory_growth, wall
from bench.memory import OURS
from bench.peers import ABSENT, PEERS, Peer
from valuation import engine
from valuation.engine.distributions import ScaledBeta
from valuation.engine.run import read_run, simulate
from valuation.engine.sampling import BLOCK, RandomBits, to_uniform

MILLION = 1_000_000
NORMALS = law.YEARS + 4
SEEDS = 32
LADDER = (1024, 4096, 16_384, 65_536)
INDEX_POINTS = 16_384


def rows() -> list[Row]:
    """Measure everything, target by target."""
    return [*kernel(), *peers(), *memory_and_threads(), *low_discrepancy(), *quantiles(), *indices()]


def _simulation(document: dict[str, Any], threads: int = 1) -> np.ndarray[Any, Any]:
    run = read_run(document)
    assert run.simulation is not None
    return simulate(run, run.simulation, threads)[0]


def kernel() -> list[Row]:
    """V1: a million paths, drawn and valued, beside drawing their normals alone."""
    bits, generator, block = RandomBits(7, 0), np.random.Generator(np.random.Philox(7)), np.empty(BLOCK)
    blocks = math.ceil(MILLION / BLOCK)

    def own() -> None:
        for number in range(blocks):
            for dimension in range(NORMALS):
                special.ndtri(to_uniform(bits.words(number, dimension, BLOCK)))

    def ziggurat() -> None:
        for _ in range(blocks * NORMALS):
            generator.standard_normal(out=block)

    document = law.document(MILLION)
    kernel, by_own, by_ziggurat = interleaved(lambda: _simulation(document), own, ziggurat)
    each = f"{kernel / MILLION * 1e9:,.0f} ns a path"
    return [
        _ratio("V1", f"kernel ({each}) / its own normals: Philox, uniform, inverse", kernel / by_own, 2.0),
        _ratio("V1", f"kernel ({each}) / numpy's normals of Philox by ziggurat", kernel / by_ziggurat, 2.0),
    ]


def _ratio(name: str, what: str, found: float, most: float) -> Row:
    return Row(name, what, f"<= {most:g}", f"{found:.2f}", found <= most)


def peers() -> list[Row]:
    """V2: the same law at the same number of paths, drawn, valued and summarised."""
    return [_against(name, peer) for name, peer in PEERS.items()]


def _against(name: str, peer: Peer) -> Row:
    what, target = f"{name}, {peer.paths:,} paths: CPU / ours", f">= {peer.times:g}"
    if not peer.installed:
        return Row("V2", what, target, ABSENT)
    document = law.document(peer.paths)
    theirs, ours = interleaved(lambda: law.summary(peer.values(peer.paths, 7)), lambda: engine.value(document), turns=3)
    each = f"{theirs / peer.paths * 1e9:,.0f} / {ours / peer.paths * 1e9:,.0f} ns a path"
    same = "" if _same_law(peer) else ", **another law**"
    memory = f"{memory_growth(name, peer.paths):,.0f} / {memory_growth(OURS, peer.paths):,.0f} MB"
    return Row("V2", what, target, f"{theirs / ours:.1f} ({each}; {memory}{same})", theirs / ours >= peer.times)


def _same_law(peer: Peer) -> bool:
    """Whether the peer's mean is ours within five standard errors."""
    theirs, ours = peer.values(peer.paths, 11), _simulation(law.document(peer.paths, seed=11))
    spread = math.hypot(float(np.std(theirs)), float(np.std(ours))) / math.sqrt(peer.paths)
    return bool(abs(np.mean(theirs) - np.mean(ours)) < 5 * spread)


def memory_and_threads() -> list[Row]:
    """V3: a million paths in little memory, and twice the hands."""
    growth = memory_growth(OURS, MILLION)
    document = law.document(MILLION)
    one, two = interleaved(lambda: _simulation(document), lambda: _simulation(document, 2), clock=wall)
    same = _simulation(document).tobytes() == _simulation(document, 2).tobytes()
    return [
        Row("V3", "memory growth at 1,000,000 paths", "<= 30 MB", f"{growth:.0f} MB", growth <= 30),
        Row("V3", "paths by one thread and by two", "identical", "identical" if same else "different", same),
        Row("V3", "one thread / two, seconds on the wall", ">= 1.5", f"{one / two:.2f}", one / two >= 1.5),
    ]


def low_discrepancy() -> list[Row]:
    """V4: the error of the mean of a whole run over 32 seeds, beside plain Monte Carlo that is as good."""
    errors = [_error_of_the_mean(paths) for paths in LADDER]
    slope = float(np.polyfit(np.log(LADDER), np.log(errors), 1)[0])
    error, plain = errors[LADDER.index(4096)], _simulation(law.document(2**18))
    needed = float((np.std(plain) / np.mean(plain) / error) ** 2)
    sobol, pseudo = law.document(4096, "sobol"), law.document(2**18)
    ours, a_quarter_million = interleaved(lambda: _simulation(sobol), lambda: _simulation(pseudo))
    times = a_quarter_million / 2**18 * needed / ours
    cost = f"1/{times:.0f} ({ours * 1e3:.1f} ms, {needed:,.0f} paths)"
    return [
        Row("V4", "error of the mean, 4,096 scrambled Sobol points", "<= 0.12 %", f"{error:.3%}", error <= 0.0012),
        Row("V4", "their CPU / that of plain Monte Carlo as good", "<= 1/20", cost, times >= 20),
        Row("V4", f"log-log slope, {LADDER[0]:,} to {LADDER[-1]:,} points", "<= -0.7", f"{slope:.2f}", slope <= -0.7),
    ]


def _error_of_the_mean(paths: int) -> float:
    means = [float(np.mean(_simulation(law.document(paths, "sobol", seed)))) for seed in range(SEEDS)]
    return statistics.stdev(means) / statistics.mean(means)


def quantiles() -> list[Row]:
    """V5: the PERT quantile of a simulated draw beside scipy's."""
    pert, scores = ScaledBeta.pert(*law.ROYALTY, 4), np.random.default_rng(5).standard_normal(BLOCK)
    uniforms, blocks = special.ndtr(scores), 20

    def theirs() -> np.ndarray[Any, Any]:
        return np.asarray(stats.beta.ppf(uniforms, law.ALPHA, law.BETA, law.ROYALTY[0], law.PERT_WIDTH))

    at_scores, at_uniforms, exact = interleaved(
        lambda: [pert.tabulated_at_scores(scores) for _ in range(blocks)],
        lambda: [pert.tabulated(uniforms) for _ in range(blocks)],
        theirs,
    )
    error = float(np.max(np.abs(pert.tabulated(uniforms) - theirs()))) / law.PERT_WIDTH
    found = [(exact * blocks / ours, ours / blocks / BLOCK * 1e9) for ours in (at_scores, at_uniforms)]
    return [
        *(
            Row("V5", f"PERT quantile at {what} / beta.ppf", "<= 1/100", f"1/{times:.0f} ({each:.1f} ns)", times >= 100)
            for what, (times, each) in zip(("normal scores", "uniforms"), found, strict=True)
        ),
        Row("V5", "its error, of the range", "<= 1e-6", f"{error:.0e}", error <= 1e-6),
    ]


def indices() -> list[Row]:
    """V6: first-order and total indices of six sources of randomness from as many base points."""
    what = f"Sobol indices, {INDEX_POINTS:,} base points, six sources / SALib"
    try:
        from bench.peers import salib
    except ModuleNotFoundError:
        return [Row("V6", what, "<= 1/8", ABSENT)]
    document = law.document(256, "sobol", correlated=False) | {"sensitivity": {"sobol": True}}
    ours, theirs = interleaved(lambda: engine.value(document), lambda: salib.indices(INDEX_POINTS, 7), turns=3)
    return [Row("V6", what, "<= 1/8", f"1/{theirs / ours:.1f}", theirs / ours >= 8)]
