"""What one path is made of: the members of an asset with their places, and the numbers the random ones take."""

from typing import Any

type Fields = dict[str, tuple[Any, str]]
"""The members of an asset, each with its pointer."""


def below(pointer: str, *tokens: str | int) -> str:
    """Give the pointer of what stands at `tokens` under `pointer` (RFC 6901)."""
    return pointer + "".join(f"/{str(token).replace('~', '~0').replace('/', '~1')}" for token in tokens)


class Path:
    """The numbers of one path: inputs by pointer, normals of growth by pointer, uniforms of events by pointer.

    `largest` holds the upper ends of the inputs' supports, from which the grid of a random life is laid out.
    """

    def __init__(
        self,
        inputs: dict[str, float],
        largest: dict[str, float],
        shocks: dict[str, list[float]] | None = None,
        events: dict[str, float] | None = None,
    ) -> None:
        self.inputs, self.largest = inputs, largest
        self.shocks, self.events = shocks or {}, events or {}
        self.moved = 0.0
        """The sum of absolute present values so far, to which rounding errors are proportional."""

    def number(self, value: Any, pointer: str) -> float:
        """Give a scalar."""
        return self.inputs[pointer] if isinstance(value, dict) else float(value)

    def member(self, of: dict[str, Any], pointer: str, name: str, default: float = 0.0) -> float:
        """Give the scalar member `name` of an object, or its default."""
        return self.number(of.get(name, default), below(pointer, name))

    def entry(self, value: Any, pointer: str, i: int) -> float:
        """Give a series in period i."""
        return float(value[i]) if isinstance(value, list) else self.number(value, pointer)
