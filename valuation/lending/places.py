"""Where the fields of an asset stand in the document, so that a charge or a fault can name its place.

The engine reads a document into a model and forgets the places of what it does not draw. Modes and ledger speak about
places, so they look at the document itself: an asset's own field first, then the one that a portfolio shares.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from finance_platform.foundation.faults import child

PORTFOLIO, SHARED, ASSETS = "/portfolio", "/portfolio/shared", "/portfolio/assets"


class Found(NamedTuple):
    """A value of the document and its pointer."""

    pointer: str
    value: Any

    def member(self, name: str) -> "Found | None":
        """Give the member `name` of this object, None where there is none."""
        held = isinstance(self.value, Mapping) and name in self.value
        return Found(child(self.pointer, name), self.value[name]) if held else None


@dataclass(frozen=True)
class Place:
    """One asset: its name (empty where it stands alone), its own fields, and those lent to it."""

    name: str
    own: Found
    shared: Found

    def field(self, name: str) -> Found | None:
        """Give the asset's field `name`, its own or the shared one, None where it has none."""
        return self.own.member(name) or self.shared.member(name)

    def holds(self, name: str) -> bool:
        """Say whether the field `name` is the asset's own."""
        return self.own.member(name) is not None


def places(document: Mapping[str, Any]) -> Iterator[Place]:
    """Give the assets of a document in their order, whatever else is wrong with it; a malformed one has no fields."""
    portfolio = document.get("portfolio")
    if portfolio is None:
        yield Place("", Found("", document), Found("", None))
        return
    whole = Found(PORTFOLIO, portfolio)
    shared = whole.member("shared") or Found(SHARED, None)
    assets = whole.member("assets")
    for index, entry in enumerate(assets.value if assets is not None and isinstance(assets.value, list) else []):
        name = entry.get("name") if isinstance(entry, Mapping) else None
        yield Place(name if isinstance(name, str) else "", Found(child(ASSETS, index), entry), shared)
