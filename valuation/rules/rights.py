"""A right as an appraiser knows it, and what the engine calls its kind."""

from dataclasses import dataclass
from datetime import date

ENGINE_KINDS = {
    "invention_patent": "patent",
    "utility_model": "utility_model",
    "design": "design",
    "trademark": "trademark",
    "gi_mark": "trademark",
}
MARKS = frozenset({"trademark", "gi_mark"})


@dataclass(frozen=True)
class Right:
    """A right of the pool, as the registers know it."""

    number: str
    kind: str
    registry: str
    title: str
    filing_date: date | None
    grant_date: date | None
    expiry_date: date | None

    @property
    def is_mark(self) -> bool:
        return self.kind in MARKS
