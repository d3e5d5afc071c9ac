"""The record of a run as a file for strangers: they repeat it by themselves with tools/verify_valuation.py."""

import json
from typing import Any

from finance_platform.foundation.errors import Conflict
from finance_platform.foundation.models import User
from valuation.engine import record
from valuation.engine.versions import UnknownVersion
from valuation.models import ValuationRun
from valuation.queries.appraisals import run as run_of


def record_file(by: User, pk: int) -> tuple[str, str]:
    """Return the record of a run as a file: its name and its text. Raises: as run_record."""
    found = run_of(by, pk)
    text = json.dumps(run_record(found), ensure_ascii=False, sort_keys=True)
    return f"{found.appraisal.number}-{found.number}.json", text


def run_record(kept: ValuationRun) -> dict[str, Any]:
    """Return the record of a run: result, environment and digests as they were kept at the time.

    Only the sixty-four sample paths are drawn here, by the engine the run names: the database keeps none.
    Raises: Conflict (the engine's version is no longer here).
    """
    try:
        drawn = record.make(kept.document, kept.parameter_versions, kept.engine)
    except UnknownVersion:
        raise Conflict(f"本系统没有测算引擎 {kept.engine}", code="unknown_engine") from None
    result = kept.output
    return drawn | {
        "input_digest": kept.input_digest,
        "seed": kept.seed,
        "environment": kept.environment,
        "result": result,
        "raw_digest": record.raw_digest(result),
        "rounded_digest": record.rounded_digest(result),
    }
