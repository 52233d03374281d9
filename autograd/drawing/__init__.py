"""Pictures of recorded graphs: `draw`.

A graph becomes a circuit, the circuit a diagram, the diagram a picture. The files, in this order:

From the graph to the circuit
    tracing     the whole way, from `draw`'s options to the circuit; what to draw of a graph that is too large
    operands    what goes into a gate as it is drawn
    selection   a part of a graph: depth=, around=
    collapsing  scopes as boxes: collapse=
    unfolding   gates as the simpler gates that they are made of: unfold=
    uses        the gradient of every use of a Value
    parts       gates, leaves and boxes, each with what it uses
    scopes      which scope each of them is in
    wiring      parts put together
    circuit     wires, gates and fanouts: numbers without colours or shapes

What is written in a picture
    notation    a number in four digits, a label with its index as a subscript
    formula     the formula of a circuit, and of one gate
    title       the line above the picture
    heading     all that stands above the picture, with the legend
    lettering   the rows at wires and in boxes
    metrics     how wide a text is
    theme       the colours

From the circuit to the picture
    folding     constants inside a gate, such as ×2
    forward     the diagram of the forward pass, with or without gradients
    backward    the diagram of the backward pass
    framing     frames around scopes, and how wires come into them
    diagram     shapes, lines and frames, before any engine
    dot         a diagram as DOT text
    engines     the programs that lay a picture out
    sandbox     the WebAssembly engine in a process of its own
    svg         texts and style sheet in an engine's SVG
    picture     what `draw` returns

Other ways to show a circuit
    text        a table for terminals
    lanes       the wires beside that table
    schedule    both passes gate by gate
    captions    each step in a sentence
    film        one picture of all steps, as stills or moving
    steps       what `Drawing.steps` returns
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from autograd.drawing.dot import Attributes, Overrides
from autograd.drawing.engines import EngineError
from autograd.drawing.heading import Mode
from autograd.drawing.picture import Drawing, ThemeName
from autograd.drawing.steps import Steps
from autograd.drawing.title import title_of
from autograd.drawing.tracing import GraphTooLargeError, roots_of, trace
from autograd.value import Value

__all__ = ["Drawing", "EngineError", "GraphTooLargeError", "Steps", "draw"]


def draw(  # noqa: PLR0913  # options, all of them by name
    value: Value | Iterable[Value],
    *,
    mode: Mode = "both",
    title: str | None = None,
    legend: bool = True,
    theme: ThemeName = "auto",
    limit: int | None = 200,
    unfold: bool | str | Iterable[str] = False,
    collapse: bool | str | Iterable[str] = False,
    depth: int | None = None,
    around: Value | None = None,
    radius: int | None = None,
    graph_attr: Attributes | None = None,
    node_attr: Attributes | None = None,
    edge_attr: Attributes | None = None,
) -> Drawing:
    """Draw the circuit that a Value came out of: values above the wires, gradients below them.

    Every use of a Value is a wire of its own. Under its gradient stands where that comes from: output gradient ×
    local gradient. Before a backward pass only the values are shown. The drawing is a copy: what happens to the graph
    later does not change it. The gradients are those of the whole graph, also where a part of it is drawn; where
    something is left out stand three dots.

    >>> from autograd import Value
    >>> a, b, c = Value(3.0, label="a"), Value(1.0, label="b"), Value(-2.0, label="c")
    >>> L = c * (a + 2 * b)
    >>> L.label = "L"
    >>> L.backward()
    >>> print(draw(L))
    L = c·(a + 2b)
    <BLANKLINE>
           name  computed as  value  gradient  = output gradient × local gradient
    ○      c     input           −2         5  1 × 5
    │ ○    a     input            3        −2  −2 × 1
    │ │ ○  b     input            1        −4  −2 × 2
    │ │ ●  v1    2 × b            2        −2  −2 × 1
    │ ●─┘  v2    a + v1           5        −2  1 × (−2)
    ●─┘    L     c × v2         −10         1  seed

    `draw(L).render("L.svg")` writes a file.

    Args:
        value: the root of the graph, or several. Each that no other was computed from brings its own gradient into the
            picture, so that the gradients shown are those of the backward passes of all of them together.
        mode: "both": forward and backward in one picture. "forward": the values alone. "backward": the dual circuit,
            which the backward pass computes from right to left: × becomes two copies, each times the other input;
            a sum copies; a fanout adds up; max lets through the input that won.
        title: the line above the picture; by default the formula, such as "L = c·(a + 2b)". "" for none.
        legend: whether to explain the signs.
        theme: "light", "dark", or "auto": an SVG then follows the reader's theme.
        limit: the number of values above which no picture is drawn; None for no limit.
        unfold: the gates to draw as the simpler gates that they are made of: their names or symbols, such as
            ["sigmoid", "Σwx"]; True for dots, means and gates of your own with a method `unfolded(*inputs)`. A gate
            stays whole where the simpler gates would not give its number, as where exp overflows.
        collapse: the scopes to draw as one box each: the names of scopes, in which * stands for any text, or True for
            all. Of scopes inside each other the outermost is collapsed. A scope that a Value leaves and comes back into
            stays open.
        depth: draw only what is at most so many gates before a root. A box counts as one gate, and so does a gate that
            is unfolded.
        around: draw only what is near this Value: at most `radius` gates before or after it, and whatever else goes
            into the gates after it.
        radius: how many gates around `around`; 2 unless it is given.
        graph_attr: attributes of Graphviz that replace those of the picture; node_attr and edge_attr likewise.

    Raises:
        GraphTooLargeError: the picture would have more values than `limit`.
        TypeError: `value` is no Value and no list of Values, or an option is of another kind.
        ValueError: no Values; an unknown mode or theme; mode "backward" before a backward pass; a gate that cannot be
            unfolded; a scope that the graph does not have; `around` is not in the graph, or together with depth; radius
            without around.
    """
    roots = roots_of(value)
    _check_choice("mode", mode, get_args(Mode))
    _check_choice("theme", theme, get_args(ThemeName))
    circuit = trace(roots, limit, unfold=unfold, collapse=collapse, depth=depth, around=around, radius=radius)
    line = title_of(roots) if title is None else str(title)
    overrides = Overrides(
        _attributes("graph_attr", graph_attr), _attributes("node_attr", node_attr), _attributes("edge_attr", edge_attr)
    )
    return Drawing(circuit, line, mode=mode, legend=legend, theme=theme, overrides=overrides)


def _check_choice(name: str, choice: str, choices: tuple[str, ...]) -> None:
    if choice not in choices:
        raise ValueError(f"{name} must be {' or '.join(map(repr, choices))}, not {choice!r}")


def _attributes(name: str, attributes: Any) -> Attributes:
    found = {} if attributes is None else attributes
    if not isinstance(found, Mapping) or not all(isinstance(key, str) for key in found):
        raise TypeError(f'{name} takes a dict such as {{"fontname": "Times"}}, not {attributes!r}')
    return dict(found)
