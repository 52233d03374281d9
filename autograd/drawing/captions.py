"""What a step of the forward or backward pass does, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.drawing.circuit import Circuit, Fanin, Fanout, Gate, Product, Wire
from autograd.drawing.formula import applied, formulas
from autograd.drawing.lettering import derivative, subject
from autograd.drawing.notation import bracketed, shown, written, written_sum

_MOST = 4  # gradients that a sentence tells
_MOST_INPUTS = 12  # that one names
_LONGEST_NAME = 32  # characters of a formula that stands for a name

_HOW = {
    "×": "swaps its inputs",
    "+": "copies the gradient",
    "Σ": "copies the gradient",
    "−": "copies the gradient, with a minus sign for the second input",
}


class Captions:
    """The sentences for one circuit."""

    def __init__(self, circuit: Circuit) -> None:
        self._circuit = circuit
        self._of = subject(circuit)
        self._formulas = formulas(circuit)
        self._not_taken = _not_taken(circuit)

    def inputs(self, wires: Sequence[Wire]) -> str:
        named = [f"{shown(wire.label)} = {written(wire.data)}" for wire in wires if wire.label]
        return f"The inputs: {_listed(named, ', ', _MOST_INPUTS)}" if named else "The inputs have their values"

    def forward(self, gate: Gate) -> str:
        """Forward through ×: 2b = 2·1 = 2."""
        passing = f"Forward through {gate.symbol}"
        if gate.is_module:
            return f"{passing}: {_listed([self._result(wire) for wire in gate.outputs], '; ')}"
        numbers = applied(gate.symbol, [wire.data for wire in gate.inputs])
        name = shown(gate.output.label) or self._formulas[gate.output.value]
        return f"{passing}: {' = '.join(filter(None, (name, numbers, written(gate.output.data))))}"

    def _result(self, wire: Wire) -> str:
        return " = ".join(filter(None, (shown(wire.label), written(wire.data))))

    def seeds(self, wires: Sequence[Wire]) -> str:
        """The backward pass begins: ∂L/∂L = 1."""
        gradients = [self._received(wire, "") for wire in wires]
        return f"The backward pass begins: {_listed(gradients, '; ')}"

    def fanout(self, fanout: Fanout) -> str:
        """Backward through the fanout of x: the gradients of the uses add up: ∂L/∂x = 3 + 3 = 6."""
        stem = fanout.stem
        assert stem.gradient is not None
        name = self._name(stem)
        where = f"the fanout of {name}" if name else "a fanout"
        numbers = " = ".join(filter(None, (self._derivative(stem), _sum(fanout), written(stem.gradient.total))))
        return f"Backward through {where}: the gradients of the uses add up: {numbers}"

    def backward(self, gate: Gate) -> str:
        """Backward through × (swaps its inputs): ∂L/∂c = 1 × 5 = 5; ∂L/∂(a + 2b) = 1 × (−2) = −2."""
        receiving = [position for position in gate.drawing_order if gate.inputs[position].gradient is not None]
        several = len(receiving) > 1
        received = [self._received(gate.inputs[at], f"input {at + 1}" if several else "") for at in receiving]
        how = self._how(gate)
        return f"Backward through {gate.symbol}{how and f' ({how})'}: {_listed(received, '; ')}"

    def _how(self, gate: Gate) -> str:
        if self._not_taken[gate.output.value]:
            return "in a branch that was not taken: no gradient"
        if gate.output.blocked:
            return "the output gradient is 0: nothing to pass on"
        if len(gate.inputs) < 2 or gate.is_module:
            return ""
        return _selection(gate) if gate.piecewise else _HOW.get(gate.symbol, "times the local gradients")

    def _received(self, wire: Wire, fallback: str) -> str:
        """Such as ∂L/∂c = 1 × 5 = 5."""
        assert wire.gradient is not None
        numbers = " = ".join((*_product(wire), written(wire.gradient.total)))
        if wire.use and self._name(wire):
            return f"this use of {self._name(wire)}: {numbers}"
        name = "" if wire.use else self._derivative(wire)
        if name:
            return f"{name} = {numbers}"
        return f"{fallback}: {numbers}" if fallback else numbers

    def _name(self, wire: Wire) -> str:
        """Label of the wire's Value, or its formula if that is short."""
        label, formula = shown(self._circuit.wires[wire.value].label), self._formulas[wire.value]
        return label or (formula if len(formula) <= _LONGEST_NAME else "")

    def _derivative(self, wire: Wire) -> str:
        """Such as ∂L/∂c, or ∂L/∂(a + 2b) with respect to what has no label."""
        if wire.label:
            return derivative(wire.label, self._of)
        name = self._name(wire)
        return f"{derivative('', self._of)}({name})" if name else ""


def _selection(gate: Gate) -> str:
    if any(local_gradient not in (0.0, 1.0) for local_gradient in gate.local_gradients):
        return "a tie: the inputs that won share the gradient"
    won = gate.symbol in ("max", "min")
    return "the gradient goes to the input that won" if won else "the gradient goes to the branch that was taken"


def _product(wire: Wire) -> tuple[str, ...]:
    if not isinstance(wire.gradient, Product):
        return ()
    return (f"{written(wire.gradient.output_gradient)} × {bracketed(wire.gradient.local_gradient)}",)


def _sum(fanout: Fanout) -> str:
    """The gradients of the uses, if all of them are in the picture."""
    gradient = fanout.stem.gradient
    if not isinstance(gradient, Fanin) or len(gradient.terms) > len(fanout.branches):
        return ""
    return written_sum([term.total for term in gradient.terms])


def _listed(texts: list[str], separator: str, most: int = _MOST) -> str:
    if len(texts) <= most:
        return separator.join(texts)
    return f"{separator.join(texts[: most - 1])}{separator}… ({len(texts)} in all)"


def _not_taken(circuit: Circuit) -> list[bool]:
    """For every value whether all its uses lead into a branch that a gate did not select."""
    used = {wire.value for gate in circuit.gates if gate is not None for wire in gate.inputs}
    taken = [wire.value not in used or wire.hidden_uses > 0 for wire in circuit.wires]
    for gate in reversed(circuit.gates):
        if gate is not None and any(taken[output.value] for output in gate.outputs):
            for position, wire in enumerate(gate.inputs):
                selects = gate.piecewise and gate.local_gradients[position] == 0.0
                taken[wire.value] = taken[wire.value] or not selects
    return [not it for it in taken]
