"""Pictures of recorded graphs: `draw`."""

from __future__ import annotations

from typing import Literal, get_args

from autograd.drawing.circuit import GraphTooLargeError, Recorded, trace
from autograd.drawing.dot import Attributes, Overrides
from autograd.drawing.engines import EngineError
from autograd.drawing.formula import formula
from autograd.drawing.lettering import heading
from autograd.drawing.picture import Drawing, ThemeName

__all__ = ["Drawing", "EngineError", "GraphTooLargeError", "draw"]


def draw(  # noqa: PLR0913  # options, all of them by name
    value: Recorded,
    *,
    mode: Literal["both"] = "both",
    title: str | None = None,
    legend: bool = True,
    theme: ThemeName = "auto",
    limit: int | None = 200,
    graph_attr: Attributes | None = None,
    node_attr: Attributes | None = None,
    edge_attr: Attributes | None = None,
) -> Drawing:
    """Draw the circuit that a Value came out of: values above the wires, gradients below them.

    Every use of a Value is a wire of its own. Under its gradient stands where that comes from: output gradient ×
    local gradient. Before a backward pass only the values are shown. The drawing is a copy: what happens to the graph
    later does not change it.

    >>> from autograd import Value
    >>> a, b, c = Value(3.0, label="a"), Value(1.0, label="b"), Value(-2.0, label="c")
    >>> L = c * (a + 2 * b)
    >>> L.label = "L"
    >>> L.backward()
    >>> print(draw(L))
    L = c·(a + 2b)
    <BLANKLINE>
    name  computed as  value  gradient  = output gradient × local gradient
    c     input           −2         5  1 × 5
    a     input            3        −2  −2 × 1
    b     input            1        −4  −2 × 2
    v1    2 × b            2        −2  −2 × 1
    v2    a + v1           5        −2  1 × (−2)
    L     c × v2         −10         1  seed

    `draw(L).render("L.svg")` writes a file.

    Args:
        value: the root of the graph.
        mode: "both": forward and backward in one picture.
        title: the line above the picture; by default the formula, such as "L = c·(a + 2b)". "" for none.
        legend: whether to explain the signs.
        theme: "light", "dark", or "auto": an SVG then follows the reader's theme.
        limit: the number of values above which no picture is drawn; None for no limit.
        graph_attr: attributes of Graphviz that replace those of the picture; node_attr and edge_attr likewise.

    Raises:
        GraphTooLargeError: the graph has more values than `limit`.
        TypeError: `value` is no Value.
        ValueError: an unknown mode or theme.
    """
    if not hasattr(value, "local_gradients"):
        raise TypeError(f"draw takes one Value, not {type(value).__name__}: write draw(L), L being what was computed")
    _check_choice("mode", mode, ("both",))
    _check_choice("theme", theme, get_args(ThemeName))
    circuit = trace(value, limit)
    line = formula(circuit) if title is None else str(title)
    overrides = Overrides(graph_attr or {}, node_attr or {}, edge_attr or {})
    return Drawing(circuit, line, heading(circuit, line, legend), theme, overrides)


def _check_choice(name: str, choice: str, choices: tuple[str, ...]) -> None:
    if choice not in choices:
        raise ValueError(f"{name} must be {' or '.join(map(repr, choices))}, not {choice!r}")
