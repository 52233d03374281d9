"""A circuit as a table for terminals: one row per Value, inputs before outputs."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from itertools import count

from autograd.drawing.circuit import Circuit, Fanin, Gate, Product, Seed, Wire
from autograd.drawing.labels import printable
from autograd.drawing.lettering import STALE
from autograd.drawing.numbers import bracketed, shortened, written

_HEADER = ("name", "computed as", "value", "gradient", "= output gradient × local gradient")


def text_drawing(circuit: Circuit, title: str, number: Callable[[float], str] = written) -> str:
    """All that the picture shows, in columns. Numbers that were written into the expression have no row of their own.

    Args:
        circuit: what to show.
        title: a line above it; "" for none.
        number: how values and gradients are written; the products keep to four digits.
    """
    columns = 5 if circuit.has_gradients else 3
    names = _names(circuit)
    shown = [(wire, gate) for wire, gate in zip(circuit.wires, circuit.gates, strict=True) if _has_row(wire, circuit)]
    rows = [_HEADER, *(_row(wire, gate, names, number) for wire, gate in shown)]
    lines = [*([title, ""] if title else []), *_aligned([row[:columns] for row in rows])]
    return "\n".join([*lines, "", STALE] if circuit.is_stale else lines)


def _has_row(wire: Wire, circuit: Circuit) -> bool:
    return wire.kind != "constant" or bool(wire.label) or wire is circuit.root


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


def _row(wire: Wire, gate: Gate | None, names: list[str], number: Callable[[float], str]) -> tuple[str, ...]:
    gradient = "" if wire.gradient is None else number(wire.gradient.total)
    return (names[wire.value], _computed_as(wire, gate, names), number(wire.data), gradient, _origin(wire))


def _computed_as(wire: Wire, gate: Gate | None, names: list[str]) -> str:
    """Such as `2 × b`, `a²` or `max(a, b)`."""
    if gate is None:
        return wire.kind
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


def _sources(gradient: Seed | Product | Fanin) -> str:
    match gradient:
        case Seed():
            return "seed"
        case Product():
            return f"{written(gradient.output_gradient)} × {bracketed(gradient.local_gradient)}"
        case Fanin(terms=terms):
            return shortened([_sources(terms[0]), *map(_added, terms[1:])])


def _added(term: Product) -> str:
    return f"+ {bracketed(term.output_gradient)} × {bracketed(term.local_gradient)}"


def _aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """The rows with their columns under each other, numbers to the right."""
    widths = [max(map(_cells, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(map(_padded, row, widths, range(len(row)))).rstrip() for row in rows]


def _padded(text: str, width: int, column: int) -> str:
    padding = " " * (width - _cells(text))
    return padding + text if column in (2, 3) else text + padding


def _cells(text: str) -> int:
    """How many cells of a terminal the text takes."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(map(bool, map(unicodedata.combining, text)))
