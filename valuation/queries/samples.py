"""The simulated values behind a run: as kept at signing, or drawn again, which gives the same numbers."""

from functools import lru_cache

from finance_platform.foundation.errors import Conflict, Invalid
from valuation.engine.versions import UnknownVersion, engine_of
from valuation.models import RunSample, ValuationRun
from valuation.rules import figures
from valuation.rules.coverage import Answer, Asked, Sample, answer

TOLERANCE_PERCENT = 5.0
REALISED_PERCENT = 60


def sample_of(run: ValuationRun) -> Sample | None:
    """Return the simulated values of a run, for callers that have already decided who sees it; None without any.

    Raises: Conflict if what was kept no longer fits its digest, or the run's engine is no longer here.
    """
    kept = RunSample.objects.filter(run=run).first()
    if kept is None:
        return drawn(run.input_json, run.engine)
    sample = Sample.read(bytes(kept.values), kept.rows)
    if sample.digest != kept.digest:
        raise Conflict("留存的模拟值与其摘要不符:请联系平台运营核查", code="sample_differs")
    return sample


@lru_cache(maxsize=16)
def drawn(input_json: str, engine: str) -> Sample | None:
    """Draw the values of a document by a version of the engine. Raises: Conflict (unknown version)."""
    document = figures.parsed(input_json)
    try:
        found = engine_of(engine).paths(document)
    except UnknownVersion as error:
        raise Conflict(f"本系统没有测算引擎 {engine}", code="unknown_engine") from error
    if found is None:
        return None
    return Sample.of(found[0], mirrored=bool(document["simulation"].get("antithetic")))


def asked(loan_fen: int, realised_percent: int, tolerance_percent: float) -> Asked:
    """Return a lender's question in the run's money. Raises: Invalid naming the field."""
    faults = {}
    if loan_fen <= 0:
        faults["loan_fen"] = "请填写大于零的金额"
    if not 1 <= realised_percent <= 100:
        faults["realised"] = "请填写 1 至 100"
    if not 0 < tolerance_percent <= 50:
        faults["tolerance"] = "请填写大于 0、至多 50 的百分数"
    if faults:
        raise Invalid("拟贷条件有误", fields=faults)
    return Asked(figures.yuan(loan_fen), realised_percent / 100, tolerance_percent / 100)


def coverage(run: ValuationRun, question: Asked) -> Answer:
    """Return what a run says of a loan. Raises: Invalid if the run has no simulation."""
    sample = sample_of(run)
    if sample is None:
        raise Invalid("该测算没有模拟,无法回答", code="no_simulation")
    return answer(sample, question)
