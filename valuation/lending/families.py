"""Rights of one family share prior art: what fells one fells all.

In a portfolio a hazard in `shared` is already one event for all its users. A document with several families names
them instead: the members keep their own hazards, and one uniform per family says when each of them falls, the one
with the greater hazard no later than the others.

Source: valuation page, section 1.13 (joint hazard); the common uniform is the comonotone copula.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from valuation.engine.document import Node
from valuation.engine.quantities import Draws
from valuation.lending.rights import Right, Rights


@dataclass(frozen=True)
class Families:
    """Pointer of a hazard -> pointer of the hazard whose event it shares."""

    leaders: Mapping[str, str] = field(default_factory=dict)

    def joined(self, draws: Draws) -> Draws:
        """Give the draws in which every member falls by its family's event."""
        if not self.leaders or not draws.events:
            return draws
        shared = {member: draws.events[leader] for member, leader in self.leaders.items()}
        return replace(draws, events={**draws.events, **shared})


def read_families(node: Node, rights: Rights) -> Families:
    """Read [[name, ...], ...]: names of assets whose hazards strike as one event, each asset in one family at most."""
    named = {right.name: right for right in rights.rights if right.name}
    leaders: dict[str, str] = {}
    taken: set[str] = set()
    for family in node.items():
        members = [right for entry in family.items() if (right := _read_member(entry, named, taken)) is not None]
        if isinstance(family.value, list) and len(family.value) < 2:
            family.fault("must name at least two assets")
        pointers = [member.asset.hazard.pointer for member in members]
        leaders |= {pointer: pointers[0] for pointer in pointers[1:] if pointer != pointers[0]}
    node.reading.events -= set(leaders)
    return Families(leaders)


def _read_member(node: Node, named: Mapping[str, Right], taken: set[str]) -> Right | None:
    right = named.get(node.value) if isinstance(node.value, str) else None
    if right is None:
        node.fault("must be the name of an income asset of the portfolio")
    elif right.name in taken:
        node.fault("is a member of a family already")
    elif not right.asset.hazard.is_event:
        node.fault("has no hazard that strikes as an event: give it hazard {annual, mode: event}")
    else:
        taken.add(right.name)
        return right
    return None
