"""What goes into a recorded gate as it is drawn: without the bias of 0 that `dot` records where none was given."""

from __future__ import annotations

from collections.abc import Collection

from autograd.gates import Dot
from autograd.graph import topological_order
from autograd.value import Value


def operands(value: Value) -> tuple[Value, ...]:
    """The inputs of a Value's gate that are drawn, in order.

    >>> from autograd import dot
    >>> w, x = Value(2.0, label="w"), Value(3.0, label="x")
    >>> [operand.label for operand in operands(dot([w], [x]))]
    ['w', 'x']
    """
    return value.inputs[:-1] if _has_idle_bias(value) else value.inputs


def drawn_values(roots: Collection[Value]) -> list[Value]:
    """Every Value that the roots were computed from, and the roots, as far as they are drawn: inputs before outputs."""
    values = topological_order(*roots)
    idle = {value.inputs[-1] for value in values if _has_idle_bias(value)}
    if not idle:
        return values
    idle.difference_update(roots, *map(operands, values))
    return [value for value in values if value not in idle]


def _has_idle_bias(value: Value) -> bool:
    if not isinstance(value.gate, Dot) or len(inputs := value.inputs) < 3:
        return False
    bias = inputs[-1]
    return bias.kind == "constant" and bias.data == 0.0 and not bias.label
