"""`python -m bench.memory WHO PATHS`: by how many MB one run raises the peak of this fresh process (Linux only).

The peak counts what every library takes, in whatever language; a small run before it pays for imports and tables.
"""

import sys
from pathlib import Path

from bench import law
from bench.peers import PEERS
from valuation import engine

OURS = "ours"


def resident(line: str) -> int:
    """Return VmRSS or VmHWM of this process in kB."""
    fields = dict(entry.split(":", 1) for entry in Path("/proc/self/status").read_text().splitlines())
    return int(fields[line].split()[0])


def run(who: str, paths: int) -> None:
    if who == OURS:
        engine.value(law.document(paths))
    else:
        law.summary(PEERS[who].values(paths, 7))


if __name__ == "__main__":
    who, paths = sys.argv[1], int(sys.argv[2])
    run(who, 256)
    before = max(resident("VmRSS"), resident("VmHWM"))
    run(who, paths)
    print((resident("VmHWM") - before) / 1024)
