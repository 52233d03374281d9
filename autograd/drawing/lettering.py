"""What is written at wires and in boxes, as rows of coloured runs."""

from __future__ import annotations

from dataclasses import dataclass

from autograd.drawing.circuit import Circuit, Fanin, Gate, Gradient, Product, Seed, Through, Wire
from autograd.drawing.metrics import text_width
from autograd.drawing.notation import bracketed, one_piece, shown, written, written_sum
from autograd.drawing.theme import Role

STALE = "some data was changed after it was recorded: gradients and results are those of the old data"
PARAMETER_MARK = "▪"


@dataclass(frozen=True, slots=True)
class Run:
    text: str
    role: Role
    size: float
    bold: bool = False
    italic: bool = False
    underline: bool = False


Row = tuple[Run, ...]


def row_width(row: Row) -> float:
    return sum(text_width(run.text, run.size, run.bold) for run in row)


def row_height(row: Row) -> float:
    """Of a row in a box."""
    return 1.3 * max(run.size for run in row)


def above(wire: Wire) -> Row:
    """name = value; a wire without a label shows its value alone."""
    value = Run(written(wire.data), "value", 14, bold=True)
    mark = (Run(f"{PARAMETER_MARK} ", "ink", 12),) if wire.kind == "parameter" else ()
    if not wire.label:
        return (*mark, value)
    return (*mark, Run(shown(wire.label), "ink", 14, italic=True), Run(" = ", "ink", 14), value)


def below(wire: Wire) -> tuple[Row, ...]:
    """The gradient, where it comes from, and what the Value itself has recorded if that is something else."""
    if wire.gradient is None:
        return ()
    rows = (_gradient_row(wire.gradient.total), _origin_row(wire.gradient))
    if wire.recorded_gradient is None:
        return rows
    return (*rows, _recorded_row(wire.gradient.total, wire.recorded_gradient))


def _gradient_row(total: float) -> Row:
    return (Run("◂", "gradient", 14), Run(f" {written(total)}", "gradient", 14, bold=True))


def _origin_row(gradient: Gradient) -> Row:
    match gradient:
        case Seed():
            return (Run("seed", "muted", 11),)
        case Through():
            return (Run("through the module", "muted", 11),)
        case Fanin():
            return (Run(written_sum([term.total for term in gradient.terms]), "gradient", 11),)
        case Product():
            return (
                Run(written(gradient.output_gradient), "gradient", 11),
                Run(" × ", "muted", 11),
                Run(bracketed(gradient.local_gradient), "ink", 11, underline=True),
            )


def _recorded_row(total: float, recorded: float) -> Row:
    return (Run(f"{written(total)} this pass, .grad is {written(recorded)}", "muted", 10),)


# --- the backward pass ------------------------------------------------------------------------------------------------


def subject(circuit: Circuit) -> str:
    """What the gradients are those of: the label of the root, or "" where that would not be true.

    It would not with several roots, with a gradient given that is not 1, or where the root is no part of the picture.
    """
    if len(circuit.roots) != 1:
        return ""
    seed = circuit.root.gradient
    return circuit.root.label if isinstance(seed, Seed) and seed.total == 1.0 else ""


def derivative(label: str, of: str) -> str:
    """The derivative with respect to what has this label.

    >>> derivative("w_1", "L"), derivative("step size", "L"), derivative("c", "")
    ('∂L/∂w₁', '∂L/∂(step size)', '∂c')
    """
    name = one_piece(label) if label else ""
    return f"∂{one_piece(of)}/∂{name}" if of else f"∂{name}"


def gradient_above(wire: Wire, of: str) -> Row:
    """∂L/∂c = 5; a wire without a label shows its number alone."""
    assert wire.gradient is not None
    mark = (Run(f"{PARAMETER_MARK} ", "ink", 12),) if wire.kind == "parameter" else ()
    number = Run(written(wire.gradient.total), "gradient", 14, bold=True)
    if not wire.label:
        return (*mark, number)
    return (*mark, Run(derivative(wire.label, of), "muted", 14, italic=True), Run(" = ", "muted", 14), number)


def recorded_rows(wire: Wire) -> tuple[Row, ...]:
    """What the Value itself has recorded if that is something else."""
    if wire.gradient is None or wire.recorded_gradient is None:
        return ()
    return (_recorded_row(wire.gradient.total, wire.recorded_gradient),)


def factor_row(local_gradient: float) -> Row:
    return (Run("×", "ink", 14), Run(written(local_gradient), "value", 14))


def module_rows(gate: Gate) -> tuple[Row, ...]:
    """The label of a collapsed module, and how much is in it."""
    number, thing = (gate.parameters, "parameter") if gate.parameters else (gate.hidden, "value")
    content = f"{number:,} {thing}{'s' * (number != 1)}"
    label = Run(gate.symbol, "ink", 14)
    return ((label,), (Run(content, "muted", 11),)) if number else ((label,),)
