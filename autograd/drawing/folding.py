"""Which constants need no wire of their own: 2·b is drawn as one gate ×2."""

from __future__ import annotations

from typing import NamedTuple

from autograd.drawing.circuit import Circuit, Gate, Wire
from autograd.drawing.metrics import text_width
from autograd.drawing.notation import bracketed

GATE_TEXT_WIDTH = 31.0  # points: what fits into a gate's circle
SMALL_TEXT = 12.0


class Fold(NamedTuple):
    constant: int
    """The value that is drawn inside the gate."""
    text: str


def fold(gate: Gate, circuit: Circuit) -> Fold | None:
    """The constant operand of a + − × ÷ gate, if it has no label, no other use, and a number that fits the circle."""
    if gate.symbol not in ("+", "−", "×", "÷") or len(gate.inputs) != 2:
        return None
    left, right = gate.inputs
    if _is_foldable(left, right, circuit):
        return _if_it_fits(left, gate.symbol, is_first=True)
    if _is_foldable(right, left, circuit):
        return _if_it_fits(right, gate.symbol, is_first=False)
    return None


def _is_foldable(constant: Wire, other: Wire, circuit: Circuit) -> bool:
    is_alone = constant.kind == "constant" and not constant.label  # a branch of a constant is of no kind
    return is_alone and constant.value not in circuit.roots and circuit.wires[other.value].kind != "constant"


def _if_it_fits(constant: Wire, symbol: str, is_first: bool) -> Fold | None:
    number = bracketed(constant.data)
    text = number + symbol if is_first and symbol in ("−", "÷") else symbol + number
    return Fold(constant.value, text) if text_width(text, SMALL_TEXT) <= GATE_TEXT_WIDTH else None
