"""A circuit as DOT text.

Wires are nodes, not edge labels: Graphviz lays them out twice as fast and never puts two of them on one spot.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from autograd.drawing.circuit import Circuit, Gate, Wire
from autograd.drawing.folding import GATE_TEXT_WIDTH, SMALL_TEXT, Fold, fold
from autograd.drawing.labels import printable
from autograd.drawing.lettering import Row, Run, above, below, row_width
from autograd.drawing.metrics import text_width
from autograd.drawing.theme import Theme

FONT = "Arial"
GATE_DIAMETER = 0.52  # inches
ROOM_ABOVE = 19.0  # points that a wire's name takes
ROOM_BELOW = (6.0, 18.0, 32.0, 44.0)  # points that none, one, two, three rows below a wire take
OVERHANG = 7.0

Attributes = Mapping[str, object]
Folds = Mapping[int, Fold]  # by the gate's output


@dataclass(frozen=True, slots=True)
class Overrides:
    """Attributes of the caller that replace or extend those of the picture."""

    graph: Attributes = field(default_factory=dict)
    node: Attributes = field(default_factory=dict)
    edge: Attributes = field(default_factory=dict)


class WireStyle(NamedTuple):
    port: str
    """Where on its node the wire begins and ends."""
    attributes: Callable[[Wire], Attributes]
    """Those of the node that it is."""


def dot_source(circuit: Circuit, heading: tuple[Row, ...], theme: Theme, overrides: Overrides) -> str:
    """The whole picture as DOT text. The same circuit gives the same text, byte for byte."""
    wires = WireStyle(":w", lambda wire: _wire(wire, theme))
    return _digraph(circuit, theme, overrides, _heading(heading, theme), wires)


def dot_outline(circuit: Circuit, theme: Theme, overrides: Overrides) -> str:
    """The same circuit without tables and texts: every wire a blank box of the right size.

    The SVG is laid out from this, and lettered afterwards: the WebAssembly engine reads no tables, and a text that
    the browser sets does not depend on the fonts of the machine that drew it.
    """
    return _digraph(circuit, theme, overrides, {}, WireStyle("", _blank_wire))


def _digraph(circuit: Circuit, theme: Theme, overrides: Overrides, heading: Attributes, wires: WireStyle) -> str:
    import graphviz  # waits until a picture is wanted

    folds = _folds(circuit)
    digraph = graphviz.Digraph(
        graph_attr=_strings({**_graph_defaults(theme), **heading, **overrides.graph}),
        node_attr=_strings({**_node_defaults(theme), **overrides.node}),
        edge_attr=_strings({**_edge_defaults(theme), **overrides.edge}),
    )
    for name, attributes in _nodes(circuit, folds, theme, wires):
        digraph.node(name, **_strings(attributes))
    for tail, head, attributes in _edges(circuit, folds, theme, wires.port):
        digraph.edge(tail, head, **_strings(attributes))
    return str(digraph.source)


class Html(str):
    """A label in Graphviz's HTML-like language."""


def _strings(attributes: Attributes) -> dict[str, str]:
    """The attributes as the graphviz package quotes them: only what we call Html is taken for HTML."""
    from graphviz import escape

    return {key: f"<{value}>" if isinstance(value, Html) else escape(str(value)) for key, value in attributes.items()}


def _heading(heading: tuple[Row, ...], theme: Theme) -> Attributes:
    if not heading:
        return {}
    rows = [_html_row(row, theme, ' ALIGN="LEFT"') for row in heading]
    return {"label": Html(_table([*rows, '<TR><TD HEIGHT="8"></TD></TR>']))}


def _folds(circuit: Circuit) -> Folds:
    found = {gate.output.value: fold(gate, circuit) for gate in circuit.gates if gate is not None}
    return {output: its_fold for output, its_fold in found.items() if its_fold is not None}


def _graph_defaults(theme: Theme) -> Attributes:
    return {
        "rankdir": "LR",
        "ordering": "in",
        "nodesep": 0.22,
        "ranksep": 0.24,
        "pad": 0.25,
        "bgcolor": theme.background,
        "fontname": FONT,
        "fontcolor": theme.ink,
        "labelloc": "t",
        "labeljust": "l",
    }


def _node_defaults(theme: Theme) -> Attributes:
    return {
        "shape": "circle",
        "fixedsize": "true",
        "width": GATE_DIAMETER,
        "height": GATE_DIAMETER,
        "style": "filled",
        "color": theme.ink,
        "fillcolor": theme.gate,
        "fontcolor": theme.ink,
        "fontname": FONT,
        "penwidth": 1.5,
    }


def _edge_defaults(theme: Theme) -> Attributes:
    return {"color": theme.ink, "penwidth": 1.5, "arrowsize": 0.7}


