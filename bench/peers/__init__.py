"""The peers: each draws the inputs of one law in its own best way, and plain numpy values them.

Every module has `values(paths, seed)`: the values (paths,). Those of the dependency group `peers` are only there after
`make bench PEERS=1`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from bench.law import FloatArray

ABSENT = "not installed: make bench PEERS=1"


@dataclass(frozen=True)
class Peer:
    """A peer by its name, the package it needs, and what V2 asks of us against it at so many paths."""

    module: str
    package: str
    times: float
    paths: int

    @property
    def installed(self) -> bool:
        return find_spec(self.package) is not None

    @property
    def values(self) -> Callable[[int, int], FloatArray]:
        found: Callable[[int, int], FloatArray] = import_module(f"bench.peers.{self.module}").values
        return found


PEERS = {
    "scipy.stats": Peer("scipy_stats", "scipy", 15, 2**17),
    "chaospy": Peer("chaospy", "chaospy", 15, 2**17),
    "OpenTURNS": Peer("openturns", "openturns", 20, 2**17),
    "QuantLib": Peer("quantlib", "QuantLib", 8, 2**17),
    "monaco": Peer("monaco", "monaco", 150, 2**13),
}
