"""State machines as tables: what a thing may become, by which event, and who causes it.

A machine is data. The models build their transition methods from it, the database its trigger, the documentation its
diagram, and one test walks every (state, event) cell.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Move(NamedTuple):
    """One row of a state table: in `source`, `event` leads to `target`; `actor` and `evidence` are for readers."""

    source: str
    event: str
    target: str
    actor: str = ""
    evidence: str = ""


@dataclass(frozen=True, eq=False)
class Machine:
    """A named set of states with labels (first one initial) and the moves between them."""

    name: str
    states: dict[str, str]
    moves: tuple[Move, ...]

    def __post_init__(self) -> None:
        known = set(self.states)
        for move in self.moves:
            if {move.source, move.target} - known:
                raise ValueError(f"{self.name}: {move} names an unknown state")
        if len({(move.source, move.event) for move in self.moves}) != len(self.moves):
            raise ValueError(f"{self.name}: an event leads from one state to two targets")

    @property
    def initial(self) -> str:
        return next(iter(self.states))

    @property
    def events(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(move.event for move in self.moves))

    def target(self, state: str, event: str) -> str | None:
        """Return the state that `event` leads to from `state`, or None where it is not allowed."""
        return next((m.target for m in self.moves if (m.source, m.event) == (state, event)), None)

    def events_from(self, state: str) -> tuple[str, ...]:
        """Return the events that lead on from `state`."""
        return tuple(move.event for move in self.moves if move.source == state)


def machine(name: str, states: dict[str, str], table: str) -> Machine:
    """Read a machine from a table of lines `SOURCE[, SOURCE] | event | TARGET | actor | evidence`.

    Raises: ValueError for an unknown state or an ambiguous event.
    """
    moves = []
    for line in filter(None, map(str.strip, table.splitlines())):
        sources, event, target, *rest = (cell.strip() for cell in line.split("|"))
        moves += [Move(source.strip(), event, target, *rest) for source in sources.split(",")]
    return Machine(name, states, tuple(moves))