def _nodes(circuit: Circuit, folds: Folds, theme: Theme, wires: WireStyle) -> Iterator[tuple[str, Attributes]]:
    inside = {fold.constant for fold in folds.values()}
    for wire, gate, fanout in zip(circuit.wires, circuit.gates, circuit.fanouts, strict=True):
        if gate is not None:
            yield gate.name, _gate(folds[wire.value].text if wire.value in folds else gate.symbol)
        if wire.value not in inside:
            yield wire.name, wires.attributes(wire)
        if fanout is not None:
            yield fanout.name, {"shape": "point", "width": 0.12, "height": 0.12, "fillcolor": theme.ink}
            yield from ((branch.name, wires.attributes(branch)) for branch in fanout.branches)


def _gate(text: str) -> Attributes:
    """A circle; an ellipse where the text is too long for one."""
    if len(text) == 1:
        return {"label": _plain(text), "fontsize": 20}
    size = 14.0 if text_width(text, 14) <= GATE_TEXT_WIDTH else SMALL_TEXT
    if text_width(text, size) <= GATE_TEXT_WIDTH:
        return {"label": _plain(text), "fontsize": size}
    width = round(text_width(text, 14) * 1.08 / 72 + 0.2, 2)  # an ellipse is narrower where the text's corners are
    return {"label": _plain(text), "fontsize": 14, "shape": "ellipse", "width": width}


def _wire(wire: Wire, theme: Theme) -> Attributes:
    rule = f'<TR><TD PORT="w" HEIGHT="2" CELLPADDING="0" BGCOLOR="{_wire_colour(wire, theme)}"></TD></TR>'
    rows = [_html_row(above(wire), theme), rule, *(_html_row(row, theme) for row in below(wire))]
    return {"shape": "plain", "style": "solid", "fixedsize": "false", "label": Html(_table(rows))}


def _blank_wire(wire: Wire) -> Attributes:
    """A box with the wire through its middle. The rows below need more room than the name above, on every wire alike,
    so the space between the boxes has room for the difference."""
    rows_below = below(wire)
    width = max(map(row_width, (above(wire), *rows_below)))
    height = 2 * max(ROOM_ABOVE, ROOM_BELOW[len(rows_below)] - OVERHANG)
    return {
        "shape": "box",
        "peripheries": 1,
        "style": "solid",
        "width": round(width / 72, 3),
        "height": round(height / 72, 3),
        "label": "",
    }


def _wire_colour(wire: Wire, theme: Theme) -> str:
    return theme.blocked if wire.blocked else theme.ink


def _edges(circuit: Circuit, folds: Folds, theme: Theme, port: str) -> Iterator[tuple[str, str, Attributes]]:
    for wire, gate, fanout in zip(circuit.wires, circuit.gates, circuit.fanouts, strict=True):
        plain = {**_edge_colour(wire, theme), "dir": "none"}
        if gate is not None:
            inside = folds[wire.value].constant if wire.value in folds else None
            for operand in gate.inputs:
                if operand.value != inside:
                    yield f"{operand.name}{port}:e", gate.name, {**_edge_colour(operand, theme), **_room(gate)}
            yield gate.name, f"{wire.name}{port}:w", plain
        if fanout is not None:
            yield f"{wire.name}{port}:e", fanout.name, plain
            for branch in fanout.branches:
                yield fanout.name, f"{branch.name}{port}:w", {**_edge_colour(branch, theme), "dir": "none"}


def _edge_colour(wire: Wire, theme: Theme) -> Attributes:
    return {"color": theme.blocked} if wire.blocked else {}


def _room(gate: Gate) -> dict[str, object]:
    """A gate of many inputs stands back from them, so that its wires do not bundle."""
    ranks = 1 + min(len(gate.inputs) // 5, 6)
    return {"minlen": ranks} if ranks > 1 else {}


# --- labels -----------------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Text for an ordinary label, in which Graphviz still reads entities such as &amp;."""
    return html.escape(printable(text), quote=False)


def _table(rows: Sequence[str]) -> str:
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>'


def _html_row(row: Row, theme: Theme, alignment: str = "") -> str:
    return f"<TR><TD{alignment}>{''.join([_html_run(run, theme) for run in row])}</TD></TR>"


def _html_run(run: Run, theme: Theme) -> str:
    text = html.escape(run.text).replace(" ", "&#160;").replace("\\", "&#92;&#92;")
    for tag, wanted in (("U", run.underline), ("I", run.italic), ("B", run.bold)):
        text = f"<{tag}>{text}</{tag}>" if wanted else text
    return f'<FONT COLOR="{theme.colour(run.role)}" POINT-SIZE="{run.size:g}">{text}</FONT>'
