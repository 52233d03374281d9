"""What is written where, as rows of coloured runs: above and below a wire, in a gate, in the heading."""

from __future__ import annotations

from dataclasses import dataclass

from autograd.drawing.circuit import Circuit, Fanin, Product, Seed, Wire
from autograd.drawing.labels import printable, shown
from autograd.drawing.metrics import text_width
from autograd.drawing.numbers import bracketed, written, written_sum
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


def _origin_row(gradient: Seed | Product | Fanin) -> Row:
    if isinstance(gradient, Seed):
        return (Run("seed", "muted", 11),)
    if isinstance(gradient, Fanin):
        return (Run(written_sum([term.total for term in gradient.terms]), "gradient", 11),)
    return (
        Run(written(gradient.output_gradient), "gradient", 11),
        Run(" × ", "muted", 11),
        Run(bracketed(gradient.local_gradient), "ink", 11, underline=True),
    )


def _recorded_row(total: float, recorded: float) -> Row:
    return (Run(f"{written(total)} this pass, .grad is {written(recorded)}", "muted", 10),)


def heading(circuit: Circuit, title: str, legend: bool) -> tuple[Row, ...]:
    """The title, and the legend for what this picture shows."""
    subtitle = "forward and backward" if circuit.has_gradients else "forward"
    rows: list[Row] = []
    if title:
        rows.append((Run(printable(title), "ink", 17, bold=True), Run(f"    {subtitle}", "muted", 14)))
    elif legend:
        rows.append((Run(subtitle, "muted", 14),))
    if legend:
        rows.extend(_legend(circuit))
    if circuit.is_stale:
        rows.append((Run(STALE, "muted", 12),))
    return tuple(rows)


def _legend(circuit: Circuit) -> list[Row]:
    rows: list[Row] = [(Run("▸ value, above the wire", "value", 12),)]
    if circuit.has_gradients:
        words = ("◂ gradient, below the wire", " = output gradient", " × ")
        local = Run("local gradient", "gradient", 12, underline=True)
        rows.append((*(Run(word, "gradient", 12) for word in words), local))
    if any(wire.kind == "parameter" for wire in circuit.wires):
        rows.append((Run(f"{PARAMETER_MARK} parameter", "ink", 12),))
    return rows
