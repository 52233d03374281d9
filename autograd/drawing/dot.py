"""A diagram as DOT text.

Wires are nodes, not edge labels: Graphviz lays them out twice as fast and never puts two of them on one spot.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from autograd.drawing.diagram import Box, Column, Diagram, Ellipsis, Frame, Line, Point, Port, Shape, Strip, Symbol
from autograd.drawing.folding import GATE_TEXT_WIDTH, SMALL_TEXT
from autograd.drawing.lettering import Row, Run, row_height, row_width
from autograd.drawing.metrics import text_width
from autograd.drawing.notation import printable
from autograd.drawing.theme import Role, Theme

if TYPE_CHECKING:
    from graphviz import Digraph

FONT = "Arial"
GATE_DIAMETER = 0.52  # inches
ROOM_ABOVE = 19.0  # points that a wire's name takes
ROOM_BELOW = (6.0, 18.0, 32.0, 44.0)  # points that none, one, two, three rows below a wire take
OVERHANG = 7.0
BOX_MARGIN = 6.0  # points around the rows of a box, left and right

Attributes = Mapping[str, object]

_TABLE = {"shape": "plain", "style": "solid", "fixedsize": "false"}
_UNDRAWN = {"peripheries": "0", "margin": "0", "label": "", "bgcolor": "transparent"}
"""Around a column that is in no frame: Graphviz keeps the order of what is in a cluster."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """Attributes of the caller that replace or extend those of the picture."""

    graph: Attributes = field(default_factory=dict)
    node: Attributes = field(default_factory=dict)
    edge: Attributes = field(default_factory=dict)


class Writing(NamedTuple):
    """How shapes with coloured text in them are written down."""

    port: str
    """Where on its node a wire begins and ends."""
    strip: Callable[[Strip], Attributes]
    box: Callable[[Box], Attributes]
    inlet: Callable[[Port], Attributes]


def dot_source(diagram: Diagram, heading: tuple[Row, ...], theme: Theme, overrides: Overrides) -> str:
    """The whole picture as DOT text. The same diagram gives the same text, byte for byte."""
    writing = Writing(
        ":w",
        lambda strip: _table_strip(strip, theme),
        lambda box: _table_box(box, theme),
        lambda port: _table_port(port, theme),
    )
    return _digraph(diagram, theme, overrides, _heading(heading, theme), writing)


def dot_outline(diagram: Diagram, theme: Theme, overrides: Overrides) -> str:
    """The same diagram without tables and coloured texts: blank boxes of the right size instead.

    The SVG is laid out from this, and lettered afterwards: the WebAssembly engine reads no tables, and a text that
    the browser sets does not depend on the fonts of the machine that drew it.
    """
    return _digraph(diagram, theme, overrides, {}, Writing("", _blank_strip, _blank_box, _blank_port))


def _digraph(diagram: Diagram, theme: Theme, overrides: Overrides, heading: Attributes, writing: Writing) -> str:
    import graphviz  # waits until a picture is wanted

    digraph = graphviz.Digraph(
        graph_attr=_strings({**_graph_defaults(theme), **_order(diagram), **heading, **overrides.graph}),
        node_attr=_strings({**_node_defaults(theme, diagram.role), **overrides.node}),
        edge_attr=_strings({**_edge_defaults(theme, diagram.role), **overrides.edge}),
    )
    for shape in diagram.shapes:
        is_usual = shape.role == diagram.role or isinstance(shape, Strip)  # whose colour is in its table
        colour: Attributes = {} if is_usual else {"color": theme.colour(shape.role)}
        digraph.node(shape.name, **_strings({**colour, **_shape(shape, theme, writing)}))
    wires = {shape.name for shape in diagram.shapes if isinstance(shape, Strip | Port)}
    for line in diagram.lines:
        tail = f"{line.tail}{writing.port}:e" if line.tail in wires else line.tail
        head = f"{line.head}{writing.port}:w" if line.head in wires else line.head
        digraph.edge(tail, head, **_strings(_line(line, diagram.role, theme)))
    for frame in diagram.frames:
        _add_frame(digraph, frame, theme)
    for column in diagram.columns:
        with digraph.subgraph(name=f"cluster_{column[0]}", graph_attr=_UNDRAWN) as cluster:
            _add_column(cluster, column)
    return str(digraph.source)


def _add_frame(digraph: Digraph, frame: Frame, theme: Theme) -> None:
    """Nested as deep as modules are, a few levels."""
    with digraph.subgraph(name=f"cluster_{frame.name}", graph_attr=_strings(_frame(frame, theme))) as cluster:
        for name in frame.shapes:
            cluster.node(name)
        for inner in frame.frames:
            _add_frame(cluster, inner, theme)
        for column in frame.columns:
            _add_column(cluster, column)


def _add_column(cluster: Digraph, column: Column) -> None:
    """Graphviz lays out a picture from left to right as one from top to bottom, turned: the last comes first."""
    with cluster.subgraph(graph_attr={"rank": "same"}, edge_attr={"style": "invis"}) as rank:
        rank.edges(pairwise(reversed(column)))


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


# --- attributes -------------------------------------------------------------------------------------------------------


def _graph_defaults(theme: Theme) -> Attributes:
    return {
        "rankdir": "LR",
        "nodesep": 0.22,
        "ranksep": 0.24,
        "pad": 0.25,
        "bgcolor": theme.background,
        "fontname": FONT,
        "fontcolor": theme.ink,
        "labelloc": "t",
        "labeljust": "l",
    }


def _order(diagram: Diagram) -> Attributes:
    """Where there are frames the columns put operands in order: Graphviz's own ordering would not reach into frames.
    Its last round of mending crossings would forget the columns."""
    return {"remincross": "false"} if diagram.frames else {"ordering": "in"}


def _node_defaults(theme: Theme, role: Role) -> Attributes:
    return {
        "shape": "circle",
        "fixedsize": "true",
        "width": GATE_DIAMETER,
        "height": GATE_DIAMETER,
        "style": "filled",
        "color": theme.colour(role),
        "fillcolor": theme.gate,
        "fontcolor": theme.ink,
        "fontname": FONT,
        "penwidth": 1.5,
    }


def _edge_defaults(theme: Theme, role: Role) -> Attributes:
    return {"color": theme.colour(role), "penwidth": 1.5, "arrowsize": 0.7}


def _frame(frame: Frame, theme: Theme) -> Attributes:
    return {
        "label": _plain(frame.label),
        "labeljust": "l",
        "labelloc": "t",
        "style": "rounded,dashed",
        "color": theme.blocked,
        "bgcolor": "transparent",
        "fontname": FONT,
        "fontsize": 12,
        "fontcolor": theme.muted,
        "margin": 10,
    }


def _shape(shape: Shape, theme: Theme, writing: Writing) -> Attributes:
    match shape:
        case Strip():
            return writing.strip(shape)
        case Box():
            return {"shape": "box", "style": "rounded,filled", **_box_size(shape), **writing.box(shape)}
        case Symbol(is_mux=True):
            return _mux(shape.text)
        case Symbol():
            return _gate(shape.text)
        case Point():
            return {"shape": "point", "width": 0.12, "height": 0.12, "fillcolor": theme.colour(shape.role)}
        case Port():
            return writing.inlet(shape)
        case Ellipsis():
            return {"shape": "none", "style": "solid", "label": "…", "width": 0.3, "height": 0.3, "fontsize": 16}


def _gate(text: str) -> Attributes:
    """A circle; an ellipse where the text is too long for one."""
    if len(text) == 1:
        return {"label": _plain(text), "fontsize": 20}
    size = 14.0 if text_width(text, 14) <= GATE_TEXT_WIDTH else SMALL_TEXT
    if text_width(text, size) <= GATE_TEXT_WIDTH:
        return {"label": _plain(text), "fontsize": size}
    width = round(text_width(text, 14) * 1.08 / 72 + 0.2, 2)  # an ellipse is narrower where the text's corners are
    return {"label": _plain(text), "fontsize": 14, "shape": "ellipse", "width": width}


def _mux(text: str) -> Attributes:
    """A trapezium with its narrow side to the right, where the one output of the gate is."""
    return {"label": text, "fontsize": 13, "shape": "trapezium", "orientation": -90, "width": 0.62, "height": 0.62}


def _line(line: Line, role: Role, theme: Theme) -> Attributes:
    attributes: dict[str, object] = {} if line.role == role else {"color": theme.colour(line.role)}
    if line.arrow != "forward":
        attributes["dir"] = line.arrow
    if line.ranks > 1:
        attributes["minlen"] = line.ranks
    if line.dashed:
        attributes["style"] = "dashed"
    return attributes


# --- texts ------------------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Text for an ordinary label, in which Graphviz still reads entities such as &amp;."""
    return html.escape(printable(text), quote=False)


