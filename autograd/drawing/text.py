"""A circuit as a drawing for terminals: a table with one row per Value, the wires between the rows at its left."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count

from autograd.drawing.circuit import Circuit, Fanin, Gate, Gradient, Product, Seed, Through, Wire
from autograd.drawing.heading import Mode
from autograd.drawing.lanes import lanes, upside_down
from autograd.drawing.lettering import STALE
from autograd.drawing.notation import bracketed, printable, shortened, written

_COLUMNS: dict[Mode, tuple[str, ...]] = {
    "both": ("name", "in", "computed as", "value", "gradient", "= output gradient × local gradient"),
    "forward": ("name", "in", "computed as", "value"),
    "backward": ("name", "in", "gradient", "= output gradient × local gradient", "value", "computed as"),
}
_NUMBERS = ("value", "gradient")

Row = dict[str, str]  # by column


def text_drawing(
    circuit: Circuit,
    title: str,
    mode: Mode = "both",
    number: Callable[[float], str] = written,
) -> str:
    """All that the picture shows. Numbers that were written into the expression have no row of their own.

    Args:
        circuit: what to show.
        title: a line above it; "" for none.
        mode: "both"; "forward", without gradients; "backward", gradients first, and the root above what it came from.
        number: how values and gradients are written; the products keep to four digits.
    """
    shown = _shown(circuit)
    gutter = lanes(_operands(circuit, shown))
    rows = _rows(circuit, shown, number)
    if mode == "backward":
        rows.reverse()
        gutter = gutter and upside_down(gutter)
    columns = _columns(circuit, mode)
    cells = [columns, *([row[column] for column in columns] for row in rows)]
    if gutter is not None:
        cells = [[beside, *line] for beside, line in zip(["", *gutter], cells, strict=True)]
    lines = [*([title, ""] if title else []), *table(cells)]
    return "\n".join([*lines, "", STALE] if circuit.is_stale else lines)


def _shown(circuit: Circuit) -> list[Wire]:
    roots = set(circuit.roots)
    return [wire for wire in circuit.wires if wire.kind != "constant" or wire.label or wire.value in roots]


def _columns(circuit: Circuit, mode: Mode) -> list[str]:
    without = {"in"} if not circuit.clusters else set()
    if not circuit.has_gradients:
        without |= {"gradient", "= output gradient × local gradient"}
    return [column for column in _COLUMNS[mode] if column not in without]


def _makers(circuit: Circuit) -> dict[int, Gate]:
    """The gate that each Value came out of; a collapsed module makes several."""
    return {output.value: gate for gate in circuit.gates if gate is not None for output in gate.outputs}


def _operands(circuit: Circuit, shown: Sequence[Wire]) -> list[list[int]]:
    """For every row the rows that go into it."""
    makers = _makers(circuit)
    numbers = {wire.value: row for row, wire in enumerate(shown)}
    inputs = [makers[wire.value].inputs if wire.value in makers else () for wire in shown]
    return [[numbers[operand.value] for operand in its if operand.value in numbers] for its in inputs]


def _rows(circuit: Circuit, shown: Sequence[Wire], number: Callable[[float], str]) -> list[Row]:
    names, makers, scopes = _names(circuit), _makers(circuit), _scopes(circuit)
    return [
        {
            "name": names[wire.value],
            "in": scopes.get(wire.value, ""),
            "computed as": _computed_as(wire, makers.get(wire.value), names),
            "value": number(wire.data),
            "gradient": "" if wire.gradient is None else number(wire.gradient.total),
            "= output gradient × local gradient": _origin(wire),
        }
        for wire in shown
    ]


def _scopes(circuit: Circuit) -> dict[int, str]:
    """The modules that each Value is in, such as "layer 1 / neuron 2"."""
    scopes: dict[int, str] = {}
    pending = [(cluster, printable(cluster.label)) for cluster in circuit.clusters]
    while pending:
        cluster, path = pending.pop()
        scopes.update(dict.fromkeys(cluster.values, path))
        pending.extend((inner, f"{path} / {printable(inner.label)}") for inner in cluster.clusters)
    return scopes


def _names(circuit: Circuit) -> list[str]:
    """Labels, numbers for constants, else v1, v2, ...; a label that several Values have is numbered."""
    labels = [printable(wire.label) for wire in circuit.wires]
    taken = set(labels)
    often = {label for label, times in Counter(labels).items() if times > 1}
    fresh = (name for i in count(1) if (name := f"v{i}") not in taken)
    return [
        f"{label}#{i}" if label and label in often else label or (written(wire.data) if wire.kind else next(fresh))
        for i, (label, wire) in enumerate(zip(labels, circuit.wires, strict=True))
    ]


def _computed_as(wire: Wire, gate: Gate | None, names: list[str]) -> str:
    """Such as `2 × b`, `a²` or `max(a, b)`; an ellipsis stands for gates that are left out."""
    origin = "…" if wire.hidden_gate else wire.kind if gate is None else _applied(gate, names)
    return f"{origin} → …" if wire.hidden_uses else origin


def _applied(gate: Gate, names: list[str]) -> str:
    operands = [names[operand.value] for operand in gate.inputs]
    if len(operands) == 2 and len(gate.symbol) == 1:
        return f"{operands[0]} {gate.symbol} {operands[1]}"
    if len(operands) == 1 and (pattern := re.fullmatch("([^a-zA-Z]?)x([^a-zA-Z]*)", gate.symbol)):
        return operands[0].join(pattern.groups())
    return f"{gate.symbol}({', '.join(operands)})"


def _origin(wire: Wire) -> str:
    if wire.gradient is None:
        return ""
    origin = _sources(wire.gradient)
    return origin if wire.recorded_gradient is None else f"{origin}; .grad is {written(wire.recorded_gradient)}"


def _sources(gradient: Gradient) -> str:
    if isinstance(gradient, Seed):
        return "seed"
    if isinstance(gradient, Fanin):
        return shortened(
            [_term(gradient.terms[0], written), *[f"+ {_term(term, bracketed)}" for term in gradient.terms[1:]]]
        )
    return _term(gradient, written)


def _term(term: Product | Through, first_factor: Callable[[float], str]) -> str:
    if isinstance(term, Through):
        return f"{first_factor(term.total)} through a module"
    return f"{first_factor(term.output_gradient)} × {bracketed(term.local_gradient)}"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """The rows as lines, the headers first, with their columns under each other; numbers stand to the right.

    >>> table([("name", "value"), ("a", "1"), ("root", "−10")])
    ['name  value', 'a         1', 'root    −10']
    """
    columns = [_padded(column, column[0] in _NUMBERS) for column in zip(*rows, strict=True)]
    return ["  ".join(cells).rstrip() for cells in zip(*columns, strict=True)]


def _padded(column: Sequence[str], to_the_right: bool) -> list[str]:
    width = max(map(_cells, column))
    paddings = [" " * (width - _cells(text)) for text in column]
    return [padding + text if to_the_right else text + padding for padding, text in zip(paddings, column, strict=True)]


def _cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))


_IN_ASCII = str.maketrans(
    {
        **dict(zip("○●│─═×·−÷…→", "o*|-=**-/~>", strict=True)),
        **dict.fromkeys("┘└┴", "'"),
        **dict.fromkeys("╛╘╧", '"'),
        **dict.fromkeys("┐┌┬", "."),
        **dict.fromkeys("╕╒╤", ":"),
        **dict.fromkeys("┤├┼", "+"),
        **dict.fromkeys("╡╞╪", "#"),
    }
)


def in_ascii(error: UnicodeError) -> tuple[str, int]:
    """An error handler for `codecs.register_error`: what a terminal shows that lacks the characters of a drawing.

    Every one becomes one character, so that the columns stay under each other; an unknown one becomes ?.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(_IN_ASCII)
    return "".join(character if character.isascii() else "?" for character in text), error.end
