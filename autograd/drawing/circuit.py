"""A recorded graph as a circuit: wires, gates and fanouts. A copy of the numbers, without colours or shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Seed:
    """The gradient that the root was given."""

    total: float


@dataclass(frozen=True, slots=True)
class Product:
    """The gradient of one use: output gradient × local gradient."""

    total: float
    output_gradient: float
    local_gradient: float


@dataclass(frozen=True, slots=True)
class Fanin:
    """The gradient of a Value with several uses: the sum of theirs, those that the picture leaves out included."""

    total: float
    terms: tuple[Product | Through, ...]


@dataclass(frozen=True, slots=True)
class Through:
    """The gradient that came out of a collapsed module: the sum over the uses inside it."""

    total: float


Gradient = Seed | Product | Fanin | Through


@dataclass(frozen=True, slots=True)
class Wire:
    """A Value (use 0), or the branch of it that leads to its first, second, ... use, counted from 1."""

    value: int
    use: int
    data: float
    label: str = ""
    kind: str = ""
    gradient: Gradient | None = None
    recorded_gradient: float | None = None  # where the Value's own `.grad` is something else than the gradient
    hidden_gate: bool = False  # the gate that it came out of is left out of the picture
    hidden_uses: int = 0  # how many of its uses are left out of the picture

    @property
    def name(self) -> str:
        return f"v{self.value}_{self.use}" if self.use else f"v{self.value}"

    @property
    def blocked(self) -> bool:
        """Nothing of the gradient gets through here."""
        return self.gradient is not None and self.gradient.total == 0.0


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate, or a collapsed module as one box."""

    symbol: str
    """Every character of it can be shown."""
    inputs: tuple[Wire, ...]
    """In operand order, repeated where a Value was used twice."""
    outputs: tuple[Wire, ...]
    """One; several only for a collapsed module."""
    local_gradients: tuple[float, ...] = ()
    """One for every input; none for a collapsed module."""
    piecewise: bool = False
    """Whether it selects branches: a local gradient 0 is then a branch not taken."""
    is_module: bool = False
    """Whether it is a collapsed module; `symbol` is then its label."""
    hidden: int = 0
    """How many Values of a collapsed module are not shown."""
    parameters: int = 0
    """How many of those are parameters."""

    @property
    def output(self) -> Wire:
        return self.outputs[0]

    @property
    def drawing_order(self) -> Sequence[int]:
        """Positions of the inputs as they are drawn: those of a dot in pairs, w₁ x₁ w₂ x₂ ... b."""
        n = len(self.inputs)
        if self.symbol != "Σwx" or self.is_module:
            return range(n)
        pairs = [position for i in range(n // 2) for position in (i, i + n // 2)]
        return [*pairs, *range(n - n % 2, n)]

    @property
    def name(self) -> str:
        return f"g{self.output.value}"


@dataclass(frozen=True, slots=True)
class Fanout:
    """Where a wire with several uses branches. Uses that the picture leaves out have no branch."""

    stem: Wire
    branches: tuple[Wire, ...]

    @property
    def name(self) -> str:
        return f"f{self.stem.value}"


@dataclass(frozen=True, slots=True)
class Cluster:
    """A module, or a named scope, drawn as a frame around its parts."""

    name: str
    label: str
    values: tuple[int, ...]
    """The wires directly in it; gate and fanout go with the wire."""
    clusters: tuple[Cluster, ...] = ()


@dataclass(frozen=True, slots=True)
class Circuit:
    """Wires in topological order, one per Value; the gate and the fanout at each of them, where there is one.

    A collapsed module stands at the first of its outputs.
    """

    wires: tuple[Wire, ...]
    gates: tuple[Gate | None, ...]
    fanouts: tuple[Fanout | None, ...]
    roots: tuple[int, ...]
    """The wires that the circuit computes, as far as they are drawn, in the order that was asked for."""
    clusters: tuple[Cluster, ...] = ()
    is_stale: bool = False
    """Whether data was changed after it had been recorded, so that values and gradients do not belong together."""

    @property
    def root(self) -> Wire:
        """The last of the roots; the last wire where a picture around some Value shows none of them."""
        return self.wires[self.roots[-1] if self.roots else -1]

    @property
    def has_gradients(self) -> bool:
        return any(wire.gradient is not None for wire in self.wires)
