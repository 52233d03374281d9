"""The diagram of a circuit as it is computed, from left to right; each wire with or without its gradient below it."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.drawing.circuit import Circuit, Fanout, Gate, Wire
from autograd.drawing.diagram import Box, Diagram, Ellipsis, Line, Point, Shape, Strip, Symbol, ranks
from autograd.drawing.folding import Fold, fold
from autograd.drawing.framing import framed
from autograd.drawing.lettering import above, below, module_rows
from autograd.drawing.theme import Role


def forward_diagram(circuit: Circuit, with_gradients: bool) -> Diagram:
    """Gates as circles with their symbol; a fanout as a point."""
    return framed("ink", _Forward(circuit, with_gradients).parts(), circuit)


class _Forward:
    def __init__(self, circuit: Circuit, with_gradients: bool) -> None:
        self._circuit = circuit
        self._with_gradients = with_gradients
        found = {gate.output.value: fold(gate, circuit) for gate in circuit.gates if gate is not None}
        self._folds: dict[int, Fold] = {output: it for output, it in found.items() if it is not None}

    def parts(self) -> Iterator[Shape | Line]:
        inside = {it.constant for it in self._folds.values()}
        circuit = self._circuit
        for wire, gate, fanout in zip(circuit.wires, circuit.gates, circuit.fanouts, strict=True):
            if gate is not None:
                yield self._gate(gate)
            if wire.value not in inside:
                yield self._strip(wire)
            yield from self._ends(wire, fanout)
            if fanout is not None:
                yield Point(fanout.name, wire.value, "ink")
                yield from map(self._strip, fanout.branches)
        for gate, fanout in zip(circuit.gates, circuit.fanouts, strict=True):
            if gate is not None:
                yield from self._gate_lines(gate)
            if fanout is not None:
                yield from self._fanout_lines(fanout)

    def _gate(self, gate: Gate) -> Shape:
        if gate.is_module:
            return Box(gate.name, gate.output.value, "ink", module_rows(gate))
        its_fold = self._folds.get(gate.output.value)
        return Symbol(gate.name, gate.output.value, "ink", its_fold.text if its_fold else gate.symbol)

    def _strip(self, wire: Wire) -> Strip:
        rows = below(wire) if self._with_gradients else ()
        return Strip(wire.name, wire.value, self._role(wire), above(wire), rows)

    def _role(self, wire: Wire) -> Role:
        return "blocked" if self._with_gradients and wire.blocked else "ink"

    def _gate_lines(self, gate: Gate) -> Iterator[Line]:
        its_fold = self._folds.get(gate.output.value)
        for operand in [gate.inputs[position] for position in gate.drawing_order]:
            if its_fold is None or operand.value != its_fold.constant:
                yield Line(operand.name, gate.name, self._role(operand), "forward", ranks(gate.inputs))
        for output in gate.outputs:
            yield Line(gate.name, output.name, self._role(output))

    def _fanout_lines(self, fanout: Fanout) -> Iterator[Line]:
        yield Line(fanout.stem.name, fanout.name, self._role(fanout.stem))
        for branch in fanout.branches:
            yield Line(fanout.name, branch.name, self._role(branch))

    def _ends(self, wire: Wire, fanout: Fanout | None) -> Iterator[Shape | Line]:
        """Dots where the picture leaves out what comes before or after."""
        if wire.hidden_gate:
            yield Ellipsis(f"b{wire.value}", wire.value, "ink")
            yield Line(f"b{wire.value}", wire.name, "ink", dashed=True)
        if wire.hidden_uses:
            yield Ellipsis(f"a{wire.value}", wire.value, "ink")
            yield Line(fanout.name if fanout else wire.name, f"a{wire.value}", "ink", dashed=True)