def _table_strip(strip: Strip, theme: Theme) -> Attributes:
    rows = [_html_row(strip.above, theme), _rule(strip.role, theme), *(_html_row(row, theme) for row in strip.below)]
    return {**_TABLE, "label": Html(_table(rows))}


def _table_port(port: Port, theme: Theme) -> Attributes:
    return {**_TABLE, "label": Html(_table([_rule(port.role, theme, ' WIDTH="6"')]))}


def _rule(role: Role, theme: Theme, width: str = "") -> str:
    return f'<TR><TD PORT="w"{width} HEIGHT="2" CELLPADDING="0" BGCOLOR="{theme.colour(role)}"></TD></TR>'


def _blank_port(port: Port) -> Attributes:
    return {"shape": "box", "label": "", "width": 0.04, "height": 0.001}


def _blank_strip(strip: Strip) -> Attributes:
    """A box with the wire through its middle. The rows below need more room than the name above, on every wire alike,
    so the space between the boxes has room for the difference."""
    width = max(map(row_width, (strip.above, *strip.below)))
    height = 2 * max(ROOM_ABOVE, ROOM_BELOW[len(strip.below)] - OVERHANG)
    return {
        "shape": "box",
        "peripheries": 1,
        "style": "solid",
        "width": round(width / 72, 3),
        "height": round(height / 72, 3),
        "label": "",
    }


