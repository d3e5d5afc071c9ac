"""Re-run a recorded valuation by the scalar reference, alone: `python tools/verify_valuation.py RECORD.json [--full]`.

A bare Python 3.12 or newer is enough: no numpy, no Django, no database, not a line of the engine's arithmetic. Checked
are the digests of the record, the point value with all its years, the lender's figures, the tornado, and the 64 paths
of the simulation that the record keeps, each drawn afresh. With --full every path is drawn and the whole summary is
recomputed (about a thousand paths a second). The variance-based indices are not
recomputed; the answer says so.

Prints the verdict, and the places where more than last digits differ: those of another arithmetic always do. Exit 0
when all agrees to 1e-6, 1 when it does not, 2 for no record.
"""

import argparse
import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from valuation_reference import judge
from valuation_reference.options import NotJudged

RULE = Path(__file__).resolve().parents[1] / "valuation" / "engine" / "verdict.py"


def rule_of_verdicts() -> ModuleType:
    """Give the one rule by which results are called alike, read from its file: its package would want numpy."""
    spec = importlib.util.spec_from_file_location("verdict", RULE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verdict"] = module
    spec.loader.exec_module(module)
    return module


def verified(record: dict[str, Any], full: bool, rule: ModuleType) -> Any:
    """Give the verdict on a record. Raises: NotARecord, NotJudged."""
    judge.check(record)
    stated = rule.compare(*judge.digests(record))
    if stated.answer != rule.IDENTICAL:
        return stated
    told, found = judge.recomputed(record)
    told["tornado"] = judge.as_recorded(told.get("tornado"))
    found.setdefault("tornado", None)
    verdicts = [rule.compare(told, found)]
    if full and "simulation" in record["result"]:
        verdicts.append(rule.compare(*judge.simulated(record)))
    return rule.worst(*verdicts)


def main(arguments: list[str]) -> int:
    """Verify the record named on the command line and say how it came out."""
    parser = argparse.ArgumentParser(description="Re-run a recorded valuation by the scalar reference, alone.")
    parser.add_argument("record", type=Path, help="a record written by valuation.engine.record")
    parser.add_argument("--full", action="store_true", help="draw every path of the simulation, not only those kept")
    asked = parser.parse_args(arguments)
    rule = rule_of_verdicts()
    try:
        record = json.loads(asked.record.read_text(encoding="utf-8"))
        verdict = verified(record, asked.full, rule)
    except (OSError, ValueError, judge.NotARecord, NotJudged) as error:
        print(f"not verified: {error}", file=sys.stderr)
        return 2
    print(verdict.answer)
    for place in verdict.differences if verdict.answer in (rule.WITHIN, rule.DIFFERS) else []:
        print(f"  {place['pointer']}: recorded {place['recorded']}, recomputed {place['recomputed']}")
    if "sobol" in record["result"].get("sensitivity", {}):
        print("not recomputed: /sensitivity/sobol")
    return 0 if verdict.answer in (rule.IDENTICAL, rule.CLOSE) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
