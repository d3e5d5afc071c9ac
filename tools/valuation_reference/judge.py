"""Judging the record of a run: everything the scalar reference can recompute, set beside what the record says."""

import hashlib
import json
import struct
from collections.abc import Callable, Iterator
from typing import Any

from .draws import Draws, laws_of, point
from .model import value, worth
from .path import Path, below
from .summary import lender, summary

ENGINES = ("1.0.0", "1.1.0")
"""The versions of the engine whose methods and addresses of random numbers this reference follows."""

type Record = dict[str, Any]
type Compare = Callable[[Any, Any], Any]


class NotARecord(ValueError):
    """The file is no record of a run, or names an engine that this reference does not follow."""


def check(record: Record) -> None:
    """Raises: NotARecord."""
    missing = [name for name in ("format", "input", "input_digest", "engine", "result", "paths") if name not in record]
    if missing or record["format"] != 1:
        raise NotARecord(f"no record of format 1: without {', '.join(missing) or 'its format'}")
    if record["engine"] not in ENGINES:
        raise NotARecord(f"engine {record['engine']} is not followed here; there are: {', '.join(ENGINES)}")


def digests(record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the digests that the record states and those that its own content has."""
    canonical = json.dumps(record["input"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    lines = "".join(f"{pointer}\t{_bytes(leaf)}\n" for pointer, leaf in _leaves(record["result"], ""))
    found = {"input_digest": _sha256(canonical), "raw_digest": _sha256(lines)}
    return {name: record[name] for name in found}, found


def _sha256(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _bytes(leaf: Any) -> str:
    is_number = isinstance(leaf, int | float) and not isinstance(leaf, bool)
    return struct.pack(">d", leaf).hex() if is_number else json.dumps(leaf)


def _leaves(value: Any, pointer: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict | list):
        for token, each in sorted(value.items()) if isinstance(value, dict) else enumerate(value):
            yield from _leaves(each, below(pointer, token))
    else:
        yield pointer, value


def recomputed(record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the figures of the point, the tornado and the kept paths: as recorded, and as the reference finds them."""
    document, result = record["input"], record["result"]
    still = point(document)
    found = worth(document, still)
    if "loan" in document:
        found["loan"] = _loan(document["loan"], found["value"], still)
    if "tornado" in document.get("sensitivity", {}):
        found["tornado"] = _tornado(document, still)
    if record["paths"] is not None:
        found["paths"] = _kept_paths(document, record["paths"], record["engine"])
    told = {name: result[name] for name in found if name in result} | {"paths": record["paths"]}
    told["tornado"] = result.get("sensitivity", {}).get("tornado")
    if "loan" in found:
        told["loan"] = {name: result["loan"][name] for name in found["loan"]}
    return {name: told.get(name) for name in found}, found


def _loan(loan: dict[str, Any], worth: float, path: Path) -> dict[str, Any]:
    sold = worth * (1 - path.member(loan, "/loan", "disposal_haircut"))
    return {"disposal_value": sold, "loan_to_value": loan["amount"] / worth if worth > 0 else None}


def _tornado(document: dict[str, Any], still: Path) -> dict[str, dict[str, float]]:
    """Give the two values of every input, by its pointer."""
    rows = {}
    for pointer, law in laws_of(document).items():
        if pointer == "/loan/disposal_haircut":
            continue
        moved = [law.quantile(u) for u in document["sensitivity"]["tornado"]]
        low, high = (value(document, Path(still.inputs | {pointer: x}, still.largest)) for x in moved)
        rows[pointer] = {"low": low, "high": high, "swing": abs(high - low)}
    return rows


def _kept_paths(document: dict[str, Any], kept: dict[str, Any], engine: str) -> dict[str, Any]:
    draws = Draws(document, engine)
    values, disposal_values = _simulated(draws, document, kept["places"])
    found = {"places": kept["places"], "values": values}
    return found | {"disposal_values": disposal_values} if "disposal_values" in kept else found


def _simulated(draws: Draws, document: dict[str, Any], places: Any) -> tuple[list[float], list[float]]:
    values, disposal_values = [], []
    for index in places:
        path = draws.path(index)
        values.append(value(document, path))
        haircut = path.member(document["loan"], "/loan", "disposal_haircut") if "loan" in document else 0.0
        disposal_values.append(values[-1] * (1 - haircut))
    return values, disposal_values


def simulated(record: Record) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the blocks of the whole simulation as recorded, and as the reference finds them from every path."""
    document, result = record["input"], record["result"]
    draws = Draws(document, record["engine"])
    values, disposal_values = _simulated(draws, document, range(draws.paths))
    found = {"simulation": summary(values, document["simulation"])}
    if "loan" in document:
        point_figures = _loan(document["loan"], result["value"], point(document))
        found["loan"] = lender(point_figures, disposal_values, document["loan"]["amount"])
    return {name: result[name] for name in found}, found


def as_recorded(tornado: Any) -> Any:
    """Give the rows of a recorded tornado by the pointers they name, whatever their order."""
    return tornado and {row["name"]: {name: row[name] for name in ("low", "high", "swing")} for row in tornado}
