"""A run that a stranger can repeat: what went in, by which engine, with which seed, where, and what came out.

The record is one JSON document. Its result is held three ways: as it is; by a digest of its doubles as bytes, equal
only where every bit is; and by a digest of its figures rounded to seven digits, a short name for "the same to 1e-6"
(a figure on the edge of its rounding may flip it, so a verdict compares the figures themselves). Of a simulation it
keeps 64 paths, spread all over it, so that a judge who draws single paths by himself can check them. `python -m
valuation.engine.record DOCUMENT.json` writes one; `tools/verify_valuation.py` judges it without this package.

Source: value_asset.md section 7 for the canonical text and its digest.
"""

import hashlib
import json
import struct
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from valuation.engine.environment import fingerprint
from valuation.engine.run import ENGINE, digest
from valuation.engine.verdict import DIFFERS, Verdict, compare, worst
from valuation.engine.versions import Engine, engine_of

FORMAT = 1
PATHS_KEPT = 64

type Record = dict[str, Any]


def make(document: dict[str, Any], parameters: Mapping[str, Any], version: str = ENGINE) -> Record:
    """Return the record of a run of `document` by an engine version; `parameters` names the caller's tables.

    Raises: BadDocument; UnknownVersion.

    >>> document = {"method": "incremental_income", "timing": "end_of_year", "horizon": {"years": 1}, "tax_rate": 0,
    ...             "incremental": {"with": 110}, "discount_rate": 0.1}
    >>> made = make(document, {"royalty_patent": 1})
    >>> made["result"]["value"], made["engine"], made["paths"]
    (100.0, '1.1.0', None)
    """
    engine = engine_of(version)
    result = engine(document)
    return {
        "format": FORMAT,
        "input": document,
        "input_digest": digest(document),
        "engine": version,
        "parameters": dict(parameters),
        "seed": result["run"]["seed"],
        "environment": dict(fingerprint()),
        "result": result,
        "raw_digest": raw_digest(result),
        "rounded_digest": rounded_digest(result),
        "paths": _paths_kept(document, engine),
    }


def _paths_kept(document: dict[str, Any], engine: Engine) -> dict[str, list[Any]] | None:
    """Give 64 paths of the simulation, one of every 64th of it, with their values; None without one.

    The place within the 64th moves on, because points of a net that are a power of two apart are nearly the same.
    """
    simulated = engine.paths(document)
    if simulated is None:
        return None
    values, disposal_values = simulated
    places = [part * len(values) // PATHS_KEPT + part % (len(values) // PATHS_KEPT) for part in range(PATHS_KEPT)]
    kept: dict[str, list[Any]] = {"places": places, "values": values[places].tolist()}
    return kept if disposal_values is None else kept | {"disposal_values": disposal_values[places].tolist()}


def raw_digest(result: Any) -> str:
    """Return the SHA-256 of a result in which every number is the eight bytes of its double.

    >>> raw_digest({"a": 1}) == raw_digest({"a": 1.0}) != raw_digest({"a": 1.0000000000000002})
    True
    """
    return _digest(result, lambda number: struct.pack(">d", number).hex())


def rounded_digest(result: Any) -> str:
    """Return the SHA-256 of a result in which every number keeps seven digits.

    >>> rounded_digest({"a": 1}) == rounded_digest({"a": 1.00000001}) != rounded_digest({"a": 1.00001})
    True
    """
    return _digest(result, lambda number: f"{number + 0.0:.6e}")


def _digest(result: Any, written: Callable[[float], str]) -> str:
    lines = (
        f"{pointer}\t{written(leaf) if _is_number(leaf) else json.dumps(leaf)}\n" for pointer, leaf in leaves(result)
    )
    return f"sha256:{hashlib.sha256(''.join(lines).encode()).hexdigest()}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Give every (pointer, value) of a JSON value that is no list and no object, members ordered by their names."""
    if isinstance(value, dict):
        for name in sorted(value):
            yield from leaves(value[name], f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for place, entry in enumerate(value):
            yield from leaves(entry, f"{pointer}/{place}")
    else:
        yield pointer, value


def rerun(recorded: Record) -> Record:
    """Return the record of the same run made again, here, by the version it names. Raises: UnknownVersion."""
    return make(recorded["input"], recorded["parameters"], recorded["engine"])


def verify_run(recorded: Record, again: Record) -> Verdict:
    """Return how alike a record and a rerun of it are; pointers are those of the result, or /paths/... .

    A record that does not fit its own digests DIFFERS at them, and nothing else is compared.
    """
    own = {"input_digest": digest(recorded["input"]), "raw_digest": raw_digest(recorded["result"])}
    forged = [
        {"pointer": f"/{name}", "recorded": recorded[name], "recomputed": found}
        for name, found in own.items()
        if recorded[name] != found
    ]
    if forged:
        return Verdict(DIFFERS, forged)
    paths = compare({"paths": recorded["paths"]}, {"paths": again["paths"]})
    return worst(compare(recorded["result"], again["result"]), paths)


if __name__ == "__main__":
    asked = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    json.dump(make(asked, {}), sys.stdout, ensure_ascii=False, sort_keys=True)
