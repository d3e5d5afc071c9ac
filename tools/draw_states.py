"""Draws every state machine of the platform as a mermaid diagram with its table, from the machines themselves.

`python tools/draw_states.py` writes docs/states.md; a test compares the page with the machines.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finance_platform.foundation.moves import Machine

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "states.md"
# The modules of rules in which machines stand, in the order of the line.
APPS = ("pledges", "valuation", "risk_fund", "banks_portal")
HEAD = """# States

Drawn from the code by `python tools/draw_states.py`; a test fails when this page and the machines differ. django-fsm
guards the moves in Python, a trigger in PostgreSQL guards them again, and one test tries every cell of every table.
"""


def machines() -> Iterator[tuple[str, Machine]]:
    """Return the machines in the apps' rules, each once, with the module it stands in; in the order of the text."""
    from finance_platform.foundation.moves import Machine

    seen: set[int] = set()
    for app in APPS:
        for file in sorted((ROOT / app / "rules").glob("*.py")):
            module = importlib.import_module(".".join(file.relative_to(ROOT).with_suffix("").parts))
            for value in vars(module).values():
                if isinstance(value, Machine) and id(value) not in seen:
                    seen.add(id(value))
                    yield module.__name__.removesuffix(".__init__"), value


def drawing(machine: Machine) -> str:
    """Return a machine as a mermaid state diagram; states that nothing leaves end in the final dot."""
    states, moves = machine.states, machine.moves
    lines = ["stateDiagram-v2", f"    [*] --> {machine.initial}"]
    lines += [f'    state "{label} {state}" as {state}' for state, label in states.items()]
    lines += [f"    {move.source} --> {move.target}: {move.event}" for move in moves]
    last = [state for state in states if state not in {move.source for move in moves}]
    lines += [f"    {state} --> [*]" for state in last]
    return "\n".join(["```mermaid", *lines, "```"])


def table(machine: Machine) -> str:
    """Return the machine's moves as a table with actor and evidence."""
    rows = ["| From | Event | To | Actor | Evidence |", "|---|---|---|---|---|"]
    rows += [f"| {m.source} | `{m.event}` | {m.target} | {m.actor} | {m.evidence} |" for m in machine.moves]
    return "\n".join(rows)


def page() -> str:
    """Return docs/states.md as it should be."""
    parts = [HEAD]
    for module, machine in machines():
        parts.append(f"## {machine.name} (`{module}`)\n\n{drawing(machine)}\n\n{table(machine)}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(page(), encoding="utf-8")
