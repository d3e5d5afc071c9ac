"""Keeping the simulated values of a run that was signed."""

from valuation import queries
from valuation.models import RunSample, ValuationRun


def keep(run: ValuationRun) -> None:
    """Keep the simulated values of a run that is being issued, once. Writes: sample."""
    found = queries.sample_of(run)
    if found is None or RunSample.objects.filter(run=run).exists():
        return
    RunSample.objects.create(run=run, rows=len(found.rows), paths=found.paths, values=found.data, digest=found.digest)