def _box_size(box: Box) -> Attributes:
    width = max(map(row_width, box.rows)) + 2 * BOX_MARGIN
    height = sum(map(row_height, box.rows)) + BOX_MARGIN
    return {"width": round(width / 72, 3), "height": round(height / 72, 3)}


def _table_box(box: Box, theme: Theme) -> Attributes:
    return {"label": Html(_table([_html_row(row, theme) for row in box.rows]))}


def _blank_box(box: Box) -> Attributes:
    return {"label": ""}


def _table(rows: Sequence[str]) -> str:
    return f'<TABLE BORDER="0" CELLBORDER="0" CELLSPACING="0" CELLPADDING="1">{"".join(rows)}</TABLE>'


def _html_row(row: Row, theme: Theme, alignment: str = "") -> str:
    return f"<TR><TD{alignment}>{''.join([_html_run(run, theme) for run in row])}</TD></TR>"


def _html_run(run: Run, theme: Theme) -> str:
    text = html.escape(run.text).replace(" ", "&#160;").replace("\\", "&#92;&#92;")
    for tag, wanted in (("U", run.underline), ("I", run.italic), ("B", run.bold)):
        text = f"<{tag}>{text}</{tag}>" if wanted else text
    return f'<FONT COLOR="{theme.colour(run.role)}" POINT-SIZE="{run.size:g}">{text}</FONT>'
