"""A recorded graph as a circuit: wires, gates and fanouts. A copy of the numbers, without colours or shapes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import Any, Protocol

from autograd.graph import differs_from_record, gradients, topological_order


class RecordedGate(Protocol):
    """What a drawing needs to know of a gate."""

    @property
    def symbol(self) -> str: ...
    @property
    def piecewise(self) -> bool: ...


class Recorded(Protocol):
    """What a drawing needs to know of a Value."""

    @property
    def data(self) -> float: ...
    @property
    def grad(self) -> float: ...
    @property
    def label(self) -> str: ...
    @property
    def gate(self) -> Any: ...  # a RecordedGate, or None for a leaf
    @property
    def inputs(self) -> tuple[Any, ...]: ...
    @property
    def local_gradients(self) -> tuple[float, ...]: ...
    @property
    def kind(self) -> str: ...


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
    """The gradient of a Value with several uses: the sum of theirs."""

    total: float
    terms: tuple[Product, ...]


Gradient = Seed | Product | Fanin


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

    @property
    def name(self) -> str:
        return f"v{self.value}_{self.use}" if self.use else f"v{self.value}"

    @property
    def blocked(self) -> bool:
        """Nothing of the gradient gets through here."""
        return self.gradient is not None and self.gradient.total == 0.0


@dataclass(frozen=True, slots=True)
class Gate:
    symbol: str
    inputs: tuple[Wire, ...]
    output: Wire

    @property
    def name(self) -> str:
        return f"g{self.output.value}"


@dataclass(frozen=True, slots=True)
class Fanout:
    stem: Wire
    branches: tuple[Wire, ...]

    @property
    def name(self) -> str:
        return f"f{self.stem.value}"


@dataclass(frozen=True, slots=True)
class Circuit:
    """Wires in topological order, one per Value; the gate and the fanout at each of them, where there is one."""

    wires: tuple[Wire, ...]
    gates: tuple[Gate | None, ...]
    fanouts: tuple[Fanout | None, ...]
    is_stale: bool = False
    """Whether data was changed after it had been recorded, so that values and gradients do not belong together."""

    @property
    def root(self) -> Wire:
        return self.wires[-1]

    @property
    def has_gradients(self) -> bool:
        return self.root.gradient is not None


class GraphTooLargeError(ValueError):
    """The graph has more values than the picture was allowed to show."""


def trace(root: Recorded, limit: int | None) -> Circuit:
    """Copy the graph below a Value into a circuit.

    Raises:
        GraphTooLargeError: it has more than `limit` values.
    """
    order: list[Recorded] = topological_order(root)  # type: ignore[type-var]
    _check_size(order, limit)
    number = {value: i for i, value in enumerate(order)}
    operands = [[number[operand] for operand in value.inputs] for value in order]
    uses = _uses(operands)
    products = _products(order, operands) if root.grad != 0.0 else None
    wires = tuple([_wire(i, value, uses[i], products) for i, value in enumerate(order)])
    fanouts = tuple([_fanout(wire, uses[wire.value]) for wire in wires])
    ends = _ends(wires, fanouts, uses)
    gates = tuple([_gate(value.gate, wires[i], len(operands[i]), ends) for i, value in enumerate(order)])
    return Circuit(wires, gates, fanouts, any(map(differs_from_record, order)))  # type: ignore[arg-type]


def _check_size(order: Sequence[Recorded], limit: int | None) -> None:
    if limit is None or len(order) <= limit:
        return
    gates = sum(value.gate is not None for value in order)
    name = order[-1].label if order[-1].label.isidentifier() else "value"
    raise GraphTooLargeError(
        f"the graph has {len(order):,} values and {gates:,} gates, more than the limit of {limit:,} values: "
        f"draw a smaller part of it, for example draw({name}.inputs[0]), or all of it with draw({name}, limit=None)"
    )


Use = tuple[int, int]  # the gate's output, and which of its operands


def _uses(operands: Sequence[Sequence[int]]) -> list[list[Use]]:
    """For every value the places where it goes in."""
    uses: list[list[Use]] = [[] for _ in operands]
    for output, inputs in enumerate(operands):
        for position, operand in enumerate(inputs):
            uses[operand].append((output, position))
    return uses


def _products(order: Sequence[Recorded], operands: Sequence[Sequence[int]]) -> dict[Use, Product]:
    """The gradient of every use in the pass that gave the root its gradient.

    It is asked of the engine again, because `.grad` may hold more: a leaf adds up several passes, and a Value inside
    may have been part of a later pass from another root.
    """
    received = gradients(order[-1], order, order[-1].grad)  # type: ignore[type-var]
    return {
        (output, position): _product(received[output], local_gradient, value.gate)
        for output, value in enumerate(order)
        for position, local_gradient in enumerate(value.local_gradients)
    }


def _product(output_gradient: float, local_gradient: float, gate: RecordedGate) -> Product:
    """A gradient of 0, or a branch not taken, passes on nothing, also where 0 × inf would be nan."""
    stopped = output_gradient == 0.0 or (local_gradient == 0.0 and gate.piecewise)
    return Product(0.0 if stopped else output_gradient * local_gradient, output_gradient, local_gradient)


def _wire(i: int, value: Recorded, uses: Sequence[Use], products: dict[Use, Product] | None) -> Wire:
    kind = value.kind if value.gate is None else ""
    if products is None or kind == "constant":
        return Wire(i, 0, value.data, str(value.label), kind)
    gradient = _gradient([products[use] for use in uses], value)
    recorded = None if _agree(value.grad, gradient) else value.grad
    return Wire(i, 0, value.data, str(value.label), kind, gradient, recorded)


def _gradient(terms: list[Product], value: Recorded) -> Gradient:
    if not terms:
        return Seed(value.grad)
    return terms[0] if len(terms) == 1 else Fanin(reduce(add, [term.total for term in terms]), tuple(terms))


def _agree(recorded: float, gradient: Gradient) -> bool:
    """Equal, but for the rounding of a sum in another order."""
    if math.isnan(recorded) and math.isnan(gradient.total):
        return True
    terms = gradient.terms if isinstance(gradient, Fanin) else ()
    rounding = 1e-12 * sum(abs(term.total) for term in terms)
    return recorded == gradient.total or abs(recorded - gradient.total) <= rounding + 1e-12 * abs(gradient.total)


def _fanout(stem: Wire, uses: Sequence[Use]) -> Fanout | None:
    if len(uses) < 2:
        return None
    terms = stem.gradient.terms if isinstance(stem.gradient, Fanin) else [None] * len(uses)
    return Fanout(stem, tuple([Wire(stem.value, k, stem.data, gradient=term) for k, term in enumerate(terms, start=1)]))


def _ends(wires: Sequence[Wire], fanouts: Sequence[Fanout | None], uses: Sequence[Sequence[Use]]) -> dict[Use, Wire]:
    """The wire that arrives at every use: the Value's own, or its branch where there are several uses."""
    ends: dict[Use, Wire] = {}
    for wire, fanout, its_uses in zip(wires, fanouts, uses, strict=True):
        ends.update(zip(its_uses, fanout.branches if fanout else [wire] * len(its_uses), strict=True))
    return ends


def _gate(gate: RecordedGate | None, output: Wire, arity: int, ends: dict[Use, Wire]) -> Gate | None:
    if gate is None:
        return None
    return Gate(str(gate.symbol), tuple([ends[output.value, position] for position in range(arity)]), output)
