"""What stands above a picture: the title, which pass it shows, and the legend for what is in it."""

from __future__ import annotations

from typing import Literal

from autograd.drawing.circuit import Circuit
from autograd.drawing.diagram import Box, Diagram, Point, Symbol
from autograd.drawing.lettering import PARAMETER_MARK, STALE, Row, Run

Mode = Literal["both", "forward", "backward"]


def heading(circuit: Circuit, diagram: Diagram, mode: Mode, title: str, legend: bool) -> tuple[Row, ...]:
    """The rows above the picture."""
    rows: list[Row] = []
    subtitle = _subtitle(circuit, mode)
    if title:
        rows.append((Run(title, "ink", 17, bold=True), Run(f"    {subtitle}", "muted", 14)))
    elif legend:
        rows.append((Run(subtitle, "muted", 14),))
    if legend:
        rows.extend(_legend(circuit, diagram, mode))
    if circuit.is_stale:
        rows.append((Run(STALE, "muted", 12),))
    return tuple(rows)


def _subtitle(circuit: Circuit, mode: Mode) -> str:
    if mode == "backward":
        return "backward pass (the same circuit, run from right to left)"
    return "forward and backward" if mode == "both" and circuit.has_gradients else "forward pass"


def _legend(circuit: Circuit, diagram: Diagram, mode: Mode) -> list[Row]:
    rows: list[Row] = []
    if mode == "both" and circuit.has_gradients:
        words = ("◂ gradient, below the wire", " = output gradient", " × ")
        local = Run("local gradient", "gradient", 12, underline=True)
        rows.append((Run("▸ value, above the wire", "value", 12),))
        rows.append((*(Run(word, "gradient", 12) for word in words), local))
    if mode == "backward":
        rows.extend(_shapes_explained(circuit, diagram))
    if any(wire.kind == "parameter" for wire in circuit.wires):
        rows.append((Run(f"{PARAMETER_MARK} parameter", "ink", 12),))
    return rows


def _shapes_explained(circuit: Circuit, diagram: Diagram) -> list[Row]:
    """One row for what the shapes do to the gradient, as far as they occur."""
    modules = {gate.name for gate in circuit.gates if gate is not None and gate.is_module}
    shapes = [shape for shape in diagram.shapes if shape.name not in modules]
    meanings = [
        ("●", "copied", any(isinstance(shape, Point) for shape in shapes)),
        ("×", "times the local gradient", any(isinstance(shape, Box) for shape in shapes)),
        ("+", "added up", any(isinstance(shape, Symbol) and not shape.is_mux for shape in shapes)),
        ("mux", "to the input that won", any(isinstance(shape, Symbol) and shape.is_mux for shape in shapes)),
    ]
    occurring = [(sign, meaning) for sign, meaning, occurs in meanings if occurs]
    if not occurring:
        return []
    row = [Run("the gradient is ", "muted", 12)]
    for position, (sign, meaning) in enumerate(occurring):
        row += [Run(("   " if position else "") + f"{sign} ", "gradient", 12, bold=True), Run(meaning, "muted", 12)]
    return [tuple(row)]
