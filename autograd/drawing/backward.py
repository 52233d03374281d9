"""The dual circuit: what the backward pass computes, on the same layout, with its arrows from right to left.

A gate copies the gradient to its inputs, each copy times a local gradient; a fanout adds up; max and its like let
through the input that won.
"""

from __future__ import annotations

from collections.abc import Iterator

from autograd.drawing.circuit import Circuit, Fanout, Gate, Wire
from autograd.drawing.diagram import Box, Diagram, Ellipsis, Line, Point, Shape, Strip, Symbol, ranks
from autograd.drawing.framing import framed
from autograd.drawing.lettering import factor_row, gradient_above, module_rows, recorded_rows, subject
from autograd.drawing.theme import Role


def backward_diagram(circuit: Circuit) -> Diagram:
    """Only wires that have a gradient: constants are no part of the backward pass."""
    return framed("gradient", _parts(circuit), circuit)


def _parts(circuit: Circuit) -> Iterator[Shape | Line]:
    of = subject(circuit)
    for wire, gate, fanout in zip(circuit.wires, circuit.gates, circuit.fanouts, strict=True):
        if gate is not None:
            yield from _module(gate) if gate.is_module else _gate(gate)
        if wire.gradient is not None:
            yield _strip(wire, of)
            yield from _ends(wire, fanout)
            if fanout is not None:
                yield from _sum(fanout, of)


def _strip(wire: Wire, of: str) -> Strip:
    return Strip(wire.name, wire.value, _role(wire), gradient_above(wire, of), recorded_rows(wire))


def _role(wire: Wire) -> Role:
    return "blocked" if wire.blocked else "gradient"


def _line(tail: str, head: str, wire: Wire, arrow: bool = True, ranks: int = 1) -> Line:
    """A line that carries the gradient of this wire, or of a copy of it."""
    return Line(tail, head, _role(wire), "back" if arrow else "none", ranks, dashed=wire.blocked)


def _gate(gate: Gate) -> Iterator[Shape | Line]:
    ways = [position for position in gate.drawing_order if gate.inputs[position].gradient is not None]
    if gate.output.gradient is None or not ways:
        return
    if len(ways) == 1 and not _is_mux(gate):
        yield from _single(gate, *ways)
        return
    name, value, role = gate.name, gate.output.value, _role(gate.output)
    yield Symbol(name, value, role, "mux", is_mux=True) if _is_mux(gate) else Point(name, value, role)
    has_factors = any(_is_factor(gate, position) for position in ways)
    for position in ways:
        yield from _branch(gate, position, has_factors)
    yield _line(gate.name, gate.output.name, gate.output, arrow=_is_mux(gate))


def _is_mux(gate: Gate) -> bool:
    return gate.piecewise and len(gate.inputs) > 1


def _single(gate: Gate, position: int) -> Iterator[Shape | Line]:
    """One way through: the factor alone, without a point before it."""
    wire = gate.inputs[position]
    if _is_factor(gate, position):
        yield _factor(gate.name, gate, position)
    else:
        yield Point(gate.name, gate.output.value, _role(gate.output))
    yield _line(wire.name, gate.name, wire, ranks=ranks(gate.inputs))
    yield _line(gate.name, gate.output.name, gate.output, arrow=_is_factor(gate, position))


def _branch(gate: Gate, position: int, has_factors: bool) -> Iterator[Shape | Line]:
    """The wire stands back as far as those beside it that are multiplied."""
    wire = gate.inputs[position]
    if not _is_factor(gate, position):
        yield _line(wire.name, gate.name, wire, ranks=ranks(gate.inputs) + has_factors)
        return
    name = f"{gate.name}_{position + 1}"
    yield _factor(name, gate, position)
    yield _line(wire.name, name, wire)
    yield _line(name, gate.name, gate.output, ranks=ranks(gate.inputs))


def _is_factor(gate: Gate, position: int) -> bool:
    """Whether the gradient is multiplied on its way to this input, so that there is something to show."""
    local_gradient = gate.local_gradients[position]
    if _is_mux(gate):
        return local_gradient not in (0.0, 1.0)
    return local_gradient != 1.0 or not _is_summand(gate, position)


def _is_summand(gate: Gate, position: int) -> bool:
    is_bias = gate.symbol == "Σwx" and position == len(gate.inputs) - 1 and position % 2 == 0
    return is_bias or (gate.symbol in ("+", "−", "Σ") and len(gate.inputs) > 1)


def _factor(name: str, gate: Gate, position: int) -> Box:
    is_blocked = gate.output.blocked or gate.inputs[position].blocked
    role: Role = "blocked" if is_blocked else "gradient"
    return Box(name, gate.output.value, role, (factor_row(gate.local_gradients[position]),))


def _module(gate: Gate) -> Iterator[Shape | Line]:
    inputs = [wire for wire in gate.inputs if wire.gradient is not None]
    outputs = [wire for wire in gate.outputs if wire.gradient is not None]
    role: Role = "gradient" if any(not wire.blocked for wire in (*inputs, *outputs)) else "blocked"
    yield Box(gate.name, gate.output.value, role, module_rows(gate))
    for wire in inputs:
        yield _line(wire.name, gate.name, wire, ranks=ranks(inputs))
    for wire in outputs:
        yield _line(gate.name, wire.name, wire)


def _sum(fanout: Fanout, of: str) -> Iterator[Shape | Line]:
    """The fanout run backwards."""
    yield Symbol(fanout.name, fanout.stem.value, _role(fanout.stem), "+")
    yield _line(fanout.stem.name, fanout.name, fanout.stem)
    for branch in fanout.branches:
        if branch.gradient is not None:
            yield _strip(branch, of)
            yield _line(fanout.name, branch.name, branch)


def _ends(wire: Wire, fanout: Fanout | None) -> Iterator[Shape | Line]:
    """Dots where the picture leaves out what comes before or after."""
    if wire.hidden_gate:
        yield Ellipsis(f"b{wire.value}", wire.value, _role(wire))
        yield _line(f"b{wire.value}", wire.name, wire)
    if wire.hidden_uses:
        yield Ellipsis(f"a{wire.value}", wire.value, _role(wire))
        yield _line(fanout.name if fanout else wire.name, f"a{wire.value}", wire)
